"""Tells families that a subscription or a pass ends that does not renew by itself, once for each last day (SUB-2).

Each waits in the queue `subscription_ends` for its day, which its own store keeps; what was changed meanwhile says
another day, or none.
"""

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from chalicelib.data import keys, read, write
from chalicelib.data.items import Item
from chalicelib.data.keys import Key
from chalicelib.data.outbox import MessageItem, Notice, enqueue
from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.households import store as households
from chalicelib.memberships import pass_store
from chalicelib.memberships import store as memberships
from chalicelib.memberships.models import PassItem, SubscriptionItem
from chalicelib.memberships.reminding import ENDINGS, waits
from chalicelib.memberships.service import period_price
from chalicelib.organisations import store as organisations
from chalicelib.organisations.domain import Organisation, Status
from chalicelib.reminders import looking
from chalicelib.reminders.domain import morning
from chalicelib.shared import budget
from chalicelib.shared.errors import Unavailable
from chalicelib.shared.texts import Texts
from chalicelib.shared.times import day_begins, local_day, to_iso

_PUT_OFF = timedelta(hours=1)


class _Ending(NamedTuple):
    """What ends."""

    kind: str
    id: str
    household: str
    title: Texts
    member: str
    reminded_on: date | None
    last: date | None
    left: int
    plan: str = ""
    """The plan of which the family may buy another period itself; empty: it may not."""


def run(now: datetime, known: dict[str, Organisation | None]) -> int:
    """Writes to every family whose day has come; returns how many messages. Raises Unavailable.

    `known` are organisations that were read before.
    """
    seen: set[Key] = set()
    told = 0
    while fresh := [key for key in read.waiting(ENDINGS, to_iso(now)) if key not in seen]:
        seen.update(fresh)
        found, broken = read.readable(Item, fresh)
        for key, error in broken.items():
            looking.pass_over("endings.failed", key, ENDINGS, error, now)
        told += sum(_one(item, known, now) for item in budget.each(found.values()) if _is_due(item, now))
    return told


def _is_due(item: Item, now: datetime) -> bool:
    return bool(item.due and item.due <= to_iso(now))


def _one(item: Item, known: dict[str, Organisation | None], now: datetime) -> int:
    org = keys.organisation_of(item.key)
    try:
        if org not in known:
            known[org] = organisations.get(org)
        organisation = known[org]
        if organisation is None or organisation.status is Status.SUSPENDED:
            write.update(item, [Item.due.set(to_iso(now + _PUT_OFF))], Item.due == item.due)
            return 0
        return _tell(organisation, item, now)
    except (ConditionFailed, Unavailable):  # somebody changed it, or DynamoDB is away: it stays due
        return 0
    except Exception as error:  # whatever is wrong with one, the others are told
        looking.pass_over("endings.failed", item.key, ENDINGS, error, now)
        return 0


def _tell(organisation: Organisation, item: Item, now: datetime) -> int:
    """Tells of what ends, in the morning of the day by the organisation's clock."""
    ending = _ending(item)
    here = organisation.clock(now)
    told = 0
    if ending and ending.reminded_on and ending.last and local_day(here, organisation.zone) <= ending.last:
        at = morning(ending.reminded_on, 0, organisation.zone)
        if here < at:  # by the world's clock, which the queue goes by
            due = to_iso(at - timedelta(seconds=organisation.ahead))
            write.update(item, [Item.due.set(due)], Item.due == item.due)
            return 0
        told = _enqueue(organisation, ending, ending.last, now)
    write.update(item, [each.remove() for each in (Item.queue, Item.due, Item.failed_runs)], Item.due == item.due)
    return told


def _ending(item: Item) -> _Ending | None:
    if isinstance(item, SubscriptionItem):
        each = memberships.subscription_from(item)
        title = each.terms.title
        plan = each.terms.plan if each.allowed.renew else ""
        return _Ending("plan", each.id, each.household, title, each.member, each.reminded_on, each.expires_on, 0, plan)
    if isinstance(item, PassItem):
        one = pass_store.pass_from(item)
        left = one.left or 0
        return _Ending("pass", one.id, one.household, one.title, one.member, one.reminded_on, one.expires_on, left)
    return None


def _enqueue(organisation: Organisation, ending: _Ending, last: date, now: datetime) -> int:
    org = organisation.slug
    summary = households.get_summaries(org, (ending.household,)).get(ending.household)
    if summary is None or summary.archived:
        return 0
    member = summary.member(ending.member) if ending.member else None
    facts: dict[str, Any] = {
        "kind": ending.kind,
        "id": ending.id,
        "title": dict(ending.title),
        "ends_on": last.isoformat(),
        "member": member.first_name if member else "",
        "left": ending.left,
        **_renewing(organisation, ending.plan),
    }
    until = day_begins(last + timedelta(days=1), organisation.zone)
    thread = f"{'subscription' if ending.kind == 'plan' else 'pass'}-{ending.id}"
    notice = Notice("membership_expiring", "", facts, household=ending.household, until=until, thread=thread)
    transaction = Transaction()
    enqueue(transaction, org, notice, now, message=f"ending-{ending.kind}-{ending.id}-{last}")
    try:
        transaction.commit()
    except ConditionFailed:  # told before
        return 0
    return 1


def _renewing(organisation: Organisation, plan_id: str) -> dict[str, Any]:
    """What another period costs, where the family may buy one itself. At most one round trip."""
    if not plan_id:
        return {}
    plan = memberships.get_plan(organisation.slug, plan_id)
    if plan is None or not plan.is_offered:
        return {}
    return {"renew_minor": period_price(organisation, plan.price_minor), "currency": plan.currency}


def mend(org: str, key: Key, now: datetime) -> bool:
    """Has a subscription or pass wait for its day that was stored before there was a queue; whether it did (D-14).

    Raises Unavailable.
    """
    if not key.pk.startswith(keys.partition(org)):
        return False
    item = read.one(Item, key)
    ending = _ending(item) if item else None
    if item is None or ending is None or item.queue or not ending.reminded_on or not ending.last:
        return False
    if ending.last < now.date() - timedelta(days=1):  # where it is that day still, the clock looks for itself
        return False
    told = waits(ending.reminded_on)
    try:
        write.update(item, [Item.queue.set(told["queue"]), Item.due.set(told["due"])], Item.queue.does_not_exist())
    except ConditionFailed:  # somebody wrote it meanwhile
        return False
    return True


def still_ends(item: MessageItem, _now: datetime) -> str:
    """Why a family is not to be told any more that something ends (M-09); "" where it is. Raises Unavailable."""
    told = item.facts
    shape = keys.pass_ if told["kind"] == "pass" else keys.subscription
    stored = read.one(Item, shape(item.org, item.household or "", told["id"]))
    ending = _ending(stored) if stored else None
    if ending is None or ending.reminded_on is None or ending.last is None:
        return "ended or given up"
    return "" if ending.last.isoformat() == told["ends_on"] else "renewed"
