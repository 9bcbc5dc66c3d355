"""Skills that an organisation teaches, with their levels, and what a member reached of them (SKILL-1)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from chalicelib.shared.errors import Invalid
from chalicelib.shared.frozen import Frozen, frozen
from chalicelib.shared.texts import Texts, say

MAX_LEVELS = 20


class Skill(NamedTuple):
    """Something that can be learnt, such as the freestyle."""

    id: str
    title: Texts
    levels: tuple[Texts, ...] = ()
    """Names of its levels, lowest first; none: one has it or has not."""
    source: str = ""
    """Fingerprint of the row that an import brought."""

    def level_name(self, level: int) -> Texts:
        """The name of a level, counted from 1; no name for 0, or for a level that there is no more."""
        return self.levels[level - 1] if 0 < level <= len(self.levels) else {}


@frozen
class Reached(Frozen):
    """That a member has a skill, and how far."""

    skill: str
    person: str
    level: int
    """From 1; 0 for a skill without levels."""
    on: date
    """Local day on which it was seen."""
    note: str = ""
    by: str = ""
    """User who wrote it; empty: it came with an import."""
    source: str = ""
    version: int | None = None


def assigned(skill: Skill, before: Reached | None, told: Reached) -> Reached:
    """What is kept once staff say that a member has a skill, or reached another level. Raises Invalid."""
    if not _fits(skill, told.level):
        raise Invalid({"level": say("There is no such level of this skill.")})
    return replace(told, version=before.version if before else None)


def _fits(skill: Skill, level: int) -> bool:
    return 1 <= level <= len(skill.levels) if skill.levels else level == 0


class Shown(NamedTuple):
    """A skill that a member has, with what it is called."""

    skill: Skill
    reached: Reached


def shown(reached: Sequence[Reached], skills: Mapping[str, Skill]) -> list[Shown]:
    """What a member has, latest first; a skill that the organisation gave up is not shown."""
    known = [Shown(skills[each.skill], each) for each in reached if each.skill in skills]
    return sorted(known, key=lambda each: (each.reached.on, each.skill.id), reverse=True)
