"""View models of the staff's class pages: words and labels, so that templates work nothing out."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from chalicelib.enrolments.attending import TAKEN, Expected, Sheet
from chalicelib.organisations.domain import Organisation
from chalicelib.schedule.changes import Act, ClassChange
from chalicelib.schedule.classes import Clash
from chalicelib.schedule.domain import Attendance, ClassGroup, EnrolmentKind, Occurrence
from chalicelib.schedule.listing import ListedClass, ListedMeeting, taught_by
from chalicelib.schedule.recurrence import Plan, Series
from chalicelib.schedule.roll import Roll
from chalicelib.shared.texts import Message, say
from chalicelib.shared.times import local_day
from chalicelib.web import urls
from chalicelib.web.language import Local, dotted

ATTENDANCE_WORDS: Mapping[Attendance, Message] = {
    Attendance.PRESENT: say("Present"),
    Attendance.LATE: say("Late"),
    Attendance.ABSENT_EXCUSED: say("Absent, excused"),
    Attendance.ABSENT_UNEXCUSED: say("Absent"),
    Attendance.ORG_CANCELLED: say("Cancelled by us"),
}
_GUEST_WORDS: Mapping[EnrolmentKind, Message] = {
    EnrolmentKind.MAKEUP: say("Makes up"),
    EnrolmentKind.TRIAL: say("Trial"),
    EnrolmentKind.DROP_IN: say("Drop-in"),
}
ACT_WORDS: Mapping[Act, Message] = {
    Act.CANCELLED: say("Meetings cancelled"),
    Act.MOVED: say("Meetings moved"),
    Act.SUBSTITUTED: say("Instructor changed"),
    Act.ENDED: say("Class cancelled"),
    Act.ROOMIER: say("More places"),
    Act.ARRANGED: say("Class changed"),
}


class MeetingRow(NamedTuple):
    """A meeting as a row of a list."""

    id: str
    title: str
    meta: str
    href: str
    cancelled: bool
    changed: bool = False


class PersonRow(NamedTuple):
    """Somebody on the list of a meeting."""

    enrolment: str
    name: str
    marked: str
    """Value of the attendance that stands; empty when none does."""
    marked_words: str
    guest: str
    told: str
    """What the family wrote about an absence; a plain word where it gave no reason."""
    health: str
    member: str
    """Whose page of certificates and skills is a link away."""


class DayView(NamedTuple):
    """A day with the ways to its neighbours."""

    name: str
    iso: str
    before: str
    after: str


def day_view(day: date, local: Local, org: str, mine: str) -> DayView:
    """The day shown, and the days around it."""

    def href(to: date) -> str:
        return urls.portal(org, "desk/classes", day=to.isoformat(), who=mine)

    step = timedelta(days=1)
    return DayView(local.date(day, "weekday"), day.isoformat(), href(day - step), href(day + step))


def meeting_row(found: ListedMeeting, local: Local, org: str) -> MeetingRow:
    """A meeting of a day."""
    hours = f"{local.time(found.starts)}\u2013{local.time(found.ends)}"
    return MeetingRow(
        found.meeting,
        local.text(found.title),
        dotted(hours, found.room, found.instructor),
        urls.portal(org, f"desk/classes/{found.class_group}/meetings/{found.meeting}"),
        not found.takes_place,
    )


def dated_row(group: ClassGroup, meeting: Occurrence, local: Local, org: str) -> MeetingRow:
    """A meeting of a class, named by its day."""
    hours = f"{local.time(meeting.starts)}\u2013{local.time(meeting.ends)}"
    return MeetingRow(
        meeting.id,
        local.date(meeting.starts, "weekday"),
        dotted(hours, meeting.room, taught_by(group, meeting), meeting.note),
        urls.portal(org, f"desk/classes/{group.id}/meetings/{meeting.id}"),
        not meeting.takes_place,
        meeting.sequence > 0,
    )


def class_row(found: ListedClass, local: Local) -> tuple[str, str]:
    """A class as a row: what it is called; when and who teaches."""
    has_meetings = found.until.year > 1970
    days = f"{local.date(found.first)}\u2013{local.date(found.until)}" if has_meetings else ""
    return local.text(found.title), dotted(days, found.instructor)


def person_rows(sheet: Sheet, local: Local, *, health: bool) -> list[PersonRow]:
    """The list of a meeting, by name."""
    return [_person_row(each, local, health=health) for each in sheet.expected]


def _person_row(each: Expected, local: Local, *, health: bool) -> PersonRow:
    mark = each.mark
    attendance = mark.attendance if mark else None
    from_family = mark is not None and mark.attendance.is_absence and bool(mark.right or mark.reason)
    return PersonRow(
        enrolment=each.enrolment.id,
        name=each.person.name,
        marked=attendance.value if attendance else "",
        marked_words=local.say(ATTENDANCE_WORDS[attendance]) if attendance else "",
        guest=local.say(_GUEST_WORDS[each.enrolment.kind]) if each.is_guest else "",
        told=(mark.reason or local.say(say("Absence told beforehand"))) if mark and from_family else "",
        health=each.person.health_notes if health else "",
        member=each.person.id,
    )


def choices(local: Local) -> list[tuple[str, str]]:
    """What staff choose from for each person."""
    return [(attendance.value, local.say(ATTENDANCE_WORDS[attendance])) for attendance in TAKEN]


def counted(rows: Iterable[PersonRow], local: Local) -> str:
    """How many came, in words; empty before anybody is marked."""
    marked = [row.marked for row in rows if row.marked]
    came = sum(Attendance(value).came for value in marked)
    if not marked:
        return ""
    return local.say(say("%(n)s present, %(away)s absent", n=came, away=len(marked) - came))


def change_rows(found: Sequence[ClassChange], local: Local, zone: str) -> list[tuple[str, str]]:
    """What was changed of a class lately: what, and when with how many meetings and why."""
    return [_change_row(change, local, zone) for change in found]


def _change_row(change: ClassChange, local: Local, zone: str) -> tuple[str, str]:
    days = ", ".join(local.date(local_day(meeting.starts, zone)) for meeting in change.meetings[:3])
    more = "…" if len(change.meetings) > 3 else ""
    return local.say(ACT_WORDS[change.act]), dotted(local.datetime(change.at), days + more, local.text(change.reason))


class PlanView(NamedTuple):
    """The dates of a series, for somebody to look over."""

    days: list[str]
    left_out: list[str]
    hours: str


def plan_view(plan: Plan, series: Series, local: Local) -> PlanView:
    """On which days a series meets, and which it leaves out."""
    ends = datetime.combine(series.first, series.starts) + timedelta(minutes=series.minutes)
    hours = f"{series.starts:%H:%M}\u2013{ends:%H:%M}"
    return PlanView(
        [local.date(day, "weekday") for day in plan.days], [local.date(day, "weekday") for day in plan.left_out], hours
    )


def clash_words(found: Sequence[Clash], local: Local) -> list[str]:
    """What else is in the room, or has the instructor, at a wanted time; the first ten."""
    return [
        dotted(
            local.datetime(clash.wanted.starts),
            local.text(clash.other.title),
            f"{local.time(clash.other.starts)}\u2013{local.time(clash.other.ends)}",
            clash.other.room if clash.what == "room" else clash.other.instructor,
        )
        for clash in found[:10]
    ]


def class_facts(
    group: ClassGroup, roll: Roll, local: Local, organisation: Organisation, now: datetime
) -> list[tuple[str, str]]:
    """What a class is: teacher, places, level, ages, price."""
    taken = sum(seat.counts(now) and not seat.meeting for seat in roll.seats)
    places = f"{taken} / {group.capacity}" if group.capacity is not None else str(taken)
    rows = (
        (say("Instructor"), group.instructor),
        (say("Places taken"), places),
        (say("Waiting"), str(len(roll.waiting)) if roll.waiting else ""),
        (say("Level"), group.level),
        (say("Ages"), _ages(group)),
        (say("Price"), local.money(group.price_minor, organisation.currency) if group.price_minor else ""),
        (say("Meets online at"), group.online),
    )
    return [(local.say(label), value) for label, value in rows if value]


def _ages(group: ClassGroup) -> str:
    youngest, oldest = group.ages
    if youngest is None and oldest is None:
        return ""
    return f"{'' if youngest is None else youngest}\u2013{'' if oldest is None else oldest}"
