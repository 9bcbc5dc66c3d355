"""All occasions of a household of which it is to be reminded: worked out from what there is, never stored."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta

from chalicelib.bookings.domain import BookingStatus
from chalicelib.consents import gate as consents_gate
from chalicelib.consents.domain import State
from chalicelib.forms import gate as forms_gate
from chalicelib.forms.domain import Asked
from chalicelib.households.domain import Private
from chalicelib.households.summary import EnrolmentRow
from chalicelib.notifications.purposes import Purpose, Way
from chalicelib.organisations.domain import Module
from chalicelib.organisations.word import Lead
from chalicelib.reminders.domain import ANSWER_DAYS, ASKED_DAYS, PATIENCE, RIGHT_DAYS, Kind, Occasion, morning
from chalicelib.reminders.reading import Home
from chalicelib.schedule.domain import EnrolmentStatus, Occurrence, covered
from chalicelib.shared.times import day_begins, to_iso

_NOTHING: Mapping[str, str] = {}


def occasions(
    home: Home, since: datetime, *, is_first: bool = False, asked: Mapping[str, str] = _NOTHING
) -> list[Occasion]:
    """What the household is to be reminded of, but classes and bookings that began by `since`.

    At the first look (`is_first`) what has long been asked for counts as told. `asked` is what `asked_since` says.
    """
    if home.summary.archived:
        return []
    found = [*_classes(home, since), *_bookings(home, since), *_rights(home), *_forms(home, asked), *_papers(home)]
    return [*found, *_consents(home, is_first=is_first)]


def asked_since(home: Home, noted: Mapping[str, str]) -> dict[str, str]:
    """Since when the household is asked for mandatory answers that have no day: by name, version and first day.

    No date of a form or a place says that, so it is noted by whoever looks; what was not `noted` is asked today.
    """
    found: dict[str, str] = {}
    for asked in [] if home.summary.archived else _asked_forms(home):
        if asked.due_on is None and asked.mandatory:
            name = _asked_name(asked)
            known = noted.get(name, "")
            is_same = known.partition(" ")[0] == str(asked.version)
            found[name] = known if is_same else f"{asked.version} {home.today}"
    return found


def _asked_name(asked: Asked) -> str:
    return f"asked {asked.id} {asked.member}"


def _classes(home: Home, since: datetime) -> Iterator[Occasion]:
    lead, _ = home.leads
    if lead is Lead.NONE or not home.organisation.uses(Module.CLASSES):
        return
    away = {(row.enrolment, row.meeting) for row in home.summary.away}
    for row in home.summary.enrolments:
        if EnrolmentStatus(row.status).holds_place and _is_open(home, row.member, Private.SCHEDULE):
            for meeting in _meetings(home, row):
                if meeting.takes_place and meeting.starts > since and (row.id, meeting.id) not in away:
                    yield from _class(home, row, meeting, lead)


def _meetings(home: Home, row: EnrolmentRow) -> tuple[Occurrence, ...]:
    group = home.groups.get(row.class_group)
    return covered(group, row, home.organisation.zone) if group else ()


def _class(home: Home, row: EnrolmentRow, meeting: Occurrence, lead: Lead) -> Iterator[Occasion]:
    at = lead.moment(meeting.starts, home.organisation.zone)
    if at:
        parts = (row.class_group, meeting.id, row.id, row.member)
        yield Occasion(Kind.CLASS, f"{row.id} {meeting.id}", to_iso(meeting.starts), at, meeting.starts, parts)


def _bookings(home: Home, since: datetime) -> Iterator[Occasion]:
    _, lead = home.leads
    if lead is Lead.NONE or not home.organisation.uses(Module.BOOKINGS):
        return
    for row in home.summary.bookings:
        at = lead.moment(row.starts, home.organisation.zone)
        if at and row.status == BookingStatus.CONFIRMED.value and row.starts > since:
            name = f"booking {row.id.partition('-')[2]}"
            yield Occasion(Kind.BOOKING, name, to_iso(row.starts), at, row.starts, (row.id,))


def _rights(home: Home) -> Iterator[Occasion]:
    if home.preferences.way(Purpose.REMINDERS) is Way.NONE or not home.organisation.uses(Module.CLASSES):
        return
    for row in home.summary.rights:
        if _is_open(home, row.member, Private.SCHEDULE):
            yield from _by_day(home, Kind.RIGHT, (row.id, row.member), row.expires_on, "", RIGHT_DAYS)


def _asked_forms(home: Home) -> list[Asked]:
    programmes = {group.id: group.programme for group in home.groups.values()}
    due = forms_gate.due(home.forms, home.summary, home.today, programmes)
    return [asked for asked in due if _is_about_all(home, asked)]


def _forms(home: Home, noted: Mapping[str, str]) -> Iterator[Occasion]:
    for asked in _asked_forms(home):
        if asked.due_on:
            parts = (asked.id, asked.member)
            yield from _by_day(home, Kind.FORM, parts, asked.due_on, f"{asked.version} ", ANSWER_DAYS)
        elif asked.mandatory:
            yield from _after_days(home, asked, noted.get(_asked_name(asked), ""))


def _after_days(home: Home, asked: Asked, noted: str) -> Iterator[Occasion]:
    """An occasion some days after a mandatory form was first asked for, which has no day."""
    first = date.fromisoformat(noted.partition(" ")[2]) if noted else home.today
    for days in ASKED_DAYS:
        at = morning(first, -days, home.organisation.zone)
        name = f"{Kind.FORM.value} {asked.id} {asked.member} after {days}"
        yield Occasion(Kind.FORM, name, str(asked.version), at, at + PATIENCE, (asked.id, asked.member))


def _papers(home: Home) -> Iterator[Occasion]:
    if not home.organisation.uses(Module.DOCUMENTS):
        return
    for row in home.summary.wanted:
        if row.due_on:
            yield from _by_day(home, Kind.PAPER, (row.id, row.member), row.due_on, "", ANSWER_DAYS)


def _consents(home: Home, *, is_first: bool) -> Iterator[Occasion]:
    """Texts that somebody of the family signed as they were before."""
    programmes = {group.id: group.programme for group in home.groups.values()}
    at = home.now - 2 * PATIENCE if is_first else home.now
    for asked in consents_gate.due(home.consents, home.summary, home.today, programmes):
        row = consents_gate.given(home.summary, asked.id, asked.member)
        if row and row.state == State.SIGNED.value and row.version < asked.version and _is_about_all(home, asked):
            name, parts = f"consent {asked.id} {asked.member}", (asked.id, asked.member)
            yield Occasion(Kind.CONSENT, name, str(asked.version), at, at + 2 * PATIENCE, parts)


def _by_day(
    home: Home, kind: Kind, parts: tuple[str, ...], day: date, form: str, stages: Iterable[int]
) -> Iterator[Occasion]:
    """An occasion for each of so many days before a day; those after the present day are of no use once it is over."""
    zone = home.organisation.zone
    ends = day_begins(day + timedelta(days=1), zone)
    for days in stages:
        name = " ".join((kind.value, *parts, str(days)))
        yield Occasion(kind, name, f"{form}{day}", morning(day, days, zone), ends, parts)


def _is_open(home: Home, member: str, private: Private) -> bool:
    """Whether somebody is a member still, and does not keep it from everybody else in the home (NEW-14)."""
    row = home.summary.member(member)
    return row is not None and private.value not in row.keeps


def _is_about_all(home: Home, asked: Asked) -> bool:
    return not asked.member or _is_open(home, asked.member, Private.PROFILE)
