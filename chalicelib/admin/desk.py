"""What the organisation's people do with money: invoices made visible, taken back, payments noted, credit given.

Every use case may be repeated. What is made is named after what was told, so that telling it again finds it;
what is given back or taken back is told in all, not how much more.
"""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import NamedTuple

from chalicelib.billing import issuing, receiving, store
from chalicelib.billing.books import Books, keep
from chalicelib.billing.covering import apply_credit
from chalicelib.billing.domain import CreditNote, Invoice, InvoiceStatus, Payment, PaymentStatus, Refund
from chalicelib.billing.issuing import InvoiceRequest
from chalicelib.billing.pricing import LineRequest, price
from chalicelib.data import keys, read
from chalicelib.data.outbox import MessageItem, Notice
from chalicelib.gateway import Gateway
from chalicelib.organisations.domain import Organisation
from chalicelib.payments import refunding
from chalicelib.payments.settling import facts_of, settle_intent
from chalicelib.recurring.service import require_members
from chalicelib.shared.errors import Conflict, NotFound
from chalicelib.shared.ids import dated_id, derived_id, named_id
from chalicelib.shared.texts import say


class Received(NamedTuple):
    """Money that came in by another way than Stripe."""

    minor: int
    """Units; 0: whatever is left to pay on the invoice."""
    method: str
    on: date | None = None
    """None: today."""
    reference: str = ""
    invoices: tuple[str, ...] = ()
    """Empty: those that are due first."""
    currency: str = ""
    """Empty: the organisation's."""
    times: int = 1
    """Which one it is of several that are alike in all the rest."""
    asked: str = ""
    """Names the form that told it: sent again it tells the same, and another that is alike tells of other money."""
    receipt: bool = False
    """Whether the family gets a receipt by mail."""


def draft(organisation: Organisation, household_id: str, request: InvoiceRequest, name: str, now: datetime) -> Invoice:
    """A draft that nobody in the family sees, or the invoice that was made under this `name` today before.

    Raises NotFound, also for a member of another household.
    """

    def work(books: Books) -> Invoice:
        invoice_id = dated_id(books.today, _named(books, "invoice", name))
        before = _stored(books, invoice_id)
        if before:
            return before
        require_members(books, request.lines)
        made = issuing.draft(books, request)
        invoice = replace(made, id=invoice_id)
        books.invoices.replace(made, invoice)
        return invoice

    return keep(organisation, household_id, now, work)


def issue(organisation: Organisation, household_id: str, invoice_id: str, now: datetime, *, send: bool) -> Invoice:
    """Publishes a draft, by mail or not (INV-3); one that was published before stays as it is.

    Raises NotFound, Conflict for an invoice below zero.
    """
    return keep(organisation, household_id, now, lambda books: _issued(books, invoice_id, send=send))


def send(organisation: Organisation, household_id: str, invoice_id: str, now: datetime) -> Invoice:
    """Mails an issued invoice, once a day. Raises NotFound, Conflict when it was mailed today."""

    def work(books: Books) -> Invoice:
        invoice = books.invoices.get(invoice_id)
        if invoice.status in (InvoiceStatus.CANCELLED, InvoiceStatus.REVERSED):
            raise Conflict(say("This invoice was taken back."))
        day = f"{books.today:%Y%m%d}"
        if read.one(MessageItem, keys.outbox(books.org, issuing.message_of(invoice, day))):
            raise Conflict(say("This invoice was mailed today already."))
        issuing.tell(books, invoice, again=day)
        return invoice

    return keep(organisation, household_id, now, work)


def mark_paid(
    organisation: Organisation, household_id: str, invoice_id: str, received: Received, now: datetime
) -> tuple[Invoice, Payment | None]:
    """Notes that all of an invoice was paid; a draft is published with it, without a mail (INV-3).

    Of one that is paid nothing is noted. Raises NotFound, Conflict.
    """

    def work(books: Books) -> tuple[Invoice, Payment | None]:
        invoice = _issued(books, invoice_id, send=False)
        if not invoice.balance_minor:
            return invoice, None
        whole = received._replace(minor=invoice.balance_minor, invoices=(invoice.id,), currency=invoice.currency)
        payment = _receive(books, whole, invoice.payer)
        return books.invoices.get(invoice.id), payment

    return keep(organisation, household_id, now, work)


def cancel(organisation: Organisation, household_id: str, invoice_id: str, reason: str, now: datetime) -> Invoice:
    """Takes an issued invoice back whole; one that was taken back stays as it is (C8). Raises NotFound, Conflict.

    A draft was never sent, has no number and is in no ledger: it goes without a trace, and no family ever sees it.
    """

    def work(books: Books) -> Invoice:
        if store.get_draft(books.org, books.household, invoice_id):
            return issuing.discard(books, issuing.find_draft(books, invoice_id))
        invoice = books.invoices.get(invoice_id)
        if invoice.status in (InvoiceStatus.CANCELLED, InvoiceStatus.REVERSED):
            return invoice
        return issuing.cancel(books, invoice, reason, store.credit_notes_of(books.org, books.household, invoice.id))

    return keep(organisation, household_id, now, work)


def credit(
    organisation: Organisation,
    household_id: str,
    invoice_id: str,
    minor: int,
    reason: str,
    now: datetime,
    *,
    before: int | None = None,
) -> CreditNote | None:
    """Takes `minor` units of an invoice back in all, with their share of taxes; None when they are taken back already.

    `before` is how much was taken back when that was decided, if it was looked at. Raises NotFound, Conflict when the
    invoice was not over so much, or somebody else took something back meanwhile.
    """

    def work(books: Books) -> CreditNote | None:
        invoice = books.invoices.get(invoice_id)
        earlier = store.credit_notes_of(books.org, books.household, invoice.id)
        taken = sum(note.total_minor for note in earlier)
        more = minor - taken
        _require_unchanged(taken, before, minor)
        if minor > invoice.total_minor:
            raise Conflict(say("The invoice is over less than that."))
        return issuing.credit(books, invoice, reason, earlier=earlier, minor=more) if more > 0 else None

    return keep(organisation, household_id, now, work)


def record(organisation: Organisation, household_id: str, received: Received, now: datetime) -> tuple[Payment, bool]:
    """Notes money that came in, and whether this was the first time it was told. Raises NotFound, Conflict."""

    def work(books: Books) -> tuple[Payment, bool]:
        stored = store.get_payment(books.org, books.household, _payment_id(books, received))
        if stored:
            return stored, False
        return _receive(books, received, _payer(books, received)), True

    return keep(organisation, household_id, now, work)


def refund(
    gateway: Gateway | None,
    organisation: Organisation,
    household_id: str,
    payment_id: str,
    minor: int,
    given: Refund,
    now: datetime,
    *,
    before: int | None = None,
) -> int:
    """Gives `minor` units of a payment back in all; returns how many were given now.

    One that came through Stripe goes back through it if there is a `gateway`. Otherwise it went back by hand as
    `given` says, and is only noted. `before` is how much had been given back when that was decided, if it was looked
    at. Raises NotFound, Conflict, also when somebody else gave something back meanwhile, Unavailable.
    """
    payment = payment_of(organisation, household_id, payment_id)
    if payment.intent and gateway:
        settle_intent(gateway, organisation, payment.intent, now, household=household_id)
        payment = payment_of(organisation, household_id, payment_id)
    more = minor - payment.refunded_minor
    _require_unchanged(payment.refunded_minor, before, minor)
    if more <= 0:
        return 0
    if payment.intent and gateway:
        refunding.refund(gateway, organisation, household_id, payment_id, more, now)
    else:
        name = named_id(f"{payment_id} {payment.refunded_minor} {minor}")
        noted = given._replace(id=name, minor=more, method=given.method or payment.method)
        refunding.give_back_by_hand(organisation, household_id, payment_id, noted, now)
    return more


def _require_unchanged(taken: int, before: int | None, whole: int) -> None:
    """What is taken back by now must be what it was when that was decided, or all that was wanted. Raises Conflict."""
    if before is not None and taken not in (before, whole):
        raise Conflict(say("Something of it was taken back meanwhile. Look at it again."))


def give_credit(
    organisation: Organisation,
    household_id: str,
    minor: int,
    reason: str,
    now: datetime,
    *,
    times: int = 1,
    asked: str = "",
) -> tuple[CreditNote, bool]:
    """Gives a family credit freely, and tells whether this was the first time it was told today. Raises NotFound.

    `asked` names the form that asked for it, as with money received.
    """

    def work(books: Books) -> tuple[CreditNote, bool]:
        note_id = dated_id(books.today, _named(books, "credit", str(minor), reason, str(times), asked))
        stored = store.get_credit_note(books.org, books.household, note_id)
        if stored:
            return stored, False
        lines = price([LineRequest(reason, Decimal(1), minor, taxes=())], organisation.billing)
        return issuing.give_credit(books, lines, organisation.currency, reason, note_id=note_id), True

    return keep(organisation, household_id, now, work)


def use_credit(organisation: Organisation, household_id: str, invoice_id: str, now: datetime) -> int:
    """Covers an invoice with what the family has in its favour; returns the minor units used. Raises NotFound."""
    return keep(organisation, household_id, now, partial(apply_credit, invoice_id=invoice_id))


def _issued(books: Books, invoice_id: str, *, send: bool) -> Invoice:
    """The invoice, published now if it was a draft until now."""
    if store.get_draft(books.org, books.household, invoice_id):
        return issuing.issue(books, issuing.find_draft(books, invoice_id), send=send)
    return books.invoices.get(invoice_id)


def _stored(books: Books, invoice_id: str) -> Invoice | None:
    draft = store.get_draft(books.org, books.household, invoice_id)
    return draft or store.get_invoice(books.org, books.household, invoice_id)


def _receive(books: Books, received: Received, payer: str) -> Payment:
    payment = Payment(
        id=_payment_id(books, received),
        household=books.household,
        received_on=received.on or books.today,
        minor=received.minor,
        currency=received.currency or books.organisation.currency,
        method=received.method,
        status=PaymentStatus.PENDING,
        reference=received.reference,
        payer=payer,
    )
    payment = receiving.receive(books, payment, received.invoices)
    if received.receipt:
        told = facts_of(payment, books.organisation.zone)
        books.tell(Notice("receipt", "", told, household=books.household), message=f"receipt-{payment.id}")
    return payment


def _payer(books: Books, received: Received) -> str:
    """Who is billed by the invoices that were paid. Raises NotFound, Conflict when they do not go together."""
    invoices = [books.invoices.get(invoice_id) for invoice_id in received.invoices]
    currency = received.currency or books.organisation.currency
    payers = {invoice.payer for invoice in invoices} or {""}
    if len(payers) > 1 or any(each.currency != currency or not each.balance_minor for each in invoices):
        raise Conflict(say("This is paid already, or nothing is to pay on it."))
    return payers.pop()


def _payment_id(books: Books, received: Received) -> str:
    on = received.on or books.today
    facts = (received.method, received.reference, ",".join(received.invoices), str(received.times), received.asked)
    return dated_id(on, _named(books, "payment", str(received.minor), received.currency, *facts))


def _named(books: Books, *facts: str) -> str:
    """The id of what is told by `facts`; nobody outside can guess it (T-06)."""
    return derived_id(books.organisation.import_key, "desk", books.household, *facts)


def payment_of(organisation: Organisation, household_id: str, payment_id: str) -> Payment:
    """A payment of a household. One strong read. Raises NotFound."""
    found = store.get_payment(organisation.slug, household_id, payment_id)
    if found is None:
        raise NotFound
    return found
