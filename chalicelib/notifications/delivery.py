"""The outbox worker: claims a message, writes it in the reader's language, sends it, marks it.

Safe to run twice or in parallel (M-03): a claim is a conditional write with a lease, and only its
owner marks the message. A crash between sending and marking can repeat one message (M-02), never lose one.
"""

import random
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from chalicelib.data import read, write
from chalicelib.data.keys import Key
from chalicelib.data.outbox import MessageItem, MessageState
from chalicelib.households.domain import Status as HouseholdStatus
from chalicelib.households.store import get_household
from chalicelib.identity.domain import UserStatus
from chalicelib.identity.store import get_user
from chalicelib.notifications import compose
from chalicelib.organisations.domain import Organisation, Status
from chalicelib.organisations.store import get as get_organisation
from chalicelib.ports import DeliveryFailed, Mailer, Texter
from chalicelib.shared.frozen import Frozen, frozen
from chalicelib.shared.times import HOUR, MINUTE, after, from_iso, to_iso

LEASE_SECONDS = 2 * MINUTE
"""Longer than the worst sending: connect, read and retries of one provider call."""
MAX_TRIES = 12
_FIRST_WAIT = 30
_LONGEST_WAIT = 4 * HOUR


@frozen
class Carriers(Frozen):
    """Who takes messages out."""

    mailer: Mailer
    texter: Texter


def deliver(carriers: Carriers, key: Key, now: datetime) -> str:
    """Sends the message at `key` if it is due and nobody else is at it. Returns what became of it, for the log."""
    item = read.one(MessageItem, key)
    if item is None or not item.due or from_iso(item.due) > now or item.state != MessageState.WAITING.value:
        return "not_due"
    lease = secrets.token_hex(8)
    if not _claim(item, lease, now):
        return "claimed_elsewhere"
    if item.tries > MAX_TRIES:
        return _finish(item, lease, MessageState.PARKED, "never came to an end")
    try:
        outcome = _send(carriers, item)
    except DeliveryFailed as failed:
        return _after_failure(item, lease, failed, now)
    except Exception as error:  # whatever is wrong with one message, it is counted and parked like any failure (M-05)
        return _after_failure(item, lease, DeliveryFailed(type(error).__name__, permanent=False), now)
    return _finish(item, lease, *outcome)


def _claim(item: MessageItem, lease: str, now: datetime) -> bool:
    """Takes the message until the lease ends: it stays in the queue, due again only then."""
    waiting = (MessageItem.state == MessageState.WAITING.value) & (MessageItem.due == item.due)
    actions = [
        MessageItem.lease.set(lease),
        MessageItem.due.set(to_iso(after(now, LEASE_SECONDS))),
        MessageItem.tries.add(1),
    ]
    try:
        write.update(item, actions, waiting)
    except write.ConditionFailed:
        return False
    return True


class _Reader(NamedTuple):
    """Who reads a message."""

    name: str
    language: str
    address: str
    is_other: bool = False
    """Somebody without an account: gets no link into it (NEW-8)."""


def _send(carriers: Carriers, item: MessageItem) -> tuple[MessageState, str]:
    """Hands the message to its carrier; whoever may not be written to at this moment is skipped (M-11)."""
    organisation = get_organisation(item.org)
    if organisation is None or organisation.status is Status.SUSPENDED:
        return MessageState.SKIPPED, "organisation closed"
    reader = _reader(item)
    if reader is None:
        return MessageState.SKIPPED, "reader gone"
    if not reader.address:
        return MessageState.SKIPPED, "no address"
    return MessageState.SENT, _carry(carriers, organisation, reader, item)


def _reader(item: MessageItem) -> _Reader | None:
    """Whom the message is for; None when that person or household is not to be written to any more."""
    if item.user:
        return _user(item)
    return _Reader(item.facts["name"], item.facts["language"], item.address, True) if item.address else _household(item)


def _user(item: MessageItem) -> _Reader | None:
    user = get_user(item.org, item.user or "")
    if user is None or user.status is UserStatus.SUSPENDED:
        return None
    return _Reader(user.name, user.language, item.address or user.email or user.mobile)


def _household(item: MessageItem) -> _Reader | None:
    """The household at its own address (ACC-11)."""
    household = get_household(item.org, item.household or "")
    if household is None or household.status is HouseholdStatus.ARCHIVED:
        return None
    return _Reader(household.name, household.language, household.email or household.phone)


def _carry(carriers: Carriers, organisation: Organisation, reader: _Reader, item: MessageItem) -> str:
    local = compose.local_for(organisation, reader.language)
    facts = {**_moments(item.facts), "name": reader.name, "is_other": reader.is_other}
    if reader.address.startswith("+"):
        text = compose.text_message(organisation, local, item.template, facts)
        return carriers.texter.send(reader.address, text)
    mail = compose.mail(organisation, local, item.template, reader.address, item.message, facts)
    return carriers.mailer.send(mail)


def _moments(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts as templates want them: `at`, and what ends in `_at`, is stored as text and read as a moment."""
    return {name: _moment(name, value) for name, value in facts.items()}


def _moment(name: str, value: Any) -> Any:
    if isinstance(value, str) and value and (name == "at" or name.endswith("_at")):
        return from_iso(value)
    return [_moments(each) if isinstance(each, dict) else each for each in value] if isinstance(value, list) else value


def _after_failure(item: MessageItem, lease: str, failed: DeliveryFailed, now: datetime) -> str:
    """Puts the message off with a growing, jittered wait, or parks it for a person (M-04, M-05)."""
    if failed.permanent or item.tries >= MAX_TRIES:
        return _finish(item, lease, MessageState.PARKED, str(failed))
    wait = min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** int(item.tries))
    wait = random.randint(wait // 2, wait)  # noqa: S311 - jitter, not a secret
    _mark(item, lease, [MessageItem.due.set(to_iso(after(now, wait))), MessageItem.outcome.set(str(failed))])
    return "later"


def _finish(item: MessageItem, lease: str, state: MessageState, outcome: str) -> str:
    """Marks the message and takes it out of the queue."""
    actions = [
        MessageItem.state.set(state.value),
        MessageItem.outcome.set(outcome),
        MessageItem.queue.remove(),
        MessageItem.due.remove(),
    ]
    _mark(item, lease, actions)
    return state.value


def _mark(item: MessageItem, lease: str, actions: list[Any]) -> None:
    """Writes only while the lease is ours: a late owner changes nothing (M-03)."""
    try:
        write.update(item, actions, MessageItem.lease == lease)
    except write.ConditionFailed:
        return
