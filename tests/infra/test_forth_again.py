"""D-14: old code, new code, old code and new code again: what was written in between has what the new one wants."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from chalicelib import settings
from chalicelib.billing.models import UnpaidItem
from chalicelib.data import keys, read
from chalicelib.data.items import connection
from chalicelib.data.keys import Key
from chalicelib.households.domain import Household
from chalicelib.migrating import store
from chalicelib.migrating.domain import Phase, State
from chalicelib.migrating.steps import STEPS
from cli.__main__ import app
from infra import deploy, history, refusing, rollback
from infra.build import Build
from infra.target import DeployError, Target, outputs_of
from tests.infra.test_going_back import FIRST, small_build
from tests.support.world import World

_STEP = next(step for step in STEPS if step.number == 3)
_BEFORE_IT = tuple(step.number for step in STEPS if step.number < _STEP.number)
_AT = datetime.now(UTC) - timedelta(days=1)


@pytest.fixture(autouse=True)
def _in_this_process(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """The command line's own command, without a process of its own for each but in the drill."""

    def run(_target: Target, _outputs: object, *words: str) -> bool:
        return CliRunner().invoke(app, list(words)).exit_code == 0

    monkeypatch.setattr("infra.changing.POLL_SECONDS", 0.1)
    if "by_deploying" not in request.fixturenames:
        monkeypatch.setattr("infra.deploy._foyer", run)


@pytest.fixture
def stage(target: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Target:
    """A stage on which code runs that does not know the step yet."""
    monkeypatch.setenv(refusing.NEW_STAGE, "1")
    fresh = replace(target, stage=f"s{abs(hash(tmp_path)) % 10**10}")
    build = _build(tmp_path, "old")
    deploy.deploy(fresh, build, FIRST)
    deploy.note(fresh, build, history.Version("old", "arm64", _AT), _BEFORE_IT)
    return fresh


@pytest.fixture
def new(stage: Target, tmp_path: Path) -> Callable[[], object]:
    """Deploys the code that knows the step, as `make deploy` does."""
    build = _build(tmp_path, "new")
    return lambda: deploy.release(stage, build, {}, history.Version("new", "arm64", datetime.now(UTC)))


def _build(folder: Path, version: str) -> Build:
    folder = folder / version
    folder.mkdir()
    return small_build(folder, version, settings.current().table)


def _owes(world: World, home: Household, number: str) -> Key:
    """An invoice as old code writes it: nothing says when to look at it."""
    known = set(_unpaid(world, home))
    world.invoice(home, number)
    [key] = set(_unpaid(world, home)) - known
    stored = read.raw([key])[key]
    connection().batch_write_item(put_items=[{name: stored[name] for name in stored if name not in ("queue", "due")}])
    return key


def _unpaid(world: World, home: Household) -> Iterator[Key]:
    return read.under(keys.household_partition(world.org, home.id), keys.UNPAID)


def _is_found(key: Key) -> bool:
    item = read.one(UnpaidItem, key)
    assert item
    return bool(item.queue and item.due)


@pytest.mark.parametrize("by_deploying", [True, False], ids=["make deploy", "make rollback TO=new"])
def test_what_old_code_wrote_in_between_is_mended(
    stage: Target, new: Callable[[], object], world: World, by_deploying: bool
) -> None:
    home = world.household("Tremblay")
    first = _owes(world, home, "2026-1")
    new()
    assert _is_found(first)
    rollback.go_back(stage)
    second = _owes(world, home, "2026-2")
    if by_deploying:
        new()
    else:
        rollback.go_back(stage, "new")
    assert _is_found(second)
    assert store.progress(_STEP).state is State.DONE


def test_steps_that_somebody_ran_by_hand_under_old_code_run_again(
    stage: Target, new: Callable[[], object], world: World
) -> None:
    """As after a deployment that CloudFormation took back: old code went on writing."""
    deploy.migrate(stage, outputs_of(stage), Phase.AFTER)
    late = _owes(world, world.household("Tremblay"), "2026-1")
    new()
    assert _is_found(late)


def test_steps_that_the_running_code_knows_are_not_run_again(
    stage: Target, new: Callable[[], object], world: World
) -> None:
    new()
    rounds = store.progress(_STEP).rounds
    new()
    assert store.progress(_STEP).rounds == rounds
    rollback.go_back(stage)
    assert store.progress(_STEP).rounds == rounds, "old code has no use for it"


def test_one_cut_off_in_the_middle_begins_anew_after_going_back(
    stage: Target, new: Callable[[], object], world: World
) -> None:
    """Where it was left says nothing of what old code wrote before that place."""
    new()
    rollback.go_back(stage)
    under_way = store.claim(_STEP, "anne", _AT)
    store.note(under_way, store.progress(_STEP), {"pk": {"S": "ORG#z"}, "sk": {"S": "z"}}, _AT)
    late = _owes(world, world.household("Tremblay"), "2026-1")
    new()
    assert _is_found(late)


def test_a_version_with_steps_that_are_not_known_here_is_not_brought_back(
    stage: Target, new: Callable[[], object]
) -> None:
    """Its steps could not be run: they are code of that version."""
    new()
    runs = next(history.entries(stage))
    history.note(stage, replace(runs, at=_AT, version="later", code={}, steps=(999,)))
    with pytest.raises(DeployError, match=r"later has steps .*999.*check it out"):
        rollback.go_back(stage, "later")
