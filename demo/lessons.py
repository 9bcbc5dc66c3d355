"""What the files of an import do not tell of lessons: an absence to come, and the right to make up that it gives."""

from datetime import datetime, timedelta

from chalicelib.enrolments import absence
from chalicelib.enrolments.absence import Told
from chalicelib.enrolments.foreseeing import digest
from chalicelib.enrolments.places import Places, keep_places
from chalicelib.households.store import get_summaries
from chalicelib.households.summary import EnrolmentRow, Summary
from chalicelib.organisations.domain import Organisation
from chalicelib.schedule.domain import EnrolmentKind, EnrolmentStatus, Occurrence, covered
from chalicelib.schedule.store import get_class_groups

_FIRST = timedelta(days=2)
"""Early enough to be excused."""


def add(organisation: Organisation, household: str, now: datetime) -> None:
    """Tells that one member will not come to a lesson of the days ahead. Doing it again changes nothing."""
    summary = get_summaries(organisation.slug, (household,)).get(household)
    for row in _places(summary) if summary and not summary.away else ():
        meeting = _next(organisation, row, now)
        if meeting:
            _report(organisation, household, row, meeting, now)
            return


def _report(organisation: Organisation, household: str, row: EnrolmentRow, meeting: Occurrence, now: datetime) -> None:
    def which(each: Occurrence) -> bool:
        return each.id == meeting.id

    def shown(places: Places) -> str:
        return digest(absence.preview(places, row.member, row.id, which))

    told = Told("Voyage en famille", "", keep_places(organisation, household, now, shown))
    absence.report(organisation, household, (row.member, row.id), which, told, now)


def _places(summary: Summary) -> list[EnrolmentRow]:
    kept = (EnrolmentStatus.ACTIVE.value, EnrolmentKind.COURSE.value)
    return sorted(row for row in summary.enrolments if (row.status, row.kind) == kept)


def _next(organisation: Organisation, row: EnrolmentRow, now: datetime) -> Occurrence | None:
    group = get_class_groups(organisation.slug, [row.class_group]).get(row.class_group)
    meetings = covered(group, row, organisation.zone) if group else ()
    return next((each for each in meetings if each.takes_place and each.starts > now + _FIRST), None)
