"""Telling families of a card before it expires: a month before, and where a known charge would fail (NEW-15)."""

from collections.abc import Sequence
from datetime import date, datetime

from chalicelib.data import failing, keys, outbox, read, write
from chalicelib.data.keys import Key
from chalicelib.data.outbox import MessageItem, Notice
from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.organisations import store as organisations
from chalicelib.organisations.domain import Organisation, Status
from chalicelib.payments.domain import CARDS_QUEUE, Method
from chalicelib.payments.models import MethodItem
from chalicelib.payments.store import method_from, method_item
from chalicelib.shared.errors import Unavailable
from chalicelib.shared.ids import named_id
from chalicelib.shared.times import DAY, after, local_day, to_iso
from chalicelib.web import logs


def run(now: datetime) -> int:
    """Tells of methods that end within a month; returns how many were looked at. Safe to run twice or at once."""
    seen: set[Key] = set()
    while fresh := [key for key in read.waiting(CARDS_QUEUE, to_iso(now)) if key not in seen]:
        seen.update(fresh)
        _look(fresh, now)
    return len(seen)


def _look(fresh: Sequence[Key], now: datetime) -> None:
    for key in fresh:
        try:
            _one(key, now)
        except Exception as error:  # one family's trouble must not keep the others from being told
            logs.failure("cards.failed", error, failures=failing.put_off(key, CARDS_QUEUE, now))


def _one(key: Key, now: datetime) -> None:
    org, household = keys.owner(key)
    item, organisation = read.one(MethodItem, key), organisations.get(org)
    if item is None or organisation is None:  # of an organisation that was deleted: it is in nobody's way
        _leave(key, "")
        return
    if organisation.status is Status.SUSPENDED:
        _leave(key, to_iso(after(now, DAY)))
        return
    method = method_from(item)
    if method.is_default and not method.is_expired(local_day(now, organisation.zone)):
        tell(organisation, household, method, now)
    _leave(key, "")


def _leave(key: Key, due: str) -> None:
    """Takes a method out of the queue, or has it looked at later."""
    item = MethodItem(key.pk, key.sk)
    actions = [MethodItem.due.set(due)] if due else [MethodItem.queue.remove(), MethodItem.due.remove()]
    try:
        write.update(item, [*actions, MethodItem.failed_runs.remove()], MethodItem.queue == CARDS_QUEUE)
    except (ConditionFailed, Unavailable):  # gone meanwhile, or it is looked at again
        return


def tell(
    organisation: Organisation, household: str, method: Method, now: datetime, *, next_on: date | None = None
) -> None:
    """Tells of a method's end, once; and once more of the first charge that would fail. One conditional write."""
    ends = method.last_day
    if ends is None:
        return
    facts = {
        "brand": method.brand,
        "last4": method.last4,
        "expires_on": ends.isoformat(),
        "is_expired": ends < local_day(now, organisation.zone),
        "method": method.id,
        "expires": method.expires,
        **({"next_on": next_on.isoformat()} if next_on else {}),
    }
    notice = Notice("card_expiring", "", facts, household=household, thread=f"methods-{household}")
    name = f"card-expiring-{named_id(method.id)}-{method.expires}{'-next' if next_on else ''}"
    transaction = Transaction()
    outbox.enqueue(transaction, organisation.slug, notice, now, message=name)
    try:
        transaction.commit()
    except ConditionFailed:  # told before
        return


def still_ending(item: MessageItem, _now: datetime) -> str:
    """Why it is not told any more; "" while the method is on file and ends as it was told (M-09). One strong read."""
    found = read.one(MethodItem, keys.payment_method(item.org, item.household or "", item.facts["method"]))
    return "" if found and found.valid_until == item.facts["expires"] else "another method"


def mend(item: MethodItem) -> bool:
    """Puts a default method that is in no work queue, and was not told of, into that of methods; whether it did."""
    wanted = method_item("", "", method_from(item))
    if item.queue or not wanted.queue:
        return False
    actions = [MethodItem.queue.set(wanted.queue), MethodItem.due.set(wanted.due)]
    there = MethodItem.pk.exists() & MethodItem.queue.does_not_exist()
    try:
        write.update(MethodItem(item.pk, item.sk), actions, there)
    except ConditionFailed:
        return False
    return True
