"""The page for a one-time code, and what all forms that order or take one share."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from chalicelib import bootstrap, settings
from chalicelib.identity import addresses, challenges, devices, signing_in, verifying
from chalicelib.identity.challenges import Ticket, Wanted
from chalicelib.identity.counting import Caller
from chalicelib.identity.domain import (
    BROWSER_SECONDS,
    Challenge,
    Channel,
    Purpose,
    is_phone,
)
from chalicelib.identity.guard import SessionCookie
from chalicelib.identity.verifying import Verified
from chalicelib.organisations.domain import Organisation
from chalicelib.shared.errors import Fault, Invalid, TooMany
from chalicelib.shared.ids import derived_id
from chalicelib.shared.texts import Message, say
from chalicelib.web import cookies, render, urls
from chalicelib.web.http import Reply, Request, redirect

CODE_PAGES = {
    Purpose.SIGN_IN: "sign-in/code",
    Purpose.STEP_UP: "confirm/code",
    Purpose.NEW_LOGIN: "settings/login/code",
    Purpose.INVITATION: "invitation/code",
    Purpose.ACTING: "desk/acting/code",
    Purpose.JOIN: "join/code",
    Purpose.ON_FILE: "join/proof",
}
"""Where each kind of code is typed; its form leads there whatever page shows it."""


Accept = Callable[[Organisation, Verified, signing_in.Device, datetime], signing_in.SignedIn]
"""Does what a code proves that somebody may do, and opens a session. Raises Invalid."""


def awaiting(request: Request, purpose: Purpose) -> Reply | None:
    """The page for the code that this browser waits for, if it does."""
    challenge = challenge_of(request, purpose)
    return code_page(request, challenge, purpose) if challenge else None


def refused(request: Request, purpose: Purpose, wrong: Invalid) -> Reply:
    """The page for a code again, with what was wrong."""
    return code_page(request, challenge_of(request, purpose), purpose, errors=wrong.errors, status=400)


def code_page(
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
        action=CODE_PAGES[purpose],
    )


def order(request: Request, wanted: Wanted, show_wait: Callable[[Message], Reply]) -> Reply:
    """Orders a code for somebody who is signed in; a form that is sent twice orders one (A-15).

    The browser's secret for it follows from the session's token, which it does not tell.
    """
    secret = derived_id(request.csrf_key.encode(), "code")
    return _order(request, replace(wanted, secret=secret), show_wait)


def order_outside(request: Request, wanted: Wanted, show_wait: Callable[[Message], Reply]) -> Reply:
    """Orders a code for somebody in front of the door, whose secret for it is that of this browser's forms."""
    return _order(request, replace(wanted, secret=request.csrf_key), show_wait)


def _order(request: Request, wanted: Wanted, show_wait: Callable[[Message], Reply]) -> Reply:
    try:
        ticket = challenges.ask(caller(request), wanted, hourly(request), request.now)
    except TooMany as fault:
        return too_many(show_wait(wait_words(fault)), fault)
    return holding(redirect(urls.portal(request.org, CODE_PAGES[wanted.purpose])), request, ticket)


def again(request: Request, challenge: Challenge) -> Reply:
    """Sends another code to where the one before went, or by mail if that was asked for."""
    ticket = Ticket.parse(cookies.get(request.cookies, cookies.CODE, request.org))
    channel = Channel.MAIL if request.form.get("channel") == Channel.MAIL.value else Channel.AUTO
    try:
        challenges.ask_again(caller(request), ticket, channel, hourly(request), request.now)
    except TooMany as fault:
        return too_many(
            code_page(request, challenge, challenge.purpose, errors={"code": wait_words(fault)}, status=429), fault
        )
    return redirect(urls.portal(request.org, CODE_PAGES[challenge.purpose], again="1"))


def verify(request: Request, purpose: Purpose) -> Verified:
    """Compares the code that was typed. Raises Invalid."""
    ticket = Ticket.parse(cookies.get(request.cookies, cookies.CODE, request.org))
    typed = request.form.get("code", "")[:40]
    pepper = bootstrap.secrets().pepper()
    return verifying.verify(caller(request), ticket, typed, purpose, pepper, request.now)


def challenge_of(request: Request, purpose: Purpose) -> Challenge | None:
    """The challenge that this browser waits for; one that somebody else asked for at it is none."""
    ticket = Ticket.parse(cookies.get(request.cookies, cookies.CODE, request.org))
    challenge = challenges.get(request.org, ticket)
    if challenge is None or challenge.purpose is not purpose:
        return None
    theirs = request.account.user if request.account else ""
    return challenge if challenge.user == theirs else None


def device_of(request: Request) -> signing_in.Device:
    """The browser that a code is typed at, and the session that it holds until now."""
    held = SessionCookie.of(request)
    return signing_in.Device(devices.label(request.user_agent), held.user, held.token_hash, known(request))


def come_in(request: Request, purpose: Purpose, accept: Accept) -> Reply:
    """Lets whoever typed the right code `accept` what it was for, and signs in; a wrong one gets the page again."""
    try:
        came = accept(request.organisation, verify(request, purpose), device_of(request), request.now)
    except Invalid as wrong:
        return refused(request, purpose, wrong)
    return signed_in(request, came, urls.portal(request.org))


def signed_in(request: Request, came: signing_in.SignedIn, page: str) -> Reply:
    """To a page, with the session that a right code opened."""
    reply = redirect(page)
    reply.cookies = [
        SessionCookie(came.token, came.user.id, came.household).kept(request.org),
        cookies.make(cookies.KNOWN, request.org, came.known, seconds=BROWSER_SECONDS),
        cookies.clear(cookies.CODE, request.org),
        cookies.clear(cookies.BROWSER, request.org),
    ]
    return reply


def caller(request: Request) -> Caller:
    """Who asks, for the limits."""
    return Caller(request.org, request.source, known(request))


def known(request: Request) -> str:
    """What a browser that signed in before says of itself."""
    return cookies.get(request.cookies, cookies.KNOWN, request.org)


def hourly(request: Request) -> int:
    """Codes an hour that the organisation allows."""
    return request.organisation.sign_in.codes_per_hour


def holding(reply: Reply, request: Request, ticket: Ticket) -> Reply:
    """The reply that lets the browser hold on to its challenge."""
    reply.cookies = [*request.new_cookies, cookies.make(cookies.CODE, request.org, str(ticket))]
    return reply


def wait_words(fault: Fault) -> Message:
    """What a limit that was reached says beside the field."""
    if fault.message:
        return fault.message
    minutes = max(1, -(-fault.retry_after // 60))
    if isinstance(fault, challenges.BusyNetwork):
        return say(
            "Many codes were asked for from this network: wait a minute, or contact us",
            plural="Many codes were asked for from this network: wait %(n)s minutes, or contact us",
            n=minutes,
        )
    return say("Wait a minute, then ask again", plural="Wait %(n)s minutes, then ask again", n=minutes)


def too_many(reply: Reply, fault: Fault) -> Reply:
    """The reply that says when to ask again."""
    reply.headers["Retry-After"] = str(fault.retry_after)
    return reply
