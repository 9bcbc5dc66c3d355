"""Classes as an organisation's people write them for `./foyer classes`: a small TOML or JSON file each."""

import re
from datetime import date, time
from pathlib import Path
from typing import NamedTuple

from chalicelib.admin.imports.laying import internal_id
from chalicelib.admin.organisation_file import read_days
from chalicelib.admin.tables import Table, load
from chalicelib.organisations.domain import Organisation
from chalicelib.schedule import recurrence
from chalicelib.schedule.domain import Ages, ClassGroup, Occurrence
from chalicelib.schedule.recurrence import Plan, Series
from chalicelib.shared.ids import new_id

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)", re.ASCII)
_ABOUT = ("id", "title", "programme", "instructor", "capacity", "level", "ages", "online", "price", "open")
_WHEN = ("first", "last", "count", "weekdays", "starts", "minutes", "weeks", "holidays", "without", "room")


class WantedClass(NamedTuple):
    """A class as a file describes it, with its meetings, and which days those are."""

    group: ClassGroup
    plan: Plan

    @property
    def meetings(self) -> tuple[Occurrence, ...]:
        """Its meetings, in order."""
        return self.group.occurrences


def read_class(path: Path, organisation: Organisation) -> WantedClass:
    """The class that a file describes. One with an `id` is the same class each time. Raises FileMistakes, OSError."""
    table = load(path)
    table.only(*_ABOUT, *_WHEN)
    told = table.text("id")
    class_id = internal_id(organisation, "class", told) if told else new_id()
    series = _series(table, organisation)
    youngest, oldest = _ages(table)
    group = ClassGroup(
        id=class_id,
        title=table.texts("title", organisation.languages),
        programme=table.text("programme"),
        instructor=table.text("instructor"),
        capacity=_whole(table, "capacity", 1),
        level=table.text("level"),
        ages=Ages(youngest, oldest),
        online=table.text("online"),
        price_minor=table.amount("price", organisation.currency),
        open=table.value("open", bool, False),
        occurrences=recurrence.meetings(series, class_id, organisation.zone, room=table.text("room"))
        if not table.mistakes
        else (),
    )
    table.done()
    return WantedClass(group, recurrence.plan(series))


def _series(table: Table, organisation: Organisation) -> Series:
    first, last, count = table.day("first"), table.day("last"), _whole(table, "count", 1)
    if first is None and "first" not in str(table.mistakes):
        table.wrong("first", "is missing")
    if last is None and count is None:
        table.wrong("last", "or count is missing")
    weekdays = frozenset(_DAYS.index(day) for day in table.words("weekdays", _DAYS, ()))
    if not weekdays:
        table.wrong("weekdays", f"must name at least one of {', '.join(_DAYS)}")
    return Series(
        first=first or date.min,
        weekdays=weekdays,
        starts=_time(table),
        minutes=_whole(table, "minutes", 1) or 60,
        last=last,
        count=count,
        weeks=_whole(table, "weeks", 1) or 1,
        holidays=(*organisation.holidays, *read_days(table, "holidays"), *read_days(table, "without")),
    )


def _time(table: Table) -> time:
    found = _TIME.fullmatch(table.text("starts", required=True))
    if found is None and table.has("starts"):
        table.wrong("starts", "must be a time such as 16:30")
    return time(int(found[1]), int(found[2])) if found else time()


def _whole(table: Table, key: str, least: int) -> int | None:
    if not table.has(key):
        return None
    found = table.value(key, int, least)
    if found < least:
        table.wrong(key, f"must be at least {least}")
    return found


def _ages(table: Table) -> tuple[int | None, int | None]:
    """`[5, 8]`; empty: any."""
    found = table.value("ages", list, [])
    if not found:
        return None, None
    if len(found) != 2 or not all(type(each) is int for each in found) or found[0] > found[1]:
        table.wrong("ages", "must be two ages, such as [5, 8]")
        return None, None
    return found[0], found[1]
