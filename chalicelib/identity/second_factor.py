"""The second factor of staff: enrolling an authenticator, giving a code of it, losing it (A-27, A-28).

As with codes that are sent, a try is counted before it is looked at (A-03), and using a code up and opening what it
opens is one transaction. Its owner hears of everything that changes what opens the desk.
"""

from dataclasses import replace
from datetime import datetime

from chalicelib.data.outbox import Notice, enqueue
from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.identity import authenticators, counting, devices, store
from chalicelib.identity.counting import Counts
from chalicelib.identity.domain import Authenticator, Session
from chalicelib.identity.limits import Bucket
from chalicelib.identity.refusal import WrongProof
from chalicelib.shared.errors import Conflict, NotFound, TooMany
from chalicelib.shared.frozen import Frozen, frozen
from chalicelib.shared.times import to_iso

_TRIES = 4


@frozen
class Place(Frozen):
    """Where a code is typed: whose session of which organisation, and when."""

    org: str
    user: str
    session: str
    """Hash of the session's token."""
    now: datetime

    def load(self) -> Session:
        """The session itself. Raises Conflict when it was ended or renewed meanwhile."""
        session = store.get_session(self.org, self.user, self.session)
        if session is None:
            raise Conflict
        return session


@frozen
class Enrolled(Frozen):
    """What enrolling gives: the session's new token, and the recovery codes, which are told this once."""

    token: str
    recovery: tuple[str, ...]


def enrol(place: Place, typed: str, pepper: tuple[bytes, ...]) -> Enrolled:
    """Keeps the authenticator that the session was offered, if `typed` is what it shows; that passes it as well.

    Raises WrongProof, or Conflict when there is one already.
    """
    session = place.load()
    secret, step = _fitting(authenticators.offers(pepper, session), typed, place.now)
    codes = authenticators.new_recovery_codes()
    enrolled = Authenticator(
        user=place.user,
        sealed=authenticators.sealed(pepper, secret),
        enrolled_at=place.now,
        last_step=step,
        recovery=authenticators.hashes(codes),
    )
    transaction = Transaction()
    authenticators.save(transaction, place.org, enrolled)
    token = _pass(transaction, place, session)
    _tell(transaction, place.org, enrolled, "enrolled", place.now)
    transaction.commit_or_conflict()
    return Enrolled(token, codes)


def _fitting(offers: list[bytes], typed: str, now: datetime) -> tuple[bytes, int]:
    for secret in offers:
        step = authenticators.fitting_step(secret, typed, 0, now)
        if step is not None:
            return secret, step
    raise WrongProof


def prove(place: Place, typed: str, pepper: tuple[bytes, ...]) -> str:
    """Passes the second factor with a code of the authenticator or a recovery code. Returns the session's new token.

    Raises WrongProof, TooMany, or Conflict when the session was ended meanwhile.
    """
    counts, known = _count(place), authenticators.get(place.org, place.user)
    used = _used(known, typed, pepper, place.now) if known else None
    if used is None:
        raise WrongProof
    transaction = Transaction()
    authenticators.save(transaction, place.org, used)
    token = _pass(transaction, place, place.load())
    if authenticators.is_recovery(typed):
        _tell(transaction, place.org, used, "recovery", place.now)
    try:
        transaction.commit()
    except ConditionFailed as refused:
        raise WrongProof from refused
    counts.take_back_failure()
    return token


def _used(known: Authenticator, typed: str, pepper: tuple[bytes, ...], now: datetime) -> Authenticator | None:
    if authenticators.is_recovery(typed):
        return authenticators.after_recovery(known, typed)
    return authenticators.after_code(known, typed, pepper, now)


def renew_recovery_codes(place: Place) -> tuple[str, ...]:
    """Ten new recovery codes in the place of those that are left. Raises NotFound or Conflict."""
    known = authenticators.get(place.org, place.user)
    if known is None:
        raise NotFound
    codes = authenticators.new_recovery_codes()
    renewed = replace(known, recovery=authenticators.hashes(codes))
    transaction = Transaction()
    authenticators.save(transaction, place.org, renewed)
    _tell(transaction, place.org, renewed, "codes", place.now)
    transaction.commit_or_conflict()
    return codes


def remove(org: str, user_id: str, now: datetime) -> None:
    """Forgets a user's authenticator and signs him or her out everywhere: the next way in enrols a new one.

    Raises NotFound when there is none, or Conflict.
    """
    known = authenticators.get(org, user_id)
    if known is None:
        raise NotFound
    transaction = Transaction()
    authenticators.drop(transaction, org, known)
    devices.sign_out(transaction, org, user_id, now)
    _tell(transaction, org, known, "removed", now)
    transaction.commit_or_conflict()
    devices.tidy(org, user_id)


def _pass(transaction: Transaction, place: Place, session: Session) -> str:
    """Adds that the session passed the second factor, under a new token (S-02), and returns that."""
    passed = replace(session, seen_at=place.now, second_factor_at=place.now)
    return devices.renew(transaction, place.org, session, passed)


def _count(place: Place) -> Counts:
    """Counts a try before it is looked at. Raises TooMany when none is left, WrongProof in a crowd of tries."""
    for _ in range(_TRIES):
        counts = counting.of(place.org, Bucket.SECOND_FACTOR, place.user, place.now)
        if not counts.may_try():
            raise TooMany(retry_after=counts.wait_to_try())
        transaction = Transaction()
        counts.add_failure(transaction)
        try:
            transaction.commit()
        except ConditionFailed:
            continue
        return counts
    raise WrongProof


def _tell(transaction: Transaction, org: str, authenticator: Authenticator, act: str, now: datetime) -> None:
    """Word to the owner: `enrolled`, `removed`, `recovery` (a code was used) or `codes` (there are new ones)."""
    facts = {"act": act, "left": len(authenticator.recovery), "at": to_iso(now)}
    enqueue(transaction, org, Notice("authenticator", authenticator.user, facts), now)
