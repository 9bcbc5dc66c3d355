"""Who of a class has signed what (NEW-13): for the staff's page, and for their table to take away."""

from datetime import date
from typing import NamedTuple

from chalicelib.consents import gate, store
from chalicelib.consents.domain import Listed, State
from chalicelib.consents.wording import NOBODY, standing
from chalicelib.forms.gate import Placed, fits
from chalicelib.households.store import get_summaries
from chalicelib.households.summary import MemberRow, Summary
from chalicelib.schedule.domain import ClassGroup
from chalicelib.schedule.roll import Roll
from chalicelib.schedule.store import get_classes_and_rolls
from chalicelib.shared.errors import NotFound
from chalicelib.shared.texts import Message


class Cell(NamedTuple):
    """How one consent stands about one person of the class."""

    words: Message
    tone: str
    day: date | None = None
    """On which the last word was said."""
    until: date | None = None


class PersonRow(NamedTuple):
    """A person of the class."""

    person: str
    name: str
    household: str
    cells: tuple[Cell | None, ...]
    """One for each consent; None where the person is not asked."""


class Overview(NamedTuple):
    """The whole of it."""

    group: ClassGroup
    consents: tuple[Listed, ...]
    rows: tuple[PersonRow, ...]


def of_class(org: str, class_id: str, today: date) -> Overview:
    """Everybody who has or will have a place in a class, and the consents that are asked of any of them.

    Two round trips and one for each hundred households. Raises NotFound.
    """
    groups, rolls = get_classes_and_rolls(org, [class_id])
    group, catalogue = groups.get(class_id), store.get_catalogue(org)
    if group is None:
        raise NotFound
    homes = _homes(rolls[class_id], today)
    summaries = get_summaries(org, tuple(dict.fromkeys(homes.values()))) if homes else {}
    people = [
        (member, summaries[home])
        for person, home in homes.items()
        if home in summaries and (member := summaries[home].member(person))
    ]
    place = Placed(group.id, group.programme)
    asked = tuple(
        each for each in catalogue.consents
        if each.is_asked(today) and any(_is_asked(each, member, place, today) for member, _ in people)
    )  # fmt: skip
    rows = (_row(member, home, asked, place, today) for member, home in people)
    return Overview(group, asked, tuple(sorted(rows, key=lambda row: (row.name.casefold(), row.person))))


def _homes(roll: Roll, today: date) -> dict[str, str]:
    """The home that enrolled each person whose place is not over."""
    return {seat.person: seat.household for seat in roll.seats if seat.ends_on >= today}


def _is_asked(consent: Listed, member: MemberRow, place: Placed, today: date) -> bool:
    audience = consent.rules.audience
    return audience.household or fits(audience, member, (place,), today)


def _row(member: MemberRow, home: Summary, asked: tuple[Listed, ...], place: Placed, today: date) -> PersonRow:
    cells = tuple(_cell(each, home, member, today) if _is_asked(each, member, place, today) else None for each in asked)
    return PersonRow(member.id, member.name, home.household, cells)


def _cell(consent: Listed, home: Summary, member: MemberRow, today: date) -> Cell:
    row = gate.given(home, consent.id, "" if consent.rules.audience.household else member.id)
    if row is None:
        return Cell(*NOBODY)
    words, tone = standing(State(row.state), row.version == consent.version, row.until, today)
    return Cell(words, tone, row.day, row.until)
