"""What the table's stream tells the finder of, for tests that write records and then look for them."""

from collections.abc import Mapping
from typing import Any

from chalicelib.entry import finder
from tests.support.stored import stored_items
from tests.support.stream import handed, record


def handed_over(*records: dict[str, Any]) -> None:
    """Hands records to the finder, as far as they are for it; it does all of them."""
    assert finder.handler(handed("finder", records), None) == {"batchItemFailures": []}


def catch_up(org: str) -> None:
    """Tells the finder of all that an organisation has, in no particular order."""
    handed_over(*(record(image) for image in stored_items(org).values()))


def follow(org: str, before: Mapping[tuple[str, str], Mapping[str, Any]]) -> None:
    """Tells the finder of what was written or deleted since `before`."""
    now = stored_items(org)
    deleted = [record(image, "REMOVE") for key, image in before.items() if key not in now]
    written = [
        record(image, "MODIFY" if key in before else "INSERT")
        for key, image in now.items()
        if image != before.get(key)
    ]  # fmt: skip
    handed_over(*written, *deleted)
