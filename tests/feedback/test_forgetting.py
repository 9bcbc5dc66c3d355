"""What stays of an address when its family is erased: that nobody writes there any more, and nothing else (NEW-12)."""

from dataclasses import replace

import pytest

from chalicelib import bootstrap
from chalicelib.data import keys
from chalicelib.data.write import Transaction
from chalicelib.feedback import store
from chalicelib.feedback.addresses import refusal
from chalicelib.feedback.forgetting import forget
from chalicelib.households import store as households
from chalicelib.households.domain import Household
from chalicelib.privacy import deletions, erasing
from chalicelib.privacy.deletions import GRACE_SECONDS, Deletion, DeletionState
from chalicelib.shared.times import DAY, after
from tests.feedback.telling import bounce, complaint, hand, hand_text
from tests.support.stored import stored_items
from tests.support.world import World

HOME = "famille@example.com"
NUMBER = "+15145550123"


def _home(world: World, **changes: str) -> Household:
    home = replace(world.household(), version=1, **changes)  # type: ignore[arg-type]
    transaction = Transaction()
    households.save_household(transaction, world.org, home)
    transaction.commit()
    return home


def _erase(world: World, home: Household) -> None:
    asked = Deletion(home.id, DeletionState.RECEIVED, world.now, "user", "x", "", HOME, "en")
    deletions.ask(world.organisation, asked, world.now)
    deletions.verify(world.org, home.id, "Kate", world.now)
    erasing.run(bootstrap.vault(), keys.deletion(world.org, home.id), after(world.now, GRACE_SECONDS))


def _listed(world: World) -> list[str]:
    return [item["kind"]["S"] for item in stored_items(world.org).values() if item["kind"]["S"] == "refused_address"]


def test_a_stop_outlives_the_family_that_sent_it(world: World) -> None:
    """M-11: the number may be another family's too, and the law asks for no family: nothing is texted before START."""
    home = _home(world, phone=NUMBER)
    assert refusal(world.org, NUMBER, world.now, home.id) == ""
    hand_text(NUMBER, "STOP", world.now)
    assert _listed(world)

    _erase(world, home)

    late = after(world.now, 900 * DAY)
    assert refusal(world.org, NUMBER, late) == "stopped"
    assert _listed(world) == []
    item = store.get(world.org, store.digest_of(world.org, NUMBER))
    assert item is not None
    assert not any((item.masked, item.household, item.expires))
    assert home.id not in repr(item.attribute_values)
    hand_text(NUMBER, "START", after(world.now, 60))
    assert refusal(world.org, NUMBER, late) == ""


def test_a_complaint_outlives_the_family_and_a_bounce_does_not(world: World) -> None:
    """M-11: whoever enters the address later does not begin anew what somebody ended."""
    home = _home(world, bills_to="office@example.com")
    hand(complaint(world.org, HOME, world.now), world.now)
    hand(bounce(world.org, HOME, world.now), world.now)
    hand(bounce(world.org, "office@example.com", world.now), world.now)

    _erase(world, home)

    assert refusal(world.org, HOME, world.now) == "complained"
    assert refusal(world.org, "office@example.com", world.now) == ""
    item = store.get(world.org, store.digest_of(world.org, HOME))
    assert item is not None
    assert not any((item.masked, item.hard_at, item.why))
    assert store.get(world.org, store.digest_of(world.org, "office@example.com")) is None


def test_a_number_that_was_texted_can_still_say_stop(world: World) -> None:
    """Decision 0077: the last text is on its way, or another family has the number."""
    assert refusal(world.org, NUMBER, world.now) == ""
    forget(world.org, [NUMBER], world.now)
    hand_text(NUMBER, "STOP", after(world.now, 60))
    assert refusal(world.org, NUMBER, after(world.now, 60)) == "stopped"


@pytest.mark.parametrize(("address", "listed"), [(HOME, []), (NUMBER, ["refused_address"])])
def test_forgetting_again_changes_nothing(world: World, address: str, listed: list[str]) -> None:
    """Erasing is cut short and done again."""
    assert refusal(world.org, address, world.now) == ""
    hand_text(NUMBER, "STOP", world.now)
    hand(complaint(world.org, HOME, world.now), world.now)
    for _ in range(2):
        forget(world.org, [address], world.now)
    assert refusal(world.org, address, world.now) in ("stopped", "complained")
    assert _listed(world) == listed, "the other one's place stays"
