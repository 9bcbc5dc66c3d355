"""What somebody with bad intent, or two people at once, may try with money at the desk (T-03, T-07, I-04, P-14)."""

import csv
import io
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from chalicelib.admin import desk as desk_acts
from chalicelib.billing import store
from chalicelib.billing.domain import Payment, Refund
from chalicelib.households.domain import Household
from chalicelib.payments import parking
from chalicelib.shared.errors import Conflict
from tests.billing.adding_up import check
from tests.billing.keeping import billed, paid
from tests.support.browser import Browser, Page
from tests.support.terms import with_terms
from tests.support.world import World
from tests.till.counter import page_of

HOSTILE = ("", ".", "#", "a#b", "../../x", "x" * 3000, "20260101-'\"<b>", "\u202e\u0000", "%00")
"""What is no id of ours."""
BAD_AMOUNTS = ("-1", "0", "0.001", "1e9", "NaN", "Infinity", "9" * 30, "1,2,3", "٣", "=1+1", "--5", "0x10", "1 EUR")


@pytest.fixture
def home(world: World) -> Household:
    with_terms(world, taxes=())
    return world.household("Tremblay")


def post(browser: Browser, world: World, home: Household, rest: str, action: str, **fields: str) -> Page:
    """Sends the form of a page about a household, with other fields in it."""
    form = page_of(browser, world, home, rest).form(action)
    return browser.post(form.action, {**form.fields, **fields})


def test_a_payment_covers_nothing_of_another_family(world: World, home: Household, books: Browser) -> None:
    """T-03: an invoice of somebody else, of nobody, or what is no id at all: nothing is booked."""
    other = world.household("Roy")
    theirs = billed(world, other)
    for invoice in (theirs.id, *HOSTILE):
        told = {"amount": "50", "method": "cash", f"for-{invoice}": "yes"}
        page = post(books, world, home, "billing/payments/new", "/payments/new", **told)
        assert page.status in (400, 404), invoice
    assert store.list_payments(world.org, home.id).rows == []
    assert store.list_payments(world.org, other.id).rows == []
    found = store.get_invoice(world.org, other.id, theirs.id)
    assert found
    assert found.balance_minor == theirs.total_minor


def test_nothing_of_another_family_is_there(world: World, home: Household, books: Browser) -> None:
    """T-03: whatever is asked of it or about it, through the address of a family that it is not of."""
    other = world.household("Roy")
    invoice, payment = billed(world, other).id, paid(world, other, 5000, method="cash").id
    told = {"cancel_reason": "x", "why": "mistake", "send": "no", "amount": "5", "given": "0", "way": "cash"}
    token = page_of(books, world, home, "billing/new").form("/billing/new").fields["csrf"]
    base = f"/{world.org}/desk/clients/{home.id}/billing"
    for rest in ("", "/edit", "/credit", "/pdf"):
        assert books.get(f"{base}/invoices/{invoice}{rest}").status == 404, rest
    for rest in ("/edit", "/issue", "/send", "/paid", "/use-credit", "/cancel", "/credit", "/write-off"):
        fields = {"csrf": token, "method": "cash", "reason": "x", "credited": "0", **told}
        assert books.post(f"{base}/invoices/{invoice}{rest}", fields).status == 404, rest
    for rest in ("", "/refund", "/returned", "/receipt"):
        assert books.get(f"{base}/payments/{payment}{rest}").status == 404, rest
    for rest in ("/refund", "/returned"):
        assert books.post(f"{base}/payments/{payment}{rest}", {"csrf": token, "reason": "x", **told}).status == 404, (
            rest
        )
    check(world.org, other.id)


@pytest.mark.parametrize("amount", BAD_AMOUNTS)
def test_no_amount_that_is_none_is_taken_given_or_credited(
    world: World, home: Household, books: Browser, amount: str
) -> None:
    """T-07: said at the field, and nothing is booked."""
    invoice, payment = billed(world, home), paid(world, home, 4000, method="cash")
    pages = (
        ("billing/payments/new", "/payments/new", {"method": "cash"}),
        (f"billing/payments/{payment.id}/refund", "/refund", {"way": "cash", "reason": "x"}),
        (f"billing/invoices/{invoice.id}/credit", "/credit", {"reason": "x"}),
        ("billing/credits/new", "/credits/new", {"reason": "x"}),
    )
    for rest, action, told in pages:
        page = post(books, world, home, rest, action, amount=amount, **told)
        assert page.status == 400, (rest, amount)
        assert 'id="error-amount"' in page.html, (rest, amount)
    assert len(store.list_payments(world.org, home.id).rows) == 1
    assert store.list_credit_notes(world.org, home.id).rows == []
    check(world.org, home.id)


def test_lines_that_can_not_be_are_said_at_their_fields(world: World, home: Household, books: Browser) -> None:
    wrong = (
        {"line-1-price": "9" * 40}, {"line-1-quantity": "-1"}, {"line-1-quantity": "1e5"}, {"line-1-discount": "-5"},
        {"line-1-discount": "11"}, {"line-1-member": "somebody"},
        {"line-1-what": "x" * 201}, {"due_on": "2020-01-01"}, {"due_on": "0001-01-01"}, {"line-1-price": "-10"},
        {"schedule": "deposit", "deposit": "99", "first_on": "2030-01-01", "due_on": "2030-02-01"},
        {"schedule": "instalments", "parts": "999", "first_on": "2030-01-01"},
    )  # fmt: skip
    for told in wrong:
        fields = {"line-1-what": "Camp", "line-1-price": "10", **told}
        assert post(books, world, home, "billing/new", "/billing/new", **fields).status == 400, told
    assert store.list_drafts(world.org, home.id).rows == []


def test_two_people_who_give_back_at_once_never_give_more_than_came(
    world: World, home: Household, books: Browser
) -> None:
    """P-14: the second form was made before the first was sent: it says so, and the money stays in the drawer."""
    payment = paid(world, home, 10000, method="cash")
    forms = [page_of(books, world, home, f"billing/payments/{payment.id}/refund").form("/refund") for _ in range(2)]
    first, second = (
        books.post(form.action, {**form.fields, "amount": amount, "way": "cash", "reason": "x"})
        for form, amount in zip(forms, ("40", "60"), strict=True)
    )
    assert (first.status, second.status) == (303, 409)
    assert "taken back meanwhile" in second.text
    assert _payment(world, home).refunded_minor == 4000


def test_two_people_who_credit_at_once_see_each_other(world: World, home: Household, books: Browser) -> None:
    invoice = billed(world, home)
    forms = [page_of(books, world, home, f"billing/invoices/{invoice.id}/credit").form("/credit") for _ in range(2)]
    pages = [
        books.post(form.action, {**form.fields, "amount": amount, "reason": "x"})
        for form, amount in zip(forms, ("10", "20"), strict=True)
    ]
    assert [page.status for page in pages] == [303, 409]
    (note,) = store.list_credit_notes(world.org, home.id).rows
    assert note.total_minor == 1000
    check(world.org, home.id)


def test_refunds_that_meet_are_one_after_the_other(world: World, home: Household) -> None:
    """However many are sent in the same moment, no more goes back than came in, and the ledger says what went."""
    payment = paid(world, home, 10000, method="cash")

    def give(minor: int) -> int:
        told = Refund("", world.today, minor, "cash", f"{minor}")
        try:
            return desk_acts.refund(None, world.organisation, home.id, payment.id, minor, told, world.now, before=0)
        except Conflict:
            return 0

    with ThreadPoolExecutor(4) as pool:
        given = list(pool.map(give, (7000, 7000, 6000, 8000)))
    assert sum(given) >= _payment(world, home).refunded_minor > 0
    assert _payment(world, home).refunded_minor <= 10000
    check(world.org, home.id)


def _payment(world: World, home: Household) -> Payment:
    (payment,) = store.list_payments(world.org, home.id).rows
    return payment


def test_no_part_of_a_payment_goes_back_that_came_back_already(world: World, home: Household, books: Browser) -> None:
    payment = paid(world, home, 10000, method="cheque")
    refund = page_of(books, world, home, f"billing/payments/{payment.id}/refund").form("/refund")
    post(books, world, home, f"billing/payments/{payment.id}/returned", "/returned", why="bounced")
    page = books.post(refund.action, {**refund.fields, "amount": "100", "way": "cash", "reason": "x"})
    assert page.status == 404
    again = books.post(refund.action.replace("/refund", "/returned"), {**refund.fields, "why": "bounced"})
    assert again.status == 404
    check(world.org, home.id)


def test_a_payment_in_the_organisations_money_covers_no_invoice_in_another(
    world: World, home: Household, books: Browser
) -> None:
    euros = billed(world, home, currency="EUR")
    told = {"amount": "50", "method": "cash", f"for-{euros.id}": "yes"}
    assert post(books, world, home, "billing/payments/new", "/payments/new", **told).status == 409
    page = post(books, world, home, "billing/payments/new", "/payments/new", amount="50 €", method="cash")
    assert page.status == 400
    paid(world, home, 5000, method="cash")
    found = store.get_invoice(world.org, home.id, euros.id)
    assert found
    assert found.balance_minor == 10000
    post(books, world, home, f"billing/invoices/{euros.id}", "/paid", method="cash")
    assert {(each.minor, each.currency) for each in store.list_payments(world.org, home.id).rows} == {
        (5000, "CAD"), (10000, "EUR"),
    }  # fmt: skip
    check(world.org, home.id)


def test_reminders_and_parked_things_take_no_id_that_is_none(world: World, home: Household, books: Browser) -> None:
    """Whoever is named beside is reminded all the same."""
    world.invoice(home, due_on=world.today - timedelta(days=3))
    csrf = books.get(f"/{world.org}/desk/money").form("/remind").fields["csrf"]
    for name in HOSTILE:
        page = books.post(f"/{world.org}/desk/money/remind", {"csrf": csrf, f"remind-{name}": "yes"})
        assert page.status in (303, 404), name
        for act in ("close", "retry"):
            told = {"csrf": csrf, "name": name, "note": "x"}
            assert books.post(f"/{world.org}/desk/money/parked/{act}", told).status in (303, 400, 404), (act, name)
        told = {"csrf": csrf, "run": name}
        assert books.post(f"/{world.org}/desk/money/statements/end", told).status in (400, 404), name
    both = {"csrf": csrf, "remind-nobody": "yes", f"remind-{home.id}": "yes"}
    assert books.post(f"/{world.org}/desk/money/remind", both).location.endswith("saved=1")
    assert parking.waiting(world.org) == []


def test_no_count_of_the_drawer_is_below_zero(world: World, books: Browser) -> None:
    page = books.get(f"/{world.org}/desk/money/takings")
    page = books.submit(page, "takings", follow=True, **{"counted-cash-CAD": "-5"})
    assert (page.status, "Enter an amount" in page.text) == (400, True)
    page = books.submit(
        books.get(f"/{world.org}/desk/money/takings"), "takings", follow=True, **{"counted-cash-CAD": "0"}
    )
    assert page.status == 200


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1", "-1", "@x", "\t=1", "\uff1d1"])
def test_names_and_references_are_no_formulas_in_any_table(world: World, books: Browser, name: str) -> None:
    """I-04."""
    home = world.household(name)
    paid(world, home, 1000, method="cash", reference=name)
    day = world.today.isoformat()
    table = books.get(f"/{world.org}/desk/money/export/csv?from={day}&to={day}")
    statement = page_of(books, world, home, "statements/csv", **{"from": day, "to": day})
    for page in (table, statement):
        assert page.status == 200
        for row in csv.reader(io.StringIO(page.body.decode("utf-8-sig"))):
            assert not [cell for cell in row if cell[:1] in "=+@\t\r\uff1d" and cell], row


def test_a_form_without_its_name_takes_no_money(world: World, home: Household, books: Browser) -> None:
    """Or whoever sends it twice would not know whether it was taken once."""
    page = post(books, world, home, "billing/payments/new", "/payments/new", amount="5", method="cash", once="")
    assert page.status == 400
    page = post(books, world, home, "billing/credits/new", "/credits/new", amount="5", reason="x", once="")
    assert page.status == 400
    page = post(
        books, world, home, "billing/new", "/billing/new", **{"line-1-what": "x", "line-1-price": "5", "once": ""}
    )
    assert page.status == 400
