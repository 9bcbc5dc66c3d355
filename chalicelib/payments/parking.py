"""What waits for a person at the desk: money that fits nothing, disputes, messages nobody understands."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pynamodb.attributes import UnicodeAttribute

from chalicelib.billing.books import Books
from chalicelib.data import failing, keys, read, write
from chalicelib.data.items import Item, JSONAttribute
from chalicelib.data.keys import Key
from chalicelib.data.write import ConditionFailed
from chalicelib.payments.domain import EventState
from chalicelib.payments.models import StripeEventItem
from chalicelib.shared.errors import NotFound, Unavailable
from chalicelib.shared.times import DAY, after, to_iso

_KEPT = 365 * DAY
"""What was dealt with can be looked up for so long."""


class ParkedItem(Item, discriminator="parked"):
    """Something that waits for a person, in the organisation's own queue."""

    org = UnicodeAttribute()
    household = UnicodeAttribute(null=True)
    reason = UnicodeAttribute()
    facts = JSONAttribute()
    since = UnicodeAttribute()
    note = UnicodeAttribute(null=True)
    """What a person did about it."""


EVENTS = "stripe"
"""Work queue of messages of Stripe's that are to be worked off."""


def queue(org: str) -> str:
    """Name of an organisation's queue of things to look at."""
    return f"desk#{org}"


def add(books: Books, reason: str, name: str, facts: Mapping[str, Any]) -> None:
    """Puts something before the desk with the same transaction; under one name only once."""
    books.transaction.put("parked", _item(books.org, books.household, reason, name, facts, books.now))


def tell(org: str, household: str, reason: str, name: str, facts: Mapping[str, Any], now: datetime) -> None:
    """Puts something before the desk by itself; nothing where it was under this name before, or can not be written."""
    try:
        write.put(_item(org, household, reason, name, facts, now), ParkedItem.pk.does_not_exist())
    except (ConditionFailed, Unavailable):
        return


def put_off_unpaid(key: Key, work_queue: str, now: datetime) -> int:
    """Has an unpaid invoice that its clock failed at looked at later; a person is told where it fails for days.

    Says how often it failed in a row.
    """
    failures = failing.put_off(key, work_queue, now)
    if failures == failing.MOST:
        org, household = keys.owner(key)
        invoice = keys.unpaid_invoice(key)
        tell(org, household, "clock fails", f"clock-{work_queue}-{invoice}", {"invoice": invoice}, now)
    return failures


def _item(org: str, household: str, reason: str, name: str, facts: Mapping[str, Any], now: datetime) -> ParkedItem:
    pk, sk = keys.parked(org, name)
    return ParkedItem(
        pk,
        sk,
        org=org,
        household=household,
        reason=reason,
        facts=dict(facts),
        since=to_iso(now),
        queue=queue(org),
        due=to_iso(now),
    )


def waiting(org: str) -> list[Item]:
    """What waits at the desk, longest first: parked things and messages of Stripe's; at most a hundred."""
    found = read.raw(read.waiting(queue(org), "9999"))
    return [Item.from_raw_data(item) for item in found.values()]


def retry(org: str, event: str, now: datetime) -> None:
    """Has a message of Stripe's that waits at the desk worked off anew, within a minute. Raises NotFound."""
    waits = StripeEventItem(*keys.stripe_event(org, event))
    actions = [
        StripeEventItem.state.set(EventState.WAITING.value), StripeEventItem.queue.set(EVENTS),
        StripeEventItem.due.set(to_iso(now)), StripeEventItem.received_at.set(to_iso(now)),
        StripeEventItem.tries.set(0), StripeEventItem.expires.set(after(now, _KEPT)),
    ]  # fmt: skip
    try:
        write.update(waits, actions, StripeEventItem.queue == queue(org))
    except ConditionFailed as gone:
        raise NotFound from gone


def close(org: str, name: str, note: str, now: datetime) -> None:
    """Takes something off the desk, with a note of what was done about it.

    Raises NotFound when nothing waits under this name. What happens to it later brings it back.
    """
    for model, key in ((ParkedItem, keys.parked(org, name)), (StripeEventItem, keys.stripe_event(org, name))):
        actions = [model.note.set(note), model.queue.remove(), model.due.remove(), model.expires.set(after(now, _KEPT))]
        try:
            write.update(model(*key), actions, model.queue == queue(org))
        except ConditionFailed:
            continue
        return
    raise NotFound
