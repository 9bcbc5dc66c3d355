"""What can be changed of the meetings of a class. Pure: each function says how the class is afterwards.

A meeting keeps its id whatever happens to it, counts its changes, and remembers when it was first to begin. What is
so already stays as it is, without another count: doing a thing twice is doing it once.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import datetime

from chalicelib.schedule.domain import MAX_OCCURRENCES, ClassGroup, Occurrence, OccurrenceStatus
from chalicelib.shared.errors import Conflict
from chalicelib.shared.texts import say

TOO_MANY = say("A class has at most %(n)s meetings. Start another class.", n=MAX_OCCURRENCES)


def with_meetings(group: ClassGroup, new: Iterable[Occurrence]) -> ClassGroup:
    """The class with further meetings; those it knows stay as they are. Raises Conflict when they are too many."""
    known = {meeting.id for meeting in group.occurrences}
    added = {meeting.id: meeting for meeting in new if meeting.id not in known}
    if not added:
        return group
    if len(known) + len(added) > MAX_OCCURRENCES:
        raise Conflict(TOO_MANY)
    return _with(group, [*group.occurrences, *added.values()])


def cancelled(group: ClassGroup, meetings: Collection[str], note: str = "") -> ClassGroup:
    """The class once some of its meetings do not take place."""

    def cancel(meeting: Occurrence) -> Occurrence:
        return meeting._replace(status=OccurrenceStatus.CANCELLED, note=note)

    return _changed(group, meetings, cancel)


def moved(
    group: ClassGroup, meeting_id: str, starts: datetime, ends: datetime, room: str, note: str = ""
) -> ClassGroup:
    """The class once a meeting is at another time or place."""

    def move(meeting: Occurrence) -> Occurrence:
        if (meeting.starts, meeting.ends, meeting.room) == (starts, ends, room):
            return meeting
        planned = meeting.planned or (meeting.starts if meeting.starts != starts else None)
        return meeting._replace(starts=starts, ends=ends, room=room, planned=planned, note=note)

    return _changed(group, [meeting_id], move)


def with_room(group: ClassGroup, meetings: Collection[str], room: str, note: str = "") -> ClassGroup:
    """The class once some of its meetings are in another room."""

    def rehouse(meeting: Occurrence) -> Occurrence:
        return meeting if meeting.room == room else meeting._replace(room=room, note=note)

    return _changed(group, meetings, rehouse)


def substituted(group: ClassGroup, meetings: Collection[str], instructor: str, note: str = "") -> ClassGroup:
    """The class once somebody else teaches some of its meetings; the class's own teacher: as it was."""
    standing_in = "" if instructor == group.instructor else instructor

    def substitute(meeting: Occurrence) -> Occurrence:
        if meeting.instructor == standing_in:
            return meeting
        return meeting._replace(instructor=standing_in, note=note)

    return _changed(group, meetings, substitute)


def differing(before: ClassGroup | None, after: ClassGroup) -> tuple[Occurrence, ...]:
    """The meetings, as they were, that are not the same any more; all of them in another programme."""
    if before is None:
        return ()
    now = {meeting.id: meeting for meeting in after.occurrences if before.programme == after.programme}
    return tuple(meeting for meeting in before.occurrences if now.get(meeting.id) != meeting)


def _changed(group: ClassGroup, meetings: Collection[str], change: Callable[[Occurrence], Occurrence]) -> ClassGroup:
    """Only what takes place can be changed."""
    wanted = set(meetings)
    found = [
        _counted(each, change(each)) if each.id in wanted and each.takes_place else each for each in group.occurrences
    ]
    return _with(group, found) if found != list(group.occurrences) else group


def _counted(before: Occurrence, after: Occurrence) -> Occurrence:
    return after._replace(sequence=before.sequence + 1) if after != before else before


def _with(group: ClassGroup, meetings: Iterable[Occurrence]) -> ClassGroup:
    return replace(group, occurrences=tuple(sorted(meetings, key=lambda meeting: (meeting.starts, meeting.id))))
