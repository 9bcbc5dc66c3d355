"""The clock's work: which families are to be reminded now, found by the work queue and never by looking at everything.

A look at one overdue invoice looks at all that its household has to pay, so that a day's reminders are few. What a step
waits for is looked at each day anew. An organisation that changes its steps is gone through once.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import NamedTuple

from chalicelib.billing import store as billing
from chalicelib.billing.books import keep
from chalicelib.billing.domain import Invoice
from chalicelib.billing.items import DUNNING_QUEUE, work_of
from chalicelib.billing.models import UnpaidItem
from chalicelib.data import failing, keys, read, write
from chalicelib.data.keys import Key
from chalicelib.data.outbox import MessageState
from chalicelib.data.write import ConditionFailed
from chalicelib.dunning import domain, service, store, waiting
from chalicelib.dunning.domain import Coming, Held, Part, Rules
from chalicelib.dunning.service import Group
from chalicelib.dunning.waiting import Waits
from chalicelib.households import store as households
from chalicelib.organisations import store as organisations
from chalicelib.organisations.domain import Organisation, Status
from chalicelib.organisations.models import OrganisationItem
from chalicelib.payments import parking
from chalicelib.shared.times import DAY, HOUR, after, local_day, to_iso
from chalicelib.web import logs, metrics

_EVER = date.max


def run(now: datetime) -> int:
    """Takes all steps that are due; returns how many parts of invoices were reminded of. Safe to run twice or at once.

    Raises Unavailable when the queue can not be read.
    """
    arm(now)
    seen: set[Key] = set()
    taken = 0
    while fresh := [key for key in read.waiting(DUNNING_QUEUE, to_iso(now)) if key not in seen]:
        seen.update(fresh)
        homes: dict[tuple[str, str], list[Key]] = {}
        for key in fresh:
            homes.setdefault(keys.owner(key), []).append(key)
        taken += sum(_family(*owner, found, now) for owner, found in homes.items())
    metrics.count("DunningSteps", taken)
    return taken


def _family(org: str, household: str, due: Sequence[Key], now: datetime) -> int:
    """Looks at one household, of which some is `due`; what goes wrong with it keeps no other from being reminded."""
    try:
        organisation = organisations.get(org)
        if organisation:
            return look(organisation, household, now)
        for item in store.each_unpaid(org, household):
            store.put_off(item, "")
    except Exception as error:
        failures = [parking.put_off_unpaid(key, DUNNING_QUEUE, now) for key in due]
        logs.failure("dunning.failed", error, failures=max(failures))
    return 0


class _Seen(NamedTuple):
    """An unpaid invoice with what comes next of each of its parts."""

    item: UnpaidItem
    invoice: Invoice
    coming: Sequence[Coming]
    is_told: bool = True
    """Of a late fee: whether the message that explains it is off our hands."""


def look(organisation: Organisation, household: str, now: datetime) -> int:
    """Takes the steps of one household that are due, and says when to look again; returns how many parts there were.

    Raises Conflict, Unavailable.
    """
    org, steps = organisation.slug, organisation.billing.dunning.steps
    items = [item for item in store.each_unpaid(org, household) if item.queue == DUNNING_QUEUE]
    if not steps or organisation.status is Status.SUSPENDED:
        again = to_iso(after(now, DAY)) if steps else ""
        for item in items:
            if (item.due or "") <= to_iso(now):
                store.put_off(item, again)
        return 0
    found = [_looked_at(organisation, *each, now) for each in _with_invoices(org, household, items)]
    seen = [each for each in found if each]
    today = local_day(now, organisation.zone)
    ready = [
        (each, coming) for each in seen for coming in each.coming if domain.moment(coming.on, organisation.zone) <= now
    ]
    held: dict[Part, Held] = {}
    count = 0
    if ready:
        rules = store.get_rules(org, household)
        invoices = list({each.invoice.id: each.invoice for each, _ in ready}.values())
        held = _held(waiting.load(org, household, rules, invoices, today), ready)
        count = _take(organisation, household, rules, ready, held, now)
    for each in seen:
        _plan(organisation, each, held, today, now)
    return count


def _with_invoices(org: str, household: str, items: Sequence[UnpaidItem]) -> list[tuple[UnpaidItem, Invoice]]:
    found = {each.id: each for each in billing.get_invoices(org, household, [item.invoice for item in items])}
    for item in items:
        if item.invoice not in found:
            store.put_off(item, "")
    return [(item, found[item.invoice]) for item in items if item.invoice in found]


def _looked_at(organisation: Organisation, item: UnpaidItem, invoice: Invoice, now: datetime) -> _Seen | None:
    """What comes next of an unpaid invoice; None of a late fee that is taken back, since nobody could be told of it."""
    org, household = organisation.slug, invoice.household
    words = store.fee_told(org, household, invoice) if invoice.late_for else None
    if words in service.UNTOLD:
        keep(organisation, household, now, partial(service.take_back, fee=invoice.id))
        return None
    is_told = words is not MessageState.WAITING or bool(organisation.demo_of)  # where nothing is sent
    return _seen(organisation, item, invoice)._replace(is_told=is_told)


def _seen(organisation: Organisation, item: UnpaidItem, invoice: Invoice) -> _Seen:
    taken = store.list_taken(organisation.slug, invoice.household, invoice.id)
    steps = organisation.billing.dunning.steps
    found = (domain.coming(steps, part, taken) for part, _ in domain.parts(invoice))
    return _Seen(item, invoice, [each for each in found if each])


def _held(waits: Waits, ready: Sequence[tuple[_Seen, Coming]]) -> dict[Part, Held]:
    """Why parts wait that do."""
    found = {coming.part: waits.why(each.invoice, coming.part) for each, coming in ready}
    return {part: why for part, why in found.items() if why}


def _take(
    organisation: Organisation,
    household: str,
    rules: Rules,
    ready: Sequence[tuple[_Seen, Coming]],
    held: Mapping[Part, Held],
    now: datetime,
) -> int:
    """Takes what is ready and not held, step by step, payer by payer."""
    groups: dict[Group, list[Part]] = {}
    for each, coming in ready:
        if coming.part not in held:
            group = Group(coming.step, each.invoice.payer, each.invoice.currency)
            groups.setdefault(group, []).append(coming.part)
    return sum(
        keep(organisation, household, now, partial(service.take, group=group, parts=parts, rules=rules))
        for group, parts in sorted(groups.items())
    )


def _plan(organisation: Organisation, each: _Seen, held: Mapping[Part, Held], today: date, now: datetime) -> None:
    """Says when an invoice is looked at again: at the next step of one of its parts, tomorrow while one is held, soon
    where it has to be seen whether a late fee was told of.
    """
    again = _seen(organisation, each.item, each.invoice)
    tomorrow = domain.moment(today + timedelta(days=1), organisation.zone)
    moments = [domain.moment(coming.on, organisation.zone) for coming in again.coming]
    moments += [] if each.is_told else [after(now, HOUR)]
    due = min((moment if moment > now else tomorrow for moment in moments), default=None)
    why = next((held[coming.part].value for coming in again.coming if coming.part in held), "")
    store.put_off(each.item, to_iso(due) if due else "", why)


def arm(now: datetime) -> int:
    """Has all that is unpaid looked at in organisations that changed their steps; returns how many those were."""
    found = read.waiting(organisations.DUNNING_TERMS, to_iso(now))
    for key in found:
        try:
            _arm(key)
        except Exception as error:  # the others are gone through
            failures = failing.put_off(key, organisations.DUNNING_TERMS, now)
            logs.failure("dunning.arming.failed", error, failures=failures)
    return len(found)


def _arm(key: Key) -> None:
    item = read.one(OrganisationItem, key)
    if item is None or item.queue != organisations.DUNNING_TERMS:
        return
    beyond = ""
    while True:
        page = households.list_owing(item.slug, _EVER, beyond)
        for summary in page.rows:
            for unpaid in store.each_unpaid(item.slug, keys.owner(summary)[1]):
                _look_anew(unpaid)
        beyond = page.next
        if not beyond:
            break
    try:
        gone = (OrganisationItem.queue, OrganisationItem.due, OrganisationItem.failed_runs)
        write.update(item, [each.remove() for each in gone])
    except ConditionFailed:  # changed once more: it is gone through again
        return


def _look_anew(unpaid: UnpaidItem) -> None:
    """Has an unpaid invoice looked at by the steps that there are now, be they sooner than those it waits for."""
    if not mend(unpaid) and unpaid.queue == DUNNING_QUEUE:
        _, due = work_of(date.fromisoformat(unpaid.due_on), autopay=False)
        store.look_sooner(unpaid, due)


def mend(unpaid: UnpaidItem) -> bool:
    """Puts an unpaid invoice that is in no work queue into that of reminders; says whether it did. Safe to repeat."""
    if unpaid.queue:
        return False
    queue, due = work_of(date.fromisoformat(unpaid.due_on), autopay=False)
    store.wake(unpaid, queue, due)
    return True
