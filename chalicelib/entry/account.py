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
    from chalicelib.bookings import change_routes as booking_changes
    from chalicelib.bookings import desk_routes as booking_desk
    from chalicelib.bookings import routes as bookings
    from chalicelib.bookings import times_routes as booking_times
    from chalicelib.calendar import event_routes, feed_routes
    from chalicelib.calendar import routes as calendar
    from chalicelib.enrolments import (
        answering_routes,
        arranging_routes,
        changing_routes,
        class_routes,
        file_routes,
        history_routes,
        makeup_routes,
        meeting_routes,
        place_routes,
        waiting_routes,
    )
    from chalicelib.enrolments import desk_routes as class_desk
    from chalicelib.home import desk_routes
    from chalicelib.households import routes as households
    from chalicelib.identity import settings_routes
    from chalicelib.memberships import routes as memberships
    from chalicelib.organisations import routes as organisations
    from chalicelib.payments import routes as payments
    from chalicelib.quotes import routes as quotes
    from chalicelib.recurring import routes as recurring
    from chalicelib.schedule import routes as schedule
    from chalicelib.skills import routes as skills
    from chalicelib.web import assets

    return (
        home.routes,
        desk_routes.routes,
        assets.routes,
        organisations.routes,
        settings_routes.routes,
        households.routes,
        calendar.routes,
        event_routes.routes,
        feed_routes.routes,
        schedule.routes,
        history_routes.routes,
        file_routes.routes,
        skills.routes,
        class_routes.routes,
        class_desk.routes,
        answering_routes.routes,
        arranging_routes.routes,
        changing_routes.routes,
        place_routes.routes,
        meeting_routes.routes,
        makeup_routes.routes,
        waiting_routes.routes,
        bookings.routes,
        booking_times.routes,
        booking_changes.routes,
        booking_desk.routes,
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
