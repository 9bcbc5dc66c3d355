"""Writes people who sign in: each with the login addresses that only he or she holds (D-01)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from chalicelib.admin.imports.laying import internal_id
from chalicelib.admin.imports.plan import Outcome, Plan, carry_out
from chalicelib.admin.imports.records import Builder
from chalicelib.admin.imports.staging import Problem, Record, Staging, batches
from chalicelib.data import keys, read
from chalicelib.data.outbox import Notice, enqueue
from chalicelib.data.write import Transaction
from chalicelib.identity.domain import User
from chalicelib.identity.logins import tell_added
from chalicelib.identity.models import StaffItem, UserItem
from chalicelib.identity.store import (
    address_of,
    claim_login,
    create_user,
    forget_link,
    note_link,
    save_user,
    user_from,
)
from chalicelib.organisations.domain import Organisation
from chalicelib.shared.errors import Conflict

_DONE = "\x1fuser "
"""Begins the notes of users who are done; no household has such a name."""
_BATCH = 50


@dataclass(frozen=True, slots=True)
class Invitation:
    """Whether new users are told about their account, and when (AUTH-11)."""

    now: datetime
    send: bool = False


def write_users(
    organisation: Organisation, staging: Staging, invitation: Invitation, total: Outcome
) -> Iterator[Record]:
    """Writes every user who is not done yet; yields each row when it is.

    An address that was taken meanwhile leaves its row out.
    """
    left = (record for record in staging.records("user") if not staging.is_written(_DONE + record.id))
    for batch in batches(left, _BATCH):
        stored = _stored(organisation, batch)
        for record in batch:
            user = stored.get(internal_id(organisation, "user", record.id))
            if user and user.source == record.source:
                total.count("user", "untouched")
            else:
                _write(organisation, record, invitation, total)
            staging.note_written(_DONE + record.id)
            yield record


def _stored(organisation: Organisation, batch: list[Record]) -> dict[str, User]:
    places = [keys.user(organisation.slug, internal_id(organisation, "user", record.id)) for record in batch]
    return {item.user: user_from(item) for item in read.many(UserItem, places).values()}


def _write(organisation: Organisation, record: Record, invitation: Invitation, total: Outcome) -> None:
    try:
        carry_out(lambda: _plan(organisation, record, invitation), total)
    except Conflict:
        message = "could not be written: a sign-in address was taken, or the user changed, while the import ran"
        total.left_out.append(Problem("users.csv", record.line, "email", message))


def _plan(organisation: Organisation, record: Record, invitation: Invitation) -> Plan:
    plan, org = Plan(), organisation.slug
    stored = _stored(organisation, [record]).get(internal_id(organisation, "user", record.id))
    user = Builder(organisation).user(record, stored)
    plan.count("user", stored, changed=True)
    if stored:
        plan.add(*_change(org, user, stored, invitation.now))
        _note_kept_addresses(plan, record, stored)
    else:
        plan.add(partial(_create, org=org, user=user, invitation=invitation))
    return plan


def _create(transaction: Transaction, org: str, user: User, invitation: Invitation) -> None:
    create_user(transaction, org, user)
    if invitation.send:
        invite(transaction, org, user, invitation.now)


def invite(transaction: Transaction, org: str, user: User, now: datetime) -> None:
    """Adds the message that tells a new user about the account; however often it is added, it goes out once."""
    enqueue(transaction, org, Notice("activation", user.id, {}), now, message=f"activation-{user.id}")


def _change(org: str, user: User, stored: User, now: datetime) -> list[partial[None]]:
    """A changed user with login addresses he or she had not yet, and the staff pointer.

    Whoever signs in already is told of an address that is added at all of them: codes go there from then on.
    """
    writes = [partial(save_user, org=org, user=user)]
    for identifier in user.identifiers:
        if identifier not in stored.identifiers:
            address = address_of(user, identifier)
            writes.append(partial(claim_login, org=org, identifier=identifier, user_id=user.id, address=address))
            if stored.activated_at:
                writes.append(partial(tell_added, org=org, user=stored, address=address, now=now))
    writes += [
        partial(note_link, org=org, household_id=link.household, user_id=user.id)
        for link in user.households
        if stored.link(link.household) is None
    ]
    writes += [
        partial(forget_link, org=org, household_id=link.household, user_id=user.id)
        for link in stored.households
        if user.link(link.household) is None
    ]
    if user.staff_role is not stored.staff_role:
        writes.append(partial(_staff, org=org, user=user))
    return writes


def _staff(transaction: Transaction, org: str, user: User) -> None:
    pk, sk = keys.staff(org, user.id)
    if user.staff_role:
        transaction.put("staff", StaffItem(pk, sk, user=user.id, role=user.staff_role.value))
    else:
        transaction.delete("staff", StaffItem(pk, sk, user=user.id, role=""))


def _note_kept_addresses(plan: Plan, record: Record, stored: User) -> None:
    for field, kept in (("email", stored.email), ("mobile", stored.mobile)):
        if kept and record.get(field) and record.get(field) != kept:
            message = "differs from the sign-in address in the portal, which only its owner changes; it stays"
            plan.leave_out(Problem("users.csv", record.line, field, message))
