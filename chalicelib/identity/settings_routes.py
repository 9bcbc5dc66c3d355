"""The user's own settings: language, devices, login addresses, signing out."""

from chalicelib.households.store import get_summaries
from chalicelib.identity import devices, logins, store
from chalicelib.identity.guard import SessionCookie
from chalicelib.identity.users import set_language
from chalicelib.organisations.domain import Module
from chalicelib.shared.errors import Forbidden, Invalid
from chalicelib.shared.texts import Message
from chalicelib.shared.times import DAY
from chalicelib.web import cookies, render, urls
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.next_page import safe_next
from chalicelib.web.routes import Actor, Routes

routes = Routes()


@routes.get("/{org}/settings", Actor.USER)
def show_settings(request: Request) -> Reply:
    """Languages, login addresses and devices in one place."""
    return _settings_page(request)


def _settings_page(request: Request, *, errors: dict[str, Message] | None = None, status: int = 200) -> Reply:
    me = request.me
    user = store.require_user(request.org, me.user)
    return render.page(
        request,
        "identity/settings.html",
        status=status,
        errors=errors,
        user=user,
        devices=devices.live_sessions(request.org, user, request.now),
        this_device=me.session,
        has_methods=_has_methods(request),
        role=me.role if me.summary else None,
        is_member=me.summary is not None and me.summary.member(me.person) is not None,
        saved=request.query.get("saved", ""),
    )


def _has_methods(request: Request) -> bool:
    """Whether whoever looks may change what the household in view pays with (PM-1)."""
    organisation, me = request.organisation, request.me
    online = organisation.uses(Module.INVOICES) and organisation.billing.online
    return online and me.summary is not None and me.role.may_edit


@routes.post("/{org}/settings/language", Actor.USER)
def choose_language(request: Request) -> Reply:
    """The language of pages, mails and texts for this user from now on."""
    language = _offered(request)
    set_language(request.org, request.me.user, language)
    return _back(request, language)


@routes.post("/{org}/language", Actor.ANYONE)
def choose_browser_language(request: Request) -> Reply:
    """The language of this browser while nobody is signed in."""
    return _back(request, _offered(request))


def _offered(request: Request) -> str:
    language = request.form.get("language", "")
    if language not in request.organisation.languages:
        raise Forbidden
    return language


def _back(request: Request, language: str) -> Reply:
    after = safe_next(request.form.get("next", ""))
    reply = redirect(urls.portal(request.org, after, saved="language" if after == "settings" else ""))
    reply.cookies = [cookies.make(cookies.LANGUAGE, request.org, language, seconds=365 * DAY)]
    return reply


@routes.post("/{org}/settings/devices/end", Actor.USER, step_up=True)
def end_device(request: Request) -> Reply:
    """Ends one device's session; freshly signed in only, or a thief's device could end the owner's (S-06)."""
    devices.end(request.org, request.me.user, request.form.get("device", ""))
    return redirect(urls.portal(request.org, "settings", saved="device"))


@routes.post("/{org}/settings/devices/end-all", Actor.USER)
def end_all_devices(request: Request) -> Reply:
    """Signs out everywhere, here too (S-05). No code is wanted for it: whoever is in a hurry must not wait for one."""
    devices.end_all(request.org, request.me.user, request.now)
    return signed_out(request, cookies.KNOWN, left="everywhere")


@routes.post("/{org}/settings/mobile/remove", Actor.USER, step_up=True)
def remove_mobile(request: Request) -> Reply:
    """Takes the mobile number off the login addresses."""
    try:
        logins.remove_mobile(request.organisation, request.me.user, request.now)
    except Invalid as wrong:
        return _settings_page(request, errors=wrong.errors, status=400)
    return redirect(urls.portal(request.org, "settings", saved="login"))


@routes.post("/{org}/sign-out", Actor.USER, viewing=True)
def sign_out(request: Request) -> Reply:
    """Ends this session and clears what the browser kept (S-11), but for the proof that it was here before (A-11)."""
    store.end_session(request.org, request.me.user, request.me.session)
    return signed_out(request)


def signed_out(request: Request, *further: str, left: str = "") -> Reply:
    """To the door, with nothing of the session left in the browser (S-11), nor of the cookies that `further` names."""
    reply = redirect(urls.portal(request.org, "sign-in", left=left))
    gone = (cookies.SESSION, cookies.CODE, cookies.BROWSER, *further)
    reply.cookies = [cookies.clear(kind, request.org) for kind in gone]
    reply.headers["Clear-Site-Data"] = '"cache", "storage"'
    return reply


@routes.get("/{org}/households", Actor.USER)
def show_households(request: Request) -> Reply:
    """The choice for somebody with several households (C5)."""
    ids = tuple(household for household, _ in request.me.households)
    found = get_summaries(request.org, ids) if ids else {}
    rows = [found[household] for household in ids if household in found and not found[household].archived]
    return render.page(
        request, "identity/households.html", households=rows, next=safe_next(request.query.get("next", ""))
    )


@routes.post("/{org}/households", Actor.USER)
def choose_household(request: Request) -> Reply:
    """Puts a household in view; only one of the user's own can be."""
    wanted = request.form.get("household", "")
    if wanted not in dict(request.me.households):
        raise Forbidden
    old = SessionCookie.of(request)
    reply = redirect(urls.portal(request.org, safe_next(request.form.get("next", ""))))
    reply.cookies = [SessionCookie(old.token, old.user, wanted).kept(request.org)]
    return reply
