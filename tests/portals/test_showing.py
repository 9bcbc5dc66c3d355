"""What is told of a colour before it is chosen: figures of WCAG 2.2 for what families will see."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.portals import showing
from chalicelib.web.language import Local

LOCAL = Local("en", "CA", "America/Toronto")
colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(colours)
def test_words_are_readable_whatever_is_chosen_and_the_figures_say_so(colour: str) -> None:
    """ADM-9: what is told is what the brand's stylesheet does."""
    for measure in showing.measures(colour, LOCAL):
        chosen, shown, needed = (float(each) for each in (measure.chosen, measure.shown, measure.needed))
        if needed == 4.5:
            assert shown >= needed
            assert measure.tone == ("success" if chosen >= needed else "info"), measure
        else:
            assert shown == chosen
            assert measure.tone == ("success" if chosen >= needed else "warning"), measure


@pytest.mark.parametrize(
    ("colour", "tones"),
    [
        ("#1f4fa3", ["success", "success", "info", "success", "warning"]),
        ("#ffe066", ["success", "info", "success", "warning", "success"]),
    ],
)
def test_a_dark_and_a_light_colour_each_have_their_pages(colour: str, tones: list[str]) -> None:
    assert [measure.tone for measure in showing.measures(colour, LOCAL)] == tones


def test_a_ratio_just_below_is_not_rounded_up() -> None:
    """#777777 is 4.48 to 1 on white, and 4.1 on our warmer page."""
    [told] = [each for each in showing.measures("#777777", LOCAL) if each.where == "Links on light pages"]

    assert float(told.chosen) < 4.5
    assert told.tone == "info"


def test_a_preview_says_nothing_about_the_page_around_it() -> None:
    sheet = showing.preview_sheet("#ffe066")

    assert re.findall(r"^\S+ \{$", sheet, re.MULTILINE) == [".preview {"]
