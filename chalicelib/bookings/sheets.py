"""Week sheets: what is taken of each resource, one item for each week, so that nobody can take a time twice.

Whoever takes or lets go of a time writes the sheets that it touches, over the versions that were read, in
the transaction of the booking itself. Two who want the same time write the same sheet: one of them is
refused, reads again, and finds the time taken.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from chalicelib.bookings.domain import Booking, BookingStatus
from chalicelib.bookings.models import WeekSheetItem
from chalicelib.bookings.resources import Resource
from chalicelib.bookings.slots import Span, Taken, full, is_free, minute_of, weeks
from chalicelib.data import keys, read
from chalicelib.data.keys import Key
from chalicelib.data.write import Transaction
from chalicelib.shared.times import DAY, after

_KEPT = 60 * DAY
"""How long after its week a sheet is still there; the bookings themselves stay."""


class Place(NamedTuple):
    """Where a sheet is."""

    resource: str
    monday: date


class Sheets:
    """The sheets of an organisation as a use case sees them: read once, changed any number of times, written once."""

    def __init__(self, org: str) -> None:
        self._org = org
        self._versions: dict[Place, int | None] = {}
        self._now: dict[Place, tuple[Taken, ...]] = {}
        self._changed: set[Place] = set()

    def load(self, places: Iterable[Place], *, consistent: bool = True) -> None:
        """Reads the sheets that are not known yet. One round trip for each hundred."""
        wanted = {self._key(place): place for place in places if place not in self._versions}
        found = read.many(WeekSheetItem, list(wanted), consistent=consistent) if wanted else {}
        for key, place in wanted.items():
            item = found.get(key)
            self._versions[place] = item.version if item else None
            self._now[place] = tuple(Taken(*row) for row in item.taken) if item else ()

    def taken(self, resource_id: str, mondays: Iterable[date]) -> list[Taken]:
        """What is taken of a resource in some weeks; one that lies in two of them is named once."""
        places = [Place(resource_id, monday) for monday in mondays]
        self.load(places)
        return list(dict.fromkeys(each for place in places for each in self._now[place]))

    def is_free(self, resource: Resource, span: Span, now: datetime) -> bool:
        """Whether a resource has room for one more in all of a span."""
        return is_free(span, full(self.taken(resource.id, weeks(*span)), resource.capacity, minute_of(now)))

    def replace(self, before: Booking | None, after: Booking | None) -> None:
        """Lets go of the time that a booking held, and takes that which it holds now."""
        if before and before.resource_id:
            self._drop(before)
        if after and after.holds_time:
            self._add(after)

    def _drop(self, booking: Booking) -> None:
        for place in _places(booking):
            self.load([place])
            left = tuple(each for each in self._now[place] if each.booking != booking.id)
            self._put(place, left)

    def _add(self, booking: Booking) -> None:
        until = minute_of(booking.starts) if booking.status is BookingStatus.REQUESTED else 0
        taken = Taken(*held_by(booking), booking.id, booking.household, until)
        for place in _places(booking):
            self.load([place])
            self._put(place, tuple(sorted([*self._now[place], taken])))

    def _put(self, place: Place, taken: tuple[Taken, ...]) -> None:
        if taken != self._now[place]:
            self._now[place] = taken
            self._changed.add(place)

    def write(self, transaction: Transaction) -> None:
        """Adds all changes to a transaction; refused when somebody else wrote one of the sheets meanwhile."""
        for item in self.items():
            transaction.put("sheet", item)

    def items(self) -> list[WeekSheetItem]:
        """The changed sheets as items; from then on they count as written."""
        items = [self._item(place) for place in sorted(self._changed)]
        self._versions |= {place: (self._versions[place] or 0) + 1 for place in self._changed}
        self._changed.clear()
        return items

    def _item(self, place: Place) -> WeekSheetItem:
        pk, sk = self._key(place)
        return WeekSheetItem(
            pk,
            sk,
            taken=[list(each) for each in self._now[place]],
            expires=after(_ends(place.monday), _KEPT),
            version=self._versions[place],
        )

    def _key(self, place: Place) -> Key:
        return keys.week_sheet(self._org, place.resource, place.monday.isoformat())


def held_by(booking: Booking) -> Span:
    """What a booking takes, with what is kept clear around it."""
    return minute_of(booking.starts) - booking.terms.before, minute_of(booking.ends) + booking.terms.after


def busy_of(sheets: Sheets, resource: Resource, mondays: Sequence[date], now: datetime) -> list[Span]:
    """The spans of some weeks in which a resource has no room for one more."""
    return full(sheets.taken(resource.id, mondays), resource.capacity, minute_of(now))


def _places(booking: Booking) -> list[Place]:
    return [Place(booking.resource_id, monday) for monday in weeks(*held_by(booking))]


def _ends(monday: date) -> datetime:
    return datetime.combine(monday + timedelta(weeks=1), time(), UTC)
