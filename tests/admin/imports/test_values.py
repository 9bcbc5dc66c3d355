from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.admin.imports import values
from chalicelib.admin.imports.values import Context, Mistake
from chalicelib.organisations.domain import Organisation
from chalicelib.shared.times import from_iso

NOW = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
"""A Sunday noon in Montréal."""


def context(currency: str = "CAD", zone: str = "America/Toronto") -> Context:
    return Context(Organisation("x", {"fr": "X"}, "CA", zone, currency, ("fr", "en")), NOW)


@pytest.mark.parametrize(
    ("cell", "minor"),
    [
        ("1234.5", 123450), ("1234,50", 123450), ("1 234,50", 123450), ("1\u00a0234,50", 123450),
        ("1\u202f234\u202f567,05", 123456705), ("1,234.50", 123450), ("1.234,50", 123450), ("12", 1200),
        ("-7,05", -705), ("12,50 $", 1250), ("0", 0),
    ],
)  # fmt: skip
def test_amounts_are_read_as_people_write_them(cell: str, minor: int) -> None:
    assert values.SIGNED_AMOUNT.parse(values.clean(cell), context()) == minor


@pytest.mark.parametrize("cell", ["1,234", "12.345", "1 23,00", "abc", "1e5", "--4", "", "12,5,0", "NaN", "1" * 20])
def test_what_is_no_amount_or_could_be_two_is_refused(cell: str) -> None:
    with pytest.raises(Mistake):
        values.SIGNED_AMOUNT.parse(cell, context())


def test_decimal_places_follow_the_currency() -> None:
    assert values.AMOUNT.parse("1,234", context("KWD")) == 1234
    assert values.AMOUNT.parse("1500", context("JPY")) == 1500
    with pytest.raises(Mistake):
        values.AMOUNT.parse("15,5", context("JPY"))


@given(st.integers(min_value=0, max_value=10**12 - 1), st.sampled_from(["CAD", "JPY", "KWD"]))
def test_an_amount_reads_back_as_it_is_printed(minor: int, currency: str) -> None:
    printed = values.amount_text(minor, currency).partition(" ")[0]
    assert values.AMOUNT.parse(printed, context(currency)) == minor


@pytest.mark.parametrize("cell", ["-1", "-0,01"])
def test_a_total_is_not_negative(cell: str) -> None:
    with pytest.raises(Mistake):
        values.AMOUNT.parse(cell, context())


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2026-11-22", date(2026, 11, 22)), ("22/11/2026", date(2026, 11, 22)), ("22-11-2026", date(2026, 11, 22)),
        ("3/4/2026", date(2026, 4, 3)), ("today", date(2026, 11, 22)), ("+3d", date(2026, 11, 25)),
        ("-2w", date(2026, 11, 8)), ("mon", date(2026, 11, 16)), ("mon+1w", date(2026, 11, 23)),
        ("sun-1w", date(2026, 11, 15)),
    ],
)  # fmt: skip
def test_days_are_iso_french_or_relative(cell: str, day: date) -> None:
    assert values.read_day(cell, date(2026, 11, 22)) == day


@pytest.mark.parametrize("cell", ["31/02/2026", "2026-13-01", "11/22/2026", "tomorrow", "+d", "", "22/11/26"])
def test_what_is_no_day_is_refused(cell: str) -> None:
    with pytest.raises(Mistake):
        values.read_day(cell, date(2026, 11, 22))


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("2026-11-22 16:30", "2026-11-22T21:30:00Z"), ("2026-11-22T16:30", "2026-11-22T21:30:00Z"),
        ("22/11/2026 16h30", "2026-11-22T21:30:00Z"), ("22/07/2026 16:30", "2026-07-22T20:30:00Z"),
        ("2026-11-22T16:30:00Z", "2026-11-22T16:30:00Z"), ("2026-11-22T16:30:00+01:00", "2026-11-22T15:30:00Z"),
        ("22/11/2026", "2026-11-22T05:00:00Z"), ("+1d 08:00", "2026-11-23T13:00:00Z"),
        ("mon+1w 16:30", "2026-11-23T21:30:00Z"), ("today 9:05", "2026-11-22T14:05:00Z"),
    ],
)  # fmt: skip
def test_times_are_read_in_the_organisations_zone(cell: str, moment: str) -> None:
    assert values.MOMENT.parse(cell, context()) == moment


def test_a_time_in_the_spring_gap_moves_forward() -> None:
    assert from_iso(values.MOMENT.parse("2026-03-08 02:30", context())) == datetime(2026, 3, 8, 7, 30, tzinfo=UTC)


@pytest.mark.parametrize("cell", ["2026-11-22 25:00", "16:30", "2026-11-22 noon", "2026-11-22T99:00:00Z"])
def test_what_is_no_time_is_refused(cell: str) -> None:
    with pytest.raises(Mistake):
        values.MOMENT.parse(cell, context())


def test_a_birth_date_lies_in_the_past() -> None:
    assert values.BIRTH_DAY.parse("22/11/2026", context()) == "2026-11-22"
    for cell in ("23/11/2026", "31/12/1899"):
        with pytest.raises(Mistake):
            values.BIRTH_DAY.parse(cell, context())


@pytest.mark.parametrize(
    ("cell", "number"),
    [("514-555-0123", "+15145550123"), ("(514) 555 0123", "+15145550123"), ("+33 6 12 34 56 78", "+33612345678")],
)
def test_telephone_numbers_are_local_or_international(cell: str, number: str) -> None:
    assert values.PHONE.parse(cell, context()) == number


@pytest.mark.parametrize(
    ("kind", "cell"),
    [
        (values.PHONE, "12"), (values.EMAIL, "marie@"), (values.LANGUAGE, "ru"), (values.COUNTRY, "Canada"),
        (values.WHOLE, "0"), (values.WHOLE, "1.5"), (values.IDENTIFIER, "a|b"), (values.IDENTIFIER, "x" * 101),
        (values.text(3), "four"), (values.text(), "two\nlines"), (values.text(), "bell\x07"),
        (values.text(), "turned\u202etxt"),
        (values.references("household", "homes", 2), "A|B|C"), (values.references("household", "homes", 2), "A|A"),
        (values.shares("invoice", "an invoice", 9), "A|B"), (values.shares("invoice", "an invoice", 9), "A=-5"),
    ],
)  # fmt: skip
def test_every_type_refuses_what_it_does_not_hold(kind: values.Type, cell: str) -> None:
    with pytest.raises(Mistake):
        kind.parse(cell, context())


def test_cells_lose_stray_spaces_and_split_accents() -> None:
    assert values.clean("  Le\u0301a\u00a0 Roy ") == "Léa Roy"
