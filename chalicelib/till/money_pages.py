"""View models of the desk's pages about everybody's money, and the ways between them."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from chalicelib.billing.ledger import EntryKind
from chalicelib.billing.pages import method_words
from chalicelib.data.items import Item
from chalicelib.households.summary import Summary
from chalicelib.identity.staff import REFUNDING
from chalicelib.payments.models import StripeEventItem
from chalicelib.shared.texts import Message, say
from chalicelib.shared.times import from_iso
from chalicelib.till.overdue import Overdue
from chalicelib.till.takings import Booked, Close, Sum
from chalicelib.web import urls
from chalicelib.web.http import Request
from chalicelib.web.language import Local, dotted
from chalicelib.web.tabs import Tab

_SECTIONS: tuple[tuple[str, Message, bool], ...] = (
    ("desk/money", say("Overdue", context="list"), False),
    ("desk/money/takings", say("Daily takings"), False),
    ("desk/money/parked", say("To look at"), True),
    ("desk/money/statements", say("Statements"), True),
    ("desk/money/export", say("For the accountant"), True),
)
"""Pages, what they are called, and whether they are for those alone who look after the books."""
_REASONS: Mapping[str, Message] = {
    "overpaid": say("More was paid than the invoices were over. The rest is credit; give it back if the family asks."),
    "disputed": say("The family contests this payment with its bank. Answer in Stripe’s dashboard in time."),
    "refunded too much": say("More was given back than came in. Bill the difference, or write it off."),
    "autopay untold": say(
        "This invoice is not charged automatically: the family could not be told beforehand. Check its address."
    ),
    "autopay capped": say(
        "This invoice is not charged by itself: it passes the family’s monthly cap. Look whether the cap is too low."
    ),
    "clock fails": say("This invoice could not be worked off by itself for days. Tell whoever runs the portal."),
    "sender not known": say("An answer by mail came from an address that nobody of the family has."),
    "sender not proven": say("An answer by mail may not be from whom it says."),
    "too many mails": say("Too many answers by mail came in an hour."),
}
_MOVED: Mapping[EntryKind, Message] = {
    EntryKind.PAYMENT: say("Payment"),
    EntryKind.PAYMENT_RETURNED: say("Payment that came back"),
    EntryKind.REFUND: say("Refund"),
    EntryKind.REFUND_RETURNED: say("Refund that came back"),
    EntryKind.DISPUTE: say("Payment contested with the bank"),
    EntryKind.DISPUTE_WON: say("Contested payment, returned to us"),
}


def sections(request: Request, current: str) -> list[Tab]:
    """The pages about everybody's money, and the one in view."""
    return [
        Tab(request.local.say(label), urls.portal(request.org, path), path == current)
        for path, label, is_for_books in _SECTIONS
        if not is_for_books or request.me.works_as(REFUNDING)
    ]


class OverdueRow(NamedTuple):
    """A family in the list of those that should have paid."""

    household: str
    name: str
    href: str
    meta: str
    amounts: str
    is_reminded: bool


def overdue_row(late: Overdue, local: Local, org: str, today: date) -> OverdueRow:
    """How much, for how long, and for how many invoices."""
    days = (today - late.since).days
    return OverdueRow(
        household=late.home.household,
        name=late.home.name,
        href=urls.portal(org, f"desk/clients/{late.home.household}/billing", show="due"),
        meta=dotted(
            late.home.number,
            local.say(say("since %(day)s", day=late.since)),
            local.say(say("%(n)s day late", plural="%(n)s days late", n=days)),
        ),
        amounts=", ".join(local.money(minor, currency) for currency, minor in late.minor),
        is_reminded=late.is_reminded,
    )


class SumRow(NamedTuple):
    """What moved by one way."""

    who: str
    method: str
    received: str
    given: str
    net: str


def sum_row(each: Sum, names: Mapping[str, str], local: Local) -> SumRow:
    """A row of the day's sums; `names` are those of the staff."""
    nobody = local.say(say("Online, nobody at the desk"))
    return SumRow(
        names.get(each.user, nobody) if each.user else nobody,
        local.say(method_words(each.method)),
        local.money(each.received_minor, each.currency),
        local.money(each.given_minor, each.currency),
        local.money(each.net_minor, each.currency),
    )


class MovedRow(NamedTuple):
    """One payment or refund of a day."""

    title: str
    href: str
    meta: str
    amount: str


def moved_row(each: Booked, homes: Mapping[str, Summary], names: Mapping[str, str], request: Request) -> MovedRow:
    """What moved, by which way, whose it is and through whose hands it went."""
    local, home = request.local, homes.get(each.household)
    page = f"desk/clients/{each.household}/billing/payments/{each.entry.document}"
    return MovedRow(
        home.name if home else local.say(say("A family that is not here any more")),
        urls.portal(request.org, page) if home else "",
        dotted(
            local.say(_MOVED[each.entry.kind]), local.say(method_words(each.entry.number)),
            local.time(each.entry.booked_at), names.get(each.user, ""),
        ),
        local.money(each.minor, each.entry.currency),
    )  # fmt: skip


class CloseView(NamedTuple):
    """A count of the day's takings."""

    when: str
    who: str
    rows: list[tuple[str, str, str, str]]
    """Way, expected, counted, difference."""
    note: str


def close_view(close: Close, local: Local) -> CloseView:
    """A count, ready to read."""
    return CloseView(
        local.datetime(close.at),
        close.name,
        [
            (
                local.say(method_words(count.method)),
                local.money(count.expected_minor, count.currency),
                local.money(count.counted_minor, count.currency),
                local.money(count.counted_minor - count.expected_minor, count.currency),
            )
            for count in close.counts
        ],
        close.note,
    )


class ParkedRow(NamedTuple):
    """Something that waits for a person."""

    name: str
    title: str
    meta: str
    reason: str
    words: str
    """What a mail says; empty for what is none."""
    href: str
    may_retry: bool


def parked_row(item: Item, request: Request) -> ParkedRow:
    """What waits, since when, why, and whose it is."""
    told: dict[str, Any] = item.attribute_values
    is_event, local = isinstance(item, StripeEventItem), request.local
    reason = told.get("reason") or told.get("outcome") or ""
    household = told.get("household") or ""
    words, facts = _REASONS.get(reason), told.get("facts") or {}
    return ParkedRow(
        name=item.pk.rpartition("#")[2],
        title=local.say(_title(told, facts, is_event=is_event)),
        meta=local.datetime(from_iso(told["received_at"] if is_event else told["since"])),
        reason=local.say(words) if words else reason,
        words=dotted(facts.get("sender", ""), facts.get("text", "")),
        href=urls.portal(request.org, _page(household, facts)) if household else "",
        may_retry=is_event,
    )


def _title(told: Mapping[str, Any], facts: Mapping[str, str], *, is_event: bool) -> Message:
    if is_event:
        return say("A message of Stripe’s: %(type)s", type=told["type"])
    if "invoice" in facts:
        return say("An invoice")
    return say("An answer by mail: %(subject)s", subject=facts["subject"]) if "subject" in facts else say("A payment")


def _page(household: str, facts: Mapping[str, str]) -> str:
    payment, invoice = facts.get("payment", ""), facts.get("invoice", "")
    rest = f"/payments/{payment}" if payment else f"/invoices/{invoice}" if invoice else ""
    return f"desk/clients/{household}/billing{rest}"
