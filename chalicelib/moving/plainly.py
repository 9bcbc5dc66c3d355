"""Records of the table as open JSON and back, without loss; and which of them an organisation takes along.

Left out is what opens something, what is on its way, what is made of other records anew, and what means something at
one place alone.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.files.domain import StoredFile
from chalicelib.files.keeping import ORGANISATION

_OPENS = "it opens something, or answers for somebody"
_PASSES = "it is on its way, and gone by itself soon"
_ANEW = "it is made of other records anew"
_STAYS = "it means something here alone"
LEFT_OUT: Mapping[str, str] = {
    **dict.fromkeys(
        ("session", "browser", "challenge", "code_dispatch", "authenticator", "feed", "invitation", "share", "pay_link",
         "invoice_link", "api_token", "endpoint", "slip_number"), _OPENS,
    ),
    **dict.fromkeys(
        ("limit", "counter", "human_check", "joining_begun", "message", "inbound_mail", "mail_report", "stripe_event",
         "api_call", "delivery", "takeaway", "statement_run", "merge", "merge_part", "moving_batch", "moving_export",
         "moving_row", "moving_before"), _PASSES,
    ),
    **dict.fromkeys(("found", "client"), _ANEW),
    **dict.fromkeys(("demo", "ended", "ending", "migration", "lane"), _STAYS),
}  # fmt: skip
"""Kinds of items that are not taken along, and why. All others are: a test goes through every kind there is."""


def is_carried(item: Mapping[str, Any]) -> bool:
    """Whether a record is taken along."""
    return "kind" in item and item["kind"]["S"] not in LEFT_OUT


def comes_back(item: Mapping[str, Any]) -> bool:
    """Whether a record of an earlier copy may be used again: neither what opens something, for that may have been ended
    since, nor what was on its way and must not set off again, nor a note of how far something was."""
    return "kind" not in item or LEFT_OUT.get(item["kind"]["S"]) in (None, _ANEW)


def line_of(item: Mapping[str, Mapping[str, Any]]) -> str:
    """A record as one line of JSON."""
    return json.dumps({name: _plain(value) for name, value in sorted(item.items())}, ensure_ascii=False) + "\n"


def item_of(line: str) -> dict[str, dict[str, Any]]:
    """The record of a line. Raises ValueError for what is none."""
    told = json.loads(line)
    if not isinstance(told, dict) or not all(isinstance(told.get(name), str) for name in ("pk", "sk", "kind")):
        raise ValueError("not a record")
    return {name: _stored(value) for name, value in told.items()}


def _plain(value: Mapping[str, Any]) -> Any:
    """A value of DynamoDB's as JSON has it."""
    ((form, told),) = value.items()
    match form:
        case "S" | "BOOL":
            return told
        case "N":
            return int(told) if told.lstrip("-").isdigit() and str(int(told)) == told else {"$number": told}
        case "B":
            return {"$bytes": b64encode(bytes(told)).decode()}
        case "L":
            return [_plain(each) for each in told]
        case "M":
            return {f"${name}" if name.startswith("$") else name: _plain(each) for name, each in told.items()}
        case "NULL":
            return None
    raise ValueError(f"a value of the form {form} is not known")


def _stored(value: Any) -> dict[str, Any]:
    """The same as DynamoDB has it."""
    if value is None:
        return {"NULL": True}
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, int):
        return {"N": str(value)}
    if isinstance(value, str):
        return {"S": value}
    if isinstance(value, list):
        return {"L": [_stored(each) for each in value]}
    if isinstance(value, dict):
        return _stored_table(value)
    raise ValueError("not a value of a record")


def _stored_table(value: dict[str, Any]) -> dict[str, Any]:
    if set(value) == {"$number"}:
        return {"N": str(value["$number"])}
    if set(value) == {"$bytes"}:
        return {"B": b64decode(value["$bytes"], validate=True)}
    return {"M": {name.removeprefix("$"): _stored(each) for name, each in value.items()}}


def stored_files(item: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """Owner and id of each file in the vault that a record names."""
    owner = str(item.get("household", {}).get("S", "")) or _household(str(item["pk"]["S"]))
    for value in item.values():
        for file in _files(within(_plain(value))):
            yield owner, file


def within(value: Any) -> Any:
    """What an attribute says: that of one which is stored as JSON, else itself. People's own words can look like it."""
    if isinstance(value, str) and value.startswith(("{", "[")):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _household(partition: str) -> str:
    _, _, *where = partition.split("#")
    return where[1] if where[:1] == ["HH"] else ORGANISATION


def _files(value: Any) -> Iterator[str]:
    """Ids of whatever has the form of a kept file."""
    if isinstance(value, dict) and set(value) == set(StoredFile._fields):
        yield str(value["id"])
        return
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for each in inner:
        yield from _files(each)
