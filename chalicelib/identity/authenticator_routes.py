"""The second factor of staff: typing a code of the authenticator, and looking after it (A-27, A-28).

They belong to the sign-in function, the only web function that may read the pepper.
"""

from collections.abc import Mapping

from markupsafe import Markup

from chalicelib import bootstrap
from chalicelib.identity import authenticators, second_factor, store
from chalicelib.identity.code_pages import too_many
from chalicelib.identity.domain import Authenticator
from chalicelib.identity.guard import SessionCookie
from chalicelib.identity.second_factor import Place
from chalicelib.identity.settings_routes import signed_out
from chalicelib.identity.staff import READING
from chalicelib.shared.errors import Invalid, TooMany
from chalicelib.shared.texts import Message, say
from chalicelib.web import cookies, render, urls
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.next_page import safe_next
from chalicelib.web.routes import Actor, Routes

routes = Routes()

_DESK = "desk"
_AUTHENTICATOR = "settings/authenticator"


@routes.get("/{org}/second-factor", Actor.USER, staff=READING)
def show_second_factor(request: Request) -> Reply:
    """The field for the authenticator's code; whoever has none yet is led to enrol one."""
    after = safe_next(request.query.get("next", ""))
    if request.me.second_factor:
        return redirect(urls.portal(request.org, after or _DESK))
    if authenticators.get(request.org, request.me.user) is None:
        return redirect(urls.portal(request.org, _AUTHENTICATOR))
    return _proof_page(request, after)


@routes.post("/{org}/second-factor", Actor.USER, staff=READING)
def prove(request: Request) -> Reply:
    """Opens the staff's pages to this session, under a new token (S-02)."""
    after = safe_next(request.form.get("next", ""))
    try:
        token = second_factor.prove(_place(request), _typed(request), bootstrap.secrets().pepper())
    except Invalid as wrong:
        return _proof_page(request, after, errors=wrong.errors, status=400)
    except TooMany as fault:
        return too_many(_proof_page(request, after, errors={"code": _wait(fault)}, status=429), fault)
    return _with_token(redirect(urls.portal(request.org, after or _DESK)), request, token)


@routes.get("/{org}/settings/authenticator", Actor.USER, staff=READING, step_up=True)
def show_authenticator(request: Request) -> Reply:
    """An authenticator to enrol; or, once the second factor is passed, the one that is enrolled."""
    enrolled = authenticators.get(request.org, request.me.user)
    if enrolled is None:
        return _offer_page(request)
    if not request.me.second_factor:
        return redirect(urls.portal(request.org, "second-factor", next=_AUTHENTICATOR))
    return _enrolled_page(request, enrolled)


@routes.post("/{org}/settings/authenticator", Actor.USER, staff=READING, step_up=True)
def enrol(request: Request) -> Reply:
    """Keeps the authenticator whose code was typed, and shows the recovery codes this once."""
    try:
        enrolled = second_factor.enrol(_place(request), _typed(request), bootstrap.secrets().pepper())
    except Invalid as wrong:
        return _offer_page(request, errors=wrong.errors, status=400)
    request.csrf_key = enrolled.token
    return _with_token(_recovery_page(request, enrolled.recovery), request, enrolled.token)


@routes.post("/{org}/settings/authenticator/codes", Actor.STAFF, staff=READING, step_up=True)
def renew_codes(request: Request) -> Reply:
    """Makes new recovery codes, shows them this once, and forgets those that were left."""
    return _recovery_page(request, second_factor.renew_recovery_codes(_place(request)))


@routes.post("/{org}/settings/authenticator/remove", Actor.STAFF, staff=READING, step_up=True)
def remove(request: Request) -> Reply:
    """Forgets the authenticator and signs out everywhere: the next way in enrols another one."""
    second_factor.remove(request.org, request.me.user, request.now)
    return signed_out(request, cookies.KNOWN, left="everywhere")


def _place(request: Request) -> Place:
    return Place(request.org, request.me.user, request.me.session, request.now)


def _typed(request: Request) -> str:
    return request.form.get("code", "")[:40]


def _with_token(reply: Reply, request: Request, token: str) -> Reply:
    old = SessionCookie.of(request)
    reply.cookies.append(SessionCookie(token, old.user, old.household).kept(request.org))
    return reply


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
    return render.page(request, "identity/second_factor.html", status=status, errors=errors, next=after)


def _offer_page(request: Request, *, errors: Mapping[str, Message] | None = None, status: int = 200) -> Reply:
    secret = authenticators.offers(bootstrap.secrets().pepper(), _place(request).load())[0]
    user = store.require_user(request.org, request.me.user)
    issuer = request.local.text(request.organisation.name)
    return render.page(
        request,
        "identity/authenticator_offer.html",
        status=status,
        errors=errors,
        picture=_picture(authenticators.address(secret, issuer, user.email or user.mobile)),
        words=authenticators.words(secret),
    )


def _enrolled_page(request: Request, enrolled: Authenticator) -> Reply:
    return render.page(request, "identity/authenticator.html", since=enrolled.enrolled_at, left=len(enrolled.recovery))


def _recovery_page(request: Request, codes: tuple[str, ...]) -> Reply:
    shown = [authenticators.in_groups(code) for code in codes]
    return render.page(request, "identity/recovery_codes.html", codes=shown)


def _picture(address: str) -> Markup:
    """A QR code as SVG without styles, dark on white whatever the page's colours."""
    import segno  # whoever enrols an authenticator, once, is the only one to need it

    drawing = segno.make(address, error="m", micro=False)
    return Markup(drawing.svg_inline(omitsize=True, dark="#000", light="#fff", svgclass=None, lineclass=None))  # noqa: S704 - drawn by the library, of squares alone
