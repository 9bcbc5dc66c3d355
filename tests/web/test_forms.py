"""Reading forms: each reader's right and wrong values, and every mistake at once (I-15)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.shared.errors import Invalid
from chalicelib.shared.texts import say
from chalicelib.web.forms import LONG, SHORT, Form, parse_day, version_in, whole

BAD = say("bad")


@pytest.mark.parametrize(
    ("typed", "read"),
    [(" a  b ", "a b"), ("a\tb\n", "a b"), ("", ""), ("é" * SHORT, "é" * SHORT), ("\u00a0a\u2003", "a")],
)
def test_a_line_loses_needless_space(typed: str, read: str) -> None:
    form = Form({"name": typed})
    assert form.text("name") == read
    form.done()


def test_a_line_has_a_longest_length() -> None:
    form = Form({"name": "a" * (SHORT + 1)})
    form.text("name")
    assert set(form.errors) == {"name"}


@pytest.mark.parametrize("missing", [{}, {"name": ""}, {"name": "  \t\n"}])
def test_what_is_required_may_not_be_blank(missing: dict[str, str]) -> None:
    form = Form(missing)
    form.text("name", required=True)
    assert set(form.errors) == {"name"}


def test_lines_keep_their_breaks_up_to_their_length() -> None:
    form = Form({"note": " a\r\nb\n\nc ", "long": "x" * (LONG + 1)})
    assert form.lines("note") == "a\nb\n\nc"
    form.lines("long")
    assert set(form.errors) == {"long"}


@pytest.mark.parametrize("typed", ["2014-05-31", "31/05/2014", "31-05-2014", "31.05.2014", "31/5/2014", " 2014-5-31 "])
def test_days_are_read_as_people_write_them(typed: str) -> None:
    assert Form({"day": typed}).day("day") == date(2014, 5, 31)


@pytest.mark.parametrize(
    "typed",
    ["2014-02-30", "31/13/2014", "5/31/14", "yesterday", "2014-05", "٢٠١٤-٠٥-٣١", "0000-01-01", "-", "--", "1-2-3-4"],
)
def test_what_is_no_day_is_refused(typed: str) -> None:
    form = Form({"day": typed})
    assert form.day("day") is None
    assert set(form.errors) == {"day"}


@given(st.dates(min_value=date(1000, 1, 1)))
def test_every_day_comes_back(day: date) -> None:
    assert parse_day(day.isoformat()) == parse_day(f"{day:%d/%m/%Y}") == day


@given(st.text(max_size=40))
def test_no_text_breaks_the_reader_of_days(typed: str) -> None:
    found = parse_day(typed)
    assert found is None or found.year >= 1


def test_a_choice_is_one_of_those_offered() -> None:
    form = Form({"a": "yes", "b": "maybe", "c": ""})
    assert form.choice("a", ("yes", "no")) == "yes"
    form.choice("b", ("yes", "no"))
    assert form.choice("c", ("yes", "no")) == ""
    form.choice("d", ("yes", "no"), required=True)
    assert set(form.errors) == {"b", "d"}


def _upper(text: str) -> str:
    if not text.isalpha():
        raise ValueError
    return text.upper()


def test_a_parsed_value_is_canonical_or_a_mistake() -> None:
    form = Form({"a": " abc ", "b": "1", "c": "", "d": "x" * 321})
    assert form.parsed("a", _upper, BAD) == "ABC"
    assert form.parsed("b", _upper, BAD) == "1"
    assert form.parsed("c", _upper, BAD) == ""
    form.parsed("d", _upper, BAD)
    form.parsed("e", _upper, BAD, required=True)
    assert form.errors["b"] is BAD
    assert set(form.errors) == {"b", "d", "e"}


def test_every_mistake_is_told_at_once() -> None:
    form = Form({"a": "", "b": "x"})
    form.text("a", required=True)
    form.day("b")
    with pytest.raises(Invalid) as wrong:
        form.done()
    assert set(wrong.value.errors) == {"a", "b"}


@pytest.mark.parametrize(
    ("typed", "read"),
    [("0", 0), ("007", 7), ("123456789", 123456789), ("1234567890", None), ("", None), ("-1", None), ("1.5", None),
     ("²", None), ("٣", None), (" 1", None)],
)  # fmt: skip
def test_a_whole_number_is_digits_and_not_too_many(typed: str, read: int | None) -> None:
    assert whole(typed) == read


@pytest.mark.parametrize(
    ("typed", "read", "is_wrong"),
    [(" 1 ", 1, False), ("12", 12, False), ("", None, False), ("0", None, True), ("13", None, True), ("x", None, True),
     ("000000013", None, True)],
)  # fmt: skip
def test_a_number_has_its_bounds(typed: str, read: int | None, is_wrong: bool) -> None:
    form = Form({"months": typed})
    assert (form.number("months", 12, least=1), "months" in form.errors) == (read, is_wrong)


def test_a_number_that_is_required_may_not_be_left_out() -> None:
    form = Form({})
    assert form.number("months", 12, required=True) is None
    assert set(form.errors) == {"months"}


def test_texts_are_read_in_the_languages_that_tell_something() -> None:
    form = Form({"title-fr": " Été ", "title-en": "", "note-fr": "a\r\nb"})
    assert form.texts("title", ["fr", "en"], required=["fr"]) == {"fr": "Été"}
    assert form.texts("note", ["fr", "en"], lines=True) == {"fr": "a\nb"}
    form.done()
    form.texts("title", ["fr", "en"], required=["fr", "en"])
    assert set(form.errors) == {"title-en"}


@pytest.mark.parametrize(("told", "version"), [({"version": "3"}, 3), ({"version": "x"}, -1), ({}, -1)])
def test_what_is_no_version_is_one_that_is_never_stored(told: dict[str, str], version: int) -> None:
    assert version_in(told) == version
