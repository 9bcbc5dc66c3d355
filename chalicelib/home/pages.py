"""View model of the dashboard: what is due, what is next, what is new (DASH-1 to DASH-3)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple

from chalicelib.billing.glance import BalanceCard, InvoiceRow, balance_cards, unpaid_row
from chalicelib.bookings.pages import BookingView, booking_view, bookings_ahead
from chalicelib.calendar.domain import Entry
from chalicelib.calendar.gathering import Family
from chalicelib.calendar.pages import EntryView, Reader
from chalicelib.home.frame import is_shown
from chalicelib.households.domain import Role
from chalicelib.households.summary import NewsRow, Summary
from chalicelib.organisations.domain import MAX_ACTIONS, ActionButton, Organisation
from chalicelib.schedule.domain import ClassGroup, EnrolmentStatus
from chalicelib.shared.texts import Message, say
from chalicelib.web import urls
from chalicelib.web.http import Request
from chalicelib.web.language import Local

NEXT_EVENTS = 4
"""Classes and bookings ahead that the dashboard names."""
_SHOWN_UNPAID = 3
_SHOWN_NEWS = 5
_NEWS: dict[str, Message] = {
    "invoice": say("Invoice %(label)s"),
    "payment": say("Payment received: %(label)s"),
    "credit_note": say("Credit note %(label)s"),
    "quote": say("Quote %(label)s"),
    "enrolment": say("Enrolment: %(label)s"),
    "booking": say("Booking: %(label)s"),
    "message": say("Message: %(label)s"),
    "document": say("Document: %(label)s"),
    "class_document": say("Document for your class: %(label)s"),
    "wanted": say("Please send us: %(label)s"),
    "slip": say("Tax slips for %(label)s"),
}
_NEWS_PAGE = {
    "invoice": "invoices/{}", "payment": "payments/{}", "credit_note": "credits/{}", "quote": "quotes/{}",
    "booking": "bookings/{}", "message": "messages/{}",
    "document": "documents/{}", "class_document": "documents/classes/{}", "wanted": "documents/requests/{}",
    "slip": "slips/{}",
}  # fmt: skip
_SECTIONS = {
    "invoice": "invoices", "payment": "invoices", "credit_note": "invoices", "quote": "invoices",
    "enrolment": "schedule", "booking": "bookings", "message": "messages",
    "document": "documents", "class_document": "documents", "wanted": "documents",
    "slip": "slips",
}  # fmt: skip
"""Part of the portal that tells a kind of news; where it is not shown, neither is the news (DASH-6)."""


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
    balances: list[BalanceCard]
    overdue: str
    """What should have been paid by now, in all currencies; empty when nothing should."""
    unpaid: tuple[InvoiceRow, ...]
    unpaid_count: int
    next_event: EntryView | None
    events: tuple[EntryView, ...]
    """What comes after it."""
    offered: bool
    """Whether a place came free for which somebody waited."""
    rights: str
    """How many classes may be made up, and until when the first; empty when none."""
    bookings: tuple[BookingView, ...]
    news: tuple[News, ...]
    actions: tuple[Action, ...]
    shows_invoices: bool
    shows_schedule: bool
    lacks_members: bool
    """Whether nobody of the family takes part yet, and whoever looks may say who does."""


class Coming(NamedTuple):
    """The household's class groups, and the next of their meetings."""

    groups: Mapping[str, ClassGroup]
    entries: Sequence[Entry]
    news: Sequence[NewsRow] = ()
    """What came to the class groups, and so is no household's own."""


class Viewer(NamedTuple):
    """Who looks, when and how."""

    name: str
    role: Role
    since: datetime | None
    """Their visit before this one; what came later is new."""
    now: datetime
    today: date
    local: Local


def viewer_of(request: Request) -> Viewer:
    """Who looks, when and how."""
    return Viewer(
        name=request.me.user_name,
        role=request.me.role,
        since=request.me.previous_visit,
        now=request.now,
        today=request.today,
        local=request.local,
    )


def dashboard(family: Family, coming: Coming, viewer: Viewer) -> Dashboard:
    """All the dashboard shows, from the summary and the coming classes."""
    organisation, summary, local, org = family.organisation, family.home, viewer.local, family.organisation.slug
    balances = balance_cards(summary, local, org, viewer.today)
    events = Reader(family, local).views(coming.entries)
    return Dashboard(
        first_name=viewer.name.split()[0] if viewer.name else "",
        balances=balances,
        overdue=", ".join(each.overdue for each in balances if each.overdue),
        unpaid=_unpaid(summary, viewer, org),
        unpaid_count=summary.unpaid_count(),
        next_event=events[0] if events else None,
        events=tuple(events[1:]),
        offered=any(row.status == EnrolmentStatus.OFFERED.value for row in summary.enrolments)
        and is_shown("classes", organisation, summary, viewer.role),
        rights=_rights(summary, local) if is_shown("schedule", organisation, summary, viewer.role) else "",
        bookings=_bookings(organisation, summary, viewer),
        news=news(_latest([*summary.news, *coming.news]), family, coming.groups, viewer),
        actions=actions(organisation, summary, viewer),
        shows_invoices=is_shown("invoices", organisation, summary, viewer.role),
        shows_schedule=is_shown("schedule", organisation, summary, viewer.role),
        lacks_members=not summary.members and viewer.role.may_edit,
    )


def _rights(summary: Summary, local: Local) -> str:
    """What may be made up, and until when (SCH-7)."""
    if not summary.rights:
        return ""
    return local.say(
        say(
            "%(n)s class to make up by %(day)s",
            plural="%(n)s classes to make up, the first by %(day)s",
            n=len(summary.rights),
            day=summary.rights[0].expires_on,
        )
    )


def _unpaid(summary: Summary, viewer: Viewer, org: str) -> tuple[InvoiceRow, ...]:
    return tuple(unpaid_row(row, viewer.local, org, viewer.today) for row in summary.unpaid[:_SHOWN_UNPAID])


def _bookings(organisation: Organisation, summary: Summary, viewer: Viewer) -> tuple[BookingView, ...]:
    if not is_shown("bookings", organisation, summary, viewer.role):
        return ()
    ahead = bookings_ahead(summary, viewer.now)[:NEXT_EVENTS]
    return tuple(booking_view(booking, viewer.local, organisation.slug, viewer.now) for booking in ahead)


def _latest(rows: Sequence[NewsRow]) -> list[NewsRow]:
    return sorted(rows, key=lambda each: (each.at, each.id), reverse=True)[:_SHOWN_NEWS]


def news(rows: Sequence[NewsRow], family: Family, groups: Mapping[str, ClassGroup], viewer: Viewer) -> tuple[News, ...]:
    """What came to the account, in words; without what is not shown in this household's portal (DASH-6)."""
    organisation, summary = family.organisation, family.home
    return tuple(
        _news(row, summary, groups, viewer, organisation.slug)
        for row in rows
        if is_shown(_SECTIONS[row.kind], organisation, summary, viewer.role)
    )


def _news(row: NewsRow, summary: Summary, groups: Mapping[str, ClassGroup], viewer: Viewer, org: str) -> News:
    label = _label(row, groups, viewer.local)
    return News(
        text=viewer.local.say(replace(_NEWS[row.kind], values={"label": label})),
        when=viewer.local.date(row.at),
        href=urls.portal(org, _page_of(row, summary)),
        is_new=viewer.since is not None and row.at > viewer.since,
    )


def _page_of(row: NewsRow, summary: Summary) -> str:
    """Where a piece of news is told in full."""
    if row.kind != "enrolment":
        return _NEWS_PAGE[row.kind].format(row.id)
    found = next((enrolment for enrolment in summary.enrolments if enrolment.id == row.id), None)
    return f"members/{found.member}/enrolments/{found.id}" if found else "schedule"


def _label(row: NewsRow, groups: Mapping[str, ClassGroup], local: Local) -> str:
    """What the news is about, in the reader's words."""
    if row.kind == "payment":
        minor, _, currency = row.label.partition(" ")
        return local.money(int(minor), currency)
    if row.kind == "enrolment":
        return local.text(groups[row.label].title) if row.label in groups else ""
    return row.label


def actions(organisation: Organisation, summary: Summary, viewer: Viewer) -> tuple[Action, ...]:
    """The organisation's buttons; one that leads to a page this household does not have is left out (DASH-5)."""
    offered = organisation.actions[:MAX_ACTIONS]
    return tuple(
        _action(button, organisation, viewer.local)
        for button in offered
        if _is_address(button.target) or is_shown(button.target, organisation, summary, viewer.role)
    )


def _action(button: ActionButton, organisation: Organisation, local: Local) -> Action:
    href = button.target if _is_address(button.target) else urls.portal(organisation.slug, button.target)
    return Action(local.text(button.label), href, button.target.startswith("https:"))


def _is_address(target: str) -> bool:
    return target.startswith(("https://", "mailto:", "tel:"))
