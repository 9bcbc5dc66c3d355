"""Subscriptions: the page on which somebody makes and ends them, and the address that other calendars fetch (NEW-6)."""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta

from chalicelib.calendar import feeds, gathering, reading
from chalicelib.calendar.domain import Entry, in_order
from chalicelib.calendar.feeds import ALARMS, Feed, Home
from chalicelib.calendar.gathering import Family
from chalicelib.organisations.domain import Module, Organisation
from chalicelib.shared.errors import Invalid, NotFound
from chalicelib.shared.texts import Message, say
from chalicelib.shared.times import DAY, day_begins, local_day
from chalicelib.web import cookies, render, urls
from chalicelib.web.forms import Form
from chalicelib.web.headers import Cache
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.language import Local, own_names
from chalicelib.web.routes import Actor, Routes

routes = Routes(Module.CLASSES, own=True)

_BACK, _AHEAD = timedelta(days=60), timedelta(days=730)
"""How far a feed reaches: back, so that what was called off lately is still told; ahead, to all that is planned."""
_MOST = 2000
"""Entries of one feed; those furthest away are left out."""
_ALL, _HOME = "all", "home"
_LONGEST_HASH = 64
_WRITING = 1
"""To be raised when the same entries are written in another way: whoever keeps a copy then asks for a new one."""
_SECRET = {"X-Robots-Tag": "noindex, nofollow", "Referrer-Policy": "no-referrer"}


@routes.get("/{org}/schedule/feeds", Actor.DELEGATE)
def show_feeds(request: Request) -> Reply:
    """The user's subscriptions, and the form for another."""
    return _page(request)


@routes.post("/{org}/schedule/feeds", Actor.DELEGATE)
def make_feed(request: Request) -> Reply:
    """Makes a subscription and shows its address: once, for only its hash is kept."""
    form = Form(request.form)
    feed = _read(request, form)
    try:
        form.done()
    except Invalid as wrong:
        return _page(request, errors=wrong.errors)
    return _page(request, token=feeds.create(request.org, feed, _homes(request, feed), request.now))


def _homes(request: Request, feed: Feed) -> tuple[str, ...]:
    """The households that a feed tells of."""
    return (feed.household,) if feed.household else tuple(home for home, _ in request.me.households)


def _read(request: Request, form: Form) -> Feed:
    name = form.text("name", required=True)
    scopes = tuple(scope for scope, _ in _scopes(request))
    scope = form.choice("scope", scopes, required=True)
    what = form.choice("what", ("all", "classes"), required=True) if request.me.role.sees_account else "classes"
    alarm = form.choice("alarm", tuple(map(_alarm_name, ALARMS)), required=True)
    return Feed(
        user=request.me.user,
        name=name,
        household="" if scope == _ALL else request.me.household,
        member=scope if scope not in (_ALL, _HOME) else "",
        bookings=what == "all",
        alarm_minutes=int(alarm) if alarm.isdigit() else None,
        language=form.choice("language", request.organisation.languages, required=True),
    )


@routes.post("/{org}/schedule/feeds/renew", Actor.DELEGATE)
def renew_feed(request: Request) -> Reply:
    """Gives a subscription another address; whoever has the former one gets nothing by it any more."""
    token = feeds.renew(request.org, request.me.user, _named(request), (request.me.household,), request.now)
    return _page(request, token=token)


@routes.post("/{org}/schedule/feeds/end", Actor.DELEGATE)
def end_feed(request: Request) -> Reply:
    """Ends a subscription."""
    feeds.end(request.org, request.me.user, _named(request), (request.me.household,), request.now)
    return redirect(urls.portal(request.org, "schedule/feeds", saved="ended"))


def _named(request: Request) -> str:
    """The subscription that a form is about. Raises NotFound for what can be none."""
    name = request.form.get("feed", "")
    if not name or len(name) > _LONGEST_HASH:
        raise NotFound
    return name


@routes.post("/{org}/schedule/zone", Actor.DELEGATE)
def choose_zone(request: Request) -> Reply:
    """The reader's own time zone, beside which the organisation's hours are shown; empty: the organisation's alone."""
    name = Form(request.form).text("zone")
    if name and not reading.is_zone(name):
        return _page(request, errors={"zone": say("Enter a time zone such as Europe/Paris")})
    reply = redirect(urls.portal(request.org, "schedule/feeds", saved="zone"))
    kept = cookies.make(cookies.ZONE, request.org, name, seconds=365 * DAY)
    reply.cookies = [kept if name else cookies.clear(cookies.ZONE, request.org)]
    return reply


def _page(request: Request, *, token: str = "", errors: Mapping[str, Message] | None = None) -> Reply:
    local = request.local
    path = feeds.address(request.me.user, token) if token else ""
    return render.page(
        request,
        "calendar/feeds.html",
        status=400 if errors else 200,
        errors=errors,
        address=urls.absolute(request.org, path) if token else "",
        fields=request.form if errors else {},
        feeds=[
            (feed, _scope_words(request, feed), local.date(feed.created_at) if feed.created_at else "")
            for feed in feeds.list_feeds(request.org, request.me.user)
        ],
        scopes=_scopes(request),
        sees_bookings=request.me.role.sees_account and request.organisation.uses(Module.BOOKINGS),
        alarms=[(_alarm_name(minutes), local.say(_alarm_words(minutes))) for minutes in ALARMS],
        tongues=own_names(request.organisation.languages),
        zone=reading.own_zone(request),
        zone_of_org=request.organisation.zone,
        saved=request.query.get("saved", ""),
    )


def _scopes(request: Request) -> list[tuple[str, str]]:
    """Whose calendar may be subscribed to: the household's, a member's, or that of all one's households."""
    local = request.local
    found = [(_HOME, local.say(say("The whole household")))]
    if len(request.me.households) > 1:
        found.append((_ALL, local.say(say("All my households"))))
    return [*found, *((row.id, row.first_name) for row in request.me.home.members)]


def _scope_words(request: Request, feed: Feed) -> str:
    if not feed.household:
        return request.local.say(say("All my households"))
    if feed.household != request.me.household:
        return request.local.say(say("Another household"))
    member = request.me.home.member(feed.member)
    return member.first_name if member else request.local.say(say("The whole household"))


def _alarm_name(minutes: int | None) -> str:
    return "none" if minutes is None else str(minutes)


def _alarm_words(minutes: int | None) -> Message:
    if minutes is None:
        return say("No reminder")
    if minutes < 60:
        return say("%(n)s minute before", n=minutes, plural="%(n)s minutes before")
    return say("%(n)s hour before", n=minutes // 60, plural="%(n)s hours before")


@routes.get("/{org}/feeds/{token}", Actor.ANYONE, cache=Cache.ASK)
def show_feed(request: Request) -> Reply:
    """A subscription's calendar. Whoever asks whether it changed is answered before anything is written."""
    feed, homes = feeds.find(request.org, request.params["token"], request.today)
    entries = _entries(request.organisation, feed, homes, request.now)
    tag = _tag(request.organisation, feed, homes, entries)
    told = {**_SECRET, "ETag": tag}
    if tag in request.headers.get("if-none-match", ""):
        return Reply(304, content_type="text/calendar; charset=utf-8", headers=told)

    from chalicelib.calendar import ical

    local = Local(feed.language, request.organisation.country, request.organisation.zone)
    writing = ical.Writing(request.organisation, local, tuple(home.summary for home in homes), feed.alarm_minutes)
    return Reply(body=ical.calendar(writing, feed.name, entries), content_type=ical.CONTENT_TYPE, headers=told)


def _entries(organisation: Organisation, feed: Feed, homes: list[Home], now: datetime) -> list[Entry]:
    """All that the feed tells of. Each household takes one or two round trips."""
    today = day_begins(local_day(now, organisation.zone), organisation.zone)
    found: dict[str, Entry] = {}
    for home in homes:
        family = Family(organisation, home.summary, home.role, now, feed.member)
        told = gathering.everything(family, today - _BACK, today + _AHEAD, whole=True, bookings=feed.bookings)
        found |= {entry.id: entry for entry in told}
    return in_order(found.values())[:_MOST]


def _tag(organisation: Organisation, feed: Feed, homes: list[Home], entries: list[Entry]) -> str:
    """Changes with anything that the calendar's text depends on."""
    names = [[(row.id, row.first_name) for row in home.summary.members] for home in homes]
    about = (_WRITING, organisation.slug, organisation.zone, organisation.country, feed, names, entries)
    return f'"{hashlib.sha256(repr(about).encode()).hexdigest()[:32]}"'
