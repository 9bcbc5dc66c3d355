"""What credit notes take back, alone and together: never more than was billed, and in the end exactly that."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.billing.crediting import credit_lines, uncredited
from chalicelib.billing.domain import Invoice, InvoiceLine, InvoiceStatus, tax_totals
from chalicelib.billing.pricing import LineRequest, price, total
from chalicelib.organisations.terms import BillingTerms, Tax
from tests.support.proof import FEW_ASKED, PROOF, TAXES, amount, bearing, rows

QUEBEC = BillingTerms(taxes=(Tax("GST", 50_000), Tax("QST", 99_750)))
FRANCE = BillingTerms(taxes=(Tax("VAT", 200_000, included=True),))


def billed(*amounts: int, terms: BillingTerms = QUEBEC) -> Invoice:
    """An invoice with one line for each amount, named a, b, c …"""
    asked = [LineRequest(chr(97 + place), Decimal(1), each) for place, each in enumerate(amounts)]
    return invoice_with(price(asked, terms))


def invoice_with(lines: tuple[InvoiceLine, ...]) -> Invoice:
    day = date(2026, 9, 1)
    return Invoice("i", "h", "1", "CAD", day, day, InvoiceStatus.ISSUED, lines, total(lines))


def amounts_of(lines: tuple[InvoiceLine, ...]) -> list[int]:
    """What all lines come to before taxes, then each tax."""
    return [sum(line.amount_minor for line in lines), *(tax.minor for tax in tax_totals(lines))]


def test_the_credit_note_of_a_whole_invoice_has_its_lines() -> None:
    invoice = billed(10_000, 3333)

    assert credit_lines(invoice) == invoice.lines


def test_chosen_lines_come_with_their_taxes() -> None:
    invoice = billed(10_000, 3333, 50)

    assert credit_lines(invoice, chosen=(2, 0)) == (invoice.lines[0], invoice.lines[2])


@pytest.mark.parametrize(
    ("invoice", "minor", "amounts"),
    [
        (billed(10_000), 5749, [5000, 250, 499]),
        (billed(10_000), 100, [87, 4, 9]),
        (billed(10_000), 1, [1, 0, 0]),
        (billed(5000, 5000), 5749, [5000, 250, 499]),
        (billed(12_000, terms=FRANCE), 6000, [6000, 1000]),
        (billed(12_000, terms=FRANCE), 1, [1, 0]),
    ],
)
def test_an_amount_comes_with_its_share_of_taxes(invoice: Invoice, minor: int, amounts: list[int]) -> None:
    lines = credit_lines(invoice, minor=minor)

    assert total(lines) == minor
    assert amounts_of(lines) == amounts


def test_a_part_of_a_line_is_one_piece_of_its_own_price() -> None:
    """Quantity times price stays the amount, so the paper can be checked by hand."""
    invoice = invoice_with(price([LineRequest("Hours", Decimal("2.5"), 4000, discount_minor=1000)], BillingTerms()))

    (line,) = credit_lines(invoice, minor=4500)

    assert (line.quantity, line.unit_minor, line.discount_minor, line.amount_minor) == (Decimal(1), 4500, 0, 4500)


def test_what_is_credited_already_is_not_credited_again() -> None:
    invoice = billed(10_000, 3333)
    first = credit_lines(invoice, chosen=[0])

    assert credit_lines(invoice, first) == (invoice.lines[1],)
    with pytest.raises(ValueError, match="nothing is left"):
        credit_lines(invoice, first, chosen=[0])
    with pytest.raises(ValueError, match="nothing is left"):
        credit_lines(invoice, invoice.lines)
    with pytest.raises(ValueError, match=" of "):
        credit_lines(invoice, first, minor=invoice.total_minor - total(first) + 1)


def test_of_two_lines_that_read_alike_the_one_that_was_credited_is_gone() -> None:
    """Two pianos, one dearer: their places stay what they are."""
    asked = [LineRequest("Piano", Decimal(1), each) for each in (10_000, 5000)]
    invoice = invoice_with(price(asked, QUEBEC))
    dear, cheap = uncredited(invoice.lines, credit_lines(invoice, chosen=[1]))

    assert dear == invoice.lines[0]
    assert amounts_of((cheap,)) == [0, 0, 0]


@pytest.mark.parametrize("minor", [0, -1, 11_499])
def test_no_more_than_the_invoice_and_no_less_than_something_is_credited(minor: int) -> None:
    with pytest.raises(ValueError, match=" of 11498"):
        credit_lines(billed(10_000), minor=minor)


@pytest.mark.parametrize("place", [-1, 1])
def test_a_line_that_is_not_there_is_not_credited(place: int) -> None:
    with pytest.raises(ValueError, match="no such line"):
        credit_lines(billed(10_000), chosen=[place])


@pytest.mark.parametrize(
    "wrong",
    [
        {"description": "z"},
        {"member": "somebody else"},
        {"amount_minor": 10_001},
        {"amount_minor": -1},
        {"taxes": billed(10_001, terms=FRANCE).lines[0].taxes},
    ],
)
def test_credit_of_what_was_not_billed_is_found_out(wrong: dict[str, object]) -> None:
    (line,) = billed(10_000).lines

    with pytest.raises(ValueError, match="was not billed"):
        uncredited([line], [line._replace(**wrong)])  # type: ignore[arg-type]


@PROOF
@given(FEW_ASKED, TAXES, rows(4, amount, most=2), st.booleans())
def test_credit_notes_of_an_invoice_together_are_the_invoice(
    asked: list[tuple[LineRequest, int]], taxes: tuple[Tax, ...], parts: list[int], newest_first: bool
) -> None:
    """P-17: whatever was credited before, each note comes to its amount, and the last one leaves nothing."""
    requests, terms = bearing(asked, taxes), BillingTerms(taxes=taxes)
    lines = price(requests, terms)
    if total(lines) <= 0:
        lines = price([request._replace(unit_minor=abs(request.unit_minor) + 1) for request in requests], terms)
    invoice = invoice_with(lines)
    credited: tuple[InvoiceLine, ...] = ()
    for part in parts:
        if 0 < part <= invoice.total_minor - total(credited):
            note = credit_lines(invoice, credited, minor=part)
            assert total(note) == part
            credited = (*note, *credited) if newest_first else (*credited, *note)
    left = uncredited(lines, credited)
    for line, rest in zip(lines, left, strict=True):
        assert min(0, line.amount_minor) <= rest.amount_minor <= max(0, line.amount_minor)
    if any(line.amount_minor or any(tax.minor for tax in line.taxes) for line in left):
        credited = (*credited, *credit_lines(invoice, credited))

    assert total(credited) == invoice.total_minor
    billed_taxes = {tax[:1] + tax[2:]: tax.minor for tax in tax_totals(lines) if tax.minor}
    assert {tax[:1] + tax[2:]: tax.minor for tax in tax_totals(credited) if tax.minor} == billed_taxes
    with pytest.raises(ValueError, match=r"nothing is left| of 0"):
        credit_lines(invoice, credited, minor=None if newest_first else 1)
