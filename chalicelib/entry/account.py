"""The account function: every page behind the door, without what only the door needs."""

from collections.abc import Iterable

from chalice.app import Chalice

from chalicelib.entry import loaded, routes_of
from chalicelib.home import routes as home  # most people come in here: loaded beforehand
from chalicelib.home.frame import frame
from chalicelib.identity.guard import guard
from chalicelib.web import render, serve
from chalicelib.web.routes import Routes


def tables() -> Iterable[Routes]:
    """The route tables of its features."""
    from chalicelib.billing import account_routes
    from chalicelib.billing import routes as billing
    from chalicelib.bookings import routes as bookings
    from chalicelib.households import routes as households
    from chalicelib.identity import settings_routes
    from chalicelib.memberships import routes as memberships
    from chalicelib.organisations import routes as organisations
    from chalicelib.payments import routes as payments
    from chalicelib.quotes import routes as quotes
    from chalicelib.recurring import routes as recurring
    from chalicelib.schedule import routes as schedule
    from chalicelib.web import assets

    return (
        home.routes,
        assets.routes,
        organisations.routes,
        settings_routes.routes,
        households.routes,
        schedule.routes,
        bookings.routes,
        billing.routes,
        account_routes.routes,
        recurring.routes,
        quotes.routes,
        memberships.routes,
        payments.routes,
    )


app = Chalice("portal-account", configure_logs=False)
serve.install(app, guard, routes_of(__name__, tables))
render.frame_with(frame)
loaded()
