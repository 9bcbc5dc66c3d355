"""The page of the demo client at the desk: making it, going in as its family, and moving its clock."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from chalicelib.identity.guard import SessionCookie
from chalicelib.identity.staff import VIEWING
from chalicelib.shared.texts import Message, say
from chalicelib.shared.times import from_local
from chalicelib.viewing import demo
from chalicelib.viewing.demo import FARTHEST, Demo
from chalicelib.web import render, urls
from chalicelib.web.forms import Form
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes

routes = Routes()

_STEPS = {"day": timedelta(days=1), "week": timedelta(days=7), "month": timedelta(days=30)}
_NOT_BACK = say("Choose a later day, within two years: no clock goes back")


@routes.get("/{org}/desk/demo", Actor.STAFF, staff=VIEWING)
def show_demo(request: Request) -> Reply:
    """Where the demonstration stands. Two round trips."""
    return _page(request)


@routes.post("/{org}/desk/demo", Actor.STAFF, staff=VIEWING)
def make(request: Request) -> Reply:
    """Makes the demonstration, or makes it anew."""
    demo.make(request.organisation, request.now)
    return redirect(urls.portal(request.org, "desk/demo", saved="made"))


@routes.post("/{org}/desk/demo/clock", Actor.STAFF, staff=VIEWING)
def move(request: Request) -> Reply:
    """Moves the clock, by a step or to a day, and does what falls due on the way."""
    found = demo.require(request.org)
    form = Form(request.form)
    to = _wanted(request, form, found)
    if to is None:
        return _page(request, errors=form.errors, status=400)
    demo.move(request.org, to, request.now)
    return redirect(urls.portal(request.org, "desk/demo", saved="moved"))


@routes.post("/{org}/desk/demo/enter", Actor.STAFF, staff=VIEWING)
def enter(request: Request) -> Reply:
    """Into the demonstration's portal, as its family; the session at the desk stays as it is."""
    found, token = demo.enter(request.org, request.now)
    slug = found.organisation.slug
    reply = redirect(urls.portal(slug))
    reply.cookies = [SessionCookie(token, found.family.user, found.family.household).kept(slug)]
    return reply


def _wanted(request: Request, form: Form, found: Demo) -> datetime | None:
    """The moment that was asked for; None when there is a mistake in the form."""
    here = found.now(request.now)
    step = form.choice("step", tuple(_STEPS))
    day = form.day("day", required=not step)
    if form.errors:
        return None
    to = _noon(request, day) if day else here + _STEPS[step]
    if to < here or to > request.now + FARTHEST:
        form.errors["day"] = _NOT_BACK
        return None
    return to


def _noon(request: Request, day: date) -> datetime:
    return from_local(datetime.combine(day, time(12)), request.organisation.zone)


def _page(request: Request, *, errors: Mapping[str, Message] | None = None, status: int = 200) -> Reply:
    found = demo.find(request.org)
    return render.page(
        request,
        "viewing/demo.html",
        status=status,
        errors=errors,
        fields=request.form,
        demo=found,
        here=found.now(request.now) if found else None,
        is_moved=found is not None and found.organisation.ahead > 0,
        saved=request.query.get("saved", ""),
    )
