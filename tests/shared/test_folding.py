"""How words are made alike before they are compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.shared.folding import LONGEST, fold, typed_words, words_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Élodie", "elodie"), ("TREMBLAY", "tremblay"), ("Артём", "Артем"), ("Иванов", "Ivanov"), ("Юлия", "Yulia"),
        ("Юлия", "Julia"), ("Михаил", "Mikhail"), ("Сергей", "Sergey"), ("Александр", "Alexandr"), ("Anna", "Ana"),
        ("Œuvre", "oeuvre"), ("Straße", "STRASSE"), ("Łukasz", "lukasz"), ("Крылов", "Krylov"), ("O’Brien", "obrien"),
        ("e\u0301cole", "\u00e9cole"), ("и\u0306", "й"),
    ],
)  # fmt: skip
def test_spellings_of_one_name_are_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other) != ""


@pytest.mark.parametrize(("one", "other"), [("Marc", "Marie"), ("1001", "101"), ("5550123", "550123"), ("Ива", "Ева")])
def test_what_differs_stays_different(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_a_word_of_several_parts_is_found_whole_and_by_each() -> None:
    assert words_of("Marie-Ève D'Amours") == {fold(each) for each in ("marie-eve", "marie", "eve", "damours", "amours")}


def test_groups_of_a_telephone_number_are_one_word() -> None:
    assert typed_words("Tremblay (514) 555-01 23 Emma") == [fold("Tremblay"), "5145550123", fold("emma")]
    assert typed_words("+7 495 123 45 67") == ["74951234567"]


def test_what_is_too_short_or_repeated_is_not_looked_for() -> None:
    assert typed_words("a - marie b Marie !") == [fold("marie")]
    assert len(typed_words(" ".join(f"word{number}x" for number in range(20)))) == 6


@given(st.text(max_size=80))
def test_folding_again_changes_nothing_and_leaves_a_key(text: str) -> None:
    """The folded word is part of a sort key: nothing in it separates."""
    folded = fold(text)
    assert fold(folded) == folded
    assert "#" not in folded
    assert " " not in folded
    assert len(folded) <= LONGEST


@given(st.text("abdeiknorstuvéàАБВабвеиклмнопрстуё ", min_size=3, max_size=20))
def test_the_beginning_of_a_word_begins_the_folded_word(text: str) -> None:
    """People find while they type. Letters that fold together with the next one are left out here."""
    word = text.replace(" ", "").replace("k", "l").replace("к", "л")
    assert all(fold(word).startswith(fold(word[:end])) for end in range(len(word) + 1))
