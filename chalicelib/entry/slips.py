"""The slips function: takes people's numbers at tax offices and reports them, alone with the right to their keys."""

from collections.abc import Iterable

from chalicelib.entry import loaded, routes_of
from chalicelib.home.frame import frame
from chalicelib.identity.guard import guard
from chalicelib.slips import number_routes
from chalicelib.web import render, serve
from chalicelib.web.app import App
from chalicelib.web.routes import Routes


def tables() -> Iterable[Routes]:
    """Its route tables."""
    return (number_routes.routes,)


app = App("portal-slips")
serve.install(app, guard, routes_of(__name__, tables))
render.frame_with(frame)
loaded()
