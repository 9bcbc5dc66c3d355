"""What is agreed with one family alone (STM-2): days to pay, no taxes, where papers about money go."""

from decimal import Decimal

import pytest

from chalicelib.admin import summaries
from chalicelib.billing import issuing, store
from chalicelib.billing.books import keep
from chalicelib.billing.issuing import InvoiceRequest
from chalicelib.billing.pricing import LineRequest
from chalicelib.data import keys, read
from chalicelib.data.outbox import MessageItem, Notice, enqueue
from chalicelib.data.write import Transaction
from chalicelib.households.domain import Household
from chalicelib.households.pages import household_facts
from chalicelib.households.service import require_household, require_summary
from chalicelib.identity.domain import StaffRole
from chalicelib.notifications import letters
from chalicelib.organisations.terms import Tax
from chalicelib.web.language import Local
from tests.billing.adding_up import check
from tests.purchases.selling import product
from tests.support.browser import Browser
from tests.support.door import Door
from tests.support.terms import with_terms
from tests.support.world import World
from tests.till.counter import at_the_desk, deeds, page_of

_TAX = Tax("TPS/GST", 50_000)


@pytest.fixture
def home(world: World) -> Household:
    with_terms(world, taxes=(_TAX,), due_days=14)
    return world.household("Tremblay")


def agree(books: Browser, world: World, home: Household, **fields: str) -> int:
    form = page_of(books, world, home, "billing/terms").form("/billing/terms")
    return books.post(form.action, {**form.fields, **fields}).status


def billed(world: World, home: Household, *, taxes: tuple[Tax, ...] | None = None) -> tuple[int, int]:
    """Days to pay and total of an invoice over a hundred."""
    lines = [LineRequest("Camp", Decimal(1), 10000, taxes=taxes)]
    made = keep(
        world.organisation, home.id, world.now,
        lambda each: issuing.issue(each, issuing.draft(each, InvoiceRequest(lines))),
    )  # fmt: skip
    return (made.due_on - made.issued_on).days, made.total_minor


def test_days_and_taxes_hold_for_the_one_family_from_then_on(world: World, home: Household, books: Browser) -> None:
    """STM-2: whoever makes the invoice, and even where a line names its tax."""
    other = world.household("Roy")
    assert billed(world, home) == (14, 10500)
    assert agree(books, world, home, due_days="45", exempt_for="Certificate 7") == 303

    assert billed(world, home) == (45, 10000)
    assert billed(world, home, taxes=(_TAX,)) == (45, 10000)
    assert billed(world, other) == (14, 10500)
    assert {"invoice_issued", "terms_changed"} <= {kind for kind, _ in deeds(world, home)}
    check(world.org, home.id)


def test_what_is_shown_is_what_it_pays_at_home_and_at_the_desk(
    world: World, home: Household, books: Browser, door: Door
) -> None:
    """NEW-1: prices are without the tax wherever the family is meant, and what is bought on them is billed so."""
    cap = product(world, minor=2500)
    world.user(home, email="marie@example.com")
    door.enter("marie@example.com")
    shop, counter = f"/{world.org}/shop/{cap.id}", f"/{world.org}/desk/clients/{home.id}/purchases/products/{cap.id}"
    assert "$26.25" in door.browser.get(shop).text
    agree(books, world, home, exempt_for="Certificate 7")

    for browser, path in ((door.browser, shop), (at_the_desk(world), counter)):
        page = browser.get(path)
        assert "$25.00" in page.text, path
        assert "$26.25" not in page.text, path
        assert browser.submit(page, cap.id, follow=False, adult="yes").status == 303, path
    assert [row.total_minor for row in store.list_invoices(world.org, home.id).rows] == [2500, 2500]


def test_a_copy_of_the_summary_keeps_it(world: World, home: Household, books: Browser) -> None:
    agree(books, world, home, due_days="0", exempt_for="Certificate 7")
    before = require_summary(world.org, home.id)
    assert before.terms.exempt
    rebuilt = summaries.rebuild(world.organisation, home.id, world.now)
    assert rebuilt
    assert rebuilt.terms == before.terms
    assert billed(world, home) == (0, 10000)


def test_papers_about_money_go_to_the_address_for_bills_and_nothing_else_does(
    world: World, home: Household, books: Browser
) -> None:
    """ACC-9, AUTH-13: it opens nothing, and is no login."""
    agree(books, world, home, bills_to="Books@example.com")
    told = household_facts(require_household(world.org, home.id), Local("en", "CA", "America/Toronto"))
    assert ("Email for invoices, receipts and statements", "Books@example.com") in told
    for template, address in (("card_wanted", "Books@example.com"), ("slips", home.email)):
        transaction = Transaction()
        notice = Notice(template, "", {"year": 2025, "act": "released"}, household=home.id)
        enqueue(transaction, world.org, notice, world.now, message=template)
        transaction.commit()
        item = read.one(MessageItem, keys.outbox(world.org, template))
        assert item
        assert letters.write(item, world.now).address == address


def test_mistakes_are_said_and_an_older_form_changes_nothing(world: World, home: Household, books: Browser) -> None:
    form = page_of(books, world, home, "billing/terms").form("/billing/terms")
    page = books.post(form.action, {**form.fields, "due_days": "366", "bills_to": "nobody"})
    assert page.status == 400
    for words in ("Enter a whole number from 0 to 365", "Enter an email address"):
        assert words in page.text
    agree(books, world, home, due_days="5")
    assert books.post(form.action, {**form.fields, "due_days": "9"}).status == 409
    assert require_summary(world.org, home.id).terms.due_days == 5


def test_the_desk_reads_it_and_only_who_keeps_the_books_changes_it(world: World, home: Household) -> None:
    form = page_of(at_the_desk(world, StaffRole.OWNER), world, home, "billing/terms").form("/billing/terms")
    for role in (StaffRole.DESK, StaffRole.READ_ONLY):
        browser = at_the_desk(world, role)
        page = page_of(browser, world, home, "billing/terms")
        assert "Days to pay an invoice" in page.text
        assert "due_days" not in page.html
        assert browser.post(form.action, {**form.fields, "csrf": page.form().fields["csrf"]}).status == 403
