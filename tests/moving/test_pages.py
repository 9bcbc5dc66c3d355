"""What a column of a file means, chosen in words of the reader's own language."""

import pytest

from chalicelib.moving.domain import BroughtFile, DayOrder, Holds
from chalicelib.moving.pages import fields_meant, meanings
from chalicelib.shared.texts import LANGUAGES
from chalicelib.web.language import Local


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("holds", [Holds.PEOPLE, Holds.INVOICES])
def test_each_meaning_has_words_of_its_own_and_is_understood_again(holds: Holds, language: str) -> None:
    """With the spaces that a keyboard has, and in any case."""
    local = Local(language, "CA", "America/Toronto")
    file = BroughtFile("x", "a.csv", 1, 1, holds, (), (), {}, DayOrder.DAY_FIRST)
    for name, words in meanings(holds, local).items():
        assert fields_meant(file, {"column_0": words.replace("\u00a0", " ").upper()}, local) == {"column_0": name}
