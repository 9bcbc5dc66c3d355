"""iCalendar, read back by two libraries: what was meant arrives, whatever it is called, in every zone."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import recurring_ical_events
from hypothesis import example, given
from hypothesis import strategies as st
from icalendar import Calendar

from chalicelib.calendar import ical
from chalicelib.calendar.domain import Door, Entry, EntryKind, Standing
from chalicelib.households.summary import MemberRow, Summary
from chalicelib.organisations.domain import Organisation
from chalicelib.shared.times import local, zone
from chalicelib.web.language import Local
from tests.calendar.zones import clocks
from tests.support.world import organisation

NOW = datetime(2026, 11, 24, 21, 30, tzinfo=UTC)
HOME = Summary("h", "Tremblay", members=(MemberRow("lea", "Léa", "Tremblay", date(2015, 5, 31)),))
HOUR = timedelta(hours=1)


def _writing(zone_name: str = "America/Toronto", **changes: Any) -> ical.Writing:
    org: Organisation = organisation("northside", zone=zone_name)
    return ical.Writing(org, Local("en", "CA", zone_name), (HOME,), **changes)


def _entry(**changes: Any) -> Entry:
    plain = Entry(
        "meeting-20261124-place", EntryKind.COURSE, Standing.ON, NOW, NOW + timedelta(hours=1), {"en": "Ballet"}, "lea",
        "Room 4", "Ann Lee", changed_at=NOW - timedelta(days=9), source="20261124-place",
    )  # fmt: skip
    return plain._replace(**changes)


def _read(entry: Entry, writing: ical.Writing | None = None) -> Any:
    """The one event of a calendar, as a library reads it."""
    found = _parsed(ical.calendar(writing or _writing(), "Classes", [entry]))
    (event,) = found.walk("VEVENT")
    return event


def _parsed(text: str) -> Any:
    """A calendar as the library reads it; of which type each value is, the tests know."""
    return Calendar.from_ical(text)


def _named(found: Any, field: str) -> str:
    """A property that the library does not know, and so leaves as it is written."""
    return re.sub(r"\\(.)", lambda part: {"n": "\n"}.get(part[1], part[1]), str(found[field]))


def test_a_class_arrives_as_it_was_meant(aws: object) -> None:
    """NEW-6."""
    event = _read(_entry())

    assert event["uid"] == "meeting-20261124-place@northside"
    assert event["summary"] == "Ballet (Léa)"
    assert event["location"] == "Room 4"
    assert (event["status"], event["transp"], event["sequence"]) == ("CONFIRMED", "OPAQUE", 0)
    assert event.decoded("dtstart") == NOW
    assert event.decoded("dtend") == NOW + timedelta(hours=1)
    assert event["dtstart"].params["TZID"] == "America/Toronto"
    assert event.decoded("dtstamp") == NOW - timedelta(days=9)
    assert event["url"] == "https://portal.test/northside/schedule/events/meeting-20261124-place"
    assert "Ann Lee" in event["description"]
    assert not event.walk("VALARM")


def test_the_calendar_says_what_other_calendars_ask(aws: object) -> None:
    """For Google, Apple and Outlook: its name, its zone, how often to look again."""
    found = _parsed(ical.calendar(_writing(), "Léa; classes, all", [_entry()]))

    assert (found["version"], found["method"], found["calscale"]) == ("2.0", "PUBLISH", "GREGORIAN")
    assert found["prodid"]
    assert {_named(found, field) for field in ("name", "x-wr-calname")} == {"Léa; classes, all"}
    assert found["x-wr-timezone"] == "America/Toronto"
    assert found["refresh-interval"].dt == timedelta(hours=4)
    assert found["refresh-interval"].params["VALUE"] == "DURATION"


def test_a_file_of_one_event_is_no_subscription(aws: object) -> None:
    assert "X-WR-CALNAME" not in ical.calendar(_writing(), "", [_entry()])
    assert "REFRESH-INTERVAL" not in ical.calendar(_writing(), "", [_entry()])


def test_an_empty_calendar_is_a_calendar(aws: object) -> None:
    """A subscription before the season: valid, and without events."""
    assert not _parsed(ical.calendar(_writing(), "Classes", [])).walk("VEVENT")


@pytest.mark.parametrize(
    ("standing", "status", "words"),
    [
        (Standing.ON, "CONFIRMED", "Ballet (Léa)"),
        (Standing.REQUESTED, "TENTATIVE", "Ballet (Léa)"),
        (Standing.CANCELLED, "CANCELLED", "Cancelled: Ballet (Léa)"),
        (Standing.AWAY, "CANCELLED", "Not coming: Ballet (Léa)"),
        (Standing.LOST, "CANCELLED", "Given up: Ballet (Léa)"),
    ],
)
def test_what_is_off_is_told_as_cancelled(aws: object, standing: Standing, status: str, words: str) -> None:
    """NEW-6: called off and not silently dropped, under the same name; the time is free, and nothing rings."""
    event = _read(_entry(standing=standing), _writing(alarm_minutes=60))
    assert (event["status"], event["summary"]) == (status, words)
    assert event["uid"] == _read(_entry())["uid"]
    assert event["transp"] == ("OPAQUE" if standing in (Standing.ON, Standing.REQUESTED) else "TRANSPARENT")
    assert bool(event.walk("VALARM")) == (standing is Standing.ON)


def test_a_moved_event_keeps_its_name(aws: object) -> None:
    """NEW-6: same UID, higher SEQUENCE, the new hours, and from when it was moved."""
    later = NOW + timedelta(days=2)
    moved = _read(_entry(starts=later, ends=later + timedelta(hours=1), planned=NOW, sequence=1))
    assert moved["uid"] == _read(_entry())["uid"]
    assert (moved["sequence"], moved.decoded("dtstart")) == (1, later)
    assert "Moved from Nov 24, 2026, 4:30" in moved["description"].replace("\N{NO-BREAK SPACE}", " ")


def test_a_booking_that_moved_to_another_day_keeps_its_name(aws: object) -> None:
    """Its id begins with its day; its UID does not."""
    ids = [
        _read(_entry(id=f"{day}-tail", source="tail", kind=EntryKind.BOOKING, member=""))["uid"]
        for day in ("20261124", "20261130")
    ]
    assert ids == ["booking-tail@northside"] * 2


def test_a_reminder_rings_before(aws: object) -> None:
    (alarm,) = _read(_entry(), _writing(alarm_minutes=90)).walk("VALARM")
    assert alarm["trigger"].dt == timedelta(minutes=-90)
    assert (alarm["action"], alarm["description"]) == ("DISPLAY", "Ballet (Léa)")


def test_no_more_of_a_person_than_the_first_name(aws: object) -> None:
    """NEW-6, SCH-4: no surname, no birth date, and never the address of an online class."""
    text = ical.calendar(_writing(), "Classes", [_entry(door=Door("https://zoom.example/j/1", NOW))])
    unfolded = text.replace("\r\n ", "")
    assert not [word for word in ("Tremblay", "2015", "zoom") if word in unfolded]


def test_the_same_entries_make_the_same_text(aws: object) -> None:
    """A copy lasts until something changes: nothing in it tells when it was asked for."""
    assert ical.calendar(_writing(), "x", [_entry()]) == ical.calendar(_writing(), "x", [_entry()])


WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=120)


@given(title=WORDS, room=WORDS, note=WORDS, name=WORDS)
def test_hostile_words_come_back_as_they_were(aws: object, title: str, room: str, note: str, name: str) -> None:
    """I-05: commas, line breaks, `END:VEVENT`, long lines, any script: one event, with these words in it."""
    entry = _entry(title={"en": title}, room=room, note=note, member="")
    text = ical.calendar(_writing(), name, [entry])
    found = _parsed(text)
    (event,) = found.walk("VEVENT")
    assert event["summary"] == _plain(title)
    assert event["location"] == _plain(room)
    assert _plain(note) in event["description"]
    assert _named(found, "name") == _plain(name)
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert text.count("\r\n") == text.count("\n")


@given(title=WORDS, room=st.text("a\\^,\n", max_size=200), minutes=st.sampled_from([None, 60]))
@example(title="é" * 200, room="", minutes=60)
def test_the_text_is_the_library_s_own(aws: object, title: str, room: str, minutes: int | None) -> None:
    """It is put together here, for the library takes three times as long; not a letter may differ."""
    writing, entries = _writing(alarm_minutes=minutes), [_entry(title={"en": title}, room=room, note=room)]

    assert ical.calendar(writing, title, entries) == ical._calendar(writing, title, entries).to_ical().decode()


def _plain(words: str) -> str:
    """The words without what no calendar may contain; ends of lines are all alike."""
    return ical.printable(words)


@pytest.mark.parametrize(
    "title",
    [
        "A\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:B",
        "a,b;c\\n\\,",
        'say "hi": x',
        "\x00\x07\x1b",
        "é" * 200,
        ":;,=",
        "\\N\\\x00N\\\\N",
    ],
)
def test_injections_stay_words(aws: object, title: str) -> None:
    """I-05."""
    found = _parsed(ical.calendar(_writing(), title, [_entry(title={"en": title}, member="")]))
    (event,) = found.walk("VEVENT")
    assert event["summary"] == _plain(title)


def test_every_zone_tells_its_clock_truly(aws: object) -> None:
    """NEW-6: by the calendar's own VTIMEZONE alone, each hour is the moment that was meant, 2024 to 2035."""
    for name, changes in clocks().items():
        moments = [datetime(year, 7, 4, 11, tzinfo=UTC) for year in (2024, 2030, 2035)]
        moments += [change + timedelta(minutes=minutes) for change in changes for minutes in (-90, -5, 5, 90)]
        _arrives(name, moments)


def _arrives(name: str, moments: list[datetime]) -> None:
    entries = [_entry(id=f"m{number}-p", starts=each, ends=each + HOUR) for number, each in enumerate(moments)]
    found = _parsed(ical.calendar(_writing(name), "x", entries))
    clock = next((component.to_tz(lookup_tzid=False) for component in found.walk("VTIMEZONE")), None)
    for entry, event in zip(entries, found.walk("VEVENT"), strict=True):
        written = event["dtstart"].dt
        if event["dtstart"].params.get("TZID"):
            assert event["dtstart"].params["TZID"] == name
            written = written.replace(tzinfo=clock)
        assert written.astimezone(UTC) == entry.starts, (name, entry.starts)


def test_another_library_sees_each_event_on_its_day(aws: object) -> None:
    """NEW-6: over a change of the clock, each day has its one event, at its hour."""
    starts = [datetime(2026, 10, 25 + day, 16, tzinfo=zone("America/Toronto")) for day in range(7)]
    starts += [datetime(2026, 11, 1 + day, 16, tzinfo=zone("America/Toronto")) for day in range(7)]
    entries = [
        _entry(
            id=f"m{number}-20261124-p", starts=start.astimezone(UTC), ends=start.astimezone(UTC) + timedelta(hours=1)
        )
        for number, start in enumerate(starts)
    ]
    found = recurring_ical_events.of(_parsed(ical.calendar(_writing(), "x", entries)))
    for start in starts:
        (event,) = found.at(start.date())
        assert local(event.start, "America/Toronto").time().hour == 16
