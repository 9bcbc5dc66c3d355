"""Writes what is told of members beside their places: attendance, certificates, and what they reached of skills."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import NamedTuple

from chalicelib.admin.imports.laying import internal_id
from chalicelib.admin.imports.places import Place, get_places, note_place
from chalicelib.admin.imports.plan import Outcome, Plan, carry_out
from chalicelib.admin.imports.staging import Record, Staging, batches
from chalicelib.admin.imports.teaching import TeachingBuilder
from chalicelib.data.write import Transaction
from chalicelib.enrolments import certificate_store
from chalicelib.households.store import get_person
from chalicelib.organisations.domain import Organisation
from chalicelib.schedule import store as schedule
from chalicelib.schedule.domain import Attendance, ClassGroup, Enrolment, Mark
from chalicelib.skills import store as skills

IMPORT = "import"
"""Who wrote a mark that came with a file; anybody else's stays."""

_BATCH = 25

_MARKED = "SELECT DISTINCT target FROM reference WHERE kind = 'attendance' AND target_kind = 'enrolment' ORDER BY 1"


def write_members(organisation: Organisation, staging: Staging, now: datetime, total: Outcome) -> None:
    """Writes all that the files tell of members beside their places. Raises Conflict, Unavailable."""
    for names in batches(staging.rows(_MARKED), _BATCH):
        wanted = [name for (name,) in names]
        carry_out(partial(_plan_attendance, organisation, staging, wanted, now), total)
    for records in batches(staging.records("certificate"), _BATCH):
        carry_out(partial(_plan_certificates, organisation, records), total)
    for records in batches(staging.records("reached"), _BATCH):
        carry_out(partial(_plan_reached, organisation, records), total)


def write_skills(organisation: Organisation, staging: Staging, total: Outcome) -> None:
    """Writes the list of skills. Raises Conflict, Unavailable."""
    for records in batches(staging.records("skill"), _BATCH):
        carry_out(partial(_plan_skills, organisation, records), total)


class _Enrolled(NamedTuple):
    """A place and its class."""

    enrolment: Enrolment
    group: ClassGroup


def _plan_attendance(organisation: Organisation, staging: Staging, names: Sequence[str], now: datetime) -> Plan:
    plan, org, build = Plan(), organisation.slug, TeachingBuilder(organisation)
    for name, place in _enrolled(organisation, names):
        rows = staging.naming("attendance", "enrolment", name)
        marked = _marked(build, plan, place, rows, now)
        if marked != place.enrolment:
            plan.add(partial(Transaction.put, name=marked.id, item=schedule.enrolment_item(org, marked)))
        if _is_ahead(place._replace(enrolment=marked), now):
            _tell(organisation, staging, marked)
    return plan


def _enrolled(organisation: Organisation, names: Iterable[str]) -> Iterator[tuple[str, _Enrolled]]:
    """Places by the organisation's own ids. One that is missing belongs to a household that was left out."""
    org, inner = organisation.slug, {internal_id(organisation, "enrolment", name): name for name in names}
    places = get_places(org, inner)
    stored = schedule.get_enrolments(org, [(place.owner, place.record) for place in places.values()])
    groups = schedule.get_class_groups(org, {each.class_group for each in stored.values()}, consistent=True)
    for place, (_, record) in places.items():
        if record in stored:
            yield inner[place], _Enrolled(stored[record], groups[stored[record].class_group])


def _marked(build: TeachingBuilder, plan: Plan, place: _Enrolled, rows: Iterable[Record], now: datetime) -> Enrolment:
    """The enrolment with the marks of the rows; a mark that somebody made in the portal stays."""
    marks = dict(place.enrolment.marks)
    for record in rows:
        name = build.named(record, "meeting", "occurrence")
        meeting, before = place.group.meeting(name), marks.get(name)
        at = min(meeting.ends, now) if meeting else now
        told = Mark(Attendance(record.get("status")), at, record.get("reason"), by=IMPORT)
        changed = before is None or (before.by == IMPORT and before._replace(at=at) != told)
        plan.count("attendance", before, changed=changed)
        if changed:
            marks[name] = told
    return replace(place.enrolment, marks=marks)


def _is_ahead(place: _Enrolled, now: datetime) -> bool:
    """Whether anything is told of a meeting to come, which the roll and the summaries tell too."""
    told = map(place.group.meeting, place.enrolment.marks)
    return any(meeting.ends > now for meeting in told if meeting)


def _tell(organisation: Organisation, staging: Staging, enrolment: Enrolment) -> None:
    person = get_person(organisation.slug, enrolment.person)
    staging.add_seat(enrolment.class_group, enrolment.person, enrolment.id)
    for home in person.households if person else ():
        staging.add_stale(home)


def _plan_certificates(organisation: Organisation, records: Sequence[Record]) -> Plan:
    plan, org, build = Plan(), organisation.slug, TeachingBuilder(organisation)
    inner = {record.id: build.id_of("certificate", record.id) for record in records}
    places = get_places(org, inner.values())
    stored = certificate_store.get_certificates(org, places.values())
    for record in records:
        place = places.get(inner[record.id])
        before = stored.get(place.record) if place else None
        changed = before is None or before.source != record.source
        plan.count("certificate", before, changed=changed)
        if changed:
            told = build.certificate(record, place.record if place else "")
            note = partial(note_place, org=org, record_id=inner[record.id], place=Place(told.person, told.id))
            plan.add(partial(certificate_store.save_certificate, org=org, certificate=told), note)
    return plan


def _plan_skills(organisation: Organisation, records: Sequence[Record]) -> Plan:
    plan, org, build = Plan(), organisation.slug, TeachingBuilder(organisation)
    stored = skills.get_skills(org, [build.id_of("skill", record.id) for record in records])
    for record in records:
        before = stored.get(build.id_of("skill", record.id))
        changed = before is None or before.source != record.source
        plan.count("skill", before, changed=changed)
        if changed:
            plan.add(partial(skills.save_skill, org=org, skill=build.skill(record, before)))
    return plan


def _plan_reached(organisation: Organisation, records: Sequence[Record]) -> Plan:
    plan, org, build = Plan(), organisation.slug, TeachingBuilder(organisation)
    told = {record.id: build.reached(record, None) for record in records}
    stored = skills.get_reached(org, [(each.person, each.skill) for each in told.values()])
    for record in records:
        before = stored.get((told[record.id].person, told[record.id].skill))
        changed = before is None or before.source != record.source
        plan.count("reached", before, changed=changed)
        if changed:
            plan.add(partial(skills.save_reached, org=org, reached=build.reached(record, before)))
    return plan
