"""Letting somebody in whose address is proved: into a household on file, or into a new one."""

from datetime import datetime

from chalicelib.data.outbox import Notice, enqueue
from chalicelib.data.write import Transaction
from chalicelib.households import service as homes
from chalicelib.households import store as households
from chalicelib.households.activity import Deed, acting, note
from chalicelib.households.domain import Household, Role
from chalicelib.identity import arriving, store
from chalicelib.identity.domain import (
    MAX_HOUSEHOLD_USERS,
    HouseholdLink,
    User,
    email_identifier,
)
from chalicelib.joining.domain import Asked, Wish
from chalicelib.organisations.domain import Organisation
from chalicelib.shared.errors import Conflict
from chalicelib.shared.ids import new_id
from chalicelib.shared.texts import say


def user_of(org: str, asked: Asked) -> User:
    """Who has the address that was proved, or somebody new. Raises WrongCode where a known one may not come in."""
    born = asked.born if asked.wish is Wish.NEW else None
    new = User(new_id(), asked.name, asked.language, email=asked.email, born=born)
    return arriving.known(org, email_identifier(asked.email)) or new


def open_household(
    transaction: Transaction, organisation: Organisation, asked: Asked, user: User, now: datetime
) -> tuple[Household, User]:
    """Adds a new household that the user holds (AUTH-7)."""
    household = Household(new_id(), asked.last_name, language=asked.language, email=asked.email, phone=asked.phone)
    deed = Deed("registered", now, acting() or user.id, {"label": user.name})
    homes.open_household(transaction, organisation.slug, household, deed)
    return household, user.linked(HouseholdLink(household.id, Role.HOLDER))


def give_access(
    transaction: Transaction, organisation: Organisation, household: str, user: User, now: datetime
) -> User:
    """Adds access to a household on file and tells those who have it. Who comes first holds it, others are guardians.

    The summary is written with it, so that of two who come at once one looks again. Raises NotFound, Conflict.
    """
    org = organisation.slug
    summary = homes.require_summary(org, household)
    others = [each for each in store.list_household(org, household) if each.id != user.id]
    if summary.archived or len(others) >= MAX_HOUSEHOLD_USERS:
        raise Conflict(say("No further person can be given access here: contact us"))
    held = any(link.role is Role.HOLDER for each in others if (link := each.link(household)))
    households.save_summary(transaction, org, summary)
    note(transaction, org, household, Deed("access_given", now, acting() or user.id, {"label": user.name}))
    for other in others:
        if (link := other.link(household)) and link.role is Role.HOLDER:
            enqueue(transaction, org, Notice("joined", other.id, {"who": user.name}, household=household), now)
    role = Role.GUARDIAN if held else Role.HOLDER
    return user if user.link(household) else user.linked(HouseholdLink(household, role))
