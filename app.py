"""Builds the portal: every route of every feature behind one guard. No logic lives here."""

from chalice.app import Chalice

from chalicelib.billing import routes as billing
from chalicelib.bookings import routes as bookings
from chalicelib.home import routes as home
from chalicelib.home.frame import frame
from chalicelib.households import routes as households
from chalicelib.identity import door_routes, settings_routes
from chalicelib.identity.guard import guard
from chalicelib.organisations import routes as organisations
from chalicelib.schedule import routes as schedule
from chalicelib.web import assets, render, serve

app = Chalice("portal", configure_logs=False)
serve.install(
    app,
    guard,
    [
        home.routes,
        assets.routes,
        organisations.routes,
        door_routes.routes,
        settings_routes.routes,
        households.routes,
        schedule.routes,
        bookings.routes,
        billing.routes,
    ],
)
render.frame_with(frame)
