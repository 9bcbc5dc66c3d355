"""The staff's pages of classes day by day: who meets today, who is expected, who came."""

from collections.abc import Mapping, Sequence

from chalicelib.enrolments import attending
from chalicelib.enrolments.attending import Sheet
from chalicelib.enrolments.desk_pages import (
    choices,
    class_row,
    counted,
    day_view,
    meeting_row,
    person_rows,
)
from chalicelib.identity.domain import StaffRole
from chalicelib.identity.staff import DESK, TEACHING
from chalicelib.organisations.domain import Module
from chalicelib.schedule import listing
from chalicelib.schedule.domain import Attendance
from chalicelib.shared.errors import Conflict
from chalicelib.shared.texts import Message, say
from chalicelib.web import paging, render, urls
from chalicelib.web.forms import parse_day
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.language import dotted
from chalicelib.web.routes import Actor, Routes
from chalicelib.web.tabs import tabs

routes = Routes(Module.CLASSES)

MARK = "mark-"
"""Start of the names of the fields of an attendance list; the enrolment follows."""
REST = "rest"
"""Name of the button that has everybody present who is not marked otherwise."""
_PAGE = 100
"""People on one page of a list: each is a field, and a form has no more than two hundred."""
_SEPARATOR = "="


@routes.get("/{org}/desk/classes", Actor.STAFF, staff=TEACHING)
def show_day(request: Request) -> Reply:
    """Meetings of a day: one's own for instructors, else all. One round trip, whatever the organisation's size."""
    day = parse_day(request.query.get("day", "")) or request.today
    found = listing.list_day(request.org, day, request.organisation.zone)
    who = request.query.get("who", "") or _usual(request, found)
    shown = [each for each in found if who == "all" or _is_mine(request, each.instructor)]
    query = {"day": day.isoformat()}
    return render.page(
        request,
        "desk/day.html",
        day=day_view(day, request.local, request.org, who),
        is_today=day == request.today,
        meetings=[meeting_row(each, request.local, request.org) for each in shown],
        tabs=tabs(
            request,
            "desk/classes",
            [(say("All"), {**query, "who": "all"}, who == "all"), (say("Mine"), {**query, "who": "me"}, who != "all")],
        ),
        may_arrange=_may_arrange(request),
    )


def _usual(request: Request, found: Sequence[listing.ListedMeeting]) -> str:
    """Instructors who teach that day see their own first."""
    teaches = any(_is_mine(request, each.instructor) for each in found)
    return "me" if request.me.staff_role is StaffRole.INSTRUCTOR and teaches else "all"


def _is_mine(request: Request, instructor: str) -> bool:
    """Whether somebody's name as the class has it is that of whoever looks."""
    return bool(instructor) and instructor.casefold() == request.me.user_name.casefold()


def _may_arrange(request: Request) -> bool:
    return request.me.works_as(DESK)


@routes.get("/{org}/desk/classes/all", Actor.STAFF, staff=TEACHING)
def show_classes(request: Request) -> Reply:
    """All classes, those that end last on top, 25 at a time."""
    found = listing.list_classes(request.org, request.query.get("after", ""))
    return render.page(
        request,
        "desk/all.html",
        classes=[
            (
                urls.portal(request.org, f"desk/classes/{each.class_group}") if _may_arrange(request) else "",
                *class_row(each, request.local),
                each.is_open,
            )
            for each in found.rows
        ],
        may_arrange=_may_arrange(request),
        **paging.links(request, "desk/classes/all", found.next),
    )


@routes.get("/{org}/desk/classes/{class_group}/meetings/{meeting}", Actor.STAFF, staff=TEACHING, owns="meeting")
def show_meeting(request: Request) -> Reply:
    """The list of a meeting, to mark who came. Two round trips up to fifty people."""
    return _sheet_page(request, _sheet(request), request.form)


@routes.post("/{org}/desk/classes/{class_group}/meetings/{meeting}", Actor.STAFF, staff=TEACHING, owns="meeting")
def take_attendance(request: Request) -> Reply:
    """Writes down who came: what differs from what the page showed, so that nobody undoes another's marks."""
    told = _told(request.form)
    class_id, meeting = request.params["class_group"], request.params["meeting"]
    try:
        attending.take(request.organisation, class_id, meeting, told, request.me.user, request.now)
    except Conflict as refused:
        if refused.message is None:
            raise
        return _sheet_page(request, _sheet(request), request.form, errors={"": refused.message})
    path = f"desk/classes/{class_id}/meetings/{meeting}"
    return redirect(urls.portal(request.org, path, saved="1", **{"from": request.query.get("from", "")}))


def _told(form: Mapping[str, str]) -> dict[str, Attendance]:
    """What was chosen otherwise than the page showed; a button marks those present who had no mark."""
    pairs = (pair.partition(_SEPARATOR) for pair in form.get("shown", "").split())
    shown = {enrolment: value for enrolment, _, value in pairs}
    chosen = {name.removeprefix(MARK): value for name, value in form.items() if name.startswith(MARK)}
    if REST in form:
        chosen = {enrolment: Attendance.PRESENT.value for enrolment in shown if not shown[enrolment]} | chosen
    known = {attendance.value: attendance for attendance in attending.TAKEN}
    return {
        enrolment: known[value]
        for enrolment, value in chosen.items()
        if value in known and value != shown.get(enrolment, "")
    }


def _sheet(request: Request) -> Sheet:
    return attending.sheet(request.organisation, request.params["class_group"], request.params["meeting"])


def _sheet_page(
    request: Request, sheet: Sheet, form: Mapping[str, str], *, errors: Mapping[str, Message] | None = None
) -> Reply:
    local, group, meeting = request.local, sheet.group, sheet.meeting
    teacher = listing.taught_by(group, meeting)
    people = person_rows(sheet, local, health=_may_arrange(request) or _is_mine(request, teacher))
    expected = say("%(n)s person expected", plural="%(n)s people expected", n=len(people))
    path, start = f"desk/classes/{group.id}/meetings/{meeting.id}", paging.start(request)
    page, links = paging.part(request, path, people, _PAGE)
    return render.page(
        request,
        "desk/meeting.html",
        status=409 if errors else 200,
        errors=errors,
        group=group,
        meeting=meeting,
        about=dotted(meeting.room, teacher, local.say(expected)),
        people=page,
        chosen={name.removeprefix(MARK): value for name, value in form.items()},
        shown=" ".join(f"{row.enrolment}{_SEPARATOR}{row.marked}" for row in page),
        choices=choices(local),
        counted=counted(people, local),
        is_open=sheet.is_open(request.now),
        saved=request.query.get("saved", ""),
        may_arrange=_may_arrange(request),
        shows_consents=request.organisation.uses(Module.FORMS) and _is_mine(request, teacher),
        action=urls.portal(request.org, path, **{"from": str(start) if start else ""}),
        day_url=_day_url(request, sheet),
        **links,
    )


def _day_url(request: Request, sheet: Sheet) -> str:
    day = request.local.iso(sheet.meeting.starts)[:10]
    return urls.portal(request.org, "desk/classes", day=day)
