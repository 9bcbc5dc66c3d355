"""Forgetting what is known of addresses, when their family is erased (NEW-12)."""

from collections.abc import Iterable
from datetime import datetime

from chalicelib.data import write
from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.feedback import store
from chalicelib.shared.errors import Conflict


def forget(org: str, addresses: Iterable[str], now: datetime) -> None:
    """Forgets what came back from these, but that somebody complained or said STOP (decision 0076).

    Done again it changes nothing. Raises Conflict, Unavailable.
    """
    for address in sorted(addresses):
        _forget(org, address, now)


def _forget(org: str, address: str, now: datetime) -> None:
    for _ in write.turns():
        item = store.get(org, store.digest_of(org, address))
        if item is None:
            return
        transaction = Transaction()
        store.forget(transaction, item, address, now)
        try:
            transaction.commit()
        except ConditionFailed:  # something came back just now
            continue
        return
    raise Conflict
