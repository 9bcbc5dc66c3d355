"""What counts, to the cent: whatever is billed, credited and paid, parts add up to the money that counts (X-12)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.billing.domain import (
    CREDIT_NOTE,
    Allocation,
    Coverage,
    CreditNote,
    Invoice,
    InvoiceLine,
    InvoiceStatus,
    TaxAmount,
)
from chalicelib.slips.domain import Paid
from chalicelib.slips.reckoning import paid_in, shares
from tests.support.proof import PROOF

YEAR = 2025
JULY = date(YEAR, 7, 15)


def line(minor: int, member: str = "lea", words: str = "Day camp") -> InvoiceLine:
    return InvoiceLine(words, Decimal(1), minor, minor, member)


def invoice(lines: Sequence[InvoiceLine], *money: tuple[int, date], number: str = "1") -> Invoice:
    total = sum(each.total_minor for each in lines)
    coverages = tuple(Coverage(f"p{place}", on, minor, "cash") for place, (minor, on) in enumerate(money))
    return Invoice(
        f"20250601-{number}", "home", number, "CAD", date(YEAR, 6, 1), date(YEAR, 6, 15), InvoiceStatus.ISSUED,
        tuple(lines), total, sum(minor for minor, _ in money), coverages,
    )  # fmt: skip


def note(of: Invoice, lines: Sequence[InvoiceLine], *parts: Allocation, number: str = "c1") -> CreditNote:
    total = sum(each.total_minor for each in lines)
    return CreditNote(
        f"20250701-{number}", "home", number, "CAD", date(YEAR, 8, 1), tuple(lines), total, of.id, of.number,
        allocations=parts,
    )  # fmt: skip


def counted(invoices: Sequence[Invoice], *notes: CreditNote, year: int = YEAR, words: str = "Day camp") -> list[Paid]:
    return list(paid_in(year, invoices, notes, lambda each, place: each.lines[place].description.startswith(words)))


def sums(found: Sequence[Paid]) -> list[int]:
    return [each.minor for each in found]


def test_a_paid_line_counts_with_its_taxes() -> None:
    taxed = line(10000)._replace(taxes=(TaxAmount("TPS", 500, 50_000),))

    assert sums(counted([invoice([taxed], (10500, JULY))])) == [10500]


def test_only_lines_that_count_and_only_what_covers_them() -> None:
    """Half of the invoice was paid: half of the day camp counts, and nothing of the T-shirt."""
    (found,) = counted([invoice([line(30000), line(10000, words="T-shirt")], (20000, JULY))])

    assert (found.member, found.minor, found.on, found.number) == ("lea", 15000, JULY, "1")


def test_money_counts_in_the_year_it_came() -> None:
    """Adding the years up gives the line."""
    billed = invoice([line(10000), line(3333, "emile"), line(1)], (5000, date(YEAR - 1, 12, 31)), (8334, JULY))

    both = [*counted([billed], year=YEAR - 1), *counted([billed])]

    assert {member: sum(each.minor for each in both if each.member == member) for member in ("lea", "emile")} == {
        "lea": 10001,
        "emile": 3333,
    }
    assert counted([billed], year=YEAR + 1) == []


def test_what_is_billed_to_nobody_counts_for_nobody() -> None:
    assert counted([invoice([line(10000, "")], (10000, JULY))]) == []


def test_a_line_below_zero_lowers_whom_it_is_for() -> None:
    """A discount for Léa is hers alone; one for the household is everybody's."""
    hers = invoice([line(10000), line(10000, "emile"), line(-2000)], (18000, JULY))
    ours = invoice([line(10000), line(10000, "emile"), line(-2000, "")], (18000, JULY))

    assert sorted(sums(counted([hers]))) == [8000, 10000]
    assert sums(counted([ours])) == [9000, 9000]


def test_a_credit_note_takes_off_the_line_that_it_names() -> None:
    """The camp was 300, of which 100 are taken back and became credit: 200 count, and all of the other child's."""
    billed = invoice([line(30000), line(10000, "emile")], (40000, JULY))

    assert sums(counted([billed], note(billed, [line(10000)]))) == [10000, 20000]


def test_a_credit_note_without_lines_leaves_the_lines_as_they_are() -> None:
    billed = invoice([line(30000)], (20000, JULY))

    assert sums(counted([billed], note(billed, [line(10000, words="something else")]))) == [20000]


def test_the_money_of_a_credit_note_counts_where_it_covers() -> None:
    """As if it had been given back and paid again on the day of the note; what no money was behind counts nowhere."""
    first = invoice([line(30000)], (30000, JULY))
    second = invoice([line(10000)], number="2")
    credit = note(first, [line(10000)], Allocation(second.id, 10000, "2"))
    covered = Coverage(credit.id, credit.issued_on, 10000, CREDIT_NOTE)
    second = replace(second, coverages=(covered,), paid_minor=10000)

    found = counted([first, second], credit)

    assert [(each.number, each.on, each.minor) for each in found] == [
        ("1", JULY, 20000),
        ("2", credit.issued_on, 10000),
    ]
    unpaid = invoice([line(30000)])
    assert counted([unpaid, second], note(unpaid, [line(10000)], Allocation(second.id, 10000, "2"))) == []


def test_a_gift_of_the_organisation_is_no_payment() -> None:
    gift = CreditNote("20250701-g", "home", "g", "CAD", JULY, (line(5000),), 5000)
    billed = invoice([line(5000)])
    billed = replace(billed, coverages=(Coverage(gift.id, JULY, 5000, CREDIT_NOTE),))

    assert counted([billed], gift) == []


AMOUNTS = st.integers(1, 100_000)


@PROOF
@given(
    st.lists(st.tuples(AMOUNTS, st.sampled_from(["lea", "emile", ""])), min_size=1, max_size=6),
    st.lists(st.tuples(st.integers(1, 1000), st.integers(0, 3)), max_size=6),
)
def test_parts_always_add_up_to_the_money(lines: list[tuple[int, str]], money: list[tuple[int, int]]) -> None:
    """Over all years and lines: never a cent more or less than came, never below zero, never more than a line has."""
    billed = [line(minor, member or "house") for minor, member in lines]
    total = sum(minor for minor, _ in lines)
    parts, left = [], total
    for weight, year in money:
        minor = min(left, total * weight // 1000)
        if minor:
            parts.append((minor, date(YEAR + year, 3, 1)))
            left -= minor
    one = invoice(billed, *parts)

    found = [each for year in range(YEAR, YEAR + 4) for each in counted([one], year=year)]

    assert sum(sums(found)) == sum(minor for minor, _ in parts)
    assert all(each.minor > 0 for each in found)
    if parts and not left:
        for member in {each.member for each in billed}:
            had = sum(each.minor for each in found if each.member == member)
            assert had == sum(each.total_minor for each in billed if each.member == member)


@PROOF
@given(st.lists(AMOUNTS, min_size=1, max_size=5), st.lists(st.integers(0, 1000), min_size=5, max_size=5), AMOUNTS)
def test_no_more_counts_than_credit_notes_left(lines: list[int], credited: list[int], paid: int) -> None:
    """Whatever was taken back, what counts is the smaller of what came and what is left of the lines."""
    billed = [line(minor, words=f"Day camp {place}") for place, minor in enumerate(lines)]
    taken = [
        each._replace(amount_minor=each.amount_minor * part // 1000)
        for each, part in zip(billed, credited, strict=False)
    ]
    money = min(paid, sum(lines))
    one = invoice(billed, (money, JULY))

    found = counted([one], note(one, [each for each in taken if each.amount_minor]))

    assert sum(sums(found)) == min(money, sum(lines) - sum(each.amount_minor for each in taken))


@PROOF
@given(st.integers(0, 10**9), st.integers(1, 2))
def test_slips_of_a_child_add_up_to_what_counts(minor: int, parents: int) -> None:
    """Halves: the first has the odd cent."""
    parts = shares(minor, parents)

    assert sum(parts) == minor
    assert len(parts) == parents
    assert 0 <= parts[0] - parts[-1] <= 1
