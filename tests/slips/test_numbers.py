"""Numbers at tax offices: real ones pass, every single mistyped digit is found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.slips.numbers import NumberKind, is_inn, is_sin, parse_number


@pytest.mark.parametrize("typed", ["046 454 286", "046-454-286", "046454286", " 046\N{NO-BREAK SPACE}454 286 "])
def test_the_specimen_number_of_canada_would_be_one_but_for_its_beginning(typed: str) -> None:
    """Luhn's check holds; a number that begins with 0 belongs to nobody."""
    with pytest.raises(ValueError, match="no such number"):
        parse_number(typed, NumberKind.SIN)


@pytest.mark.parametrize("typed", ["130 692 544", "130-692-544", "130692544", " 130\N{NO-BREAK SPACE}692 544 "])
def test_a_social_insurance_number_is_read_however_it_is_typed(typed: str) -> None:
    """X-12."""
    assert parse_number(typed, NumberKind.SIN) == "130692544"


@pytest.mark.parametrize(
    "typed", ["", "130692545", "13069254", "1306925440", "830692542", "13069254x", "１３０６９２５４４", "000000000"]
)
def test_what_is_no_social_insurance_number_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="no such number"):
        parse_number(typed, NumberKind.SIN)


@pytest.mark.parametrize("typed", ["500100732259", "5001 0073 2259"])
def test_an_inn_is_read(typed: str) -> None:
    assert parse_number(typed, NumberKind.INN) == "500100732259"


@pytest.mark.parametrize("typed", ["", "500100732258", "500100732269", "5001007322", "000000000000", "50010073225a"])
def test_what_is_no_inn_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="no such number"):
        parse_number(typed, NumberKind.INN)


@given(st.integers(0, 8), st.integers(1, 9))
def test_no_single_mistyped_digit_passes(place: int, by: int) -> None:
    """Luhn finds every change of one digit, and so do the weights of an INN."""
    for digits, check in (("130692544", is_sin), ("500100732259", is_inn)):
        wrong = f"{digits[:place]}{(int(digits[place]) + by) % 10}{digits[place + 1 :]}"
        assert check(digits)
        assert not check(wrong)
