"""Entries as iCalendar (RFC 5545), by the library of that name; nothing else of the portal loads it.

What calendars go by stays the same whatever happens: the UID of an entry when it is moved or called off, the DTSTAMP
until it changes. What does not take place is told as cancelled, so that no calendar keeps it.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from icalendar import Alarm, Calendar, Event, vDatetime, vDuration, vInt, vText, vUri
from icalendar.parser import Contentline

from chalicelib.calendar.clocks import clock
from chalicelib.calendar.domain import Entry, Standing
from chalicelib.calendar.pages import KINDS
from chalicelib.households.summary import Summary
from chalicelib.organisations.domain import Organisation
from chalicelib.shared.texts import say
from chalicelib.shared.times import local
from chalicelib.web import urls
from chalicelib.web.language import Local, dotted

CONTENT_TYPE = "text/calendar; charset=utf-8"

_MAKER = "-//Foyer//Client portal//EN"
_REFRESH = timedelta(hours=4)
_STATUS = {Standing.ON: "CONFIRMED", Standing.REQUESTED: "TENTATIVE"}
"""All others are cancelled."""
_WIDTH = 74
"""Octets of a folded line."""
_ESCAPES = "\\^"
_UNPRINTABLE = {code: None for code in (*range(32), *range(127, 160)) if chr(code) not in "\t\n"}
"""What no calendar may contain."""


class Writing(NamedTuple):
    """How a calendar is written: whose portal, in whose words, about which households."""

    organisation: Organisation
    local: Local
    homes: tuple[Summary, ...]
    alarm_minutes: int | None = None
    """How long before an entry the reader is reminded; None: not at all."""

    def first_name(self, member: str) -> str:
        """First name of a member, the only thing about people that a calendar holds; else empty."""
        return next((row.first_name for home in self.homes if (row := home.member(member))), "")


def calendar(writing: Writing, name: str, entries: Sequence[Entry]) -> str:
    """A whole calendar. With a `name` it is a subscription, which calendars show under it and look at again."""
    properties = _calendar(writing, name, entries).property_items()
    return "".join(f"{_line(*each)}\r\n" for each in properties)


def _calendar(writing: Writing, name: str, entries: Sequence[Entry]) -> Calendar:
    zone = writing.organisation.zone
    written = Calendar()
    written["prodid"], written["version"], written["calscale"] = _text(_MAKER), _text("2.0"), _text("GREGORIAN")
    written["method"] = _text("PUBLISH")
    if name:
        written["x-wr-calname"], written["name"] = _text(name), _text(name)
        written["x-wr-timezone"] = _text(zone)
        refresh = vDuration(_REFRESH)
        refresh.params["VALUE"] = "DURATION"
        written["refresh-interval"], written["x-published-ttl"] = refresh, vDuration(_REFRESH)
    if entries and zone != "UTC":
        years = [local(entry.starts, zone).year for entry in entries]
        written.add_component(clock(zone, min(years), max(years)))
    for entry in entries:
        written.add_component(_event(writing, entry))
    return written


def _line(name: str, value: Any) -> str:
    """A property as the library writes it, to the letter, in a third of its time: it folds character by character."""
    told = getattr(value, "params", None)
    parameters = ";" + told.to_ical().decode() if told else ""
    words = value if isinstance(value, bytes) else value.to_ical()
    line = f"{name}{parameters}:{words if isinstance(words, str) else words.decode()}"
    if not line.isascii():
        return str(Contentline(line).to_ical().decode())  # type: ignore[no-untyped-call]
    return "\r\n ".join(_folded(line))


def _folded(line: str) -> Iterator[str]:
    """A line of plain characters in parts; an escape stays with what it escapes."""
    start = 0
    while len(line) - start > _WIDTH:
        end = start + _WIDTH - (line[start + _WIDTH - 1] in _ESCAPES)
        yield line[start:end]
        start = end
    yield line[start:]


def _event(writing: Writing, entry: Entry) -> Event:
    """One entry. Values are set as they are, not through the library's guesses at types: it is twice as fast."""
    zone, title = writing.organisation.zone, _title(writing, entry)
    event = Event()
    event["uid"] = _text(uid(entry, writing.organisation.slug))
    event["dtstamp"] = vDatetime(stamp(entry))
    event["sequence"] = vInt(entry.sequence)
    event["dtstart"], event["dtend"] = _moment(entry.starts, zone), _moment(entry.ends, zone)
    event["summary"] = _text(title)
    if entry.room:
        event["location"] = _text(entry.room)
    event["description"] = _text(_description(writing, entry))
    event["url"] = vUri(_page(writing, entry))
    event["status"] = _text(_STATUS.get(entry.standing, "CANCELLED"))
    event["transp"] = _text("OPAQUE" if entry.standing in _STATUS else "TRANSPARENT")
    if writing.alarm_minutes is not None and entry.standing is Standing.ON:
        event.add_component(_alarm(title, writing.alarm_minutes))
    return event


def uid(entry: Entry, org: str) -> str:
    """What an entry is called wherever it is copied to: the same when it is moved to another hour or day."""
    name = entry.id if entry.kind.is_class else f"booking-{entry.source}"
    return f"{name}@{org}"


def stamp(entry: Entry) -> datetime:
    """When an entry was last told anew, as far as it is known; never the moment of asking, or no copy would last."""
    return entry.changed_at or entry.planned or entry.starts


def _title(writing: Writing, entry: Entry) -> str:
    """What it is and for whom; that it is off stands in front, since not every calendar shows what was cancelled."""
    title = writing.local.text(entry.title)
    who = writing.first_name(entry.member)
    words = f"{title} ({who})" if who else title
    off = {Standing.CANCELLED: say("Cancelled"), Standing.AWAY: say("Not coming"), Standing.LOST: say("Given up")}
    return f"{writing.local.say(off[entry.standing])}: {words}" if entry.standing in off else words


def _description(writing: Writing, entry: Entry) -> str:
    words = KINDS[entry.kind][0]
    moved = writing.local.say(say("Moved from %(when)s", when=_when(writing, entry))) if entry.planned else ""
    lines = (
        dotted(writing.local.say(words) if words else "", entry.instructor if entry.kind.is_class else ""),
        moved,
        entry.note,
        _page(writing, entry),
    )
    return "\n".join(line for line in lines if line)


def _when(writing: Writing, entry: Entry) -> str:
    return writing.local.datetime(entry.planned) if entry.planned else ""


def _page(writing: Writing, entry: Entry) -> str:
    """Where the portal tells all of it, and where to join online: the address of that never leaves the portal."""
    path = f"schedule/events/{entry.id}" if entry.kind.is_class else f"bookings/{entry.id}"
    return urls.absolute(writing.organisation.slug, path)


@lru_cache(maxsize=256)
def _alarm(title: str, minutes: int) -> Alarm:
    alarm = Alarm()
    alarm["action"], alarm["description"] = _text("DISPLAY"), _text(title)
    alarm["trigger"] = vDuration(timedelta(minutes=-minutes))
    return alarm


def _moment(moment: datetime, zone: str) -> vDatetime:
    """A moment on the clock of a zone; in UTC, where that clock shows the same hour a second time."""
    here = local(moment, zone)
    if zone == "UTC" or here.fold:
        return vDatetime(moment.astimezone(UTC))
    value = vDatetime(here)
    value.params["TZID"] = zone
    return value


def printable(words: str) -> str:
    """Words without what no calendar may contain, their lines ended in one way; `\\N` is the library's word for it."""
    return words.replace("\r\n", "\n").replace("\r", "\n").translate(_UNPRINTABLE).replace("\\N", "\n")


@lru_cache(maxsize=256)
def _text(words: str) -> vText:
    """Words as a value; a season says the same of each meeting."""
    return vText(printable(words))
