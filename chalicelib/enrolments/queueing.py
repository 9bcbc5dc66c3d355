"""Who is offered a place that came free, and what ran out meanwhile. Pure rules over one roll.

New enrolments and make-ups wait in one list (NEW-5). The first that fits is offered the place, which is kept for it
for a while; then the next.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from chalicelib.schedule.domain import ClassGroup, Occurrence
from chalicelib.schedule.roll import Roll, Seat, Wish

AT_ONCE = 5
"""Changes of a kind in one go: each writes several items, and a transaction holds a hundred."""


class Advanced(NamedTuple):
    """A roll once time went on, and what that means for those on it."""

    roll: Roll
    let_go: Sequence[Seat]
    """Holds that ran out."""
    expired: Sequence[Wish]
    """Offers that nobody took in time."""
    lapsed: Sequence[Wish]
    """What was waited for is over, or does not take place."""
    offered: Sequence[Wish]
    """With the moment until which the place is kept."""


def wanted(wish: Wish, group: ClassGroup, now: datetime) -> tuple[Occurrence, ...]:
    """Meetings to come at which a wish needs a place."""
    ahead = (meeting for meeting in group.occurrences if meeting.takes_place and meeting.starts > now)
    return tuple(meeting for meeting in ahead if wish.meeting in ("", meeting.id))


def advance(roll: Roll, group: ClassGroup, zone: str, now: datetime) -> Advanced:
    """Ends what ran out, and offers what is free to the first in the list that it fits.

    No more than `AT_ONCE` of a kind; then the roll says that it has to be looked at again.
    """
    let_go = [seat for seat in roll.seats if not seat.counts(now)]
    expired = [wish for wish in roll.waiting if wish.offered_until and wish.offered_until <= now]
    lapsed = [wish for wish in roll.waiting if wish not in expired and not wanted(wish, group, now)]
    ended = let_go[:AT_ONCE], expired[:AT_ONCE], lapsed[:AT_ONCE]
    rest = _without(roll, [*(seat.enrolment for seat in ended[0]), *(wish.id for wish in (*ended[1], *ended[2]))])
    rest = replace(rest, waiting=tuple(_timed(wish, group, now) for wish in rest.waiting))
    offers = _offers(rest, group, zone, now)
    offered = offers[:AT_ONCE]
    for wish in offered:
        rest = rest.with_wish(wish)
    is_more = max(len(let_go), len(expired), len(lapsed), len(offers)) > AT_ONCE
    return Advanced(replace(rest, look=now if is_more else None), *ended, offered)


def _without(roll: Roll, enrolments: Iterable[str]) -> Roll:
    for enrolment in enrolments:
        roll = roll.without(enrolment)
    return roll


def _timed(wish: Wish, group: ClassGroup, now: datetime) -> Wish:
    """The wish with the moment at which it is of no use any more, as the class stands now."""
    meetings = wanted(wish, group, now)
    return wish._replace(lapses=meetings[-1].starts) if meetings else wish


def _offers(roll: Roll, group: ClassGroup, zone: str, now: datetime) -> list[Wish]:
    """The wishes that a place is free for, in the order of the list, one more than are offered at once."""
    free: dict[str, int | None] = {}
    found: list[Wish] = []
    for wish in roll.waiting:
        meetings = wanted(wish, group, now)
        if wish.offered_until or not meetings or len(found) > AT_ONCE:
            continue
        for meeting in meetings:
            if meeting.id not in free:
                free[meeting.id] = roll.free(group, meeting, zone, now)
        left = {meeting.id: free[meeting.id] for meeting in meetings}
        if all(places is None or places > 0 for places in left.values()):
            free |= {meeting: None if places is None else places - 1 for meeting, places in left.items()}
            found.append(_offered(wish, meetings, now))
    return found


def _offered(wish: Wish, meetings: Sequence[Occurrence], now: datetime) -> Wish:
    """Kept for the usual time, at most until what is waited for begins."""
    return wish._replace(offered_until=min(now + timedelta(minutes=wish.patience), meetings[-1].starts))
