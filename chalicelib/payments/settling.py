"""Setting our books right by what Stripe says now: the one way in which an online payment is ever booked.

Webhooks, the page people return to, other attempts and the reconcile job all come here, and none of them
is believed. The attempt is read first, Stripe is asked after, and the write goes through only if nobody
wrote in between. So every write rests on something newer than the write before it, and order, repetition
and loss of messages can not matter (P-03 to P-09).
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.billing import receiving
from chalicelib.billing import store as billing
from chalicelib.billing.books import Books, keep
from chalicelib.billing.domain import Dispute, Payment, PaymentStatus, Refund
from chalicelib.data.outbox import Notice
from chalicelib.gateway import Gateway, HostedCheckout, Intent
from chalicelib.organisations.domain import Organisation
from chalicelib.payments import parking, store
from chalicelib.payments.domain import AGAIN, MOST_TRIES, Checkout, CheckoutState, Parked, Purpose
from chalicelib.settings import current
from chalicelib.shared.errors import NotFound
from chalicelib.shared.ids import dated_id, named_id
from chalicelib.shared.times import after, day_begins, local_day, to_iso

_FACTS = ("organisation", "household", "checkout", "attempt")
_REFUSED = {"failed": False, "cancelled": True}
"""States in which no money comes any more, and whether that was somebody's wish."""


def settle_session(gateway: Gateway, organisation: Organisation, session: HostedCheckout, now: datetime) -> str:
    """Sets an attempt right by its hosted page: booked when paid, closed when it expired; says what came of it.

    Raises Parked, NotFound for an attempt that is not stored (yet), Unavailable.
    """
    facts = checked(organisation, session.facts)
    if session.intent:
        outcome = settle_intent(gateway, organisation, session.intent, now, household=facts["household"])
        over = session.status == "expired" and outcome == "failed"  # the last card was refused, no other comes
        if session.status == "open" or (outcome != "open" and not over):
            return outcome
    if session.status == "open":
        return "open"
    state = CheckoutState.CLOSED
    if session.status == "complete":  # with a payment of which nothing came yet, its money is on its way
        state = CheckoutState.PENDING if session.intent else CheckoutState.DONE
    return keep(organisation, facts["household"], now, lambda books: _finish(books, facts, state))


def settle_intent(
    gateway: Gateway, organisation: Organisation, intent_id: str, now: datetime, *, household: str = ""
) -> str:
    """Books what has come of a payment by now, and says what that is. Raises Parked, NotFound, Unavailable."""
    if not household:
        household = checked(organisation, _asked(gateway, intent_id).facts)["household"]
    return keep(organisation, household, now, lambda books: _settle(gateway, books, intent_id))


def checked(organisation: Organisation, facts: Mapping[str, str]) -> Mapping[str, str]:
    """The facts we gave the gateway with what it made. Raises Parked when they are not ours."""
    if not all(facts.get(name) for name in _FACTS):
        raise Parked("not made by this portal")
    if facts["organisation"] != organisation.slug:
        raise Parked("of another organisation")
    return facts


def payment_id(organisation: Organisation, intent: Intent) -> str:
    """The id that a payment has with us, whoever books it first."""
    return dated_id(local_day(intent.created_at, organisation.zone), named_id(intent.id))


def _settle(gateway: Gateway, books: Books, intent_id: str) -> str:
    """Within the books: the attempt is read before Stripe is asked, and written with the payment."""
    intent = _asked(gateway, intent_id)
    facts = checked(books.organisation, intent.facts)
    checkout = _checkout(books, facts)
    intent = _asked(gateway, intent_id)
    _check(books, checkout, facts, intent)
    stored = billing.get_payment(books.org, books.household, payment_id(books.organisation, intent))
    payment = books.payments.take(stored) if stored else _expected(books, checkout, intent)
    after, state = _booked(books, checkout, stored, payment, intent)
    mine = facts["attempt"] == str(checkout.attempt)
    reached = _reached(checkout, intent, stored) if mine else checkout.state
    if reached is CheckoutState.CLOSED and checkout.purpose is Purpose.AUTOPAY and stored is None:
        end_charge(books, checkout, intent.problem)
    elif after != stored or reached != checkout.state:
        _write(books, replace(checkout, state=reached, intent=intent.id if mine else checkout.intent))
    return state


def _asked(gateway: Gateway, intent_id: str) -> Intent:
    intent = gateway.find_intent(intent_id)
    if intent is None:
        raise Parked("no such payment")
    return intent


def _checkout(books: Books, facts: Mapping[str, str]) -> Checkout:
    found = store.get_checkout(books.org, books.household, facts["checkout"])
    if found is None:
        raise NotFound
    return found


def _check(books: Books, checkout: Checkout, facts: Mapping[str, str], intent: Intent) -> None:
    """Raises Parked unless Stripe's payment is what we asked for (P-02, P-05)."""
    if facts["household"] != books.household:
        raise Parked("of another household")
    if intent.live != current().live_payments:
        raise Parked("live and test are mixed")
    if intent.currency != checkout.currency:
        raise Parked(f"in {intent.currency}, asked was {checkout.currency}")
    if intent.minor != checkout.minor:
        raise Parked(f"over {intent.minor}, asked was {checkout.minor}")
    if intent.state == "paid" and intent.received_minor != intent.minor:
        raise Parked(f"received {intent.received_minor} of {intent.minor}")


def _expected(books: Books, checkout: Checkout, intent: Intent) -> Payment:
    """The payment as it will be when the money comes."""
    organisation = books.organisation
    return Payment(
        id=payment_id(organisation, intent),
        household=books.household,
        received_on=local_day(intent.paid_at or intent.created_at, organisation.zone),
        minor=intent.minor,
        currency=intent.currency,
        method=intent.method,
        status=PaymentStatus.PENDING,
        payer=checkout.payer,
        payer_name=checkout.payer_name,
        payer_email=checkout.payer_email,
        intent=intent.id,
    )


def _booked(
    books: Books, checkout: Checkout, stored: Payment | None, payment: Payment, intent: Intent
) -> tuple[Payment | None, str]:
    """Books the payment as Stripe has it; returns it, None when there is nothing to book, and what it is by now."""
    if intent.state == "paid":
        return _received(books, checkout, stored, payment, intent), "paid"
    if intent.state == "processing":
        return stored or receiving.expect(books, payment, checkout.invoices), "pending"
    if intent.state in _REFUSED and stored and stored.status is PaymentStatus.PENDING:
        _tell(books, checkout, "payment_failed", stored, of=", ".join(part.number for part in stored.freed))
        return receiving.fail(books, stored, voided=_REFUSED[intent.state]), intent.state
    return stored, "open" if intent.state not in _REFUSED else intent.state


def _received(books: Books, checkout: Checkout, stored: Payment | None, payment: Payment, intent: Intent) -> Payment:
    is_new = stored is None or not (stored.status.is_received or stored.status is PaymentStatus.REFUNDED)
    if is_new and payment.status is not PaymentStatus.PENDING:  # failed first, came after all
        payment = replace(payment, status=PaymentStatus.PENDING)
    if intent.paid_at and is_new:
        payment = replace(payment, received_on=local_day(intent.paid_at, books.organisation.zone))
    payment = receiving.receive(books, payment, checkout.invoices)
    if is_new:
        _tell(books, checkout, "receipt", payment)
        if checkout.invoices and payment.unapplied_minor:
            parking.add(books, "overpaid", f"payment-{payment.id}", {"payment": payment.id})
    payment = _given_back(books, checkout, payment, intent)
    if intent.dispute:
        if payment.dispute is Dispute.NONE:
            parking.add(books, "disputed", f"dispute-{payment.id}", {"payment": payment.id})
        payment = receiving.set_dispute(books, payment, Dispute(intent.dispute.state), intent.dispute.taken_minor)
    return payment


def _given_back(books: Books, checkout: Checkout, payment: Payment, intent: Intent) -> Payment:
    """The payment with what Stripe gave back of it, beside what was given back by hand."""
    zone = books.organisation.zone
    by_hand = [refund for refund in payment.refunds if refund.method]
    refunds = [*by_hand, *(Refund(each.id, local_day(each.at, zone), each.minor) for each in intent.refunds)]
    if sum(each.minor for each in refunds) > payment.minor:  # it is so: booked as it is, and for a person to see
        parking.add(books, "refunded too much", f"refunds-{payment.id}", {"payment": payment.id})
    known = {refund.id for refund in payment.refunds}
    for new in (each for each in refunds if each.id not in known):
        _tell(books, checkout, "refund", replace(payment, minor=new.minor), number=new.id)
    return receiving.set_refunds(books, payment, refunds)


def _reached(checkout: Checkout, intent: Intent, stored: Payment | None) -> CheckoutState:
    """How far the attempt has come. A card that was refused on an open page may be followed by another."""
    if intent.state == "paid":
        return CheckoutState.DONE
    if intent.state == "processing":
        return CheckoutState.PENDING
    was_pending = checkout.state is CheckoutState.PENDING or (stored and stored.status is PaymentStatus.PENDING)
    if intent.state == "cancelled" or (intent.state == "failed" and (was_pending or not checkout.session)):
        return CheckoutState.CLOSED
    return checkout.state


def _finish(books: Books, facts: Mapping[str, str], state: CheckoutState) -> str:
    """Ends an attempt of which no payment came."""
    checkout = _checkout(books, facts)
    if checkout.state.is_live and facts["attempt"] == str(checkout.attempt):
        _write(books, replace(checkout, state=state))
    return state.value


def _write(books: Books, checkout: Checkout) -> None:
    """Stores the attempt, and gives up its claims once no money can come of it."""
    store.save_checkout(books.transaction, books.org, checkout)
    if checkout.state.is_live:
        return
    _, claims = store.get_with_claims(books.org, books.household, checkout.id, checkout.invoices)
    for claim in claims.values():
        if (claim.checkout, claim.attempt) == (checkout.id, checkout.attempt):
            store.drop_claim(books.transaction, books.org, books.household, claim)


def end_charge(books: Books, checkout: Checkout, problem: str) -> None:
    """Ends an attempt to charge the method on file that was refused, and tells the family; nothing when it has ended.

    Stripe's answer and Stripe's message both come here, whichever is first.
    """
    if not checkout.state.is_live:
        return
    _write(books, replace(checkout, state=CheckoutState.CLOSED, problem=problem))
    message = f"autopay-{checkout.id}-{checkout.attempt}"
    books.tell(Notice("payment_failed", "", _refusal(books, checkout), household=books.household), message=message)


def _refusal(books: Books, checkout: Checkout) -> dict[str, Any]:
    """What the family is told of a charge that was refused: which method, and when it is tried again. Two reads."""
    invoice = checkout.invoices[0]
    known = store.list_methods(books.org, books.household)
    method = next((each for each in known if each.id == checkout.method), None)
    again = local_day(after(books.now, AGAIN), books.organisation.zone) if checkout.attempt < MOST_TRIES else None
    return {
        "invoice": invoice,
        "number": books.invoices.get(invoice).number,
        "minor": checkout.minor,
        "currency": checkout.currency,
        "autopay": True,
        "brand": method.brand if method else "",
        "last4": method.last4 if method else "",
        "again_on": again.isoformat() if again else "",
    }


def facts_of(payment: Payment, zone: str) -> dict[str, Any]:
    """What a message about a payment tells."""
    return {
        "payment": payment.id,
        "receipt": payment.receipt_number,
        "minor": payment.minor,
        "currency": payment.currency,
        "invoices": [part.number for part in payment.allocations],
        "at": to_iso(day_begins(payment.received_on, zone)),
    }


def _tell(books: Books, checkout: Checkout, template: str, payment: Payment, number: str = "", of: str = "") -> None:
    """Has the family told, or whoever else paid; once for each payment and fact (P-20). `of` names invoices."""
    facts = facts_of(payment, books.organisation.zone) | ({"number": of} if of else {})
    address = payment.payer_email if checkout.purpose is Purpose.LINK else ""
    if address:
        facts |= {"name": payment.payer_name, "language": checkout.language}
    notice = Notice(template, "", facts, address=address, household=books.household)
    books.tell(notice, message=f"{template}-{payment.id}{number and '-'}{number}")
