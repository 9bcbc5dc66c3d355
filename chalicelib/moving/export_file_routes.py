"""The way to a finished export; it stands with the papers, the function that may open the bucket."""

from chalicelib import bootstrap
from chalicelib.files.naming import disposition
from chalicelib.identity.staff import MOVING
from chalicelib.moving import exporting
from chalicelib.moving.routes import author_of
from chalicelib.shared.errors import NotFound
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes

routes = Routes()

_SECONDS = 60
"""How long the bucket's own address opens the file: the browser follows it at once."""


@routes.get("/{org}/desk/moving/export/file", Actor.STAFF, staff=MOVING, step_up=True)
def fetch_export(request: Request) -> Reply:
    """The last export, while it can be fetched; that it was taken is noted first. Raises NotFound."""
    last = exporting.latest(request.org)
    if last is None or not last.is_open(request.now):
        raise NotFound
    exporting.fetched(request.org, author_of(request), request.now)
    name = f"{request.org} {request.today}.zip"
    return redirect(bootstrap.archives().open(last.name, "application/zip", disposition(name), _SECONDS))
