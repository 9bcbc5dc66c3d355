"""The staff's page of families that ask for another group, answered in a tap."""

from typing import NamedTuple

from chalicelib.enrolments import answering, transferring
from chalicelib.households.store import get_persons
from chalicelib.identity.staff import DESK
from chalicelib.organisations.domain import Module
from chalicelib.schedule import store
from chalicelib.shared.errors import Conflict
from chalicelib.shared.texts import Message
from chalicelib.web import render, urls
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.language import dotted
from chalicelib.web.routes import Actor, Routes

routes = Routes(Module.CLASSES)

_PATH = "desk/classes/requests"


class RequestRow(NamedTuple):
    """A family that asks."""

    name: str
    meta: str
    fields: dict[str, str]


@routes.get("/{org}/desk/classes/requests", Actor.STAFF, staff=DESK)
def show_requests(request: Request) -> Reply:
    """Requests that wait for an answer, longest waiting first. Four round trips, however many families there are."""
    return _page(request)


@routes.post("/{org}/desk/classes/requests", Actor.STAFF, staff=DESK)
def answer_request(request: Request) -> Reply:
    """Changes the group, or tells the family that it can not be."""
    form = request.form
    place = form.get("household", ""), form.get("person", ""), form.get("enrolment", "")
    approves = form.get("answer") == "approve"
    try:
        if approves:
            answering.approve(request.organisation, *place, form.get("wanted", ""), request.now)
        else:
            answering.decline(request.organisation, *place, request.now)
    except Conflict as refused:
        if refused.message is None:
            raise
        return _page(request, errors={"": refused.message})
    return redirect(urls.portal(request.org, _PATH, saved="approved" if approves else "declined"))


def _page(request: Request, *, errors: dict[str, Message] | None = None) -> Reply:
    asking = transferring.list_requests(request.organisation, request.now)
    groups = store.get_class_groups(request.org, {each for one in asking for each in (one.class_group, one.wanted)})
    persons = get_persons(request.org, {each.person for each in asking})
    text = request.local.text
    rows = [
        RequestRow(
            persons[each.person].name,
            dotted(
                f"{text(groups[each.class_group].title)} → {text(groups[each.wanted].title)}",
                request.local.date(each.wanted_at) if each.wanted_at else "",
            ),
            {"household": each.household, "person": each.person, "enrolment": each.id, "wanted": each.wanted},
        )
        for each in asking
        if each.person in persons and each.class_group in groups and each.wanted in groups
    ]
    return render.page(
        request,
        "desk/requests.html",
        status=409 if errors else 200,
        errors=errors,
        requests=rows,
        saved=request.query.get("saved", ""),
    )
