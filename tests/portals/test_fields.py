"""What is posted becomes what a settings file would hold, right or wrong."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.portals.fields import Field, Kind, known_answers, name_of, told, value_at, with_value
from chalicelib.shared.texts import say

LABEL = say("Name")
words = st.text("abc", min_size=1, max_size=3)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("currency", "currency"), ("billing.due_days", "billing-due_days"),
        ("billing.taxes[1].rate", "billing-taxes-1-rate"), ("actions[2].label.fr", "actions-2-label-fr"),
    ],
)  # fmt: skip
def test_a_key_has_one_name(path: str, name: str) -> None:
    assert name_of(path) == name


@pytest.mark.parametrize(
    ("kind", "posted", "value"),
    [
        (Kind.TEXT, " a ", "a"), (Kind.TEXT, "  ", None),
        (Kind.NUMBER, "14", 14), (Kind.NUMBER, "-24", -24), (Kind.NUMBER, "1 000", 1000), (Kind.NUMBER, "", None),
        (Kind.NUMBER, "1.5", "1.5"), (Kind.NUMBER, "٣", "٣"), (Kind.NUMBER, "9" * 30, "9" * 30),
        (Kind.DECIMAL, "9,975", Decimal("9.975")), (Kind.DECIMAL, "20.50", Decimal("20.50")),
        (Kind.DECIMAL, "NaN", "NaN"), (Kind.DECIMAL, "1e9", "1e9"), (Kind.DECIMAL, "1,000.5", "1,000.5"),
        (Kind.MAYBE, "yes", True), (Kind.MAYBE, "no", False), (Kind.MAYBE, "", None),
        (Kind.CODES, "ca, us;fr", ["CA", "US", "FR"]), (Kind.CODES, "", []),
        (Kind.DAYS, "2026-12-25\r\n\r\n 2027-01-01 ", ["2026-12-25", "2027-01-01"]),
        (Kind.FLAG, "yes", True), (Kind.FLAG, "", False), (Kind.LEVEL, "2", 2), (Kind.LEVEL, "x", "x"),
    ],
)  # fmt: skip
def test_a_field_is_read_as_its_kind(kind: Kind, posted: str, value: Any) -> None:
    """What can not be read stays as it was written, so that it can be shown again with what is wrong."""
    assert told(Field("x", LABEL, kind), {"x": posted}) == value


def test_languages_begin_with_the_first_one() -> None:
    field = Field("languages", LABEL, Kind.LANGUAGES)

    assert told(field, {"languages": "ru", "languages-fr": "yes"}) == ["ru", "fr"]
    assert told(field, {"languages": "de"}) == []


def test_a_row_without_words_is_gone_and_the_others_keep_their_order() -> None:
    field = Field(
        "taxes", LABEL, Kind.GROUP, most=3,
        inner=(Field("name", LABEL), Field("rate", LABEL, Kind.DECIMAL), Field("included", LABEL, Kind.FLAG)),
    )  # fmt: skip
    posted = {"taxes-1-name": "A", "taxes-2-included": "yes", "taxes-3-name": "C", "taxes-3-rate": "5"}

    assert told(field, posted) == [
        {"name": "A", "included": False}, {"name": "C", "rate": Decimal(5), "included": False},
    ]  # fmt: skip


def test_what_a_file_told_beyond_what_a_page_offers_is_not_lost() -> None:
    field = Field("taxes", LABEL, Kind.GROUP, most=1, inner=(Field("name", LABEL),))

    assert told(field, {f"taxes-{number}-name": str(number) for number in (10, 2, 1)}) == [
        {"name": "1"}, {"name": "2"}, {"name": "10"},
    ]  # fmt: skip
    assert told(field, {"taxes-x-name": "x", "taxes--1-name": "y", "taxes": "z"}) == []


@given(st.dictionaries(words, st.dictionaries(words, st.integers())), words, words, st.integers())
def test_what_was_put_under_a_key_is_there_and_nothing_else_changed(
    document: dict[str, Any], table: str, key: str, value: int
) -> None:
    changed = with_value(document, f"{table}.{key}", value)

    assert value_at(changed, f"{table}.{key}") == value
    assert {name: each for name, each in changed.items() if name != table} == {
        name: each for name, each in document.items() if name != table
    }
    assert key not in with_value(changed, f"{table}.{key}", None)[table]


@pytest.mark.parametrize(
    ("lines", "ids"),
    [
        ("Oui\nNon", ["yes", "no"]), ("Non\nOui", ["no", "yes"]), ("Bien sûr\nNon", ["yes", "no"]),
        ("Non", ["no"]), ("Peut-être\nOui\nNon", [None, "yes", "no"]),
    ],
)  # fmt: skip
def test_answers_keep_their_ids(lines: str, ids: list[str | None]) -> None:
    """ACC-13: None stands for a new one."""
    posted = {"choices-fr": lines, "choices-known": "yes Oui\nno Non"}

    found = [each["id"] for each in told(Field("choices", LABEL, Kind.ANSWERS), posted)]

    assert [each if each in ("yes", "no") else None for each in found] == ids
    assert len(set(found)) == len(found)
    assert known_answers("yes Oui\nno Non") == [("yes", "Oui"), ("no", "Non")]
