"""Letting somebody in whose address is proved: into a household on file, or into a new one."""

from datetime import datetime

from chalicelib.data.outbox import Notice, enqueue
from chalicelib.data.write import Transaction
from chalicelib.households import store as households
from chalicelib.households.activity import Deed, note
from chalicelib.households.domain import Household, Role
from chalicelib.households.service import require_summary
from chalicelib.households.summing import SummaryBuilder
from chalicelib.identity import store
from chalicelib.identity.domain import (
    MAX_HOUSEHOLD_USERS,
    HouseholdLink,
    User,
    UserStatus,
    email_identifier,
)
from chalicelib.identity.refusal import WrongCode
from chalicelib.joining.domain import Asked, Wish
from chalicelib.organisations.domain import Organisation
from chalicelib.shared.errors import Conflict
from chalicelib.shared.ids import new_id
from chalicelib.shared.texts import say
from chalicelib.shared.times import local_day


def user_of(org: str, asked: Asked) -> tuple[User, bool]:
    """Who has the address that was proved, and whether he or she is known already. Raises WrongCode where a known one
    may not come in: nobody learns that by registering.
    """
    login = store.find_login(org, email_identifier(asked.email))
    known = store.get_user(org, login[0]) if login else None
    if known and known.status is not UserStatus.ACTIVE:
        raise WrongCode
    born = asked.born if asked.wish is Wish.NEW else None
    return known or User(new_id(), asked.name, asked.language, email=asked.email, born=born), known is not None


def save(transaction: Transaction, org: str, user: User, household: str, *, is_known: bool) -> None:
    """Adds the user with his or her link to the household."""
    if is_known:
        store.save_user(transaction, org, user)
        store.note_link(transaction, org, household, user.id)
    else:
        store.create_user(transaction, org, user)


def open_household(
    transaction: Transaction, organisation: Organisation, asked: Asked, user: User, now: datetime
) -> tuple[Household, User]:
    """Adds a new household that the user holds (AUTH-7)."""
    household = Household(new_id(), asked.last_name, language=asked.language, email=asked.email, phone=asked.phone)
    built = SummaryBuilder(local_day(now, organisation.zone)).build(household.id, household.name, household.number)
    households.save_household(transaction, organisation.slug, household)
    households.save_summary(transaction, organisation.slug, built)
    note(transaction, organisation.slug, household.id, Deed("registered", now, user.id, {"label": user.name}))
    return household, user.linked(HouseholdLink(household.id, Role.HOLDER))


def give_access(
    transaction: Transaction, organisation: Organisation, household: str, user: User, now: datetime
) -> User:
    """Adds access to a household on file and tells those who have it. Who comes first holds it, others are guardians.

    The summary is written with it, so that of two who come at once one looks again. Raises NotFound, Conflict.
    """
    org = organisation.slug
    summary = require_summary(org, household)
    others = [each for each in store.list_household(org, household) if each.id != user.id]
    if summary.archived or len(others) >= MAX_HOUSEHOLD_USERS:
        raise Conflict(say("No further person can be given access here: contact us"))
    held = any(link.role is Role.HOLDER for each in others if (link := each.link(household)))
    households.save_summary(transaction, org, summary)
    note(transaction, org, household, Deed("access_given", now, user.id, {"label": user.name}))
    for other in others:
        if (link := other.link(household)) and link.role is Role.HOLDER:
            enqueue(transaction, org, Notice("joined", other.id, {"who": user.name}, household=household), now)
    role = Role.GUARDIAN if held else Role.HOLDER
    return user if user.link(household) else user.linked(HouseholdLink(household, role))
