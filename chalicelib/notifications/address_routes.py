"""The family's page of where messages go, and whether they arrive (M-11)."""

from chalicelib.feedback import lifting
from chalicelib.feedback.domain import Refusal
from chalicelib.feedback.lifting import BY_FAMILY, BY_OWNER, Place
from chalicelib.feedback.pages import place_view
from chalicelib.households.service import require_household
from chalicelib.identity.store import require_user
from chalicelib.notifications.sections import sections
from chalicelib.shared.errors import Conflict
from chalicelib.shared.texts import Message
from chalicelib.web import render, urls
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes

routes = Routes()

PATH = "settings/addresses"


@routes.get("/{org}/settings/addresses", Actor.MEMBER)
def show_addresses(request: Request) -> Reply:
    """Addresses of the household and one's own, with where they stand. Three round trips."""
    return _page(request)


@routes.post("/{org}/settings/addresses", Actor.MEMBER, own=True)
def lift(request: Request) -> Reply:
    """Has us write to an address again: to one's own, or as who may edit to one from which the household's own messages
    came back."""
    place = lifting.find(places_of(request), request.form.get("digest", ""))
    try:
        lifting.lift(request.org, request.me.household, place, _allowed(request, place), request.now)
    except Conflict as refused:
        return _page(request, refused.message)
    return redirect(urls.portal(request.org, PATH, saved="1"))


def places_of(request: Request) -> list[Place]:
    """Addresses of the household in view, and those of who looks, with where they stand. Three round trips."""
    household = require_household(request.org, request.me.household)
    return lifting.of_household(request.org, household, [require_user(request.org, request.me.user)], request.now)


def _allowed(request: Request, place: Place) -> frozenset[Refusal]:
    if place.is_own:
        return BY_OWNER
    return BY_FAMILY if place.is_told and request.me.role.may_edit else frozenset()


def _page(request: Request, problem: Message | None = None) -> Reply:
    return render.page(
        request,
        "notifications/addresses.html",
        status=409 if problem else 200,
        errors={"": problem} if problem else None,
        sections=sections(request, PATH),
        places=[
            place_view(each, request.local, allowed=_allowed(request, each), staff=False) for each in places_of(request)
        ],
        saved=request.query.get("saved", ""),
    )
