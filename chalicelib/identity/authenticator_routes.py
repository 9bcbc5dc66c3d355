"""The second factor of staff: typing a code of the authenticator, and looking after it (A-27, A-28).

They belong to the sign-in function, the only web function that may read the pepper.
"""

import json
from collections.abc import Mapping

from markupsafe import Markup

from chalicelib import bootstrap
from chalicelib.identity import authenticators, passkeys, second_factor, store
from chalicelib.identity.code_pages import too_many
from chalicelib.identity.domain import Authenticator, User
from chalicelib.identity.factor_pages import (
    AUTHENTICATOR,
    DESK,
    PASSKEY_FAILED,
    PROOF,
    after_adding,
    place_of,
    recovery_page,
    with_token,
)
from chalicelib.identity.settings_routes import signed_out
from chalicelib.identity.staff import READING
from chalicelib.shared.errors import Invalid, TooMany
from chalicelib.shared.texts import Message, say
from chalicelib.web import cookies, render, urls
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.next_page import safe_next
from chalicelib.web.routes import Actor, Routes

routes = Routes()

_REFUSED = say("This passkey did not open anything: try again, or use another way")


@routes.get("/{org}/second-factor", Actor.USER, staff=READING)
def show_second_factor(request: Request) -> Reply:
    """The field for the authenticator's code; whoever has none yet is led to enrol one."""
    after = safe_next(request.query.get("next", ""))
    if request.me.second_factor:
        return redirect(urls.portal(request.org, after or DESK))
    return _proof_page(request, after, errors=_refused(request))


@routes.post("/{org}/second-factor", Actor.USER, staff=READING)
def prove(request: Request) -> Reply:
    """Opens the staff's pages to this session, under a new token (S-02)."""
    after = safe_next(request.form.get("next", ""))
    try:
        token = second_factor.prove(place_of(request), _typed(request), bootstrap.secrets().pepper())
    except Invalid as wrong:
        return _proof_page(request, after, errors={_field(request): wrong.errors["code"]}, status=400)
    except TooMany as fault:
        return too_many(_proof_page(request, after, errors={_field(request): _wait(fault)}, status=429), fault)
    return with_token(redirect(urls.portal(request.org, after or DESK)), request, token)


@routes.get("/{org}/settings/authenticator", Actor.USER, staff=READING, step_up=True)
def show_authenticator(request: Request) -> Reply:
    """An authenticator to enrol; or, once the second factor is passed, the one that is enrolled."""
    enrolled = authenticators.get(request.org, request.me.user)
    if enrolled is None:
        return _offer_page(request, errors=_refused(request))
    if not request.me.second_factor:
        return redirect(urls.portal(request.org, PROOF, next=AUTHENTICATOR))
    return _enrolled_page(request, enrolled, errors=_refused(request))


@routes.post("/{org}/settings/authenticator", Actor.USER, staff=READING, step_up=True)
def enrol(request: Request) -> Reply:
    """Keeps the authenticator whose code was typed, and shows the recovery codes this once."""
    try:
        enrolled = second_factor.enrol(place_of(request), _typed(request), bootstrap.secrets().pepper())
    except Invalid as wrong:
        return _offer_page(request, errors=wrong.errors, status=400)
    return after_adding(request, enrolled)


@routes.get("/{org}/settings/authenticator/app", Actor.STAFF, staff=READING, step_up=True)
def show_app(request: Request) -> Reply:
    """An app to enrol beside the passkeys that there are."""
    held = authenticators.get(request.org, request.me.user)
    if held is None or held.sealed:
        return redirect(urls.portal(request.org, AUTHENTICATOR))
    return _offer_page(request)


@routes.post("/{org}/settings/passkeys/remove", Actor.STAFF, staff=READING, step_up=True)
def remove_passkey(request: Request) -> Reply:
    """Forgets a passkey, unless nothing else would open the staff's pages."""
    passkeys.remove(place_of(request), request.form.get("passkey", ""))
    return redirect(urls.portal(request.org, AUTHENTICATOR))


@routes.post("/{org}/settings/authenticator/codes", Actor.STAFF, staff=READING, step_up=True)
def renew_codes(request: Request) -> Reply:
    """Makes new recovery codes, shows them this once, and forgets those that were left."""
    return recovery_page(request, second_factor.renew_recovery_codes(place_of(request)))


@routes.post("/{org}/settings/authenticator/remove", Actor.STAFF, staff=READING, step_up=True)
def remove(request: Request) -> Reply:
    """Forgets the authenticator and signs out everywhere: the next way in enrols another one."""
    second_factor.remove(request.org, request.me.user, request.now)
    return signed_out(request, cookies.KNOWN, left="everywhere")


def _typed(request: Request) -> str:
    return request.form.get(_field(request), "")[:40]


def _field(request: Request) -> str:
    """Where it was typed: a code of the app, or one of those for when it is lost."""
    return "recovery" if request.form.get("recovery") else "code"


def _refused(request: Request) -> Mapping[str, Message] | None:
    """What to say when a passkey was refused just now."""
    return {"": _REFUSED} if request.query.get("passkey") == PASSKEY_FAILED else None


def _wait(fault: TooMany) -> Message:
    minutes = max(1, -(-fault.retry_after // 60))
    return say(
        "Too many wrong codes: wait a minute, then try again",
        plural="Too many wrong codes: wait %(n)s minutes, then try again",
        n=minutes,
    )


def _proof_page(
    request: Request, after: str, *, errors: Mapping[str, Message] | None = None, status: int = 200
) -> Reply:
    held = authenticators.get(request.org, request.me.user)
    if held is None:
        return redirect(urls.portal(request.org, AUTHENTICATOR))
    return render.page(
        request,
        "identity/second_factor.html",
        status=status,
        errors=errors,
        next=after,
        asked=json.dumps(passkeys.to_prove(place_of(request), held)) if held.passkeys else "",
        has_app=bool(held.sealed),
    )


def _offer_page(request: Request, *, errors: Mapping[str, Message] | None = None, status: int = 200) -> Reply:
    secret = authenticators.offers(bootstrap.secrets().pepper(), place_of(request).load())[0]
    user = store.require_user(request.org, request.me.user)
    return render.page(
        request,
        "identity/authenticator_offer.html",
        status=status,
        errors=errors,
        picture=_picture(authenticators.address(secret, _issuer(request), user.email or user.mobile)),
        words=authenticators.words(secret),
        asked="" if request.me.second_factor else _asked_to_make(request, user, None),
    )


def _enrolled_page(request: Request, held: Authenticator, errors: Mapping[str, Message] | None) -> Reply:
    user = store.require_user(request.org, request.me.user)
    return render.page(
        request,
        "identity/authenticator.html",
        status=400 if errors else 200,
        errors=errors,
        held=held,
        asked=_asked_to_make(request, user, held) if len(held.passkeys) < passkeys.MOST else "",
    )


def _issuer(request: Request) -> str:
    """Whose pages they open, as devices name it."""
    return request.local.text(request.organisation.name)


def _asked_to_make(request: Request, user: User, held: Authenticator | None) -> str:
    """What the page's script hands to a device that is to make a passkey; "" where browsers make none."""
    if not passkeys.are_possible():
        return ""
    return json.dumps(passkeys.to_make(place_of(request), user, held, _issuer(request)))


def _picture(address: str) -> Markup:
    """A QR code as SVG without styles, dark on white whatever the page's colours."""
    import segno  # whoever enrols an authenticator, once, is the only one to need it

    drawing = segno.make(address, error="m", micro=False)
    return Markup(drawing.svg_inline(omitsize=True, dark="#000", light="#fff", svgclass=None, lineclass=None))  # noqa: S704 - drawn by the library, of squares alone
