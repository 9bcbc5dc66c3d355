"""Reads and writes rights to make up."""

from collections.abc import Iterable
from datetime import date
from functools import partial
from typing import Any

from chalicelib.data import keys, read
from chalicelib.data.write import Transaction
from chalicelib.enrolments.models import RightItem
from chalicelib.enrolments.rights import Right, RightStatus
from chalicelib.shared.ids import is_dated_id
from chalicelib.shared.times import day_or_none, from_iso, moment_or_none, to_iso

RIGHTS = "rights"
"""Queue of rights that are over, or used, by a moment."""


def get_right(org: str, person_id: str, right_id: str) -> Right | None:
    """The right, or None. One strong read."""
    if not is_dated_id(right_id):
        return None
    item = read.one(RightItem, keys.right(org, person_id, right_id))
    return right_from(item) if item else None


def get_rights(org: str, wanted: Iterable[tuple[str, str]]) -> dict[str, Right]:
    """Rights that exist, by id, of pairs of person and right. One round trip a hundred."""
    found = read.many(RightItem, [keys.right(org, *pair) for pair in wanted], consistent=False)
    return {item.right: right_from(item) for item in found.values()}


def list_rights(org: str, person_id: str, after: str = "") -> read.Page[Right]:
    """A person's rights, first to expire last, a page at a time, from beyond the right `after`. One round trip."""
    found = read.listed(RightItem, partial(keys.right, org, person_id), after=after)
    return read.Page([right_from(item) for item in found.rows], found.next)


def save_right(transaction: Transaction, org: str, right: Right, zone: str) -> None:
    """Adds the write of a right; refused (`right`) when it was changed meanwhile. `zone` is the organisation's."""
    transaction.put("right", right_item(org, right, zone))


def delete_right(transaction: Transaction, org: str, right: Right, zone: str) -> None:
    """Adds the removal of a right; refused (`right`) when it was changed meanwhile."""
    transaction.delete("right", right_item(org, right, zone))


def right_item(org: str, right: Right, zone: str) -> RightItem:
    """The item that stores `right`, in the queue until it is over."""
    pk, sk = keys.right(org, right.person, right.id)
    due = right.due(zone)
    return RightItem(
        pk,
        sk,
        right=right.id,
        person=right.person,
        document=_document(right),
        version=right.version,
        queue=RIGHTS if due else None,
        due=to_iso(due) if due else None,
    )


def _document(right: Right) -> dict[str, Any]:
    told = {
        "household": right.household,
        "enrolment": right.enrolment,
        "class_group": right.class_group,
        "meeting": right.meeting,
        "programmes": list(right.programmes),
        "level": right.level,
        "issued_at": to_iso(right.issued_at),
        "expires_on": right.expires_on.isoformat(),
        "status": right.status.value,
        "place": right.place,
        "reserved_on": right.reserved_on.isoformat() if right.reserved_on else "",
        "used_at": to_iso(right.used_at) if right.used_at else "",
    }
    return {name: value for name, value in told.items() if value}


def right_from(item: RightItem) -> Right:
    """The right that `item` stores."""
    told: dict[str, Any] = item.document
    return Right(
        id=item.right,
        person=item.person,
        household=told["household"],
        enrolment=told["enrolment"],
        class_group=told["class_group"],
        meeting=told["meeting"],
        programmes=tuple(told.get("programmes", ())),
        level=told.get("level", ""),
        issued_at=from_iso(told["issued_at"]),
        expires_on=date.fromisoformat(told["expires_on"]),
        status=RightStatus(told["status"]),
        place=told.get("place", ""),
        reserved_on=day_or_none(told.get("reserved_on")),
        used_at=moment_or_none(told.get("used_at", "")),
        version=item.version,
    )
