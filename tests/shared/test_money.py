"""Decimal places of every currency, against other people's lists (P-17)."""

import pytest
from babel.numbers import get_currency_precision, list_currencies

from chalicelib.shared.money import exponent
from chalicelib.web.language import Local

_RARELY_WRITTEN = frozenset({"AFN", "ALL", "IQD", "IRR", "KPW", "LAK", "LBP", "MMK", "RSD", "SOS", "SYP", "YER"})
"""Their cents are hardly used, so Babel leaves them out; ISO 4217 has them, and Stripe charges in them."""
_GONE = frozenset({
    "ADP", "BYR", "ESP", "ITL", "LUF", "MGF", "MRO", "SLL", "STD", "TMM", "TRL", "ZMK", "ZWD",
})  # fmt: skip
"""Nobody pays with them any more."""
_STRIPE_WHOLE = "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF"
"""Currencies that Stripe takes in whole units. ISK and UGX have no decimals either, but Stripe writes them with two."""
_STRIPE_THREE = "BHD JOD KWD OMR TND"


def test_decimal_places_are_those_that_babel_knows() -> None:
    differing = {code for code in list_currencies() if exponent(code) != get_currency_precision(code)}

    assert differing == _RARELY_WRITTEN | _GONE
    assert {code for code in _RARELY_WRITTEN if exponent(code) != 2} == {"IQD"}
    assert exponent("IQD") == 3


@pytest.mark.parametrize(("codes", "places"), [(_STRIPE_WHOLE, 0), ("ISK UGX", 0), (_STRIPE_THREE, 3), ("HUF TWD", 2)])
def test_decimal_places_are_those_that_stripe_charges_in(codes: str, places: int) -> None:
    """HUF and TWD are paid out in whole units, but charged with their cents."""
    assert {exponent(code) for code in codes.split()} == {places}


@pytest.mark.parametrize(
    ("currency", "minor", "written"),
    [
        ("RSD", 123_456, "1,234.56"),
        ("RSD", 123_450, "1,234.50"),
        ("IQD", 1_234_567, "1,234.567"),
        ("JPY", 1234, "1,234"),
    ],
)
def test_an_amount_is_written_with_all_that_is_charged(currency: str, minor: int, written: str) -> None:
    """P-17: also in currencies whose cents are hardly used."""
    assert written in Local("en", "CA", "UTC").money(minor, currency)
