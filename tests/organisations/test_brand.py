"""Whatever colour an organisation chose, people can read what is written in it and on it."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.organisations import brand
from chalicelib.organisations.brand import Colour

_AA = 4.5
_GROUND = re.compile(r"--(?:page|surface|sunken|\w+-tint): light-dark\((#\w+), (#\w+)\)")


def _surfaces() -> list[list[Colour]]:
    """Every ground of a word in light pages, and in dark ones, as the style sheets have them."""
    found = _GROUND.findall((Path(__file__).parents[2] / "static/css/tokens.css").read_text("utf-8"))
    assert len(found) >= 7
    return [[brand.parse(_six(each)) for each in scheme] for scheme in zip(*found, strict=True)]


def _six(digits: str) -> str:
    return digits if len(digits) == 7 else "#" + "".join(2 * digit for digit in digits[1:])


_SURFACES = _surfaces()

colours = st.tuples(*[st.integers(0, 255)] * 3)


def test_contrast_is_that_of_the_guidelines() -> None:
    """WCAG 2.2: black on white is 21 to 1, and the grey #767676 is the lightest that reaches 4.5."""
    assert brand.contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert brand.contrast((0x76, 0x76, 0x76), (255, 255, 255)) == pytest.approx(4.54, abs=0.01)
    assert brand.contrast((0x77, 0x77, 0x77), (255, 255, 255)) < _AA


@given(colours)
def test_text_in_the_colour_is_readable_on_every_surface(chosen: Colour) -> None:
    """ADM-9: links and current items reach AA on light and on dark pages."""
    red, green, blue = chosen
    sheet = brand.stylesheet(f"#{red:02x}{green:02x}{blue:02x}")
    found = re.search(r"--brand-text: light-dark\((#\w{6}), (#\w{6})\)", sheet)
    assert found
    for text, surfaces in zip(found.groups(), _SURFACES, strict=True):
        assert all(brand.contrast(brand.parse(text), surface) >= _AA for surface in surfaces)


@given(colours)
def test_words_on_the_colour_are_readable(chosen: Colour) -> None:
    """ADM-9: a button's words reach AA on its fill."""
    assert brand.contrast(brand.ink(chosen), chosen) >= _AA


def test_a_colour_that_is_readable_already_stays() -> None:
    chosen = brand.parse("#1f4fa3")

    assert brand.readable(chosen, (255, 255, 255), (0, 0, 0)) == chosen


@pytest.mark.parametrize("text", ["", "red", "#12345", "#1234567", "123456#", "#12345g"])
def test_what_is_no_colour_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"colour|invalid literal"):
        brand.parse(text)
