"""What the pages of the second factor share, whichever function serves them."""

from chalicelib.identity import authenticators
from chalicelib.identity.guard import SessionCookie
from chalicelib.identity.second_factor import Enrolled, Place
from chalicelib.web import render, urls
from chalicelib.web.http import Reply, Request, redirect

DESK = "desk"
PROOF = "second-factor"
AUTHENTICATOR = "settings/authenticator"
PASSKEY_FAILED = "failed"
"""Value of `passkey` in the address of the page that is shown again after a passkey that was refused."""


def place_of(request: Request) -> Place:
    """Whose session of which organisation a request is."""
    return Place(request.org, request.me.user, request.me.session, request.now)


def with_token(reply: Reply, request: Request, token: str) -> Reply:
    """The reply, that gives the browser the session's new token (S-02)."""
    old = SessionCookie.of(request)
    reply.cookies.append(SessionCookie(token, old.user, old.household).kept(request.org))
    return reply


def recovery_page(request: Request, codes: tuple[str, ...]) -> Reply:
    """The recovery codes, this once."""
    shown = [authenticators.in_groups(code) for code in codes]
    return render.page(request, "identity/recovery_codes.html", codes=shown)


def after_adding(request: Request, enrolled: Enrolled) -> Reply:
    """Shows the recovery codes that came with the first thing that was set up; else leads back to all there is."""
    request.csrf_key = enrolled.token
    back = redirect(urls.portal(request.org, AUTHENTICATOR))
    return with_token(recovery_page(request, enrolled.recovery) if enrolled.recovery else back, request, enrolled.token)
