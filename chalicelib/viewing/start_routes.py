"""Where staff begin to see the portal as a family: why, and with the family's code if they are to act (NEW-10, C7).

They belong to the sign-in function, the only web function that may read the pepper.
"""

from collections.abc import Mapping

from chalicelib.identity.challenges import Wanted
from chalicelib.identity.code_pages import awaiting, order, refused, verify
from chalicelib.identity.domain import Purpose, User
from chalicelib.identity.guard import SessionCookie
from chalicelib.identity.refusal import WrongCode
from chalicelib.identity.staff import VIEWING
from chalicelib.shared.errors import Invalid
from chalicelib.shared.texts import Message, say
from chalicelib.viewing import service
from chalicelib.viewing.service import LONGEST_REASON, SHORTEST_REASON
from chalicelib.web import cookies, render, urls
from chalicelib.web.forms import Form
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes

routes = Routes()

_START = "/{org}/desk/clients/{household}/view"
_CODE = "/{org}/desk/acting/code"
_LOOK = "look"
_TOO_SHORT = say("Write a reason of at least %(n)s characters: the family reads it", n=SHORTEST_REASON)


@routes.get(_START, Actor.STAFF, staff=VIEWING, owns="household", step_up=True)
def show_start(request: Request) -> Reply:
    """Asks for the reason, and whether to look or to act. Two round trips."""
    return _start_page(request)


@routes.post(_START, Actor.STAFF, staff=VIEWING, owns="household", step_up=True)
def start(request: Request) -> Reply:
    """Begins to look; or sends a code to the user of the family who is to allow more."""
    household = service.subject(request.org, request.params["household"]).household
    lenders = service.who_may_lend(request.organisation, household, request.now)
    form = Form(request.form)
    who = form.choice("who", (_LOOK, *(user.id for user in lenders)), required=True)
    reason = form.text("reason", required=True, maximum=LONGEST_REASON)
    if reason and len(reason) < SHORTEST_REASON:
        form.errors["reason"] = _TOO_SHORT
    if form.errors:
        return _start_page(request, errors=form.errors, status=400)
    if who != _LOOK:
        lender = next(user for user in lenders if user.id == who)
        return _order(request, lender, household, reason)
    return _with_token(request, service.look(request.org, request.me, household, reason, request.now), household)


@routes.get(_CODE, Actor.STAFF, staff=VIEWING)
def show_code(request: Request) -> Reply:
    """The field for the code that the family tells."""
    return awaiting(request, Purpose.ACTING) or redirect(urls.portal(request.org, "desk"))


@routes.post(_CODE, Actor.STAFF, staff=VIEWING)
def act(request: Request) -> Reply:
    """Begins to act for the user of the family whose code it is."""
    try:
        verified = verify(request, Purpose.ACTING)
        if verified.challenge.user != request.me.user:
            raise WrongCode
        token, household = service.act(request.organisation, request.me, verified, request.now)
    except Invalid as wrong:
        return refused(request, Purpose.ACTING, wrong)
    reply = _with_token(request, token, household)
    reply.cookies.append(cookies.clear(cookies.CODE, request.org))
    return reply


def _order(request: Request, lender: User, household: str, reason: str) -> Reply:
    wanted = Wanted(
        identifier=lender.identifiers[0],
        purpose=Purpose.ACTING,
        language=request.local.language,
        user=request.me.user,
        next=household,
        target=reason,
    )
    return order(request, wanted, lambda wait: _start_page(request, errors={"": wait}, status=429))


def _with_token(request: Request, token: str, household: str) -> Reply:
    reply = redirect(urls.portal(request.org))
    reply.cookies = [SessionCookie(token, request.me.user, household).kept(request.org)]
    return reply


def _start_page(request: Request, *, errors: Mapping[str, Message] | None = None, status: int = 200) -> Reply:
    home = service.subject(request.org, request.params["household"])
    lenders = service.who_may_lend(request.organisation, home.household, request.now)
    only_look = request.local.say(say("Only look: nothing can be changed"))
    acting = [(user.id, request.local.say(say("Act for %(name)s, with the code", name=user.name))) for user in lenders]
    return render.page(
        request,
        "viewing/start.html",
        status=status,
        errors=errors,
        name=home.name,
        action=f"desk/clients/{home.household}/view",
        fields=request.form,
        choices=[(_LOOK, only_look), *acting],
        longest=LONGEST_REASON,
    )
