"""Reads and writes class groups and enrolments."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache, partial
from typing import Any

from chalicelib.data import keys, read
from chalicelib.schedule.domain import (
    ClassGroup,
    Enrolment,
    EnrolmentStatus,
    Occurrence,
    OccurrenceStatus,
    Programme,
)
from chalicelib.schedule.models import ClassGroupItem, EnrolmentItem, ProgrammeItem
from chalicelib.shared.times import from_iso, to_iso


def get_class_groups(
    org: str, class_ids: Iterable[str], *, consistent: bool = False, since: datetime | None = None
) -> dict[str, ClassGroup]:
    """The class groups that exist, by id; with `since`, only their later meetings. One round trip a hundred."""
    wanted = [keys.class_group(org, class_id) for class_id in class_ids]
    found = read.many(ClassGroupItem, wanted, consistent=consistent) if wanted else {}
    return {item.class_group: class_group_from(item, since) for item in found.values()}


def get_enrolment(org: str, person_id: str, enrolment_id: str) -> Enrolment | None:
    """The enrolment, or None. One strong read."""
    item = read.one(EnrolmentItem, keys.enrolment(org, person_id, enrolment_id))
    return enrolment_from(item) if item else None


def list_enrolments(org: str, person_id: str, after: str = "") -> read.Page[Enrolment]:
    """A person's enrolments, latest start first, a page at a time, from beyond the enrolment `after`."""
    found = read.listed(EnrolmentItem, partial(keys.enrolment, org, person_id), after=after)
    return read.Page([enrolment_from(item) for item in found.rows], found.next)


def programme_item(org: str, programme: Programme) -> ProgrammeItem:
    """The item that stores `programme`."""
    pk, sk = keys.programme(org, programme.id)
    return ProgrammeItem(pk, sk, programme=programme.id, title=dict(programme.title), source=programme.source)


def class_group_item(org: str, group: ClassGroup) -> ClassGroupItem:
    """The item that stores `group`."""
    pk, sk = keys.class_group(org, group.id)
    return ClassGroupItem(
        pk,
        sk,
        class_group=group.id,
        profile={"title": dict(group.title), "programme": group.programme, "instructor": group.instructor},
        occurrences=json.dumps(
            [
                [meeting.id, to_iso(meeting.starts), to_iso(meeting.ends), meeting.room, meeting.status.value]
                for meeting in group.occurrences
            ]
        ),
        source=group.source,
        version=group.version,
    )


def class_group_from(item: ClassGroupItem, since: datetime | None = None) -> ClassGroup:
    """The class group that `item` stores; with `since`, only its meetings that end later."""
    told: dict[str, Any] = item.profile
    return ClassGroup(
        id=item.class_group,
        title=told["title"],
        programme=told["programme"],
        instructor=told["instructor"],
        occurrences=tuple(
            meeting for meeting in _occurrences(item.occurrences) if since is None or meeting.ends > since
        ),
        source=item.source or "",
        version=item.version,
    )


@lru_cache(maxsize=256)
def _occurrences(stored: str) -> tuple[Occurrence, ...]:
    """The meetings in a stored text. Remembered by the text itself, so never out of date: a class is on the pages of
    all its families, and reading its dates was a tenth of each.
    """
    return tuple(
        Occurrence(meeting, from_iso(starts), from_iso(ends), room, OccurrenceStatus(status))
        for meeting, starts, ends, room, status in json.loads(stored)
    )


def enrolment_item(org: str, enrolment: Enrolment) -> EnrolmentItem:
    """The item that stores `enrolment`."""
    pk, sk = keys.enrolment(org, enrolment.person, enrolment.id)
    return EnrolmentItem(
        pk,
        sk,
        enrolment=enrolment.id,
        person=enrolment.person,
        class_group=enrolment.class_group,
        household=enrolment.household,
        status=enrolment.status.value,
        starts_on=enrolment.starts_on.isoformat(),
        ends_on=enrolment.ends_on.isoformat(),
        enrolled_at=to_iso(enrolment.enrolled_at),
        source=enrolment.source,
    )


def enrolment_from(item: EnrolmentItem) -> Enrolment:
    """The enrolment that `item` stores."""
    return Enrolment(
        id=item.enrolment,
        person=item.person,
        class_group=item.class_group,
        household=item.household,
        status=EnrolmentStatus(item.status),
        starts_on=date.fromisoformat(item.starts_on),
        ends_on=date.fromisoformat(item.ends_on),
        enrolled_at=from_iso(item.enrolled_at),
        source=item.source or "",
    )
