"""The dashboard, and the few addresses that belong to no organisation."""

from chalicelib import settings
from chalicelib.calendar import gathering
from chalicelib.calendar.domain import holdings
from chalicelib.calendar.gathering import Family
from chalicelib.home.pages import NEXT_EVENTS, Coming, Viewer, dashboard
from chalicelib.shared.errors import NotFound
from chalicelib.web import render, urls
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes

routes = Routes()


@routes.get("/{org}", Actor.DELEGATE)
def show_home(request: Request) -> Reply:
    """What is due, next and new. Two round trips: who and what, then the classes' dates."""
    home = request.me.home
    family, held = Family(request.organisation, home, request.me.role, request.now), list(holdings(home))
    groups = gathering.groups_ahead(family, held)
    coming = Coming(groups, gathering.next_classes(family, groups, held, NEXT_EVENTS))
    viewer = Viewer(
        name=request.me.user_name,
        role=request.me.role,
        since=request.me.previous_visit,
        now=request.now,
        today=request.today,
        local=request.local,
    )
    return render.page(request, "home/home.html", home=dashboard(family, coming, viewer))


@routes.get("/", Actor.ANYONE)
def show_root(_request: Request) -> Reply:
    """The deployment's own address leads to its only organisation, if it has just one."""
    slug = settings.current().default_organisation
    if not slug:
        raise NotFound
    return redirect(urls.portal(slug))


@routes.get("/health", Actor.ANYONE)
def show_health(_request: Request) -> Reply:
    """That this function starts and answers; it looks at nothing else."""
    return Reply(body='{"status": "ok"}', content_type="application/json")
