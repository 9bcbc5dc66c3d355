"""Who gets a role in a household with an address that he or she proved: invited, registering, or let in by the staff.

It loads nothing of codes, for the staff's pages use it as well.
"""

from chalicelib.data.write import Transaction
from chalicelib.identity import store
from chalicelib.identity.domain import User, UserStatus
from chalicelib.identity.refusal import WrongCode


def known(org: str, identifier: str) -> User | None:
    """Whoever has the address already, if anybody does. Two strong reads.

    Raises WrongCode when he or she may not come in: that is nobody's to learn by being invited or by registering.
    """
    login = store.find_login(org, identifier)
    user = store.get_user(org, login[0]) if login else None
    if user and user.status is not UserStatus.ACTIVE:
        raise WrongCode
    return user


def save(transaction: Transaction, org: str, user: User, household_id: str) -> None:
    """Adds the user, new or known, who got a role in the household; refused when an address is taken meanwhile, or
    when he or she was changed."""
    if user.version is None:
        store.create_user(transaction, org, user)
    else:
        store.save_user(transaction, org, user)
        store.note_link(transaction, org, household_id, user.id)
