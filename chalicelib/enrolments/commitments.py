"""What a family has to do already, as far as it bears on where a make-up fits."""

from datetime import datetime

from chalicelib.enrolments.finding import Busy, Commitments
from chalicelib.enrolments.rights import Right
from chalicelib.households.summary import Summary
from chalicelib.organisations.domain import Organisation
from chalicelib.schedule import store
from chalicelib.schedule.domain import EnrolmentStatus, covered


def commitments(organisation: Organisation, home: Summary, right: Right, since: datetime | None = None) -> Commitments:
    """What the owner of a right and the rest of the family have to do from `since` on. One round trip."""
    rows = [row for row in home.enrolments if EnrolmentStatus(row.status).holds_place]
    groups = store.get_class_groups(organisation.slug, {row.class_group for row in rows}, since=since)
    away = {(row.enrolment, row.meeting) for row in home.away}
    own_meetings: set[str] = set()
    own: list[Busy] = []
    family: list[Busy] = []
    for row in rows:
        group = groups.get(row.class_group)
        for meeting in covered(group, row, organisation.zone) if group else ():
            is_own = row.member == right.person
            if is_own:
                own_meetings.add(meeting.id)
            if meeting.takes_place and (row.id, meeting.id) not in away:
                (own if is_own else family).append(Busy(meeting.starts, meeting.ends))
    return Commitments(frozenset(own_meetings), tuple(own), tuple(family))
