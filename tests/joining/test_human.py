"""The check against programs: what passes it, what does not, and that nothing passes twice."""

from datetime import timedelta

import pytest

from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.joining import human
from tests.joining.registering import work
from tests.support.world import World


def test_work_or_waiting_passes(world: World) -> None:
    """AUTH-14: a browser with scripts is let in at once, one without after a while."""
    token = human.new_token(world.organisation, world.now)

    assert human.check(world.organisation, token, work(token), world.now)
    later = world.now + timedelta(seconds=human.WAIT_SECONDS)
    assert human.check(world.organisation, token, "", later)
    with pytest.raises(human.NotYet):
        human.check(world.organisation, token, "", later - timedelta(seconds=1))


@pytest.mark.parametrize("typed", ["", "x", "-1", "9" * 30, "0 or 1"])
def test_what_is_no_work_is_none(world: World, typed: str) -> None:
    """One in 65,536 numbers fits; text does not pass for one by being strange."""
    token = human.new_token(world.organisation, world.now)

    assert not human.is_work(token, typed)


def test_the_work_of_one_token_is_none_for_another(world: World) -> None:
    """Nobody works once for many."""
    first, second = (human.new_token(world.organisation, world.now) for _ in range(2))

    found = work(first)
    assert human.is_work(first, found)
    assert not human.is_work(second, found)


@pytest.mark.parametrize("token", ["", "-", "1-2-3", "²-a-b"])
def test_what_we_did_not_sign_is_stale(world: World, token: str) -> None:
    """A token can not be made up, and what is none is no fault of ours."""
    with pytest.raises(human.Stale):
        human.check(world.organisation, token, "1", world.now)


def test_a_token_of_another_organisation_or_hour_is_stale(world: World) -> None:
    """T-04."""
    from tests.support.world import organisation

    token = human.new_token(organisation("elsewhere"), world.now)
    with pytest.raises(human.Stale):
        human.check(world.organisation, token, "", world.now + timedelta(minutes=1))
    token = human.new_token(world.organisation, world.now)
    with pytest.raises(human.Stale):
        human.check(world.organisation, token, "", world.now + timedelta(hours=1))


def test_a_token_is_used_once(world: World) -> None:
    """Of two that come with the same token, one passes."""
    for attempt in range(2):
        transaction = Transaction()
        human.use_up(transaction, world.org, "name", world.now)
        if attempt:
            with pytest.raises(ConditionFailed):
                transaction.commit()
        else:
            transaction.commit()
