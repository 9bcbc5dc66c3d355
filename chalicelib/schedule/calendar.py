"""A family's calendar: meetings of all classes its members have a place in, worked out from two small reads."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from chalicelib.households.summary import EnrolmentRow, Summary
from chalicelib.schedule import store
from chalicelib.schedule.domain import ClassGroup, EnrolmentStatus, Event, meetings


def class_groups(org: str, summary: Summary, since: datetime | None = None) -> Mapping[str, ClassGroup]:
    """The class groups of a household's enrolments; with `since`, only their later meetings. One round trip."""
    return store.get_class_groups(org, {row.class_group for row in summary.enrolments}, since=since)


def events(rows: Iterable[EnrolmentRow], groups: Mapping[str, ClassGroup], zone: str) -> list[Event]:
    """All meetings that the enrolments cover, in order of time."""
    found = [
        Event(meeting, groups[row.class_group], row.member, row.id)
        for row in rows
        if row.class_group in groups and EnrolmentStatus(row.status).holds_place
        for meeting in meetings(groups[row.class_group], row.starts_on, row.ends_on, zone)
    ]
    return sorted(found, key=lambda event: (event.occurrence.starts, event.member))


def upcoming(found: Iterable[Event], now: datetime) -> list[Event]:
    """Events that are not over, next first."""
    return [event for event in found if event.occurrence.ends > now]


def past(found: Iterable[Event], now: datetime) -> list[Event]:
    """Events that are over, last first."""
    return [event for event in reversed(list(found)) if event.occurrence.ends <= now]
