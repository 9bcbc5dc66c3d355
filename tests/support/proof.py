"""Money rules are tried ten thousand times before they are believed (P-17), and what they are tried on.

Hypothesis draws one string of bytes for each list, not each number of it: twice as many tries in the same time.
Small amounts and common rates come often, for there the halves are that rounding is about.
"""

import os
from collections.abc import Callable
from decimal import Decimal
from typing import TypeVar

from hypothesis import settings
from hypothesis import strategies as st

from chalicelib.billing.pricing import LineRequest
from chalicelib.organisations.terms import Tax

T = TypeVar("T")

PROOF = settings(max_examples=int(os.environ.get("PROOF_CASES", "10000")), deadline=None)
"""Decorates a property of money; the variable `PROOF_CASES` asks for more than usual."""
RULE = settings(max_examples=int(os.environ.get("RULE_CASES", "2000")), deadline=None)
"""The same for rules in which no sum is reckoned."""

_COMMON_RATES = (50_000, 75_000, 99_750, 200_000, 55_000, 0, 500_000, 100_000)


def rows(width: int, read: Callable[[bytes], T], most: int, least: int = 1) -> st.SearchStrategy[list[T]]:
    """From `least` to `most` things, each read from `width` bytes."""

    def split(drawn: bytes) -> list[T]:
        return [read(drawn[place : place + width]) for place in range(0, len(drawn) - width + 1, width)]

    return st.binary(min_size=least * width, max_size=most * width).map(split)


def amount(drawn: bytes) -> int:
    """Any amount of three bytes; the first bits of a fourth say how small it is made."""
    return int.from_bytes(drawn[:3], "big") >> (drawn[3] >> 3)


def rate(drawn: bytes) -> int:
    """A rate from two bytes, in millionths: half of them common ones, the others up to 65 % in tens."""
    number = int.from_bytes(drawn, "big")
    return _COMMON_RATES[number >> 1 & 7] if number & 1 else number * 10


def taxes_with(rates: list[int]) -> tuple[Tax, ...]:
    """One of each sort: plain, stacked, held by the price, held and stacked, plain and last."""
    first, second, third, fourth, fifth = rates
    return (
        Tax("a", first),
        Tax("b", second, compound=True),
        Tax("c", third, included=True),
        Tax("d", fourth, included=True, compound=True),
        Tax("e", fifth),
    )


def _asked(drawn: bytes) -> tuple[LineRequest, int]:
    """A line without taxes from ten bytes, and which of five taxes it bears, as bits."""
    thousandths = int.from_bytes(drawn[:2], "big") - 2000 if drawn[1] & 1 else 1000 * drawn[0]
    unit = amount(drawn[2:6]) * (-1 if drawn[5] & 1 else 1)
    discount = int.from_bytes(drawn[6:9], "big") % 1_000_001 if drawn[9] & 128 else 0
    request = LineRequest("x", Decimal(thousandths).scaleb(-3), unit, discount_ppm=discount, taxes=())
    return request, drawn[9] & 31


def bearing(asked: list[tuple[LineRequest, int]], taxes: tuple[Tax, ...]) -> list[LineRequest]:
    """The lines drawn, each with those of `taxes` that it bears."""
    return [
        request._replace(taxes=tuple(tax for place, tax in enumerate(taxes) if bits >> place & 1))
        for request, bits in asked
    ]


ASKED = rows(10, _asked, most=5)
FEW_ASKED = rows(10, _asked, most=3)
TAXES = rows(2, rate, least=5, most=5).map(taxes_with)
