"""Commands of certificates and skills."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from chalicelib.enrolments import certificate_store
from chalicelib.skills import store
from cli.__main__ import app
from tests.support.world import World

SKILLS = """
[[skills]]
id = "turns"
title = { fr = "Pirouettes", en = "Turns", ru = "Пируэты" }
levels = [{ title = { fr = "Simple" } }, { title = { fr = "Double" } }]
"""


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


@pytest.fixture
def member(world: World) -> str:
    """A member, by the portal's id."""
    return world.member(world.household("Tremblay"), "Léa").id


def test_a_certificate_is_recorded_listed_and_taken_back(world: World, member: str) -> None:
    """SCH-11."""
    done = run("certificates", "add", world.org, member, "2026-11-02", "2026-11-06", "--note", "Grippe")
    assert done.exit_code == 0, done.output
    (found,) = certificate_store.list_certificates(world.org, member).rows
    assert (str(found.covers_from), str(found.covers_to), found.note) == ("2026-11-02", "2026-11-06", "Grippe")
    assert found.id[:8] in run("certificates", "list", world.org, member).output
    assert run("certificates", "remove", world.org, member, found.id).exit_code == 0
    assert not certificate_store.list_certificates(world.org, member).rows
    assert run("certificates", "remove", world.org, member, found.id).exit_code == 1


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2026-11-06", "2026-11-02", "covers_to"),
        ("soon", "2026-11-02", "not a day"),
        ("2020-01-01", "2026-01-01", "400"),
    ],
)
def test_a_certificate_that_can_not_be_is_refused_with_a_sentence(
    world: World, member: str, first: str, last: str, words: str
) -> None:
    done = run("certificates", "add", world.org, member, first, last)
    assert (done.exit_code, words in done.output) == (1, True)
    assert not certificate_store.list_certificates(world.org, member).rows


def test_skills_are_saved_assigned_and_removed(world: World, member: str, tmp_path: Path) -> None:
    """SKILL-1."""
    file = tmp_path / "skills.toml"
    file.write_text(SKILLS, "utf-8")
    assert run("skills", "save", world.org, str(file)).exit_code == 0
    assert "2 Double" in run("skills", "list", world.org).output
    assert run("skills", "assign", world.org, member, "turns", "--level", "2", "--on", "2026-11-01").exit_code == 0
    (reached,) = store.list_reached(world.org, member)
    assert (reached.level, str(reached.on)) == (2, "2026-11-01")
    refused = run("skills", "assign", world.org, member, "turns", "--level", "3")
    assert (refused.exit_code, "level" in refused.output) == (1, True)
    assert run("skills", "remove", world.org, member, "turns").exit_code == 0
    assert store.list_reached(world.org, member) == []


@pytest.mark.parametrize("text", ["[[skills]]\nid = 'a|b'\ntitle = { fr = 'A' }", "[[skills]]\nid = 'a'", "skill = 1"])
def test_a_file_of_skills_with_mistakes_changes_nothing(world: World, tmp_path: Path, text: str) -> None:
    file = tmp_path / "skills.toml"
    file.write_text(text, "utf-8")
    assert run("skills", "save", world.org, str(file)).exit_code == 1
    assert store.list_skills(world.org) == {}


def test_nobody_is_recorded_who_is_not_there(world: World) -> None:
    done = run("certificates", "add", world.org, "nobody", "2026-11-02", "2026-11-06")
    assert done.exit_code == 1
