"""When an age means something new."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.growing.domain import Stage, birthday, just_reached, next_look, stage
from chalicelib.households.domain import age
from chalicelib.organisations.domain import GrowingAges

AGES = GrowingAges()


def test_an_age_that_nobody_told_means_nothing() -> None:
    """X-7."""
    assert stage(None, AGES, date(2026, 11, 22)) is None


@pytest.mark.parametrize(
    ("born", "expected"),
    [
        (date(2012, 11, 23), None),
        (date(2012, 11, 22), Stage.OWN_SIGN_IN),
        (date(2008, 11, 23), Stage.OWN_SIGN_IN),
        (date(2008, 11, 22), Stage.ADULT),
        (date(1980, 1, 1), Stage.ADULT),
    ],
)
def test_a_stage_begins_with_the_birthday(born: date, expected: Stage | None) -> None:
    """NEW-14."""
    assert stage(born, AGES, date(2026, 11, 22)) is expected


def test_whoever_was_older_already_is_not_written_about() -> None:
    """A family that came with a child of sixteen, or a parent of forty, is not told that they may sign in alone."""
    today = date(2026, 11, 22)
    assert just_reached(date(2012, 3, 1), AGES, today) is Stage.OWN_SIGN_IN
    assert just_reached(date(2010, 3, 1), AGES, today) is None
    assert just_reached(date(2008, 3, 1), AGES, today) is Stage.ADULT
    assert just_reached(date(1980, 3, 1), AGES, today) is None


def test_who_is_born_on_the_last_day_of_february_grows_up_on_the_first_of_march() -> None:
    assert birthday(date(2012, 2, 29), 14) == date(2026, 3, 1)
    assert birthday(date(2012, 2, 29), 16) == date(2028, 2, 29)


@given(born=st.dates(date(1990, 1, 1), date(2026, 1, 1)), today=st.dates(date(2026, 1, 1), date(2050, 1, 1)))
def test_the_next_look_is_the_very_day_on_which_a_stage_begins(born: date, today: date) -> None:
    """Following the looks, every stage is met on its first day, and after the last there is none."""
    day = next_look(born, AGES, today)
    if day is None:
        assert age(born, today) >= AGES.adult
    else:
        assert today < day
        assert age(born, day) in AGES
        assert age(born, day - timedelta(days=1)) == age(born, day) - 1
        assert just_reached(born, AGES, day) is not None
