"""Pages of payments, credits, the balance and statements."""

from datetime import timedelta
from decimal import Decimal
from functools import partial
from urllib.parse import urlencode

import pytest

from chalicelib.billing import issuing, receiving, store
from chalicelib.billing.books import Books, keep
from chalicelib.billing.domain import Dispute, Invoice, Refund
from chalicelib.billing.issuing import InvoiceRequest
from chalicelib.billing.models import LedgerItem
from chalicelib.billing.pricing import LineRequest
from chalicelib.data import keys, read, write
from chalicelib.households.domain import Household
from tests.billing.keeping import billed, credited, paid, payment
from tests.support.browser import Page
from tests.support.door import Door
from tests.support.world import World


@pytest.fixture
def home(world: World) -> Household:
    """A household with somebody who signs in."""
    home = world.household("Tremblay")
    world.user(home)
    return home


def test_payments_name_the_invoices_they_covered(world: World, door: Door, home: Household) -> None:
    """PAY-1: method, day, amount, and each covered invoice with its part and a link."""
    invoice = billed(world, home, 18000)
    money = paid(world, home, 18000, invoice.id, method="cheque", reference="no. 42")
    door.enter("marie@example.com")

    page = door.browser.get(f"/{world.org}/payments")
    own = door.browser.get(page.links["Cheque"])

    assert page.links[invoice.number].endswith(f"/invoices/{invoice.id}")
    for words in ("Cheque", "no. 42", "$180.00", "Received"):
        assert words in page.text, words
        assert words in own.text, words
    assert own.links[f"Invoice {invoice.number}"].endswith(f"/invoices/{invoice.id}")
    assert own.links["Download the receipt"].endswith(f"/payments/{money.id}/receipt")


def test_payments_of_one_member(world: World, door: Door, home: Household) -> None:
    """INV-6: what covered invoices with a line for that member, each once, and no credit note; nobody else's member."""
    lea, tom = (world.member(home, name) for name in ("Léa", "Tom"))
    first, second, other = (
        keep(world.organisation, home.id, world.now, partial(_issued_for, person.id)) for person in (lea, lea, tom)
    )
    credited(world, home, second.id, 1000)
    paid(world, home, 19000, first.id, second.id, method="cheque", reference="for Léa")
    paid(world, home, 10000, other.id, method="cash", reference="for Tom")
    paid(world, home, 500, method="transfer", reference="ahead")
    stranger = world.household("Gagnon", "Zoé")
    door.enter("marie@example.com")

    page = door.browser.get(f"/{world.org}/payments", member=lea.id)

    assert page.text.count("for Léa") == 1
    assert "for Tom" not in page.text
    assert "ahead" not in page.text
    assert "Credit note" not in page.text
    everybody = door.browser.get(f"/{world.org}/payments", member="")
    assert all(words in everybody.text for words in ("for Léa", "for Tom", "ahead"))
    zoe = world.builders[stranger.id].members[0].id
    assert door.browser.get(f"/{world.org}/payments", member=zoe).status == 404


def _issued_for(member: str, books: Books) -> Invoice:
    request = InvoiceRequest([LineRequest("Piano", Decimal(1), 10000, member, taxes=())])
    return issuing.issue(books, issuing.draft(books, request), send=False)


def test_a_payment_on_its_way_says_so(world: World, door: Door, home: Household) -> None:
    """INV-7: money that has not arrived is pending, tells what it will cover, and its invoice is still to pay."""
    invoice = billed(world, home, 18000)
    coming = payment(world, home, 18000, "transfer")
    keep(world.organisation, home.id, world.now, lambda books: receiving.expect(books, coming, [invoice.id]))
    door.enter("marie@example.com")

    listed = door.browser.get(f"/{world.org}/payments")
    page = door.browser.get(f"/{world.org}/payments/{coming.id}")

    assert "Pending" in listed.text
    assert f"Will cover: {invoice.number} ($180.00)" in listed.text
    assert "This money is on its way" in page.text
    assert "Download the receipt" not in page.links, "there is none before the money is here"
    assert invoice.number in door.browser.get(f"/{world.org}/invoices?show=due").links


def test_a_payment_tells_what_went_back_and_what_is_left(world: World, door: Door, home: Household) -> None:
    """PAY-2: refunds, a dispute, and credit that covers nothing yet."""
    invoice = billed(world, home, 10000)
    money = paid(world, home, 15000, invoice.id)
    refund = Refund("r1", world.today, 2000, "cheque", "lesson fell out")
    keep(world.organisation, home.id, world.now, lambda b: receiving.set_refunds(b, b.payments.get(money.id), [refund]))
    door.enter("marie@example.com")

    page = door.browser.get(f"/{world.org}/payments/{money.id}")

    assert "Partly refunded" in page.text
    assert "$30.00 of it is not used yet" in page.text
    assert "Cheque" in page.text.partition("Refunds")[2]
    assert "lesson fell out" in page.text

    keep(
        world.organisation, home.id, world.now,
        lambda b: receiving.set_dispute(b, b.payments.get(money.id), Dispute.OPEN, 13000),
    )  # fmt: skip
    assert "contested with the bank" in door.browser.get(f"/{world.org}/payments/{money.id}").text


def test_credits_show_what_is_left_and_what_each_was_applied_to(world: World, door: Door, home: Household) -> None:
    """CRED-2: of credit notes and of money paid beforehand."""
    first = billed(world, home, 10000)
    note = credited(world, home, first.id, 4000, "fewer lessons")
    paid(world, home, 9000, first.id)
    door.enter("marie@example.com")

    page = door.browser.get(f"/{world.org}/credits")
    own = door.browser.get(page.links[note.number])

    left, _, notes = page.text.partition("Credit notes")
    assert "$30.00 in your favour" in left
    assert "Payment" in left.partition("What is left")[2]
    assert f"Applied to: {first.number} ($40.00)" in notes
    assert "Used up" in notes
    for words in ("fewer lessons", "$40.00", first.number, "Piano"):
        assert words in own.text, words
    assert own.links["Download as PDF"].endswith(f"/credits/{note.id}/pdf")


def test_what_belongs_to_others_is_not_found(world: World, door: Door, home: Household) -> None:
    """T-03: payments, credit notes and accounts of another household."""
    other = world.household("Gagnon")
    invoice = billed(world, other)
    money, note = paid(world, other, 5000, invoice.id), credited(world, other, invoice.id, 1000)
    door.enter("marie@example.com")

    for path in (f"payments/{money.id}", f"credits/{note.id}", "balance?currency=EUR", "statement?payer=nobody"):
        assert door.browser.get(f"/{world.org}/{path}").status == 404, path


def test_a_balance_tells_its_story_line_by_line(world: World, door: Door, home: Household) -> None:
    """NEW-4: every change with the balance after it, newest first, as of a day; each leads to its document."""
    invoice = billed(world, home, 10000)
    money = paid(world, home, 6000, invoice.id)
    note = credited(world, home, invoice.id, 1500)
    door.enter("marie@example.com")

    page = door.browser.get(f"/{world.org}/balance?currency=CAD")

    assert "$25.00 to pay, as of" in page.text
    story = page.text.partition("How it adds up")[2]
    places = [story.index(words) for words in (
        f"Credit note {note.number}", "-$15.00 Balance: $25.00", "Payment, card", "-$60.00 Balance: $40.00",
        f"Invoice {invoice.number}", "+$100.00 Balance: $100.00",
    )]  # fmt: skip
    assert places == sorted(places)
    assert page.links["Payment, card"].endswith(f"/payments/{money.id}")
    assert page.links[f"Invoice {invoice.number}"].endswith(f"/invoices/{invoice.id}")
    assert page.links[f"Credit note {note.number}"].endswith(f"/credits/{note.id}")


def test_a_long_story_goes_on_25_entries_at_a_time(world: World, door: Door, home: Household) -> None:
    for _ in range(27):
        billed(world, home, 100)
    door.enter("marie@example.com")

    first = door.browser.get(f"/{world.org}/balance")
    second = door.browser.get(first.links["Next page"])

    assert "$27.00 to pay" in first.text
    assert "$27.00 to pay" in second.text, "the balance is today's on every page"
    assert [page.text.count("+$1.00") for page in (first, second)] == [25, 2]
    assert "+$1.00 Balance: $1.00" in second.text
    assert "First page" in second.links


@pytest.mark.parametrize("attribute", ["minor", "balance"])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_story_that_does_not_add_up_is_never_shown(
    world: World, door: Door, home: Household, attribute: str, place: int
) -> None:
    """NEW-4: whichever entry is wrong, first, last or between, there is no page rather than a wrong one."""
    for _ in range(3):
        billed(world, home, 100)
    _spoil(world, home, place, attribute)
    door.enter("marie@example.com")

    page = door.browser.get(f"/{world.org}/balance")

    assert page.status == 503
    assert "$3.00" not in page.text
    if attribute == "minor" and place == 0:
        return
    assert door.browser.get(f"/{world.org}/statement").status == 503


def _spoil(world: World, home: Household, place: int, attribute: str) -> None:
    """Makes one entry of the ledger wrong, oldest first."""
    prefix = keys.ledger_prefix("", "CAD")
    rows = read.page(LedgerItem, keys.household_partition(world.org, home.id), prefix, newest_first=False).rows
    item = rows[place]
    setattr(item, attribute, getattr(item, attribute) + 1)
    write.put(item)


def test_an_entry_that_is_missing_is_noticed_at_the_next_page(world: World, door: Door, home: Household) -> None:
    for _ in range(27):
        billed(world, home, 100)
    door.enter("marie@example.com")
    first = door.browser.get(f"/{world.org}/balance")
    prefix = keys.ledger_prefix("", "CAD")
    rows = read.page(LedgerItem, keys.household_partition(world.org, home.id), prefix, newest_first=False).rows
    write.delete(rows[1])

    assert door.browser.get(first.links["Next page"]).status == 503


def test_without_anything_billed_the_balance_is_nothing(world: World, door: Door, home: Household) -> None:
    door.enter("marie@example.com")

    page = door.browser.get(f"/{world.org}/balance")

    assert "$0.00 nothing to pay" in page.text
    assert "Nothing was billed or paid yet." in page.text


def test_each_currency_has_a_balance_of_its_own(world: World, door: Door, home: Household) -> None:
    """CRED-1: amounts of two currencies are never added up."""
    billed(world, home, 10000)
    billed(world, home, 700, currency="EUR")
    door.enter("marie@example.com")

    page = door.browser.get(f"/{world.org}/balance?currency=EUR")

    assert "7.00 to pay" in page.text
    assert "100.00" not in page.text
    assert any("CAD" in words for words in page.links)


def _statement(world: World, door: Door, **query: str) -> Page:
    return door.browser.get(f"/{world.org}/statement?{urlencode(query)}")


def test_a_statement_is_shown_for_any_days_in_any_detail(world: World, door: Door, home: Household) -> None:
    """STM-1, X-4: three switches; PDF and CSV are asked for with the same query."""
    invoice = billed(world, home, 10000)
    paid(world, home, 6000, invoice.id)
    credited(world, home, invoice.id, 1500)
    door.enter("marie@example.com")

    whole = _statement(world, door)
    short = _statement(world, door, payments="no", credits="no", ageing="no")

    for words in ("Opening balance", "Payment, card", "+$100.00 Balance: $100.00", "Closing balance", "Not due yet"):
        assert words in whole.text, words
    assert "Payment, card" not in short.text
    assert "Payments and refunds, added up (1)" in short.text
    assert "Credit notes, added up (1)" in short.text
    assert "Not due yet" not in short.text
    assert "$25.00" in short.text, "the closing balance is the same"
    day = world.today.isoformat()
    query = f"from={day[:4]}-01-01&to={day}&payments=no&credits=no&ageing=no"
    assert short.links["Download as PDF"].endswith(f"/statement/pdf?{query}")
    assert short.links["Download as CSV"].endswith(f"/statement/csv?{query}")


def test_a_statement_of_earlier_days_says_what_came_later(world: World, door: Door, home: Household) -> None:
    billed(world, home, 10000)
    door.enter("marie@example.com")
    before = (world.today - timedelta(days=5)).isoformat()

    page = _statement(world, door, **{"from": before, "to": before})

    assert "After this period $100.00 was booked" in page.text


@pytest.mark.parametrize(("first", "last"), [("2026-05-02", "2026-05-01"), ("never", "2026-05-01")])
def test_days_that_make_no_period_are_asked_for_again(
    world: World, door: Door, home: Household, first: str, last: str
) -> None:
    door.enter("marie@example.com")

    page = _statement(world, door, **{"from": first, "to": last})

    assert page.status == 400
    assert "Enter a first day" in page.text
    assert f'value="{last}"' in page.html


def test_pages_about_money_stay_small(world: World, door: Door, home: Household) -> None:
    """A full page of each list is under 50 KB."""
    for number in range(30):
        invoice = billed(world, home, 1000 + number)
        paid(world, home, 400, invoice.id)
        credited(world, home, invoice.id, 100)
    door.enter("marie@example.com")

    for path in ("invoices", "invoices?show=due", "payments", "credits", "balance", "statement"):
        page = door.browser.get(f"/{world.org}/{path}")
        assert page.status == 200, path
        assert len(page.body) < 50_000, (path, len(page.body))
    assert len(store.list_entries(world.org, home.id, "", "CAD").rows) == 25


@pytest.mark.parametrize("path", ["payments", "credits", "balance", "statement"])
def test_the_navigation_shows_where_one_is(world: World, door: Door, home: Household, path: str) -> None:
    """All that is about money has one entry in the navigation."""
    door.enter("marie@example.com")

    page = door.browser.get(f"/{world.org}/{path}")

    nav = page.document.findall(".//nav[@class='nav']")[0]
    assert [(link.get("href") or "").rpartition("/")[2] for link in nav.iter("a") if link.get("aria-current")] == [
        "invoices"
    ]


def test_news_of_a_credit_note_leads_to_it(world: World, door: Door, home: Household) -> None:
    """DASH-2: as of every other document."""
    invoice = billed(world, home)
    note = credited(world, home, invoice.id, 1000)

    dashboard = door.enter("marie@example.com")

    assert dashboard.links[f"Credit note {note.number}"].endswith(f"/credits/{note.id}")


def test_entries_of_an_import_lead_to_their_documents(world: World, door: Door, home: Household) -> None:
    """NEW-4: an invoice taken back without a credit note is booked under itself, a credit paid out under its note."""
    invoice = billed(world, home)
    note = credited(world, home, invoice.id, 1000)
    door.enter("marie@example.com")

    taken_back = door.browser.get(f"/{world.org}/credits/{invoice.id}")
    paid_out = door.browser.get(f"/{world.org}/payments/{note.id}")

    assert taken_back.location.endswith(f"/invoices/{invoice.id}")
    assert paid_out.location.endswith(f"/credits/{note.id}")
