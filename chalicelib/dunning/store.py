"""Reads and writes steps that were taken, and what is agreed with a household about reminders."""

from collections.abc import Iterator
from datetime import date

from chalicelib.billing.domain import Invoice
from chalicelib.billing.items import DUNNING_QUEUE
from chalicelib.billing.models import UnpaidItem
from chalicelib.data import keys, read, write
from chalicelib.data.outbox import MessageItem, MessageState
from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.dunning.domain import Part, Rules, Taken, first_step
from chalicelib.dunning.models import DunningRulesItem, DunningStepItem
from chalicelib.shared.times import day_or_none


def get_rules(org: str, household: str) -> Rules:
    """What is agreed with a household; nothing special where nothing is stored. One strong read."""
    item = read.one(DunningRulesItem, keys.dunning_rules(org, household))
    return rules_from(item) if item else Rules()


def rules_from(item: DunningRulesItem) -> Rules:
    """What `item` stores."""
    return Rules(
        paused_until=day_or_none(item.paused_until),
        no_fees=bool(item.no_fees),
        invoices={invoice: date.fromisoformat(day) for invoice, day in item.invoices.items()},
        version=item.version,
    )


def save_rules(transaction: Transaction, org: str, household: str, rules: Rules) -> None:
    """Adds the write of what is agreed; refused when it was changed meanwhile."""
    pk, sk = keys.dunning_rules(org, household)
    item = DunningRulesItem(
        pk,
        sk,
        paused_until=rules.paused_until.isoformat() if rules.paused_until else None,
        no_fees=rules.no_fees or None,
        invoices={invoice: day.isoformat() for invoice, day in rules.invoices.items()},
        version=rules.version,
    )
    transaction.put("dunning rules", item)


def list_taken(org: str, household: str, invoice: str) -> list[Taken]:
    """Steps that were taken about an invoice, by due day and number. One strong round trip."""
    partition = keys.household_partition(org, household)
    prefix = keys.dunning_steps_prefix(invoice)
    found = read.page(DunningStepItem, partition, prefix, newest_first=False, size=100, consistent=True)
    return [taken_from(item) for item in found.rows]


def taken_from(item: DunningStepItem) -> Taken:
    """The step that `item` stores."""
    return Taken(
        Part(item.invoice, date.fromisoformat(item.due_on)),
        int(item.step),
        date.fromisoformat(item.on),
        int(item.minor),
        int(item.fee),
        item.fee_invoice or "",
    )


def is_taken(org: str, household: str, part: Part, step: int) -> bool:
    """Whether a step was taken. One strong read."""
    key = keys.dunning_step(org, household, part.invoice, part.due_on.isoformat(), step)
    return read.one(DunningStepItem, key) is not None


def fee_told(org: str, household: str, fee: Invoice) -> MessageState | None:
    """Where the message stands that tells of a late fee; None where nothing is known of it any more. Two strong reads.

    It is kept for longer than it takes to go out.
    """
    part, step = first_step(fee.late_for)
    item = read.one(DunningStepItem, keys.dunning_step(org, household, part.invoice, part.due_on.isoformat(), step))
    message = read.one(MessageItem, keys.outbox(org, item.message)) if item and item.message else None
    return MessageState(message.state) if message else None


def add_taken(transaction: Transaction, org: str, household: str, taken: Taken, currency: str, message: str) -> None:
    """Adds a step that is taken now, with the message that tells of it; refused when it was taken before."""
    day = taken.part.due_on.isoformat()
    pk, sk = keys.dunning_step(org, household, taken.part.invoice, day, taken.step)
    item = DunningStepItem(
        pk,
        sk,
        invoice=taken.part.invoice,
        due_on=day,
        step=taken.step,
        on=taken.on.isoformat(),
        minor=taken.minor,
        currency=currency,
        fee=taken.fee_minor,
        fee_invoice=taken.fee_invoice or None,
        message=message,
    )
    transaction.create("dunning step", item)


def each_unpaid(org: str, household: str) -> Iterator[UnpaidItem]:
    """All of a household's invoices that wait for money, earliest due first; strong reads, page after page."""
    partition, after = keys.household_partition(org, household), ""
    while True:
        found = read.page(
            UnpaidItem, partition, keys.UNPAID, after=after, newest_first=False, size=100, consistent=True
        )
        yield from found.rows
        after = found.next
        if not after:
            return


def put_off(item: UnpaidItem, due: str, held: str = "") -> None:
    """Has an unpaid invoice looked at again later, or, with no `due`, not any more; nothing when it changed meanwhile.

    `held` is why a step waits.
    """
    waits = [UnpaidItem.held.set(held) if held else UnpaidItem.held.remove()]
    place = [UnpaidItem.due.set(due)] if due else [UnpaidItem.queue.remove(), UnpaidItem.due.remove()]
    place.append(UnpaidItem.failed_runs.remove())
    unchanged = (UnpaidItem.queue == DUNNING_QUEUE) & (UnpaidItem.due == item.due)
    try:
        write.update(UnpaidItem(item.pk, item.sk), [*place, *waits], unchanged)
    except ConditionFailed:  # paid meanwhile, or somebody else looked
        return


def look_sooner(item: UnpaidItem, due: str) -> None:
    """Has an unpaid invoice that waits to be reminded of looked at by `due`; nothing when it is by then anyway."""
    waits = (UnpaidItem.queue == DUNNING_QUEUE) & (UnpaidItem.due > due)
    try:
        write.update(UnpaidItem(item.pk, item.sk), [UnpaidItem.due.set(due)], waits)
    except ConditionFailed:
        return


def wake(item: UnpaidItem, queue: str, due: str) -> None:
    """Puts an unpaid invoice that nothing waits for into a work queue; nothing when it is in one by now."""
    there = UnpaidItem.pk.exists() & UnpaidItem.queue.does_not_exist()
    try:
        write.update(UnpaidItem(item.pk, item.sk), [UnpaidItem.queue.set(queue), UnpaidItem.due.set(due)], there)
    except ConditionFailed:
        return
