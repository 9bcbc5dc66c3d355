"""Brings the rolls of classes in line with the enrolments that were imported: class after class, after all else.

A crash before loses nothing: the next import looks at every roll that its files concern, and writes those that
say something else than the enrolments that are stored.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from functools import partial

from chalicelib.admin.imports.plan import Outcome, Plan, carry_out
from chalicelib.admin.imports.staging import Staging, batches
from chalicelib.enrolments.queueing import wanted
from chalicelib.organisations.domain import Organisation
from chalicelib.schedule import store
from chalicelib.schedule.domain import ClassGroup, Enrolment
from chalicelib.schedule.roll import Roll, with_enrolment

_BATCH = 100

_SEATS = "SELECT person, enrolment FROM seat WHERE class_group = ? ORDER BY enrolment"


def write_rolls(organisation: Organisation, staging: Staging, now: datetime, total: Outcome) -> None:
    """Gives each imported enrolment the seat or the place in the list that it has. Raises Conflict, Unavailable."""
    for (place,) in staging.rows("SELECT DISTINCT class_group FROM seat ORDER BY 1"):
        carry_out(partial(_plan_roll, organisation, staging, place, now), total)


def _plan_roll(organisation: Organisation, staging: Staging, place: str, now: datetime) -> Plan:
    """The roll is read before the enrolments: whoever changes one of them meanwhile changes the roll as well."""
    plan, org = Plan(), organisation.slug
    groups, rolls = store.get_classes_and_rolls(org, [place])
    if place in groups:
        enrolled = [
            enrolment
            for batch in batches(staging.rows(_SEATS, place), _BATCH)
            for enrolment in store.get_enrolments(org, batch).values()
        ]
        roll = laid_over(rolls[place], groups[place], enrolled, now)
        if roll != rolls[place]:
            plan.add(partial(store.save_roll, org=org, roll=roll))
    return plan


def laid_over(roll: Roll, group: ClassGroup, enrolled: Iterable[Enrolment], now: datetime) -> Roll:
    """The roll on which those enrolled have what their state gives them; who asked first waits first."""
    for enrolment in sorted(enrolled, key=lambda each: (each.enrolled_at, each.id)):
        if enrolment.class_group == group.id:
            roll = _with_absences(with_enrolment(roll, enrolment), group, enrolment, now)
            roll = _with_end(roll, group, enrolment, now)
    return roll


def _with_end(roll: Roll, group: ClassGroup, enrolment: Enrolment, now: datetime) -> Roll:
    """Who waits does so until the last meeting that is any use."""
    wish = roll.wish(enrolment.id)
    ahead = wanted(wish, group, now) if wish else ()
    return roll.with_wish(wish._replace(lapses=ahead[-1].starts)) if wish and ahead else roll


def _with_absences(roll: Roll, group: ClassGroup, enrolment: Enrolment, now: datetime) -> Roll:
    for name, mark in enrolment.marks.items():
        meeting = group.meeting(name)
        if meeting and meeting.ends > now and roll.seat(enrolment.id):
            roll = roll.with_away(name, enrolment.id, away=mark.attendance.is_absence)
    return roll


def left(roll: Roll, enrolment: str) -> Roll:
    """The roll with the version that it has once an enrolment was taken off it and that was written."""
    return replace(roll.without(enrolment), version=(roll.version or 0) + 1)
