"""The owner's page about the staff: who they are, what opens the desk to them, and giving, changing, ending it."""

from collections.abc import Callable, Mapping

from chalicelib.identity.domain import StaffRole
from chalicelib.identity.staff import OWNING
from chalicelib.shared.errors import Invalid
from chalicelib.shared.ids import is_id
from chalicelib.shared.texts import Message
from chalicelib.viewing import staffing
from chalicelib.viewing.staffing import Hand
from chalicelib.viewing.wording import ROLES
from chalicelib.web import paging, render, urls
from chalicelib.web.forms import Form
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes

routes = Routes()

_PERSON = "/{org}/desk/staff/{user}"


@routes.get("/{org}/desk/staff", Actor.STAFF, staff=OWNING)
def show_staff(request: Request) -> Reply:
    """Everybody with a role, and whether a second factor stands before the desk. Two round trips."""
    found = staffing.colleagues(request.org, paging.after(request, is_id))
    return render.page(
        request,
        "viewing/staff.html",
        people=found.rows,
        roles={role: request.local.say(words.title) for role, words in ROLES.items()},
        saved=request.query.get("saved", ""),
        **paging.links(request, "desk/staff", found.next),
    )


@routes.get("/{org}/desk/staff/invite", Actor.STAFF, staff=OWNING, step_up=True)
def show_invite(request: Request) -> Reply:
    """The form for somebody new."""
    return _invite_page(request)


@routes.post("/{org}/desk/staff/invite", Actor.STAFF, staff=OWNING, step_up=True)
def invite(request: Request) -> Reply:
    """Gives somebody a role, who is told by mail."""
    form = Form(request.form)
    name = form.text("name", required=True)
    email = form.email("email", required=True)
    role = form.choice("role", tuple(role.value for role in StaffRole), required=True)
    try:
        form.done()
        staffing.invite(_hand(request), name, email, StaffRole(role))
    except Invalid as wrong:
        return _invite_page(request, wrong.errors, status=400)
    return redirect(urls.portal(request.org, "desk/staff", saved="invited"))


@routes.get(_PERSON, Actor.STAFF, staff=OWNING, owns="user", step_up=True)
def show_person(request: Request) -> Reply:
    """One of the staff: role, second factor, where he or she is signed in. Two round trips."""
    return _person_page(request)


@routes.post(_PERSON, Actor.STAFF, staff=OWNING, owns="user", step_up=True)
def change_role(request: Request) -> Reply:
    """Gives another role, which signs out everywhere."""
    staffing.colleague(request.org, request.params["user"])
    form = Form(request.form)
    role = form.choice("role", tuple(role.value for role in StaffRole), required=True)
    if form.errors:
        return _person_page(request, form.errors, status=400)
    staffing.change_role(_hand(request), request.params["user"], StaffRole(role))
    return _back_to_person(request, "role")


@routes.post(_PERSON + "/end", Actor.STAFF, staff=OWNING, owns="user", step_up=True)
def end(request: Request) -> Reply:
    """Ends the access to the desk."""
    staffing.end(_hand(request), request.params["user"])
    return redirect(urls.portal(request.org, "desk/staff", saved="ended"))


@routes.post(_PERSON + "/sign-out", Actor.STAFF, staff=OWNING, owns="user", step_up=True)
def sign_out(request: Request) -> Reply:
    """Signs out everywhere."""
    return _act(request, staffing.sign_out, "signed-out")


@routes.post(_PERSON + "/authenticator", Actor.STAFF, staff=OWNING, owns="user", step_up=True)
def reset_authenticator(request: Request) -> Reply:
    """Forgets a lost authenticator."""
    return _act(request, staffing.reset_authenticator, "authenticator")


def _act(request: Request, act: Callable[[Hand, str], None], saved: str) -> Reply:
    act(_hand(request), request.params["user"])
    return _back_to_person(request, saved)


def _back_to_person(request: Request, saved: str) -> Reply:
    return redirect(urls.portal(request.org, f"desk/staff/{request.params['user']}", saved=saved))


def _hand(request: Request) -> Hand:
    return Hand(request.organisation, request.me, request.now)


def _invite_page(request: Request, errors: Mapping[str, Message] | None = None, status: int = 200) -> Reply:
    return render.page(
        request, "viewing/invite.html", status=status, errors=errors, fields=request.form, choices=_choices(request)
    )


def _person_page(request: Request, errors: Mapping[str, Message] | None = None, status: int = 200) -> Reply:
    person = staffing.colleague(request.org, request.params["user"])
    return render.page(
        request,
        "viewing/person.html",
        status=status,
        errors=errors,
        person=person,
        role=person.user.staff_role.value if person.user.staff_role else "",
        is_me=person.user.id == request.me.user,
        devices=staffing.sessions(request.org, person.user, request.now),
        choices=_choices(request),
        saved=request.query.get("saved", ""),
    )


def _choices(request: Request) -> list[tuple[str, str]]:
    say_it = request.local.say
    return [(role.value, f"{say_it(words.title)} – {say_it(words.does)}") for role, words in ROLES.items()]
