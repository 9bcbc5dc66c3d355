"""What can be booked, as the organisation describes it in a file: rooms, courts, rinks and appointments."""

import itertools
import re
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from chalicelib.admin.tables import Table, load
from chalicelib.bookings.domain import Terms
from chalicelib.bookings.resources import (
    CLOSED,
    DAY_MINUTES,
    MOST_IN_A_WEEK,
    Opening,
    PricePer,
    Resource,
    ResourceKind,
)
from chalicelib.organisations.domain import Organisation
from chalicelib.web.forms import parse_day

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ID = re.compile("[a-z0-9][a-z0-9-]{0,39}")
_HOURS = re.compile(r"([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)", re.ASCII)
_PER_PERCENT = 10_000
_WHOLE = 100 * _PER_PERCENT
_MOST_DAYS = 730
_MOST_HOURS = 24 * 366
_MOST_AT_ONCE = 1000
_LONGEST_CLOSING = 366
_KNOWN = (
    "id", "kind", "title", "description", "hours", "special", "closed", "step", "shortest", "longest", "capacity",
    "people", "notice_hours", "horizon_days", "price", "price_per", "approval", "may_cancel", "may_move",
    "free_until_hours", "late_kept_percent", "buffer_before", "buffer_after", "offered",
)  # fmt: skip


def read_resources(path: Path, organisation: Organisation) -> list[Resource]:
    """Everything that a file describes. Raises FileMistakes, OSError."""
    table = load(path)
    table.only("resources")
    found = [_resource(each, organisation) for each in table.tables("resources")]
    if not found:
        table.wrong("resources", "are missing")
    if len({each.id for each in found}) < len(found):
        table.wrong("resources", "have the same id twice")
    table.done()
    return found


def _resource(table: Table, organisation: Organisation) -> Resource:
    table.only(*_KNOWN)
    usual = Resource("", ResourceKind.ROOM, {})
    shortest = _number(table, "shortest", usual.shortest, 5, DAY_MINUTES)
    resource = Resource(
        id=table.checked("id", _is_id, "must be lower-case letters, digits and hyphens"),
        kind=table.one_of("kind", ResourceKind, ResourceKind.ROOM),
        title=table.texts("title", organisation.languages),
        description=table.texts("description", organisation.languages) if table.has("description") else {},
        hours=_week(table.table("hours")),
        special=_special(table),
        step=_number(table, "step", usual.step, 5, DAY_MINUTES),
        shortest=shortest,
        longest=_number(table, "longest", shortest, shortest, DAY_MINUTES),
        capacity=_number(table, "capacity", 1, 1, _MOST_AT_ONCE),
        people=_number(table, "people", 0, 0, 9999),
        notice_hours=_number(table, "notice_hours", 0, 0, _MOST_HOURS),
        horizon_days=_number(table, "horizon_days", usual.horizon_days, 1, _MOST_DAYS),
        price_minor=table.amount("price", organisation.currency),
        price_per=table.one_of("price_per", PricePer, PricePer.HOUR),
        needs_approval=table.value("approval", bool, False),
        terms=_terms(table),
        is_offered=table.value("offered", bool, True),
    )
    return _checked(table, resource)


def _checked(table: Table, resource: Resource) -> Resource:
    """The resource, its values compared with each other."""
    if resource.price_minor < 0:
        table.wrong("price", "can not be below zero")
    if (resource.longest - resource.shortest) % resource.step:
        table.wrong("longest", "must be the shortest and a number of steps")
    if resource.most_in_a_week > MOST_IN_A_WEEK:
        table.wrong("capacity", f"lets more than {MOST_IN_A_WEEK} bookings into a week; make several of it")
    if resource.is_offered and not any(resource.hours) and not any(resource.special.values()):
        table.wrong("hours", "are missing")
    return resource


def _terms(table: Table) -> Terms:
    return Terms(
        may_cancel=table.value("may_cancel", bool, True),
        may_move=table.value("may_move", bool, True),
        free_hours=_number(table, "free_until_hours", 24, 0, _MOST_HOURS),
        kept_ppm=_kept(table),
        before=_number(table, "buffer_before", 0, 0, DAY_MINUTES),
        after=_number(table, "buffer_after", 0, 0, DAY_MINUTES),
    )


def _kept(table: Table) -> int:
    """Per cent that are kept after the free time, in millionths."""
    found = table.number("late_kept_percent", Decimal(100)) * _PER_PERCENT
    if found != int(found) or not 0 <= found <= _WHOLE:
        table.wrong("late_kept_percent", "must be from 0 to 100, with at most four decimals")
        return 0
    return int(found)


def _number(table: Table, key: str, usual: int, least: int, most: int) -> int:
    found = table.value(key, int, usual)
    if not least <= found <= most:
        table.wrong(key, f"must be from {least} to {most}")
        return usual
    return found


def _week(table: Table) -> tuple[tuple[Opening, ...], ...]:
    table.only(*WEEKDAYS)
    return tuple(_openings(table, day) for day in WEEKDAYS)


def _openings(table: Table, key: str) -> tuple[Opening, ...]:
    """Hours such as `["09:00-12:00", "13:00-21:30"]`, in order and apart."""
    told = table.value(key, list, [])
    found = sorted(opening for each in told if (opening := _opening(each)))
    if len(found) < len(told):
        table.wrong(key, 'must be a list of hours such as "09:00-12:30", in the same day')
    if any(later.opens < sooner.closes for sooner, later in itertools.pairwise(found)):
        table.wrong(key, "has hours that overlap")
    return tuple(found)


def _opening(told: Any) -> Opening | None:
    parts = _HOURS.fullmatch(told) if isinstance(told, str) else None
    if parts is None:
        return None
    first, first_minute, last, last_minute = map(int, parts.groups())
    opening = Opening(first * 60 + first_minute, last * 60 + last_minute)
    return opening if opening.opens < opening.closes <= DAY_MINUTES else None


def _special(table: Table) -> dict[date, tuple[Opening, ...]]:
    """Days with hours of their own, closed ones among them."""
    inner, found = table.table("special"), dict.fromkeys(_closed(table), CLOSED)
    for key in table.value("special", dict, {}):
        day = parse_day(key)
        if day is None:
            inner.wrong(key, "must be a day such as 2026-12-24")
        else:
            found[day] = _openings(inner, key)
    return found


def _closed(table: Table) -> Sequence[date]:
    """Days such as `"2026-12-25"`, and spans of them such as `"2026-12-24..2027-01-03"`."""
    days: list[date] = []
    for told in table.value("closed", list, []):
        first, _, last = str(told).partition("..")
        begin, end = parse_day(first), parse_day(last or first)
        if begin is None or end is None or not 0 <= (end - begin).days <= _LONGEST_CLOSING:
            table.wrong("closed", f"holds “{told}”; days look like 2026-12-25, spans like 2026-12-24..2027-01-03")
        else:
            days += [begin + timedelta(days=number) for number in range((end - begin).days + 1)]
    return days


def _is_id(text: str) -> bool:
    return bool(_ID.fullmatch(text))
