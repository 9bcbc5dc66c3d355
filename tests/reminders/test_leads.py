"""When somebody is reminded, in every zone and over every change of the clocks (M-10)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest

from chalicelib.organisations.word import Lead, WordTerms

ZONES = (
    "UTC", "America/Toronto", "America/St_Johns", "America/Halifax", "America/Vancouver", "America/Regina",
    "America/New_York", "America/Phoenix", "America/Los_Angeles", "America/Anchorage", "America/Havana",
    "America/Asuncion", "America/Santiago", "America/Scoresbysund", "America/Nuuk", "America/Sao_Paulo",
    "America/Mexico_City", "Atlantic/Azores", "Europe/London", "Europe/Dublin", "Europe/Paris", "Europe/Berlin",
    "Europe/Lisbon", "Europe/Helsinki", "Europe/Chisinau", "Europe/Moscow", "Africa/Casablanca", "Africa/El_Aaiun",
    "Africa/Cairo", "Asia/Beirut", "Asia/Gaza", "Asia/Jerusalem", "Asia/Tehran", "Asia/Kathmandu", "Asia/Kolkata",
    "Asia/Tokyo", "Australia/Lord_Howe", "Australia/Sydney", "Australia/Adelaide", "Antarctica/Troll",
    "Pacific/Chatham", "Pacific/Auckland", "Pacific/Apia", "Pacific/Easter", "Pacific/Norfolk",
)  # fmt: skip
FIRST, LAST = datetime(2024, 1, 1, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC)
DAYS = {Lead.EVENING: 1, Lead.DAY: 1, Lead.TWO_DAYS: 2}


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    """What a zone's clock is ahead of UTC at a moment of the world: never in doubt."""
    ahead = moment.astimezone(zone).utcoffset()
    assert ahead is not None
    return ahead


@cache
def _changes(zone: str) -> tuple[datetime, ...]:
    """The moments at which a zone's clock is changed, to the minute: searched for, not looked up."""
    return tuple(_searched(ZoneInfo(zone)))


def _searched(zone: ZoneInfo) -> Iterator[datetime]:
    day = FIRST
    while day < LAST:
        after = day + timedelta(days=1)
        if _offset(day, zone) != _offset(after, zone):
            low, high = day, after
            while high - low > timedelta(minutes=1):
                middle = low + timedelta(minutes=int((high - low) / timedelta(minutes=2)))
                low, high = (middle, high) if _offset(middle, zone) == _offset(low, zone) else (low, middle)
            yield high
        day = after


def _expected(lead: Lead, starts: datetime, zone: ZoneInfo, changes: tuple[datetime, ...]) -> datetime:
    """The same from first principles: the first moment of the world at which the clock shows the wanted time.

    Where the clock never shows it, the time is told by the clock as it was before it was put forward.
    """
    wall = (starts + _offset(starts, zone)).replace(tzinfo=None)
    wanted = wall - timedelta(days=DAYS[lead])
    if lead is Lead.EVENING:
        wanted = wanted.replace(hour=18, minute=0, second=0)
    about = wanted.replace(tzinfo=UTC)
    offsets = {_offset(about + timedelta(hours=hours), zone) for hours in range(-36, 37, 6)}
    offsets |= {_offset(change + timedelta(minutes=minutes), zone) for change in changes for minutes in (-1, 1)
                if abs(change - about) < timedelta(days=2)}  # fmt: skip
    shown = [about - offset for offset in offsets if _offset(about - offset, zone) == offset]
    if shown:
        return min(shown)
    [jump] = [change for change in changes if _is_skipped(about, change, zone)]
    return about - _offset(jump - timedelta(minutes=1), zone)


def _is_skipped(wall: datetime, change: datetime, zone: ZoneInfo) -> bool:
    before, after = _offset(change - timedelta(minutes=1), zone), _offset(change, zone)
    return change + before <= wall < change + after


@pytest.mark.parametrize("name", ZONES)
def test_days_are_days_of_the_calendar_over_every_change_of_the_clocks(name: str) -> None:
    """M-10: classes at many times of the days around each change from 2024 to 2035, by each lead of days."""
    zone, changes = ZoneInfo(name), _changes(name)
    around = changes or (datetime(2026, 3, 8, 7, tzinfo=UTC),)
    for change in around:
        for half_hours in range(-100, 101):
            starts = change + timedelta(minutes=30 * half_hours)
            for lead in DAYS:
                assert lead.moment(starts, name) == _expected(lead, starts, zone, changes), (lead, starts)


@pytest.mark.parametrize("name", ZONES)
def test_hours_are_hours(name: str) -> None:
    """Real ones: over a change of the clocks the wall may show more or fewer."""
    for change in _changes(name):
        for minutes in range(-240, 241, 30):
            starts = change + timedelta(minutes=minutes)
            assert Lead.HOUR.moment(starts, name) == starts - timedelta(hours=1)
            assert Lead.THREE_HOURS.moment(starts, name) == starts - timedelta(hours=3)


def test_the_changes_were_found() -> None:
    """The tables above are about something: Toronto changes twice a year, Tokyo never, Casablanca around Ramadan."""
    assert len(_changes("America/Toronto")) == 24
    assert _changes("Asia/Tokyo") == ()
    assert len(_changes("Africa/Casablanca")) >= 20
    assert sum(len(_changes(zone)) for zone in ZONES) > 500


@pytest.mark.parametrize(
    ("zone", "starts", "lead", "expected"),
    [
        # nine in the morning stays nine in the morning, whatever happened in the night
        ("America/Toronto", "2026-03-08T09:00-04:00", Lead.DAY, "2026-03-07T09:00-05:00"),
        ("America/Toronto", "2026-11-01T09:00-05:00", Lead.DAY, "2026-10-31T09:00-04:00"),
        ("Europe/Paris", "2026-03-30T09:00+02:00", Lead.TWO_DAYS, "2026-03-28T09:00+01:00"),
        # half past two does not exist on 8 March: half past three
        ("America/Toronto", "2026-03-09T02:30-04:00", Lead.DAY, "2026-03-08T03:30-04:00"),
        # half past one comes twice on 1 November: the first
        ("America/Toronto", "2026-11-02T01:30-05:00", Lead.DAY, "2026-11-01T01:30-04:00"),
        # the clock of Lord Howe moves by half an hour
        ("Australia/Lord_Howe", "2026-10-05T02:15+11:00", Lead.DAY, "2026-10-04T02:45+11:00"),
        ("America/Toronto", "2026-03-08T18:00-04:00", Lead.EVENING, "2026-03-07T18:00-05:00"),
        ("America/Toronto", "2026-03-08T03:10-04:00", Lead.HOUR, "2026-03-08T01:10-05:00"),
    ],
)  # fmt: skip
def test_by_hand(zone: str, starts: str, lead: Lead, expected: str) -> None:
    """M-10: what people would say."""
    assert lead.moment(datetime.fromisoformat(starts), zone) == datetime.fromisoformat(expected)


def test_who_wants_no_reminder_gets_none() -> None:
    assert Lead.NONE.moment(FIRST, "UTC") is None


def test_usual_is_a_day_before() -> None:
    """Families that chose nothing, at organisations that chose nothing."""
    assert (WordTerms().class_lead, WordTerms().booking_lead) == (Lead.DAY.value, Lead.DAY.value)
