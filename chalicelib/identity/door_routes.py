"""Pages in front of the door: asking for a code and typing it.

They run in a function of their own, the only web function that may read the pepper (design: functions).
"""

from collections.abc import Mapping

from chalicelib.identity import addresses, challenges, signing_in
from chalicelib.identity.challenges import Wanted
from chalicelib.identity.code_pages import (
    CODE_PAGES,
    again,
    awaiting,
    caller,
    challenge_of,
    device_of,
    holding,
    hourly,
    refused,
    signed_in,
    too_many,
    verify,
    wait_words,
)
from chalicelib.identity.domain import (
    Purpose,
)
from chalicelib.shared.errors import Invalid, TooMany
from chalicelib.shared.texts import Message, say
from chalicelib.web import render, urls
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.next_page import safe_next
from chalicelib.web.routes import Actor, Routes

routes = Routes()

_NEITHER = say("Enter an email address such as name@example.com, or a mobile number with its area code")


@routes.get("/{org}/sign-in", Actor.ANYONE)
def show_sign_in(request: Request) -> Reply:
    """One field for an email address or a mobile number (AUTH-1, AUTH-2)."""
    return _sign_in_page(request, request.query.get("next", ""))


@routes.post("/{org}/sign-in", Actor.ANYONE)
def ask_for_code(request: Request) -> Reply:
    """Orders a code and shows where to type it, whoever has the address (A-17)."""
    typed, after = request.form.get("address", "").strip()[:320], request.form.get("next", "")
    try:
        identifier = addresses.identify(typed, request.organisation.country)
        ticket = challenges.ask(caller(request), _wanted(request, identifier, after), hourly(request), request.now)
    except ValueError:
        errors = {"address": _NEITHER if typed else say("Fill in this field")}
        return _sign_in_page(request, after, typed=typed, errors=errors, status=400)
    except TooMany as fault:
        return too_many(
            _sign_in_page(request, after, typed=typed, errors={"address": wait_words(fault)}, status=429),
            fault,
        )
    return holding(redirect(urls.portal(request.org, CODE_PAGES[Purpose.SIGN_IN])), request, ticket)


@routes.get("/{org}/sign-in/code", Actor.ANYONE)
def show_code(request: Request) -> Reply:
    """The field for the code, and what to do when none comes (NEW-3)."""
    return awaiting(request, Purpose.SIGN_IN) or redirect(urls.portal(request.org, "sign-in"))


@routes.post("/{org}/sign-in/code", Actor.ANYONE)
def sign_in(request: Request) -> Reply:
    """Opens the door to a right code (AUTH-5)."""
    try:
        verified = verify(request, Purpose.SIGN_IN)
        came = signing_in.sign_in(request.organisation, verified, device_of(request), request.now)
    except Invalid as wrong:
        return refused(request, Purpose.SIGN_IN, wrong)
    return signed_in(request, came, _first_page(request.org, came))


@routes.post("/{org}/sign-in/again", Actor.ANYONE)
def ask_again(request: Request) -> Reply:
    """Sends another code, by mail if that was asked for; the one before is dead (A-09, C3)."""
    challenge = challenge_of(request, Purpose.SIGN_IN)
    if challenge is None:
        return redirect(urls.portal(request.org, "sign-in"))
    return again(request, challenge)


def _sign_in_page(
    request: Request,
    after: str,
    *,
    typed: str = "",
    errors: Mapping[str, Message] | None = None,
    status: int = 200,
) -> Reply:
    return render.page(
        request,
        "identity/sign_in.html",
        status=status,
        errors=errors,
        typed=typed,
        next=safe_next(after),
        left=request.query.get("left", ""),
    )


def _wanted(request: Request, identifier: str, after: str) -> Wanted:
    return Wanted(identifier, language=request.local.language, next=safe_next(after), secret=request.csrf_key)


def _first_page(org: str, came: signing_in.SignedIn) -> str:
    """Where a newcomer lands: the page that was asked for, or the choice of household, or home, or the desk."""
    if len(came.user.households) > 1:
        return urls.portal(org, "households", next=came.next)
    if came.user.staff_role and not came.user.households:
        return urls.portal(org, came.next or "desk")
    return urls.portal(org, came.next)
