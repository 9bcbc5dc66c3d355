"""The outbox worker: once each, in the reader's language, put off or parked when it must be (M-01 to M-05, M-11)."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

import pytest

from chalicelib import bootstrap
from chalicelib.data import keys, read
from chalicelib.data.keys import Key
from chalicelib.data.outbox import MessageItem, MessageState, Notice, enqueue, parked_queue
from chalicelib.data.write import Transaction
from chalicelib.entry import outbox as entry
from chalicelib.identity import store
from chalicelib.identity.domain import User, UserStatus
from chalicelib.notifications.delivery import LEASE_SECONDS, MAX_TRIES, deliver
from chalicelib.organisations import store as organisations
from chalicelib.organisations.domain import Status
from chalicelib.ports import DeliveryFailed
from chalicelib.shared.ids import new_id
from chalicelib.shared.times import DAY, HOUR, after, from_iso
from tests.notifications.carriers import Van
from tests.support.clock import TurnedClock
from tests.support.race import together
from tests.support.stream import handed, image_of, record
from tests.support.wire import Fault, Killed, tapped
from tests.support.world import World

FACTS = {"browser": "Firefox, Linux", "at": "2026-11-22T18:30:00Z", "act": "enrolled", "left": 10}


def _write(world: World, user: User, template: str = "new_device", **notice: Any) -> Key:
    """A message that waits."""
    transaction = Transaction()
    told = Notice(template, user.id, FACTS)._replace(**notice)
    message = enqueue(transaction, world.org, told, world.now)
    transaction.commit()
    return keys.outbox(world.org, message)


def _stored(key: Key) -> MessageItem:
    item = read.one(MessageItem, key)
    assert item is not None
    return item


@pytest.fixture
def marie(world: World) -> User:
    """Whom messages are for."""
    return world.user(world.household(), language="fr")


@pytest.fixture
def van() -> Van:
    """Who takes them."""
    return Van()


def test_a_message_goes_out_once_and_leaves_the_queue(world: World, marie: User, van: Van) -> None:
    """M-01, M-02: with a reference that stays the same."""
    key = _write(world, marie)

    assert deliver(van.carriers, key, world.now) == "sent"
    assert deliver(van.carriers, key, world.now) == "not_due"

    item = _stored(key)
    assert [(mail.to, mail.reference) for mail in van.mails] == [("marie@example.com", item.message)]
    assert (item.state, item.outcome) == (MessageState.SENT.value, "mail-id")
    assert not item.queue
    assert not item.due


@pytest.mark.parametrize("template", ["new_device", "activation", "login_changed", "authenticator"])
def test_the_words_are_the_readers(world: World, van: Van, template: str) -> None:
    """NEW-19: three languages, three different texts; nothing of the code's is left in them."""
    bodies = {}
    for number, language in enumerate(("en", "fr", "ru")):
        user = world.user(world.household(), email=f"p{number}@example.com", language=language)
        facts = {**FACTS, "old": "a•••@example.com", "new": "b•••@example.com"}
        deliver(van.carriers, _write(world, user, template, facts=facts), world.now)
        mail = van.mails[-1]
        bodies[language] = (mail.subject, mail.text)
        assert world.organisation.name[language] in mail.sender_name
        assert "{{" not in mail.text + mail.html + mail.subject
        assert "%(" not in mail.text + mail.html + mail.subject
        assert f"https://portal.test/{world.org}" in mail.text
        assert f'lang="{language}"' in mail.html
        assert "<img" not in mail.html
    assert len(set(bodies.values())) in (1, 3)


def test_a_language_the_organisation_does_not_speak_becomes_its_first(world: World, van: Van) -> None:
    user = world.user(world.household(), email="x@example.com", language="de")

    deliver(van.carriers, _write(world, user), world.now)

    assert 'lang="fr"' in van.mails[0].html


def test_a_name_can_not_break_out_of_a_mail(world: World, van: Van) -> None:
    """I-01, I-08: escaped in HTML, plain in text, one recipient, no line breaks in headers."""
    hostile = '<img src=x onerror=1>"\r\nBcc: x@evil.example {{7919*7919}}'
    user = world.user(world.household(), email="h@example.com", name=hostile)

    deliver(van.carriers, _write(world, user, facts={**FACTS, "browser": hostile}), world.now)

    mail = van.mails[0]
    assert "<img" not in mail.html
    assert "\n" not in mail.subject
    assert "62710561" not in mail.html
    assert mail.to == "h@example.com"


@pytest.mark.parametrize("number", ["+15145550123"])
def test_who_has_no_mail_gets_a_text(world: World, van: Van, number: str) -> None:
    user = world.user(world.household(), email="", mobile=number)

    assert deliver(van.carriers, _write(world, user), world.now) == "sent"
    assert [to for to, _ in van.texts] == [number]
    assert len(van.texts[0][1]) <= 160


def test_a_message_for_an_old_address_goes_there(world: World, marie: User, van: Van) -> None:
    """A-29."""
    key = _write(world, marie, "login_changed", address="old@example.com", facts={**FACTS, "old": "o", "new": "n"})

    deliver(van.carriers, key, world.now)

    assert [mail.to for mail in van.mails] == ["old@example.com"]


def _suspend_user(world: World, user: User) -> None:
    transaction = Transaction()
    known = store.require_user(world.org, user.id)
    store.save_user(transaction, world.org, replace(known, status=UserStatus.SUSPENDED))
    transaction.commit()


def _suspend_organisation(world: World, _user: User) -> None:
    organisations.update(replace(world.organisation, status=Status.SUSPENDED))


def _take_addresses(world: World, user: User) -> None:
    transaction = Transaction()
    store.save_user(transaction, world.org, replace(store.require_user(world.org, user.id), email="", mobile=""))
    transaction.commit()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (_suspend_user, "reader gone"),
        (_suspend_organisation, "organisation closed"),
        (_take_addresses, "no address"),
    ],
)
def test_who_may_not_be_written_to_is_skipped_with_the_reason(
    world: World, marie: User, van: Van, change: Callable[[World, User], None], why: str
) -> None:
    """M-11: looked at when it is sent, not when it was written."""
    key = _write(world, marie)
    change(world, marie)

    assert deliver(van.carriers, key, world.now) == "skipped"

    assert van.mails == []
    assert _stored(key).outcome == why
    assert not _stored(key).queue


def test_a_permanent_refusal_is_parked_at_once(world: World, marie: User, van: Van) -> None:
    """M-04: trying again can not help."""

    def refuse() -> None:
        raise DeliveryFailed("MessageRejected", permanent=True)

    van.trouble = refuse
    key = _write(world, marie)

    assert deliver(van.carriers, key, world.now) == "parked"
    assert (_stored(key).state, _stored(key).outcome) == ("parked", "MessageRejected")
    assert _stored(key).queue == parked_queue(world.org), "it waits for a person, and for no worker"
    assert deliver(van.carriers, key, after(world.now, HOUR)) == "not_due"


def _busy() -> None:
    raise DeliveryFailed("Throttling", permanent=False)


def _poison() -> None:
    raise RuntimeError("nobody thought of this")


@pytest.mark.parametrize(("trouble", "why"), [(_busy, "Throttling"), (_poison, "RuntimeError")])
def test_a_failing_message_waits_longer_each_time_and_is_parked_at_last(
    world: World, marie: User, van: Van, trouble: Callable[[], None], why: str
) -> None:
    """M-04, M-05: twelve tries within hours to two days, whatever kind of failure it is."""
    van.trouble = trouble
    key, now = _write(world, marie), world.now
    waits = []
    for _ in range(MAX_TRIES - 1):
        assert deliver(van.carriers, key, now) == "later"
        due = from_iso(str(_stored(key).due))
        waits.append((due - now).total_seconds())
        assert deliver(van.carriers, key, after(due, -1)) == "not_due"
        now = due

    assert deliver(van.carriers, key, now) == "parked"
    assert (int(_stored(key).tries), _stored(key).outcome) == (MAX_TRIES, why)
    assert all(1 <= wait <= min(4 * HOUR, 60 * 2**number) for number, wait in enumerate(waits))
    assert sum(waits) <= DAY
    assert max(waits[5:]) > 60, "they grow"


def test_a_message_that_kills_its_worker_is_parked_too(world: World, marie: User, van: Van) -> None:
    """M-05: the try is counted with the claim, so a worker that never comes back counts."""

    def die() -> None:
        raise Killed

    van.trouble = die
    key, now = _write(world, marie), world.now
    for _ in range(MAX_TRIES):
        with pytest.raises(Killed):
            deliver(van.carriers, key, now)
        now = after(now, LEASE_SECONDS)

    assert deliver(van.carriers, key, now) == "parked"


def test_a_poisoned_message_does_not_hold_up_the_others(
    world: World, marie: User, van: Van, clock: TurnedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """M-05: 1 of 40 fails; 39 are sent."""
    written = [_write(world, marie) for _ in range(39)]
    poisoned = _write(world, marie, "no_such_template")
    monkeypatch.setattr(bootstrap, "mailer", lambda: van.carriers.mailer)
    monkeypatch.setattr(bootstrap, "texter", lambda: van.carriers.texter)

    answer = entry.handler(handed("outbox", [record(image_of(_stored(key))) for key in [poisoned, *written]]), None)

    assert answer == {"batchItemFailures": []}
    assert len(van.mails) == 39
    assert _stored(poisoned).state == "waiting"


def test_two_workers_on_one_message_send_it_once(world: World, marie: User, van: Van) -> None:
    """M-03."""
    for _ in range(10):
        key = _write(world, marie)
        van.mails.clear()
        results = together([partial(deliver, van.carriers, key, world.now)] * 2)
        assert sorted(map(str, results)) in (["claimed_elsewhere", "sent"], ["not_due", "sent"])
        assert len(van.mails) == 1


def test_sixteen_workers_send_two_hundred_messages_once_each(world: World, marie: User, van: Van) -> None:
    """M-03: every worker tries every message it is given, in another order."""
    written = [_write(world, marie) for _ in range(200)]

    def work(start: int) -> None:
        for key in written[start:] + written[:start]:
            deliver(van.carriers, key, world.now)

    together([partial(work, 12 * number) for number in range(16)])

    assert sorted(mail.reference for mail in van.mails) == sorted(_stored(key).message for key in written)


def test_a_lease_that_ends_hands_the_message_on_and_the_late_owner_changes_nothing(
    world: World, marie: User, van: Van
) -> None:
    """M-03: fencing."""
    key = _write(world, marie)
    later = after(world.now, LEASE_SECONDS)

    def sleep_long() -> None:
        van.trouble = lambda: None
        assert deliver(van.carriers, key, after(later, -1)) == "not_due"
        assert deliver(van.carriers, key, later) == "sent"
        raise DeliveryFailed("Timeout", permanent=False)

    van.trouble = sleep_long

    assert deliver(van.carriers, key, world.now) == "later"
    assert _stored(key).state == "sent"
    assert not _stored(key).queue
    assert len(van.mails) == 1
    assert int(_stored(key).fence) == 2


def test_the_sweep_takes_what_is_due_and_nothing_else(
    world: World, marie: User, van: Van, clock: TurnedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """M-08: found by the index; doubled and overlapping ticks do no harm."""
    monkeypatch.setattr(bootstrap, "mailer", lambda: van.carriers.mailer)
    clock.set(world.now)
    due = [_write(world, marie) for _ in range(3)]
    future = _write(replace_now(world, after(world.now, HOUR)), marie)

    for _ in range(40):  # all tests share the queue, and a sweep takes a hundred
        if not sum(swept["due"] for swept in together([partial(entry.sweep, {}, None)] * 3) if isinstance(swept, dict)):
            break

    assert {mail.reference for mail in van.mails} >= {_stored(key).message for key in due}
    assert [_stored(key).state for key in due] == ["sent"] * 3
    assert _stored(future).state == "waiting"
    assert len([mail for mail in van.mails if mail.reference in {_stored(key).message for key in due}]) == 3


def replace_now(world: World, now: datetime) -> World:
    """The organisation at another moment."""
    return replace(world, now=now)


@pytest.mark.parametrize("fault", Fault, ids=lambda fault: fault.name.lower())
def test_a_fault_at_any_call_loses_no_message_and_repeats_at_most_one(world: World, marie: User, fault: Fault) -> None:
    """M-02, M-03, Q-04: after the lease somebody else finishes it; a second copy only where the end was not written."""
    for number in range(1, 12):
        van, key = Van(), _write(world, marie)
        with tapped(fault, number) as wire, suppress(Exception, Killed):
            deliver(van.carriers, key, world.now)
        sent_before = len(van.mails)
        deliver(van.carriers, key, after(world.now, 2 * LEASE_SECONDS))

        assert _stored(key).state == "sent"
        assert 1 <= len(van.mails) <= 2
        assert len({mail.reference for mail in van.mails}) == 1
        assert len(van.mails) == 1 or sent_before == 1
        if not wire.met:
            assert len(van.mails) == 1
            return
    raise AssertionError("the flow does not end")


def test_a_message_with_a_given_name_is_written_once(world: World, marie: User) -> None:
    """M-01: what repeats its transaction does not repeat its message."""
    from chalicelib.data.write import ConditionFailed

    name = new_id()
    for attempt in range(2):
        transaction = Transaction()
        enqueue(transaction, world.org, Notice("activation", marie.id, {}), world.now, message=name)
        if attempt:
            with pytest.raises(ConditionFailed) as refused:
                transaction.commit()
            assert refused.value.names == {f"message {name}"}
        else:
            transaction.commit()
