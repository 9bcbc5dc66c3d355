"""The page of where messages to a client go, and whether they arrive (M-11)."""

from chalicelib.clients.routes import frame
from chalicelib.clients.ways import HOME, path_of
from chalicelib.feedback import lifting
from chalicelib.feedback.lifting import BY_STAFF, Place
from chalicelib.feedback.pages import place_view
from chalicelib.households.domain import Household
from chalicelib.households.service import require_household
from chalicelib.identity.staff import CLIENTS, DESK
from chalicelib.identity.store import list_household
from chalicelib.shared.errors import Conflict
from chalicelib.shared.texts import Message
from chalicelib.web import render, urls
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes

routes = Routes()

_PLACES = HOME + "/addresses"


@routes.get(_PLACES, Actor.STAFF, staff=CLIENTS, owns="household")
def show_addresses(request: Request) -> Reply:
    """Addresses of the household and of who signs in for it, with where they stand. Four round trips."""
    return _page(request)


@routes.post(_PLACES, Actor.STAFF, staff=DESK, owns="household")
def lift(request: Request) -> Reply:
    """Lets mails go again to an address from which they came back."""
    household, places = _places(request)
    try:
        place = lifting.find(places, request.form.get("digest", ""))
        lifting.lift(request.org, household.id, place, BY_STAFF, request.now)
    except Conflict as refused:
        return _page(request, refused.message)
    return redirect(urls.portal(request.org, path_of(household.id, "/addresses"), saved="1"))


def _places(request: Request) -> tuple[Household, list[Place]]:
    household = require_household(request.org, request.params["household"])
    users = list_household(request.org, household.id)
    return household, lifting.of_household(request.org, household, users, request.now)


def _page(request: Request, problem: Message | None = None) -> Reply:
    household, places = _places(request)
    return render.page(
        request,
        "clients/addresses.html",
        status=409 if problem else 200,
        errors={"": problem} if problem else None,
        **frame(request, "/addresses"),
        home=household,
        places=[place_view(each, request.local, allowed=BY_STAFF, staff=True) for each in places],
        saved=request.query.get("saved", ""),
    )
