"""The account function: every page behind the door, without what only the door needs."""

from chalice.app import Chalice

from chalicelib.billing import routes as billing
from chalicelib.bookings import routes as bookings
from chalicelib.home import routes as home
from chalicelib.home.frame import frame
from chalicelib.households import routes as households
from chalicelib.identity import settings_routes
from chalicelib.identity.guard import guard
from chalicelib.organisations import routes as organisations
from chalicelib.schedule import routes as schedule
from chalicelib.web import assets, render, serve

TABLES = (
    home.routes,
    assets.routes,
    organisations.routes,
    settings_routes.routes,
    households.routes,
    schedule.routes,
    bookings.routes,
    billing.routes,
)

app = Chalice("portal-account", configure_logs=False)
serve.install(app, guard, TABLES)
render.frame_with(frame)
