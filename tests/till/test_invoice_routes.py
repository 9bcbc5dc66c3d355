"""Invoices at the desk: from a draft to its number, sent, marked as paid, credited, written off, taken back (INV-3)."""

from datetime import timedelta

from chalicelib.billing import store
from chalicelib.billing.domain import Invoice, InvoiceStatus
from chalicelib.data import keys, read
from chalicelib.data.outbox import MessageItem
from chalicelib.households.domain import Household, Person
from chalicelib.identity.domain import StaffRole
from tests.billing.adding_up import check
from tests.support.browser import Browser, Page
from tests.support.world import World
from tests.till.counter import at_the_desk, deeds, page_of


def fill(desk: Browser, page: Page, action: str, **fields: str) -> Page:
    """Sends a form of the page with these fields changed, and follows."""
    return desk.fill(page, action, fields)


def drafted(desk: Browser, world: World, home: Household, **fields: str) -> Page:
    told = {"line-1-what": "Piano, autumn", "line-1-price": "180", **fields}
    return fill(desk, page_of(desk, world, home, "billing/new"), "/billing/new", **told)


def id_of(page: Page) -> str:
    return page.url.partition("?")[0].rpartition("/")[2]


def issued(desk: Browser, world: World, home: Household, send: str = "no", **fields: str) -> Page:
    return fill(desk, drafted(desk, world, home, **fields), "/issue", send=send)


def stored(world: World, home: Household, page: Page) -> Invoice:
    found = store.get_invoice(world.org, home.id, id_of(page))
    assert found
    return found


def test_an_invoice_is_drafted_looked_at_and_issued(world: World, home: Household, lea: Person, desk: Browser) -> None:
    """INV-2, INV-3: the family sees nothing of a draft; issued by mail it has a number and a message."""
    page = drafted(desk, world, home, **{"line-1-member": lea.id, "line-1-quantity": "2"})

    assert "Draft" in page.text
    assert store.list_invoices(world.org, home.id).rows == []
    assert "Draft" in page_of(desk, world, home, "billing", show="drafts").text
    page = fill(desk, page, "/issue", send="yes")

    assert "a mail is on its way" in page.text
    invoice = stored(world, home, page)
    assert (invoice.total_minor, invoice.status, invoice.members) == (36000, InvoiceStatus.ISSUED, (lea.id,))
    assert read.one(MessageItem, keys.outbox(world.org, f"invoice-{invoice.id}"))
    assert invoice.number in page_of(desk, world, home, "billing").text
    assert ("invoice_issued", True) in [(kind, bool(user)) for kind, user in deeds(world, home)]
    check(world.org, home.id)


def test_a_form_that_is_sent_twice_makes_one_draft(world: World, home: Household, desk: Browser) -> None:
    form = page_of(desk, world, home, "billing/new").form("/billing/new")
    fields = {**form.fields, "line-1-what": "Piano", "line-1-price": "50"}

    assert desk.post(form.action, fields).location == desk.post(form.action, fields).location
    assert len(store.list_drafts(world.org, home.id).rows) == 1


def test_a_draft_is_written_anew_until_it_is_issued(world: World, home: Household, desk: Browser) -> None:
    """C8: a draft may be edited, an issued invoice has no form."""
    page = drafted(desk, world, home)
    form = desk.get(page.links["Change"]).form("/edit")
    page = desk.post(form.action, {**form.fields, "line-1-price": "200", "note": "Bring your book"}, follow=True)

    assert "Bring your book" in page.text
    assert [each.total_minor for each in store.list_drafts(world.org, home.id).rows] == [20000]
    assert desk.post(form.action, {**form.fields, "line-1-price": "1"}).status == 409

    invoice = stored(world, home, fill(desk, page, "/issue", send="no"))
    assert (invoice.total_minor, invoice.note) == (20000, "Bring your book")
    assert page_of(desk, world, home, f"billing/invoices/{invoice.id}/edit").status == 404


def test_a_deposit_or_monthly_parts_have_days_of_their_own(world: World, home: Household, desk: Browser) -> None:
    """X-5."""
    first, last = world.today + timedelta(days=3), world.today + timedelta(days=30)
    days = {"first_on": first.isoformat(), "due_on": last.isoformat()}
    page = drafted(desk, world, home, schedule="deposit", deposit="50", **days)
    assert [(due.on, due.minor) for due in store.list_drafts(world.org, home.id).rows[0].schedule] == [
        (first, 5000), (last, 13000),
    ]  # fmt: skip
    form = desk.get(page.links["Change"]).form("/edit")
    desk.post(form.action, {**form.fields, "schedule": "instalments", "parts": "4"})
    assert [due.minor for due in store.list_drafts(world.org, home.id).rows[0].schedule] == [4500] * 4

    wrong = drafted(desk, world, home, schedule="deposit", deposit="500", **days)
    assert (wrong.status, "Enter a part of the total" in wrong.text) == (400, True)
    wrong = drafted(desk, world, home, due_on=(world.today - timedelta(days=1)).isoformat())
    assert (wrong.status, "Choose today or a later day" in wrong.text) == (400, True)


def test_what_is_wrong_in_a_form_is_said_and_kept(world: World, home: Household, desk: Browser) -> None:
    page = drafted(desk, world, home, **{"line-1-what": "", "line-1-price": "lots", "note": "Kept"})

    assert page.status == 400
    assert "Enter an amount such as 120.50" in page.text
    assert page.form("/billing/new").fields["note"] == "Kept"
    page = drafted(desk, world, home, more="yes")
    assert (page.status, page.form("/billing/new").fields["line-1-price"]) == (200, "180")


def test_a_draft_goes_without_a_trace(world: World, home: Household, desk: Browser) -> None:
    page = fill(desk, drafted(desk, world, home), "/cancel")

    assert "Nothing is here." in page.text
    assert store.list_drafts(world.org, home.id).rows == []


def test_a_mail_goes_out_again_once_a_day(world: World, home: Household, desk: Browser) -> None:
    page = fill(desk, issued(desk, world, home), "/send")
    assert "a mail is on its way" in page.text

    again = fill(desk, page, "/send")
    assert (again.status, "was mailed today already" in again.text) == (409, True)


def test_an_invoice_is_marked_as_paid(world: World, home: Household, desk: Browser) -> None:
    """INV-3: a draft that is marked as paid is issued without a mail; the receipt goes out if that is asked for."""
    page = fill(
        desk, drafted(desk, world, home), "/paid", method="cheque", reference="No 17", receipt="yes"
    )  # fmt: skip

    invoice = stored(world, home, page)
    (payment,) = store.list_payments(world.org, home.id).rows
    assert invoice.status is InvoiceStatus.PAID
    assert (payment.minor, payment.method, payment.reference) == (18000, "cheque", "No 17")
    assert read.one(MessageItem, keys.outbox(world.org, f"receipt-{payment.id}"))
    assert not read.one(MessageItem, keys.outbox(world.org, f"invoice-{invoice.id}"))
    check(world.org, home.id)

    tomorrow = (world.today + timedelta(days=1)).isoformat()
    wrong = fill(desk, drafted(desk, world, home), "/paid", on=tomorrow, method="gold")
    assert (wrong.status, "Choose today or an earlier day" in wrong.text) == (400, True)


def test_a_part_is_credited_and_the_rest_written_off(world: World, home: Household) -> None:
    """Who runs the desk corrects an invoice; who looks after the books may give up what is owed. Twice is once."""
    desk, books = at_the_desk(world), at_the_desk(world, StaffRole.FINANCE)
    page = issued(desk, world, home)
    form = desk.get(page.links["Credit or write off"]).form("/credit")
    fields = {**form.fields, "amount": "30", "reason": "One lesson less"}
    for _ in range(2):
        desk.post(form.action, fields)
    assert stored(world, home, page).balance_minor == 15000

    assert "Write off what" not in desk.get(page.links["Credit or write off"]).text
    assert desk.post(form.action.replace("/credit", "/write-off"), {**fields, "why": "x"}).status == 403
    form = books.get(page.links["Credit or write off"]).form("/write-off")
    books.post(form.action, {**form.fields, "why": "They moved away"})
    invoice = stored(world, home, page)
    assert (invoice.balance_minor, invoice.status) == (0, InvoiceStatus.PAID)
    assert [note.reason for note in store.list_credit_notes(world.org, home.id).rows].count("They moved away") == 1
    check(world.org, home.id)

    wrong = desk.get(page.links["Credit or write off"]).form("/credit")
    refused = desk.post(wrong.action, {**wrong.fields, "amount": "500", "reason": "Too much"})
    assert (refused.status, "The invoice is over less than that." in refused.text) == (409, True)


def test_an_invoice_is_taken_back_whole_with_a_reason(world: World, home: Household, desk: Browser) -> None:
    """C8: it stays with its mark, and money that was paid on it becomes credit, which another invoice can use."""
    page = fill(desk, issued(desk, world, home), "/paid", method="cash")
    assert fill(desk, page, "/cancel").status == 400
    page = fill(desk, page, "/cancel", cancel_reason="Billed twice")

    assert stored(world, home, page).status is InvoiceStatus.REVERSED
    assert "Billed twice" in page.text
    other = fill(desk, issued(desk, world, home, **{"line-1-price": "100"}), "/use-credit")
    assert stored(world, home, other).status is InvoiceStatus.PAID
    check(world.org, home.id)


def test_who_only_reads_changes_nothing(world: World, home: Household, desk: Browser) -> None:
    page = issued(desk, world, home)
    reader = at_the_desk(world, StaffRole.READ_ONLY)
    shown = reader.get(page.url.partition("?")[0])

    assert shown.status == 200
    assert "Send by mail again" not in shown.text
    assert page_of(reader, world, home, "billing/new").status == 403
    assert page_of(at_the_desk(world, StaffRole.INSTRUCTOR), world, home, "billing").status == 403


def test_an_invoice_of_another_family_is_not_found_here(world: World, home: Household, desk: Browser) -> None:
    """T-03."""
    invoice = world.invoice(world.household("Gagnon"))
    for rest in (f"billing/invoices/{invoice.id}", f"billing/invoices/{invoice.id}/credit"):
        assert page_of(desk, world, home, rest).status == 404


def test_many_invoices_come_in_pages(world: World, home: Household, desk: Browser) -> None:
    for number in range(20):
        world.invoice(home, f"2026-{number}")
    page = page_of(desk, world, home, "billing")

    assert "Next page" in page.links
    assert len(page.body) < 50_000
    assert page_of(desk, world, home, "billing", show="due").status == 200
