"""The outbox worker: claims a message, asks whether it still stands, writes it in the reader's language, sends it,
marks it.

Safe to run twice or in parallel (M-03): a claim is a conditional write with a lease and a fence, and only its owner
marks the message. A crash between sending and marking can repeat one message (M-02), never lose one.
"""

from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.data import outbox, read
from chalicelib.data.keys import Key
from chalicelib.data.outbox import Lane, MessageItem, MessageState
from chalicelib.notifications import claiming, letters, pace, standing
from chalicelib.notifications.claiming import LEASE_SECONDS, Claim
from chalicelib.notifications.letters import Held, Letter, NotWanted
from chalicelib.notifications.pace import Pace, Unpaced
from chalicelib.notifications.plans import TRIES, Plan, full_jitter, is_counted, plan_of, wait_after
from chalicelib.organisations import store as organisations
from chalicelib.ports import DeliveryFailed, Mailer, Texter, Trouble
from chalicelib.shared import tracing
from chalicelib.shared.errors import Unavailable
from chalicelib.shared.frozen import Frozen, frozen
from chalicelib.shared.times import MINUTE, after, from_iso
from chalicelib.web import logs, metrics

MAX_TRIES = TRIES
__all__ = ["LEASE_SECONDS", "MAX_TRIES", "Carriers", "deliver"]


@frozen
class Carriers(Frozen):
    """Who takes messages out, and how fast."""

    mailer: Mailer
    texter: Texter
    pace: Pace = field(default_factory=Unpaced)


@dataclass(slots=True)
class _Sending:
    """One message on its way out."""

    claim: Claim
    plan: Plan
    now: datetime
    wanted: datetime
    """When it was to go out first."""
    letter: Letter | None = None
    """As it was written last."""

    @property
    def item(self) -> MessageItem:
        """The message."""
        return self.claim.item

    @property
    def lane(self) -> Lane:
        """Where it waited, whatever its folder usually does."""
        return Lane.BULK if self.item.queue == Lane.BULK.value else Lane.PROMPT

    @property
    def late(self) -> int:
        """For how many seconds it has waited since then."""
        return max(0, int((self.now - self.wanted).total_seconds()))


def deliver(carriers: Carriers, key: Key, now: datetime) -> str:
    """Sends the message at `key` if it is due and nobody else is at it. Returns what became of it, for the log:

    `sent`, `skipped`, `parked`, `later` (it failed), `busy` (nobody takes any now), `held` (quiet hours), `not_due` or
    `claimed_elsewhere`. Raises Unavailable.
    """
    try:
        item = read.one(MessageItem, key)
    except Unavailable:
        raise
    except Exception as error:  # nobody can claim what nobody can read: it would stand before all others for ever
        return _park(key, error, now)
    if item is None or item.state != MessageState.WAITING.value or not item.due:
        return "not_due"
    there = _time_there(item, now)
    if from_iso(item.due) > there:
        return "not_due"
    tracing.begin(item.request or item.message)
    wanted = from_iso(item.wanted_at or item.due)
    claim = claiming.claim(item, now)
    if claim is None:
        return "claimed_elsewhere"
    return _work_off(carriers, _Sending(claim, plan_of(item.template), now, wanted), there)


def _park(key: Key, error: Exception, now: datetime) -> str:
    logs.failure("message.unreadable", error)
    if not outbox.park(key, now):
        return "not_due"
    metrics.count("MessagesParked")
    return MessageState.PARKED.value


def _time_there(item: MessageItem, now: datetime) -> datetime:
    """What time it is where the message was written: that clock may be ahead, in a demonstration (NEW-17)."""
    if from_iso(item.created_at) <= now:
        return now
    organisation = organisations.get(item.org)
    return organisation.clock(now) if organisation else now


def _work_off(carriers: Carriers, sending: _Sending, there: datetime) -> str:
    item = sending.item
    if item.tries > sending.plan.tries:
        return _finish(sending, MessageState.PARKED, "never came to an end", Trouble.OURS)
    if item.until and from_iso(item.until) <= there:
        return _finish(sending, MessageState.SKIPPED, "past its use")
    try:
        outcome = _send(carriers, sending, there)
    except NotWanted as why:
        return _finish(sending, MessageState.SKIPPED, str(why))
    except Held as held:
        return _put_off(sending, held.until, str(held), "held")
    except DeliveryFailed as failed:
        return _after_failure(sending, failed)
    except Exception as error:  # whatever is wrong with one message, it is counted and parked like any failure (M-05)
        return _after_failure(sending, DeliveryFailed(type(error).__name__, permanent=False, trouble=Trouble.OURS))
    return _finish(sending, MessageState.SENT, outcome)


def _send(carriers: Carriers, sending: _Sending, there: datetime) -> str:
    """Sends it to the first address that can be reached. Returns the provider's id. Raises what keeps it from that."""
    why = standing.reason_to_skip(sending.item, there)
    if why:
        raise NotWanted(why)
    tried: list[str] = []
    first: DeliveryFailed | None = None
    while True:
        try:
            sending.letter = letters.write(sending.item, there, tried)
        except NotWanted:
            if first is None:
                raise
            raise first from None
        try:
            return _carry(carriers, sending.letter, sending.lane)
        except DeliveryFailed as failed:
            if not failed.elsewhere:
                raise
            first = first or failed
            tried.append(sending.letter.address)


def _carry(carriers: Carriers, letter: Letter, lane: Lane) -> str:
    if letter.is_demo:
        return "demo"
    if not carriers.pace.turn(pace.MAIL if letter.mail else pace.TEXT, lane):
        raise DeliveryFailed("more than goes out in a second", permanent=False, busy=True)
    return carriers.mailer.send(letter.mail) if letter.mail else carriers.texter.send(letter.address, letter.text)


def _after_failure(sending: _Sending, failed: DeliveryFailed) -> str:
    """Puts the message off with a growing, jittered wait, or parks it for a person (M-04, M-05).

    A provider that takes nothing of anybody for now is no fault of the message's.
    """
    item, now = sending.item, sending.now
    if failed.busy and not is_counted(sending.plan, sending.late):
        return _put_off(sending, after(now, full_jitter(MINUTE)), str(failed), "busy")
    if failed.permanent or item.tries >= sending.plan.tries:
        return _finish(sending, MessageState.PARKED, str(failed), failed.trouble)
    again = after(now, wait_after(int(item.tries)))
    last = after(from_iso(item.until), -MINUTE) if item.until else again
    return _put_off(sending, min(again, last) if last > now else again, str(failed), "later")


def _put_off(sending: _Sending, until: datetime, why: str, outcome: str) -> str:
    is_held = outcome == "held"
    claiming.put_off(sending.claim, until, why, counts=outcome == "later", is_wanted_then=is_held)
    lane = sending.lane.name.lower()
    metrics.count("MessagesPutOff", kind=outcome, lane=lane)
    if not is_held:  # no sweep sees it until it is tried again
        metrics.count("OutboxAge", sending.late, "Seconds", lane=lane)
    return outcome


def _finish(sending: _Sending, state: MessageState, outcome: str, trouble: Trouble | None = None) -> str:
    written = sending.letter.written if sending.letter and state is not MessageState.SKIPPED else None
    claiming.finish(sending.claim, state, outcome, sending.now, written, trouble)
    if outcome != "demo":
        _count(sending, state)
    return state.value


def _count(sending: _Sending, state: MessageState) -> None:
    lane = sending.lane.name.lower()
    if state is not MessageState.SENT:
        metrics.count("MessagesSkipped" if state is MessageState.SKIPPED else "MessagesParked", lane=lane)
        return
    is_text = sending.letter is not None and sending.letter.mail is None
    metrics.count("MessagesSent", channel=pace.TEXT if is_text else pace.MAIL, lane=lane)
    if is_text:
        metrics.count("TextsSent")
