"""The dashboard, and the few addresses that belong to no organisation."""

from chalicelib import settings
from chalicelib.calendar import gathering
from chalicelib.calendar.domain import holdings
from chalicelib.calendar.gathering import Family
from chalicelib.home import asking, health
from chalicelib.home.pages import NEXT_EVENTS, Coming, dashboard, viewer_of
from chalicelib.shared.errors import NotFound
from chalicelib.web import render, urls
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes

routes = Routes()


@routes.get("/{org}", Actor.DELEGATE)
def show_home(request: Request) -> Reply:
    """What is due, next and new. Two round trips: who and what, then the classes' dates and what is asked."""
    home = request.me.open_home
    family, held = Family(request.organisation, home, request.me.role, request.now), list(holdings(home))
    known = asking.read_all(request, {each.class_group for each in held})
    events = gathering.next_classes(family, known.groups, held, NEXT_EVENTS)
    coming = Coming(known.groups, events, asking.class_news(request, known))
    return render.page(
        request,
        "home/home.html",
        home=dashboard(family, coming, viewer_of(request)),
        asking=asking.asking(request, known),
    )


@routes.get("/", Actor.ANYONE)
def show_root(_request: Request) -> Reply:
    """The deployment's own address leads to its only organisation, if it has just one."""
    slug = settings.current().default_organisation
    if not slug:
        raise NotFound
    return redirect(urls.portal(slug))


@routes.get("/health", Actor.ANYONE)
def show_health(request: Request) -> Reply:
    """That this function starts and answers; with `?deep`, also whether it reaches its table."""
    return health.report(request.now, deep="deep" in request.query)
