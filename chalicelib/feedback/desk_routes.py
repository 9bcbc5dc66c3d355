"""The staff's list of addresses that are not written to."""

import re

from chalicelib.feedback import store
from chalicelib.feedback.pages import refused_view
from chalicelib.identity.staff import CLIENTS
from chalicelib.web import paging, render
from chalicelib.web.http import Reply, Request
from chalicelib.web.routes import Actor, Routes

routes = Routes()

_PATH = "desk/refused"
_PLACE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ#[a-z2-7]{32}", re.ASCII)


@routes.get("/{org}/desk/refused", Actor.STAFF, staff=CLIENTS)
def show_refused(request: Request) -> Reply:
    """Refused addresses, the latest first, 25 at a time. One round trip."""
    after = paging.after(request, lambda value: bool(_PLACE.fullmatch(value)))
    found = store.page(request.org, request.now, after)
    return render.page(
        request,
        "feedback/refused.html",
        refused=[refused_view(row, request.local, request.org) for row in found.rows],
        **paging.links(request, _PATH, found.next),
    )
