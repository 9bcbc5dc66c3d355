"""What a family bought and gave back: one line for each, in the order of time (PUR-1, BOOK-5, SCH-12, SUB-4).

The act itself writes its line, in the transaction that does it, so that the list has what costs nothing as well and
tells of nothing that did not happen. Lines are never changed: giving something back is a line of its own. Each line is
kept twice, once for the household and once for the member it is about, so that either list is one range of keys.
"""

import re
from datetime import datetime
from enum import Enum
from functools import partial
from typing import NamedTuple

from chalicelib.billing.books import Books
from chalicelib.billing.models import BoughtItem
from chalicelib.data import keys, read
from chalicelib.data.items import Item
from chalicelib.shared.ids import named_id
from chalicelib.shared.texts import Texts
from chalicelib.shared.times import from_iso, to_iso

_ID = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ-[a-z2-7]{12}")


class Thing(Enum):
    """What kind of thing was bought."""

    GOODS = "goods"
    PASS = "pass"  # noqa: S105 - a pass is no password
    SUBSCRIPTION = "subscription"
    BOOKING = "booking"
    ENROLMENT = "enrolment"


class Bought(NamedTuple):
    """Something bought, or given back."""

    thing: Thing
    what: str
    """Its id: of the order, pass, subscription, booking or enrolment."""
    title: Texts
    at: datetime
    member: str = ""
    """Empty: the household as a whole."""
    minor: int = 0
    """Taxes included; below zero: what was given back."""
    currency: str = ""
    invoice: str = ""
    is_cancelled: bool = False
    """Whether it was given back or called off, and not bought."""

    @property
    def id(self) -> str:
        """Sorts by time; the same act has the same one, so that an import which is repeated adds nothing."""
        tail = named_id(f"{self.thing.value} {self.what} {self.is_cancelled}")[:12]
        return f"{to_iso(self.at)}-{tail}"


def is_bought_id(value: str) -> bool:
    """Whether `value` has the form of an id of a line."""
    return bool(_ID.fullmatch(value))


def note(books: Books, *lines: Bought) -> None:
    """Adds lines to what the books write."""
    for line in lines:
        for item in bought_items(books.org, books.household, line):
            books.transaction.put("bought", item)
        books.hold("purchase")


def bought_items(org: str, household: str, line: Bought) -> list[Item]:
    """The items that store a line: in the household's list, and in its member's."""
    places = [keys.bought(org, household, line.id)]
    if line.member:
        places.append(keys.bought_by(org, household, line.member, line.id))
    return [_item(place, line) for place in places]


def list_page(org: str, household: str, member: str = "", after: str = "") -> read.Page[Bought]:
    """What a household bought, or one of its members; newest first, 25 at a time. One round trip."""
    shape = partial(keys.bought_by, org, household, member) if member else partial(keys.bought, org, household)
    found = read.listed(BoughtItem, shape, after=after)
    return read.Page([bought_from(item) for item in found.rows], found.next)


def _item(place: keys.Key, line: Bought) -> BoughtItem:
    return BoughtItem(
        *place,
        thing=line.thing.value,
        what=line.what,
        title=dict(line.title),
        at=to_iso(line.at),
        member=line.member or None,
        minor=line.minor,
        currency=line.currency or None,
        invoice=line.invoice or None,
        is_cancelled=line.is_cancelled or None,
    )


def bought_from(item: BoughtItem) -> Bought:
    """The line that `item` stores."""
    return Bought(
        thing=Thing(item.thing),
        what=item.what,
        title=item.title,
        at=from_iso(item.at),
        member=item.member or "",
        minor=int(item.minor),
        currency=item.currency or "",
        invoice=item.invoice or "",
        is_cancelled=bool(item.is_cancelled),
    )
