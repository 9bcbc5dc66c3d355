"""What staff do with skills: keep the list, and say who reached what (SKILL-1)."""

from datetime import date

from chalicelib.data.write import Transaction
from chalicelib.households.store import get_person
from chalicelib.shared.errors import NotFound
from chalicelib.skills import store
from chalicelib.skills.domain import Reached, Skill, assigned


def save_skills(org: str, skills: list[Skill]) -> None:
    """Stores skills, each over the one with the same id; what members reached stays. Raises Unavailable."""
    for skill in skills:
        transaction = Transaction()
        store.save_skill(transaction, org, skill)
        transaction.commit_or_conflict()


def assign(org: str, person: str, skill: str, level: int, on: date, note: str = "", by: str = "") -> Reached:
    """Says that a member has a skill, or reached another level. Telling the same again changes nothing.

    Raises NotFound for an unknown member or skill, Invalid for a level that the skill does not have, Conflict.
    """
    known = store.get_skills(org, [skill]).get(skill)
    if known is None or get_person(org, person) is None:
        raise NotFound
    before = _reached(org, person, skill)
    told = assigned(known, before, Reached(skill, person, level, on, note, by))
    if told == before:
        return before
    transaction = Transaction()
    store.save_reached(transaction, org, told)
    transaction.commit_or_conflict()
    return told


def remove(org: str, person: str, skill: str) -> None:
    """Takes a skill from a member. Raises NotFound, Conflict."""
    before = _reached(org, person, skill)
    if before is None:
        raise NotFound
    transaction = Transaction()
    store.delete_reached(transaction, org, before)
    transaction.commit_or_conflict()


def _reached(org: str, person: str, skill: str) -> Reached | None:
    return store.get_reached(org, [(person, skill)]).get((person, skill))
