"""Pages of who signs in for a household, as staff see and help them."""

from collections.abc import Mapping
from typing import NamedTuple

from chalicelib.clients import letting_in
from chalicelib.clients.routes import frame
from chalicelib.clients.ways import HOME, path_of
from chalicelib.households.service import require_summary
from chalicelib.identity.domain import User, UserStatus
from chalicelib.identity.staff import CLIENTS, DESK
from chalicelib.shared.errors import Conflict, Invalid
from chalicelib.shared.texts import Message, say
from chalicelib.sharing.pages import Words
from chalicelib.sharing.store import list_access
from chalicelib.web import render, urls
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.language import dotted
from chalicelib.web.routes import Actor, Routes

routes = Routes()

_LIST = HOME + "/access"
_ONE = _LIST + "/{user}"


class UserView(NamedTuple):
    """Somebody who signs in, ready to read."""

    id: str
    name: str
    meta: str
    addresses: str
    suspended: bool
    is_new: bool
    """Whether he or she never signed in."""
    misses: bool
    """Whether an email address or a number is missing."""


@routes.get(_LIST, Actor.STAFF, staff=CLIENTS, owns="household")
def show_access(request: Request) -> Reply:
    """Who has a role, and who is invited. Three round trips."""
    return _list_page(request)


@routes.post(_ONE + "/tell", Actor.STAFF, staff=DESK, owns="user")
def tell(request: Request) -> Reply:
    """Sends the message about the account again."""
    household, user = request.params["household"], request.params["user"]
    try:
        letting_in.tell_again(request.organisation, household, user, request.now)
    except Conflict as refused:
        return _list_page(request, refused.message)
    return redirect(urls.portal(request.org, path_of(household, "/access"), saved="told"))


@routes.get(_ONE, Actor.STAFF, staff=DESK, step_up=True, owns="user")
def show_add(request: Request) -> Reply:
    """The form for a way to sign in that is missing."""
    return _form(request, {})


@routes.post(_ONE, Actor.STAFF, staff=DESK, step_up=True, owns="user")
def add(request: Request) -> Reply:
    """Adds it; what is there stays as it is (AUTH-13)."""
    household, user = request.params["household"], request.params["user"]
    typed = request.form.get("address", "")[:320]
    try:
        letting_in.add_login(request.organisation, household, user, typed, request.now)
    except Invalid as wrong:
        return _form(request, request.form, wrong.errors)
    return redirect(urls.portal(request.org, path_of(household, "/access"), saved="added"))


def _list_page(request: Request, problem: Message | None = None) -> Reply:
    home = require_summary(request.org, request.params["household"])
    access = list_access(request.org, home.household)
    words = Words(home, request.local, request.org, request.today)
    return render.page(
        request,
        "clients/access.html",
        status=409 if problem else 200,
        errors={"": problem} if problem else None,
        **frame(request, "/access"),
        home=home,
        people=[_view(request, words, user) for user in access.users],
        invitations=[words.invitation(each) for each in access.invitations if each.is_open(request.now)],
        saved=request.query.get("saved", ""),
    )


def _view(request: Request, words: Words, user: User) -> UserView:
    local = request.local
    person = words.person(user, "")
    return UserView(
        user.id,
        user.name,
        person.meta,
        dotted(user.email, local.phone(user.mobile) if user.mobile else "")
        or local.say(say("Can not sign in: there is no address")),
        user.status is UserStatus.SUSPENDED,
        user.activated_at is None,
        not (user.email and user.mobile) and user.staff_role is None,
    )


def _form(request: Request, fields: Mapping[str, str], errors: Mapping[str, Message] | None = None) -> Reply:
    user = letting_in.require(request.org, request.params["household"], request.params["user"])
    return render.page(
        request,
        "clients/add_login.html",
        status=400 if errors else 200,
        errors=errors,
        fields=fields,
        name=user.name,
        misses_email=not user.email,
        misses_mobile=not user.mobile,
        **frame(request, "/access"),
        here=path_of(request.params["household"], f"/access/{user.id}"),
    )
