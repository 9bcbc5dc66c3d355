"""Forms by which staff arrange classes: from posted fields to a class, a series, a reason, or every mistake at once."""

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from chalicelib.billing.amounts import parse_amount
from chalicelib.organisations.domain import Organisation
from chalicelib.schedule.domain import Ages, ClassGroup, Occurrence
from chalicelib.schedule.recurrence import Series
from chalicelib.shared.money import exponent
from chalicelib.shared.texts import say
from chalicelib.shared.times import from_local, local
from chalicelib.web.forms import Form, parse_day
from chalicelib.web.language import Local, locale_of

WEEKDAYS = range(7)
MEETING = "meeting-"
"""Start of the names of the boxes that choose meetings; the meeting follows."""
_MOST_MINUTES = 24 * 60
_MOST_PLACES = 1500
_MOST_YEARS = 120
_TIME = re.compile(r"([01]?\d|2[0-3])(?:[:hH.]([0-5]\d)?)?", re.ASCII)


class Move(NamedTuple):
    """Where a meeting goes."""

    starts: datetime
    ends: datetime
    room: str


def read_class(fields: Mapping[str, str], group: ClassGroup, organisation: Organisation, local_: Local) -> ClassGroup:
    """The class with the posted particulars. Raises Invalid."""
    form = Form(fields)
    changed = _class(form, group, organisation, local_)
    form.done()
    return changed


def _class(form: Form, group: ClassGroup, organisation: Organisation, local_: Local) -> ClassGroup:
    languages = organisation.languages
    youngest, oldest = form.number("youngest", _MOST_YEARS), form.number("oldest", _MOST_YEARS)
    if youngest is not None and oldest is not None and oldest < youngest:
        form.errors["oldest"] = say("Enter at least the youngest age")
    return replace(
        group,
        title={**group.title, **form.texts("title", languages, required=languages[:1])},
        programme=form.text("programme"),
        instructor=form.text("instructor"),
        capacity=form.number("capacity", _MOST_PLACES, least=1),
        level=form.text("level"),
        ages=Ages(youngest, oldest),
        online=_address(form),
        price_minor=_price(form, organisation.currency, local_),
    )


def read_new_class(
    fields: Mapping[str, str], class_id: str, organisation: Organisation, local_: Local
) -> tuple[ClassGroup, Series]:
    """A new class, and when it meets. Raises Invalid with the mistakes of both."""
    form = Form(fields)
    group = _class(form, ClassGroup(class_id, {}), organisation, local_)
    series = _series(form, organisation)
    form.done()
    return replace(group, open=fields.get("open", "") == "yes"), series


def read_series(fields: Mapping[str, str], organisation: Organisation) -> Series:
    """When a class meets. Raises Invalid."""
    form = Form(fields)
    series = _series(form, organisation)
    form.done()
    return series


def _series(form: Form, organisation: Organisation) -> Series:
    first = form.day("first", required=True) or date.min
    last, count = form.day("last"), form.number("count", 1000, least=1)
    if not last and count is None and "last" not in form.errors and "count" not in form.errors:
        form.errors["last"] = say("Enter a last day or a number of meetings")
    if last and last < first:
        form.errors["last"] = say("Enter a day after the first")
    weekdays = frozenset(day for day in WEEKDAYS if form.text(f"weekday-{day}") == "yes")
    if not weekdays:
        form.errors["weekday-0"] = say("Choose at least one day of the week")
    return Series(
        first=first,
        weekdays=weekdays,
        starts=_time(form, "starts"),
        minutes=form.number("minutes", _MOST_MINUTES, least=1, required=True) or 1,
        last=last,
        count=count,
        weeks=form.number("weeks", 8, least=1) or 1,
        holidays=organisation.holidays,
        without=_days(form),
    )


def _days(form: Form) -> frozenset[date]:
    """Single days, one in each line."""
    told = [line.strip() for line in form.lines("without").splitlines() if line.strip()]
    found = [parse_day(line) for line in told]
    if not all(found):
        form.errors["without"] = say("Enter one date such as 2026-12-24 in each line")
    return frozenset(day for day in found if day)


def read_move(fields: Mapping[str, str], organisation: Organisation) -> Move:
    """Where a meeting goes, in the organisation's time. Raises Invalid."""
    form = Form(fields)
    day = form.day("day", required=True) or date.min
    at = _time(form, "starts")
    minutes = form.number("minutes", _MOST_MINUTES, least=1, required=True) or 1
    room = form.text("room")
    form.done()
    starts = from_local(datetime.combine(day, at), organisation.zone)
    return Move(starts, starts + timedelta(minutes=minutes), room)


def move_fields(meeting: Occurrence, organisation: Organisation) -> dict[str, str]:
    """What the form shows of a meeting."""
    begins = local(meeting.starts, organisation.zone)
    return {
        "day": begins.date().isoformat(),
        "starts": f"{begins:%H:%M}",
        "minutes": str(int((meeting.ends - meeting.starts).total_seconds() // 60)),
        "room": meeting.room,
    }


def read_reason(fields: Mapping[str, str], organisation: Organisation) -> dict[str, str]:
    """Why something is changed, in the languages in which it was written. Raises Invalid."""
    form = Form(fields)
    told = {tongue: form.text(f"reason-{tongue}", maximum=300) for tongue in organisation.languages}
    form.done()
    return {tongue: text for tongue, text in told.items() if text}


def read_meetings(fields: Mapping[str, str], known: Collection[str]) -> list[str]:
    """The meetings that were ticked. Raises Invalid when there are none."""
    form = Form(fields)
    found = [name.removeprefix(MEETING) for name, value in fields.items() if name.startswith(MEETING) and value]
    if not set(found) & set(known):
        form.errors["meetings"] = say("Choose at least one meeting")
    form.done()
    return [each for each in found if each in known]


def read_name(fields: Mapping[str, str], name: str, *, required: bool) -> str:
    """The name of an instructor or a room. Raises Invalid."""
    form = Form(fields)
    found = form.text(name, required=required)
    form.done()
    return found


def class_fields(group: ClassGroup, organisation: Organisation) -> dict[str, str]:
    """What the form shows of a class before anything is posted."""
    places = exponent(organisation.currency)
    whole, rest = divmod(group.price_minor, 10**places)
    price = f"{whole}.{rest:0{places}d}" if places else str(whole)
    return {
        **{f"title-{tongue}": group.title.get(tongue, "") for tongue in organisation.languages},
        "programme": group.programme,
        "instructor": group.instructor,
        "capacity": _shown(group.capacity),
        "level": group.level,
        "youngest": _shown(group.ages.youngest),
        "oldest": _shown(group.ages.oldest),
        "online": group.online,
        "price": price if group.price_minor else "",
        "open": "yes" if group.open else "",
    }


def _shown(number: int | None) -> str:
    return "" if number is None else str(number)


def _time(form: Form, name: str) -> time:
    text = form.text(name, required=True)
    found = _TIME.fullmatch(text)
    if text and not found:
        form.errors[name] = say("Enter a time such as 16:30")
    return time(int(found[1]), int(found[2] or 0)) if found else time()


def _address(form: Form) -> str:
    def secure(text: str) -> str:
        if not text.startswith("https://"):
            raise ValueError(text)
        return text

    return form.parsed("online", secure, say("Enter an address that starts with https://"))


def _price(form: Form, currency: str, local_: Local) -> int:
    text = form.text("price")
    if not text:
        return 0
    try:
        minor = parse_amount(text, currency, locale_of(local_.language, local_.country))
    except ValueError:
        minor = -1
    if minor < 0:
        form.errors["price"] = say("Enter an amount such as 180.00")
    return max(0, minor)
