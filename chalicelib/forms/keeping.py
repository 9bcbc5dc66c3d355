"""Writes of a household that keep its summary: begun anew when somebody was quicker, decided on what is true then."""

from collections.abc import Callable
from typing import TypeVar

from chalicelib.data import write
from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.households import store as households
from chalicelib.households.service import require_summary
from chalicelib.households.summary import Summary
from chalicelib.shared.errors import Conflict

T = TypeVar("T")


def keep_summary(org: str, household: str, work: Callable[[Transaction, Summary], tuple[Summary, T]]) -> T:
    """Does `work` on the household's summary, which answers how it shall be and a result, and writes all in one.

    Raises NotFound when there is no such household, Conflict when it can not be done, and what `work` raises.
    """
    for _ in write.turns():
        summary = require_summary(org, household)
        transaction = Transaction()
        changed, result = work(transaction, summary)
        if changed != summary:
            households.save_summary(transaction, org, changed)
        if not len(transaction):
            return result
        try:
            transaction.commit()
        except ConditionFailed as refused:
            if refused.names != {"summary"}:
                raise Conflict from refused
        else:
            return result
    raise Conflict
