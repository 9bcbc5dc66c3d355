"""Lines, discounts and taxes: real invoices to the cent, and rules that hold for all of them (P-17)."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from itertools import pairwise, takewhile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.billing.domain import InvoiceLine, tax_totals
from chalicelib.billing.pricing import LineRequest, price, settle, split, total
from chalicelib.organisations.terms import BillingTerms, OwnTerms, Tax
from tests.support.proof import ASKED, PROOF, TAXES, amount, bearing, rows

GST = Tax("TPS/GST", 50_000)
QST = Tax("TVQ/QST", 99_750)
OLD_QST = Tax("TVQ/QST", 75_000, compound=True)
"""Until 2012 it was reckoned on the price and GST."""
VAT_20 = Tax("TVA 20 %", 200_000)
VAT_55 = Tax("TVA 5,5 %", 55_000)
CONSUMPTION = Tax("消費税", 100_000)
KUWAIT = Tax("VAT", 50_000)


def included(tax: Tax) -> Tax:
    return tax._replace(included=True)


def requested(*amounts: int, taxes: tuple[Tax, ...] | None = None) -> list[LineRequest]:
    return [LineRequest("Piano", Decimal(1), amount, taxes=taxes) for amount in amounts]


def taxes_of(lines: Iterable[InvoiceLine]) -> list[int]:
    return [tax.minor for tax in tax_totals(list(lines))]


@pytest.mark.parametrize(
    ("amounts", "taxes", "charged", "to_pay"),
    [
        ([10_000], (GST, QST), [500, 998], 11_498),
        ([18_000], (GST, QST), [900, 1796], 20_696),
        ([1], (GST, QST), [0, 0], 1),
        ([1050, 2995, 4999], (GST, QST), [452, 902], 10_398),
        ([10_000], (GST, OLD_QST), [500, 788], 11_288),
        ([2999], (GST, OLD_QST), [150, 236], 3385),
        ([10_000], (VAT_20,), [2000], 12_000),
        ([9999], (VAT_20,), [2000], 11_999),
        ([1000], (VAT_55,), [55], 1055),
        ([12_000], (included(VAT_20),), [2000], 12_000),
        ([9990], (included(VAT_20),), [1665], 9990),
        ([1055], (included(VAT_55),), [55], 1055),
        ([5000], (included(VAT_55),), [261], 5000),
        ([1234], (CONSUMPTION,), [123], 1357),
        ([1100], (included(CONSUMPTION),), [100], 1100),
        ([12_345], (KUWAIT,), [617], 12_962),
    ],
    ids=[
        "Quebec 100 $", "Quebec 180 $", "Quebec one cent", "Quebec three lines", "Quebec before 2013, 100 $",
        "Quebec before 2013, 29.99 $", "France 20 %", "France 20 % of 99.99 €", "France 5.5 %", "France 20 % inclusive",
        "France 20 % in 99.90 €", "France 5.5 % inclusive", "France 5.5 % in 50 €", "yen", "yen inclusive",
        "dinars with three decimals",
    ],
)  # fmt: skip
def test_real_taxes_come_to_what_they_come_to(
    amounts: list[int], taxes: tuple[Tax, ...], charged: list[int], to_pay: int
) -> None:
    lines = price(requested(*amounts), BillingTerms(taxes=taxes))

    assert taxes_of(lines) == charged
    assert total(lines) == to_pay


def test_two_rates_of_vat_stand_on_one_invoice() -> None:
    """A lesson at 20 % and a book at 5.5 %: each rate has its own sum."""
    lines = price(
        [*requested(12_000, taxes=(included(VAT_20),)), *requested(2110, taxes=(included(VAT_55),))], BillingTerms()
    )

    assert [(tax.name, tax.minor) for tax in tax_totals(lines)] == [("TVA 20 %", 2000), ("TVA 5,5 %", 110)]
    assert total(lines) == 14_110


def test_a_line_may_be_free_of_tax_while_others_bear_it() -> None:
    """Lessons of a recognised school are exempt in Quebec, sheet music is not."""
    exempt, taxed = price([*requested(10_000, taxes=()), *requested(2000)], BillingTerms(taxes=(GST, QST)))

    assert exempt.taxes == ()
    assert [tax.minor for tax in taxed.taxes] == [100, 200]


def test_tax_is_rounded_once_per_invoice_and_shared_over_its_lines() -> None:
    """Ten lines of 10 cents bear 5 cents of GST together; line by line it would be ten."""
    lines = price(requested(*[10] * 10), BillingTerms(taxes=(GST,)))

    assert [line.taxes[0].minor for line in lines] == [1] * 5 + [0] * 5


def test_stacking_follows_the_organisations_order() -> None:
    """A line that names its taxes the other way round is charged the same."""
    terms = BillingTerms(taxes=(GST, OLD_QST))

    assert taxes_of(price(requested(10_000, taxes=(OLD_QST, GST)), terms)) == [500, 788]


def test_an_added_tax_is_not_reckoned_on_the_tax_that_a_price_holds() -> None:
    lines = price(requested(12_000, taxes=(included(VAT_20), GST)), BillingTerms())

    assert [tax.minor for tax in lines[0].taxes] == [2000, 500]
    assert total(lines) == 12_500


def test_stacked_taxes_that_a_price_holds_are_taken_out_together() -> None:
    """100.00 holds 5 % and then 7.5 % of both: 112.875 with them."""
    lines = price(requested(112_875, taxes=(included(GST), included(OLD_QST))), BillingTerms())

    assert [tax.minor for tax in lines[0].taxes] == [5000, 7875]


@pytest.mark.parametrize(
    ("quantity", "unit", "cut", "amount", "discount"),
    [
        ("3", 1999, {}, 5997, 0),
        ("1.5", 333, {}, 500, 0),
        ("0.125", 100, {}, 13, 0),
        ("-0.125", 100, {}, -13, 0),
        ("2", 5000, {"discount_minor": 1500}, 8500, 1500),
        ("2", 5000, {"discount_ppm": 125_000}, 8750, 1250),
        ("1", 333, {"discount_ppm": 500_000}, 166, 167),
        ("1", 5000, {"discount_ppm": 1_000_000}, 0, 5000),
        ("1", -5000, {"discount_ppm": 100_000}, -4500, -500),
    ],
)
def test_an_amount_is_quantity_times_price_less_discount(
    quantity: str, unit: int, cut: dict[str, int], amount: int, discount: int
) -> None:
    (line,) = price([LineRequest("Hours", Decimal(quantity), unit, **cut)], BillingTerms())  # type: ignore[arg-type]

    assert (line.amount_minor, line.discount_minor) == (amount, discount)


@pytest.mark.parametrize(
    ("quantity", "unit", "cut"),
    [
        ("1.0001", 100, {}),
        ("NaN", 100, {}),
        ("Infinity", 100, {}),
        ("1", 100, {"discount_minor": 101}),
        ("1", 100, {"discount_minor": -1}),
        ("1", 100, {"discount_ppm": 1_010_000}),
        ("1", 100, {"discount_minor": 10, "discount_ppm": 10_000}),
        ("1", -100, {"discount_minor": 10}),
    ],
)
def test_what_can_not_be_is_refused(quantity: str, unit: int, cut: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"quantity|discount"):
        price([LineRequest("Hours", Decimal(quantity), unit, **cut)], BillingTerms())  # type: ignore[arg-type]


def half_up(exact: Fraction) -> int:
    """The same rounding by other means than the code's."""
    with localcontext(prec=80):
        return int((Decimal(exact.numerator) / exact.denominator).quantize(Decimal(1), ROUND_HALF_UP))


@PROOF
@given(ASKED, TAXES)
def test_lines_and_taxes_add_up_to_the_total(asked: list[tuple[LineRequest, int]], taxes: tuple[Tax, ...]) -> None:
    """P-17: what lines, sums of taxes and the total say is the same money."""
    lines = price(bearing(asked, taxes), BillingTerms())

    added = sum(tax.minor for tax in tax_totals(lines) if not tax.included)
    assert total(lines) == sum(line.amount_minor for line in lines) + added
    for line, (request, bits) in zip(lines, asked, strict=True):
        assert line.amount_minor + line.discount_minor == half_up(Fraction(request.quantity) * request.unit_minor)
        assert len(line.taxes) == bits.bit_count()


@PROOF
@given(ASKED, TAXES)
def test_each_added_tax_follows_from_the_figures_on_the_paper(
    asked: list[tuple[LineRequest, int]], taxes: tuple[Tax, ...]
) -> None:
    """P-17: who adds up the lines that bear a tax and takes its rate finds the tax, and no line is off by a unit."""
    lines = price(bearing(asked, taxes), BillingTerms(taxes=taxes))

    for tax in taxes:
        charged = [(_base(line, tax), each.minor) for line in lines for each in line.taxes if each.name == tax.name]
        if not tax.included:
            assert all(abs(minor - Fraction(base * tax.rate_ppm, 1_000_000)) < 1 for base, minor in charged)
            exact = Fraction(sum(base for base, _ in charged) * tax.rate_ppm, 1_000_000)
            assert sum(minor for _, minor in charged) == half_up(exact)


def _base(line: InvoiceLine, tax: Tax) -> int:
    """What the line's own figures say that an added tax is reckoned on."""
    held = sum(charged.minor for charged in line.taxes if charged.included)
    before = takewhile(lambda charged: charged.name != tax.name, line.taxes)
    return line.amount_minor - held + (sum(charged.minor for charged in before) if tax.compound else 0)


@PROOF
@given(ASKED, TAXES)
def test_taxes_that_prices_hold_never_change_a_total(
    asked: list[tuple[LineRequest, int]], taxes: tuple[Tax, ...]
) -> None:
    """P-17: VAT inclusive. What is left of the price, with the taxes put on it again, is the price."""
    _, _, first, second, _ = taxes
    lines = price([request._replace(taxes=(first, second)) for request, _ in asked], BillingTerms())

    one, other = Fraction(first.rate_ppm, 1_000_000), Fraction(second.rate_ppm, 1_000_000)
    net = total(lines) / ((1 + one) * (1 + other))
    assert total(lines) == sum(line.amount_minor for line in lines)
    assert taxes_of(lines) == [half_up(net * one), half_up(net * (1 + one) * other)]


@PROOF
@given(ASKED, TAXES)
def test_who_is_exempt_pays_the_lines_and_no_tax_at_all(
    asked: list[tuple[LineRequest, int]], taxes: tuple[Tax, ...]
) -> None:
    """STM-2: whatever taxes the lines or the organisation name; prices that hold a tax stay as they are."""
    terms = BillingTerms(taxes=taxes, own=OwnTerms(exempt=True))
    for requests in (bearing(asked, taxes), [request for request, _ in asked]):
        lines = price(requests, terms)
        assert taxes_of(lines) == []
        assert [line.amount_minor for line in lines] == [line.amount_minor for line in price(requests, BillingTerms())]
        assert total(lines) == sum(line.amount_minor for line in lines)


@PROOF
@given(ASKED, TAXES)
def test_the_mirror_image_of_lines_has_the_mirror_image_of_taxes(
    asked: list[tuple[LineRequest, int]], taxes: tuple[Tax, ...]
) -> None:
    """A paper and the one that takes it back cancel out, line by line and tax by tax."""
    requests = bearing(asked, taxes)
    lines = price(requests, BillingTerms())
    mirrored = price([request._replace(unit_minor=-request.unit_minor) for request in requests], BillingTerms())

    for line, mirror in zip(lines, mirrored, strict=True):
        assert mirror.amount_minor == -line.amount_minor
        assert [tax.minor for tax in mirror.taxes] == [-tax.minor for tax in line.taxes]


@PROOF
@given(st.integers(-(10**9), 10**9), rows(4, amount, most=8))
def test_a_split_adds_up_and_is_fair(minor: int, weights: list[int]) -> None:
    """P-17: nobody is a unit away from the exact share, and who weighs more never gets less."""
    whole = sum(weights)
    if not whole:
        with pytest.raises(ValueError, match="nothing to share by"):
            split(minor or 1, weights)
        return
    parts = split(minor, weights)

    assert sum(parts) == minor
    assert all(abs(part - Fraction(minor * weight, whole)) < 1 for part, weight in zip(parts, weights, strict=True))
    ranked = sorted(zip(weights, parts, strict=True))
    assert all(abs(lesser) <= abs(greater) for (light, lesser), (heavy, greater) in pairwise(ranked) if light < heavy)
    assert split(-minor, weights) == [-part for part in parts]


@pytest.mark.parametrize(
    ("minor", "weights", "parts"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (101, [1, 1, 1], [34, 34, 33]),
        (-100, [1, 1, 1], [-34, -33, -33]),
        (2, [1, 1, 1], [1, 1, 0]),
        (1000, [50, 30, 20], [500, 300, 200]),
        (10, [3, 3, 1], [4, 4, 2]),
        (0, [0, 0], [0, 0]),
        (0, [], []),
    ],
)
def test_of_equal_remainders_the_first_wins(minor: int, weights: list[int], parts: list[int]) -> None:
    assert split(minor, weights) == parts


@pytest.mark.parametrize(
    ("minor", "halves", "parts"),
    [(0, [1, -1], [1, -1]), (0, [-1, 1], [-1, 1]), (1, [1, 1], [1, 0]), (-1, [-1, -1], [-1, 0])],
)
def test_shares_of_both_signs_have_mirror_images_too(minor: int, halves: list[int], parts: list[int]) -> None:
    """A rebate of the same amount as the lesson: their taxes cancel out, and still each has its own."""
    assert settle(minor, [Fraction(half, 2) for half in halves]) == parts
