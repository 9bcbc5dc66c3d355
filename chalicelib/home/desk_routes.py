"""The first page of the staff."""

from chalicelib.home.desk import groups_for
from chalicelib.identity.staff import CLIENTS, DESK, READING
from chalicelib.notifications import undelivered
from chalicelib.web import render
from chalicelib.web.http import Reply, Request
from chalicelib.web.routes import Actor, Routes

routes = Routes()


@routes.get("/{org}/desk", Actor.STAFF, staff=READING)
def show_desk(request: Request) -> Reply:
    """What somebody of the staff can do, by role, and how much could not be delivered. One round trip."""
    role = request.me.staff_role
    return render.page(
        request,
        "home/desk.html",
        first_name=request.me.user_name.split()[0] if request.me.user_name else "",
        today=request.today,
        may_search=request.me.works_as(CLIENTS),
        undelivered=undelivered.count(request.org) if request.me.works_as(DESK) else 0,
        groups=groups_for(role, request.organisation) if role else [],
    )
