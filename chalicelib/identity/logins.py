"""A user's own login addresses: only the owner changes them, freshly signed in, and both addresses hear of it.

AUTH-12, AUTH-13, A-29. The new address is proved by a code before anything changes.
"""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.data.outbox import Notice, enqueue
from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.identity import devices, store
from chalicelib.identity.domain import User, email_identifier, is_phone, phone_identifier
from chalicelib.identity.noting import note_user
from chalicelib.identity.refusal import WrongCode
from chalicelib.organisations.domain import Organisation
from chalicelib.shared.errors import Conflict, Invalid, NotFound
from chalicelib.shared.texts import say
from chalicelib.shared.times import to_iso

if TYPE_CHECKING:  # settings pages load this module, and no one-time passwords
    from chalicelib.identity.verifying import Verified


def replace_login(organisation: Organisation, verified: "Verified", now: datetime) -> User:
    """Puts a proved address in the place of the user's old one. Raises WrongCode or Conflict."""
    org, challenge = organisation.slug, verified.challenge
    user = store.require_user(org, challenge.user)
    changed, old = _with_new(user, challenge.identifier, challenge.target)
    transaction = Transaction()
    verified.consume(transaction, org, now)
    store.save_user(transaction, org, changed)
    store.claim_login(transaction, org, challenge.identifier, user.id, challenge.target)
    if old and _identifier(old) != challenge.identifier:
        store.release_login(transaction, org, _identifier(old), user.id)
    _tell(transaction, org, user, old, challenge.target, now)
    try:
        transaction.commit()
    except ConditionFailed as refused:
        if refused.names & {"challenge", "login"}:
            raise WrongCode from refused
        raise Conflict from refused
    verified.forgive()
    return changed


def remove_mobile(organisation: Organisation, user_id: str, now: datetime) -> User:
    """Takes the number off; codes then go by mail. Raises Invalid when there would be no way in left."""
    user = store.require_user(organisation.slug, user_id)
    if not user.mobile:
        raise NotFound
    if not user.email:
        raise Invalid({"mobile": say("Add an email address first: without one you could not sign in any more")})
    transaction = Transaction()
    changed = replace(user, mobile="")
    store.save_user(transaction, organisation.slug, changed)
    store.release_login(transaction, organisation.slug, phone_identifier(user.mobile), user.id)
    _tell(transaction, organisation.slug, user, user.mobile, "", now)
    transaction.commit_or_conflict()
    return changed


def refresh_session(
    organisation: Organisation, verified: "Verified", user_id: str, old_hash: str, now: datetime
) -> str:
    """After a step-up: a new token for the same device, the old one dead (S-02). Raises WrongCode."""
    org = organisation.slug
    session = store.get_session(org, user_id, old_hash)
    if session is None or verified.challenge.user != user_id:
        raise WrongCode
    transaction = Transaction()
    verified.consume(transaction, org, now)
    token = devices.renew(transaction, org, session, replace(session, authenticated_at=now, seen_at=now))
    try:
        transaction.commit()
    except ConditionFailed as refused:
        raise WrongCode from refused
    verified.forgive()
    return token


def _identifier(address: str) -> str:
    return phone_identifier(address) if address.startswith("+") else email_identifier(address)


def _with_new(user: User, identifier: str, address: str) -> tuple[User, str]:
    """The user with the new address, and the one it replaces ("" when there was none of its kind)."""
    if is_phone(identifier):
        return replace(user, mobile=address), user.mobile
    return replace(user, email=address), user.email


def _tell(transaction: Transaction, org: str, user: User, old: str, new: str, now: datetime) -> None:
    """Words to the new address, the old one and the mailbox on file, in the transaction that changes them (A-29)."""
    facts = {"old": _mask(old), "new": _mask(new), "at": to_iso(now)}
    for address in {old, new, user.email} - {""}:
        enqueue(transaction, org, Notice("login_changed", user.id, facts, address), now)
    note_user(transaction, org, user, "login_changed", now, _mask(new))


def tell_added(transaction: Transaction, org: str, user: User, address: str, now: datetime) -> None:
    """Words to a login address that somebody else added, and to those that were there (ADM-6, A-29)."""
    facts = {"old": "", "new": _mask(address), "at": to_iso(now)}
    for each in {address, user.email, user.mobile} - {""}:
        enqueue(transaction, org, Notice("login_changed", user.id, facts, each), now)


def _mask(address: str) -> str:
    """Enough of an address to know it again, not enough to learn it: `m•••@example.org`, `•••23`."""
    local, at, domain = address.partition("@")
    if at:
        return f"{local[:1]}•••@{domain}"
    return f"•••{address[-2:]}" if address else ""
