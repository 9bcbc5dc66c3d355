"""Opens a portal for a new organisation together with the first person of its staff."""

from datetime import datetime

from chalicelib.admin.imports.users import invite
from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.identity.domain import StaffRole, User
from chalicelib.identity.store import create_user
from chalicelib.organisations import store
from chalicelib.organisations.domain import Organisation
from chalicelib.shared.errors import Conflict
from chalicelib.shared.ids import new_id


def create(organisation: Organisation, logo: bytes, staff_name: str, staff_email: str, now: datetime) -> User:
    """Writes an organisation and its owner, who is told by mail (AUTH-11): all of it or nothing.

    Raises Conflict when the slug is taken, Unavailable.
    """
    owner = User(new_id(), staff_name, organisation.language, staff_email, staff_role=StaffRole.OWNER)
    transaction = Transaction()
    store.add(transaction, organisation, logo)
    create_user(transaction, organisation.slug, owner)
    invite(transaction, organisation.slug, owner, now)
    try:
        transaction.commit()
    except ConditionFailed as refused:
        raise Conflict() from refused
    return owner
