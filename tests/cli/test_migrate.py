"""The commands that change what is stored already: how far it is, a bar, and going on after Ctrl-C (D-14)."""

from datetime import datetime

import pytest
from typer.testing import CliRunner

from chalicelib import bootstrap
from chalicelib.data.versions import Stored
from chalicelib.migrating import store
from chalicelib.migrating.domain import Phase, State, Step
from cli import migrate
from cli.__main__ import app
from tests.support.world import World


@pytest.fixture
def steps(world: World, monkeypatch: pytest.MonkeyPatch) -> list[Step]:
    """Two steps of this test's own: one before a deployment, one after it."""
    number = int(world.org.removeprefix("org-"), 16)

    def nothing(_item: Stored, _now: datetime) -> bool:
        return False

    made = [
        Step(number, "Look first", ("organisation",), nothing, Phase.BEFORE),
        Step(number + 1, "Look again", ("organisation",), nothing),
    ]
    monkeypatch.setattr(migrate, "STEPS", tuple(made))
    return made


def _run(*words: str) -> str:
    done = CliRunner().invoke(app, ["migrate", *words], env={"COLUMNS": "200"})
    assert done.exit_code == 0, done.output
    return done.output


def test_what_waits_is_run_and_then_nothing_waits(steps: list[Step]) -> None:
    told = _run("status")
    assert "Look first" in told
    assert told.count(" waiting ") == 2
    assert f"Step {steps[0].number}: " in _run("run", "--phase", "before")
    assert store.progress(steps[1]).state is State.WAITING
    assert f"Step {steps[1].number}: " in _run("run")
    assert _run("run") == "Nothing waits\n"
    assert _run("status").count(" done ") == 2


def test_one_that_is_done_can_be_run_again(steps: list[Step]) -> None:
    _run("run")
    _run("run", str(steps[0].number))
    assert store.progress(steps[0]).rounds == 2


def test_ctrl_c_is_said_to_be_safe(steps: list[Step], monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("chalicelib.migrating.running.run", interrupted)
    done = CliRunner().invoke(app, ["migrate", "run"])
    assert done.exit_code == 1
    assert "the next run goes on from there" in done.output


def test_two_at_once_are_kept_apart(steps: list[Step]) -> None:
    store.claim(steps[0], "bea", bootstrap.clock().now())
    done = CliRunner().invoke(app, ["migrate", "run"])
    assert done.exit_code == 1
    assert "Another run is at this step" in done.output


@pytest.mark.parametrize("words", [["run", "4711"], ["run", "--phase", "now"]])
def test_what_is_not_there_is_said(steps: list[Step], words: list[str]) -> None:
    done = CliRunner().invoke(app, ["migrate", *words])
    assert done.exit_code == 1
    assert done.output
