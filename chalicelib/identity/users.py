"""What users change about themselves."""

from dataclasses import replace

from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.identity import store
from chalicelib.shared.errors import Conflict


def set_language(org: str, user_id: str, language: str) -> None:
    """Stores the user's language. Raises NotFound or Conflict."""
    user = store.require_user(org, user_id)
    transaction = Transaction()
    store.save_user(transaction, org, replace(user, language=language))
    try:
        transaction.commit()
    except ConditionFailed as refused:
        raise Conflict from refused
