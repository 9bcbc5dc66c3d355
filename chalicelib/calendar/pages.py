"""View models of the calendar: words and labels, so that templates work nothing out."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import NamedTuple

from chalicelib.calendar.domain import Entry, EntryKind, Standing, by_day
from chalicelib.calendar.gathering import Family
from chalicelib.calendar.spans import Span, View, weeks
from chalicelib.schedule.domain import EnrolmentKind
from chalicelib.schedule.pages import ATTENDED, KIND_WORDS
from chalicelib.shared.texts import Message, say
from chalicelib.shared.times import local_day
from chalicelib.web import urls
from chalicelib.web.language import Local, dotted

COLOURS = 6
"""Members whose entries have a colour of their own; it comes beside the name, never instead of it."""

KINDS: Mapping[EntryKind, tuple[Message | None, str]] = {
    EntryKind.COURSE: (None, ""),
    EntryKind.MAKEUP: (KIND_WORDS[EnrolmentKind.MAKEUP], "switch"),
    EntryKind.TRIAL: (KIND_WORDS[EnrolmentKind.TRIAL], "star"),
    EntryKind.DROP_IN: (KIND_WORDS[EnrolmentKind.DROP_IN], "ticket"),
    EntryKind.BOOKING: (say("Booking"), "booking"),
    EntryKind.APPOINTMENT: (say("Appointment"), "user"),
}
"""What an entry is, in words and by its symbol; a class as usual needs no word."""

STANDINGS: Mapping[Standing, tuple[Message | None, str]] = {
    Standing.ON: (None, ""),
    Standing.REQUESTED: (say("Waiting for an answer"), "warning"),
    Standing.CANCELLED: (say("Cancelled"), "danger"),
    Standing.AWAY: (say("Not coming"), "neutral"),
    Standing.LOST: (say("Given up"), "neutral"),
}


class EntryView(NamedTuple):
    """One dated entry."""

    weekday: str
    day: str
    month: str
    time: str
    """When it starts; `meta` says until when, for whom and where as well."""
    iso: str
    title: str
    meta: str
    href: str
    cancelled: bool
    """Whether it does not take place."""
    status: str
    tone: str
    kind: str
    icon: str
    who: str
    colour: int
    """Of the member, from 1 on; 0: of nobody alone."""
    moved: str
    note: str
    reader: str
    """The hours on the reader's own clock, where that differs."""
    online: str
    """Where to join now; empty while the door is shut."""


class DayView(NamedTuple):
    """One day with its entries."""

    iso: str
    number: str
    label: str
    href: str
    entries: list[EntryView]
    is_today: bool
    outside: bool
    """Whether it belongs to the month before or after."""


class MonthList(NamedTuple):
    """A month of a list."""

    name: str
    entries: list[EntryView]


class Way(NamedTuple):
    """A link to another part of the calendar."""

    label: str
    href: str
    current: bool = False
    colour: int = 0


class Reader:
    """Whose calendar is written, for whom: the family, the reader's language, and the reader's own zone if known."""

    def __init__(self, family: Family, local: Local, zone: str = "") -> None:
        self.family = family
        self.local = local
        self.today = local_day(family.now, family.zone)
        self._own = Local(local.language, local.country, zone) if zone else None
        self._members = {row.id: (row.first_name, place) for place, row in enumerate(family.home.members)}

    def url(self, path: str, **query: str) -> str:
        """Address of a page of the calendar, for the same member."""
        return urls.portal(self.family.organisation.slug, path, **query, member=self.family.member)

    def colour(self, member: str) -> int:
        """The colour of a member, from 1 on; 0 for who is none of the household's."""
        return self._members[member][1] % COLOURS + 1 if member in self._members else 0

    def view(self, entry: Entry) -> EntryView:
        """An entry in words."""
        local = self.local
        kind, icon = KINDS[entry.kind]
        status, tone = self._status(entry)
        who = self._members[entry.member][0] if entry.member in self._members else ""
        words = local.say(kind) if kind else ""
        return EntryView(
            weekday=local.date(entry.starts, "dayname"),
            day=local.date(entry.starts, "day"),
            month=local.date(entry.starts, "month"),
            time=local.time(entry.starts),
            iso=local.iso(entry.starts),
            title=local.text(entry.title),
            meta=dotted(hours(entry, local), who, entry.room, words),
            href=self._page(entry),
            cancelled=entry.standing is Standing.CANCELLED,
            status=local.say(status) if status else "",
            tone=tone,
            kind=words,
            icon=icon,
            who=who,
            colour=self.colour(entry.member),
            moved=local.say(say("Moved from %(when)s", when=local.datetime(entry.planned))) if entry.planned else "",
            note=entry.note,
            reader=self.on_own_clock(entry),
            online=entry.open_door(self.family.now),
        )

    def _status(self, entry: Entry) -> tuple[Message | None, str]:
        """How it stands; of what is over, who was there."""
        if entry.attendance and entry.standing in (Standing.ON, Standing.AWAY) and entry.ends <= self.family.now:
            return ATTENDED[entry.attendance]
        return STANDINGS[entry.standing]

    def _page(self, entry: Entry) -> str:
        path = f"schedule/events/{entry.id}" if entry.kind.is_class else f"bookings/{entry.id}"
        return urls.portal(self.family.organisation.slug, path)

    def on_own_clock(self, entry: Entry) -> str:
        """The hours of an entry on the reader's clock with the zone's name, or empty where it shows the same."""
        own = self._own
        if own is None or own.iso(entry.starts) == self.local.iso(entry.starts):
            return ""
        other_day = own.date(entry.starts) != self.local.date(entry.starts)
        when = own.datetime(entry.starts) if other_day else hours(entry, own)
        return self.local.say(say("%(when)s in your zone (%(zone)s)", when=when, zone=city(own.zone)))

    def views(self, entries: Iterable[Entry]) -> list[EntryView]:
        """Several entries."""
        return [self.view(entry) for entry in entries]

    def months(self, entries: Sequence[Entry]) -> list[MonthList]:
        """Entries under the months they begin in, in the order they have."""
        parts = groupby(entries, key=lambda entry: self.local.date(entry.starts, "month_year"))
        return [MonthList(name, self.views(found)) for name, found in parts]

    def days(self, span: Span, entries: Iterable[Entry]) -> list[DayView]:
        """Each day of a span."""
        found = by_day(entries, self.family.zone)
        return [self._day(day, span, found) for day in span.days()]

    def weeks(self, span: Span, entries: Iterable[Entry]) -> list[list[DayView]]:
        """The weeks of a month."""
        found = by_day(entries, self.family.zone)
        return [[self._day(day, span, found) for day in week] for week in weeks(span, self.local.first_weekday)]

    def _day(self, day: date, span: Span, found: Mapping[date, Sequence[Entry]]) -> DayView:
        outside = not span.first <= day <= span.last
        return DayView(
            iso=day.isoformat(),
            number=self.local.date(day, "day"),
            label=self.local.date(day, "weekday"),
            href=self.url(f"schedule/day/{day.isoformat()}"),
            entries=[] if outside else self.views(found.get(day, ())),
            is_today=day == self.today,
            outside=outside,
        )

    def title(self, span: Span) -> str:
        """What a span is called."""
        if span.view is View.MONTH:
            return self.local.date(span.first, "month_year")
        if span.view is View.DAY:
            return self.local.date(span.first, "weekday")
        return f"{self.local.date(span.first)} \N{EN DASH} {self.local.date(span.last)}"

    def filters(self, path: str, **query: str) -> list[Way]:
        """Links to the same page for all members, and for each; none where there is but one."""
        if len(self._members) < 2:
            return []
        org, chosen = self.family.organisation.slug, self.family.member
        everyone = Way(self.local.say(say("Everyone")), urls.portal(org, path, **query), not chosen)
        each = [
            Way(name, urls.portal(org, path, **query, member=member), member == chosen, self.colour(member))
            for member, (name, _) in self._members.items()
        ]
        return [everyone, *each]


def hours(entry: Entry, local: Local) -> str:
    """From when to when; with its days, where it does not end on the day it begins."""
    if len(list(entry.days(local.zone))) > 1:
        return f"{local.datetime(entry.starts)} \N{EN DASH} {local.datetime(entry.ends)}"
    return f"{local.time(entry.starts)}\N{EN DASH}{local.time(entry.ends)}"


def city(zone: str) -> str:
    """What people call a zone: the place that names it."""
    return zone.rpartition("/")[2].replace("_", " ")
