"""View models of schedule pages: words and labels, so that templates work nothing out."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from chalicelib.households.domain import Role
from chalicelib.households.summary import Summary
from chalicelib.schedule.domain import (
    ClassGroup,
    Enrolment,
    EnrolmentStatus,
    Event,
    Occurrence,
    OccurrenceStatus,
)
from chalicelib.shared.texts import Message, say
from chalicelib.web import urls
from chalicelib.web.language import Local, dotted

STATUS_WORDS: dict[EnrolmentStatus, tuple[Message, str]] = {
    EnrolmentStatus.PENDING_FORMS: (say("Form missing"), "warning"),
    EnrolmentStatus.PENDING_PAYMENT: (say("Payment expected"), "warning"),
    EnrolmentStatus.ACTIVE: (say("Enrolled"), "success"),
    EnrolmentStatus.COMPLETED: (say("Completed"), "neutral"),
    EnrolmentStatus.CANCELLED: (say("Cancelled", context="enrolment"), "neutral"),
    EnrolmentStatus.TRANSFERRED: (say("Moved to another group"), "neutral"),
    EnrolmentStatus.FROZEN: (say("Paused"), "info"),
    EnrolmentStatus.WAITLISTED: (say("On the waitlist"), "info"),
}


class EventView(NamedTuple):
    """One dated entry of a list."""

    weekday: str
    day: str
    month: str
    time: str
    """When it starts; `meta` says until when, for whom and where as well."""
    iso: str
    title: str
    meta: str
    href: str
    cancelled: bool


class MonthView(NamedTuple):
    """A month of a schedule."""

    name: str
    events: list[EventView]


class EnrolmentView(NamedTuple):
    """An enrolment as a row."""

    title: str
    meta: str
    status: str
    tone: str
    href: str


def event_view(event: Event, summary: Summary, local: Local, org: str, role: Role) -> EventView:
    """A meeting with the name of the member who goes, and the way to the enrolment for those who may see it."""
    member = summary.member(event.member)
    href = urls.portal(org, f"members/{event.member}/enrolments/{event.enrolment}") if role.sees_account else ""
    return occurrence_view(
        event.occurrence, event.class_group, local, who=member.first_name if member else "", href=href
    )


def occurrence_view(
    meeting: Occurrence, group: ClassGroup, local: Local, *, who: str = "", href: str = ""
) -> EventView:
    """A meeting: when, what, where, and for whom."""
    hours = f"{local.time(meeting.starts)}\u2013{local.time(meeting.ends)}"
    return EventView(
        weekday=local.date(meeting.starts, "dayname"),
        day=local.date(meeting.starts, "day"),
        month=local.date(meeting.starts, "month"),
        time=local.time(meeting.starts),
        iso=local.iso(meeting.starts),
        title=local.text(group.title),
        meta=dotted(hours, who, meeting.room),
        href=href,
        cancelled=meeting.status is OccurrenceStatus.CANCELLED,
    )


def enrolment_view(enrolment: Enrolment, group: ClassGroup | None, local: Local, org: str) -> EnrolmentView:
    """A place in a class: from when to when, and where it stands."""
    words, tone = STATUS_WORDS[enrolment.status]
    return EnrolmentView(
        title=local.text(group.title) if group else enrolment.class_group,
        meta=f"{local.date(enrolment.starts_on)}\u2013{local.date(enrolment.ends_on)}",
        status=local.say(words),
        tone=tone,
        href=urls.portal(org, f"members/{enrolment.person}/enrolments/{enrolment.id}"),
    )


def event_views(events: Iterable[Event], summary: Summary, local: Local, org: str, role: Role) -> list[EventView]:
    """Several entries."""
    return [event_view(event, summary, local, org, role) for event in events]


def month_views(events: Sequence[Event], summary: Summary, local: Local, org: str, role: Role) -> list[MonthView]:
    """Entries under the months they fall in, in the order they have."""
    months = groupby(events, key=lambda event: local.date(event.occurrence.starts, "month_year"))
    return [MonthView(name, event_views(found, summary, local, org, role)) for name, found in months]
