"""What staff bill, quote, bill again and again, or offer as plans: small TOML or JSON files, checked key by key.

Money stands there as people write it (`price = 18.50`). Members are named by their id in the portal
or by the organisation's own id of an import.
"""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

from chalicelib.admin.imports.laying import internal_id
from chalicelib.admin.tables import Table, load
from chalicelib.billing.allocating import deposit_schedule, instalments
from chalicelib.billing.domain import Due
from chalicelib.billing.issuing import InvoiceRequest
from chalicelib.billing.pricing import LineRequest, price, total
from chalicelib.memberships.domain import Allowed, Plan, PlanKind
from chalicelib.memberships.service import SubscriptionRequest
from chalicelib.organisations.domain import Organisation
from chalicelib.organisations.terms import AutopayMode, Tax
from chalicelib.quotes.service import QuoteRequest
from chalicelib.recurring.domain import Frequency
from chalicelib.recurring.service import RecurringRequest

_OURS = re.compile("[a-z2-7]{32}")
"""An id of the portal."""
_PLAN_ID = re.compile("[a-z0-9][a-z0-9-]{0,39}")
_PER_PERCENT = 10_000
"""Discounts are kept in millionths."""


def portal_id(organisation: Organisation, kind: str, told: str) -> str:
    """The portal's id of a `household` or a `member` that is named by it or by the organisation's own id."""
    return told if _OURS.fullmatch(told) or not told else internal_id(organisation, kind, told)


def read_invoice(path: Path, organisation: Organisation) -> InvoiceRequest:
    """The invoice that a file describes. Raises FileMistakes, OSError."""
    table = load(path)
    table.only(
        "lines",
        "currency",
        "due_on",
        "note",
        "reference",
        "autopay",
        "deposit",
        "deposit_on",
        "instalments",
        "first_on",
    )
    currency = table.text("currency") or organisation.currency
    request = InvoiceRequest(
        lines=_lines(table, organisation, currency),
        currency=currency,
        due_on=table.day("due_on"),
        note=table.text("note"),
        reference=table.text("reference"),
        autopay=table.value("autopay", bool, organisation.billing.autopay.at_first),
    )
    schedule = _schedule(table, organisation, request)
    table.done()
    return request._replace(schedule=schedule)


def _schedule(table: Table, organisation: Organisation, request: InvoiceRequest) -> tuple[Due, ...]:
    """A deposit and the rest, or monthly instalments; empty when the file says neither."""
    if table.mistakes or not (table.has("deposit") or table.has("instalments")):
        return ()
    whole = total(price(request.lines, organisation.billing))
    key = "deposit" if table.has("deposit") else "instalments"
    try:
        if key == "instalments":
            return instalments(whole, _count(table, key, least=1) or 1, _day(table, "first_on"), 1)
        deposit, last = table.amount(key, request.currency), request.due_on or _day(table, "due_on")
        return deposit_schedule(whole, deposit, _day(table, "deposit_on"), last)
    except ValueError:
        table.wrong(key, "must be a part of the total, due before the rest")
        return ()


def read_quote(path: Path, organisation: Organisation) -> QuoteRequest:
    """The quote that a file describes. Raises FileMistakes, OSError."""
    table = load(path)
    table.only("lines", "currency", "valid_days", "note")
    currency = table.text("currency") or organisation.currency
    request = QuoteRequest(
        lines=_lines(table, organisation, currency),
        currency=currency,
        valid_days=_count(table, "valid_days", least=0),
        note=table.text("note"),
    )
    table.done()
    return request


def read_recurring(path: Path, organisation: Organisation) -> RecurringRequest:
    """The recurring invoice that a file describes. Raises FileMistakes, OSError."""
    table = load(path)
    table.only("title", "lines", "currency", "frequency", "starts_on", "cycles", "ends_on", "autopay")
    currency = table.text("currency") or organisation.currency
    request = RecurringRequest(
        title=table.text("title", required=True),
        lines=_lines(table, organisation, currency),
        frequency=table.one_of("frequency", Frequency, Frequency.MONTHLY),
        starts_on=_day(table, "starts_on"),
        cycles=_count(table, "cycles", least=1),
        ends_on=table.day("ends_on"),
        currency=currency,
        autopay=_autopay(table, organisation),
    )
    table.done()
    return request


def read_subscription(path: Path, organisation: Organisation) -> SubscriptionRequest:
    """The subscription that a file describes. Raises FileMistakes, OSError."""
    table = load(path)
    table.only(
        "plan", "starts_on", "expires_on", "member", "billed", "by_link", "autopay", "may_cancel", "may_change_to",
        "may_renew",
    )  # fmt: skip
    request = SubscriptionRequest(
        plan=table.text("plan", required=True),
        starts_on=_day(table, "starts_on"),
        member=portal_id(organisation, "member", table.text("member")),
        expires_on=table.day("expires_on"),
        allowed=_allowed(table) if any(map(table.has, _ALLOWING)) else None,
        is_billed=table.value("billed", bool, True),
        autopay=_autopay(table, organisation),
        by_link=table.value("by_link", bool, False),
    )
    table.done()
    return request


_ALLOWING = ("may_cancel", "may_change_to", "may_renew")
"""Keys that say what the family may do itself."""


def read_plans(path: Path, organisation: Organisation) -> list[Plan]:
    """The plans that a file describes, as `[[plans]]`. Raises FileMistakes, OSError."""
    table = load(path)
    table.only("plans")
    plans = [_plan(each, organisation) for each in table.tables("plans")]
    table.done()
    return plans


def _plan(table: Table, organisation: Organisation) -> Plan:
    table.only(
        "id", "title", "kind", "price", "currency", "period", "renews", "offered", "card", "may_cancel",
        "may_change_to", "may_renew",
    )  # fmt: skip
    currency = table.text("currency") or organisation.currency
    plan = Plan(
        id=table.checked("id", _is_plan_id, "must be lower-case letters, digits and hyphens"),
        title=table.texts("title", organisation.languages),
        kind=table.one_of("kind", PlanKind, PlanKind.PLAN),
        price_minor=table.amount("price", currency, required=True),
        currency=currency,
        period=table.one_of("period", Frequency, Frequency.MONTHLY),
        renews=table.value("renews", bool, True),
        allowed=_allowed(table),
        is_offered=table.value("offered", bool, True),
        has_card=table.value("card", bool, False),
    )
    if plan.price_minor < 0:
        table.wrong("price", "can not be below zero")
    return plan


def _is_plan_id(text: str) -> bool:
    return bool(_PLAN_ID.fullmatch(text))


def _allowed(table: Table) -> Allowed:
    plans = table.value("may_change_to", list, [])
    if not all(isinstance(plan, str) for plan in plans):
        table.wrong("may_change_to", "must be a list of ids of plans")
    may_renew = table.value("may_renew", bool, False)
    return Allowed(table.value("may_cancel", bool, False), tuple(map(str, plans)), may_renew)


def _autopay(table: Table, organisation: Organisation) -> AutopayMode | None:
    usual = organisation.billing.autopay
    return table.one_of("autopay", AutopayMode, usual) if table.has("autopay") else None


def _count(table: Table, key: str, *, least: int) -> int | None:
    """A whole number; None when the file says nothing."""
    if not table.has(key):
        return None
    found = table.value(key, int, least)
    if found < least:
        table.wrong(key, f"must be at least {least}")
    return found


def _day(table: Table, key: str) -> date:
    found = table.day(key)
    if not table.has(key):
        table.wrong(key, "is missing")
    return found or date.min


def _lines(table: Table, organisation: Organisation, currency: str) -> list[LineRequest]:
    tables = table.tables("lines")
    if not tables:
        table.wrong("lines", "are missing")
    return [_line(each, organisation, currency) for each in tables]


def _line(table: Table, organisation: Organisation, currency: str) -> LineRequest:
    table.only("description", "quantity", "price", "member", "discount", "discount_percent", "taxes")
    line = LineRequest(
        description=table.text("description", required=True),
        quantity=table.number("quantity", Decimal(1)),
        unit_minor=table.amount("price", currency, required=True),
        member=portal_id(organisation, "member", table.text("member")),
        discount_minor=table.amount("discount", currency),
        discount_ppm=int(table.number("discount_percent", Decimal(0)) * _PER_PERCENT),
        taxes=_taxes(table, organisation) if table.has("taxes") else None,
    )
    try:
        price([line], organisation.billing)
    except ValueError as error:
        table.wrong("price", f"and quantity and discount do not fit together: {error}")
    return line


def _taxes(table: Table, organisation: Organisation) -> tuple[Tax, ...]:
    """The organisation's taxes of these names; an empty list is a line without taxes."""
    known = {tax.name: tax for tax in organisation.billing.taxes}
    return tuple(known[name] for name in table.words("taxes", list(known), ()))
