"""Asking for a code: the same work and the same answer for every address, known or not (A-17, A-18).

The page never looks up whether anybody has the address. It writes a challenge and an order to
send; the sender, on the other side of the table's stream, is the first to know whether there is
anyone to send to.
"""

import hmac
from dataclasses import replace
from datetime import datetime

from chalicelib.data import keys, read
from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.identity import counting, tokens
from chalicelib.identity.counting import Caller
from chalicelib.identity.domain import Challenge, Channel, Purpose
from chalicelib.identity.models import ChallengeItem, CodeDispatchItem
from chalicelib.shared import tracing
from chalicelib.shared.errors import Conflict, TooMany
from chalicelib.shared.frozen import Frozen, frozen
from chalicelib.shared.ids import derived_id
from chalicelib.shared.texts import say
from chalicelib.shared.times import DAY, HOUR, MINUTE, after, epoch, from_iso, to_iso

_TRIES = 3
_KEPT = DAY


@frozen
class Wanted(Frozen):
    """What a code is asked for."""

    identifier: str
    purpose: Purpose = Purpose.SIGN_IN
    channel: Channel = Channel.AUTO
    language: str = ""
    user: str = ""
    next: str = ""
    target: str = ""
    secret: str = ""
    """Secret of the browser that asks, from its cookie; empty makes a fresh one."""


@frozen
class Ticket(Frozen):
    """The browser's half of a challenge, kept in its cookie."""

    challenge: str
    secret: str

    @classmethod
    def parse(cls, cookie: str) -> "Ticket":
        """The ticket in a cookie's value; an empty one when there is none."""
        challenge, _, secret = cookie.partition(".")
        return cls(challenge, secret)

    def __str__(self) -> str:
        return f"{self.challenge}.{self.secret}"


class BusyNetwork(TooMany):
    """Many codes were asked for from this network, maybe by other families on the same wireless (A-13)."""


class NoTriesLeft(TooMany):
    """The day's wrong codes are used up: another code could not be typed, so none is sent (A-10)."""

    def __init__(self) -> None:
        sentence = say("Too many wrong codes: use a device that you signed in with before, or contact us")
        super().__init__(sentence, retry_after=HOUR)


def ask(caller: Caller, wanted: Wanted, organisation_limit: int, now: datetime) -> Ticket:
    """Orders a first code for an address. Raises TooMany (with seconds to wait), NoTriesLeft or Unavailable.

    A form that is sent twice, as impatient fingers do, orders one code and gets the same ticket twice.
    """
    secret = wanted.secret or tokens.new_token()
    ticket = Ticket(_id(secret, wanted, _minute(now)), secret)
    try:
        _order(caller, _first(ticket, wanted, now), organisation_limit, now, replaces=0)
    except TooMany:
        again = _just_ordered(caller.org, wanted, secret, now)
        if again is None:
            raise
        return again
    return ticket


def _first(ticket: Ticket, wanted: Wanted, now: datetime) -> Challenge:
    return Challenge(
        id=ticket.challenge,
        identifier=wanted.identifier,
        purpose=wanted.purpose,
        channel=wanted.channel,
        secret_hash=tokens.token_hash(ticket.secret),
        sent=1,
        sent_at=now,
        user=wanted.user,
        next=wanted.next,
        target=wanted.target,
        language=wanted.language,
    )


def _just_ordered(org: str, wanted: Wanted, secret: str, now: datetime) -> Ticket | None:
    """The ticket of a code that this very browser ordered for the address a moment ago."""
    ids = [_id(secret, wanted, minute) for minute in (_minute(now), _minute(now) - 1)]
    found = read.many(ChallengeItem, [keys.challenge(org, challenge) for challenge in ids])
    going = [item.challenge for item in found.values() if challenge_from(item).is_open(now)]
    return Ticket(going[0], secret) if going else None


def _id(secret: str, wanted: Wanted, minute: int) -> str:
    """Unguessable without the browser's secret. Codes for an address are a minute apart, so no two challenges meet."""
    return derived_id(secret.encode(), wanted.identifier, wanted.purpose.value, str(minute))


def _minute(now: datetime) -> int:
    return epoch(now) // MINUTE


def ask_again(caller: Caller, ticket: Ticket, channel: Channel, organisation_limit: int, now: datetime) -> Challenge:
    """Orders a new code for the same challenge: the old one is dead, no count starts anew (A-09).

    Raises TooMany, NoTriesLeft, Conflict when the challenge can not go on, or Unavailable.
    """
    challenge = get(caller.org, ticket)
    if challenge is None or challenge.used:
        raise Conflict(say("Start again: this sign-in was left open for too long"))
    renewed = _renewed(challenge, channel, now)
    _order(caller, renewed, organisation_limit, now, replaces=challenge.sent)
    return renewed


def _renewed(challenge: Challenge, channel: Channel, now: datetime) -> Challenge:
    return replace(challenge, sent=challenge.sent + 1, sent_at=now, channel=channel, travelled_by=None)


def _order(caller: Caller, challenge: Challenge, organisation_limit: int, now: datetime, *, replaces: int) -> None:
    """Counts and orders a sending in one transaction; of parallel orders exactly one passes (A-15)."""
    for _ in range(_TRIES):
        counts = counting.load(caller, challenge, now)
        if not counts.may_try():
            raise NoTriesLeft
        wait = counts.wait(organisation_limit)
        if wait > 0:
            raise (BusyNetwork if counts.is_network_busy() else TooMany)(retry_after=wait)
        transaction = Transaction()
        _write(transaction, caller.org, challenge, now, replaces, is_known=counts.is_known)
        counts.add_send(transaction)
        try:
            transaction.commit()
        except ConditionFailed:
            continue
        return
    raise TooMany(retry_after=5)


def _write(
    transaction: Transaction, org: str, challenge: Challenge, now: datetime, replaces: int, *, is_known: bool
) -> None:
    item = challenge_item(org, challenge, now)
    if replaces:
        same = (ChallengeItem.sent == replaces) & ChallengeItem.used_at.does_not_exist()
        transaction.update(
            "challenge",
            item,
            [
                ChallengeItem.sent.set(challenge.sent),
                ChallengeItem.sent_at.set(to_iso(now)),
                ChallengeItem.channel.set(challenge.channel.value),
            ],
            same,
        )
    else:
        transaction.create("challenge", item)
    pk, sk = keys.code_dispatch(org, challenge.id, challenge.sent)
    dispatch = CodeDispatchItem(
        pk, sk, org=org, challenge=challenge.id, number=challenge.sent, request=tracing.current() or None,
        known=is_known or None, expires=after(now, _KEPT),
    )  # fmt: skip
    transaction.create("dispatch", dispatch)


def get(org: str, ticket: Ticket) -> Challenge | None:
    """The challenge a browser holds the other half of, or None; another browser's half opens nothing (A-08)."""
    found = list(read.whole(keys.challenge(org, ticket.challenge or "none").pk))
    item = next((item for item in found if isinstance(item, ChallengeItem)), None)
    if item is None or not hmac.compare_digest(item.secret_hash, tokens.token_hash(ticket.secret)):
        return None
    orders = (order for order in found if isinstance(order, CodeDispatchItem) and order.number == item.sent)
    return replace(challenge_from(item), travelled_by=_travelled_by(next(orders, None)))


def _travelled_by(order: CodeDispatchItem | None) -> Channel | None:
    return Channel(order.travelled_by) if order and order.travelled_by else None


def challenge_item(org: str, challenge: Challenge, now: datetime) -> ChallengeItem:
    """The item that stores `challenge`."""
    pk, sk = keys.challenge(org, challenge.id)
    return ChallengeItem(
        pk,
        sk,
        challenge=challenge.id,
        identifier=challenge.identifier,
        purpose=challenge.purpose.value,
        channel=challenge.channel.value,
        secret_hash=challenge.secret_hash,
        sent=challenge.sent,
        sent_at=to_iso(challenge.sent_at),
        tries=challenge.tries,
        user=challenge.user or None,
        next=challenge.next or None,
        target=challenge.target or None,
        language=challenge.language or None,
        expires=after(now, _KEPT),
    )


def challenge_from(item: ChallengeItem) -> Challenge:
    """The challenge that `item` stores; how its code travelled stands with the order to send it."""
    return Challenge(
        id=item.challenge,
        identifier=item.identifier,
        purpose=Purpose(item.purpose),
        channel=Channel(item.channel),
        secret_hash=item.secret_hash,
        sent=int(item.sent),
        sent_at=from_iso(item.sent_at),
        tries=int(item.tries),
        used=item.used_at is not None,
        user=item.user or "",
        next=item.next or "",
        target=item.target or "",
        language=item.language or "",
    )
