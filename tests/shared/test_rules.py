"""Money, ids and time: small rules that everything stands on (P-17, T-06, M-10, M13)."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.shared import times
from chalicelib.shared.ids import dated_id, derived_id, is_dated_id, new_id
from chalicelib.shared.money import CurrencyMismatch, Money, exponent
from chalicelib.shared.texts import in_language

AMOUNT = st.integers(-(10**12), 10**12)


@given(AMOUNT, AMOUNT, AMOUNT)
def test_money_adds_up_to_the_cent(a: int, b: int, c: int) -> None:
    """P-17: integers, so no order of adding matters."""
    one, other, third = (Money(minor, "CAD") for minor in (a, b, c))
    assert (one + other) + third == one + (other + third)
    assert one + other - other == one
    assert bool(one) == (a != 0)


def test_two_currencies_do_not_mix() -> None:
    with pytest.raises(CurrencyMismatch):
        Money(1, "CAD") + Money(1, "EUR")
    with pytest.raises(CurrencyMismatch):
        Money(1, "CAD") - Money(1, "EUR")


@pytest.mark.parametrize(
    ("currency", "places"), [("CAD", 2), ("EUR", 2), ("RUB", 2), ("JPY", 0), ("KWD", 3), ("TND", 3)]
)
def test_decimal_places_follow_the_currency(currency: str, places: int) -> None:
    assert exponent(currency) == places


def test_ids_can_not_be_guessed_and_fit_addresses() -> None:
    """T-06: 160 bits, no two alike in 10,000, nothing but letters and digits."""
    ids = {new_id() for _ in range(10_000)}
    assert len(ids) == 10_000
    assert all(len(each) == 32 and each.isascii() and each.isalnum() and each == each.lower() for each in ids)


@given(st.dates(), st.dates())
def test_dated_ids_sort_by_day(one: date, other: date) -> None:
    first, second = dated_id(one), dated_id(other)
    assert is_dated_id(first) or one.year < 1000
    assert (first[:8] < second[:8]) == (one < other) or one.year < 1000 or other.year < 1000


@pytest.mark.parametrize(
    "value",
    ["", "20261122", "20261122-", "20261122-ABC", f"20261122-{'a' * 33}", f"x{'0' * 40}", f"20261122-{'a' * 32}\n"],
)
def test_what_is_no_dated_id_is_refused(value: str) -> None:
    assert not is_dated_id(value)


def test_derived_ids_repeat_under_their_secret_only() -> None:
    assert derived_id(b"a", "x", "y") == derived_id(b"a", "x", "y")
    assert (
        len(
            {
                derived_id(b"a", "x", "y"),
                derived_id(b"b", "x", "y"),
                derived_id(b"a", "xy"),
                derived_id(b"a", "x", "y", ""),
            }
        )
        == 4
    )


@given(st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1), timezones=st.timezones()))
def test_a_moment_comes_back_from_its_text(moment: datetime) -> None:
    """L-09: to the second, in UTC, sortable."""
    stored = times.to_iso(moment)
    assert times.from_iso(stored) == moment.replace(microsecond=0).astimezone(UTC)
    assert times.to_iso(moment.astimezone(UTC) + timedelta(seconds=1)) > stored
    assert datetime.fromtimestamp(times.epoch(times.from_iso(stored)), UTC) == times.from_iso(stored)


@pytest.mark.parametrize(
    ("zone", "wall", "utc"),
    [
        ("Europe/London", (2027, 3, 28, 1, 30), "2027-03-28T01:30:00Z"),
        ("America/Toronto", (2027, 3, 14, 2, 30), "2027-03-14T07:30:00Z"),
        ("America/Toronto", (2026, 11, 1, 1, 30), "2026-11-01T05:30:00Z"),
        ("Europe/Paris", (2026, 10, 25, 2, 30), "2026-10-25T00:30:00Z"),
        ("Asia/Kolkata", (2026, 7, 1, 9, 0), "2026-07-01T03:30:00Z"),
        ("Pacific/Apia", (2026, 1, 1, 0, 0), "2025-12-31T11:00:00Z"),
    ],
    ids=["London gap", "Toronto gap", "Toronto repeat", "Paris repeat", "half hour", "far east"],
)
def test_times_that_do_not_exist_move_on_and_repeated_ones_are_the_first(
    zone: str, wall: tuple[int, ...], utc: str
) -> None:
    """M-10, M13."""
    assert times.to_iso(times.from_local(datetime(*wall), zone)) == utc  # type: ignore[arg-type]


def test_nine_oclock_the_next_day_is_nine_oclock_though_an_hour_is_missing() -> None:
    """M13: 23 hours lie between."""
    one = times.from_local(datetime(2027, 3, 27, 9), "Europe/London")
    next_day = times.from_local(datetime(2027, 3, 28, 9), "Europe/London")
    assert (next_day - one).total_seconds() == 23 * times.HOUR
    assert times.local_day(next_day, "Europe/London") == date(2027, 3, 28)


@pytest.mark.parametrize("text", ["", "2026-11-22", "2026-11-22T18:30:00", "2026-13-01T00:00:00Z", "now"])
def test_a_moment_without_a_zone_is_none(text: str) -> None:
    """L-09."""
    with pytest.raises(ValueError, match=r"zone|isoformat|month"):
        times.from_iso(text)


def test_one_place_reads_the_clock() -> None:
    """L-09: everything else is told what time it is, so every rule about time can be tried at any moment."""
    product = Path(times.__file__).parents[1]
    reading = re.compile(r"\bdatetime\.(?:now|utcnow|today)\b|\bdate\.today\b|\btime\.time(?:_ns)?\b")

    assert {path.name for path in product.rglob("*.py") if reading.search(path.read_text("utf-8"))} == {"clock.py"}


def test_data_speaks_the_language_it_has() -> None:
    """NEW-19."""
    assert in_language({"fr": "Piano", "en": "Piano (en)"}, "en") == "Piano (en)"
    assert in_language({"fr": "Piano"}, "ru") == "Piano"
    assert in_language({"ru": "", "fr": "Piano"}, "ru") == "Piano"
    assert in_language({}, "ru") == ""
