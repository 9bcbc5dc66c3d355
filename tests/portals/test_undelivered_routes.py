"""What could not be delivered, for the staff: seen with its reason, tried again once, or taken off (M-05, M-06)."""

from collections import Counter
from datetime import datetime
from functools import partial

import pytest

from chalicelib.adapters import ses
from chalicelib.data import keys, read, write
from chalicelib.data.outbox import MessageItem, Notice, enqueue, parked_queue
from chalicelib.data.write import Transaction
from chalicelib.households.domain import Household
from chalicelib.identity.domain import StaffRole
from chalicelib.notifications import undelivered
from chalicelib.notifications.delivery import deliver
from chalicelib.organisations import audit
from chalicelib.organisations.audit import Author
from chalicelib.portals.undelivered_pages import _REASONS
from chalicelib.ports import DeliveryFailed, Trouble
from chalicelib.shared.errors import Conflict
from chalicelib.shared.times import DAY, after
from tests.notifications.carriers import Van
from tests.support.browser import Browser
from tests.support.race import together
from tests.support.wire import tapped
from tests.support.world import World

KATE = Author("u-1", "Kate Murphy")


@pytest.fixture
def home(world: World) -> Household:
    return world.household("Gagnon-Lavoie")


@pytest.fixture
def desk(world: World, browser: Browser) -> Browser:
    return browser.sign_in_staff(world.org, world.staff(StaffRole.DESK), world.now)


def _parked(
    world: World, home: Household, *names: str, failed: DeliveryFailed | None = None, bulk: bool = False
) -> None:
    """Messages that were given up."""
    van = Van()
    van.trouble = partial(_fail, failed or ses.failure("MessageRejected"))
    for name in names:
        transaction = Transaction()
        notice = Notice("card_wanted", "", {}, household=home.id, bulk=bulk)
        enqueue(transaction, world.org, notice, world.now, message=name)
        transaction.commit()
        assert deliver(van.carriers, keys.outbox(world.org, name), world.now) == "parked"


def _fail(failed: DeliveryFailed) -> None:
    raise failed


def _state(world: World, name: str) -> str:
    item = read.one(MessageItem, keys.outbox(world.org, name))
    assert item is not None
    return str(item.state)


def test_what_could_not_be_delivered_is_told_in_plain_words(world: World, home: Household, desk: Browser) -> None:
    """M-05: what, for whom, since when, how often and why; and how many there are on the first page."""
    assert "Everything was delivered." in desk.get(f"/{world.org}/desk/undelivered").text
    assert "could not be delivered" not in desk.get(f"/{world.org}/desk").text
    _parked(world, home, "one")
    _parked(world, home, "two", failed=ses.failure("BadRequestException"))
    _parked(world, home, "three", failed=DeliveryFailed("RuntimeError", permanent=True, trouble=Trouble.OURS))

    page = desk.get(f"/{world.org}/desk/undelivered")

    for words in ("Gagnon-Lavoie", "tried once", "refused this mail", "does not exist", "Something is wrong with this"):
        assert words in page.text
    assert "RuntimeError" not in page.text
    assert "famille@example.com" not in page.text
    assert "3 messages could not be delivered." in desk.get(f"/{world.org}/desk").text


@pytest.mark.parametrize("trouble", Trouble, ids=lambda each: each.value)
def test_each_trouble_has_its_words(world: World, home: Household, desk: Browser, trouble: Trouble) -> None:
    """Whatever a provider calls it: who mends it reads what to mend."""
    failed = DeliveryFailed("Whatever", permanent=True, trouble=trouble)
    _parked(world, home, "one", failed=failed)
    [row] = undelivered.waiting(world.org, world.now)
    assert row.trouble is trouble
    assert _REASONS[trouble].key in desk.get(f"/{world.org}/desk/undelivered").text


def test_what_nobody_can_read_is_parked_and_stands_in_nobodys_way(world: World, home: Household, desk: Browser) -> None:
    """M-05: before it is claimed; staff see it, and what else waits there, and have it tried again or take it off."""
    transaction = Transaction()
    for name in ("bad", "worse", "good"):
        notice = Notice("card_wanted", "", {}, household=home.id)
        enqueue(transaction, world.org, notice, world.now, message=name)
    transaction.commit()
    for name, broken in (("bad", {"facts": {"S": "{no JSON"}}), ("worse", {"kind": {"S": "letter"}})):
        key = keys.outbox(world.org, name)
        write.restore([{**read.raw([key])[key], **broken}])
    van = Van()

    came = [deliver(van.carriers, keys.outbox(world.org, name), world.now) for name in ("bad", "worse", "good")]

    assert came == ["parked", "parked", "sent"]
    page = desk.get(f"/{world.org}/desk/undelivered")
    assert page.text.count("Something is wrong with this message") == 2
    assert "Gagnon-Lavoie" in page.text
    page = desk.submit(page, "close", name="bad")
    desk.submit(page, "retry", name="worse")
    assert undelivered.waiting(world.org, world.now) == []
    assert deliver(van.carriers, keys.outbox(world.org, "worse"), after(world.now, 60)) == "parked"
    assert [row.id for row in undelivered.waiting(world.org, world.now)] == ["worse"]


def test_one_is_tried_again_and_goes_out_and_another_is_taken_off(world: World, home: Household, desk: Browser) -> None:
    """M-06: each noted in the log of the organisation; pages without a script do."""
    _parked(world, home, "one", "two")
    page = desk.get(f"/{world.org}/desk/undelivered")

    page = desk.submit(page, "retry", name="one")
    assert "tried again within a minute" in page.text
    page = desk.submit(page, "close", name="two")
    assert "Everything was delivered." in page.text

    van = Van()
    assert deliver(van.carriers, keys.outbox(world.org, "one"), after(world.now, DAY)) == "sent"
    assert deliver(van.carriers, keys.outbox(world.org, "two"), after(world.now, DAY)) == "not_due"
    assert [mail.reference for mail in van.mails] == ["one"]
    assert {entry.act for entry in audit.page(world.org).rows} == {"message_closed", "message_retried"}


def test_what_went_out_to_many_does_not_come_back_in_front_of_what_somebody_waits_for(
    world: World, home: Household
) -> None:
    """M-12: each goes back into the lane that it was written for."""
    _parked(world, home, "one")
    _parked(world, home, "many", bulk=True)

    undelivered.retry_all(world.org, ("one", "many"), KATE, world.now)

    items = [read.one(MessageItem, keys.outbox(world.org, name)) for name in ("one", "many")]
    assert [item.queue for item in items if item] == ["outbox", "outbox_bulk"]


def test_whoever_comes_second_changes_nothing(world: World, home: Household) -> None:
    """M-06: two of the staff at once, and a worker that has it already."""
    _parked(world, home, "one")
    acts = [partial(undelivered.retry, world.org, "one", KATE, world.now)] * 4
    done = together([*acts, partial(undelivered.close, world.org, "one", KATE, world.now)])
    assert Counter(type(each) for each in done) == {type(None): 1, Conflict: 4}
    assert len(audit.page(world.org).rows) == 1


def test_a_hundred_that_are_tried_again_end_with_a_hundred_single_effects(
    world: World, home: Household, desk: Browser
) -> None:
    """M-06: asked three times at once, worked off by four workers, one mail each."""
    names = [f"m-{number:03d}" for number in range(100)]
    _parked(world, home, *names)
    assert undelivered.count(world.org) == 100

    done = together([partial(undelivered.retry_all, world.org, names, KATE, world.now)] * 3)

    assert sum(int(each) for each in done if isinstance(each, int)) == 100
    assert read.waiting(parked_queue(world.org), "9999") == []
    van, later = Van(), after(world.now, 60)
    together([partial(_work_off, van, world.org, names, later)] * 4)
    assert Counter(mail.reference for mail in van.mails) == dict.fromkeys(names, 1)
    assert {_state(world, name) for name in names} == {"sent"}


def _work_off(van: Van, org: str, names: list[str], now: datetime) -> None:
    for name in names:
        deliver(van.carriers, keys.outbox(org, name), now)


def test_all_are_tried_again_from_the_page(world: World, home: Household, desk: Browser) -> None:
    _parked(world, home, "one", "two", "three")
    page = desk.submit(desk.get(f"/{world.org}/desk/undelivered"), "retry-all")
    assert "All are tried again" in page.text
    assert {_state(world, name) for name in ("one", "two", "three")} == {"waiting"}
    assert [entry.about["label"] for entry in audit.page(world.org).rows] == ["3"]


def test_it_is_found_by_its_queue_however_much_is_stored(world: World, home: Household) -> None:
    """M-08: one query and one read of what it tells; nothing of another organisation's."""
    _parked(world, home, "one", "two")
    with tapped() as wire:
        assert [row.id for row in undelivered.waiting(world.org, world.now)] == ["one", "two"]
    assert wire.calls == ["Query", "BatchGetItem"]
    assert undelivered.waiting("another", world.now) == []
    assert undelivered.waiting(world.org, after(world.now, 91 * DAY)) == [], "D-08: what may be deleted is not there"


def test_what_another_address_would_mend_leads_to_the_addresses(world: World, home: Household, desk: Browser) -> None:
    """M-05: and nothing else does."""
    _parked(world, home, "one")
    assert "See the family’s addresses" not in desk.get(f"/{world.org}/desk/undelivered").text

    _parked(world, home, "two", failed=ses.failure("BadRequestException"))

    link = desk.get(f"/{world.org}/desk/undelivered").links["See the family’s addresses"]
    assert link == f"/{world.org}/desk/clients/{home.id}/addresses"
    assert desk.get(link).status == 200
