"""View models of schedule pages: words and labels, so that templates work nothing out."""

from collections.abc import Mapping
from typing import NamedTuple

from chalicelib.schedule.domain import (
    Attendance,
    ClassGroup,
    Enrolment,
    EnrolmentKind,
    EnrolmentStatus,
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
    EnrolmentStatus.OFFERED: (say("A place is free for you"), "success"),
    EnrolmentStatus.OFFER_EXPIRED: (say("The offer ran out"), "neutral"),
    EnrolmentStatus.HELD: (say("Kept for you"), "warning"),
}

ATTENDED: Mapping[Attendance, tuple[Message, str]] = {
    Attendance.PRESENT: (say("Was there"), "success"),
    Attendance.LATE: (say("Came late"), "success"),
    Attendance.ABSENT_EXCUSED: (say("Absent, excused"), "neutral"),
    Attendance.ABSENT_UNEXCUSED: (say("Absent"), "neutral"),
    Attendance.ORG_CANCELLED: (say("Cancelled"), "danger"),
}
"""What a family reads about a meeting that was marked."""

KIND_WORDS: Mapping[EnrolmentKind, Message] = {
    EnrolmentKind.MAKEUP: say("Make-up class"),
    EnrolmentKind.TRIAL: say("Trial class"),
    EnrolmentKind.DROP_IN: say("Single class"),
}
"""What a place for one meeting is; one in a class needs no word."""


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


class EnrolmentView(NamedTuple):
    """An enrolment as a row."""

    title: str
    meta: str
    status: str
    tone: str
    href: str


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
