"""Commands about the costs of a shared child."""

import pytest
from typer.testing import CliRunner, Result

from chalicelib.billing import splits
from chalicelib.billing.sharing_out import Share
from chalicelib.households.domain import Household, Person
from chalicelib.organisations import audit
from cli.__main__ import app
from cli.asking import REASON
from tests.enrolments.studio import Studio
from tests.support.world import World


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["splits", *arguments])


@pytest.fixture
def homes(world: World) -> tuple[Household, Household, Person]:
    """Two homes and the child of both."""
    studio = Studio(world)
    mother, lea = studio.family()
    father = world.household("Roy")
    return mother, father, studio.share(lea, father)


def test_staff_set_a_split_and_end_it(world: World, homes: tuple[Household, Household, Person]) -> None:
    """NEW-2."""
    mother, father, lea = homes
    done = run("set", world.org, lea.id, f"{mother.id}=60", f"{father.id}=40")
    assert done.exit_code == 0, done.output
    (found,) = splits.list_splits(world.org, lea.id)
    assert found.shares == (Share(mother.id, 600_000), Share(father.id, 400_000))
    assert run("end", world.org, lea.id).exit_code == 0
    assert splits.list_splits(world.org, lea.id)[0].shares == ()
    assert {entry.about["household"] for entry in audit.page(world.org).rows} == {mother.id, father.id}


@pytest.mark.parametrize("shares", [("{mother}=60",), ("{mother}=60", "{father}=41"), ("{mother}=x",), ("60",)])
def test_a_split_that_can_not_be_is_refused(
    world: World, homes: tuple[Household, Household, Person], shares: tuple[str, ...]
) -> None:
    mother, father, lea = homes
    told = [each.format(mother=mother.id, father=father.id) for each in shares]
    assert run("set", world.org, lea.id, *told).exit_code == 1
    assert not splits.list_splits(world.org, lea.id)


def test_nobody_sets_a_split_without_a_reason(
    world: World, homes: tuple[Household, Household, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(REASON)
    mother, father, lea = homes
    assert run("set", world.org, lea.id, f"{mother.id}=60", f"{father.id}=40").exit_code == 1
    assert not splits.list_splits(world.org, lea.id)
