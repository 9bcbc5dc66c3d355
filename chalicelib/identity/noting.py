"""What a user does about signing in, told in the log of each household that he or she belongs to (NEW-11)."""

from datetime import datetime

from chalicelib.data.write import Transaction
from chalicelib.households.activity import Deed, note
from chalicelib.identity.domain import User

_MOST = 10
"""Households whose logs are told: nobody has more, and a transaction holds a hundred writes."""


def note_user(transaction: Transaction, org: str, user: User, kind: str, now: datetime, label: str = "") -> None:
    """Adds a deed of a user's to the logs of his or her households, in the transaction of the act."""
    deed = Deed(kind, now, user.id, {"label": label} if label else {})
    for link in user.households[:_MOST]:
        note(transaction, org, link.household, deed)
