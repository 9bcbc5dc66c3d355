"""What invoice lines come to: amounts, discounts and taxes. One rule of rounding, for every paper (P-17).

* Halves are rounded away from zero, so a paper and its mirror image agree.
* A line's amount is its quantity times its unit price, rounded to the minor unit, less its discount.
* Each tax is reckoned once per invoice, on the sum of what it is charged on, and rounded once. It is then
  shared over its lines by largest remainder, so the lines add up to it.
* Taxes that prices hold already (VAT inclusive) are taken out of the prices first; they never change a total.
  Taxes that are added are reckoned on what is left.
* A stacked tax is reckoned on the price and on the taxes before it as they were charged, in the
  organisation's order of taxes.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import chain
from math import floor
from typing import NamedTuple

from chalicelib.billing.domain import InvoiceLine, TaxAmount
from chalicelib.organisations.terms import BillingTerms, Tax

PER_WHOLE = 1_000_000
"""Rates and discounts are in millionths."""
_QUANTITY_PLACES = 3


class LineRequest(NamedTuple):
    """A line as staff ask for it: everything but what it comes to."""

    description: str
    quantity: Decimal
    """Up to three decimals."""
    unit_minor: int
    member: str = ""
    discount_minor: int = 0
    """Taken off the line; at most all of it."""
    discount_ppm: int = 0
    """The same in millionths of the line; only one of the two is given."""
    taxes: tuple[Tax, ...] | None = None
    """None: the organisation's usual taxes."""


def price(requests: Sequence[LineRequest], terms: BillingTerms) -> tuple[InvoiceLine, ...]:
    """The lines with amounts and taxes. Raises ValueError for a quantity or a discount that can not be."""
    amounts = [_amount(request) for request in requests]
    borne = [terms.charged if request.taxes is None or terms.own.exempt else request.taxes for request in requests]
    charged = _charged([amount for amount, _ in amounts], borne, terms.taxes)
    return tuple(
        _line(request, amount, discount, taxes)
        for request, (amount, discount), taxes in zip(requests, amounts, charged, strict=True)
    )


def total(lines: Iterable[InvoiceLine]) -> int:
    """What all lines come to, taxes included."""
    return sum(line.total_minor for line in lines)


def split(minor: int, weights: Sequence[int]) -> list[int]:
    """`minor` in parts that are in proportion to `weights` and add up to it; of equal remainders the first wins.

    Raises ValueError when the weights add up to nothing but `minor` does not.
    """
    whole = sum(weights)
    if not whole and minor:
        raise ValueError("nothing to share by")
    return settle(minor, [Fraction(minor * weight, whole or 1) for weight in weights])


def settle(minor: int, exact: Sequence[Fraction]) -> list[int]:
    """Whole units that add up to `minor`, each less than one away from its exact share (largest remainder).

    `minor` must be the sum of `exact`, rounded either way. The mirror image of the shares has the mirror image of
    the parts.
    """
    sign = -1 if (minor or next((share for share in exact if share), 0)) < 0 else 1
    parts = [floor(sign * share) for share in exact]
    by_remainder = sorted(range(len(parts)), key=lambda place: parts[place] - sign * exact[place])
    for place in by_remainder[: sign * minor - sum(parts)]:
        parts[place] += 1
    return [sign * part for part in parts]


def rounded(exact: Fraction) -> int:
    """The nearest whole number; halves away from zero."""
    nearest = (2 * abs(exact.numerator) + exact.denominator) // (2 * exact.denominator)
    return nearest if exact >= 0 else -nearest


def _amount(request: LineRequest) -> tuple[int, int]:
    """The line's amount and the discount that is taken off already."""
    quantity = request.quantity
    if not quantity.is_finite() or quantity != round(quantity, _QUANTITY_PLACES):
        raise ValueError(f"quantity {quantity} has more than {_QUANTITY_PLACES} decimals")
    gross = rounded(Fraction(quantity) * request.unit_minor)
    discount = request.discount_minor or rounded(Fraction(gross * request.discount_ppm, PER_WHOLE))
    if (request.discount_minor and request.discount_ppm) or not min(0, gross) <= discount <= max(0, gross):
        raise ValueError(f"discount {discount} on {gross}")
    return gross - discount, discount


def _line(request: LineRequest, amount: int, discount: int, taxes: dict[Tax, int]) -> InvoiceLine:
    return InvoiceLine(
        description=request.description,
        quantity=request.quantity,
        unit_minor=request.unit_minor,
        amount_minor=amount,
        member=request.member,
        discount_minor=discount,
        taxes=tuple(TaxAmount(tax.name, minor, tax.rate_ppm, tax.included) for tax, minor in taxes.items()),
    )


def _charged(amounts: Sequence[int], borne: Sequence[Iterable[Tax]], usual: Iterable[Tax]) -> list[dict[Tax, int]]:
    """For each line its taxes and what they come to, in the order in which they are reckoned."""
    order = sorted(dict.fromkeys(chain(usual, *borne)), key=lambda tax: not tax.included)
    wanted = [[tax for tax in order if tax in taxes] for taxes in borne]
    held = [_held(amount, taxes) for amount, taxes in zip(amounts, wanted, strict=True)]
    charged: list[dict[Tax, int]] = [{} for _ in amounts]
    for tax in order:
        places = [place for place, taxes in enumerate(wanted) if tax in taxes]
        if tax.included:
            exact = [held[place][tax] for place in places]
        else:
            exact = [Fraction(_base(tax, amounts[place], charged[place]) * tax.rate_ppm, PER_WHOLE) for place in places]
        for place, minor in zip(places, settle(rounded(sum(exact, Fraction())), exact), strict=True):
            charged[place][tax] = minor
    return charged


def _held(amount: int, taxes: Iterable[Tax]) -> dict[Tax, Fraction]:
    """What of a price is which of the taxes that it holds, exactly."""
    weights: dict[Tax, Fraction] = {}
    for tax in taxes:
        if tax.included:
            stacked = 1 + sum(weights.values()) if tax.compound else 1
            weights[tax] = Fraction(tax.rate_ppm, PER_WHOLE) * stacked
    whole = 1 + sum(weights.values())
    return {tax: amount * weight / whole for tax, weight in weights.items()}


def _base(tax: Tax, amount: int, before: dict[Tax, int]) -> int:
    """What an added tax is reckoned on, given the taxes `before` it on the same line."""
    net = amount - sum(minor for other, minor in before.items() if other.included)
    return net + sum(before.values()) if tax.compound else net
