"""How often a page to pay may be made: card testers try cards by the hundred, families pay once (P-19).

Pages are counted, not presses: whoever is led to a page that is open already costs nothing. Each is counted
with the write that claims the invoices, so that of many who press at once only the one who gets through counts.
"""

from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256

from chalicelib.data import keys, read
from chalicelib.data.keys import Key
from chalicelib.data.write import Transaction
from chalicelib.identity.counting import network
from chalicelib.identity.limits import Count, Rule, wait_to_send
from chalicelib.identity.models import LimitItem
from chalicelib.shared.errors import TooMany
from chalicelib.shared.times import DAY, after, epoch

_KEPT = 2 * DAY
_SUBJECT = Rule((), sends_an_hour=5, sends_a_day=120, failures=0, failure_window=0)
"""Pages for one invoice, or for one household's other wishes: 5 an hour."""
_SOURCE = Rule((), sends_an_hour=20, sends_a_day=480, failures=0, failure_window=0)
"""Pages for one network address: 20 an hour."""


class Brake:
    """What was counted for those whom one further page concerns."""

    def __init__(self, counted: list[tuple[Rule, LimitItem]], now: datetime) -> None:
        self._counted = counted
        self._now = now

    def check(self) -> None:
        """Raises TooMany, with the seconds until there is room for one more page."""
        seconds = epoch(self._now)
        wait = max(wait_to_send(rule, _count(item), seconds) for rule, item in self._counted)
        if wait:
            raise TooMany(retry_after=wait)

    def add(self, transaction: Transaction) -> None:
        """Counts one page, with what makes it; refused when another was counted meanwhile."""
        for _, item in self._counted:
            item.sends = list(_count(item).with_send(epoch(self._now)).sends)
            item.expires = after(self._now, _KEPT)
            transaction.put("brake", item)


def load(org: str, subjects: tuple[str, ...], source: str, now: datetime) -> Brake:
    """What was counted for invoices (or what else is paid) and a network address. One strong round trip."""
    wanted = dict(_keys(org, subjects, source))
    found = read.raw(list(wanted))
    return Brake([(rule, _item(key, found)) for key, rule in wanted.items()], now)


def _keys(org: str, subjects: tuple[str, ...], source: str) -> Iterator[tuple[Key, Rule]]:
    for subject in subjects:
        yield _key(org, "pay", subject), _SUBJECT
    yield _key(org, "pay_source", network(source)), _SOURCE


def _key(org: str, bucket: str, subject: str) -> Key:
    return keys.limit(org, bucket, sha256(subject.encode()).hexdigest())


def _item(key: Key, found: dict[Key, dict[str, dict[str, object]]]) -> LimitItem:
    if key in found:
        return LimitItem.from_raw_data(found[key])
    return LimitItem(key.pk, key.sk, sends=[], failures=[])


def _count(item: LimitItem) -> Count:
    return Count(tuple(item.sends))
