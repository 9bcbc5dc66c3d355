"""Charging the method on file with nobody there: whose method, how often, and who is told."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from chalicelib import bootstrap
from chalicelib.billing import receiving
from chalicelib.billing.domain import Invoice, InvoiceStatus, Payment, PaymentStatus
from chalicelib.organisations import store as organisations
from chalicelib.organisations.terms import BillingTerms, BrakeTerms
from chalicelib.payments import autopay, methods, store
from chalicelib.payments.domain import CheckoutState
from chalicelib.payments.reconciling import compare
from chalicelib.shared.errors import Conflict, Unavailable
from chalicelib.shared.ids import dated_id
from tests.payments.till import Till
from tests.support.race import together

_NONE = BrakeTerms(notice_days=0)
"""Notices and all other brakes are in `test_autopay_brakes`."""


@pytest.fixture(autouse=True)
def online(till: Till) -> None:
    """The organisation takes payments online."""
    till.world.organisation = replace(till.world.organisation, billing=BillingTerms(online=True, brakes=_NONE))


def _card(till: Till, card: str = "succeeds", payer: str = "") -> str:
    """Puts a card on a payer's file."""
    customer = till.customer(payer)
    saved = till.acquirer.account.save_card(customer, card)
    methods.refresh(till.gateway, till.world.org, customer, till.world.now)
    return str(saved["id"])


def _charge(till: Till, invoice: Invoice) -> str:
    return autopay.charge(till.gateway, till.world.organisation, till.stored(invoice), till.world.now)


def _intents(till: Till) -> list[str]:
    return [each["status"] for each in till.acquirer.account.books.all("payment_intent")]


def test_the_payers_own_default_method_is_charged_and_nobody_elses(till: Till) -> None:
    """X-2, X-16."""
    _card(till, payer="mother")
    shared = till.invoice(payer="father", autopay=True)
    assert _charge(till, shared) == "no_method"
    assert till.message(f"autopay-none-{shared.id}")
    assert _charge(till, shared) == "no_method"
    own = till.invoice(payer="mother", autopay=True)
    assert _charge(till, own) == "paid"
    assert till.stored(own).status is InvoiceStatus.PAID
    assert till.stored(shared).balance_minor == 10000


def test_an_expired_method_is_not_charged_and_the_family_is_told(till: Till) -> None:
    """X-2."""
    card = _card(till)
    till.acquirer.account.books.get("payment_method", card)["card"]["exp_year"] = till.world.today.year - 1
    methods.refresh(till.gateway, till.world.org, store.get_customer(till.world.org, till.home, ""), till.world.now)
    invoice = till.invoice(autopay=True)
    assert _charge(till, invoice) == "no_method"
    assert till.message(f"autopay-none-{invoice.id}")
    assert _intents(till) == []


@pytest.mark.parametrize("card", ["declines_later", "authenticate"])
def test_a_refused_card_is_tried_three_times_three_days_apart_and_the_family_told_each_time(
    till: Till, card: str
) -> None:
    """X-2: also a card that asks for 3-D Secure, which nobody is there for."""
    _card(till, card)
    invoice = till.invoice(autopay=True)
    for attempt in (1, 2, 3):
        assert _charge(till, invoice) == "refused"
        till.hear_all()
        (checkout,) = till.checkouts()
        assert (checkout.attempt, checkout.state, bool(checkout.problem)) == (attempt, CheckoutState.CLOSED, True)
        assert till.message(f"autopay-{checkout.id}-{attempt}")
        assert _charge(till, invoice) == ("refused" if attempt < 3 else "stopped")
        assert len(_intents(till)) == attempt
        till.wait(days=3)
    assert _charge(till, invoice) == "stopped"
    assert len(_intents(till)) == 3
    assert till.claims() == []
    assert till.begin(invoice).minor == 10000


def test_stripes_message_of_a_refusal_may_come_before_its_answer(till: Till) -> None:
    """P-06: told once all the same, and not tried again before its time."""
    _card(till, "declines_later")
    invoice = till.invoice(autopay=True)
    till.acquirer.account.fault("payment_intents.create", "drop_after", 3)
    with pytest.raises(Unavailable):
        _charge(till, invoice)
    till.hear_all()
    (checkout,) = till.checkouts()
    assert checkout.state is CheckoutState.CLOSED
    assert till.message(f"autopay-{checkout.id}-1")
    assert _charge(till, invoice) == "refused"
    assert len(_intents(till)) == 1


@pytest.mark.parametrize("kind", ["error", "error_after", "drop", "drop_after"])
def test_a_charge_that_was_never_answered_is_made_once(till: Till, kind: str) -> None:
    """P-10: under the same key for 23 hours; after that a comparison has found whatever came of it."""
    _card(till)
    invoice = till.invoice(autopay=True)
    till.acquirer.account.fault("payment_intents.create", kind, 1 if kind.startswith("error") else 3)
    with pytest.raises(Unavailable):
        _charge(till, invoice)
    keys_used = {
        each.idempotency_key for each in till.acquirer.account.calls if each.operation == "payment_intents.create"
    }
    with pytest.raises(Conflict):
        till.start(till.wish(invoice))
    till.wait(hours=22)
    if kind.startswith("error"):
        with pytest.raises(Unavailable):
            _charge(till, invoice)
        assert {
            each.idempotency_key for each in till.acquirer.account.calls if each.operation == "payment_intents.create"
        } == keys_used
        since = till.world.now - timedelta(days=3)
        compare(till.gateway, till.world.organisation, since, till.world.now)
        till.wait(hours=2)
    if till.stored(invoice).balance_minor:
        assert _charge(till, invoice) == "paid"
    assert _intents(till) == ["succeeded"]
    assert [p.minor for p in till.payments()] == [10000]
    assert till.stored(invoice).status is InvoiceStatus.PAID


def test_equal_instalments_are_each_charged(till: Till) -> None:
    """X-2, X-5: five times the same amount is not one amount tried five times."""
    _card(till)
    days = [till.world.today + timedelta(days=30 * number) for number in range(5)]
    invoice = till.instalments(2000, days, autopay=True)
    for number in range(1, 6):
        assert _charge(till, invoice) == "paid"
        assert till.stored(invoice).paid_minor == 2000 * number


@pytest.mark.parametrize("hours", [0, 2])
def test_an_open_page_is_closed_before_the_charge_and_does_not_hold_it_back(till: Till, hours: int) -> None:
    """P-11, X-2: whoever opens a page each hour, or leaves one open, puts nothing off; and nobody can pay on it."""
    _card(till)
    invoice = till.invoice(autopay=True)
    page = till.begin(invoice)
    till.wait(hours=hours)
    assert _charge(till, invoice) == "paid"
    assert till.stored(invoice).status is InvoiceStatus.PAID
    session = till.gateway.find_checkout(page.session)
    assert session
    assert session.status == "expired"
    assert _intents(till) == ["succeeded"]


def test_an_attempt_whose_page_never_came_does_not_hold_the_charge_back(till: Till) -> None:
    """P-10: the page is asked for under its key, and closed."""
    _card(till)
    invoice = till.invoice(autopay=True)
    till.acquirer.account.fault("checkout.sessions.create", "drop_after", 3)
    with pytest.raises(Unavailable):
        till.start(till.wish(invoice))
    assert _charge(till, invoice) == "paid"
    assert {each["status"] for each in till.acquirer.account.books.all("checkout.session")} == {"expired"}


def test_a_page_stays_open_where_there_is_nothing_to_charge(till: Till) -> None:
    """X-2: whoever has no card on file is left to pay in peace."""
    invoice = till.invoice(autopay=True)
    page = till.begin(invoice)
    assert _charge(till, invoice) == "no_method"
    till.acquirer.account.complete(page.session)
    till.hear_all()
    assert till.stored(invoice).status is InvoiceStatus.PAID


@pytest.mark.parametrize("kind", ["succeeds", "bank_debit"])
def test_whoever_has_just_paid_on_the_page_is_not_charged(till: Till, kind: str) -> None:
    """P-11: before Stripe's message came; also while the money is on its way."""
    _card(till)
    invoice = till.invoice(autopay=True)
    page = till.begin(invoice)
    till.acquirer.account.complete(page.session, kind)
    for _ in range(2 if kind == "bank_debit" else 1):
        with pytest.raises(Conflict):
            _charge(till, invoice)
    assert _intents(till) == ["processing" if kind == "bank_debit" else "succeeded"]


def test_who_pays_on_the_page_while_it_is_charged_pays_once(till: Till) -> None:
    """P-11: sixteen rounds; one of the two comes first, and the other is refused."""
    _card(till)
    for _ in range(16):
        invoice = till.invoice(autopay=True)
        page = till.begin(invoice)
        before = _intents(till).count("succeeded")
        acts: list[Callable[[], object]] = [
            partial(_charge, till, invoice), partial(till.acquirer.account.complete, page.session)
        ]  # fmt: skip
        together(acts)
        till.hear_all()
        assert _intents(till).count("succeeded") == before + 1
        assert till.stored(invoice).status is InvoiceStatus.PAID


def test_a_payment_of_a_part_between_two_tries_adds_no_tries(till: Till) -> None:
    """X-2: three at most for what falls due, whatever is left of it."""
    _card(till, "declines_later")
    invoice = till.invoice(autopay=True)
    for attempt in (1, 2, 3):
        assert _charge(till, invoice) == "refused"
        till.wait(days=3)
        if attempt == 2:
            _pay_part(till, invoice, 3000)
    assert _charge(till, invoice) == "stopped"
    assert [(each.attempt, each.minor) for each in till.checkouts()] == [(3, 7000)]


def _pay_part(till: Till, invoice: Invoice, minor: int) -> None:
    """A cheque for a part of an invoice."""
    today = till.world.today
    payment = Payment(dated_id(today), till.home, today, minor, "CAD", "cheque", PaymentStatus.PENDING)
    till.keep(lambda books: receiving.receive(books, payment, [invoice.id]))


def test_what_was_asked_and_not_answered_is_found_though_a_part_was_paid_since(till: Till) -> None:
    """P-10: less is owed now; whether the whole was charged comes out before another try."""
    _card(till)
    invoice = till.invoice(autopay=True)
    till.acquirer.account.fault("payment_intents.create", "drop_after", 3)
    with pytest.raises(Unavailable):
        _charge(till, invoice)
    _pay_part(till, invoice, 3000)
    with pytest.raises(Conflict):
        _charge(till, invoice)
    till.wait(hours=25)
    assert _charge(till, invoice) == "paid"
    assert _intents(till) == ["succeeded"]


def test_the_run_charges_what_is_due_once_and_leaves_the_rest(till: Till) -> None:
    """X-2: by the work queue, as the worker does every minute."""
    organisations.update(till.world.organisation)
    _card(till)
    due, later = (till.invoice(autopay=True, due_on=till.world.today + timedelta(days=days)) for days in (0, 20))
    moment = till.world.now + timedelta(days=1, hours=12)
    for _ in range(2):
        autopay.run(bootstrap.gateway, moment)
    assert till.stored(due).status is InvoiceStatus.PAID
    assert till.stored(later).balance_minor == 10000
    assert _intents(till) == ["succeeded"]


@pytest.mark.parametrize("taken", ["refund", "dispute"])
def test_whoever_got_money_back_is_not_charged_for_it_again(till: Till, taken: str) -> None:
    """X-2, P-15: the invoice waits for the family, not for its card."""
    _card(till)
    invoice = till.invoice(autopay=True)
    assert _charge(till, invoice) == "paid"
    (payment,) = till.payments()
    account = till.acquirer.account
    _ = account.refund(payment.intent, 4000) if taken == "refund" else account.dispute(payment.intent)
    till.hear_all()

    stored = till.stored(invoice)
    assert (stored.autopay, stored.balance_minor) == (False, 4000 if taken == "refund" else 10000)
    organisations.update(till.world.organisation)
    autopay.run(bootstrap.gateway, till.world.now + timedelta(days=60))
    assert _intents(till) == ["succeeded"]


def test_a_charge_that_nobody_answered_for_a_day_is_looked_for_before_another_is_made(till: Till) -> None:
    """P-10: Stripe has forgotten the key by then, no message came, and no comparison ran."""
    _card(till)
    invoice = till.invoice(autopay=True)
    till.acquirer.account.fault("payment_intents.create", "drop_after", 3)
    with pytest.raises(Unavailable):
        _charge(till, invoice)
    till.wait(hours=25)

    assert _charge(till, invoice) == "paid"
    assert _intents(till) == ["succeeded"]
    assert [each.minor for each in till.payments()] == [10000]


def test_a_charge_that_never_reached_stripe_is_made_after_a_day(till: Till) -> None:
    """P-10: looked for, not found, made under a new key."""
    _card(till)
    invoice = till.invoice(autopay=True)
    till.acquirer.account.fault("payment_intents.create", "drop", 3)
    with pytest.raises(Unavailable):
        _charge(till, invoice)
    till.wait(hours=25)

    assert _charge(till, invoice) == "paid"
    assert [each.attempt for each in till.checkouts()] == [2]
