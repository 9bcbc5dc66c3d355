"""Pages of places in classes: all those of a member."""

from chalicelib.households.domain import Private
from chalicelib.organisations.domain import Module
from chalicelib.schedule import store
from chalicelib.schedule.pages import enrolment_view
from chalicelib.shared.errors import NotFound
from chalicelib.web import paging, render
from chalicelib.web.http import Reply, Request
from chalicelib.web.routes import Actor, Routes

routes = Routes(Module.CLASSES)


@routes.get("/{org}/members/{member}/enrolments", Actor.MEMBER, owns="member", private=Private.SCHEDULE)
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
