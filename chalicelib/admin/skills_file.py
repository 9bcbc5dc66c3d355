"""The list of skills as the organisation's people write it: `[[skills]]` with an id, a title and the levels."""

from pathlib import Path

from chalicelib.admin.imports.laying import internal_id
from chalicelib.admin.tables import Table, load
from chalicelib.organisations.domain import Organisation
from chalicelib.skills.domain import MAX_LEVELS, Skill


def read_skills(path: Path, organisation: Organisation) -> list[Skill]:
    """The skills that a file describes. Raises FileMistakes, OSError."""
    table = load(path)
    table.only("skills")
    skills = [_skill(each, organisation) for each in table.tables("skills")]
    table.done()
    return skills


def _skill(table: Table, organisation: Organisation) -> Skill:
    table.only("id", "title", "levels")
    name = table.checked("id", _is_id, "must be the skill's own id, without | and =")
    levels = table.tables("levels")
    if len(levels) > MAX_LEVELS:
        table.wrong("levels", f"must be at most {MAX_LEVELS}")
    titles = []
    for level in levels:
        level.only("title")
        titles.append(level.texts("title", organisation.languages))
    return Skill(internal_id(organisation, "skill", name), table.texts("title", organisation.languages), tuple(titles))


def _is_id(name: str) -> bool:
    return 0 < len(name) <= 100 and name.isprintable() and not set(name) & set("|=")
