"""Rules between what is told of members and what they take part in: meetings of their classes, levels of skills."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from chalicelib.admin.imports.columns import sheet
from chalicelib.admin.imports.laying import internal_id
from chalicelib.admin.imports.places import get_places
from chalicelib.admin.imports.staging import Problem, Record, Staging, batches
from chalicelib.organisations.domain import Organisation
from chalicelib.schedule import store
from chalicelib.schedule.domain import ClassGroup
from chalicelib.shared.texts import LANGUAGES
from chalicelib.skills.store import get_skills

_BATCH = 100

_MEETINGS = """
SELECT m.kind, m.line, m.field, CASE m.kind WHEN 'enrolment' THEN m.id ELSE e.target END, m.target FROM reference m
LEFT JOIN reference e
    ON m.kind = 'attendance' AND e.kind = 'attendance' AND e.id = m.id AND e.target_kind = 'enrolment'
WHERE m.target_kind = 'occurrence'
"""
_CLASS = "SELECT coalesce((SELECT target FROM reference WHERE kind = ? AND id = ? AND target_kind = 'class'), '')"


def meetings_of_other_classes(organisation: Organisation, staging: Staging) -> Iterator[Problem]:
    """Rows that name a meeting which is not one of the class that the place is in."""
    for batch in batches(staging.rows(_MEETINGS), _BATCH):
        classes = _classes(organisation, staging, {enrolment for *_, enrolment, _ in batch})
        groups = store.get_class_groups(organisation.slug, set(classes.values()))
        for kind, line, field, enrolment, meeting in batch:
            place = classes.get(enrolment, "")
            if place and not _meets(organisation, staging, place, groups.get(place), meeting):
                message = f"“{meeting}” is no meeting of the class of “{enrolment}”"
                yield Problem(sheet(kind).file, line, field, message)


def _classes(organisation: Organisation, staging: Staging, enrolments: set[str]) -> dict[str, str]:
    """The class (internal id) of each enrolment, as the files say, or else as it is stored."""
    named = {each: staging.value(_CLASS, "enrolment", each) for each in enrolments}
    found = {each: internal_id(organisation, "class", name) for each, name in named.items() if name}
    inner = {internal_id(organisation, "enrolment", each): each for each in enrolments - found.keys()}
    places = get_places(organisation.slug, inner)
    wanted = {place.record: inner[each] for each, place in places.items()}
    stored = store.get_enrolments(organisation.slug, [(place.owner, place.record) for place in places.values()])
    return {**found, **{wanted[each.id]: each.class_group for each in stored.values()}}


def _meets(organisation: Organisation, staging: Staging, place: str, group: ClassGroup | None, meeting: str) -> bool:
    """Whether a meeting is one of a class, as the files say, or else as it is stored."""
    if name := staging.value(_CLASS, "occurrence", meeting):
        return internal_id(organisation, "class", name) == place
    return group is not None and group.meeting(internal_id(organisation, "occurrence", meeting)) is not None


def unknown_levels(organisation: Organisation, staging: Staging) -> Iterator[Problem]:
    """Rows that tell a level which their skill does not have."""
    for batch in batches(staging.records("reached"), _BATCH):
        names = {name for record in batch for name, _ in record.get("skill", [])}
        levels = _levels(organisation, staging, names)
        for record in batch:
            count = levels.get(record.get("skill", [[None]])[0][0])
            if count is not None and not _has_level(count, record.get("level", 0)):
                told = f"has levels 1 to {count}" if count else "has no levels"
                yield Problem(sheet("reached").file, record.line, "level", f"is none of the skill, which {told}")


def _has_level(count: int, level: int) -> bool:
    return 1 <= level <= count if count else level == 0


def _levels(organisation: Organisation, staging: Staging, names: set[str]) -> Mapping[str, int]:
    """How many levels each skill has, as the files say, or else as it is stored."""
    inner = {internal_id(organisation, "skill", name): name for name in names}
    stored = {inner[each.id]: len(each.levels) for each in get_skills(organisation.slug, inner).values()}
    rows = {name: staging.record("skill", name) for name in names}
    told = {name: _told_levels(row) for name, row in rows.items() if row}
    return {**dict.fromkeys(told, 0), **stored, **{name: count for name, count in told.items() if count is not None}}


def _told_levels(record: Record) -> int | None:
    """How many levels a row tells; None where its file has no column of them."""
    columns: Sequence[Any] = [name for name in (f"levels_{language}" for language in LANGUAGES) if name in record.data]
    return max((len(record.get(name, [])) for name in columns), default=None)
