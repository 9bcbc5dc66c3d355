"""Giving money back through Stripe, or as credit, by the family's choice where it has one (X-18)."""

from dataclasses import replace
from datetime import datetime

from chalicelib.billing import receiving
from chalicelib.billing import store as billing
from chalicelib.billing.books import Books, keep
from chalicelib.billing.domain import Payment, Refund
from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.gateway import Declined, Faulted, Gateway
from chalicelib.organisations.domain import Organisation
from chalicelib.payments import store
from chalicelib.payments.domain import Checkout, CheckoutState, Purpose, Wish
from chalicelib.payments.settling import settle_intent
from chalicelib.shared.errors import Conflict, NotFound
from chalicelib.shared.texts import say


def refund(
    gateway: Gateway,
    organisation: Organisation,
    household_id: str,
    payment_id: str,
    minor: int,
    now: datetime,
    *,
    asked: str = "",
) -> str:
    """Gives `minor` units of an online payment back the way they came, and books it.

    `asked` names the wish, such as the form that was sent: sent again, it gives nothing back again, however far it
    had come. Without a name only what broke off is taken up again. The attempt is stored before Stripe is asked,
    and asked again under the same key until it is known what came of it. So a repetition after a crash gives nothing
    back twice, and what a bank returned can be given again (P-10, P-14).

    Raises NotFound, Conflict when not as much is left or Stripe refuses, Unavailable.
    """
    payment = _settled(gateway, organisation, household_id, payment_id, now)
    attempt = _attempt(organisation, payment, minor, asked, now)
    if attempt.state is CheckoutState.DONE:
        return "paid"
    key = attempt.key(organisation.slug)
    facts = {"organisation": organisation.slug, "household": household_id, "payment": payment.id, "key": key}
    try:
        gateway.give_back(payment.intent, payment.currency, minor, facts, key)
    except Declined as refused:
        _ended(organisation, attempt, CheckoutState.CLOSED)
        raise Conflict(say("Stripe did not give the money back (%(code)s).", code=refused.code)) from refused
    except Faulted:  # under this key it will say nothing else, but it tells what was given back
        if not _was_given(gateway, payment, key):
            _ended(organisation, attempt, CheckoutState.CLOSED)
            raise
    outcome = settle_intent(gateway, organisation, payment.intent, now, household=household_id)
    _ended(organisation, attempt, CheckoutState.DONE)
    return outcome


def _settled(
    gateway: Gateway, organisation: Organisation, household_id: str, payment_id: str, now: datetime
) -> Payment:
    """The online payment as Stripe has it by now."""
    payment = billing.get_payment(organisation.slug, household_id, payment_id)
    if payment is None or not payment.intent:
        raise NotFound
    settle_intent(gateway, organisation, payment.intent, now, household=household_id)
    return billing.get_payment(organisation.slug, household_id, payment_id) or payment


def _attempt(organisation: Organisation, payment: Payment, minor: int, asked: str, now: datetime) -> Checkout:
    """The attempt to give so much back that is under way, or was made under this name; else a new one."""
    org, household = organisation.slug, payment.household
    wish = Wish(Purpose.REFUND, payment.currency, minor, (), payment.payer, payment.id, asked)
    before = store.get_checkout(org, household, wish.checkout_id(household))
    if before and before.state.is_live and not before.is_stale(now):
        return before
    if before and asked and before.state is CheckoutState.DONE:
        return before
    if not 0 < minor <= payment.kept_minor:
        raise Conflict(say("Not as much of this payment is left to give back."))
    moment = now.replace(microsecond=0)
    attempt = Checkout(
        wish.checkout_id(household), household, Purpose.REFUND, payment.currency, minor,
        before.attempt + 1 if before else 1, CheckoutState.CREATING, moment, moment,
        payer=payment.payer, intent=payment.intent, version=before.version if before else None,
    )  # fmt: skip
    transaction = Transaction()
    store.save_checkout(transaction, org, attempt)
    try:
        transaction.commit()
    except ConditionFailed:  # somebody else asks for the same at the same time
        return _attempt(organisation, payment, minor, asked, now)
    return replace(attempt, version=(attempt.version or 0) + 1)


def _ended(organisation: Organisation, attempt: Checkout, state: CheckoutState) -> None:
    transaction = Transaction()
    store.save_checkout(transaction, organisation.slug, replace(attempt, state=state))
    try:
        transaction.commit()
    except ConditionFailed:  # somebody else who asked for the same has noted it
        return


def _was_given(gateway: Gateway, payment: Payment, key: str) -> bool:
    intent = gateway.find_intent(payment.intent)
    return intent is not None and any(given.key == key for given in intent.refunds)


def give_back_by_hand(
    organisation: Organisation, household_id: str, payment_id: str, given: Refund, now: datetime
) -> Payment:
    """Books money that was given back in cash or by cheque. Doing it again under the same id changes nothing."""

    def work(books: Books) -> Payment:
        payment = books.payments.get(payment_id)
        if any(refund.id == given.id for refund in payment.refunds):
            return payment
        if not 0 < given.minor <= payment.kept_minor:
            raise Conflict(say("Not as much of this payment is left to give back."))
        return receiving.set_refunds(books, payment, [*payment.refunds, given])

    return keep(organisation, household_id, now, work)
