"""Money in integer minor units of a named currency (P-17). Never a float."""

from typing import Self

from chalicelib.shared.frozen import Frozen, frozen

_BY_EXPONENT = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW MGA PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
"""Currencies that do not have two decimal places (ISO 4217). MGA has none: its fifth parts are no decimals,
and nobody charges them."""
_EXPONENTS = {code: places for places, codes in _BY_EXPONENT.items() for code in codes.split()}


def exponent(currency: str) -> int:
    """Decimal places of `currency` (ISO 4217 code): 2 for most, 0 for JPY, 3 for KWD."""
    return _EXPONENTS.get(currency, 2)


class CurrencyMismatch(Exception):
    """Amounts of two currencies were added or compared."""


@frozen
class Money(Frozen):
    """An amount in minor units (cents for CAD) of one ISO 4217 currency."""

    minor: int
    currency: str

    def __add__(self, other: Self) -> "Money":
        self._same_currency(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Self) -> "Money":
        self._same_currency(other)
        return Money(self.minor - other.minor, self.currency)

    def __bool__(self) -> bool:
        return self.minor != 0

    def _same_currency(self, other: Self) -> None:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency}")
