"""Money that comes in and goes back: payments, refunds, returned payments, disputes.

Each use case says what is so by now, in whole amounts, not what to add: doing it again changes
nothing, so a message that comes twice or late does no harm (P-04, P-06, P-14).
"""

from collections.abc import Sequence
from dataclasses import replace

from chalicelib.billing.allocating import allocate
from chalicelib.billing.books import Books
from chalicelib.billing.covering import apply_payment, cover_again, free, open_invoices
from chalicelib.billing.domain import Dispute, Payment, PaymentStatus, Refund
from chalicelib.billing.ledger import EntryKind

_RECEIVED = (PaymentStatus.COMPLETED, PaymentStatus.PARTIALLY_REFUNDED, PaymentStatus.REFUNDED)


def receive(books: Books, payment: Payment, invoices: Sequence[str] = ()) -> Payment:
    """Books money that came in, new or pending until now, and covers `invoices`, else those due first.

    What is left over stays as credit of the family. Nothing happens when it was received before.
    """
    if payment.status in _RECEIVED:
        return payment
    payment = replace(payment, status=PaymentStatus.COMPLETED, recorded_at=books.now, freed=())
    books.post(EntryKind.PAYMENT, -payment.minor, payment, payment.received_on, number=payment.method)
    books.news("payment", payment.id, f"{payment.minor} {payment.currency}")
    books.note("payment_received", minor=str(payment.minor), currency=payment.currency)
    return apply_payment(books, payment, invoices)


def expect(books: Books, payment: Payment, invoices: Sequence[str] = ()) -> Payment:
    """Notes a payment on its way, such as a bank debit, and what it will cover (INV-7). It covers nothing yet."""
    waiting = open_invoices(books, payment.currency, payment.payer, invoices)
    parts, _ = allocate(payment.minor, waiting, invoices)
    payment = replace(payment, status=PaymentStatus.PENDING, recorded_at=books.now, freed=tuple(parts))
    books.payments.put(payment)
    return payment


def fail(books: Books, payment: Payment, *, voided: bool = False) -> Payment:
    """Notes that a payment did not come, or that one which had been received came back."""
    if payment.status in (PaymentStatus.FAILED, PaymentStatus.VOIDED):
        return payment
    kept = payment.kept_minor
    if kept:
        payment = free(books, payment, payment.allocated_minor)
        books.post(EntryKind.PAYMENT_RETURNED, kept, payment, books.today, number=payment.method)
    payment = replace(payment, status=PaymentStatus.VOIDED if voided else PaymentStatus.FAILED)
    books.note("payment_failed", minor=str(payment.minor), currency=payment.currency)
    books.payments.put(payment)
    return payment


def set_refunds(books: Books, payment: Payment, refunds: Sequence[Refund]) -> Payment:
    """Makes `refunds` all that was given back of a payment; what is new is booked, what failed is taken back.

    More than came in may have been given back, by hand and online together: then the family owes the difference.
    """
    before, after = payment.refunded_minor, sum(refund.minor for refund in refunds)
    known = {refund.id for refund in payment.refunds}
    by_hand = next((refund.method for refund in refunds if refund.id not in known and refund.method), "")
    if tuple(refunds) == payment.refunds:
        return payment
    payment = replace(payment, refunds=tuple(refunds))
    payment = _balanced(books, payment)
    kind = EntryKind.REFUND if after > before else EntryKind.REFUND_RETURNED
    books.note(kind.value, minor=str(abs(after - before)), currency=payment.currency)
    books.post(kind, after - before, payment, books.today, number=by_hand or payment.method)
    return payment


def set_dispute(books: Books, payment: Payment, dispute: Dispute, taken_minor: int) -> Payment:
    """Says where a dispute stands and what the card's bank has taken of the payment (P-15)."""
    before = payment.disputed_minor
    if (payment.dispute, before) == (dispute, taken_minor):
        return payment
    payment = _balanced(books, replace(payment, dispute=dispute, disputed_minor=taken_minor))
    kind = EntryKind.DISPUTE if taken_minor > before else EntryKind.DISPUTE_WON
    books.post(kind, taken_minor - before, payment, books.today, number=payment.method)
    return payment


def _balanced(books: Books, payment: Payment) -> Payment:
    """The payment once money was taken out of it or put back: it covers no more than is kept of it."""
    if payment.unapplied_minor < 0:
        payment = free(books, payment, -payment.unapplied_minor)
    elif payment.freed:
        payment = cover_again(books, payment)
    payment = replace(payment, status=_status(payment))
    books.payments.put(payment)
    return payment


def _status(payment: Payment) -> PaymentStatus:
    if not payment.refunded_minor:
        return PaymentStatus.COMPLETED
    whole = payment.refunded_minor >= payment.minor
    return PaymentStatus.REFUNDED if whole else PaymentStatus.PARTIALLY_REFUNDED
