"""Programmes, classes and their meetings as the organisation arranges them: creating, cancelling, moving, standing in.

Every change is one write of the class under its version, with a note of what families are to be told
(`schedule.changes`). The rows that lists find meetings by go along, or, where they are too many for one
transaction, follow under the same note.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from chalicelib.data import keys, write
from chalicelib.data.items import Item
from chalicelib.data.keys import Key
from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.schedule import changes, changing, listing, store
from chalicelib.schedule.changes import Act, ClassChange
from chalicelib.schedule.domain import ClassGroup, Occurrence, Programme
from chalicelib.schedule.models import MeetingItem, MonthMeetingItem
from chalicelib.shared.errors import Conflict, NotFound
from chalicelib.shared.frozen import Frozen, frozen
from chalicelib.shared.texts import Texts, in_language, say
from chalicelib.shared.times import to_iso

_TOGETHER = 90
"""Writes of one transaction, with room for what belongs to it."""
_BY_MEETING = (MeetingItem, MonthMeetingItem)
"""Rows that are as many as the meetings."""


@frozen
class Staff(Frozen):
    """Who changes something for the organisation, and when."""

    org: str
    now: datetime
    user: str = ""
    """Empty: an operator."""


class Done(NamedTuple):
    """What became of a class."""

    group: ClassGroup
    change: int = 0
    """Number of the change that families are to be told of; 0: it was so already, or concerns nobody."""


class Clash(NamedTuple):
    """Two meetings that want the same room or the same teacher at the same time."""

    wanted: Occurrence
    other: listing.ListedMeeting
    what: str
    """`room` or `instructor`."""


class Overlap(Conflict):
    """A room or a teacher is taken at that time; `clashes` say by what. Nothing was changed."""

    def __init__(self, clashes: Sequence[Clash]) -> None:
        super().__init__(say("The room or the instructor is taken at that time."))
        self.clashes = tuple(clashes)


def save_programme(org: str, programme: Programme) -> None:
    """Stores a programme over the one with the same id. Raises Unavailable."""
    write.put(store.programme_item(org, programme))


def create(staff: Staff, group: ClassGroup, *, overlap: bool = False) -> Done:
    """Stores a new class with its meetings; one with this id that is there already stays as it is.

    Raises Overlap, unless `overlap` says that it does not matter.
    """
    known = store.get_class_groups(staff.org, [group.id], consistent=True).get(group.id)
    if known:
        return Done(known)
    if not overlap:
        _refuse_clashes(staff.org, group, group.occurrences)
    try:
        return _save(staff, None, group, Act.ARRANGED, {})
    except ConditionFailed:  # the same form, sent twice at once
        return Done(_found(staff.org, group.id))


def edit(staff: Staff, class_id: str, work: Callable[[ClassGroup], ClassGroup]) -> Done:
    """Changes what a class is called, costs, allows; more places go to whoever waits. Raises NotFound, Conflict."""
    return _change(staff, class_id, work, Act.ARRANGED)


def add_meetings(staff: Staff, class_id: str, new: Sequence[Occurrence], *, overlap: bool = False) -> Done:
    """Adds meetings; those the class has already, by their ids, stay. Raises NotFound, Overlap, Conflict."""

    def work(group: ClassGroup) -> ClassGroup:
        after = changing.with_meetings(group, new)
        if not overlap:
            known = {meeting.id for meeting in group.occurrences}
            _refuse_clashes(staff.org, after, [each for each in after.occurrences if each.id not in known])
        return after

    return _change(staff, class_id, work, Act.ARRANGED)


def cancel_meetings(staff: Staff, class_id: str, meetings: Collection[str], reason: Texts) -> Done:
    """Cancels some meetings. Raises NotFound, Conflict."""
    note = in_language(reason, "")
    return _change(staff, class_id, lambda group: changing.cancelled(group, meetings, note), Act.CANCELLED, reason)


def end_class(staff: Staff, class_id: str, reason: Texts) -> Done:
    """Cancels the whole class: all meetings that are not over, and every place. Raises NotFound, Conflict."""

    def work(group: ClassGroup) -> ClassGroup:
        ahead = [meeting.id for meeting in group.occurrences if meeting.ends > staff.now]
        return replace(changing.cancelled(group, ahead, in_language(reason, "")), open=False)

    return _change(staff, class_id, work, Act.ENDED, reason)


def move_meeting(
    staff: Staff, class_id: str, meeting: str, starts: datetime, ends: datetime, room: str, reason: Texts,
    *, overlap: bool = False,
) -> Done:  # fmt: skip
    """Puts a meeting at another time or place. Raises NotFound, Overlap, Conflict."""

    def work(group: ClassGroup) -> ClassGroup:
        after = changing.moved(group, meeting, starts, ends, room, in_language(reason, ""))
        if not overlap and after != group:
            _refuse_clashes(staff.org, after, [each for each in after.occurrences if each.id == meeting])
        return after

    return _change(staff, class_id, work, Act.MOVED, reason)


def change_room(
    staff: Staff, class_id: str, meetings: Collection[str], room: str, reason: Texts, *, overlap: bool = False
) -> Done:
    """Puts some meetings into another room. Raises NotFound, Overlap, Conflict."""

    def work(group: ClassGroup) -> ClassGroup:
        after = changing.with_room(group, meetings, room, in_language(reason, ""))
        if not overlap:
            _refuse_clashes(staff.org, after, _new_in(group, after))
        return after

    return _change(staff, class_id, work, Act.MOVED, reason)


def substitute(
    staff: Staff, class_id: str, meetings: Collection[str], instructor: str, reason: Texts, *, overlap: bool = False
) -> Done:
    """Has somebody else teach some meetings. Raises NotFound, Overlap, Conflict."""

    def work(group: ClassGroup) -> ClassGroup:
        after = changing.substituted(group, meetings, instructor, in_language(reason, ""))
        if not overlap:
            _refuse_clashes(staff.org, after, _new_in(group, after))
        return after

    return _change(staff, class_id, work, Act.SUBSTITUTED, reason)


def set_open(staff: Staff, class_id: str, *, is_open: bool) -> Done:
    """Lets families take places themselves, or does not any more. Raises NotFound, Conflict."""
    return _change(staff, class_id, lambda group: replace(group, open=is_open), Act.ARRANGED)


def clashes(org: str, group: ClassGroup, wanted: Iterable[Occurrence]) -> list[Clash]:
    """What else is in the same room or has the same teacher while these meetings of `group` take place.

    One small strong read for each meeting. Two changes at the very same moment do not see each other.
    """
    return [clash for meeting in wanted if meeting.takes_place for clash in _clashes_of(org, group, meeting)]


def _clashes_of(org: str, group: ClassGroup, meeting: Occurrence) -> list[Clash]:
    earliest = meeting.starts - timedelta(hours=listing.LONGEST_HOURS)
    found = listing.list_between(org, earliest, meeting.ends, consistent=True)
    teacher = listing.taught_by(group, meeting)
    return [
        Clash(meeting, other, "room" if _same(meeting.room, other.room) else "instructor")
        for other in found
        if (other.class_group, other.meeting) != (group.id, meeting.id)
        and other.takes_place
        and other.ends > meeting.starts
        and (_same(meeting.room, other.room) or _same(teacher, other.instructor))
    ]


def _same(one: str, other: str) -> bool:
    return bool(one) and one.casefold() == other.casefold()


def _new_in(before: ClassGroup, after: ClassGroup) -> list[Occurrence]:
    touched = {meeting.id for meeting in changing.differing(before, after)}
    return [meeting for meeting in after.occurrences if meeting.id in touched]


def _refuse_clashes(org: str, group: ClassGroup, wanted: Iterable[Occurrence]) -> None:
    found = clashes(org, group, wanted)
    if found:
        raise Overlap(found)


def _change(
    staff: Staff, class_id: str, work: Callable[[ClassGroup], ClassGroup], act: Act, reason: Texts | None = None
) -> Done:
    """Does `work` on the class as it is stored; from the start when somebody else was quicker."""
    for _ in write.turns():
        before = _found(staff.org, class_id)
        after = work(before)
        if after == before:
            return Done(before)
        try:
            return _save(staff, before, after, act, reason or {})
        except ConditionFailed:
            continue
    raise Conflict


def _found(org: str, class_id: str) -> ClassGroup:
    found = store.get_class_groups(org, [class_id], consistent=True).get(class_id)
    if found is None:
        raise NotFound
    return found


def _save(staff: Staff, before: ClassGroup | None, after: ClassGroup, act: Act, reason: Texts) -> Done:
    """Writes the class, with its rows if they fit. Raises ConditionFailed when it was changed meanwhile."""
    own, puts, deletes = store.class_changes(staff.org, before, after)
    act = Act.ROOMIER if act is Act.ARRANGED and before and _is_roomier(before, after) else act
    change = ClassChange(
        org=staff.org,
        class_group=after.id,
        number=(after.version or 0) + 1,
        act=act,
        at=staff.now,
        meetings=before.occurrences
        if before and before.programme != after.programme
        else changing.differing(before, after),
        programme=before.programme if before else after.programme,
        reason=reason,
        by=staff.user,
        rows=len(puts) + len(deletes) > _TOGETHER,
    )
    transaction = Transaction()
    transaction.put("class", own)
    for item in puts:
        if not change.rows or not isinstance(item, _BY_MEETING):
            transaction.put("row", item)
    for item in deletes:
        if not change.rows or not isinstance(item, _BY_MEETING):
            transaction.delete("row", item)
    if change.rows or act is not Act.ARRANGED:
        changes.add(transaction, change)
    transaction.commit()
    if change.rows:
        write_rows(change)
    return Done(replace(after, version=change.number), 0 if act is Act.ARRANGED else change.number)


def _is_roomier(before: ClassGroup, after: ClassGroup) -> bool:
    if before.capacity is None:
        return False
    return after.capacity is None or after.capacity > before.capacity


def write_rows(change: ClassChange) -> None:
    """Writes all rows of a class whose change was too large for one transaction, and takes the outdated ones away.

    Each part is written only while the class is still the one that was read; another change begins it again.
    Raises Conflict, Unavailable.
    """
    for _ in write.turns():
        group = _found(change.org, change.class_group)
        try:
            _write_all_rows(change, group)
        except ConditionFailed:
            continue
        changes.rows_written(change)
        if change.act is Act.ARRANGED:
            changes.finish(change)
        return
    raise Conflict


def _write_all_rows(change: ClassChange, group: ClassGroup) -> None:
    items = store.class_items(change.org, group)
    own = keys.class_group(change.org, group.id)
    puts = [partial(Transaction.put, name="row", item=item) for key, item in items.items() if key != own]
    outdated = [Item(*key) for key in dict.fromkeys(_old_keys(change)) if key not in items]
    rows = [*puts, *(partial(Transaction.delete, name="row", item=item) for item in outdated)]
    for start in range(0, len(rows), _TOGETHER):
        transaction = Transaction()
        for write_row in rows[start : start + _TOGETHER]:
            write_row(transaction)
        store.check_class(transaction, change.org, group)
        transaction.commit()


def _old_keys(change: ClassChange) -> list[Key]:
    """Where the rows of changed meetings were."""
    return [
        key
        for meeting in change.meetings
        for key in (
            keys.meeting(change.org, change.programme, to_iso(meeting.starts), change.class_group, meeting.id),
            keys.month_meeting(change.org, to_iso(meeting.starts), change.class_group, meeting.id),
        )
    ]
