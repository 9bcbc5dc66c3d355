"""Telling families where a class is joined online, when its door opens (MSG-4, SCH-4).

A meeting waits in the queue `doors` until the address may be told. Then each home that has somebody there gets one
message, which is of no use once the meeting is over; at its start it is looked at once more, for whoever came late.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import quote

from chalicelib.data import keys, read, write
from chalicelib.data.outbox import DOOR, Notice, enqueue
from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.enrolments.changes import homes_of
from chalicelib.households import store as households
from chalicelib.households.domain import Person
from chalicelib.organisations.domain import Module, Organisation
from chalicelib.schedule import store
from chalicelib.schedule.domain import ClassGroup, Occurrence, covered
from chalicelib.schedule.models import MeetingItem
from chalicelib.schedule.roll import Roll, Seat
from chalicelib.shared.ids import named_id
from chalicelib.shared.times import from_iso, to_iso

_IN_ADDRESSES = "!#$%&'()*+,/:;=?@[]~"
"""What may stand in an address as it is."""


class _Joining(NamedTuple):
    """A meeting that can be joined, and who is expected there."""

    org: str
    group: ClassGroup
    meeting: Occurrence
    seats: Sequence[Seat]
    persons: Mapping[str, Person]

    def homes(self) -> dict[str, list[Seat]]:
        """The homes to tell, each with the places of its own members."""
        found: dict[str, list[Seat]] = {}
        for seat in self.seats:
            for home in homes_of(seat, self.persons):
                found.setdefault(home, []).append(seat)
        return found

    def message_of(self, home: str) -> str:
        """Id of the message in which a home is told; there is one for each hour that the meeting was moved to."""
        return named_id(f"door {self.org} {self.group.id} {self.meeting.id} {to_iso(self.meeting.starts)} {home}")


def open_door(organisation: Organisation, row: MeetingItem, now: datetime) -> None:
    """Tells whoever is expected at a meeting where to join. Doubled or late it does no harm. Raises Unavailable."""
    joining = _joining(organisation, row) if now < from_iso(row.ends) else None
    if joining:
        for home, seats in _untold(joining):
            _tell(joining, home, seats, now)
    _look_again(row, from_iso(row.starts) if joining and now < from_iso(row.starts) else None)


def _joining(organisation: Organisation, row: MeetingItem) -> _Joining | None:
    """The meeting as its class tells it; None when it can not be joined, or begins at another time by now."""
    org = organisation.slug
    groups, rolls = store.get_classes_and_rolls(org, [row.class_group])
    group = groups.get(row.class_group)
    meeting = group.meeting(row.meeting) if group and group.is_online else None
    if group is None or meeting is None or not organisation.uses(Module.CLASSES):
        return None
    if not meeting.takes_place or to_iso(meeting.starts) != row.starts:
        return None
    seats = _expected(organisation, group, meeting, rolls[group.id])
    return _Joining(org, group, meeting, seats, households.get_persons(org, {seat.person for seat in seats}))


def _expected(organisation: Organisation, group: ClassGroup, meeting: Occurrence, roll: Roll) -> list[Seat]:
    """Places that are bought and whose holders did not tell that they stay away."""
    seats = [seat for seat in roll.seats if meeting in covered(group, seat, organisation.zone)]
    places = store.get_enrolments(organisation.slug, [(seat.person, seat.enrolment) for seat in seats])
    coming = {
        place.id
        for place in places.values()
        if place.status.is_bought and (meeting.id not in place.marks or place.marks[meeting.id].attendance.came)
    }
    return [seat for seat in seats if seat.enrolment in coming]


def _untold(joining: _Joining) -> Iterator[tuple[str, list[Seat]]]:
    """The homes that have no message yet, with their places. One round trip a hundred."""
    messages = {home: keys.outbox(joining.org, joining.message_of(home)) for home in joining.homes()}
    told = read.raw(list(messages.values()))
    return ((home, seats) for home, seats in joining.homes().items() if messages[home] not in told)


def _tell(joining: _Joining, home: str, seats: Sequence[Seat], now: datetime) -> None:
    """One message to a home about all its members; a repeat sends nothing."""
    notice = Notice("class_online", "", _facts(joining, seats), household=home, until=joining.meeting.ends)
    transaction = Transaction()
    enqueue(transaction, joining.org, notice, now, message=joining.message_of(home))
    try:
        transaction.commit()
    except ConditionFailed:  # told before
        return


def _facts(joining: _Joining, seats: Sequence[Seat]) -> dict[str, Any]:
    """What the message says: the class, who goes, when, where to join, and the page that has it, too."""
    names = {joining.persons[seat.person].first_name for seat in seats if seat.person in joining.persons}
    first = min(seats, key=lambda seat: seat.enrolment)
    return {
        "title": dict(joining.group.title),
        "members": sorted(names),
        "starts_at": to_iso(joining.meeting.starts),
        "ends_at": to_iso(joining.meeting.ends),
        "page": f"members/{first.person}/enrolments/{first.enrolment}/meetings/{joining.meeting.id}",
        DOOR: quote(joining.group.online, safe=_IN_ADDRESSES),
    }


def _look_again(row: MeetingItem, at: datetime | None) -> None:
    """Has the meeting looked at again then, or not any more; one that was changed meanwhile waits as it says itself."""
    actions = [MeetingItem.due.set(to_iso(at))] if at else [MeetingItem.queue.remove(), MeetingItem.due.remove()]
    try:
        write.update(row, actions, (MeetingItem.queue == row.queue) & (MeetingItem.due == row.due))
    except ConditionFailed:
        return
