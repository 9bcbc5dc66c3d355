"""The pay function: acts that lead to Stripe's pages and back, alone among pages with a right to Stripe keys."""

from collections.abc import Iterable

from chalicelib.entry import loaded, routes_of
from chalicelib.home.frame import frame
from chalicelib.identity.guard import guard
from chalicelib.payments import stripe_routes
from chalicelib.web import render, serve
from chalicelib.web.app import App
from chalicelib.web.routes import Routes


def tables() -> Iterable[Routes]:
    """Its route tables."""
    from chalicelib.till import refund_routes

    return stripe_routes.routes, refund_routes.routes


app = App("portal-pay")
serve.install(app, guard, routes_of(__name__, tables))
render.frame_with(frame)
loaded()
