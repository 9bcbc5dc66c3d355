"""Pages of invoices."""

from datetime import timedelta
from decimal import Decimal

import pytest

from chalicelib.billing import issuing, receiving, store
from chalicelib.billing.books import Books, keep
from chalicelib.billing.domain import Coverage, Due, Invoice, InvoiceLine, InvoiceStatus, TaxAmount
from chalicelib.households.domain import Household, Role
from chalicelib.shared.errors import Unavailable
from chalicelib.shared.ids import dated_id
from tests.billing.keeping import billed, credited, paid, payment
from tests.support.clock import TurnedClock
from tests.support.door import Door
from tests.support.terms import with_terms
from tests.support.world import World


def test_drafts_never_appear(world: World, door: Door) -> None:
    """INV-2: neither in the list, nor on the dashboard, nor under their own address."""
    home = world.household()
    world.user(home)
    world.invoice(home, "2026-1")
    draft = world.invoice(home, "DRAFT-9", status=InvoiceStatus.DRAFT)

    dashboard = door.enter("marie@example.com")
    listed = door.browser.get(f"/{world.org}/invoices")

    assert "2026-1" in listed.text
    assert "DRAFT-9" not in listed.text + dashboard.text
    assert door.browser.get(f"/{world.org}/invoices/{draft.id}").status == 404


def test_invoices_come_newest_first_and_25_at_a_time(world: World, door: Door) -> None:
    """INV-1: past, sent and unpaid ones in one list that never grows a page beyond 25."""
    home = world.household()
    world.user(home)
    for number in range(30):
        issued = world.today - timedelta(days=number)
        world.invoice(home, f"N-{number:02d}", id=dated_id(issued), issued_on=issued)
    door.enter("marie@example.com")

    first = door.browser.get(f"/{world.org}/invoices")
    second = door.browser.get(first.links["Next page"])

    numbers = [text for text in first.links if text.startswith("N-")]
    assert numbers == [f"N-{number:02d}" for number in range(25)]
    assert [text for text in second.links if text.startswith("N-")] == [f"N-{number:02d}" for number in range(25, 30)]
    assert "Next page" not in second.links
    assert "First page" in second.links


def test_an_invoice_shows_lines_taxes_and_what_is_left(world: World, door: Door) -> None:
    """INV-6: each line with its member, the taxes by name, paid and still to pay."""
    home = world.household("Tremblay")
    lea = world.member(home, "Léa")
    world.user(home)
    line = InvoiceLine("Piano", Decimal(2), 5000, 9000, lea.id, 1000, (TaxAmount("TPS", 450), TaxAmount("TVQ", 898)))
    invoice = world.invoice(
        home,
        "2026-5",
        minor=10348,
        lines=(line,),
        paid_minor=348,
        coverages=(Coverage("payment", world.today, 348, "cheque"),),
        status=InvoiceStatus.PARTIALLY_PAID,
    )
    door.enter("marie@example.com")

    page = door.browser.get(f"/{world.org}/invoices/{invoice.id}")

    for words in (
        "Piano",
        "Léa Tremblay",
        "TPS",
        "$4.50",
        "TVQ",
        "$8.98",
        "$103.48",
        "$3.48",
        "Cheque",
        "$100.00",
        "Partly paid",
    ):
        assert words in page.text, words


def test_invoices_of_one_member(world: World, door: Door) -> None:
    """INV-6: only those with a line for that member; a stranger's id is not found."""
    home, other = world.household("Tremblay"), world.household("Gagnon", "Zoé")
    lea = world.member(home, "Léa")
    world.user(home)
    world.invoice(home, "FOR-LEA", lines=(InvoiceLine("Piano", Decimal(1), 100, 100, lea.id),))
    world.invoice(home, "FOR-ALL")
    stranger = world.builders[other.id].members[0].id
    door.enter("marie@example.com")

    page = door.browser.get(f"/{world.org}/invoices", member=lea.id)

    assert "FOR-LEA" in page.links
    assert "FOR-ALL" not in page.links
    assert door.browser.get(f"/{world.org}/invoices", member=stranger).status == 404


def test_what_is_to_pay_is_a_list_of_its_own(world: World, door: Door) -> None:
    """INV-1: earliest due first, paid ones left out, states never by colour alone."""
    home = world.household()
    world.user(home)
    world.invoice(home, "LATER", due_on=world.today + timedelta(days=20))
    world.invoice(home, "LATE", due_on=world.today - timedelta(days=1))
    world.invoice(home, "PAID", status=InvoiceStatus.PAID, paid_minor=18000)
    door.enter("marie@example.com")

    page = door.browser.get(f"/{world.org}/invoices", show="due")

    assert [text for text in page.links if text in ("LATE", "LATER", "PAID")] == ["LATE", "LATER"]
    assert "Overdue" in page.text


def test_an_invoice_due_today_is_not_overdue(world: World, door: Door) -> None:
    """The whole day of the due date, in the organisation's zone, is still in time."""
    home = world.household()
    world.user(home)
    world.invoice(home, "TODAY", due_on=world.today)
    assert "overdue" not in door.enter("marie@example.com").text


def test_cancelled_invoices_stay_visible_and_owe_nothing(world: World, door: Door) -> None:
    """C8: sent and then cancelled ones carry the mark; nothing of them is due."""
    home = world.household()
    world.user(home)
    invoice = world.invoice(home, "GONE", status=InvoiceStatus.CANCELLED)

    dashboard = door.enter("marie@example.com")
    page = door.browser.get(f"/{world.org}/invoices/{invoice.id}")

    assert "Everything is paid" in dashboard.text
    assert "Cancelled" in page.text
    assert "to pay by" not in page.text


def test_what_was_billed_and_what_was_paid_add_up(world: World, door: Door) -> None:
    """PAY-2: billed, paid and still to pay of an invoice stand on its page, and agree with the list and the total."""
    home = world.household()
    world.user(home)
    invoice = world.invoice(home, "2026-4", minor=18000, paid_minor=5000, status=InvoiceStatus.PARTIALLY_PAID)
    door.enter("marie@example.com")

    page = door.browser.get(f"/{world.org}/invoices/{invoice.id}")
    due = door.browser.get(f"/{world.org}/invoices?show=due")

    for amount in ("$180.00", "$50.00", "$130.00"):
        assert amount in page.text, amount
    assert due.text.count("$130.00") == 2, "in the row, and as the total"


def test_a_mailed_link_opens_its_document_after_signing_in(world: World, door: Door) -> None:
    """AUTH-17: the address of an invoice leads through the door and on to the invoice."""
    home = world.household()
    world.user(home)
    invoice = world.invoice(home, "2026-9")

    page = door.browser.get(f"/{world.org}/invoices/{invoice.id}", follow=True)
    assert "/sign-in" in page.url
    page = door.browser.submit(page, "sign-in", address="marie@example.com")
    door.dispatch()
    page = door.browser.submit(page, "sign-in/code", code=door.sent.code("marie@example.com"))

    assert "Invoice 2026-9" in page.text


def test_all_that_is_to_pay_is_listed_25_at_a_time(world: World, door: Door) -> None:
    """INV-1: not only what the summary names; earliest due first over the pages."""
    home = world.household()
    world.user(home)
    for number in range(30):
        world.invoice(home, f"N-{number:02d}", due_on=world.today + timedelta(days=30 - number))
    door.enter("marie@example.com")

    first = door.browser.get(f"/{world.org}/invoices?show=due")
    second = door.browser.get(first.links["Next page"])

    shown = [text for page in (first, second) for text in page.links if text.startswith("N-")]
    assert shown == [f"N-{number:02d}" for number in reversed(range(30))]
    assert len([text for text in first.links if text.startswith("N-")]) == 25
    assert second.links["First page"].endswith("/invoices?show=due")


@pytest.mark.parametrize(
    ("online", "role", "boxes"), [(True, Role.HOLDER, 1), (True, Role.VIEWER, 0), (False, Role.HOLDER, 0)]
)
def test_who_may_pay_chooses_invoices_to_pay_together(
    world: World, door: Door, online: bool, role: Role, boxes: int
) -> None:
    """INV-5: only where the organisation is paid online, and not by somebody who may only look."""
    with_terms(world, online=online)
    home = world.household()
    world.user(home, role=role)
    invoice = world.invoice(home)
    door.enter("marie@example.com")

    listed = door.browser.get(f"/{world.org}/invoices?show=due")
    page = door.browser.get(f"/{world.org}/invoices/{invoice.id}")

    assert listed.html.count(f'name="pay-{invoice.id}"') == boxes
    assert ("Pay this invoice" in page.links) == ("Let somebody else pay" in page.links) == bool(boxes)
    assert ("contact us" in page.text) != bool(boxes)
    assert "Download as PDF" in page.links
    if boxes:
        assert listed.form("/pay").action.endswith("/pay")
        assert page.links["Pay this invoice"].endswith(f"/invoices/{invoice.id}/pay")


def test_no_link_for_others_where_the_organisation_gives_none(world: World, door: Door) -> None:
    with_terms(world, online=True, pay_links=False)
    home = world.household()
    world.user(home)
    invoice = world.invoice(home)
    door.enter("marie@example.com")

    page = door.browser.get(f"/{world.org}/invoices/{invoice.id}")

    assert "Pay this invoice" in page.links
    assert "Let somebody else pay" not in page.links


@pytest.mark.parametrize(
    ("problem", "words"),
    [("none", "Choose at least one"), ("mixed", "can not be paid together"), ("amount", "This amount can not be paid")],
)
def test_why_paying_did_not_begin_is_said(world: World, door: Door, problem: str, words: str) -> None:
    home = world.household()
    world.user(home)
    world.invoice(home)
    door.enter("marie@example.com")

    assert words in door.browser.get(f"/{world.org}/invoices?show=due&problem={problem}").text
    assert words not in door.browser.get(f"/{world.org}/invoices?show=due&problem=other").text


def test_opening_an_invoice_is_remembered_once(world: World, door: Door, clock: TurnedClock) -> None:
    """X-3: the first time only; nothing else of the invoice changes."""
    home = world.household()
    world.user(home)
    invoice = billed(world, home)
    door.enter("marie@example.com")
    first = world.now

    for _ in range(2):
        assert door.browser.get(f"/{world.org}/invoices/{invoice.id}").status == 200
        clock.advance(minutes=1)

    after = store.get_invoice(world.org, home.id, invoice.id)
    assert after
    assert after.viewed_at == first
    assert after.lines == invoice.lines


def test_an_invoice_opens_though_that_can_not_be_noted(
    world: World, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """X-3: remembering is never a reason for the page to fail."""
    home = world.household()
    world.user(home)
    invoice = billed(world, home)
    door.enter("marie@example.com")

    def refuse(*_: object) -> None:
        raise Unavailable

    monkeypatch.setattr(store, "mark_viewed", refuse)

    assert invoice.number in door.browser.get(f"/{world.org}/invoices/{invoice.id}").text


def test_deposit_and_instalments_stand_with_their_days(world: World, door: Door) -> None:
    """X-5: what is due when, what of it is paid, and what comes next."""
    home = world.household()
    world.user(home)
    schedule = tuple(
        Due(world.today + timedelta(days=days), minor) for days, minor in ((1, 2000), (30, 3000), (60, 5000))
    )
    invoice = billed(world, home, schedule=schedule)
    paid(world, home, 3500, invoice.id)
    door.enter("marie@example.com")

    page = door.browser.get(f"/{world.org}/invoices/{invoice.id}")

    due = page.text.partition("When it is due")[2]
    for words in ("Paid $20.00", "Partly paid $30.00", "To pay $50.00"):
        assert words in due, words
    assert "$65.00 still to pay, $15.00 of it by" in page.text


def test_a_payment_on_its_way_shows_on_its_invoice(world: World, door: Door) -> None:
    """INV-7: the invoice is still to pay, and says that money is coming."""
    home = world.household()
    world.user(home)
    invoice, other = billed(world, home), billed(world, home)
    coming = keep(
        world.organisation, home.id, world.now,
        lambda books: receiving.expect(books, payment(world, home, 10000, "debit"), [invoice.id]),
    )  # fmt: skip
    door.enter("marie@example.com")

    page = door.browser.get(f"/{world.org}/invoices/{invoice.id}")

    assert "A payment is on its way" in page.text
    assert page.links["Direct debit"].endswith(f"/payments/{coming.id}")
    assert "to pay by" in page.text
    assert "on its way" not in door.browser.get(f"/{world.org}/invoices/{other.id}").text


def test_what_is_on_its_way_covers_its_invoice_when_it_comes(world: World, door: Door) -> None:
    """INV-7: nothing of the note stays behind."""
    home = world.household()
    invoice = billed(world, home)

    def expect(books: Books) -> None:
        coming = receiving.expect(books, payment(world, home, 10000, "debit"), [invoice.id])
        assert [part.invoice for part in coming.intended] == [invoice.id]
        came = receiving.receive(books, coming, [invoice.id])
        assert (came.freed, came.unapplied_minor) == ((), 0)
        assert [part.minor for part in came.allocations] == [10000]

    keep(world.organisation, home.id, world.now, expect)


def test_a_cancelled_invoice_says_why(world: World, door: Door) -> None:
    """C8: the reason stands on it, called what it is."""
    home = world.household()
    world.user(home)
    invoice = billed(world, home)
    keep(
        world.organisation, home.id, world.now,
        lambda books: issuing.cancel(books, books.invoices.get(invoice.id), "moved away"),
    )  # fmt: skip
    door.enter("marie@example.com")

    page = door.browser.get(f"/{world.org}/invoices/{invoice.id}")

    assert "Reason for taking it back moved away" in page.text
    assert "Pay this invoice" not in page.links


def test_an_invoice_says_who_bills_whom_and_no_sum_twice(world: World, door: Door) -> None:
    """INV-6: as papers need it; a subtotal that is the total is left out."""
    home = world.household("Tremblay")
    world.user(home)
    plain = world.invoice(home)
    taxed = billed_with_taxes(world, home)
    door.enter("marie@example.com")

    page = door.browser.get(f"/{world.org}/invoices/{plain.id}")

    assert "Billed to Tremblay" in page.text
    assert "Billed by Northside Music" in page.text
    assert "Subtotal" not in page.text
    assert page.text.count("$180.00") == 3, "to pay, the line, the total"
    assert "Due on" not in page.text
    with_tax = door.browser.get(f"/{world.org}/invoices/{taxed.id}").text
    assert "Subtotal $100.00 TPS, 5% $5.00 TVQ, 9.975% $9.98 Total $114.98" in with_tax


def billed_with_taxes(world: World, home: Household) -> Invoice:
    """An invoice over 100 dollars and both taxes."""
    with_terms(world)
    return billed(world, home)


def test_the_parts_about_money_that_a_household_has_are_tabs(world: World, door: Door) -> None:
    """DASH-6: quotes and the like only where there are any; payment methods where one pays online."""
    home = world.household()
    world.user(home)
    door.enter("marie@example.com")

    plain = door.browser.get(f"/{world.org}/invoices").links
    world.builders[home.id].holds.add("quote")
    world.settle(home)
    with_terms(world, online=True)
    more = door.browser.get(f"/{world.org}/invoices").links

    always = ["Payments", "Account balance"]
    some = ["Quotes", "Payment methods"]
    assert [each for each in (*always, *some, "Credits", "Recurring invoices") if each in plain] == always
    assert [each for each in (*always, *some, "Credits", "Recurring invoices") if each in more] == always + some


def test_credit_stands_beside_what_is_to_pay(world: World, door: Door) -> None:
    """CRED-1: a family sees whether it owes or is owed, and how that comes about."""
    home = world.household()
    world.user(home)
    invoice = billed(world, home)
    paid(world, home, 10000, invoice.id)
    credited(world, home, invoice.id, 2500)
    dashboard = door.enter("marie@example.com")

    page = door.browser.get(f"/{world.org}/invoices")

    assert "Credit in your favour: $25.00" in dashboard.text
    assert "$25.00 in your favour" in page.text
    assert page.links["How the balance adds up"].endswith("/balance?currency=CAD")
    assert "Credits" in page.links
