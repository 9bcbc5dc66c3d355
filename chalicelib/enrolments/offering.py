"""What families may take places in: read by one query and one batch, whatever else the organisation teaches."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from chalicelib.enrolments.reckoning import coming
from chalicelib.households.domain import age
from chalicelib.households.summary import MemberRow
from chalicelib.organisations.domain import Organisation
from chalicelib.schedule import store
from chalicelib.schedule.domain import ClassGroup, Programme
from chalicelib.schedule.roll import Roll
from chalicelib.shared.errors import NotFound
from chalicelib.shared.times import local_day


class Offered(NamedTuple):
    """Classes on a page, who is in them, and the programmes they belong to."""

    groups: Sequence[ClassGroup]
    rolls: Mapping[str, Roll]
    programmes: Mapping[str, Programme]
    next: str = ""
    """Where the list goes on; empty at the end."""


def list_offered(organisation: Organisation, programme: str = "", after: str = "") -> Offered:
    """Classes that families may take places in, by programme, a page at a time. Three round trips."""
    found = store.list_offered(organisation.slug, programme, after)
    groups, rolls = store.get_classes_and_rolls(organisation.slug, found.rows)
    named = store.get_programmes(organisation.slug, (group.programme for group in groups.values() if group.programme))
    return Offered([groups[each] for each in found.rows if each in groups], rolls, named, found.next)


def get_offered(organisation: Organisation, class_id: str) -> Offered:
    """One class that families may take places in. Raises NotFound."""
    groups, rolls = store.get_classes_and_rolls(organisation.slug, [class_id])
    group = groups.get(class_id)
    if group is None or not group.open:
        raise NotFound
    programmes = store.get_programmes(organisation.slug, [group.programme] if group.programme else [])
    return Offered([group], rolls, programmes)


def fitting(offered: Offered, member: MemberRow, organisation: Organisation, now: datetime) -> Offered:
    """Those of the classes that are for a member's age; whose age is not known sees all (X-7)."""
    groups = [group for group in offered.groups if _fits(group, member, organisation.zone, now)]
    return offered._replace(groups=groups)


def _fits(group: ClassGroup, member: MemberRow, zone: str, now: datetime) -> bool:
    meetings = coming(group, now)
    if member.birth_date is None or not meetings:
        return True
    return group.ages.fit(age(member.birth_date, local_day(meetings[0].starts, zone)))
