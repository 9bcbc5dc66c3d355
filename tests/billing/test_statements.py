"""Statements: whatever happened and whatever is left out, the figures add up or nothing is shown (NEW-4, X-4)."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.billing import statements
from chalicelib.billing.domain import Due
from chalicelib.billing.ledger import DoesNotAddUp, EntryKind, LedgerEntry
from chalicelib.billing.statements import Ageing, Hidden, Statement, Switches, Totals, ageing, statement
from tests.support.proof import PROOF, amount, rows

START = date(2026, 1, 1)
Happened = tuple[EntryKind, int, int, int]
"""Kind, minor units, day of booking and day of the document, counted from the first of January."""


def day(number: int) -> date:
    return START + timedelta(days=number)


def booked(happened: list[Happened], opening: int = 0) -> list[LedgerEntry]:
    """The ledger's entries; what happened must be in the order of booking."""
    balances = accumulate((minor for _, minor, _, _ in happened), initial=opening)
    next(balances)
    return [
        LedgerEntry(
            number, datetime.combine(day(booked_on), time(12), UTC), day(on), kind, minor, balance, "CAD", f"d{number}"
        )
        for number, ((kind, minor, booked_on, on), balance) in enumerate(zip(happened, balances, strict=True), 1)
    ]


A_TERM: list[Happened] = [
    (EntryKind.INVOICE, 10_000, 0, 0),
    (EntryKind.PAYMENT, -4000, 3, 2),
    (EntryKind.CREDIT_NOTE, -1000, 5, 5),
    (EntryKind.INVOICE, 2500, 31, 31),
    (EntryKind.PAYMENT, -3000, 40, 30),
    (EntryKind.REFUND, 500, 41, 41),
    (EntryKind.PAYMENT_RETURNED, 3000, 60, 60),
]
"""Two invoices, a payment told in February that came in January, and a cheque that bounced in March."""


def january(switches: Switches = statements.ALL) -> Statement:
    return statement(booked(A_TERM), 0, day(0), day(30), day(70), switches)


def test_a_statement_tells_what_happened_in_its_days() -> None:
    """The payment of 31 January belongs to January, though it was booked in February."""
    made = january()

    assert [(row.entry.document, row.balance_minor) for row in made.rows] == [
        ("d1", 10_000), ("d2", 6000), ("d3", 5000), ("d5", 2000),
    ]  # fmt: skip
    assert (made.opening_minor, made.closing_minor, made.later_minor) == (0, 2000, 6000)
    assert made.totals == Totals(billed_minor=10_000, credited_minor=1000, paid_minor=7000)
    assert made.hidden == ()


def test_what_is_dated_before_but_booked_after_belongs_to_the_opening_balance() -> None:
    """February is told from the entries booked since its first day, and begins where January ended."""
    entries = booked(A_TERM)
    made = statement(entries[3:], entries[2].balance_minor, day(31), day(58), day(70))

    assert made.opening_minor == january().closing_minor
    assert [row.entry.document for row in made.rows] == ["d4", "d6"]
    assert made.totals == Totals(billed_minor=2500, refunded_minor=500)
    assert made.closing_minor == 5000


def test_money_that_came_back_was_not_paid() -> None:
    made = statement(booked(A_TERM), 0, day(0), day(70), day(70))

    assert made.totals == Totals(billed_minor=12_500, credited_minor=1000, paid_minor=4000, refunded_minor=500)
    assert made.closing_minor == made.balance_minor == 8000


@pytest.mark.parametrize(
    ("switches", "rows_told", "hidden"),
    [
        (Switches(payments=False), ["d1", "d3"], [(Hidden.PAYMENTS, 2, -7000, 2000)]),
        (Switches(credits=False), ["d1", "d2", "d5"], [(Hidden.CREDITS, 1, -1000, 2000)]),
        (
            Switches(payments=False, credits=False),
            ["d1"],
            [(Hidden.PAYMENTS, 2, -7000, 3000), (Hidden.CREDITS, 1, -1000, 2000)],
        ),
    ],
)
def test_what_is_left_out_is_one_line_and_the_balance_is_the_same(
    switches: Switches, rows_told: list[str], hidden: list[tuple[Hidden, int, int, int]]
) -> None:
    """X-4."""
    made = january(switches)

    assert [row.entry.document for row in made.rows] == rows_told
    assert [tuple(line) for line in made.hidden] == hidden
    assert (made.closing_minor, made.totals) == (january().closing_minor, january().totals)


def test_each_kind_of_entry_is_in_one_sum() -> None:
    """Money that the bank took away was not paid, a refund that came back was not refunded."""
    kinds = {kind: 10**place for place, kind in enumerate(EntryKind)}
    made = statement(booked([(kind, minor, 0, 0) for kind, minor in kinds.items()]), 0, day(0), day(0), day(0))

    def sum_of(*wanted: EntryKind) -> int:
        return sum(kinds[kind] for kind in wanted)

    assert made.totals == Totals(
        billed_minor=sum_of(EntryKind.INVOICE),
        credited_minor=-sum_of(EntryKind.CREDIT_NOTE),
        paid_minor=-sum_of(EntryKind.PAYMENT, EntryKind.PAYMENT_RETURNED, EntryKind.DISPUTE, EntryKind.DISPUTE_WON),
        refunded_minor=sum_of(EntryKind.REFUND, EntryKind.REFUND_RETURNED),
        corrected_minor=sum_of(EntryKind.CORRECTION),
    )


def test_a_fault_of_our_own_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """NEW-4: the finished statement is checked, not only what it is made from."""
    monkeypatch.setattr(statements, "_totals", lambda _: Totals(billed_minor=1))

    with pytest.raises(DoesNotAddUp, match="the totals"):
        january()


def test_an_opening_balance_that_is_not_the_ledgers_is_found_out() -> None:
    with pytest.raises(DoesNotAddUp, match="the balance of the ledger"):
        statement(booked(A_TERM), 1, day(0), day(30), day(70))


def test_nothing_happened_is_a_statement_too() -> None:
    made = statement([], 700, day(0), day(30), day(30))

    assert (made.opening_minor, made.rows, made.closing_minor, made.totals) == (700, (), 700, Totals())


def test_a_period_has_its_days_in_order() -> None:
    with pytest.raises(ValueError, match="is after"):
        statement([], 0, day(1), day(0), day(5))


@pytest.mark.parametrize(
    ("days", "part"),
    [
        (-1, "not_due_minor"), (0, "not_due_minor"), (1, "to_30_minor"), (30, "to_30_minor"), (31, "to_60_minor"),
        (60, "to_60_minor"), (61, "to_90_minor"), (90, "to_90_minor"), (91, "over_90_minor"), (999, "over_90_minor"),
    ],
)  # fmt: skip
def test_what_is_overdue_is_sorted_by_days(days: int, part: str) -> None:
    """What is due today is not overdue."""
    aged = ageing([Due(day(0) - timedelta(days=days), 250), Due(day(9), 100)], 50, day(0))

    assert getattr(aged, part) == (350 if part == "not_due_minor" else 250)
    assert (aged.open_minor, aged.balance_minor) == (350, 300)


def test_the_ageing_comes_to_the_ledgers_balance_or_nothing_is_shown() -> None:
    """NEW-4: it is proved even where it is not shown."""
    entries = booked(A_TERM)
    right, wrong = ageing([Due(day(14), 8100)], 100, day(70)), ageing([Due(day(14), 8100)], 99, day(70))

    assert statement(entries, 0, day(0), day(30), day(70), aged=right).ageing == right
    hidden = Switches(ageing=False)
    assert statement(entries, 0, day(0), day(30), day(70), hidden, right).ageing is None
    with pytest.raises(DoesNotAddUp, match="8001"):
        statement(entries, 0, day(0), day(30), day(70), hidden, wrong)


def test_entries_of_two_ledgers_are_no_statement() -> None:
    first, second, *_ = booked(A_TERM)
    for other in ({"currency": "EUR"}, {"payer": "u1"}):
        with pytest.raises(DoesNotAddUp, match="several ledgers"):
            statement([first, second._replace(**other)], 0, day(0), day(30), day(70))  # type: ignore[arg-type]


def _added(made: Statement, part: str) -> Statement:
    """The statement with one unit too much somewhere."""
    match part:
        case "row":
            return replace(made, rows=(made.rows[0]._replace(balance_minor=made.rows[0].balance_minor + 1),))
        case "hidden" | "hidden balance":
            name = "minor" if part == "hidden" else "balance_minor"
            (line,) = made.hidden
            return replace(made, hidden=(line._replace(**{name: getattr(line, name) + 1}),))
        case "totals":
            return replace(made, totals=made.totals._replace(paid_minor=made.totals.paid_minor + 1))
        case "ageing":
            assert made.ageing
            return replace(made, ageing=made.ageing._replace(to_30_minor=made.ageing.to_30_minor + 1))
        case _:
            return replace(made, **{part: getattr(made, part) + 1})


@pytest.mark.parametrize(
    "part",
    [
        "opening_minor", "row", "hidden", "hidden balance", "closing_minor", "totals", "balance_minor", "later_minor",
        "ageing",
    ],
)  # fmt: skip
def test_a_statement_with_one_wrong_figure_is_refused(part: str) -> None:
    """NEW-4: whichever figure it is."""
    aged = ageing([Due(day(60), 8000)], 0, day(70))
    made = statement(booked(A_TERM), 0, day(0), day(30), day(70), Switches(credits=False), aged)
    statements.check(made)

    with pytest.raises(DoesNotAddUp):
        statements.check(_added(made, part))


KINDS = tuple(EntryKind)


def _happened(drawn: bytes) -> tuple[EntryKind, int, int, int]:
    """Kind, amount either way, days since the entry before, and how many days before its booking it is dated."""
    minor = amount(drawn[:4]) * (-1 if drawn[3] & 1 else 1)
    return KINDS[drawn[4] % len(KINDS)], minor, drawn[5] % 16, drawn[5] >> 4 if drawn[4] & 128 else 0


def _in_time(drawn: list[tuple[EntryKind, int, int, int]]) -> list[Happened]:
    days = accumulate(gap for _, _, gap, _ in drawn)
    return [(kind, minor, on, on - back) for (kind, minor, _, back), on in zip(drawn, days, strict=True)]


HISTORY = rows(6, _happened, most=8).map(_in_time)
PERIOD = st.tuples(st.integers(0, 60), st.integers(0, 40), st.integers(-(10**6), 10**6), st.integers(0, 3))
"""First day, days more, balance before, and switches."""


@PROOF
@given(HISTORY, PERIOD)
def test_every_statement_adds_up_line_by_line(happened: list[Happened], period: tuple[int, int, int, int]) -> None:
    """P-17, NEW-4: rows, hidden lines and totals lead from one balance to the other, whatever is left out."""
    start, length, opening, bits = period
    first, last = day(start), day(start + length)
    entries = [entry for entry in booked(happened, opening) if entry.booked_at.date() >= first]
    before = entries[0].balance_minor - entries[0].minor if entries else opening
    switches = Switches(payments=bool(bits & 1), credits=bool(bits & 2))
    made = statement(entries, before, first, last, day(400), switches)

    told = [row.entry.minor for row in made.rows] + [line.minor for line in made.hidden]
    assert made.opening_minor + sum(told) == made.closing_minor
    assert made.opening_minor + made.totals.change_minor == made.closing_minor
    assert [row.balance_minor for row in made.rows] + [line.balance_minor for line in made.hidden] == list(
        accumulate(told, initial=made.opening_minor)
    )[1:]
    assert made.closing_minor == before + sum(entry.minor for entry in entries if entry.on <= last)
    within = sum(first <= entry.on <= last for entry in entries)
    assert len(made.rows) + sum(line.entries for line in made.hidden) == within
    assert [row.entry.on for row in made.rows] == sorted(row.entry.on for row in made.rows)


@PROOF
@given(HISTORY, st.integers(0, 60), st.integers(0, 40), st.integers(0, 40))
def test_each_period_begins_where_the_one_before_ended(
    happened: list[Happened], start: int, length: int, more: int
) -> None:
    """NEW-4: two periods together say what one over both says, whenever things were booked."""
    entries = booked(happened)
    middle = start + length

    def told(first: int, last: int) -> Statement:
        since = [entry for entry in entries if entry.booked_at.date() >= day(first)]
        return statement(
            since, sum(e.minor for e in entries[: len(entries) - len(since)]), day(first), day(last), START
        )

    one, two, both = told(start, middle), told(middle + 1, middle + 1 + more), told(start, middle + 1 + more)
    assert two.opening_minor == one.closing_minor
    assert (both.opening_minor, both.closing_minor) == (one.opening_minor, two.closing_minor)
    assert both.totals == Totals(*map(sum, zip(one.totals, two.totals, strict=True)))


@PROOF
@given(HISTORY, st.integers(0, 7), st.integers(1, 10**6), st.sampled_from(["amount", "balance", "lost", "twice"]))
def test_a_ledger_with_a_fault_is_never_shown(happened: list[Happened], place: int, wrong: int, fault: str) -> None:
    """NEW-4: an amount or a balance that was changed, an entry that was lost or stands there twice."""
    entries = booked(happened)
    at = place % len(entries)
    hurt = entries[at]
    instead = {
        "amount": [hurt._replace(minor=hurt.minor + wrong)],
        "balance": [hurt._replace(balance_minor=hurt.balance_minor + wrong)],
        "lost": [],
        "twice": [hurt, hurt],
    }
    if fault == "lost" and at in (0, len(entries) - 1):
        return  # at an end it is found out by the balances around it: the opening one, or the ageing
    aged = Ageing(START, hurt.balance_minor, 0, 0, 0, 0, hurt.balance_minor - entries[-1].balance_minor)

    with pytest.raises(DoesNotAddUp):
        statement([*entries[:at], *instead[fault], *entries[at + 1 :]], 0, START, day(400), day(400), aged=aged)


@PROOF
@given(rows(6, lambda drawn: Due(day(drawn[4] + drawn[5]), amount(drawn[:4])), most=8), st.integers(0, 600))
def test_the_ageing_holds_every_unit_once(dues: list[Due], today: int) -> None:
    aged = ageing(dues, 0, day(today))

    assert aged.open_minor == sum(due.minor for due in dues)
    assert aged.open_minor - aged.not_due_minor == sum(due.minor for due in dues if due.on < day(today))
