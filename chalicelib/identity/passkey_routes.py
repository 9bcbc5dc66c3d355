"""Where a passkey's answer comes in: the one thing of the second factor that needs signatures checked (A-28).

A function of their own serves them, for the library that does it is large; the pages that ask are `sign_in`'s.
"""

from chalicelib.identity import devices, passkeys
from chalicelib.identity.factor_pages import (
    AUTHENTICATOR,
    DESK,
    PASSKEY_FAILED,
    PROOF,
    after_adding,
    place_of,
    with_token,
)
from chalicelib.identity.refusal import WrongProof
from chalicelib.identity.staff import READING
from chalicelib.web import urls
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.next_page import safe_next
from chalicelib.web.routes import Actor, Routes

routes = Routes()

_LONGEST = 16_000
"""Characters of an answer; the longest that devices give are a few thousand."""


@routes.post("/{org}/second-factor/passkey", Actor.USER, staff=READING)
def prove(request: Request) -> Reply:
    """Opens the staff's pages to this session, under a new token (S-02)."""
    after = safe_next(request.form.get("next", ""))
    try:
        token = passkeys.prove(place_of(request), _answer(request))
    except WrongProof:
        return redirect(urls.portal(request.org, PROOF, next=after, passkey=PASSKEY_FAILED))
    return with_token(redirect(urls.portal(request.org, after or DESK)), request, token)


@routes.post("/{org}/settings/passkeys", Actor.USER, staff=READING, step_up=True)
def make(request: Request) -> Reply:
    """Keeps a new passkey; with the first thing that is set up, recovery codes are shown this once."""
    name = devices.label(request.headers.get("user-agent", ""))
    try:
        made = passkeys.make(place_of(request), _answer(request), name)
    except WrongProof:
        return redirect(urls.portal(request.org, AUTHENTICATOR, passkey=PASSKEY_FAILED))
    return after_adding(request, made)


def _answer(request: Request) -> str:
    return request.form.get("answer", "")[:_LONGEST]
