"""Stored counts of the limits: read together, written with the act they count."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from chalicelib.data import keys, read
from chalicelib.data.keys import Key
from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.identity.domain import Challenge
from chalicelib.identity.limits import RULES, Bucket, Count, may_try, wait_to_send, wait_to_try
from chalicelib.identity.models import BrowserItem, CounterItem, LimitItem, UserItem
from chalicelib.identity.store import browser_from, user_from
from chalicelib.identity.tokens import token_hash
from chalicelib.shared.errors import Unavailable
from chalicelib.shared.frozen import Frozen, frozen
from chalicelib.shared.times import DAY, HOUR, after, epoch

_KEPT = 2 * DAY


@frozen
class Caller(Frozen):
    """Who asks, as far as limits are concerned."""

    org: str
    source: str
    """Network address (A-16)."""
    known: str = ""
    """Value of the cookie of a browser that signed in before: `<user>.<token>`."""

    @property
    def known_user(self) -> str:
        """Whom the browser claims to have signed in as."""
        return self.known.partition(".")[0] or "none"


@dataclass(slots=True)
class Counts:
    """What was read for one request: the buckets that apply, and how much the organisation has sent."""

    org: str
    now: datetime
    buckets: dict[Bucket, LimitItem]
    sent_this_hour: int

    def wait(self, organisation_limit: int) -> int:
        """Seconds until a code may be sent; the longest of all buckets' waits.

        Whoever spends the organisation's hour locks no known browser out either (A-11, A-14).
        """
        seconds = epoch(self.now)
        waits = [wait_to_send(RULES[bucket], _count(item), seconds) for bucket, item in self.buckets.items()]
        if self.sent_this_hour >= organisation_limit and not self.is_known:
            waits.append(HOUR - seconds % HOUR)
        return max(waits)

    @property
    def is_known(self) -> bool:
        """Whether a browser asks that signed in before as the user whose address it is (A-11)."""
        return Bucket.BROWSER in self.buckets

    def is_network_busy(self) -> bool:
        """Whether the network, which others may share, has spent its sendings (A-13)."""
        item = self.buckets.get(Bucket.SOURCE)
        return item is not None and wait_to_send(RULES[Bucket.SOURCE], _count(item), epoch(self.now)) > 0

    def may_try(self) -> bool:
        """Whether every bucket has a try left."""
        seconds = epoch(self.now)
        return all(may_try(RULES[bucket], _count(item), seconds) for bucket, item in self.buckets.items())

    def wait_to_try(self) -> int:
        """Seconds until every bucket has a try; 0 means now."""
        seconds = epoch(self.now)
        return max(wait_to_try(RULES[bucket], _count(item), seconds) for bucket, item in self.buckets.items())

    def add_send(self, transaction: Transaction) -> None:
        """Counts a sending, in the transaction that orders it."""
        for bucket, item in self.buckets.items():
            _store(item, _count(item).with_send(epoch(self.now)), self.now)
            transaction.put(bucket.value, item)
        pk, sk = _hour_key(self.org, self.now)
        hour = CounterItem(pk, sk)
        expires = after(self.now, _KEPT)
        transaction.update(
            "hour",
            hour,
            [CounterItem.total.add(1), CounterItem.expires.set(expires), CounterItem.kind.set(CounterItem)],
        )

    def add_failure(self, transaction: Transaction) -> None:
        """Counts a try as failed, before the code is looked at."""
        for bucket, item in self.buckets.items():
            _store(item, _count(item).with_failure(epoch(self.now)), self.now)
            transaction.put(bucket.value, item)

    def take_back_failure(self) -> None:
        """Uncounts a try that was right. Best effort: what stays counted errs on the safe side."""
        transaction = Transaction()
        for bucket, item in self.buckets.items():
            _store(item, _count(item).without_failure(epoch(self.now)), self.now)
            transaction.put(bucket.value, item)
        try:
            transaction.commit()
        except (ConditionFailed, Unavailable):
            return


def load(caller: Caller, challenge: Challenge, now: datetime) -> Counts:
    """Counts for a request about a challenge. One round trip, the same for every address."""
    org = caller.org
    wanted = {bucket: _key(org, bucket, subject) for bucket, subject in _subjects(caller, challenge).items()}
    hour, browser, user = _hour_key(org, now), _browser_key(caller), keys.user(org, caller.known_user)
    found = read.raw([*wanted.values(), hour, browser, user])
    known = _is_known(found.get(browser), found.get(user), challenge.identifier, now)
    left_out = (Bucket.ADDRESS, Bucket.SOURCE) if known else (Bucket.BROWSER,)
    buckets = {bucket: _limit_item(key, found) for bucket, key in wanted.items() if bucket not in left_out}
    total = CounterItem.from_raw_data(found[hour]).total if hour in found else 0
    return Counts(org, now, buckets, int(total))


def of(org: str, bucket: Bucket, subject: str, now: datetime) -> Counts:
    """The count of one bucket alone. One round trip."""
    key = _key(org, bucket, subject)
    return Counts(org, now, {bucket: _limit_item(key, read.raw([key]))}, 0)


def _subjects(caller: Caller, challenge: Challenge) -> dict[Bucket, str]:
    """Whom or what each bucket counts for."""
    subjects = {
        Bucket.ADDRESS: challenge.identifier,
        Bucket.BROWSER: caller.known_user,
        Bucket.SOURCE: network(caller.source),
    }
    return {**subjects, Bucket.USER: challenge.asker} if challenge.asker else subjects


def _is_known(
    browser: Mapping[str, Any] | None, user: Mapping[str, Any] | None, identifier: str, now: datetime
) -> bool:
    """Whether the browser proved that it signed in before as the user whose address this is (A-11)."""
    if browser is None or user is None:
        return False
    remembered = browser_from(BrowserItem.from_raw_data(dict(browser)))
    return remembered.is_known(now, user_from(UserItem.from_raw_data(dict(user))), identifier)


def _key(org: str, bucket: Bucket, subject: str) -> Key:
    return keys.limit(org, bucket.value, sha256(subject.encode()).hexdigest())


def network(source: str) -> str:
    """What an address counts as: a whole IPv6 /64 is one source (A-13)."""
    if ":" not in source:
        return source
    from ipaddress import ip_network

    return str(ip_network(f"{source}/64", strict=False))


def _hour_key(org: str, now: datetime) -> Key:
    return keys.limit(org, Bucket.ORGANISATION.value, f"{epoch(now) // HOUR}")


def _browser_key(caller: Caller) -> Key:
    return keys.browser(caller.org, caller.known_user, token_hash(caller.known.partition(".")[2]))


def _limit_item(key: Key, found: Mapping[Key, dict[str, dict[str, object]]]) -> LimitItem:
    if key in found:
        return LimitItem.from_raw_data(found[key])
    return LimitItem(key.pk, key.sk, sends=[], failures=[])


def _count(item: LimitItem) -> Count:
    return Count(tuple(item.sends), tuple(item.failures))


def _store(item: LimitItem, count: Count, now: datetime) -> None:
    item.sends, item.failures = list(count.sends), list(count.failures)
    item.expires = after(now, _KEPT)
