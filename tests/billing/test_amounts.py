"""Amounts as people type them: read to the minor unit or refused, never guessed (P-17)."""

import re
from decimal import Decimal

import pytest
from babel.numbers import format_decimal, get_decimal_symbol
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.billing.amounts import parse_amount
from chalicelib.shared.money import exponent
from chalicelib.web.language import Local

HARD, NARROW, THIN = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}", "\N{THIN SPACE}"


@pytest.mark.parametrize("locale", ["fr_CA", "fr_FR", "en_CA", "ru"])
@pytest.mark.parametrize(
    ("typed", "minor"),
    [
        ("12", 1200),
        ("12,50", 1250),
        ("12.50", 1250),
        ("12,5", 1250),
        (" 12,50 ", 1250),
        (".5", 50),
        ("0", 0),
        ("007", 700),
        ("1 234.5", 123_450),
        ("1 234,50", 123_450),
        (f"1{HARD}234,50", 123_450),
        (f"1{NARROW}234{NARROW}567", 123_456_700),
        (f"1{THIN}234,5", 123_450),
        ("1'234", 123_400),
        ("1’234,50", 123_450),
        ("1,234.50", 123_450),
        ("1.234,50", 123_450),
        ("1,234,567", 123_456_700),
        ("$12.50", 1250),
        ("12,50 $", 1250),
        ("12,50 CAD", 1250),
        ("CA$12.50", 1250),
        ("12,50 $ CA", 1250),
        ("-5", -500),
        ("-$5", -500),
        ("−5,25", -525),
    ],
)
def test_people_of_all_habits_are_understood(typed: str, minor: int, locale: str) -> None:
    assert parse_amount(typed, "CAD", locale) == minor


@pytest.mark.parametrize("locale", ["fr_CA", "en_CA", "ru"])
@pytest.mark.parametrize(
    "typed",
    [
        "", " ", "-", ".", ",", "$", "abc", "12 50", "1234 567", "1 23 456", "1 234'567", "12.505", "12,50.1", "1.2.3",
        "1,23,456", "1e5", "1E2", "NaN", "Infinity", "1_000", "0x10", "12 €", "12 EUR", "--5", "+5", "5-", "(5)", "٣",
        "１２", "$$5", "CA5", "12²", "½", "1 234,567.50", "1000000000000", "9" * 41,
        "1" + " " * 40, "12\x00", "12,50 12,50",
    ],
)  # fmt: skip
def test_what_is_no_amount_is_refused(typed: str, locale: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_amount(typed, "CAD", locale)


@pytest.mark.parametrize(
    ("typed", "currency", "locale", "minor"),
    [
        ("1,234", "CAD", "en_CA", 123_400),
        ("1,234", "CAD", "fr_CA", None),
        ("1.234", "CAD", "fr_CA", None),
        ("1.234", "CAD", "en_CA", None),
        ("1,234", "KWD", "en", 1_234_000),
        ("1,234", "KWD", "fr", 1234),
        ("1.234", "KWD", "en", 1234),
        ("1,2345", "KWD", "fr", None),
        ("1 234", "JPY", "fr", 1234),
        ("1,234", "JPY", "en", 1234),
        ("12.5", "JPY", "en", None),
        ("12.0", "JPY", "en", None),
        ("12 ¥", "JPY", "ru", 12),
        ("1 234,50 ₽", "RUB", "ru_RU", 123_450),
    ],
)
def test_what_can_be_read_in_two_ways_is_read_as_the_reader_writes(
    typed: str, currency: str, locale: str, minor: int | None
) -> None:
    """One thousand or one and a bit: the language decides, and more decimals than there are refuse themselves."""
    if minor is None:
        with pytest.raises(ValueError, match="no amount of"):
            parse_amount(typed, currency, locale)
    else:
        assert parse_amount(typed, currency, locale) == minor


OFTEN = settings(max_examples=1000, deadline=None)
WRITERS = [("fr", "CA"), ("fr", "FR"), ("en", "CA"), ("en", "GB"), ("ru", "RU"), ("ru", "CA")]
CURRENCIES = ["CAD", "EUR", "USD", "RUB", "JPY", "KWD", "RSD", "XOF"]


def _locale(language: str, country: str) -> str:
    return f"{language}_{country}" if (language, country) != ("ru", "CA") else "ru"


@OFTEN
@given(st.integers(-(10**11), 10**11), st.sampled_from(WRITERS), st.sampled_from(CURRENCIES))
def test_an_amount_that_was_copied_from_a_page_is_read_back(minor: int, writer: tuple[str, str], currency: str) -> None:
    """P-17: what is shown is what is paid, in every language and with every number of decimals."""
    written = Local(*writer, "UTC").money(minor, currency)

    assert parse_amount(written, currency, _locale(*writer)) == minor


@OFTEN
@given(st.integers(0, 10**11), st.sampled_from(WRITERS), st.sampled_from(CURRENCIES), st.sampled_from(" '" + NARROW))
def test_thousands_may_be_set_apart_by_anything(
    minor: int, writer: tuple[str, str], currency: str, between: str
) -> None:
    places = exponent(currency)
    whole = format_decimal(minor // 10**places, locale="en").replace(",", between)
    typed = f"{whole}{get_decimal_symbol(_locale(*writer))}{minor % 10**places:0{places}d}" if places else whole

    assert parse_amount(typed, currency, _locale(*writer)) == minor


@OFTEN
@given(st.text("0123456789.,-' $eE+_€" + HARD, max_size=12), st.sampled_from(WRITERS), st.sampled_from(CURRENCIES))
def test_whatever_is_typed_is_its_own_digits_or_refused(typed: str, writer: tuple[str, str], currency: str) -> None:
    """Nothing is made up: an amount that is read has the digits that were typed, with zeros for missing decimals."""
    try:
        minor = parse_amount(typed, currency, _locale(*writer))
    except ValueError:
        return
    digits = re.sub(r"\D", "", typed)
    assert Decimal(abs(minor)) in [Decimal(digits).scaleb(zeros) for zeros in range(exponent(currency) + 1)]
    assert minor <= 0 or "-" not in typed
