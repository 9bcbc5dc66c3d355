"""Many messages at once: one that nobody can send among a thousand, a crash at every call, workers one after another
(M-02, M-03, M-05)."""

from collections import Counter
from contextlib import suppress
from datetime import datetime
from functools import partial

import pytest

from chalicelib.data import keys, read
from chalicelib.data.keys import Key
from chalicelib.data.outbox import MessageItem, MessageState, Notice, enqueue, parked_queue
from chalicelib.data.write import Transaction
from chalicelib.identity.domain import User
from chalicelib.notifications import claiming
from chalicelib.notifications.delivery import LEASE_SECONDS, MAX_TRIES, Carriers, deliver
from chalicelib.notifications.plans import LONGEST_WAIT
from chalicelib.ports import DeliveryFailed, Mail
from chalicelib.shared.times import after
from tests.notifications.carriers import Van
from tests.support.race import together
from tests.support.wire import Fault, Killed, tapped
from tests.support.world import World

FACTS = {"browser": "Firefox, Linux", "at": "2026-11-22T18:30:00Z"}
_IN_ONE = 50


@pytest.fixture
def marie(world: World) -> User:
    """Whom messages are for."""
    return world.user(world.household(), language="fr")


def _write(world: World, user: User, count: int) -> list[Key]:
    """So many messages that wait."""
    found = []
    for begin in range(0, count, _IN_ONE):
        transaction = Transaction()
        for _ in range(min(_IN_ONE, count - begin)):
            message = enqueue(transaction, world.org, Notice("new_device", user.id, FACTS), world.now)
            found.append(keys.outbox(world.org, message))
        transaction.commit()
    return found


def _stored(key: Key) -> MessageItem:
    item = read.one(MessageItem, key)
    assert item is not None
    return item


class _Choking:
    """A mailer that one message breaks, each time."""

    def __init__(self, van: Van, poison: str) -> None:
        self.van = van
        self.poison = poison

    def send(self, mail: Mail) -> str:
        if mail.reference == self.poison:
            raise RuntimeError("nobody thought of this")
        return self.van.carriers.mailer.send(mail)


def test_one_poisoned_among_a_thousand_is_parked_and_all_others_are_sent(world: World, marie: User) -> None:
    """M-05: 999 sent, once each, by eight workers; one parked after its tries, before a person."""
    van, written = Van(), _write(world, marie, 1000)
    poison = _stored(written[617])
    carriers = Carriers(_Choking(van, poison.message), van.carriers.texter)
    outcomes: Counter[str] = Counter()

    def work(number: int, now: datetime) -> None:
        for key in written[number::8]:
            outcomes[deliver(carriers, key, now)] += 1

    together([partial(work, number, world.now) for number in range(8)])
    assert (outcomes["sent"], outcomes["later"]) == (999, 1)
    now = world.now
    for _ in range(MAX_TRIES):
        now = after(now, LONGEST_WAIT)
        deliver(carriers, poison.key, now)

    assert len({mail.reference for mail in van.mails}) == len(van.mails) == 999
    assert read.waiting(parked_queue(world.org), "9999") == [poison.key]
    assert (_stored(poison.key).state, _stored(poison.key).outcome) == ("parked", "RuntimeError")


@pytest.mark.parametrize("fault", [Fault.KILLED_BEFORE, Fault.KILLED_AFTER], ids=lambda fault: fault.name.lower())
def test_a_crash_at_any_call_repeats_at_most_one_message_and_loses_none(
    world: World, marie: User, fault: Fault
) -> None:
    """M-02: before and after each call of the table, and around the carrier; docs/security.md has the counts.

    A copy is sent again only where the worker died after the carrier had taken it and before that was written down.
    """
    copies = []
    for number in range(1, 20):
        van, (key,) = Van(), _write(world, marie, 1)
        with tapped(fault, number) as wire, suppress(Killed):
            deliver(van.carriers, key, world.now)
        assert deliver(van.carriers, key, after(world.now, 2 * LEASE_SECONDS)) in ("sent", "not_due")
        assert _stored(key).state == "sent"
        assert len({mail.reference for mail in van.mails}) == 1
        if not wire.met:
            break
        copies.append(len(van.mails) - 1)
    assert len(copies) >= 6, "it looks at every call"
    assert sum(copies) == (1 if fault is Fault.KILLED_BEFORE else 0), "once the mark is written, nothing is repeated"


@pytest.mark.parametrize("taken", [False, True])
def test_a_crash_around_the_carrier_repeats_only_what_it_had_taken(world: World, marie: User, taken: bool) -> None:
    """M-02: the one await that no condition can guard."""
    van, (key,) = Van(), _write(world, marie, 1)

    class Dying:
        def send(self, mail: Mail) -> str:
            if taken:
                van.carriers.mailer.send(mail)
            raise Killed

    with suppress(Killed):
        deliver(Carriers(Dying(), van.carriers.texter), key, world.now)
    assert deliver(van.carriers, key, after(world.now, LEASE_SECONDS - 1)) == "not_due"
    assert deliver(van.carriers, key, after(world.now, LEASE_SECONDS)) == "sent"
    assert len(van.mails) == (2 if taken else 1)


def test_a_worker_from_before_can_neither_finish_nor_put_off(world: World, marie: User) -> None:
    """M-03: fencing. The same worker's name would not help it: the fence was raised since."""
    (key,) = _write(world, marie, 1)
    early = claiming.claim(_stored(key), world.now)
    assert early is not None
    later = claiming.claim(_stored(key), after(world.now, LEASE_SECONDS))
    assert later is not None
    assert (early.fence, later.fence) == (1, 2)
    transaction = Transaction()
    transaction.update("name", _stored(key), [MessageItem.lease.set(early.worker)])
    transaction.commit()

    claiming.finish(early, MessageState.SENT, "late", world.now)
    claiming.put_off(early, after(world.now, 9 * LEASE_SECONDS), "late", counts=True)

    item = _stored(key)
    assert (item.state, int(item.fence)) == ("waiting", 2)
    assert not item.outcome
    assert item.due == later.item.due


def test_a_claim_is_had_by_one_of_many(world: World, marie: User) -> None:
    """M-03: and each claim has a number of its own."""
    (key,) = _write(world, marie, 1)
    item = _stored(key)
    claims = together([partial(claiming.claim, _stored(key), world.now) for _ in range(12)])
    assert [isinstance(each, claiming.Claim) for each in claims].count(True) == 1
    assert _stored(key).fence == item.fence + 1


def test_what_is_refused_by_the_table_is_taken_up_after_the_lease(world: World, marie: User) -> None:
    """M-03: a failure is told to whoever runs it, and the message is found again."""
    van, (key,) = Van(), _write(world, marie, 1)
    van.trouble = lambda: (_ for _ in ()).throw(DeliveryFailed("Timeout", permanent=False))
    assert deliver(van.carriers, key, world.now) == "later"
    van.trouble = lambda: None
    assert deliver(van.carriers, key, after(world.now, 60)) == "sent"
