"""Checking a code: the try is counted before the code is looked at, and a right one opens exactly one door.

Counting first and atomically means that no burst of parallel guesses gets more than five looks
(A-03); consuming the code and creating what it opens is one transaction (A-06, A-07).
"""

from datetime import datetime

from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.identity import challenges, codes, counting
from chalicelib.identity.challenges import Ticket
from chalicelib.identity.counting import Caller, Counts
from chalicelib.identity.domain import MAX_TRIES, Challenge, Purpose
from chalicelib.identity.limits import Bucket
from chalicelib.identity.models import ChallengeItem
from chalicelib.identity.refusal import WrongCode
from chalicelib.shared.errors import Conflict
from chalicelib.shared.times import to_iso
from chalicelib.web import metrics

_TRIES = 4


class Verified:
    """A right code, not yet used: `consume` goes into the transaction that does what it was asked for."""

    def __init__(self, challenge: Challenge, counts: Counts) -> None:
        self.challenge = challenge
        self._counts = counts

    @property
    def from_known_browser(self) -> bool:
        """Whether the browser proved that it signed in with this address before (A-11)."""
        return Bucket.BROWSER in self._counts.buckets

    def consume(self, transaction: Transaction, org: str, now: datetime) -> None:
        """Adds the using-up of the code; of parallel uses one passes and the others' transactions fail."""
        item = challenges.challenge_item(org, self.challenge, now)
        unused = ChallengeItem.used_at.does_not_exist() & (ChallengeItem.sent == self.challenge.sent)
        transaction.update("challenge", item, [ChallengeItem.used_at.set(to_iso(now))], unused)

    def commit(self, transaction: Transaction) -> None:
        """Does what the code is used up for, and forgives the try.

        Raises WrongCode when it was used meanwhile, Conflict when anything else changed.
        """
        try:
            transaction.commit()
        except ConditionFailed as refused:
            raise (WrongCode if "challenge" in refused.names else Conflict) from refused
        self.forgive()

    def forgive(self) -> None:
        """Takes back the failure that was counted beforehand."""
        self._counts.take_back_failure()


def verify(
    caller: Caller, ticket: Ticket, typed: str, purpose: Purpose, keys: tuple[bytes, ...], now: datetime
) -> Verified:
    """The challenge that `typed` is the right code of. Raises WrongCode whatever is wrong, or Unavailable.

    `keys` are the pepper's, newest first. Another browser's ticket spends no try (A-08).
    """
    metrics.count("CodesTried")
    try:
        return _verified(caller, ticket, typed, purpose, keys, now)
    except WrongCode:
        metrics.count("CodesWrong")
        raise


def _verified(
    caller: Caller, ticket: Ticket, typed: str, purpose: Purpose, keys: tuple[bytes, ...], now: datetime
) -> Verified:
    challenge = challenges.get(caller.org, ticket)
    typed = codes.clean(typed)
    if challenge is None or challenge.purpose is not purpose or not challenge.may_be_tried(now):
        codes.fits(keys, ticket.challenge, 0, typed)
        raise WrongCode
    counts = _count(caller, challenge, now)
    if not codes.fits(keys, challenge.id, challenge.sent, typed) or not challenge.is_open(now):
        raise WrongCode
    return Verified(challenge, counts)


def _count(caller: Caller, challenge: Challenge, now: datetime) -> Counts:
    """Counts the try on the challenge and in every bucket, together. Raises WrongCode when none is left."""
    for _ in range(_TRIES):
        counts = counting.load(caller, challenge, now)
        if not counts.may_try():
            break
        transaction = Transaction()
        item = challenges.challenge_item(caller.org, challenge, now)
        left = (ChallengeItem.tries < MAX_TRIES) & ChallengeItem.used_at.does_not_exist()
        same = left & (ChallengeItem.sent == challenge.sent)
        transaction.update("challenge", item, [ChallengeItem.tries.add(1)], same)
        counts.add_failure(transaction)
        try:
            transaction.commit()
        except ConditionFailed as refused:
            if "challenge" in refused.names:
                break
            continue
        return counts
    raise WrongCode
