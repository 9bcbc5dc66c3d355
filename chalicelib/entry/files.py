"""The files function: it alone among the pages has a right to the files that families and staff keep here."""

from collections.abc import Iterable

from chalicelib.entry import loaded, routes_of
from chalicelib.home.frame import frame
from chalicelib.identity.guard import guard
from chalicelib.web import render, serve
from chalicelib.web.app import App
from chalicelib.web.routes import Routes


def tables() -> Iterable[Routes]:
    """Its route tables."""
    from chalicelib.documents import file_routes as documents
    from chalicelib.enrolments import paper_routes
    from chalicelib.forms import file_routes as forms
    from chalicelib.memberships import photo_routes
    from chalicelib.messages import file_routes as messages
    from chalicelib.moving import file_routes as moving
    from chalicelib.portals import logo_routes

    return (
        documents.routes, forms.routes, messages.routes, photo_routes.routes, paper_routes.routes, logo_routes.routes,
        moving.routes,
    )  # fmt: skip


app = App("portal-files")
serve.install(app, guard, routes_of(__name__, tables))
render.frame_with(frame)
loaded()
