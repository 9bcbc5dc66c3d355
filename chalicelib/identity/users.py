"""What users change about themselves."""

from dataclasses import replace
from datetime import date

from chalicelib.data.write import Transaction
from chalicelib.identity import store


def set_language(org: str, user_id: str, language: str) -> None:
    """Stores the user's language. Raises NotFound or Conflict."""
    user = store.require_user(org, user_id)
    transaction = Transaction()
    store.save_user(transaction, org, replace(user, language=language))
    transaction.commit_or_conflict()


def tell_birth_date(org: str, user_id: str, born: date) -> None:
    """Stores the user's day of birth where none is; what was told once only staff change. Raises NotFound, Conflict."""
    user = store.require_user(org, user_id)
    if user.born is None:
        transaction = Transaction()
        store.save_user(transaction, org, replace(user, born=born))
        transaction.commit_or_conflict()
