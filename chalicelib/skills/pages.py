"""View models of skills."""

from collections.abc import Iterable
from typing import NamedTuple

from chalicelib.shared.texts import say
from chalicelib.skills.domain import Shown, Skill
from chalicelib.web.language import Local, dotted


class SkillView(NamedTuple):
    """A skill that a member has."""

    title: str
    level: str
    meta: str
    skill: str
    """Id of the skill."""


def skill_views(shown: Iterable[Shown], local: Local) -> list[SkillView]:
    """Skills with the level that was reached, and when."""
    return [
        SkillView(
            local.text(each.skill.title),
            local.text(each.skill.level_name(each.reached.level)),
            dotted(local.say(say("Seen on %(day)s", day=local.date(each.reached.on))), each.reached.note),
            each.skill.id,
        )
        for each in shown
    ]


def level_options(skills: Iterable[Skill], local: Local, separator: str) -> list[tuple[str, str]]:
    """Every level of every skill, for a choice: the skill and the number of the level, and what they are called."""
    return [
        (f"{skill.id}{separator}{number}", dotted(local.text(skill.title), local.text(skill.level_name(number))))
        for skill in sorted(skills, key=lambda each: local.text(each.title).casefold())
        for number in range(1 if skill.levels else 0, len(skill.levels) + 1)
    ]
