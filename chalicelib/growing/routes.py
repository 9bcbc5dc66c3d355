"""Pages of growing up: what a family is offered, and what somebody who signs in alone decides (NEW-14)."""

from collections.abc import Mapping

from chalicelib.growing import service
from chalicelib.growing.domain import Stage, birthday, stage
from chalicelib.growing.service import Own
from chalicelib.households.domain import Private, Role
from chalicelib.households.summary import MemberRow
from chalicelib.identity.guard import SessionCookie
from chalicelib.shared.errors import Conflict, Invalid, NotFound, TooMany
from chalicelib.shared.texts import Message, say
from chalicelib.sharing import people
from chalicelib.sharing.domain import Grant
from chalicelib.sharing.forms import read_address
from chalicelib.sharing.people import Hand
from chalicelib.sharing.store import list_access
from chalicelib.web import render, urls
from chalicelib.web.forms import Form
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes

routes = Routes(own=True)

_TOO_YOUNG = say("This member is not old enough, or the date of birth is missing")
_BUSY = say("Many people were invited lately. Wait an hour, then go on.")


@routes.get("/{org}/members/{member}/growing", Actor.EDITOR, owns="member")
def show_growing(request: Request) -> Reply:
    """What a family may do for a member at his or her age; an unknown age is asked for (X-7)."""
    return _growing_page(request, _row(request))


@routes.post("/{org}/members/{member}/growing", Actor.EDITOR, owns="member", step_up=True)
def invite_member(request: Request) -> Reply:
    """Invites the member to sign in alone; the code that goes to the address proves whose it is."""
    row, form = _row(request), Form(request.form)
    if stage(row.birth_date, request.organisation.growing, request.today) is None:
        return _growing_page(request, row, errors={"": _TOO_YOUNG}, status=409)
    address = read_address(form, request.organisation)
    if form.errors:
        return _growing_page(request, row, errors=form.errors, status=400)
    grant = Grant(Role.DELEGATE, members=(row.id,))
    hand = Hand(request.organisation, request.me, request.now)
    try:
        people.invite(hand, row.name, address, grant, person=row.id)
    except Invalid as wrong:
        return _growing_page(request, row, errors=wrong.errors, status=400)
    except (Conflict, TooMany) as refused:
        return _growing_page(request, row, errors={"": refused.message or _BUSY}, status=409)
    return redirect(urls.portal(request.org, f"members/{row.id}/growing", saved="1"))


def _row(request: Request) -> MemberRow:
    row = request.me.home.member(request.params["member"])
    if row is None:
        raise NotFound
    return row


def _growing_page(
    request: Request, row: MemberRow, *, errors: Mapping[str, Message] | None = None, status: int = 200
) -> Reply:
    ages, born, local = request.organisation.growing, row.birth_date, request.local
    access = list_access(request.org, request.me.household)
    reached = stage(born, ages, request.today)
    own = next((user for user in access.users if user.person == row.id), None)
    return render.page(
        request,
        "growing/growing.html",
        status=status,
        errors=errors,
        member=row,
        knows_age=born is not None,
        from_day=local.date(birthday(born, ages.own_sign_in)) if born and reached is None else "",
        own_age=ages.own_sign_in,
        is_adult=reached is Stage.ADULT,
        signs_in=own is not None,
        invited=any(each.person == row.id for each in access.invitations if each.is_open(request.now)),
        typed=request.form.get("address", ""),
        email_only=request.organisation.sign_in.require_email,
        saved=request.query.get("saved", ""),
    )


@routes.get("/{org}/own", Actor.DELEGATE)
def show_own(request: Request) -> Reply:
    """What somebody who signs in alone decides about himself or herself."""
    return _own_page(request, _own(request))


@routes.post("/{org}/own", Actor.DELEGATE)
def choose_private(request: Request) -> Reply:
    """Stores what the family goes on seeing."""
    own = _own(request)
    service.keep(own, frozenset(each for each in Private if f"shows-{each.value}" not in request.form))
    return redirect(urls.portal(request.org, "own", saved="1"))


@routes.post("/{org}/own/account", Actor.DELEGATE, step_up=True)
def open_own_account(request: Request) -> Reply:
    """Opens an account that the person holds alone, and puts it in view."""
    own = _own(request)
    if _stage(request, own) is not Stage.ADULT:
        raise NotFound
    home = service.open_account(own)
    return _in_view(request, home, "")


@routes.post("/{org}/own/move-out", Actor.DELEGATE, step_up=True)
def move_out(request: Request) -> Reply:
    """Leaves the family's account, once nothing that it pays for is still to come."""
    own = _own(request)
    try:
        service.move_out(own, request.today)
    except Conflict as refused:
        problem = refused.message or say("This has changed in the meantime. Look at it again, please.")
        return _own_page(request, own, errors={"": problem}, status=409)
    return _in_view(request, "", "households")


def _in_view(request: Request, household: str, path: str) -> Reply:
    held = SessionCookie.of(request)
    reply = redirect(urls.portal(request.org, path))
    reply.cookies = [SessionCookie(held.token, held.user, household).kept(request.org)]
    return reply


def _own(request: Request) -> Own:
    """The person who signs in alone. Raises NotFound for anybody else, and before the age for it (X-7)."""
    own = Own(request.organisation, request.me, request.now)
    if _stage(request, own) is None:
        raise NotFound
    return own


def _stage(request: Request, own: Own) -> Stage | None:
    return stage(own.person.birth_date, request.organisation.growing, request.today)


def _own_page(request: Request, own: Own, *, errors: Mapping[str, Message] | None = None, status: int = 200) -> Reply:
    shown = [(Private.SCHEDULE, say("Where I go and when, and whether I was there")),
             (Private.PROFILE, say("How to reach me, my health notes and my answers"))]  # fmt: skip
    homes, keeps = dict(request.me.households), own.person.keeps
    return render.page(
        request,
        "growing/own.html",
        status=status,
        errors=errors,
        shown=[(f"shows-{each.value}", request.local.say(words), each not in keeps) for each, words in shown],
        is_adult=_stage(request, own) is Stage.ADULT,
        holds_own=any(homes.get(home) is Role.HOLDER for home in own.person.households),
        holds_this=request.me.role is Role.HOLDER,
        household=request.me.home.name,
        saved=request.query.get("saved", ""),
    )
