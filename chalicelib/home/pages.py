"""View model of the dashboard: what is due, what is next, what is new (DASH-1 to DASH-3)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple

from chalicelib.billing.pages import InvoiceRow, invoice_row, unpaid_invoice
from chalicelib.bookings.domain import BookingStatus
from chalicelib.bookings.pages import BookingView, booking_view
from chalicelib.bookings.routes import booking_from_row
from chalicelib.home.frame import is_shown
from chalicelib.households.summary import NewsRow, Summary
from chalicelib.organisations.domain import MAX_ACTIONS, ActionButton, Organisation
from chalicelib.schedule.domain import ClassGroup, Event
from chalicelib.schedule.pages import EventView, event_views
from chalicelib.shared.texts import Message, say
from chalicelib.web import urls
from chalicelib.web.language import Local

_NEXT_EVENTS = 4
_SHOWN_UNPAID = 3
_NEWS: dict[str, Message] = {
    "invoice": say("Invoice %(label)s"),
    "payment": say("Payment received: %(label)s"),
    "enrolment": say("Enrolment: %(label)s"),
    "booking": say("Booking: %(label)s"),
}
_NEWS_PAGE = {"invoice": "invoices/{}", "payment": "payments", "enrolment": "schedule", "booking": "bookings/{}"}


class Amount(NamedTuple):
    """What is to pay in one currency."""

    due: str
    overdue: str


class News(NamedTuple):
    """Something that came to the account."""

    text: str
    when: str
    href: str
    is_new: bool


class Action(NamedTuple):
    """A button the organisation put here (DASH-5)."""

    label: str
    href: str
    external: bool


class Dashboard(NamedTuple):
    """The first page after signing in."""

    first_name: str
    amounts: tuple[Amount, ...]
    overdue: bool
    unpaid: tuple[InvoiceRow, ...]
    unpaid_count: int
    events: tuple[EventView, ...]
    bookings: tuple[BookingView, ...]
    news: tuple[News, ...]
    actions: tuple[Action, ...]
    shows_invoices: bool
    shows_schedule: bool


class Coming(NamedTuple):
    """The household's class groups, and their meetings that are not over, next first."""

    groups: Mapping[str, ClassGroup]
    events: Sequence[Event]


class Viewer(NamedTuple):
    """Who looks, when and how."""

    name: str
    since: datetime | None
    """Their visit before this one; what came later is new."""
    now: datetime
    today: date
    local: Local


def dashboard(organisation: Organisation, summary: Summary, coming: Coming, viewer: Viewer) -> Dashboard:
    """All the dashboard shows, from the summary and the coming classes."""
    local, org = viewer.local, organisation.slug
    overdue = summary.overdue(viewer.today)
    return Dashboard(
        first_name=viewer.name.split()[0] if viewer.name else "",
        amounts=tuple(
            Amount(local.money(minor, currency), _money_or_nothing(overdue.get(currency, 0), currency, local))
            for currency, minor in summary.due().items()
        ),
        overdue=any(overdue.values()),
        unpaid=_unpaid(summary, viewer, org),
        unpaid_count=summary.unpaid_count(),
        events=tuple(event_views(coming.events[:_NEXT_EVENTS], summary, local, org)),
        bookings=_bookings(organisation, summary, viewer),
        news=tuple(_news(row, coming.groups, viewer, org) for row in summary.news),
        actions=actions(organisation, summary, local),
        shows_invoices=is_shown("invoices", organisation, summary),
        shows_schedule=is_shown("schedule", organisation, summary),
    )


def _money_or_nothing(minor: int, currency: str, local: Local) -> str:
    return local.money(minor, currency) if minor else ""


def _unpaid(summary: Summary, viewer: Viewer, org: str) -> tuple[InvoiceRow, ...]:
    invoices = (unpaid_invoice(row, summary.household) for row in summary.unpaid[:_SHOWN_UNPAID])
    return tuple(invoice_row(invoice, viewer.local, org, viewer.today) for invoice in invoices)


def _bookings(organisation: Organisation, summary: Summary, viewer: Viewer) -> tuple[BookingView, ...]:
    if not is_shown("bookings", organisation, summary):
        return ()
    waiting = (BookingStatus.REQUESTED, BookingStatus.CONFIRMED)
    ahead = [booking_from_row(row) for row in summary.bookings if row.ends > viewer.now]
    return tuple(
        booking_view(booking, viewer.local, organisation.slug, viewer.now)
        for booking in ahead
        if booking.status_at(viewer.now) in waiting
    )[:_NEXT_EVENTS]


def _news(row: NewsRow, groups: Mapping[str, ClassGroup], viewer: Viewer, org: str) -> News:
    label = _label(row, groups, viewer.local)
    return News(
        text=viewer.local.say(replace(_NEWS[row.kind], values={"label": label})),
        when=viewer.local.date(row.at),
        href=urls.portal(org, _NEWS_PAGE[row.kind].format(row.id)),
        is_new=viewer.since is not None and row.at > viewer.since,
    )


def _label(row: NewsRow, groups: Mapping[str, ClassGroup], local: Local) -> str:
    """What the news is about, in the reader's words."""
    if row.kind == "payment":
        minor, _, currency = row.label.partition(" ")
        return local.money(int(minor), currency)
    if row.kind == "enrolment":
        return local.text(groups[row.label].title) if row.label in groups else ""
    return row.label


def actions(organisation: Organisation, summary: Summary, local: Local) -> tuple[Action, ...]:
    """The organisation's buttons; one that leads to a page this household does not have is left out (DASH-5)."""
    offered = organisation.actions[:MAX_ACTIONS]
    return tuple(_action(button, organisation, local) for button in offered if _leads(button, organisation, summary))


def _leads(button: ActionButton, organisation: Organisation, summary: Summary) -> bool:
    return _is_address(button.target) or is_shown(button.target, organisation, summary)


def _action(button: ActionButton, organisation: Organisation, local: Local) -> Action:
    external = _is_address(button.target)
    href = button.target if external else urls.portal(organisation.slug, button.target)
    return Action(local.text(button.label), href, button.target.startswith("https:"))


def _is_address(target: str) -> bool:
    return target.startswith(("https://", "mailto:", "tel:"))
