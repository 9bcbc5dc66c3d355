"""Who has answered a form and who has not: by class, by programme, or all who did. For the staff's pages and tables."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from enum import Enum
from typing import NamedTuple

from chalicelib.data import read
from chalicelib.forms import gate, store
from chalicelib.forms.domain import Listed, Whom
from chalicelib.forms.gate import Placed
from chalicelib.forms.store import Answered
from chalicelib.households import store as households
from chalicelib.households.domain import Person
from chalicelib.households.summary import MemberRow
from chalicelib.schedule import store as schedule
from chalicelib.schedule.domain import ClassGroup
from chalicelib.schedule.roll import Roll

_AHEAD = timedelta(days=200)
"""How far ahead a programme's meetings are looked for, to find its classes."""
_PAGES = 3
_BATCH = 100
_DAY = 8
"""Characters of the day that ids of answers begin with."""


class State(Enum):
    """How somebody stands to a form."""

    DONE = "done"
    OLD = "old"
    """Answered, but asked anew since."""
    MISSING = "missing"


class Standing(NamedTuple):
    """Somebody who is asked, and whether he or she answered."""

    whom: Whom
    name: str
    state: State
    answered: Answered | None = None

    @property
    def day(self) -> date | None:
        """Day of the latest answers."""
        return date.fromisoformat(self.answered.answers[:_DAY]) if self.answered else None


def of_class(org: str, form: Listed, class_id: str, today: date) -> tuple[ClassGroup | None, list[Standing]]:
    """Those of a class who are asked. Three round trips up to a hundred people; an unknown class has nobody."""
    groups, rolls = schedule.get_classes_and_rolls(org, [class_id])
    group = groups.get(class_id)
    return group, _standings(org, form, [(group, rolls[class_id])] if group else [], today)


def of_programme(org: str, form: Listed, programme: str, now: datetime, today: date) -> list[Standing]:
    """The same of all classes of a programme that meet in the months to come."""
    classes = list(dict.fromkeys(_classes(org, programme, now)))
    groups, rolls = schedule.get_classes_and_rolls(org, classes) if classes else ({}, {})
    return _standings(org, form, [(groups[each], rolls[each]) for each in classes if each in groups], today)


def _classes(org: str, programme: str, now: datetime) -> Iterator[str]:
    after = ""
    for _ in range(_PAGES):
        found = schedule.list_meetings(org, programme, now, now + _AHEAD, after)
        yield from (each.class_group for each in found.rows)
        after = found.next
        if not after:
            return


def _standings(org: str, form: Listed, taught: Sequence[tuple[ClassGroup, Roll]], today: date) -> list[Standing]:
    seats = [(seat, group) for group, roll in taught for seat in roll.seats if seat.until is None]
    persons = households.get_persons(org, {seat.person for seat, _ in seats})
    asked: dict[Whom, str] = {}
    for seat, group in seats:
        person = persons.get(seat.person)
        if person and _is_asked(form, person, Placed(group.id, group.programme), today):
            about_home = form.rules.audience.household
            whom = Whom(form.id, seat.household, "" if about_home else seat.person)
            asked.setdefault(whom, person.last_name if about_home else person.name)
    given = store.get_answered(org, list(asked))
    return in_order(_standing(form, whom, name, given.get(whom), today) for whom, name in asked.items())


def _is_asked(form: Listed, person: Person, place: Placed, today: date) -> bool:
    row = MemberRow(person.id, person.first_name, person.last_name, person.birth_date)
    return form.rules.audience.household or gate.fits(form.rules.audience, row, (place,), today)


def _standing(form: Listed, whom: Whom, name: str, given: Answered | None, today: date) -> Standing:
    if given is None:
        return Standing(whom, name, State.MISSING)
    holds = form.holds(given.version, given.until, today)
    return Standing(whom, name, State.DONE if holds else State.OLD, given)


def in_order(found: Iterable[Standing]) -> list[Standing]:
    """Who has not answered comes first, then by name."""
    rank = {State.MISSING: 0, State.OLD: 1, State.DONE: 2}
    return sorted(found, key=lambda each: (rank[each.state], each.name.casefold(), each.whom))


def all_answered(org: str, form: Listed, today: date, after: str, *, size: int) -> read.Page[Standing]:
    """Everybody a form was answered about, a page at a time. One round trip."""
    page = store.list_answered(org, form.id, after, size=size)
    return read.Page([_standing(form, each.whom, each.name, each, today) for each in page.rows], page.next)


def everybody(org: str, form: Listed, today: date, most: int) -> list[Standing]:
    """The same, at most `most` of them. A round trip a hundred."""
    found: list[Standing] = []
    after = ""
    while len(found) < most:
        page = all_answered(org, form, today, after, size=_BATCH)
        found += page.rows
        after = page.next
        if not after:
            break
    return in_order(found[:most])
