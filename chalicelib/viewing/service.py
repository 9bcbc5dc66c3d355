"""Seeing the portal as a family does, and acting for it with its code: a session of the staff's takes another shape.

The session that starts is no other's: it is the staff's own, under a new token, with what it sees written into it, and
the guard alone says what such a session may (`identity.guard`). It ends after an hour or at one press, again under a
new token, so that neither cookie is ever worth anything twice (T-13). The family reads in its log who came, for what
reason and which pages it was, and that it is over (NEW-10, T-12).
"""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.data.write import Transaction
from chalicelib.households.activity import Deed, note
from chalicelib.households.store import get_summaries
from chalicelib.households.summary import Summary
from chalicelib.identity import devices, store
from chalicelib.identity.account import Account
from chalicelib.identity.domain import Session, User, UserStatus, Viewing
from chalicelib.identity.refusal import WrongCode
from chalicelib.organisations.domain import Organisation
from chalicelib.shared.errors import Conflict, NotFound
from chalicelib.shared.times import local_day

if TYPE_CHECKING:  # whoever ends it needs no one-time passwords
    from chalicelib.identity.verifying import Verified

SHORTEST_REASON, LONGEST_REASON = 10, 200
"""Characters: enough to mean something to the family that reads it (T-10), and no more than its log keeps."""


def subject(org: str, household: str) -> Summary:
    """The household that staff want to see the portal as. One read. Raises NotFound, also for one that is archived."""
    found = get_summaries(org, (household,)).get(household)
    if found is None or found.archived:
        raise NotFound
    return found


def who_may_lend(organisation: Organisation, household: str, now: datetime) -> list[User]:
    """The users of a household whose code lets staff act for it: who may act themselves, and are none of the staff."""
    users = store.list_household(organisation.slug, household)
    return [user for user in users if _may_lend(organisation, user, household, now)]


def _may_lend(organisation: Organisation, user: User, household: str, now: datetime) -> bool:
    link = user.link(household)
    if link is None or not link.role.may_edit or not link.is_open(local_day(now, organisation.zone)):
        return False
    return user.staff_role is None and user.may_sign_in(require_email=organisation.sign_in.require_email)


def look(org: str, me: Account, household: str, reason: str, now: datetime) -> str:
    """Turns the session into one that sees what a household sees, and changes nothing. Returns its new token.

    Raises NotFound, or Conflict when the session was ended or another was begun at the same moment.
    """
    viewing = Viewing(subject(org, household).household, reason, now)
    transaction = Transaction()
    token = _start(transaction, org, me, viewing)
    transaction.commit_or_conflict()
    return token


def act(organisation: Organisation, me: Account, verified: "Verified", now: datetime) -> tuple[str, str]:
    """Turns the session into one that acts for the user whose code was typed, as he or she may. Returns its new token
    and the household. Raises WrongCode when the code or the user's role is gone meanwhile, NotFound, Conflict.
    """
    from chalicelib.identity.signing_in import find_user

    org, challenge = organisation.slug, verified.challenge
    lender = find_user(organisation, challenge.identifier)
    if lender is None or not _may_lend(organisation, lender, challenge.next, now):
        raise WrongCode
    viewing = Viewing(subject(org, challenge.next).household, challenge.target, now, lender.id)
    transaction = Transaction()
    verified.consume(transaction, org, now)
    token = _start(transaction, org, me, viewing)
    verified.commit(transaction)
    return token, viewing.household


def end(org: str, me: Account, now: datetime) -> str:
    """Turns the session back into the staff's own, as old as it was. Returns its new token (T-13).

    Raises Conflict when it was ended meanwhile.
    """
    session = _own_session(org, me)
    transaction = Transaction()
    token = devices.renew(transaction, org, session, replace(session, seen_at=now, viewing=None))
    if session.viewing:
        note(transaction, org, session.viewing.household, Deed("staff_left", now, me.user))
    transaction.commit_or_conflict()
    return token


def _start(transaction: Transaction, org: str, me: Account, viewing: Viewing) -> str:
    """Adds the session's new shape and word of it to the family; what the user had begun elsewhere ends.

    The user is written as well, so that of two beginnings at one moment one is refused: there is one at a time (T-10).
    """
    session = _own_session(org, me)
    store.save_user(transaction, org, _active(org, me.user))
    for other in store.list_sessions(org, me.user):
        if other.viewing and other.token_hash != session.token_hash:
            store.forget_session(transaction, org, me.user, other.token_hash)
    kind = "staff_acts" if viewing.user else "staff_looks"
    note(transaction, org, viewing.household, Deed(kind, viewing.since, me.user, {"label": viewing.reason}))
    return devices.renew(transaction, org, session, replace(session, seen_at=viewing.since, viewing=viewing))


def _active(org: str, user_id: str) -> User:
    user = store.require_user(org, user_id)
    if user.status is not UserStatus.ACTIVE:
        raise Conflict
    return user


def _own_session(org: str, me: Account) -> Session:
    session = store.get_session(org, me.user, me.session)
    if session is None:
        raise Conflict
    return session
