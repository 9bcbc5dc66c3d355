"""The desk's page of messages that could not be delivered: tried again, one or all, or taken off the list (M-05)."""

from chalicelib.households import store as households
from chalicelib.identity import store as users
from chalicelib.identity.staff import DESK
from chalicelib.notifications import undelivered
from chalicelib.portals.routes import author
from chalicelib.portals.samples import samples
from chalicelib.portals.undelivered_pages import row
from chalicelib.shared.errors import NotFound
from chalicelib.web import paging, render, urls
from chalicelib.web.forms import Form
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes

routes = Routes()

_PATH = "desk/undelivered"
_AT_ONCE = 20
"""Each comes with two forms."""


@routes.get("/{org}/desk/undelivered", Actor.STAFF, staff=DESK)
def show_undelivered(request: Request) -> Reply:
    """What could not be delivered, longest ago first. Four round trips."""
    waiting = undelivered.waiting(request.org, request.now)
    rows, links = paging.part(request, _PATH, waiting, _AT_ONCE)
    homes = households.get_summaries(request.org, tuple({each.household for each in rows if each.household}))
    readers = users.get_users(request.org, {each.user for each in rows if each.user})
    titles = samples(request.organisation.currency, request.now)
    return render.page(
        request,
        "portals/undelivered.html",
        messages=[row(each, homes, readers, titles, request) for each in rows],
        count=len(waiting),
        saved=request.query.get("saved", ""),
        **links,
    )


@routes.post("/{org}/desk/undelivered/retry", Actor.STAFF, staff=DESK)
def retry(request: Request) -> Reply:
    """Has one message tried again, within a minute. Raises Conflict when somebody else was quicker."""
    undelivered.retry(request.org, _name(request), author(request), request.now)
    return redirect(urls.portal(request.org, _PATH, saved="again"))


@routes.post("/{org}/desk/undelivered/retry-all", Actor.STAFF, staff=DESK)
def retry_all(request: Request) -> Reply:
    """Has all that wait tried again, a hundred at once."""
    waiting = undelivered.waiting(request.org, request.now)
    undelivered.retry_all(request.org, [each.id for each in waiting], author(request), request.now)
    return redirect(urls.portal(request.org, _PATH, saved="all"))


@routes.post("/{org}/desk/undelivered/close", Actor.STAFF, staff=DESK)
def close(request: Request) -> Reply:
    """Takes one message off the list. Raises Conflict when somebody else was quicker."""
    undelivered.close(request.org, _name(request), author(request), request.now)
    return redirect(urls.portal(request.org, _PATH, saved="closed"))


def _name(request: Request) -> str:
    form = Form(request.form)
    name = form.text("name", required=True)
    if form.errors:
        raise NotFound
    return name
