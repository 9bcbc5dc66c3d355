"""Which characters papers can show."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.papers.characters import FONTS, UNKNOWN, writable
from chalicelib.shared.texts import LANGUAGES
from chalicelib.web.language import Local
from infra import fonts


def test_the_list_of_characters_is_that_of_the_fonts() -> None:
    """When this fails: python -m infra.fonts."""
    assert fonts.COVERAGE.read_text() == fonts.coverage()


def test_bold_has_what_regular_has() -> None:
    from fontTools.ttLib import TTFont

    regular, bold = (set(TTFont(FONTS / f"Inter-{weight}.ttf").getBestCmap()) for weight in ("Regular", "Bold"))
    assert regular <= bold


def test_the_licence_ships_with_the_fonts() -> None:
    licence = (FONTS / "LICENSE.txt").read_text()
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert all(name in licence for name in ("Inter", "Noto Sans Hebrew", "Noto Sans Arabic"))


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Émile", "Émile"),
        ("e\u0301", "é"),
        ("a\tb", "a b"),
        ("a\r\nb", "a\nb"),
        ("a\x00b\x1b[31mc\x7f\x9f", "ab[31mc"),
        ("\u202eevil\u2066", "evil"),
        ("a\u200b\u200d\ufeffb", "ab"),
        ("🎻", UNKNOWN),
        ("\ud800\ue000\uffff", ""),
        ("one\u2028two", "one\ntwo"),
        ("1\u202f000\xa0$", "1\u202f000\xa0$"),
    ],
)
def test_what_a_paper_shows_of_it(written: str, shown: str) -> None:
    assert writable(written) == shown


@given(st.text())
def test_nothing_without_a_shape_is_left(text: str) -> None:
    left = {unicodedata.category(letter) for letter in writable(text) if letter != "\n"}
    assert not left & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_amounts_and_days_of_every_language_can_be_shown(language: str) -> None:
    from datetime import date

    local = Local(language, "CA", "UTC")
    for currency in ("CAD", "USD", "EUR", "GBP", "RUB", "JPY", "CHF", "INR", "ILS"):
        assert UNKNOWN not in writable(local.money(-123456789, currency))
    for month in range(1, 13):
        assert UNKNOWN not in writable(local.date(date(2026, month, 1), "long"))
