"""Pages of one meeting of a member's place: what, when, where, and telling an absence or taking it back."""

from datetime import date

from chalicelib.billing.books import open_books
from chalicelib.enrolments import absence
from chalicelib.enrolments.absence import Changed, Told
from chalicelib.enrolments.foreseeing import Which
from chalicelib.enrolments.meeting_pages import (
    AbsenceView,
    absence_view,
    meeting_facts,
    online_from,
    status_words,
)
from chalicelib.enrolments.places import Places
from chalicelib.households.domain import Private
from chalicelib.households.summary import EnrolmentRow, MemberRow
from chalicelib.organisations.domain import Module
from chalicelib.schedule.domain import (
    ClassGroup,
    Enrolment,
    EnrolmentKind,
    EnrolmentStatus,
    Occurrence,
    as_told_to,
    covered,
)
from chalicelib.schedule.pages import KIND_WORDS
from chalicelib.shared.errors import Conflict, NotFound
from chalicelib.shared.frozen import Frozen, frozen
from chalicelib.shared.texts import say
from chalicelib.shared.times import local_day
from chalicelib.web import render, urls
from chalicelib.web.forms import Form
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes

routes = Routes(Module.CLASSES)

_MEETING = "/{org}/members/{member}/enrolments/{enrolment}/meetings/{meeting}"
MOST_DAYS = 92
"""Days of an absence told in one go."""


@frozen
class Seen(Frozen):
    """A meeting of a member's place."""

    places: Places
    member: MemberRow
    enrolment: Enrolment
    group: ClassGroup
    meeting: Occurrence

    @property
    def path(self) -> str:
        """Its page within the portal."""
        return f"members/{self.member.id}/enrolments/{self.enrolment.id}/meetings/{self.meeting.id}"

    @property
    def is_this(self) -> Which:
        """Means this meeting alone."""
        return lambda meeting: meeting.id == self.meeting.id

    @property
    def is_makeup(self) -> bool:
        """Whether it is a booked make-up that can still be given back."""
        is_booked = self.enrolment.kind is EnrolmentKind.MAKEUP and self.enrolment.status is EnrolmentStatus.ACTIVE
        return is_booked and self.meeting.takes_place and self.meeting.starts > self.places.now

    @property
    def may_join_online(self) -> bool:
        """SCH-4: only whoever has bought the place, from a while before the meeting to its end."""
        is_open = self.group.opens(self.meeting) <= self.places.now < self.meeting.ends
        return bool(self.group.online) and self.enrolment.status.is_bought and self.meeting.takes_place and is_open


def seen(request: Request) -> Seen:
    """What the address names. Raises NotFound when it is none of this household's."""
    member = request.me.home.member(request.params["member"])
    if member is None:
        raise NotFound
    places = Places(open_books(request.organisation, request.me.household, request.now))
    enrolment = places.enrolment(member.id, request.params["enrolment"])
    group = places.group(enrolment.class_group)
    meeting = group.meeting(request.params["meeting"])
    if meeting is None or meeting not in covered(group, enrolment, request.organisation.zone):
        raise NotFound
    return Seen(places, member, enrolment, group, meeting)


@routes.get(_MEETING, Actor.MEMBER, owns="meeting", private=Private.SCHEDULE)
def show_meeting(request: Request) -> Reply:
    """One meeting: when, where, whether somebody comes, and what can be done about it (SCH-4)."""
    return meeting_page(request, seen(request))


def meeting_page(request: Request, found: Seen, problem: Conflict | None = None) -> Reply:
    """The page of a meeting, with what stood in the way of what was asked."""
    status, tone = status_words(found.meeting, found.enrolment, request.local)
    kind = KIND_WORDS.get(found.enrolment.kind)
    with_reasons = request.organisation.shares_reasons
    mark = as_told_to(found.enrolment, request.me.household, with_reasons=with_reasons).marks.get(found.meeting.id)
    may_edit, held = request.me.role.may_edit, found.enrolment.status.holds_place
    return render.page(
        request,
        "enrolments/meeting.html",
        status=409 if problem else 200,
        errors={"": problem.message} if problem and problem.message else None,
        here=urls.portal(request.org, found.path),
        title=request.local.text(found.group.title),
        member=found.member,
        enrolment=found.enrolment.id,
        kind=request.local.say(kind) if kind else "",
        state=status,
        tone=tone,
        facts=meeting_facts(found.group, found.meeting, request.local),
        note=found.meeting.note,
        reason=mark.reason if mark else "",
        right=mark.right if mark else "",
        is_online=bool(found.group.online) and held and found.meeting.takes_place and found.meeting.ends > request.now,
        online=found.group.online if found.may_join_online else "",
        online_from=online_from(found.group, found.meeting, request.local),
        may_report=may_edit and bool(absence.preview(found.places, *_place(found), found.is_this)),
        may_withdraw=may_edit and absence.may_withdraw(found.places, found.enrolment, found.meeting),
        may_give_back=may_edit and found.is_makeup,
        saved=request.query.get("saved", ""),
    )


def _place(found: Seen) -> tuple[str, str]:
    return found.member.id, found.enrolment.id


@routes.get(f"{_MEETING}/absence", Actor.EDITOR, owns="meeting", private=Private.SCHEDULE)
def show_absence(request: Request) -> Reply:
    """What comes of an absence, and the button that tells it (NEW-1)."""
    return _absence_page(request, seen(request))


@routes.post(f"{_MEETING}/absence", Actor.EDITOR, owns="meeting", private=Private.SCHEDULE)
def report_absence(request: Request) -> Reply:
    """Tells the absence, if it comes to what was shown."""
    found = seen(request)
    form = Form(request.form)
    told = Told(form.lines("reason", maximum=500), request.me.user, form.text("digest"))
    if form.errors:
        return _absence_page(request, found, form, status=400)
    try:
        absence.report(request.organisation, request.me.household, _place(found), found.is_this, told, request.now)
    except Changed:
        return _absence_page(request, seen(request), status=409)
    return redirect(urls.portal(request.org, found.path, saved="absence"))


def _absence_page(request: Request, found: Seen, form: Form | None = None, status: int = 200) -> Reply:
    foreseen = absence.preview(found.places, *_place(found), found.is_this)
    return render.page(
        request,
        "enrolments/absence.html",
        status=status,
        errors=form.errors if form else None,
        fields=request.form,
        here=urls.portal(request.org, found.path),
        member=found.member,
        view=absence_view(found.enrolment, found.group, foreseen, request.local),
        changed=status == 409,
    )


@routes.post(f"{_MEETING}/absence/withdraw", Actor.EDITOR, owns="meeting", private=Private.SCHEDULE)
def withdraw_absence(request: Request) -> Reply:
    """Takes an absence back while nothing came of it."""
    found = seen(request)
    try:
        absence.withdraw(request.organisation, request.me.household, _place(found), found.meeting.id, request.now)
    except Conflict as refused:
        return meeting_page(request, seen(request), refused)
    return redirect(urls.portal(request.org, found.path, saved="withdrawn"))


@routes.get("/{org}/members/{member}/absence", Actor.EDITOR, owns="member", private=Private.SCHEDULE)
def show_absence_days(request: Request) -> Reply:
    """All classes of a member from a day to a day, and what comes of staying away."""
    member = _member(request)
    form = Form(request.query)
    days = _days(form)
    return _days_page(request, member, days, form if request.query else None)


@routes.post("/{org}/members/{member}/absence", Actor.EDITOR, owns="member", private=Private.SCHEDULE)
def report_absence_days(request: Request) -> Reply:
    """Tells the absence of all those classes; what was done before stays done, and what changed is shown again."""
    member = _member(request)
    form = Form(request.form)
    days = _days(form)
    reason = form.lines("reason", maximum=500)
    if days is None or form.errors:
        return _days_page(request, member, days, form, status=400)
    try:
        for row in _rows(request, member, days):
            told = Told(reason, request.me.user, form.text(f"digest-{row.id}"))
            _report_days(request, row, days, told)
    except Changed:
        return _days_page(request, member, days, None, status=409)
    return redirect(urls.portal(request.org, f"members/{member.id}/absence", saved="absence"))


def _report_days(request: Request, row: EnrolmentRow, days: tuple[date, date], told: Told) -> None:
    """Tells what was shown of one place. What was not among it had nothing to tell."""
    which = _within(days, request.organisation.zone)
    place = (row.member, row.id)
    if not told.digest:
        places = Places(open_books(request.organisation, request.me.household, request.now))
        if absence.preview(places, *place, which):
            raise Changed
        return
    absence.report(request.organisation, request.me.household, place, which, told, request.now)


def _member(request: Request) -> MemberRow:
    member = request.me.home.member(request.params["member"])
    if member is None:
        raise NotFound
    return member


def _days(form: Form) -> tuple[date, date] | None:
    """The days that are told; None, with what is wrong on the form, when they are no days."""
    first, last = form.day("from", required=True), form.day("to", required=True)
    if first is None or last is None:
        return None
    if last < first:
        form.errors["to"] = say("The last day is before the first")
    elif (last - first).days >= MOST_DAYS:
        form.errors["to"] = say("Choose at most %(n)s days", n=MOST_DAYS)
    return None if form.errors else (first, last)


def _within(days: tuple[date, date], zone: str) -> Which:
    return lambda meeting: days[0] <= local_day(meeting.starts, zone) <= days[1]


def _rows(request: Request, member: MemberRow, days: tuple[date, date]) -> list[EnrolmentRow]:
    return [
        row
        for row in request.me.home.enrolments
        if row.member == member.id
        and EnrolmentStatus(row.status).holds_place
        and row.starts_on <= days[1]
        and days[0] <= row.ends_on
    ]


def _views(request: Request, member: MemberRow, days: tuple[date, date]) -> list[AbsenceView]:
    places = Places(open_books(request.organisation, request.me.household, request.now))
    rows = _rows(request, member, days)
    places.load(row.class_group for row in rows)
    views = []
    for row in rows:
        enrolment = places.enrolment(member.id, row.id)
        found = absence.preview(places, member.id, row.id, _within(days, request.organisation.zone))
        if found:
            views.append(absence_view(enrolment, places.group(enrolment.class_group), found, request.local))
    return views


def _days_page(
    request: Request, member: MemberRow, days: tuple[date, date] | None, form: Form | None, status: int = 200
) -> Reply:
    fields = request.form or request.query
    return render.page(
        request,
        "enrolments/absence_days.html",
        status=status,
        errors=form.errors if form and "saved" not in request.query else None,
        fields=fields,
        first=fields.get("from", request.today.isoformat()),
        last=fields.get("to", ""),
        here=urls.portal(request.org, f"members/{member.id}/absence"),
        member=member,
        views=_views(request, member, days) if days else None,
        changed=status == 409,
        saved=request.query.get("saved", ""),
    )
