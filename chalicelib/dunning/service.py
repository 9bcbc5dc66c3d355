"""Taking a step of reminding: what was taken, the fee and the message are one transaction, once for each part and step.

Parts of one payer that come to the same step on one day go in one message, and their fees on one invoice. The invoices
are checked as they were read, so that money which comes meanwhile is seen before anything is written.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from chalicelib.billing import issuing
from chalicelib.billing import store as billing
from chalicelib.billing.books import Books
from chalicelib.billing.domain import Invoice, InvoiceStatus
from chalicelib.billing.issuing import InvoiceRequest
from chalicelib.billing.models import InvoiceItem
from chalicelib.billing.pricing import LineRequest
from chalicelib.data import keys, outbox
from chalicelib.data.outbox import MessageState, Notice
from chalicelib.dunning import domain, store
from chalicelib.dunning.domain import Part, Rules, Taken
from chalicelib.organisations.terms import DunningStep
from chalicelib.shared.texts import in_language, say
from chalicelib.web.language import Local, choose

UNTOLD = (MessageState.SKIPPED, MessageState.PARKED)
"""Where a message stands that told nobody anything."""
MOST = 20
"""Parts that one message names; what more there is comes the next day."""
_LABELS = 3


class Group(NamedTuple):
    """Parts that are told of together: of one payer, in one currency, at the same step."""

    step: int
    payer: str
    currency: str


class Overdue(NamedTuple):
    """A part that is overdue, as it is when the step is taken."""

    invoice: Invoice
    part: Part
    minor: int
    fee_minor: int


def take(books: Books, group: Group, parts: Sequence[Part], rules: Rules) -> int:
    """Takes a step about parts that are still overdue and were not reminded of by it; says of how many.

    Nothing where the family was told of this step today already: the rest comes tomorrow.
    """
    message = message_of(books.household, group, books.today)
    if outbox.is_there(books.org, message):
        return 0
    late = list(_overdue(books, group, parts, rules))[:MOST]
    if not late:
        return 0
    fees = _bill(books, group, [each for each in late if each.fee_minor])
    for each in late:
        bears = fees.id if fees and each.fee_minor else ""
        taken = Taken(each.part, group.step, books.today, each.minor, each.fee_minor, bears)
        store.add_taken(books.transaction, books.org, books.household, taken, group.currency, message)
    for invoice in {each.invoice.id: each.invoice for each in late}.values():
        place = keys.invoice(books.org, books.household, invoice.id)
        unchanged = InvoiceItem.version == invoice.version
        books.transaction.check("invoice", InvoiceItem, place.pk, place.sk, unchanged)
    numbers = list(dict.fromkeys(each.invoice.number for each in late))
    books.note("dunning_step", ", ".join(numbers[:_LABELS]), step=str(group.step))
    books.tell(_notice(books, group, late, fees), message=message)
    return len(late)


def take_back(books: Books, fee: str) -> bool:
    """Takes back a late fee of which the family was not told after all; says whether it did. Nothing where it was told.

    Raises NotFound.
    """
    earlier = billing.credit_notes_of(books.org, books.household, fee)  # first: what comes after it, the version shows
    invoice = books.invoices.get(fee)
    is_open = invoice.status not in (InvoiceStatus.CANCELLED, InvoiceStatus.REVERSED)
    if not is_open or store.fee_told(books.org, books.household, invoice) not in UNTOLD:
        return False
    reason = _local(books).say(say("We could not tell you of this late fee, so you do not owe it."))
    issuing.cancel(books, invoice, reason, earlier)
    return True


def message_of(household: str, group: Group, today: date) -> str:
    """Name of the message of a step on a day."""
    return f"overdue-{household}-{today:%Y%m%d}-{group.step}-{group.payer or 'home'}-{group.currency}"


def _overdue(books: Books, group: Group, parts: Iterable[Part], rules: Rules) -> Iterable[Overdue]:
    """The parts as they are now, oldest first: what was paid or reminded of meanwhile is left out."""
    terms = books.organisation.billing.dunning
    for part in sorted(parts, key=lambda each: (each.due_on, each.invoice)):
        invoice = books.invoices.get(part.invoice)
        minor = next((due.minor for due in invoice.dues if due.on == part.due_on), 0)
        if minor and not store.is_taken(books.org, books.household, part, group.step):
            fee = 0 if rules.no_fees else domain.fee(terms, _step(books, group), invoice, minor)
            yield Overdue(invoice, part, minor, fee)


def _step(books: Books, group: Group) -> DunningStep:
    return books.organisation.billing.dunning.steps[group.step - 1]


def _bill(books: Books, group: Group, late: Sequence[Overdue]) -> Invoice | None:
    """An invoice over the late fees of a step, a line for each part; None where there are none."""
    if not late:
        return None
    terms = books.organisation.billing.dunning
    local = _local(books)
    lines = [
        LineRequest(
            local.say(
                say(
                    "Late fee for invoice %(number)s, due on %(day)s",
                    number=each.invoice.number,
                    day=local.date(each.part.due_on, "long"),
                )
            ),
            Decimal(1),
            each.fee_minor,
            taxes=None if terms.late_fee_taxed else (),
        )
        for each in late
    ]
    request = InvoiceRequest(
        lines,
        group.currency,
        payer=group.payer,
        note=in_language(terms.late_fee_note, local.language) if terms.late_fee_note else "",
        late_for=" ".join(domain.step_name(each.part, group.step) for each in late),
    )
    return issuing.issue(books, issuing.draft(books, request), send=False)


def _local(books: Books) -> Local:
    """The household's own words. One strong read."""
    language = choose(books.language(), "", books.organisation.languages)
    return Local(language, books.organisation.country, books.organisation.zone)


def _notice(books: Books, group: Group, late: Sequence[Overdue], fees: Invoice | None) -> Notice:
    fee_minor = fees.total_minor if fees else 0
    facts: dict[str, Any] = {
        "step": _step(books, group).tone,
        "invoices": [
            {
                "invoice": each.invoice.id,
                "number": each.invoice.number,
                "due_minor": each.minor,
                "due_on": each.part.due_on.isoformat(),
            }
            for each in late
        ],
        "due_minor": sum(each.minor for each in late) + fee_minor,
        "currency": group.currency,
        "fee_minor": fee_minor,
        "fee_number": fees.number if fees else "",
        "fee_invoice": fees.id if fees else "",
    }
    steps = books.organisation.billing.dunning.steps
    if group.step < len(steps) and _step(books, group).tone > 1:
        apart = steps[group.step].days - steps[group.step - 1].days
        facts["by_on"] = (books.today + timedelta(days=apart - 1)).isoformat()
    ids = {each.invoice.id for each in late}
    thread = f"invoice-{next(iter(ids))}" if len(ids) == 1 else f"overdue-{books.household}"
    return Notice("overdue", "", facts, household=books.household, thread=thread)
