"""Classes from the command line."""

from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from chalicelib.schedule import listing, store
from chalicelib.schedule.domain import Ages, Attendance, ClassGroup
from chalicelib.shared.times import local, local_day
from cli.__main__ import app
from tests.enrolments.teaching import now_of, place_of, seated, taught
from tests.support.world import World

FILE = """
id = "ballet-1"
title = {{ fr = "Ballet 1", en = "Ballet 1" }}
instructor = "Ann Lee"
room = "Studio"
capacity = 12
ages = [5, 8]
price = 180.50
open = true
first = {first}
count = {count}
weekdays = ["{weekday}"]
starts = "16:30"
minutes = 45
"""


def _run(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["classes", *arguments])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, " ".join(done.output.split())


def _file(world: World, folder: Path, count: int = 3, extra: str = "") -> str:
    path = folder / "class.toml"
    first = world.today + timedelta(days=1)
    path.write_text(FILE.format(first=first, count=count, weekday=f"{first:%A}".lower()) + extra, "utf-8")
    return str(path)


def _only(world: World) -> ClassGroup:
    (found,) = listing.list_classes(world.org).rows
    return store.get_class_groups(world.org, [found.class_group])[found.class_group]


def test_a_file_makes_one_class_however_often_it_is_used(world: World, tmp_path: Path) -> None:
    for _ in range(2):
        code, output = _run("create", world.org, _file(world, tmp_path))
        assert code == 0, output
    group = _only(world)
    assert (group.version, len(group.occurrences), group.capacity, group.price_minor) == (1, 3, 12, 18050)
    assert (group.ages, group.open) == (Ages(5, 8), True)
    begins = local(group.occurrences[0].starts, world.organisation.zone)
    assert (begins.hour, begins.minute, group.occurrences[0].room) == (16, 30, "Studio")

    _run("create", world.org, _file(world, tmp_path, count=5))

    assert len(_only(world).occurrences) == 5
    assert "Ballet 1" in _run("list", world.org)[1]
    assert "Studio" in _run("show", world.org, group.id)[1]


def test_a_dry_run_shows_the_dates_and_makes_nothing(world: World, tmp_path: Path) -> None:
    first = world.today + timedelta(days=1)

    code, output = _run("create", world.org, _file(world, tmp_path, extra=f"without = [{first}]\n"), "--dry-run")

    assert code == 0
    assert f"{first} left out" in output
    assert not listing.list_classes(world.org).rows


@pytest.mark.parametrize(
    ("extra", "sentence"),
    [
        ('sta = "16:30"', "sta is not known here"),
        ('holidays = ["soon"]', "holidays holds"),
        ("weeks = 0", "weeks must be at least 1"),
    ],
)
def test_a_file_with_mistakes_is_refused(world: World, tmp_path: Path, extra: str, sentence: str) -> None:
    code, output = _run("create", world.org, _file(world, tmp_path, extra=extra + "\n"))

    assert code == 1
    assert sentence in output
    assert not listing.list_classes(world.org).rows


def test_a_room_that_is_taken_stops_a_new_class(world: World, tmp_path: Path) -> None:
    _run("create", world.org, _file(world, tmp_path))
    other = tmp_path / "other.toml"
    other.write_text(Path(_file(world, tmp_path)).read_text("utf-8").replace("ballet-1", "jazz"), "utf-8")

    code, output = _run("create", world.org, str(other))
    assert code == 1
    assert "is taken" in output
    assert _run("create", world.org, str(other), "--overlap")[0] == 0


def test_meetings_of_a_day_are_cancelled_and_families_told(world: World) -> None:
    home = world.household("Roy")
    group = taught(world)
    place = seated(world, group, home, world.member(home, "Lea"))
    day = str(local_day(group.occurrences[0].starts, world.organisation.zone))
    assert (
        "1 meetings would be cancelled, and 1 families"
        in _run("cancel-meetings", world.org, group.id, day, "--dry-run")[1]
    )

    code, output = _run("cancel-meetings", world.org, group.id, day, "--reason", "Neige")

    assert (code, output) == (0, "Cancelled 1 meetings; 1 families concerned")
    mark = place_of(world, place).marks[group.occurrences[0].id]
    assert mark.attendance is Attendance.ORG_CANCELLED
    assert now_of(world, group).occurrences[0].note == "Neige"
    assert "org_cancelled" in _run("attendance", world.org, group.id, day)[1]


def test_the_meeting_of_a_day_is_moved(world: World) -> None:
    group = taught(world)
    zone = world.organisation.zone
    day = local_day(group.occurrences[0].starts, zone)
    when = f"{day + timedelta(days=1)} 18:15"

    assert _run("move", world.org, group.id, str(day), when, "--room", "Hall") == (0, f"Moved to {when}")

    moved = now_of(world, group).meeting(group.occurrences[0].id)
    assert moved
    assert (f"{local(moved.starts, zone):%Y-%m-%d %H:%M}", moved.room) == (when, "Hall")
    code, output = _run("move", world.org, group.id, str(day), when)
    assert code == 1
    assert "0 meetings" in output


@pytest.mark.parametrize("arguments", [("none", "2026-12-24"), ("none", "soon")])
def test_what_is_not_there_is_said(world: World, arguments: tuple[str, str]) -> None:
    assert _run("attendance", world.org, *arguments)[0] == 1


def test_a_programme_is_stored_with_its_titles(world: World) -> None:
    assert _run("save-programme", world.org, "dance", "--title", "fr=Danse", "--title", "en=Dance")[0] == 0
    assert _run("save-programme", world.org, "dance", "--title", "Dance")[0] == 1

    assert [each.title for each in store.list_programmes(world.org)] == [{"fr": "Danse", "en": "Dance"}]


def test_due_changes_are_told_on_demand(world: World) -> None:
    assert _run("tell")[0] == 0
