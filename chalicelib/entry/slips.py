"""The slips function: takes people's numbers at tax offices and reports them, alone with the right to their keys."""

from collections.abc import Iterable

from chalice.app import Chalice

from chalicelib.entry import loaded, routes_of
from chalicelib.home.frame import frame
from chalicelib.identity.guard import guard
from chalicelib.slips import number_routes
from chalicelib.web import render, serve
from chalicelib.web.routes import Routes


def tables() -> Iterable[Routes]:
    """Its route tables."""
    return (number_routes.routes,)


app = Chalice("portal-slips", configure_logs=False)
serve.install(app, guard, routes_of(__name__, tables))
render.frame_with(frame)
loaded()
