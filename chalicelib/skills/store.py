"""Reads and writes skills."""

from collections.abc import Iterable
from datetime import date
from functools import partial

from chalicelib.data import keys, read
from chalicelib.data.write import Transaction
from chalicelib.skills.domain import Reached, Skill
from chalicelib.skills.models import ReachedItem, SkillItem

MOST = 200
"""Skills of an organisation, and of a member, that are read at once."""


def list_skills(org: str) -> dict[str, Skill]:
    """All skills of an organisation, by id. One round trip."""
    found = read.listed(SkillItem, partial(keys.skill, org), newest_first=False, size=MOST)
    return {item.skill: skill_from(item) for item in found.rows}


def get_skills(org: str, skill_ids: Iterable[str]) -> dict[str, Skill]:
    """The skills that exist, by id. One round trip a hundred."""
    wanted = [keys.skill(org, each) for each in skill_ids]
    found = read.many(SkillItem, wanted) if wanted else {}
    return {item.skill: skill_from(item) for item in found.values()}


def list_reached(org: str, person_id: str) -> list[Reached]:
    """What a member reached. One round trip."""
    found = read.listed(ReachedItem, partial(keys.reached_skill, org, person_id), newest_first=False, size=MOST)
    return [reached_from(item) for item in found.rows]


def get_reached(org: str, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Reached]:
    """What is stored of pairs of person and skill. One round trip a hundred."""
    found = read.many(ReachedItem, [keys.reached_skill(org, *pair) for pair in wanted])
    return {(item.person, item.skill): reached_from(item) for item in found.values()}


def save_skill(transaction: Transaction, org: str, skill: Skill) -> None:
    """Adds the write of a skill over the one that is stored."""
    pk, sk = keys.skill(org, skill.id)
    levels = [dict(level) for level in skill.levels]
    item = SkillItem(pk, sk, skill=skill.id, title=dict(skill.title), levels=levels, source=skill.source or None)
    transaction.put(f"skill {skill.id}", item)


def save_reached(transaction: Transaction, org: str, reached: Reached) -> None:
    """Adds the write of what a member reached; refused when it was changed meanwhile."""
    transaction.put(f"reached {reached.person} {reached.skill}", reached_item(org, reached))


def delete_reached(transaction: Transaction, org: str, reached: Reached) -> None:
    """Adds the removal of what a member reached; refused when it was changed meanwhile."""
    transaction.delete(f"reached {reached.person} {reached.skill}", reached_item(org, reached))


def skill_from(item: SkillItem) -> Skill:
    """The skill that `item` stores."""
    return Skill(item.skill, item.title, tuple(item.levels), item.source or "")


def reached_item(org: str, reached: Reached) -> ReachedItem:
    """The item that stores what a member reached."""
    pk, sk = keys.reached_skill(org, reached.person, reached.skill)
    return ReachedItem(
        pk,
        sk,
        skill=reached.skill,
        person=reached.person,
        level=reached.level,
        reached_on=reached.on.isoformat(),
        note=reached.note or None,
        by=reached.by or None,
        source=reached.source or None,
        version=reached.version,
    )


def reached_from(item: ReachedItem) -> Reached:
    """What a member reached, as `item` stores it."""
    return Reached(
        item.skill,
        item.person,
        int(item.level),
        date.fromisoformat(item.reached_on),
        item.note or "",
        item.by or "",
        item.source or "",
        item.version,
    )
