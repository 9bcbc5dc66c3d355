"""What a household's summary tells of an enrolment: the same, whether a use case keeps it or a repair builds it."""

from datetime import datetime

from chalicelib.households.summary import AwayRow, EnrolmentRow, NewsRow
from chalicelib.schedule.domain import ClassGroup, Enrolment, EnrolmentKind, EnrolmentStatus
from chalicelib.shared.times import local_day

_NO_NEWS = (
    EnrolmentStatus.CANCELLED,
    EnrolmentStatus.TRANSFERRED,
    EnrolmentStatus.HELD,
    EnrolmentStatus.OFFERED,
    EnrolmentStatus.OFFER_EXPIRED,
)


def enrolment_row(enrolment: Enrolment) -> EnrolmentRow:
    """The row of an enrolment."""
    return EnrolmentRow(
        enrolment.id,
        enrolment.person,
        enrolment.class_group,
        enrolment.status.value,
        enrolment.starts_on,
        enrolment.ends_on,
        enrolment.kind.value,
        enrolment.meeting,
    )


def away_rows(enrolment: Enrolment, group: ClassGroup, zone: str, now: datetime) -> list[AwayRow]:
    """Meetings to come that the family said its member will not be at."""
    told = [group.meeting(meeting) for meeting, mark in enrolment.marks.items() if mark.attendance.is_absence]
    ahead = [meeting for meeting in told if meeting and meeting.ends > now]
    return [AwayRow(enrolment.id, meeting.id, local_day(meeting.starts, zone)) for meeting in ahead]


def enrolment_news(enrolment: Enrolment) -> NewsRow | None:
    """The news that a place in a class is; None where it was given back, or is not taken yet."""
    if enrolment.status in _NO_NEWS or enrolment.kind is not EnrolmentKind.COURSE:
        return None
    return NewsRow("enrolment", enrolment.id, enrolment.class_group, enrolment.enrolled_at)
