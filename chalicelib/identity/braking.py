"""Brakes: how often something may be done for a subject or from a network, counted with the act itself.

What is counted for one act is read together and written in the transaction of the act, so that of many who press at
once only those who get through count.
"""

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from chalicelib.data import keys, read
from chalicelib.data.keys import Key
from chalicelib.data.write import Transaction
from chalicelib.identity.limits import Count, Rule, wait_to_send
from chalicelib.identity.models import LimitItem
from chalicelib.shared.errors import TooMany
from chalicelib.shared.times import DAY, after, epoch

_KEPT = 2 * DAY


class Counted(NamedTuple):
    """Whom or what a rule counts for."""

    bucket: str
    subject: str
    rule: Rule


class Brake:
    """What was counted for those whom one further act concerns."""

    def __init__(self, counted: list[tuple[Rule, LimitItem]], now: datetime) -> None:
        self._counted = counted
        self._now = now

    def check(self) -> None:
        """Raises TooMany, with the seconds until there is room for one more."""
        seconds = epoch(self._now)
        wait = max(wait_to_send(rule, _count(item), seconds) for rule, item in self._counted)
        if wait:
            raise TooMany(retry_after=wait)

    def add(self, transaction: Transaction) -> None:
        """Counts one act, with what does it; refused when another was counted meanwhile."""
        for _, item in self._counted:
            item.sends = list(_count(item).with_send(epoch(self._now)).sends)
            item.expires = after(self._now, _KEPT)
            transaction.put("brake", item)


def load(org: str, counted: Iterable[Counted], now: datetime) -> Brake:
    """What was counted. One strong round trip."""
    wanted = {_key(org, each): each.rule for each in counted}
    found = read.raw(list(wanted))
    return Brake([(rule, _item(key, found)) for key, rule in wanted.items()], now)


def _key(org: str, counted: Counted) -> Key:
    return keys.limit(org, counted.bucket, sha256(counted.subject.encode()).hexdigest())


def _item(key: Key, found: dict[Key, dict[str, dict[str, object]]]) -> LimitItem:
    if key in found:
        return LimitItem.from_raw_data(found[key])
    return LimitItem(key.pk, key.sk, sends=[], failures=[])


def _count(item: LimitItem) -> Count:
    return Count(tuple(item.sends))
