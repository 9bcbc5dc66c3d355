"""View models of charges by themselves: when how much is charged to what, when again, and what may be changed."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from chalicelib.billing.domain import Invoice
from chalicelib.households.summary import Summary
from chalicelib.organisations.domain import Organisation
from chalicelib.organisations.terms import BrakeTerms
from chalicelib.payments import brakes
from chalicelib.payments.brakes import Plan
from chalicelib.payments.domain import AGAIN, MOST_TRIES, Checkout, CheckoutState, Method
from chalicelib.payments.pages import method_title, payers
from chalicelib.shared.money import exponent
from chalicelib.shared.texts import Message, say
from chalicelib.shared.times import after, local_day
from chalicelib.web.language import Local


class MoveView(NamedTuple):
    """The days to which a charge may be moved."""

    first: str
    last: str
    lead: str
    skip: str
    """The day of the instalment after it, if the charge may wait for that; empty: it may not."""
    skip_words: str


class AutopayView(NamedTuple):
    """How an invoice is charged by itself."""

    number: str
    amount: str
    words: str
    """When how much is charged to what, or why it is not."""
    tone: str
    tries: tuple[tuple[str, str], ...]
    """The calendar of tries: day, and what came or will come of it."""
    move: MoveView | None
    moved: str
    """That the family moved it already; empty: it did not."""


class Facts(NamedTuple):
    """What is known of an invoice's charges."""

    invoice: Invoice
    plan: Plan
    methods: Sequence[Method]
    tried: Checkout | None


def autopay_view(facts: Facts, organisation: Organisation, local: Local, now: datetime) -> AutopayView:
    """What is charged next on an invoice that waits for money."""
    invoice, due, today = facts.invoice, facts.invoice.dues[0], local_day(now, organisation.zone)
    method = next((each for each in facts.methods if each.payer == invoice.payer and each.is_default), None)
    planned = facts.plan.day_of(invoice.id, due.on)
    words, tone = _words(facts, method, organisation, local, today)
    return AutopayView(
        number=invoice.number,
        amount=local.money(due.minor, invoice.currency),
        words=local.say(words),
        tone=tone,
        tries=tuple(_tries(facts.tried, organisation.zone, local)),
        move=_move(facts, organisation.billing.brakes, local, today) if invoice.autopay and not facts.tried else None,
        moved=local.say(say("You moved it from %(day)s.", day=due.on)) if planned != due.on else "",
    )


def not_charged(invoice: Invoice, local: Local) -> AutopayView:
    """The same of an invoice that nothing is charged for by itself."""
    words = local.say(say("This invoice is not charged automatically."))
    return AutopayView(invoice.number, "", words, "info", (), None, "")


def _words(
    facts: Facts, method: Method | None, organisation: Organisation, local: Local, today: date
) -> tuple[Message, str]:
    invoice, due = facts.invoice, facts.invoice.dues[0]
    day = charge_day(facts.plan, organisation.billing.brakes, invoice, today)
    if _is_over(facts.tried):
        return say("It is no longer charged automatically: it was refused too often. Please pay it yourself."), "danger"
    if not facts.invoice.autopay:
        return say("It is no longer charged automatically. Please pay it yourself."), "warning"
    if method is None or method.is_expired(max(day, today)):
        none = say("No payment method is valid on %(day)s. Please add one, or pay the invoice yourself.", day=day)
        return none, "warning"
    cap = facts.plan.cap_of(invoice.payer, invoice.currency)
    if cap is not None and due.minor > cap:
        return say("It is more than you let us charge in a month. Please pay it yourself."), "warning"
    amount = local.money(due.minor, invoice.currency)
    title = method_title(method, local)
    if facts.tried and facts.tried.state is CheckoutState.CLOSED:
        return say("A charge of %(amount)s to %(method)s was refused.", amount=amount, method=title), "warning"
    return say("%(amount)s will be charged to %(method)s on %(day)s.", amount=amount, method=title, day=day), "info"


def charge_day(plan: Plan, terms: BrakeTerms, invoice: Invoice, today: date) -> date:
    """The day on which what falls due next is charged at the earliest: as planned, and the days of notice kept."""
    due = invoice.dues[0]
    day = plan.day_of(invoice.id, due.on)
    told = plan.told.get(brakes.notice_name(invoice, due.on, day))
    if told is None and invoice.sent_at and day == due.on:
        told = min(today, max(invoice.issued_on, day - timedelta(days=terms.notice_days)))
    return max(brakes.earliest(day, terms.notice_days, told or today), today)


def _is_over(tried: Checkout | None) -> bool:
    return tried is not None and tried.state is CheckoutState.CLOSED and tried.attempt >= MOST_TRIES


def _tries(tried: Checkout | None, zone: str, local: Local) -> list[tuple[str, str]]:
    """The last try, and those that follow unless one is paid."""
    if tried is None or tried.state is not CheckoutState.CLOSED:
        return []
    rows = [(tried.created_at, say("Refused, attempt %(n)s of %(most)s", n=tried.attempt, most=MOST_TRIES))]
    for ahead in range(1, MOST_TRIES - tried.attempt + 1):
        at = after(tried.created_at, AGAIN * ahead)
        rows.append((at, say("Next attempt, unless it is paid by then")))
    return [(local.date(local_day(at, zone), "long"), local.say(words)) for at, words in rows]


def _move(facts: Facts, terms: BrakeTerms, local: Local, today: date) -> MoveView | None:
    invoice, due = facts.invoice, facts.invoice.dues[0]
    days = brakes.days_to_choose(facts.plan, terms, invoice, due, today)
    if days is None:
        return None
    first, last = days
    following = brakes.next_day(invoice, due)
    skip = following if following and first <= following <= last else None
    left = terms.moves - facts.plan.moves_in(today.year)
    lead = say("From %(first)s to %(last)s. Moves left this year: %(n)s.", first=first, last=last, n=left)
    return MoveView(
        first.isoformat(),
        last.isoformat(),
        local.say(lead),
        skip.isoformat() if skip else "",
        local.say(say("Charge it with the next instalment, on %(day)s", day=skip)) if skip else "",
    )


class CapView(NamedTuple):
    """The monthly cap of one payer."""

    payer: str
    name: str
    amount: str
    """As it stands in the field; empty: none."""
    words: str


def caps(plan: Plan, home: Summary, organisation: Organisation, local: Local) -> list[CapView]:
    """A cap for each who is billed within the household."""
    found = payers(home) or [("", home.name)]
    return [_cap(plan, payer, name, organisation.currency, local) for payer, name in found]


def _cap(plan: Plan, payer: str, name: str, currency: str, local: Local) -> CapView:
    minor = plan.cap_of(payer, currency)
    words = (
        say("No cap: everything that is due is charged.")
        if minor is None
        else say("At most %(amount)s in a month.", amount=local.money(minor, currency))
    )
    return CapView(
        payer, name, "" if minor is None else str(Decimal(minor).scaleb(-exponent(currency))), local.say(words)
    )
