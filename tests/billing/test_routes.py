"""Pages of invoices and payments."""

from datetime import timedelta

from chalicelib.billing.domain import (
    Allocation,
    Coverage,
    InvoiceLine,
    InvoiceStatus,
    Payment,
    PaymentStatus,
    TaxAmount,
)
from chalicelib.billing.store import payment_item
from chalicelib.data import write
from chalicelib.shared.ids import dated_id
from tests.support.door import Door
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
    line = InvoiceLine("Piano", 2, 5000, 9000, lea.id, 1000, (TaxAmount("TPS", 450), TaxAmount("TVQ", 898)))
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
    world.invoice(home, "FOR-LEA", lines=(InvoiceLine("Piano", 1, 100, 100, lea.id),))
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


def test_payments_name_the_invoices_they_covered(world: World, door: Door) -> None:
    """PAY-1: method, day, amount, and each covered invoice with its part and a link."""
    home = world.household()
    world.user(home)
    invoice = world.invoice(home, "2026-3")
    payment = Payment(
        dated_id(world.today), home.id, world.today, 18000, "CAD", "cheque", PaymentStatus.COMPLETED,
        (Allocation(invoice.id, 18000, "2026-3"),), "no. 42",
    )  # fmt: skip
    write.put(payment_item(world.org, payment))
    door.enter("marie@example.com")

    page = door.browser.get(f"/{world.org}/payments")

    assert page.links["2026-3"].endswith(f"/invoices/{invoice.id}")
    for words in ("Cheque", "no. 42", "$180.00", "Received"):
        assert words in page.text, words


def test_a_payment_on_its_way_says_so(world: World, door: Door) -> None:
    """INV-7: money that has not arrived stands among the payments as pending, and its invoice is still to pay."""
    home = world.household()
    world.user(home)
    invoice = world.invoice(home, "2026-3")
    payment = Payment(
        dated_id(world.today), home.id, world.today, 18000, "CAD", "transfer", PaymentStatus.PENDING,
        (Allocation(invoice.id, 18000, "2026-3"),),
    )  # fmt: skip
    write.put(payment_item(world.org, payment))
    door.enter("marie@example.com")

    assert "Pending" in door.browser.get(f"/{world.org}/payments").text
    assert "2026-3" in door.browser.get(f"/{world.org}/invoices?show=due").links


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
