"""Gathering what stands in a household's calendar: from its summary, and at most two reads beside it.

What is ahead needs the dates of the classes alone, for the summary knows the places and who stays away. What is past
needs the enrolments as well, for they hold who was there. Months from before the summary's memory are found through
each member's own history (SCH-1).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import islice
from operator import attrgetter
from typing import NamedTuple

from chalicelib.bookings.domain import Booking
from chalicelib.bookings.pages import bookings_ahead
from chalicelib.calendar.domain import (
    BY_TIME,
    Entry,
    Holding,
    Meeting,
    Standing,
    booking_entry,
    entries_of,
    holding_of,
    holdings,
    in_order,
    meetings_of,
)
from chalicelib.households.domain import Role
from chalicelib.households.summary import ENROLMENT_DAYS, GIVEN_UP, MAX_ENROLMENTS, Summary
from chalicelib.identity.seeing import hides_schedule
from chalicelib.organisations.domain import Module, Organisation
from chalicelib.schedule import store
from chalicelib.schedule.domain import ClassGroup, Occurrence, covered
from chalicelib.shared.frozen import Frozen, frozen
from chalicelib.shared.times import local_day

_MOST_OF_ONE_MEMBER = 100
"""Enrolments of a member that are looked through for a month long ago: the latest that had begun by then."""
_STARTS = attrgetter("starts")
_FAR = timedelta(days=3650)
_PAST = timedelta(days=ENROLMENT_DAYS - 2)
"""How far the list of what is past goes back; months go on from there."""


@frozen
class Family(Frozen):
    """Whose calendar it is, who looks, and when."""

    organisation: Organisation
    home: Summary
    role: Role
    now: datetime
    member: str = ""
    """The only member whose entries are wanted; empty: all."""

    @property
    def zone(self) -> str:
        """The organisation's."""
        return self.organisation.zone

    @property
    def sees_bookings(self) -> bool:
        """Whether there are bookings, for this role to see (C5)."""
        used = self.organisation.uses(Module.BOOKINGS) and self.home.has_bookings
        return used and self.role.sees_account

    def own(self, held: Iterable[Holding]) -> list[Holding]:
        """The places of the member that is wanted, or of all."""
        return [holding for holding in held if self.member in ("", holding.member)]


class Part(NamedTuple):
    """Some entries of a list, and whether more follow."""

    entries: list[Entry]
    more: bool


def ahead(family: Family, start: int, count: int) -> Part:
    """What is not over, next first, from the `start`-th on. One round trip; two for the bookings of one member."""
    today = local_day(family.now, family.zone)
    held = [holding for holding in family.own(holdings(family.home)) if holding.ends_on >= today]
    booked = _bookings_ahead(family)
    end = start + count
    coming = next_classes(family, groups_ahead(family, held), held, end + 1)
    found = _shown([*coming, *(entry for entry in booked if entry.ends > family.now)])
    return Part(found[start:end], len(found) > end)


def groups_ahead(family: Family, held: Iterable[Holding]) -> Mapping[str, ClassGroup]:
    """The class groups of places, with their meetings that are not over. One round trip."""
    return store.get_class_groups(family.organisation.slug, {each.class_group for each in held}, since=family.now)


def next_classes(family: Family, groups: Mapping[str, ClassGroup], held: Iterable[Holding], count: int) -> list[Entry]:
    """The next meetings of places that are not over, at most `count`, next first."""
    taken = (holding for holding in held if holding.status.holds_place)
    first = [meeting for holding in taken for meeting in _next_of(holding, groups, family, count)]
    return entries_of(sorted(first, key=BY_TIME)[:count])


def _next_of(holding: Holding, groups: Mapping[str, ClassGroup], family: Family, count: int) -> Iterator[Meeting]:
    """As many of one place: a season has dozens, of which the home page shows four."""
    if group := groups.get(holding.class_group):
        met = sorted(covered(group, holding, family.zone), key=_STARTS)
        ahead = (meeting for meeting in met if meeting.ends > family.now)
        yield from (Meeting(meeting, group, holding) for meeting in islice(ahead, count))


def _bookings_ahead(family: Family) -> list[Entry]:
    if not family.sees_bookings:
        return []
    if family.member:
        return _bookings(family, family.now, family.now + _FAR)
    return [booking_entry(booking, family.now) for booking in bookings_ahead(family.home, family.now)]


def past(family: Family, start: int, count: int) -> Part:
    """What was over in the past year, last first, from the `start`-th on. Two or three round trips."""
    found = [each for each in reversed(between(family, family.now - _PAST, family.now)) if each.ends <= family.now]
    end = start + count
    return Part(found[start:end], len(found) > end)


def between(family: Family, begin: datetime, end: datetime) -> list[Entry]:
    """What touches the time from `begin` to before `end`, in order. Two round trips; more for long ago."""
    return _shown(everything(family, begin, end))


def _shown(entries: Iterable[Entry]) -> list[Entry]:
    return in_order(entry for entry in entries if entry.standing is not Standing.LOST)


def everything(
    family: Family, begin: datetime, end: datetime, *, whole: bool = False, bookings: bool = True
) -> list[Entry]:
    """The same, with what the family gave up. `whole` reads every enrolment, to know of each when it was changed."""
    first, last = local_day(begin, family.zone) - timedelta(days=1), local_day(end, family.zone)
    held = _places(family, first, last)
    wanted = [(each.member, each.id) for each in held] if whole or begin < family.now else []
    groups, marked = store.get_calendar(family.organisation.slug, [each.class_group for each in held], wanted)
    exact = [holding_of(marked[each.id]) if each.id in marked else each for each in held]
    met = (each for each in meetings_of(exact, groups, family.zone) if _touches(each.occurrence, begin, end))
    found = entries_of(met)
    if bookings and family.sees_bookings:
        found += [each for each in _bookings(family, begin, end) if _touches(each, begin, end)]
    return found


def _touches(dated: Occurrence | Entry, begin: datetime, end: datetime) -> bool:
    return dated.starts < end and begin < dated.ends


def _bookings(family: Family, begin: datetime, end: datetime) -> list[Entry]:
    from chalicelib.bookings import store as booking_store  # the home page has no use for it, nor for what it loads

    found = booking_store.list_between(family.organisation.slug, family.home.household, begin, end)
    return [booking_entry(each, family.now) for each in found if _is_wanted(family, each)]


def _is_wanted(family: Family, booking: Booking) -> bool:
    return family.member in ("", booking.member)


def _places(family: Family, first: date, last: date) -> list[Holding]:
    """The places whose days touch those from `first` to `last`."""
    known = family.own(holdings(family.home))
    if _remembers(family, first):
        return [holding for holding in known if holding.touches(first, last)]
    found = {holding.id: holding for holding in known}
    for member in family.home.members:
        if family.member in ("", member.id) and not hides_schedule(family.home, member.id):
            found |= {each.id: each for each in _history(family, member.id, last)}
    return [holding for holding in found.values() if holding.touches(first, last)]


def _remembers(family: Family, first: date) -> bool:
    """Whether the summary has all places that ended on `first` or later."""
    rows = family.home.enrolments
    forgotten = local_day(family.now, family.zone) - timedelta(days=ENROLMENT_DAYS)
    is_cut = len(rows) >= MAX_ENROLMENTS and (rows[-1].status not in GIVEN_UP or first <= rows[-1].ends_on)
    return first >= forgotten and not is_cut


def _history(family: Family, member: str, last: date) -> Sequence[Holding]:
    """What a member's own history tells of the time until `last`. One round trip."""
    found = store.list_enrolments_until(family.organisation.slug, member, last, size=_MOST_OF_ONE_MEMBER)
    return [holding_of(enrolment) for enrolment in found]
