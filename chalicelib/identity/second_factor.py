"""The second factor of staff: enrolling an authenticator, giving a code of it, losing it (A-27, A-28).

As with codes that are sent, a try is counted before it is looked at (A-03), and using a code up and opening what it
opens is one transaction. Its owner hears of everything that changes what opens the desk.
"""

from collections.abc import Callable
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

    Raises WrongProof, or Conflict when there is one already, or a passkey that this session was not proved by.
    """
    session = place.load()
    secret, step = _fitting(authenticators.offers(pepper, session), typed, place.now)
    held, codes = begin(place, session)
    if held.sealed:
        raise Conflict
    enrolled = replace(held, sealed=authenticators.sealed(pepper, secret), last_step=step)
    return Enrolled(keep(place, session, enrolled, "enrolled"), codes)


def begin(place: Place, session: Session) -> tuple[Authenticator, tuple[str, ...]]:
    """What a user has as a second factor before something is added, and the recovery codes that are told now: some
    where this is the first thing, else none.

    Raises Conflict where there is something that this session was not proved by: a mailbox alone adds nothing to it.
    """
    known = authenticators.get(place.org, place.user)
    if known is None:
        codes = authenticators.new_recovery_codes()
        return Authenticator(place.user, "", place.now, 0, authenticators.hashes(codes)), codes
    if session.second_factor_at is None:
        raise Conflict
    return known, ()


def keep(place: Place, session: Session, held: Authenticator, act: str) -> str:
    """Stores what was added, which passes the second factor, and tells the owner. Returns the session's new token.

    Raises Conflict when another write came first.
    """
    transaction = Transaction()
    authenticators.save(transaction, place.org, held)
    token = _pass(transaction, place, session)
    _tell(transaction, place.org, held, act, place.now)
    transaction.commit_or_conflict()
    return token


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
    told = "recovery" if authenticators.is_recovery(typed) else ""
    return try_with(place, lambda known: _used(known, typed, pepper, place.now), told)


def try_with(place: Place, use: Callable[[Authenticator], Authenticator | None], told: str = "") -> str:
    """Passes the second factor if `use` says what it is afterwards, None for a wrong proof; `told` is what its owner
    hears of it. Returns the session's new token. Raises as `prove` does.
    """
    counts, known = _count(place), authenticators.get(place.org, place.user)
    used = use(known) if known else None
    if used is None:
        raise WrongProof
    transaction = Transaction()
    authenticators.save(transaction, place.org, used)
    token = _pass(transaction, place, place.load())
    if told:
        _tell(transaction, place.org, used, told, place.now)
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
    known = require(place)
    codes = authenticators.new_recovery_codes()
    change(place, replace(known, recovery=authenticators.hashes(codes)), "codes")
    return codes


def require(place: Place) -> Authenticator:
    """What a user has as a second factor. Raises NotFound."""
    known = authenticators.get(place.org, place.user)
    if known is None:
        raise NotFound
    return known


def change(place: Place, changed: Authenticator, act: str) -> None:
    """Stores a second factor that is otherwise now, and tells its owner. Raises Conflict."""
    transaction = Transaction()
    authenticators.save(transaction, place.org, changed)
    _tell(transaction, place.org, changed, act, place.now)
    transaction.commit_or_conflict()


def remove(org: str, user_id: str, now: datetime, transaction: Transaction | None = None) -> None:
    """Forgets a user's authenticator and signs him or her out everywhere: the next way in enrols a new one.

    `transaction` holds what is to be written with it. Raises NotFound when there is none, or Conflict.
    """
    known = authenticators.get(org, user_id)
    if known is None:
        raise NotFound
    transaction = transaction or Transaction()
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
    """Word to the owner: `enrolled`, `passkey`, `passkey_removed`, `removed`, `recovery` (a code was used) or `codes`
    (there are new ones).
    """
    facts = {"act": act, "left": len(authenticator.recovery), "at": to_iso(now)}
    enqueue(transaction, org, Notice("authenticator", authenticator.user, facts), now)
