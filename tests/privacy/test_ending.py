"""The end of an organisation: everything of it goes, and nothing of another's."""

from dataclasses import replace

import pytest

from chalicelib import bootstrap, settings
from chalicelib.adapters import aws
from chalicelib.admin import operators
from chalicelib.admin.operators import Why
from chalicelib.data import keys
from chalicelib.data.keys import Key
from chalicelib.entry import privacy_clock
from chalicelib.files import keeping
from chalicelib.gateway import API_VERSION, Told
from chalicelib.organisations import store
from chalicelib.organisations.domain import Status
from chalicelib.payments import inbox
from chalicelib.privacy import ending
from chalicelib.viewing import demo
from chalicelib.web.uploads import Upload
from tests.support import world as worlds
from tests.support.browser import Browser
from tests.support.clock import TurnedClock
from tests.support.stored import stored_items
from tests.support.world import World

WHY = Why("kim", "The organisation asked for it in writing")


def never() -> bool:
    return False


def _everything(org: str) -> set[Key]:
    """All keys of an organisation."""
    return {Key(*place) for place in stored_items(org)}


def _furnished(world: World) -> None:
    home = world.household("Tremblay", "Léa")
    world.invoice(home)
    world.user(home)
    keeping.keep(world.org, home.id, Upload("Paper.pdf", b"%PDF-1.7\n%%EOF"))


def _files(org: str) -> bool:
    listed = aws.client("s3").list_objects_v2(Bucket=settings.current().vault_bucket, Prefix=keeping.all_of(org))
    return bool(listed.get("Contents"))


def test_when_its_time_has_come_all_of_it_is_gone_and_nothing_of_one_with_a_longer_name(
    world: World, clock: TurnedClock
) -> None:
    """T-04."""
    neighbour = worlds.build(f"{world.org}-b", clock.now())
    for each in (world, neighbour):
        _furnished(each)
    before = _everything(neighbour.org)
    begins = operators.end(world.org, WHY, clock.now())

    privacy_clock.tick({}, None)
    assert store.get(world.org)
    clock.set(begins)
    assert privacy_clock.tick({}, None)["ended"] >= 1

    assert _everything(world.org) == set()
    assert not _files(world.org)
    assert store.get(world.org) is None
    assert _everything(neighbour.org) == before
    assert _files(neighbour.org)


def _lasting(org: str) -> set[Key]:
    """Everything but sent messages: the table drops them by itself when their time is over by its own clock."""
    return {key for key in _everything(org) if "#OUTBOX#" not in key.pk}


def test_cut_short_anywhere_it_goes_on(world: World) -> None:
    _furnished(world)
    begins = operators.end(world.org, WHY, world.now)
    rounds, states = 0, set()

    while store.get(world.org) and rounds < 2000:
        late = iter([False, *[True] * 9]).__next__
        states.add(ending.run(bootstrap.vault(), keys.ending(world.org), begins, late))
        rounds += 1

    assert rounds > 1
    assert {"goes on", "gone"} <= states
    assert _everything(world.org) == set()


def test_an_open_organisation_is_never_deleted(world: World) -> None:
    """Whatever the queue says: only what is closed goes."""
    begins = operators.end(world.org, WHY, world.now)
    found = store.get(world.org)
    assert found
    store.update(replace(found, status=Status.ACTIVE))

    assert ending.run(bootstrap.vault(), keys.ending(world.org), begins, never) == "open"
    assert store.get(world.org)


def test_an_organisation_with_its_name_can_be_opened_anew_afterwards(world: World) -> None:
    begins = operators.end(world.org, WHY, world.now)
    ending.run(bootstrap.vault(), keys.ending(world.org), begins, never)

    store.create(world.organisation)

    assert ending.planned(world.org) is None
    assert _everything(world.org) == {keys.organisation(world.org)}


def test_its_demonstration_goes_with_it_and_no_other(world: World) -> None:
    """The family that the staff try the portal with lives in an organisation of its own."""
    neighbour = worlds.build(f"{world.org}-x", world.now)
    made, others = (demo.make(each.organisation, world.now).organisation.slug for each in (world, neighbour))
    before = _lasting(others)
    begins = operators.end(world.org, WHY, world.now)

    assert ending.run(bootstrap.vault(), keys.ending(world.org), begins, never) == "gone"

    assert _everything(made) == _everything(world.org) == set()
    assert _lasting(others) == before
    assert store.get(others)


def test_what_stripe_tells_of_an_organisation_that_is_gone_goes_by_itself(world: World) -> None:
    """Nobody would ever look at its desk, and whoever opens one under its name has nothing to do with it."""
    begins = operators.end(world.org, WHY, world.now)
    ending.run(bootstrap.vault(), keys.ending(world.org), begins, never)
    told = Told(
        "evt_late", "payment_intent.succeeded", "pi_1", "payment_intent", "pi_1", "", {}, begins, False, API_VERSION
    )
    inbox.keep_event(world.org, told, begins)
    key = keys.stripe_event(world.org, "evt_late")

    assert inbox.work_off(bootstrap.gateway, key, begins) == "done"

    (item,) = stored_items(world.org).values()
    assert "expires" in item
    assert "queue" not in item


@pytest.mark.parametrize("status", [Status.SUSPENDED, None], ids=["closed", "gone"])
def test_nothing_of_a_closed_or_deleted_organisation_is_opened_by_anybody(
    world: World, browser: Browser, status: Status | None
) -> None:
    """T-03: neither the door, nor a page, nor a calendar elsewhere, nor a link to pay, nor registering."""
    home = world.household("Tremblay")
    user = world.user(home)
    browser.sign_in_staff(world.org, user, world.now)
    begins = operators.end(world.org, WHY, world.now)
    if status is None:
        ending.run(bootstrap.vault(), keys.ending(world.org), begins, never)
    for path in ("", "/sign-in", "/invoices", "/desk", "/feeds/secret", "/pay/link/secret", "/join"):
        answer = browser.get(f"/{world.org}{path}")
        assert answer.status in (403, 404), path
        assert "Tremblay" not in answer.text
