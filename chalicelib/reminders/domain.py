"""What a household may have to be reminded of, when, and of what it was already. Pure.

An occasion has a name, which stays, and a form, which changes when it is to be told again: a class that is moved is the
same occasion in another form (M-09). Whoever was told of an occasion in one form is not told of it in that form again,
however often the clock looks.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import NamedTuple

from chalicelib.shared.times import from_local

MORNING = time(9)
"""When households are reminded of days, by the organisation's clock."""
PATIENCE = timedelta(days=1)
"""How late a reminder of a day may be: what came to be later than that was never meant to be told then."""
ON_TIME = timedelta(minutes=10)
"""How late the clock may come without anybody asking why."""
RIGHT_DAYS = (14, 3)
"""Days before the last one of a right to make up."""
ANSWER_DAYS = (3, 0)
"""Days before the last one on which an answer or a paper is in time."""
ASKED_DAYS = (3, 10)
"""Days after a family was asked for a mandatory answer that no day is set for."""


class Kind(Enum):
    """What there is to be reminded of."""

    CLASS = "class"
    BOOKING = "booking"
    RIGHT = "right"
    FORM = "form"
    PAPER = "paper"
    CONSENT = "consent"


class Occasion(NamedTuple):
    """Something that a household is to be reminded of, once in each form."""

    kind: Kind
    name: str
    """What it is called among what was told: for a class the place and the meeting."""
    form: str
    """In which form it is now: when it begins, or which day or version it is about."""
    at: datetime
    """When to remind of it."""
    ends: datetime
    """From when on it is of no use: a class that has begun, a day that is over."""
    parts: tuple[str, ...]
    """By what it is found again: for a class the class group, the meeting, the place and the member."""

    @property
    def is_met(self) -> bool:
        """Whether it begins at a moment, so that it is reminded of up to that moment, however late."""
        return self.kind in (Kind.CLASS, Kind.BOOKING)


class Plan(NamedTuple):
    """What follows from all occasions of a household at one moment."""

    due: tuple[Occasion, ...]
    """To be told now, earliest first."""
    told: Mapping[str, str]
    """What counts as told afterwards: by name, in which form."""
    next: datetime | None
    """When to look again; None: nothing is ahead."""


def plan(occasions: Iterable[Occasion], told: Mapping[str, str], now: datetime) -> Plan:
    """What is due by `now`, and when to look again. What is told in its present form is not due any more."""
    found = {each.name: each for each in sorted(occasions, key=lambda each: (each.at, each.name))}
    fresh = [each for each in found.values() if told.get(each.name) != each.form]
    ripe = [each for each in fresh if each.at <= now]
    kept = {name: form for name, form in told.items() if name in found and found[name].form == form}
    return Plan(
        due=tuple(each for each in ripe if each.is_met or now < each.at + PATIENCE),
        told=kept | {each.name: each.form for each in ripe},
        next=min((each.at for each in fresh if each.at > now), default=None),
    )


def morning(day: date, days_before: int, zone: str) -> datetime:
    """The morning of so many days before a day, in UTC, by a zone's clock."""
    return from_local(datetime.combine(day - timedelta(days=days_before), MORNING), zone)
