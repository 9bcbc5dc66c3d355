"""The rules of money in an organisation's settings file: its table `[billing]`."""

from collections.abc import Mapping
from decimal import Decimal
from itertools import pairwise
from string import Formatter

from chalicelib.admin.tables import PERCENT, Table, between
from chalicelib.organisations.terms import (
    LONGEST_NOTICE,
    SERIES,
    TONES,
    USUAL_NUMBERS,
    AutopayMode,
    BillingTerms,
    BrakeTerms,
    DunningStep,
    DunningTerms,
    Tax,
)
from chalicelib.shared.texts import say

_PER_PERCENT = 10_000
"""Rates are kept in millionths."""
_WHOLE = 100 * _PER_PERCENT
_LONGEST_NUMBER = 40
_MOST_DAYS = 366
_MOST_STEPS = 6
_MOST_MOVES = 12
_LONGEST_MOVE = 60
_KNOWN = (
    "legal_name", "taxes", "numbers", "due_days", "quote_days", "online", "partial", "partial_minimum", "overpayment",
    "autopay", "pay_links", "footer", "autopay_notice_days", "autopay_moves", "autopay_move_days", "dunning",
    "late_fees", "late_fee_note", "late_fee_taxed",
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
        partial_minimum_minor=_amount(table, "partial_minimum", currency),
        overpayment=table.value("overpayment", bool, usual.overpayment),
        autopay=table.one_of("autopay", AutopayMode, usual.autopay),
        pay_links=table.value("pay_links", bool, usual.pay_links),
        footer=table.texts("footer", languages) if table.has("footer") else {},
        dunning=_dunning(table, currency, languages),
        brakes=_brakes(table, usual.brakes),
    )


def _brakes(table: Table, usual: BrakeTerms) -> BrakeTerms:
    """What families may rely on where the method on file is charged (NEW-15)."""
    return BrakeTerms(
        notice_days=_number(table, "autopay_notice_days", usual.notice_days, 0, LONGEST_NOTICE),
        moves=_number(table, "autopay_moves", usual.moves, 0, _MOST_MOVES),
        move_days=_number(table, "autopay_move_days", usual.move_days, 1, _LONGEST_MOVE),
    )


def _dunning(table: Table, currency: str, languages: tuple[str, ...]) -> DunningTerms:
    """The steps of reminding, and whether they may cost something."""
    steps = tuple(_step(each, currency) for each in table.tables("dunning"))
    if len(steps) > _MOST_STEPS:
        table.wrong("dunning", say("has more than %(n)s steps", n=_MOST_STEPS))
    if any(later.days <= step.days for step, later in pairwise(steps)):
        table.wrong("dunning", say("must have each step later than the one before"))
    fees = table.value("late_fees", bool, False)
    note = table.texts("late_fee_note", languages) if table.has("late_fee_note") else {}
    if fees and not note:
        table.wrong("late_fee_note", say("must say what allows late fees, where they are charged"))
    return DunningTerms(steps, fees, note, table.value("late_fee_taxed", bool, False))


def _step(table: Table, currency: str) -> DunningStep:
    table.only("days", "tone", "fee", "fee_percent", "fee_most")
    step = DunningStep(
        days=_number(table, "days", 0, 1, _MOST_DAYS, required=True),
        tone=_number(table, "tone", TONES[0], TONES[0], TONES[-1]),
        fee_minor=_amount(table, "fee", currency),
        fee_ppm=_percent(table, "fee_percent"),
        fee_cap_minor=_amount(table, "fee_most", currency),
    )
    if step.fee_minor and step.fee_ppm:
        table.wrong("fee", say("must be an amount or a percentage, not both"))
    return step


def _number(table: Table, key: str, usual: int, least: int, most: int, *, required: bool = False) -> int:
    found = table.value(key, int, usual, required=required)
    if not least <= found <= most:
        table.wrong(key, between(least, most))
        return usual
    return found


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
    return _percent(table, "rate", required=True)


def _percent(table: Table, key: str, *, required: bool = False) -> int:
    """Per cent as people say them (`9.975`), in millionths."""
    ppm = table.number(key, Decimal(0), required=required) * _PER_PERCENT
    if ppm != int(ppm) or not 0 <= ppm <= _WHOLE:
        table.wrong(key, PERCENT)
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


def _amount(table: Table, key: str, currency: str) -> int:
    minor = table.amount(key, currency)
    if minor < 0:
        table.wrong(key, say("can not be below zero"))
    return minor
