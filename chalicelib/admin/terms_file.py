"""The rules of money in an organisation's settings file: its table `[billing]`."""

from collections.abc import Mapping
from decimal import Decimal
from string import Formatter

from chalicelib.admin.tables import PERCENT, Table, between
from chalicelib.organisations.terms import SERIES, USUAL_NUMBERS, AutopayMode, BillingTerms, Tax
from chalicelib.shared.texts import say

_PER_PERCENT = 10_000
"""Rates are kept in millionths."""
_WHOLE = 100 * _PER_PERCENT
_LONGEST_NUMBER = 40
_MOST_DAYS = 366
_KNOWN = (
    "legal_name", "taxes", "numbers", "due_days", "quote_days", "online", "partial", "partial_minimum", "overpayment",
    "autopay", "pay_links", "footer",
)  # fmt: skip


def read_terms(table: Table, currency: str, languages: tuple[str, ...]) -> BillingTerms:
    """The rules that the table says; usual ones for what it leaves out."""
    table.only(*_KNOWN)
    usual = BillingTerms()
    return BillingTerms(
        legal_name=table.text("legal_name"),
        taxes=_taxes(table),
        numbers=_numbers(table.table("numbers")),
        due_days=_days(table, "due_days", usual.due_days),
        quote_days=_days(table, "quote_days", usual.quote_days),
        online=table.value("online", bool, usual.online),
        partial=table.value("partial", bool, usual.partial),
        partial_minimum_minor=_minimum(table, currency),
        overpayment=table.value("overpayment", bool, usual.overpayment),
        autopay=table.one_of("autopay", AutopayMode, usual.autopay),
        pay_links=table.value("pay_links", bool, usual.pay_links),
        footer=table.texts("footer", languages) if table.has("footer") else {},
    )


def _taxes(table: Table) -> tuple[Tax, ...]:
    found = tuple(_tax(each) for each in table.tables("taxes"))
    if len({tax.name for tax in found}) < len(found):
        table.wrong("taxes", say("has the same name twice"))
    return found


def _tax(table: Table) -> Tax:
    table.only("name", "rate", "included", "compound", "registration")
    return Tax(
        name=table.text("name", required=True),
        rate_ppm=_rate(table),
        included=table.value("included", bool, False),
        compound=table.value("compound", bool, False),
        registration=table.text("registration"),
    )


def _rate(table: Table) -> int:
    """Per cent as people say them (`9.975`), in millionths."""
    ppm = table.number("rate", Decimal(0), required=True) * _PER_PERCENT
    if ppm != int(ppm) or not 0 <= ppm <= _WHOLE:
        table.wrong("rate", PERCENT)
    return int(ppm)


def _numbers(table: Table) -> Mapping[str, str]:
    table.only(*SERIES)
    message = say("must hold {n}, such as {year}-{n:05}, nothing else in braces, and be of at most 40 letters")
    return {name: table.checked(name, _is_pattern, message, USUAL_NUMBERS[name]) for name in SERIES}


def _is_pattern(pattern: str) -> bool:
    """Whether a pattern writes each number of a series in its own way; a year without a number would not."""
    try:
        named = [name for _, name, _, _ in Formatter().parse(pattern) if name is not None]
        first, second = (pattern.format(year=2026, n=number) for number in (1, 12))
    except (ValueError, LookupError, AttributeError):
        return False
    return set(named) <= {"year", "n"} and first != second and max(len(first), len(second)) <= _LONGEST_NUMBER


def _days(table: Table, key: str, usual: int) -> int:
    found = table.value(key, int, usual)
    if not 0 <= found <= _MOST_DAYS:
        table.wrong(key, between(0, _MOST_DAYS))
    return found


def _minimum(table: Table, currency: str) -> int:
    minor = table.amount("partial_minimum", currency)
    if minor < 0:
        table.wrong("partial_minimum", say("can not be below zero"))
    return minor
