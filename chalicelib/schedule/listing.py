"""The lists in which staff find classes and their meetings: by month, in order of time, and all classes by their end.

Rows are hints that follow from the class, which alone is true; whoever changes a class writes them with it
(`store.class_changes`).
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from chalicelib.data import keys, read
from chalicelib.data.items import Item
from chalicelib.schedule.domain import ClassGroup, Occurrence, OccurrenceStatus
from chalicelib.schedule.models import ListedClassItem, MonthMeetingItem
from chalicelib.shared.texts import Texts
from chalicelib.shared.times import day_begins, from_iso, months_after, to_iso

LONGEST_HOURS = 24
"""No meeting lasts longer."""
_BATCH = 100
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class ListedMeeting(NamedTuple):
    """A meeting as a list of a day shows it."""

    class_group: str
    meeting: str
    title: Texts
    starts: datetime
    ends: datetime
    room: str
    instructor: str
    takes_place: bool


class ListedClass(NamedTuple):
    """A class group as the list of all shows it."""

    class_group: str
    title: Texts
    instructor: str
    first: datetime
    until: datetime
    is_open: bool


def items(org: str, group: ClassGroup) -> list[Item]:
    """The rows of a class group and of its meetings."""
    return [_class_item(org, group), *(_meeting_item(org, group, meeting) for meeting in group.occurrences)]


def list_day(org: str, day: date, zone: str) -> list[ListedMeeting]:
    """Meetings that begin on a local day, in order of time. One round trip, or two at the end of a month."""
    return list_between(org, day_begins(day, zone), day_begins(day + timedelta(days=1), zone))


def list_between(org: str, since: datetime, until: datetime, *, consistent: bool = False) -> list[ListedMeeting]:
    """Meetings that begin from `since` on and before `until`. A round trip for each month, or each hundred of them."""
    return [
        _listed(item)
        for month in _months(since, until)
        for item in _rows(keys.month_partition(org, month), to_iso(since), to_iso(until), consistent)
    ]


def list_classes(org: str, after: str = "") -> read.Page[ListedClass]:
    """All class groups, the one that ends last first; a page at a time, from beyond the sort key `after`."""
    partition = keys.listed_class(org, "", "").pk
    found = read.page(ListedClassItem, partition, keys.LISTED_CLASSES, after=after)
    return read.Page([_listed_class(item) for item in found.rows], found.next)


def taught_by(group: ClassGroup, meeting: Occurrence) -> str:
    """Who teaches a meeting."""
    return meeting.instructor or group.instructor


def _rows(partition: str, since: str, until: str, consistent: bool) -> Iterator[MonthMeetingItem]:
    after = since
    while True:
        found = read.between(MonthMeetingItem, partition, after, until, size=_BATCH, consistent=consistent)
        yield from found.rows
        if not found.next:
            return
        after = found.next


def _months(since: datetime, until: datetime) -> Iterator[str]:
    first, last = since.astimezone(UTC).date().replace(day=1), until.astimezone(UTC).date()
    while first <= last:
        yield f"{first:%Y-%m}"
        first = months_after(first, 1)


def _meeting_item(org: str, group: ClassGroup, meeting: Occurrence) -> MonthMeetingItem:
    starts = to_iso(meeting.starts)
    pk, sk = keys.month_meeting(org, starts, group.id, meeting.id)
    return MonthMeetingItem(
        pk,
        sk,
        class_group=group.id,
        meeting=meeting.id,
        title=dict(group.title),
        starts=starts,
        ends=to_iso(meeting.ends),
        room=meeting.room or None,
        instructor=taught_by(group, meeting) or None,
        status=meeting.status.value,
    )


def _class_item(org: str, group: ClassGroup) -> ListedClassItem:
    first = min((meeting.starts for meeting in group.occurrences), default=_NEVER)
    until = to_iso(max((meeting.ends for meeting in group.occurrences), default=_NEVER))
    pk, sk = keys.listed_class(org, until, group.id)
    return ListedClassItem(
        pk,
        sk,
        class_group=group.id,
        title=dict(group.title),
        instructor=group.instructor or None,
        first=to_iso(first),
        until=until,
        is_open=group.open,
    )


def _listed(item: MonthMeetingItem) -> ListedMeeting:
    return ListedMeeting(
        item.class_group,
        item.meeting,
        item.title,
        from_iso(item.starts),
        from_iso(item.ends),
        item.room or "",
        item.instructor or "",
        item.status == OccurrenceStatus.PLANNED.value,
    )


def _listed_class(item: ListedClassItem) -> ListedClass:
    return ListedClass(
        item.class_group,
        item.title,
        item.instructor or "",
        from_iso(item.first),
        from_iso(item.until),
        bool(item.is_open),
    )
