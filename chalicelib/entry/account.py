"""The account function: every page behind the door, without what only the door needs."""

from collections.abc import Iterable

from chalicelib.entry import loaded, routes_of
from chalicelib.home import routes as home  # most people come in here: loaded beforehand
from chalicelib.home.frame import frame
from chalicelib.identity.guard import guard
from chalicelib.web import render, serve
from chalicelib.web.app import App
from chalicelib.web.routes import Routes


def tables() -> Iterable[Routes]:
    """The route tables of its features."""
    from chalicelib.api import desk_routes as api_desk
    from chalicelib.api import webhook_routes
    from chalicelib.billing import account_routes, split_routes
    from chalicelib.billing import routes as billing
    from chalicelib.bookings import change_routes as booking_changes
    from chalicelib.bookings import desk_routes as booking_desk
    from chalicelib.bookings import routes as bookings
    from chalicelib.bookings import times_routes as booking_times
    from chalicelib.calendar import event_routes, feed_routes
    from chalicelib.calendar import routes as calendar
    from chalicelib.clients import access_routes as client_access
    from chalicelib.clients import address_routes as client_addresses
    from chalicelib.clients import editing_routes as client_editing
    from chalicelib.clients import notes_routes as client_notes
    from chalicelib.clients import opening_routes as client_opening
    from chalicelib.clients import routes as clients
    from chalicelib.clients import timeline_routes as client_timeline
    from chalicelib.consents import desk_routes as consent_desk
    from chalicelib.consents import routes as consents
    from chalicelib.documents import class_desk_routes as class_documents
    from chalicelib.documents import desk_routes as document_desk
    from chalicelib.documents import routes as documents
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
    from chalicelib.feedback import desk_routes as refused_desk
    from chalicelib.forms import building_routes as form_building
    from chalicelib.forms import desk_routes as form_desk
    from chalicelib.forms import profile_routes as profiles
    from chalicelib.forms import routes as forms
    from chalicelib.growing import archive_routes as archiving
    from chalicelib.growing import routes as growing
    from chalicelib.home import desk_routes, news_routes
    from chalicelib.households import routes as households
    from chalicelib.identity import settings_routes
    from chalicelib.joining import desk_routes as joining_desk
    from chalicelib.joining import merge_routes as merging_desk
    from chalicelib.memberships import card_routes, pass_routes, plan_routes
    from chalicelib.memberships import desk_routes as card_desk
    from chalicelib.memberships import routes as memberships
    from chalicelib.messages import desk_routes as message_desk
    from chalicelib.messages import routes as messages
    from chalicelib.moving import routes as moving
    from chalicelib.notifications import address_routes as own_addresses
    from chalicelib.notifications import archive_routes as sent_mail
    from chalicelib.notifications import preference_routes
    from chalicelib.organisations import routes as organisations
    from chalicelib.payments import invoice_routes as one_invoice
    from chalicelib.payments import routes as payments
    from chalicelib.portals import button_routes as account_button
    from chalicelib.portals import message_routes as own_words
    from chalicelib.portals import routes as portal_settings
    from chalicelib.portals import undelivered_routes
    from chalicelib.privacy import activity_routes, deletion_routes, notice_routes, takeaway_routes
    from chalicelib.privacy import desk_routes as privacy_desk
    from chalicelib.purchases import desk_routes as product_desk
    from chalicelib.purchases import order_routes, shop_routes
    from chalicelib.purchases import routes as purchases
    from chalicelib.quotes import routes as quotes
    from chalicelib.recurring import routes as recurring
    from chalicelib.schedule import routes as schedule
    from chalicelib.sharing import routes as sharing
    from chalicelib.skills import routes as skills
    from chalicelib.slips import desk_routes as slip_desk
    from chalicelib.slips import routes as slips
    from chalicelib.till import billing_routes, invoice_routes, money_routes, payment_routes, takings_routes
    from chalicelib.till import bookings_routes as bookings_counter
    from chalicelib.till import methods_routes as methods_desk
    from chalicelib.till import places_routes as places_counter
    from chalicelib.till import purchases_routes as purchases_desk
    from chalicelib.till import quotes_routes as quotes_desk
    from chalicelib.till import recurring_routes as recurring_desk
    from chalicelib.till import reminders_routes as reminders_desk
    from chalicelib.till import runs_routes as statement_runs
    from chalicelib.till import statements_routes as statements_desk
    from chalicelib.till import subscription_routes as subscriptions_desk
    from chalicelib.till import terms_routes as terms_desk
    from chalicelib.viewing import demo_routes, staff_routes
    from chalicelib.viewing import routes as viewing
    from chalicelib.web import assets

    return (
        home.routes,
        desk_routes.routes,
        assets.routes,
        organisations.routes,
        settings_routes.routes,
        households.routes,
        clients.routes,
        client_addresses.routes,
        refused_desk.routes,
        client_access.routes,
        client_editing.routes,
        client_notes.routes,
        client_opening.routes,
        client_timeline.routes,
        profiles.routes,
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
        one_invoice.routes,
        account_routes.routes,
        recurring.routes,
        quotes.routes,
        billing_routes.routes,
        invoice_routes.routes,
        payment_routes.routes,
        money_routes.routes,
        takings_routes.routes,
        quotes_desk.routes,
        recurring_desk.routes,
        subscriptions_desk.routes,
        reminders_desk.routes,
        terms_desk.routes,
        statements_desk.routes,
        statement_runs.routes,
        methods_desk.routes,
        purchases_desk.routes,
        places_counter.routes,
        bookings_counter.routes,
        memberships.routes,
        pass_routes.routes,
        card_routes.routes,
        card_desk.routes,
        plan_routes.routes,
        purchases.routes,
        shop_routes.routes,
        product_desk.routes,
        order_routes.routes,
        payments.routes,
        documents.routes,
        document_desk.routes,
        class_documents.routes,
        notice_routes.routes,
        activity_routes.routes,
        takeaway_routes.routes,
        deletion_routes.routes,
        privacy_desk.routes,
        joining_desk.routes,
        merging_desk.routes,
        consents.routes,
        consent_desk.routes,
        forms.routes,
        form_building.routes,
        form_desk.routes,
        messages.routes,
        message_desk.routes,
        moving.routes,
        news_routes.routes,
        sent_mail.routes,
        own_addresses.routes,
        preference_routes.routes,
        sharing.routes,
        growing.routes,
        archiving.routes,
        split_routes.routes,
        slips.routes,
        slip_desk.routes,
        api_desk.routes,
        webhook_routes.routes,
        portal_settings.routes,
        account_button.routes,
        own_words.routes,
        undelivered_routes.routes,
        viewing.routes,
        staff_routes.routes,
        demo_routes.routes,
    )


app = App("portal-account")
serve.install(app, guard, routes_of(__name__, tables))
render.frame_with(frame)
loaded()
