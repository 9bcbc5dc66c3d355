"""Pages of classes: what comes, what was, and one page for each enrolment."""

from chalicelib.organisations.domain import Module
from chalicelib.schedule import calendar, store
from chalicelib.schedule.domain import meetings
from chalicelib.schedule.pages import enrolment_view, month_views, occurrence_view
from chalicelib.shared.errors import NotFound
from chalicelib.shared.texts import say
from chalicelib.web import paging, render, urls
from chalicelib.web.http import Reply, Request
from chalicelib.web.routes import Actor, Routes
from chalicelib.web.tabs import tabs

routes = Routes(Module.CLASSES)

_SHOWN = 25
"""Entries of one page; later ones follow on the next."""


@routes.get("/{org}/schedule", Actor.DELEGATE)
def show_schedule(request: Request) -> Reply:
    """Classes of all members, upcoming or past (SCH-1, SCH-3)."""
    home, past = request.me.home, request.query.get("when") == "past"
    groups = calendar.class_groups(request.org, home, since=None if past else request.now)
    found = calendar.events(home.enrolments, groups, request.organisation.zone)
    events = calendar.past(found, request.now) if past else calendar.upcoming(found, request.now)
    start = _start(request.query.get("from", ""))
    page = events[start : start + _SHOWN]
    more = {"when": "past" if past else "", "from": str(start + _SHOWN)}
    return render.page(
        request,
        "schedule/list.html",
        months=month_views(page, home, request.local, request.org, request.me.role),
        past=past,
        tabs=tabs(
            request,
            "schedule",
            [(say("Upcoming"), {}, not past), (say("Past"), {"when": "past"}, past)],
        ),
        next_url=urls.portal(request.org, "schedule", **more) if len(events) > start + _SHOWN else None,
        first_url=urls.portal(request.org, "schedule", when=more["when"]) if start else None,
    )


def _start(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


@routes.get("/{org}/members/{member}/enrolments/{enrolment}", Actor.MEMBER, owns="enrolment")
def show_enrolment(request: Request) -> Reply:
    """One enrolment with all its dates."""
    member = request.me.home.member(request.params["member"])
    enrolment = store.get_enrolment(request.org, member.id, request.params["enrolment"]) if member else None
    if member is None or enrolment is None:
        raise NotFound
    group = store.get_class_groups(request.org, [enrolment.class_group]).get(enrolment.class_group)
    dates = meetings(group, enrolment.starts_on, enrolment.ends_on, request.organisation.zone) if group else ()
    coming = [meeting for meeting in dates if meeting.ends > request.now]
    over = [meeting for meeting in dates if meeting.ends <= request.now]
    return render.page(
        request,
        "schedule/enrolment.html",
        enrolment=enrolment_view(enrolment, group, request.local, request.org),
        member=member,
        instructor=group.instructor if group else "",
        enrolled_on=request.local.date(enrolment.enrolled_at),
        more_coming=max(0, len(coming) - _SHOWN),
        past_count=len(over),
        coming=[occurrence_view(meeting, group, request.local) for meeting in coming[:_SHOWN]] if group else [],
        over=[occurrence_view(meeting, group, request.local) for meeting in over[: -_SHOWN - 1 : -1]] if group else [],
    )


@routes.get("/{org}/members/{member}/enrolments", Actor.MEMBER, owns="member")
def show_enrolments(request: Request) -> Reply:
    """All enrolments of a member, latest first, 25 at a time."""
    member = request.me.home.member(request.params["member"])
    if member is None:
        raise NotFound
    found = store.list_enrolments(request.org, member.id, paging.after(request))
    groups = store.get_class_groups(request.org, {enrolment.class_group for enrolment in found.rows})
    return render.page(
        request,
        "schedule/enrolments.html",
        member=member,
        enrolments=[
            enrolment_view(enrolment, groups.get(enrolment.class_group), request.local, request.org)
            for enrolment in found.rows
        ],
        **paging.links(request, f"members/{member.id}/enrolments", found.next),
    )
