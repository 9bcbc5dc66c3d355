"""What steps are made of: an item in its new form, or something else written because of it."""

from collections.abc import Callable
from datetime import datetime

from chalicelib.data import keys, looking
from chalicelib.data.items import Item
from chalicelib.data.keys import Key
from chalicelib.data.versions import Stored, upgraded

Change = Callable[[Stored, datetime], bool]


def renewing(model: type[Item]) -> Change:
    """Writes items of a kind in the form of its present version, by the same upgrades by which they are read.

    What other code writes meanwhile stays: it is looked at again, and nothing is written over it.
    """

    def change(item: Stored, _now: datetime) -> bool:
        found: Stored | None = item
        while found is not None:
            renewed = upgraded(found, model.upgrades, current(model))
            if renewed is found:
                return False
            if looking.rewrite(found, renewed):
                return True
            found = looking.again(found)
        return False

    return change


def current(model: type[Item]) -> int:
    """The version in which items of a kind are written."""
    return int(str(model.get_attributes()["schema"].default))


def mending(mend: Callable[[str, Key, datetime], bool]) -> Change:
    """Lets a feature write what one of its records wants beside it; `mend` gets the organisation and the record's key.

    It reads the record again by itself, and does nothing where nothing is missing.
    """

    def change(item: Stored, now: datetime) -> bool:
        key = looking.key_of(item)
        return mend(keys.organisation_of(key), key, now)

    return change
