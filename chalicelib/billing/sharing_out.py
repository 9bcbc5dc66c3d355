"""Dividing invoice lines among the homes that share a child's costs (NEW-2). No storage, no clock.

One rule of rounding: the amount of each line, and each of its taxes, is divided by itself. Each home gets its exact
share rounded down, and the minor units that are left go one by one to the largest remainders; of equal ones, to the
home that the agreement names first. So the parts of a line always add up to the line, tax by tax.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from chalicelib.billing.domain import InvoiceLine
from chalicelib.billing.pricing import PER_WHOLE, split


class Share(NamedTuple):
    """What part of a child's costs a home pays."""

    household: str
    ppm: int
    """Millionths."""


def is_whole(shares: Sequence[Share]) -> bool:
    """Whether shares are those of different homes, none below nothing, and come to all."""
    homes = {share.household for share in shares}
    return (
        len(homes) == len(shares)
        and all(share.ppm >= 0 for share in shares)
        and sum(share.ppm for share in shares) == PER_WHOLE
    )


def divide(line: InvoiceLine, shares: Sequence[Share]) -> dict[str, InvoiceLine]:
    """The part of a line that each home pays; a home whose part is nothing has none.

    Raises ValueError when the shares do not come to all.
    """
    if not is_whole(shares):
        raise ValueError("the shares do not come to all")
    weights = [share.ppm for share in shares]
    amounts = split(line.amount_minor, weights)
    taxes = [split(tax.minor, weights) for tax in line.taxes]
    parts = {}
    for place, share in enumerate(shares):
        charged = tuple(tax._replace(minor=found[place]) for tax, found in zip(line.taxes, taxes, strict=True))
        part = line._replace(
            description=f"{line.description} ({_percent(share.ppm)})",
            quantity=Decimal(1),
            unit_minor=amounts[place],
            amount_minor=amounts[place],
            discount_minor=0,
            taxes=charged,
        )
        if part.amount_minor or any(tax.minor for tax in charged):
            parts[share.household] = part
    return parts


def _percent(ppm: int) -> str:
    """`60 %`: as all languages read it."""
    return f"{(Decimal(ppm) / 10_000).normalize():f}\N{NO-BREAK SPACE}%"
