"""Money at the desk: taken, taken back, given back by hand and by Stripe, and credit given freely (PAY-1, CRED-2)."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from chalicelib.billing import store
from chalicelib.billing.domain import InvoiceStatus, Payment, PaymentStatus
from chalicelib.data import keys, read
from chalicelib.data.outbox import MessageItem
from chalicelib.households.domain import Household
from tests.billing.adding_up import check
from tests.payments.till import Till
from tests.support.acquirer import Acquirer
from tests.support.browser import Browser, Page
from tests.support.clock import TurnedClock
from tests.support.terms import with_terms
from tests.support.world import World
from tests.till.counter import page_of


@pytest.fixture
def till(world: World, acquirer: Acquirer) -> Till:
    """A family whose organisation takes payments online."""
    with_terms(world, online=True, taxes=())
    return Till(world, acquirer)


def take(desk: Browser, world: World, home: str, **fields: str) -> Page:
    form = desk.get(f"/{world.org}/desk/clients/{home}/billing/payments/new").form("/payments/new")
    return desk.post(form.action, {**form.fields, "amount": "100", "method": "cash", **fields}, follow=True)


def the_payment(world: World, home: str) -> Payment:
    (payment,) = store.list_payments(world.org, home).rows
    return payment


def test_cash_covers_what_is_due_first_and_the_rest_is_credit(till: Till, desk: Browser, world: World) -> None:
    """PAY-1: with a reference and a receipt by mail."""
    invoice = till.invoice(8000)
    page = take(desk, world, till.home, reference="Envelope 3", receipt="yes")

    assert "The payment is noted." in page.text
    assert "$20.00 of it is not used yet" in page.text
    payment = the_payment(world, till.home)
    assert (payment.minor, payment.reference, payment.unapplied_minor) == (10000, "Envelope 3", 2000)
    assert till.stored(invoice).status is InvoiceStatus.PAID
    assert till.message(f"receipt-{payment.id}")
    till.check()


def test_a_chosen_invoice_is_covered_first(till: Till, desk: Browser, world: World) -> None:
    first, second = till.invoice(8000), till.invoice(10000)
    page = take(desk, world, till.home, **{f"for-{second.id}": "yes"})

    assert second.number in page.text
    assert (till.stored(first).balance_minor, till.stored(second).balance_minor) == (8000, 0)


def test_who_comes_from_an_invoice_finds_it_chosen_however_many_are_due_before(
    till: Till, desk: Browser, world: World
) -> None:
    """PAY-1: the summary names ten invoices; the eleventh is to be paid as well, also after a mistake in the form."""
    *_, last = [till.invoice(8000 + number) for number in range(11)]
    base = f"/{world.org}/desk/clients/{till.home}/billing"
    (link,) = {href for href in desk.get(f"{base}/invoices/{last.id}").links.values() if "payments/new" in href}
    form = desk.get(link).form("/payments/new")
    assert form.fields["amount"] == "$80.10"
    assert f"for-{last.id}" in form.fields

    refused = desk.post(form.action, {**form.fields, "method": ""})
    again = refused.form("/payments/new")
    desk.post(again.action, {**again.fields, "method": "cash"})
    assert till.stored(last).status is InvoiceStatus.PAID
    till.check()


def test_the_same_form_is_one_payment_and_another_that_is_alike_is_another(
    till: Till, desk: Browser, world: World
) -> None:
    form = desk.get(f"/{world.org}/desk/clients/{till.home}/billing/payments/new").form("/payments/new")
    fields = {**form.fields, "amount": "100", "method": "cash"}
    for _ in range(2):
        desk.post(form.action, fields)
    assert the_payment(world, till.home).minor == 10000
    take(desk, world, till.home)

    assert len(store.list_payments(world.org, till.home).rows) == 2


def test_what_is_wrong_with_a_payment_is_said(till: Till, desk: Browser, world: World) -> None:
    tomorrow = (world.today + timedelta(days=1)).isoformat()
    page = take(desk, world, till.home, amount="-5", method="", on=tomorrow)
    assert page.status == 400
    for words in ("Enter an amount above zero", "Choose an answer", "Choose today or an earlier day"):
        assert words in page.text

    paid = till.invoice(100)
    take(desk, world, till.home, amount="1", **{f"for-{paid.id}": "yes"})
    again = take(desk, world, till.home, amount="2", **{f"for-{paid.id}": "yes"})
    assert (again.status, "This is paid already" in again.text) == (409, True)


def test_a_cheque_that_bounced_opens_what_it_had_paid(till: Till, desk: Browser, books: Browser, world: World) -> None:
    invoice = till.invoice(10000)
    page = take(desk, world, till.home, method="cheque")
    assert "It came back" not in page.links
    shown = books.get(page.url)
    form = books.get(shown.links["It came back"]).form("/returned")
    assert books.post(form.action, form.fields).status == 400
    page = books.post(form.action, {**form.fields, "why": "bounced"}, follow=True)

    assert "what it had paid is open again" in page.text
    assert the_payment(world, till.home).status is PaymentStatus.FAILED
    assert till.stored(invoice).balance_minor == 10000
    assert books.get(shown.links["It came back"]).status == 404
    till.check()


def test_a_payment_that_was_noted_by_mistake_is_voided(till: Till, desk: Browser, books: Browser, world: World) -> None:
    page = take(desk, world, till.home)
    form = books.get(books.get(page.url).links["It came back"]).form("/returned")
    books.post(form.action, {**form.fields, "why": "mistake"})

    assert the_payment(world, till.home).status is PaymentStatus.VOIDED


def refund(books: Browser, world: World, home: str, **fields: str) -> Page:
    payment = the_payment(world, home)
    form = books.get(f"/{world.org}/desk/clients/{home}/billing/payments/{payment.id}/refund").form("/refund")
    return books.post(form.action, {**form.fields, "reason": "One lesson less", **fields}, follow=True)


def test_cash_is_given_back_once_however_often_the_form_is_sent(
    till: Till, desk: Browser, books: Browser, world: World
) -> None:
    till.invoice(10000)
    take(desk, world, till.home)
    payment = the_payment(world, till.home)
    form = books.get(f"/{world.org}/desk/clients/{till.home}/billing/payments/{payment.id}/refund").form("/refund")
    assert form.fields["amount"] == "$100.00"
    fields = {**form.fields, "amount": "40", "way": "transfer", "reason": "One lesson less"}
    for _ in range(2):
        assert books.post(form.action, fields).status == 303

    (given,) = the_payment(world, till.home).refunds
    assert (given.minor, given.method, given.reason) == (4000, "transfer", "One lesson less")
    till.check()


def test_a_refund_wants_its_particulars(till: Till, desk: Browser, books: Browser, world: World) -> None:
    take(desk, world, till.home)
    page = refund(books, world, till.home, amount="400", reason="")
    assert page.status == 400
    for words in ("Not as much of this payment is left", "Choose an answer", "Fill in this field"):
        assert words in page.text
    assert the_payment(world, till.home).refunds == ()


def test_an_online_payment_goes_back_through_stripe(till: Till, books: Browser, world: World) -> None:
    """P-14: Stripe gave what the page says was given."""
    checkout = till.begin(till.invoice(10000))
    till.acquirer.account.complete(checkout.session)
    till.hear_all()
    page = refund(books, world, till.home, amount="25", way="stripe")

    assert "The refund is noted." in page.text
    payment = the_payment(world, till.home)
    assert payment.refunded_minor == 2500
    charges = till.acquirer.account.books.where("charge", payment_intent=payment.intent)
    assert charges[-1]["amount_refunded"] == 2500
    till.check()


def test_when_stripe_does_not_answer_the_page_says_so_and_pressing_again_gives_nothing_twice(
    till: Till, books: Browser, world: World
) -> None:
    """P-10."""
    checkout = till.begin(till.invoice(10000))
    till.acquirer.account.complete(checkout.session)
    till.hear_all()
    till.acquirer.account.fault("refunds.create", "drop_after", 9)
    payment = the_payment(world, till.home)
    form = books.get(f"/{world.org}/desk/clients/{till.home}/billing/payments/{payment.id}/refund").form("/refund")
    fields = {**form.fields, "amount": "25", "way": "stripe", "reason": "One lesson less"}
    first = books.post(form.action, fields)
    till.acquirer.account.faults.clear()
    assert (first.status, "nothing is given back twice" in first.text) == (503, True)
    books.post(form.action, fields)

    assert the_payment(world, till.home).refunded_minor == 2500
    till.check()


def test_who_runs_the_desk_gives_no_money_back_and_who_may_signs_in_anew(
    till: Till, desk: Browser, books: Browser, world: World, clock: TurnedClock
) -> None:
    """A-28: money goes back by the hands of those who look after the books, just signed in."""
    take(desk, world, till.home)
    payment = the_payment(world, till.home)
    path = f"/{world.org}/desk/clients/{till.home}/billing/payments/{payment.id}/refund"
    assert desk.get(path).status == 403
    form = books.get(path).form("/refund")
    clock.advance(minutes=11)

    for page in (books.get(path), books.post(path, form.fields)):
        assert (page.status, f"/{world.org}/confirm" in page.location) == (303, True)


def test_credit_is_given_freely_with_its_reason(world: World, books: Browser, desk: Browser) -> None:
    """CRED-2: once for each form, and not by who runs the desk."""
    home = world.household("Tremblay")
    assert page_of(desk, world, home, "billing/credits/new").status == 403
    form = page_of(books, world, home, "billing/credits/new").form("/credits/new")
    assert books.post(form.action, form.fields).status == 400
    fields = {**form.fields, "amount": "15", "reason": "The hall was cold"}
    pages = [books.post(form.action, fields, follow=True) for _ in range(2)]

    assert "The hall was cold" in pages[0].text
    (note,) = store.list_credit_notes(world.org, home.id).rows
    assert note.unapplied_minor == 1500
    assert note.number in page_of(books, world, home, "billing/credits").text
    check(world.org, home.id)


def test_payments_and_credits_are_listed_with_ways_to_each(till: Till, desk: Browser, world: World) -> None:
    page = take(desk, world, till.home)
    listed = desk.get(f"/{world.org}/desk/clients/{till.home}/billing/payments")

    path = urlsplit(page.url).path
    assert path in listed.links.values()
    credits_page = desk.get(f"/{world.org}/desk/clients/{till.home}/billing/credits")
    assert path in credits_page.links.values()


def test_papers_come_as_pdf_in_the_familys_language(world: World, desk: Browser) -> None:
    home: Household = world.household("Tremblay")
    invoice = world.invoice(home)
    take(desk, world, home.id)
    payment = the_payment(world, home.id)
    for rest in (f"invoices/{invoice.id}/pdf", f"payments/{payment.id}/receipt"):
        paper = page_of(desk, world, home, f"billing/{rest}")
        assert paper.header("content-type") == "application/pdf"
        assert paper.body.startswith(b"%PDF")
    assert read.one(MessageItem, keys.outbox(world.org, f"receipt-{payment.id}")) is None
