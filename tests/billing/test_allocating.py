"""Which invoices money covers, and which sums may be paid: to the unit, earliest due first (X-5)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.billing.allocating import allocate, check_amount, deposit_schedule, instalments
from chalicelib.billing.domain import Allocation, Due, Invoice, InvoiceStatus
from chalicelib.organisations.terms import BillingTerms
from chalicelib.shared.money import CurrencyMismatch, Money
from tests.support.proof import PROOF, amount, rows

DAY = date(2026, 9, 1)
ISSUED, PART_PAID, PAID = InvoiceStatus.ISSUED, InvoiceStatus.PARTIALLY_PAID, InvoiceStatus.PAID


def on(day: int) -> date:
    return DAY + timedelta(days=day)


def invoice(name: str, total: int, day: int, paid: int = 0, schedule: tuple[Due, ...] = ()) -> Invoice:
    status = PAID if paid >= total else PART_PAID if paid else ISSUED
    return Invoice(
        name, "h", f"No {name}", "CAD", DAY, on(day), status, (), total, paid_minor=paid, schedule=schedule
    )  # fmt: skip


def covered(*parts: tuple[str, int]) -> list[Allocation]:
    return [Allocation(name, minor, f"No {name}") for name, minor in parts]


DEPOSIT = (Due(on(1), 300), Due(on(9), 700))


@pytest.mark.parametrize(
    ("minor", "invoices", "parts", "left"),
    [
        (1000, [invoice("a", 600, 5), invoice("b", 400, 2)], [("b", 400), ("a", 600)], 0),
        (500, [invoice("a", 600, 5), invoice("b", 400, 2)], [("b", 400), ("a", 100)], 0),
        (500, [invoice("b", 400, 2), invoice("a", 400, 2)], [("a", 400), ("b", 100)], 0),
        (900, [invoice("a", 600, 5, paid=100)], [("a", 500)], 400),
        (900, [invoice("a", 600, 5, paid=600)], [], 900),
        (900, [], [], 900),
        (0, [invoice("a", 600, 5)], [], 0),
        (500, [invoice("a", 1000, 9, schedule=DEPOSIT), invoice("b", 400, 5)], [("a", 300), ("b", 200)], 0),
        (800, [invoice("a", 1000, 9, schedule=DEPOSIT), invoice("b", 400, 5)], [("a", 400), ("b", 400)], 0),
    ],
    ids=[
        "all", "earliest first", "same day: lower id", "what is left of one", "paid already", "nothing to pay",
        "nothing", "deposit, then others", "deposit, others, rest",
    ],
)  # fmt: skip
def test_what_is_due_first_is_covered_first(
    minor: int, invoices: list[Invoice], parts: list[tuple[str, int]], left: int
) -> None:
    assert allocate(minor, invoices) == (covered(*parts), left)


def test_invoices_that_were_named_come_before_what_is_due_earlier() -> None:
    invoices = [invoice("a", 600, 5), invoice("b", 400, 2), invoice("c", 200, 9)]

    assert allocate(900, invoices, ["a", "c"]) == (covered(("a", 600), ("c", 200), ("b", 100)), 0)


@pytest.mark.parametrize("status", [InvoiceStatus.DRAFT, InvoiceStatus.CANCELLED, InvoiceStatus.REVERSED])
def test_what_is_not_open_is_never_covered(status: InvoiceStatus) -> None:
    assert allocate(500, [replace(invoice("a", 600, 5), status=status)]) == ([], 500)


def test_money_of_one_currency_does_not_cover_another() -> None:
    with pytest.raises(CurrencyMismatch, match="CAD and EUR"):
        allocate(500, [invoice("a", 600, 5), replace(invoice("b", 600, 5), currency="EUR")])


def test_less_than_nothing_covers_nothing() -> None:
    with pytest.raises(ValueError, match="-1"):
        allocate(-1, [invoice("a", 600, 5)])


def _drawn(drawn: bytes) -> tuple[int, int, int, int]:
    """Total, part of it that is paid, and the days of a first part (or none) and of the last."""
    total = 1 + amount(drawn[:4])
    first = drawn[5] % 40 - 10
    return total, total * drawn[4] // 255 if drawn[3] & 1 else 0, first, first + drawn[6] % 30


def _invoice(number: int, drawn: tuple[int, int, int, int]) -> Invoice:
    total, paid, first, last = drawn
    plain = invoice(f"{number}", total, last, paid)
    deposit = total // 3
    return replace(plain, schedule=deposit_schedule(total, deposit, on(first), on(last))) if deposit else plain


@PROOF
@given(rows(7, _drawn, most=6), rows(4, amount, most=1), st.integers(0, 63))
def test_money_is_covered_or_left_and_nothing_is_skipped(
    drawn: list[tuple[int, int, int, int]], money: list[int], named: int
) -> None:
    """P-17: parts and rest add up; no part is begun before all that come before it are covered whole."""
    invoices = [_invoice(number, each) for number, each in enumerate(drawn)]
    first = {one.id for one in invoices if named >> int(one.id) & 1}
    parts, left = allocate(money[0], invoices, first)

    given_to = {part.invoice: part.minor for part in parts}
    assert left >= 0
    assert len(given_to) == len(parts)
    assert sum(given_to.values()) + left == money[0]
    assert all(0 < given_to[one.id] <= one.balance_minor for one in invoices if one.id in given_to)

    after = [replace(one, paid_minor=one.paid_minor + given_to.get(one.id, 0)) for one in invoices]
    before, rest = _places(invoices, first), _places(after, first)
    assert not (left and rest)
    assert not rest or all(rest.get(place) == minor for place, minor in before.items() if place > min(rest))


def _places(invoices: list[Invoice], first: set[str]) -> dict[tuple[bool, date, str], int]:
    """What is still due by its place in the queue."""
    found: dict[tuple[bool, date, str], int] = {}
    for one in invoices:
        for due in one.dues if one.balance_minor > 0 else ():
            place = (one.id not in first, due.on, one.id)
            found[place] = found.get(place, 0) + due.minor
    return found


PARTLY = BillingTerms(partial=True, partial_minimum_minor=2000)
MORE = BillingTerms(overpayment=True)
ABOVE_ZERO, LEAST, MOST, NOTHING = (
    "Enter an amount above zero", "Pay at least %(amount)s", "Pay at most %(amount)s", "Nothing is left to pay",
)  # fmt: skip


@pytest.mark.parametrize(
    ("minor", "open_minor", "next_minor", "terms", "answer"),
    [
        (10_000, 10_000, 10_000, BillingTerms(), None),
        (9999, 10_000, 10_000, BillingTerms(), (LEAST, 10_000)),
        (10_001, 10_000, 10_000, BillingTerms(), (MOST, 10_000)),
        (10_001, 10_000, 10_000, MORE, None),
        (9999, 10_000, 10_000, MORE, (LEAST, 10_000)),
        (0, 10_000, 10_000, PARTLY, (ABOVE_ZERO, None)),
        (-100, 10_000, 10_000, MORE, (ABOVE_ZERO, None)),
        (2000, 10_000, 10_000, PARTLY, None),
        (1999, 10_000, 10_000, PARTLY, (LEAST, 2000)),
        (1500, 1500, 1500, PARTLY, None),
        (1499, 1500, 1500, PARTLY, (LEAST, 1500)),
        (1, 10_000, 10_000, BillingTerms(partial=True), None),
        (3000, 10_000, 3000, BillingTerms(), None),
        (2999, 10_000, 3000, BillingTerms(), (LEAST, 3000)),
        (5000, 10_000, 3000, BillingTerms(), None),
        (1000, 10_000, 1000, PARTLY, None),
        (500, 0, 0, BillingTerms(), (NOTHING, None)),
        (500, 0, 0, MORE, None),
    ],
    ids=[
        "all", "less", "more", "more is taken", "less where more is taken", "nothing", "less than nothing",
        "the minimum", "less than the minimum", "a rest below the minimum", "part of that rest", "no minimum",
        "the deposit",
        "less than the deposit", "deposit and some", "a deposit below the minimum", "nothing is open", "in advance",
    ],
)  # fmt: skip
def test_the_organisation_says_which_sums_may_be_paid(
    minor: int, open_minor: int, next_minor: int, terms: BillingTerms, answer: tuple[str, int | None] | None
) -> None:
    """X-5."""
    told = check_amount(minor, open_minor, next_minor, terms, "CAD")

    amount_told = {"amount": Money(answer[1], "CAD")} if answer and answer[1] else {}
    assert (told and (told.key, told.values)) == (answer and (answer[0], amount_told))


def test_a_deposit_and_its_rest_add_up() -> None:
    assert deposit_schedule(1000, 300, on(1), on(9)) == DEPOSIT


@pytest.mark.parametrize(("deposit", "day"), [(0, 1), (1000, 1), (1001, 1), (-1, 1), (300, 10)])
def test_a_deposit_is_a_part_and_comes_first(deposit: int, day: int) -> None:
    with pytest.raises(ValueError, match="deposit"):
        deposit_schedule(1000, deposit, on(day), on(9))


def test_instalments_keep_their_day_of_the_month_where_there_is_one() -> None:
    assert instalments(1000, 4, date(2027, 11, 30), 1) == (
        Due(date(2027, 11, 30), 250),
        Due(date(2027, 12, 30), 250),
        Due(date(2028, 1, 30), 250),
        Due(date(2028, 2, 29), 250),
    )
    assert [due.on for due in instalments(3, 3, date(2026, 12, 31), 6)] == [
        date(2026, 12, 31), date(2027, 6, 30), date(2027, 12, 31),
    ]  # fmt: skip


@pytest.mark.parametrize(("total", "count", "months"), [(100, 0, 1), (2, 3, 1), (100, 3, 0), (0, 1, 1), (-5, 1, 1)])
def test_no_instalment_is_empty(total: int, count: int, months: int) -> None:
    with pytest.raises(ValueError, match="parts"):
        instalments(total, count, DAY, months)


@PROOF
@given(st.integers(1, 10**8), st.integers(1, 36), st.dates(date(2020, 1, 1), date(2090, 1, 1)), st.integers(1, 12))
def test_instalments_add_up(total: int, count: int, first_on: date, months: int) -> None:
    """P-17: equal to the unit, larger ones first, one in each month that it should be in."""
    if count > total:
        return
    dues = instalments(total, count, first_on, months)

    amounts = [due.minor for due in dues]
    assert sum(amounts) == total
    assert amounts == sorted(amounts, reverse=True)
    assert amounts[0] - amounts[-1] in (0, 1)
    months_of = [due.on.year * 12 + due.on.month for due in dues]
    assert months_of == [months_of[0] + months * number for number in range(count)]
    assert all(due.on.day == first_on.day or (due.on + timedelta(days=1)).day == 1 for due in dues)
