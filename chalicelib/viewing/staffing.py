"""Who belongs to the organisation's staff, and as what: owners invite, change roles, end access, help who lost a phone.

Nobody changes his or her own role: another owner does. Each act wants its owner to be one still when it is written, so
that of two owners who end each other's access at one moment one stays, and an organisation is never without. A role
that changes signs out everywhere, for a session keeps nothing of what its user was (S-02, S-07). The person is told,
and the organisation's log remembers who decided.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from chalicelib.data import keys, read
from chalicelib.data.keys import Key
from chalicelib.data.outbox import Notice, enqueue
from chalicelib.data.read import Page
from chalicelib.data.write import Transaction
from chalicelib.identity import devices, store
from chalicelib.identity.account import Account
from chalicelib.identity.domain import Session, StaffRole, User, UserStatus, email_identifier
from chalicelib.identity.models import AuthenticatorItem, StaffItem, UserItem
from chalicelib.organisations import audit
from chalicelib.organisations.domain import Organisation
from chalicelib.shared.errors import Conflict, Forbidden, Invalid, NotFound
from chalicelib.shared.frozen import Frozen, frozen
from chalicelib.shared.ids import new_id
from chalicelib.shared.texts import say
from chalicelib.shared.times import from_iso

Raw = dict[str, dict[str, object]]
_ACTS = {
    "invited": say("Invited to the staff: %(label)s"),
    "changed": say("Role among the staff changed: %(label)s"),
    "ended": say("Access of staff ended: %(label)s"),
    "signed_out": say("Staff signed out everywhere: %(label)s"),
    "authenticator": say("Authenticator of staff forgotten: %(label)s"),
}
"""What the organisation's log says of each act."""
ANOTHER_OWNER = say("Another owner has to change your own access.")


class Colleague(NamedTuple):
    """Somebody of the staff, with what opens the desk to him or her."""

    user: User
    enrolled_at: datetime | None
    """When the authenticator was set up; None: there is none yet (A-28)."""
    recovery_codes: int = 0
    """How many are left."""
    passkeys: int = 0


@frozen
class Hand(Frozen):
    """An owner at work."""

    organisation: Organisation
    me: Account
    now: datetime

    @property
    def org(self) -> str:
        """The organisation's slug."""
        return self.organisation.slug


def colleagues(org: str, after: str = "") -> Page[Colleague]:
    """The staff, 25 at a time from beyond a user's id, by name within a page. Two round trips."""
    listed = read.listed(StaffItem, lambda user: keys.staff(org, user), after=after, newest_first=False)
    ids = [item.user for item in listed.rows]
    found = read.raw([*(keys.user(org, user) for user in ids), *(keys.authenticator(org, user) for user in ids)])
    everybody = [_colleague(org, user, found) for user in ids if keys.user(org, user) in found]
    return Page(sorted(everybody, key=lambda each: (each.user.name.casefold(), each.user.id)), listed.next)


def colleague(org: str, user_id: str) -> Colleague:
    """One of the staff. One strong read. Raises NotFound for anybody else."""
    found = read.raw([keys.user(org, user_id), keys.authenticator(org, user_id)])
    if keys.user(org, user_id) not in found:
        raise NotFound
    person = _colleague(org, user_id, found)
    if person.user.staff_role is None:
        raise NotFound
    return person


def _colleague(org: str, user_id: str, found: Mapping[Key, Raw]) -> Colleague:
    user = store.user_from(UserItem.from_raw_data(found[keys.user(org, user_id)]))
    known = found.get(keys.authenticator(org, user_id))
    if known is None:
        return Colleague(user, None)
    item = AuthenticatorItem.from_raw_data(known)
    return Colleague(user, from_iso(item.enrolled_at), len(item.recovery), len(item.passkeys or ()))


def sessions(org: str, user: User, now: datetime) -> list[Session]:
    """Where somebody of the staff is signed in, last used first."""
    return devices.live_sessions(org, user, now)


def invite(hand: Hand, name: str, email: str, role: StaffRole) -> User:
    """Gives a role to whoever signs in with an address; for a new one, an account begins, and its owner is told.

    Raises Invalid when that is one of the staff already or may not sign in, Conflict.
    """
    login = store.find_login(hand.org, email_identifier(email))
    known = store.get_user(hand.org, login[0]) if login else None
    if known and (known.staff_role or known.status is not UserStatus.ACTIVE):
        raise Invalid({"email": say("Somebody of the staff, or who may not sign in, has this address")})
    fresh = User(new_id(), name, hand.organisation.language, email)
    user = replace(known or fresh, staff_role=role, sessions_from=hand.now if known else None)
    transaction = Transaction()
    if known:
        store.save_user(transaction, hand.org, user)
        transaction.put("staff", _pointer(hand.org, user))
    else:
        store.create_user(transaction, hand.org, user)
    _decide(transaction, hand, user, "invited", before=None)
    transaction.commit_or_conflict()
    return user


def change_role(hand: Hand, user_id: str, role: StaffRole) -> User:
    """Gives somebody of the staff another role. Raises NotFound, Forbidden for oneself, Conflict."""
    before = _other(hand, user_id)
    if before.staff_role is role:
        return before
    changed = replace(before, staff_role=role, sessions_from=hand.now)
    transaction = Transaction()
    store.save_user(transaction, hand.org, changed)
    transaction.put("staff", _pointer(hand.org, changed))
    _decide(transaction, hand, changed, "changed", before=before.staff_role)
    transaction.commit_or_conflict()
    devices.tidy(hand.org, user_id)
    return changed


def end(hand: Hand, user_id: str) -> User:
    """Takes the role away, with the authenticator and all sessions; a family of the person's own stays open to him or
    her. Raises NotFound, Forbidden for oneself, Conflict.
    """
    before = _other(hand, user_id)
    ended = replace(before, staff_role=None, sessions_from=hand.now)
    transaction = Transaction()
    store.save_user(transaction, hand.org, ended)
    transaction.delete("staff", StaffItem(*keys.staff(hand.org, user_id), user=user_id, role=""))
    authenticator = read.one(AuthenticatorItem, keys.authenticator(hand.org, user_id))
    if authenticator:
        transaction.delete("authenticator", authenticator)
    _decide(transaction, hand, ended, "ended", before=before.staff_role)
    transaction.commit_or_conflict()
    devices.tidy(hand.org, user_id)
    return ended


def sign_out(hand: Hand, user_id: str) -> None:
    """Signs somebody of the staff out everywhere. Raises NotFound, Forbidden for oneself, Conflict."""
    person = _other(hand, user_id)
    transaction = Transaction()
    _require_owner(transaction, hand)
    devices.sign_out(transaction, hand.org, user_id, hand.now)
    audit.note(transaction, hand.org, _entry(hand, person, "signed_out"))
    transaction.commit_or_conflict()
    devices.tidy(hand.org, user_id)


def reset_authenticator(hand: Hand, user_id: str) -> None:
    """Forgets a lost authenticator and signs out: the next sign-in sets up another, whose owner is told.

    Raises NotFound, also where there is none, Forbidden for oneself, Conflict.
    """
    from chalicelib.identity import second_factor

    person = _other(hand, user_id)
    transaction = Transaction()
    _require_owner(transaction, hand)
    audit.note(transaction, hand.org, _entry(hand, person, "authenticator"))
    second_factor.remove(hand.org, user_id, hand.now, transaction)


def _other(hand: Hand, user_id: str) -> User:
    user = colleague(hand.org, user_id).user
    if user.id == hand.me.user:
        raise Forbidden(ANOTHER_OWNER)
    return user


def _decide(transaction: Transaction, hand: Hand, user: User, act: str, before: StaffRole | None) -> None:
    """Adds what goes with each change of a role: an owner who is one still, word to the person, a line in the log."""
    _require_owner(transaction, hand)
    was, role = (each.value if each else "" for each in (before, user.staff_role))
    enqueue(transaction, hand.org, Notice("staff_role", user.id, {"act": act, "role": role}), hand.now)
    entry = _entry(hand, user, act)
    audit.note(transaction, hand.org, replace(entry, changes=(audit.Change("role", was, role),)))


def _entry(hand: Hand, person: User, act: str) -> audit.Entry:
    author = audit.Author(hand.me.user, hand.me.user_name)
    return audit.Entry(f"staff_{act}", hand.now, author, {"what": _ACTS[act].key, "label": person.name})


def _require_owner(transaction: Transaction, hand: Hand) -> None:
    """Adds that whoever decides is an owner still, at the very moment it is written. Raises Conflict otherwise."""
    owner = store.require_user(hand.org, hand.me.user)
    if owner.staff_role is not StaffRole.OWNER:
        raise Conflict
    pk, sk = keys.user(hand.org, owner.id)
    transaction.check("owner", UserItem, pk, sk, UserItem.version == owner.version)


def _pointer(org: str, user: User) -> StaffItem:
    role = user.staff_role.value if user.staff_role else ""
    return StaffItem(*keys.staff(org, user.id), user=user.id, role=role)
