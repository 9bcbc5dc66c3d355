"""When a member's age means something new. Pure rules; an age that nobody told means nothing (X-7)."""

from datetime import date
from enum import Enum

from chalicelib.households.domain import age
from chalicelib.organisations.domain import GrowingAges


class Stage(Enum):
    """How far somebody has grown up."""

    OWN_SIGN_IN = "own_sign_in"
    """May sign in alone, and says what the family goes on seeing."""
    ADULT = "adult"
    """May have an account of his or her own as well."""


def stage(born: date | None, ages: GrowingAges, today: date) -> Stage | None:
    """The stage that somebody has reached; None before the first, or while the age is unknown."""
    if born is None or age(born, today) < ages.own_sign_in:
        return None
    return Stage.ADULT if age(born, today) >= ages.adult else Stage.OWN_SIGN_IN


def just_reached(born: date, ages: GrowingAges, today: date) -> Stage | None:
    """The stage that begins with the year of life that somebody is in.

    Whoever was older when he or she first came here is not written to: a family knows how old its own are.
    """
    return stage(born, ages, today) if age(born, today) in ages else None


def next_look(born: date, ages: GrowingAges, today: date) -> date | None:
    """The next birthday with which a stage begins; None when all have begun."""
    ahead = [day for years in ages if (day := birthday(born, years)) > today]
    return min(ahead, default=None)


def birthday(born: date, years: int) -> date:
    """The day on which somebody becomes so many years old; born on 29 February, it may be 1 March."""
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return date(born.year + years, 3, 1)
