"""Pages in front of the door: asking for a code, typing it, proving oneself again, a new login address.

They run in a function of their own, the only web function that may read the pepper (design: functions).
"""

from collections.abc import Mapping

from chalicelib import bootstrap, settings
from chalicelib.identity import addresses, challenges, devices, logins, signing_in, store, verifying
from chalicelib.identity.challenges import Ticket, Wanted
from chalicelib.identity.counting import Caller
from chalicelib.identity.domain import ABSOLUTE_SECONDS, Challenge, Channel, Purpose, is_phone
from chalicelib.identity.guard import SessionCookie
from chalicelib.identity.refusal import WrongCode
from chalicelib.identity.verifying import Verified
from chalicelib.shared.contacts import parse_email, parse_phone
from chalicelib.shared.errors import Fault, Invalid, TooMany
from chalicelib.shared.texts import Message, say
from chalicelib.web import cookies, render, urls
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.next_page import safe_next
from chalicelib.web.routes import Actor, Routes

routes = Routes()

_CODE_PAGES = {
    Purpose.SIGN_IN: "sign-in/code",
    Purpose.STEP_UP: "confirm/code",
    Purpose.NEW_LOGIN: "settings/login/code",
}
"""Where each kind of code is typed; its form leads there whatever page shows it."""
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
        ticket = challenges.ask(_caller(request), _wanted(request, identifier, after), _hourly(request), request.now)
    except ValueError:
        errors = {"address": _NEITHER if typed else say("Fill in this field")}
        return _sign_in_page(request, after, typed=typed, errors=errors, status=400)
    except TooMany as fault:
        return _too_many(
            _sign_in_page(request, after, typed=typed, errors={"address": _wait(fault)}, status=429), fault
        )
    return _holding(redirect(urls.portal(request.org, "sign-in/code")), request, ticket)


@routes.get("/{org}/sign-in/code", Actor.ANYONE)
def show_code(request: Request) -> Reply:
    """The field for the code, and what to do when none comes (NEW-3)."""
    return _awaiting(request, Purpose.SIGN_IN) or redirect(urls.portal(request.org, "sign-in"))


@routes.post("/{org}/sign-in/code", Actor.ANYONE)
def sign_in(request: Request) -> Reply:
    """Opens the door to a right code (AUTH-5)."""
    held = SessionCookie.parse(cookies.get(request.cookies, cookies.SESSION, request.org))
    device = signing_in.Device(devices.label(request.user_agent), held.user, held.token_hash)
    try:
        verified = _verify(request, Purpose.SIGN_IN)
        came = signing_in.sign_in(request.organisation, verified, device, request.now)
    except Invalid as wrong:
        return _refused(request, Purpose.SIGN_IN, wrong)
    reply = redirect(_first_page(request.org, came))
    reply.cookies = [
        _session_cookie(request.org, SessionCookie(came.token, came.user.id, came.household)),
        cookies.make(cookies.KNOWN, request.org, came.known, seconds=cookies.KNOWN_SECONDS),
        cookies.clear(cookies.CODE, request.org),
        cookies.clear(cookies.BROWSER, request.org),
    ]
    return reply


@routes.post("/{org}/sign-in/again", Actor.ANYONE)
def ask_again(request: Request) -> Reply:
    """Sends another code, by mail if that was asked for; the one before is dead (A-09, C3)."""
    challenge = _challenge(request, Purpose.SIGN_IN)
    if challenge is None:
        return redirect(urls.portal(request.org, "sign-in"))
    return _again(request, challenge)


@routes.get("/{org}/confirm", Actor.USER)
def show_confirm(request: Request) -> Reply:
    """Explains why a code is needed once more (A-28)."""
    return render.page(request, "identity/confirm.html", next=safe_next(request.query.get("next", "")))


@routes.post("/{org}/confirm", Actor.USER)
def ask_to_confirm(request: Request) -> Reply:
    """Orders a code for somebody who is signed in already."""
    user = store.require_user(request.org, request.me.user)
    wanted = Wanted(
        identifier=user.identifiers[0],
        purpose=Purpose.STEP_UP,
        language=request.local.language,
        user=user.id,
        next=safe_next(request.form.get("next", "")),
    )
    return _order(request, wanted, "confirm/code")


@routes.get("/{org}/confirm/code", Actor.USER)
def show_confirm_code(request: Request) -> Reply:
    """The field for that code."""
    return _awaiting(request, Purpose.STEP_UP) or redirect(urls.portal(request.org, "confirm"))


@routes.post("/{org}/confirm/code", Actor.USER)
def confirm(request: Request) -> Reply:
    """Renews the session under a new token (S-02)."""
    try:
        verified = _verify(request, Purpose.STEP_UP)
        token = logins.refresh_session(request.organisation, verified, request.me.user, request.me.session, request.now)
    except Invalid as wrong:
        return _refused(request, Purpose.STEP_UP, wrong)
    old = SessionCookie.parse(cookies.get(request.cookies, cookies.SESSION, request.org))
    reply = redirect(urls.portal(request.org, verified.challenge.next or "settings"))
    reply.cookies = [
        _session_cookie(request.org, SessionCookie(token, old.user, old.household)),
        cookies.clear(cookies.CODE, request.org),
    ]
    return reply


@routes.get("/{org}/settings/login", Actor.USER, step_up=True)
def show_new_login(request: Request) -> Reply:
    """The field for a new login address or number (AUTH-12)."""
    return render.page(request, "identity/new_login.html", typed="")


@routes.post("/{org}/settings/login", Actor.USER, step_up=True)
def ask_for_new_login(request: Request) -> Reply:
    """Sends a code to the new address; nothing changes before it comes back (A-29)."""
    typed = request.form.get("address", "").strip()[:320]
    try:
        identifier = addresses.identify(typed, request.organisation.country)
        target = parse_phone(typed, request.organisation.country) if is_phone(identifier) else parse_email(typed)
    except ValueError:
        errors = {"address": _NEITHER if typed else say("Fill in this field")}
        return render.page(request, "identity/new_login.html", status=400, typed=typed, errors=errors)
    wanted = Wanted(
        identifier=identifier,
        purpose=Purpose.NEW_LOGIN,
        language=request.local.language,
        user=request.me.user,
        target=target,
    )
    return _order(request, wanted, "settings/login/code")


@routes.get("/{org}/settings/login/code", Actor.USER)
def show_new_login_code(request: Request) -> Reply:
    """The field for the code that went to the new address."""
    return _awaiting(request, Purpose.NEW_LOGIN) or redirect(urls.portal(request.org, "settings"))


@routes.post("/{org}/settings/login/code", Actor.USER)
def change_login(request: Request) -> Reply:
    """Puts the proved address in the old one's place."""
    try:
        verified = _verify(request, Purpose.NEW_LOGIN)
        if verified.challenge.user != request.me.user:
            raise WrongCode
        logins.replace_login(request.organisation, verified, request.now)
    except Invalid as wrong:
        return _refused(request, Purpose.NEW_LOGIN, wrong)
    reply = redirect(urls.portal(request.org, "settings", saved="login"))
    reply.cookies = [cookies.clear(cookies.CODE, request.org)]
    return reply


@routes.post("/{org}/code/again", Actor.USER)
def ask_again_signed_in(request: Request) -> Reply:
    """Sends another code to somebody who is signed in."""
    for purpose in (Purpose.STEP_UP, Purpose.NEW_LOGIN):
        challenge = _challenge(request, purpose)
        if challenge:
            return _again(request, challenge)
    return redirect(urls.portal(request.org, "settings"))


def _sign_in_page(
    request: Request,
    after: str,
    *,
    typed: str = "",
    errors: Mapping[str, Message] | None = None,
    status: int = 200,
) -> Reply:
    return render.page(
        request, "identity/sign_in.html", status=status, errors=errors, typed=typed, next=safe_next(after)
    )


def _awaiting(request: Request, purpose: Purpose) -> Reply | None:
    """The page for the code that this browser waits for, if it does."""
    challenge = _challenge(request, purpose)
    return _code_page(request, challenge, purpose) if challenge else None


def _refused(request: Request, purpose: Purpose, wrong: Invalid) -> Reply:
    return _code_page(request, _challenge(request, purpose), purpose, errors=wrong.errors, status=400)


def _code_page(
    request: Request,
    challenge: Challenge | None,
    purpose: Purpose,
    *,
    errors: Mapping[str, Message] | None = None,
    status: int = 200,
) -> Reply:
    """The page for a code. It says in general terms where the code may have gone: strangers learn nothing (A-17)."""
    typed = challenge.identifier.partition(":")[2] if challenge else ""
    phone = challenge is not None and is_phone(challenge.identifier)
    return render.page(
        request,
        "identity/code.html",
        status=status,
        errors=errors,
        typed=request.local.phone(typed) if phone else typed,
        by_phone=phone,
        suggestion="" if phone else addresses.suggest(typed),
        purpose=purpose.value,
        wished_mail=challenge is not None and challenge.channel is Channel.MAIL,
        again=request.query.get("again", ""),
        host=settings.current().host,
        action=_CODE_PAGES[purpose],
    )


def _order(request: Request, wanted: Wanted, page: str) -> Reply:
    ticket = challenges.ask(_caller(request), wanted, _hourly(request), request.now)
    return _holding(redirect(urls.portal(request.org, page)), request, ticket)


def _again(request: Request, challenge: Challenge) -> Reply:
    ticket = Ticket.parse(cookies.get(request.cookies, cookies.CODE, request.org))
    channel = Channel.MAIL if request.form.get("channel") == Channel.MAIL.value else Channel.AUTO
    try:
        challenges.ask_again(_caller(request), ticket, channel, _hourly(request), request.now)
    except TooMany as fault:
        return _too_many(
            _code_page(request, challenge, challenge.purpose, errors={"code": _wait(fault)}, status=429), fault
        )
    return redirect(urls.portal(request.org, _CODE_PAGES[challenge.purpose], again="1"))


def _verify(request: Request, purpose: Purpose) -> Verified:
    ticket = Ticket.parse(cookies.get(request.cookies, cookies.CODE, request.org))
    typed = request.form.get("code", "")[:40]
    pepper = bootstrap.secrets().pepper()
    return verifying.verify(_caller(request), ticket, typed, purpose, pepper, request.now)


def _challenge(request: Request, purpose: Purpose) -> Challenge | None:
    ticket = Ticket.parse(cookies.get(request.cookies, cookies.CODE, request.org))
    challenge = challenges.get(request.org, ticket)
    return challenge if challenge and challenge.purpose is purpose else None


def _caller(request: Request) -> Caller:
    return Caller(request.org, request.source, _known(request))


def _known(request: Request) -> str:
    return cookies.get(request.cookies, cookies.KNOWN, request.org)


def _wanted(request: Request, identifier: str, after: str) -> Wanted:
    return Wanted(identifier, language=request.local.language, next=safe_next(after), secret=request.csrf_key)


def _hourly(request: Request) -> int:
    return request.organisation.sign_in.codes_per_hour


def _holding(reply: Reply, request: Request, ticket: Ticket) -> Reply:
    reply.cookies = [*request.new_cookies, cookies.make(cookies.CODE, request.org, str(ticket))]
    return reply


def _session_cookie(org: str, value: SessionCookie) -> str:
    return cookies.make(cookies.SESSION, org, str(value), seconds=ABSOLUTE_SECONDS)


def _first_page(org: str, came: signing_in.SignedIn) -> str:
    """Where a newcomer lands: the page that was asked for, or the choice of household, or home."""
    if len(came.user.households) > 1:
        return urls.portal(org, "households", next=came.next)
    return urls.portal(org, came.next)


def _wait(fault: Fault) -> Message:
    """What a limit that was reached says beside the field."""
    if fault.message:
        return fault.message
    minutes = max(1, -(-fault.retry_after // 60))
    return say("Wait a minute, then ask again.", plural="Wait %(n)s minutes, then ask again.", n=minutes)


def _too_many(reply: Reply, fault: Fault) -> Reply:
    reply.headers["Retry-After"] = str(fault.retry_after)
    return reply
