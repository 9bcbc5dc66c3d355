"""What a step of reminding waits for: the staff's word, a question, money on its way, a dispute, a credit (NEW-16)."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import NamedTuple, TypeVar

from chalicelib.billing import store as billing
from chalicelib.billing.domain import Dispute, Invoice, Payment, PaymentStatus
from chalicelib.data import keys, read
from chalicelib.data.read import Page
from chalicelib.dunning.domain import Held, Part, Rules
from chalicelib.messages import store as messages
from chalicelib.messages.domain import AboutKind
from chalicelib.payments.domain import CheckoutState
from chalicelib.payments.models import CheckoutItem, ClaimItem

T = TypeVar("T")


class Waits(NamedTuple):
    """What holds steps of one household, as it was read once."""

    rules: Rules
    asked: frozenset[str]
    """Invoices that a question is open about."""
    paying: frozenset[str]
    disputed: frozenset[str]
    credit: Mapping[tuple[str, str], int]
    """What is left in the family's favour, by payer and currency."""
    today: date

    def why(self, invoice: Invoice, part: Part) -> Held | None:
        """Why a step about a part of an invoice waits; None: it does not."""
        if self.rules.rests(invoice.id, self.today):
            return Held.PAUSED
        for held, invoices in ((Held.ASKED, self.asked), (Held.PAYING, self.paying), (Held.DISPUTED, self.disputed)):
            if invoice.id in invoices:
                return held
        overdue = sum(due.minor for due in invoice.dues if due.on <= part.due_on)
        return Held.CREDIT if self.credit.get((invoice.payer, invoice.currency), 0) >= overdue > 0 else None


def load(org: str, household: str, rules: Rules, invoices: Sequence[Invoice], today: date) -> Waits:
    """What holds steps about some invoices now. A round trip or two for each kind of record."""
    ids = list(dict.fromkeys(invoice.id for invoice in invoices))
    found = list(_all(partial(billing.list_payments, org, household)))
    pending = (each for each in found if each.status is PaymentStatus.PENDING)
    contested = (each for each in found if each.dispute is Dispute.OPEN)
    credit: dict[tuple[str, str], int] = {}
    for each in _all(partial(billing.list_credits, org, household, consistent=True)):
        credit[each.payer, each.currency] = credit.get((each.payer, each.currency), 0) + each.left_minor
    return Waits(
        rules,
        asked_about(org, household),
        _under_way(org, household, ids) | {invoice for payment in pending for invoice in _meant(payment)},
        frozenset(invoice for payment in contested for invoice in _meant(payment)),
        credit,
        today,
    )


def asked_about(org: str, household: str) -> frozenset[str]:
    """Invoices about which, or about a line of which, a question waits for an answer (NEW-16)."""
    found = messages.list_questions(org, household)
    return frozenset(each.id for each in found if each.kind is AboutKind.INVOICE)


def _meant(payment: Payment) -> set[str]:
    return {part.invoice for part in (*payment.allocations, *payment.freed)}


def _under_way(org: str, household: str, ids: Sequence[str]) -> frozenset[str]:
    """Invoices for which money is on its way. An open page is not yet that: whoever opens one pays, or does not. At
    most two strong round trips.
    """
    claims = read.many(ClaimItem, [keys.claim(org, household, each) for each in ids])
    wanted = [keys.checkout(org, household, claim.checkout) for claim in claims.values()]
    found = read.many(CheckoutItem, wanted).values() if wanted else ()
    pending = {item.checkout for item in found if item.state == CheckoutState.PENDING.value}
    return frozenset(claim.invoice for claim in claims.values() if claim.checkout in pending)


def _all(list_page: Callable[[str], Page[T]]) -> list[T]:
    rows: list[T] = []
    after = ""
    while True:
        found = list_page(after)
        rows += found.rows
        after = found.next
        if not after:
            return rows
