"""Codes for people who are signed in: proving oneself again, and a new login address (A-28, AUTH-12).

They belong to the sign-in function, the only web function that may read the pepper.
"""

from chalicelib.identity import logins, store
from chalicelib.identity.challenges import Wanted
from chalicelib.identity.code_pages import again, awaiting, challenge_of, order, refused, verify
from chalicelib.identity.domain import (
    Purpose,
    email_identifier,
    phone_identifier,
)
from chalicelib.identity.guard import SessionCookie
from chalicelib.identity.refusal import WrongCode
from chalicelib.shared.contacts import parse_email, parse_phone
from chalicelib.shared.errors import Invalid
from chalicelib.shared.texts import Message, say
from chalicelib.web import cookies, render, urls
from chalicelib.web.forms import BAD_EMAIL
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.next_page import safe_next
from chalicelib.web.routes import Actor, Routes

routes = Routes()

_NO_MOBILE = say("Enter a mobile number with its area code")


@routes.get("/{org}/confirm", Actor.USER)
def show_confirm(request: Request) -> Reply:
    """Explains why a code is needed once more (A-28)."""
    return _confirm_page(request, request.query.get("next", ""))


@routes.post("/{org}/confirm", Actor.USER)
def ask_to_confirm(request: Request) -> Reply:
    """Orders a code for somebody who is signed in already."""
    user, after = store.require_user(request.org, request.me.user), request.form.get("next", "")
    wanted = Wanted(
        identifier=user.identifiers[0],
        purpose=Purpose.STEP_UP,
        language=request.local.language,
        user=user.id,
        next=safe_next(after),
    )
    return order(request, wanted, lambda wait: _confirm_page(request, after, wait))


@routes.get("/{org}/confirm/code", Actor.USER)
def show_confirm_code(request: Request) -> Reply:
    """The field for that code."""
    return awaiting(request, Purpose.STEP_UP) or redirect(urls.portal(request.org, "confirm"))


@routes.post("/{org}/confirm/code", Actor.USER)
def confirm(request: Request) -> Reply:
    """Renews the session under a new token (S-02)."""
    try:
        verified = verify(request, Purpose.STEP_UP)
        token = logins.refresh_session(request.organisation, verified, request.me.user, request.me.session, request.now)
    except Invalid as wrong:
        return refused(request, Purpose.STEP_UP, wrong)
    old = SessionCookie.of(request)
    reply = redirect(urls.portal(request.org, verified.challenge.next or "settings"))
    reply.cookies = [
        SessionCookie(token, old.user, old.household).kept(request.org),
        cookies.clear(cookies.CODE, request.org),
    ]
    return reply


@routes.get("/{org}/settings/login", Actor.USER, step_up=True)
def show_new_login(request: Request) -> Reply:
    """The field for a new login address (AUTH-12)."""
    return _new_login_page(request, mobile=False)


@routes.get("/{org}/settings/login/mobile", Actor.USER, step_up=True)
def show_new_mobile(request: Request) -> Reply:
    """The field for a new mobile number to sign in with (AUTH-12)."""
    return _new_login_page(request, mobile=True)


@routes.post("/{org}/settings/login", Actor.USER, step_up=True)
def ask_for_new_login(request: Request) -> Reply:
    """Sends a code to the new address; nothing changes before it comes back (A-29)."""
    typed, mobile = request.form.get("address", "").strip()[:320], request.form.get("kind") == "mobile"
    try:
        target = parse_phone(typed, request.organisation.country) if mobile else parse_email(typed)
    except ValueError:
        return _new_login_page(request, mobile=mobile, typed=typed, wrong=_NO_MOBILE if mobile else BAD_EMAIL)
    wanted = Wanted(
        identifier=phone_identifier(target) if mobile else email_identifier(target),
        purpose=Purpose.NEW_LOGIN,
        language=request.local.language,
        user=request.me.user,
        target=target,
    )
    return order(
        request, wanted, lambda wait: _new_login_page(request, mobile=mobile, typed=typed, wrong=wait, status=429)
    )


@routes.get("/{org}/settings/login/code", Actor.USER, step_up=True)
def show_new_login_code(request: Request) -> Reply:
    """The field for the code that went to the new address; whoever waits for none may ask for one."""
    return awaiting(request, Purpose.NEW_LOGIN) or redirect(urls.portal(request.org, "settings/login"))


@routes.post("/{org}/settings/login/code", Actor.USER, step_up=True)
def change_login(request: Request) -> Reply:
    """Puts the proved address in the old one's place."""
    try:
        verified = verify(request, Purpose.NEW_LOGIN)
        if verified.challenge.user != request.me.user:
            raise WrongCode
        logins.replace_login(request.organisation, verified, request.now)
    except Invalid as wrong:
        return refused(request, Purpose.NEW_LOGIN, wrong)
    reply = redirect(urls.portal(request.org, "settings", saved="login"))
    reply.cookies = [cookies.clear(cookies.CODE, request.org)]
    return reply


@routes.post("/{org}/code/again", Actor.USER)
def ask_again_signed_in(request: Request) -> Reply:
    """Sends another code to somebody who is signed in."""
    for purpose in (Purpose.STEP_UP, Purpose.NEW_LOGIN, Purpose.ACTING):
        challenge = challenge_of(request, purpose)
        if challenge:
            return again(request, challenge)
    return redirect(urls.portal(request.org, "settings"))


def _confirm_page(request: Request, after: str, wait: Message | None = None) -> Reply:
    """The page before a code is sent once more; `wait` says why none was sent now."""
    return render.page(
        request,
        "identity/confirm.html",
        status=429 if wait else 200,
        errors={"": wait} if wait else None,
        next=safe_next(after),
    )


def _new_login_page(
    request: Request, *, mobile: bool, typed: str = "", wrong: Message | None = None, status: int = 400
) -> Reply:
    """The form for a new address, or for a new number; `wrong` is what is the matter with what was typed."""
    if wrong and not typed:
        wrong = say("Fill in this field")
    return render.page(
        request,
        "identity/new_login.html",
        status=status if wrong else 200,
        errors={"address": wrong} if wrong else None,
        typed=typed,
        mobile=mobile,
    )
