"""Pages of paying that need no Stripe."""

from datetime import date, timedelta

import pytest

from chalicelib.billing import store as billing
from chalicelib.billing.books import keep
from chalicelib.billing.domain import CreditNote, Due, InvoiceStatus, Payment, PaymentStatus
from chalicelib.billing.items import credit_note_items
from chalicelib.billing.receiving import receive
from chalicelib.data import write
from chalicelib.organisations.terms import AutopayMode
from chalicelib.payments import links, store
from chalicelib.payments.domain import Method
from chalicelib.shared.ids import dated_id, named_id
from tests.payments.family import Family
from tests.support.browser import Browser
from tests.support.clock import TurnedClock
from tests.support.terms import with_terms
from tests.support.world import World


def _give_credit(family: Family, minor: int) -> None:
    """Money that came in before there was anything to pay."""
    day = family.world.today
    payment = Payment(dated_id(day), family.home.id, day, minor, "CAD", "cash", PaymentStatus.PENDING)
    keep(family.world.organisation, family.home.id, family.world.now, lambda books: receive(books, payment))


def _put_method(family: Family, method: Method) -> str:
    """A method on file; the name that addresses call it by."""
    write.put(store.method_item(family.world.org, family.home.id, method))
    return named_id(method.id)


def test_the_payment_page_says_what_is_due_and_offers_what_is_allowed(family: Family, world: World) -> None:
    """INV-5, QUO-4, X-5: all, the next part, or another amount."""
    schedule = (Due(world.today, 3000), Due(world.today + timedelta(days=9), 7000))
    plain, parts = family.invoice(), world.invoice(family.home, "2026-7", minor=10000, schedule=schedule)
    family.enter()

    page = family.open(f"invoices/{plain.id}/pay")
    assert page.form("/pay").fields["choice"] == "all"
    assert "Another amount" not in page.text
    page = family.open(f"invoices/{parts.id}/pay")
    for words in ("All that is left: $100.00", "What is due by", "$30.00", "Another amount"):
        assert words in page.text
    with_terms(world, taxes=(), online=True, partial=True)
    assert "Another amount" in family.open(f"invoices/{plain.id}/pay").text


def test_the_family_uses_its_credit(family: Family) -> None:
    """CRED-1: it covers what it can; a second press changes nothing."""
    invoice = family.invoice()
    day = family.world.today
    other = Payment(dated_id(day), family.home.id, day, 4000, "CAD", "cash", PaymentStatus.PENDING, payer="father")
    keep(family.world.organisation, family.home.id, family.world.now, lambda books: receive(books, other))
    family.enter()
    page = family.open(f"invoices/{invoice.id}/pay")
    assert "Your credit" not in page.text, "it is another payer's"
    note = CreditNote(dated_id(day), family.home.id, "C-1", "CAD", day, (), 2500)
    for item in credit_note_items(family.world.org, note).values():
        write.put(item)
    page = family.open(f"invoices/{invoice.id}/pay")
    assert "$25.00" in page.text

    used = family.browser.submit(page, "/credit")
    again = family.browser.submit(page, "/credit")

    assert "Your credit is used." in used.text
    assert again.status == 200
    assert "$75.00" in used.text
    assert "Use my credit" not in used.text
    assert (family.stored(invoice).status, family.stored(invoice).balance_minor) == (InvoiceStatus.PARTIALLY_PAID, 7500)


def test_credit_is_not_used_while_a_payment_is_on_its_way(family: Family) -> None:
    """P-12: it would be paid twice."""
    invoice = family.invoice()
    family.enter()
    page = family.open(f"invoices/{invoice.id}/pay")
    family.complete(family.browser.submit(page, "/pay", follow=False), "bank_debit")

    assert family.send(f"invoices/{invoice.id}/credit").status == 409
    assert family.stored(invoice).balance_minor == 10000


@pytest.mark.parametrize("path", ["pay", "credit", "share", "share/end"])
def test_another_households_invoice_is_not_found(family: Family, world: World, path: str) -> None:
    """T-03."""
    foreign = world.invoice(world.household("Other"), "O-1")
    family.enter()

    assert family.send(f"invoices/{foreign.id}/{path}", choice="all").status == 404
    if path in ("pay", "share"):
        assert family.open(f"invoices/{foreign.id}/{path}").status == 404


def test_methods_show_when_they_end(family: Family, world: World) -> None:
    """PM-1: the default first; what has expired, or soon will, is said."""
    this, then = f"{world.today:%Y-%m}", f"{world.today + timedelta(days=900):%Y-%m}"
    _put_method(family, Method("pm_a", "card", "amex", "0005", "2020-01", is_default=False))
    _put_method(family, Method("pm_b", "card", "visa", "4242", this, is_default=False))
    name = _put_method(family, Method("pm_c", "debit", "Desjardins", "6789", "", is_default=False))
    _put_method(family, Method("pm_d", "card", "unheard", "1111", then, is_default=True))
    family.enter()

    page = family.open("payment-methods")

    titles = [title for title in page.links if "••••" in title]
    assert titles == [
        "Card •••• 1111", "American Express •••• 0005", "Visa •••• 4242", "Desjardins •••• 6789",
    ]  # fmt: skip
    for words in ("Expired", "Expires soon", "Default"):
        assert words in page.text
    assert "pm_" not in page.html
    detail = family.open(f"payment-methods/{name}")
    assert "Desjardins •••• 6789" in detail.text
    assert family.open("payment-methods/pm_c").status == 404


def test_without_methods_the_page_says_so(family: Family, world: World) -> None:
    with_terms(world, taxes=(), online=True, autopay=AutopayMode.OPT_IN)
    family.enter()

    page = family.open("payment-methods")

    assert "No payment methods yet." in page.text
    assert "You switch it on or off" in page.text


def test_a_link_is_made_shown_once_and_taken_back(family: Family, world: World) -> None:
    """NEW-8: only its hash is kept."""
    invoice = family.invoice()
    family.enter()
    page = family.open(f"invoices/{invoice.id}/share")
    until = world.today + timedelta(days=20)

    made = family.browser.submit(page, "/share", name="Grandma", amount="40", until=until.isoformat())

    address = next(i.get("value") or "" for i in made.document.iter("input") if i.get("name") == "address")
    token = address.rpartition("/")[2]
    assert address == f"https://portal.test/{world.org}/pay/link/{token}"
    assert "Grandma" in made.text
    again = family.open(f"invoices/{invoice.id}/share")
    assert ("Grandma" in again.text, token in again.html) == (True, False)
    stranger = Browser(family.browser.portal)
    assert "$40.00" in stranger.get(f"/{world.org}/pay/link/{token}").text
    family.browser.submit(again, "share/end")
    assert links.list_of(world.org, family.home.id, invoice.id) == []
    assert stranger.get(f"/{world.org}/pay/link/{token}").status == 410


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "Fill in this field"), ("amount", "much", "Enter an amount"),
        ("amount", "100.01", "up to what is left to pay"), ("amount", "0", "above zero"),
        ("until", "soon", "Enter a date"), ("until", "1999-01-01", "within the next 90 days"),
        ("until", "2999-01-01", "within the next 90 days"),
    ],
)  # fmt: skip
def test_a_link_with_mistakes_is_not_made(family: Family, world: World, field: str, value: str, words: str) -> None:
    invoice = family.invoice()
    family.enter()
    page = family.open(f"invoices/{invoice.id}/share")
    fields = {"name": "Grandma", "amount": "40", field: value}

    refused = family.browser.fill(page, "/share", fields)

    assert (refused.status, words in refused.text) == (400, True)
    assert f"#field-{field}" in refused.links.values()
    assert links.list_of(world.org, family.home.id, invoice.id) == []


def test_a_link_of_another_invoice_is_not_taken_back(family: Family, world: World) -> None:
    """T-03: the hash alone does not do."""
    other = world.household("Other")
    theirs = world.invoice(other, "O-1")
    until = world.today + timedelta(days=1)
    links.create(world.organisation, other.id, theirs.id, 100, "x", until, world.now)
    (link,) = links.list_of(world.org, other.id, theirs.id)
    invoice = family.invoice()
    family.enter()

    assert family.send(f"invoices/{invoice.id}/share/end", link=link.hash).status == 404
    assert family.send(f"invoices/{invoice.id}/share/end", link="").status == 400
    assert links.list_of(world.org, other.id, theirs.id) == [link]


def test_a_link_shows_what_is_left_of_its_amount(family: Family, world: World, clock: TurnedClock) -> None:
    """NEW-8: never more than the invoice still asks for."""
    invoice = family.invoice()
    until = world.today + timedelta(days=5)
    token = links.create(world.organisation, family.home.id, invoice.id, 9000, "Grandma", until, world.now)
    _give_credit(family, 3000)
    stranger = Browser(family.browser.portal)
    path = f"/{world.org}/pay/link/{token}"
    assert "$70.00" in stranger.get(path).text
    _give_credit(family, 7000)

    page = stranger.get(path)

    assert "Nothing is left to pay" in page.text
    assert billing.get_invoice(world.org, family.home.id, invoice.id)
    assert stranger.get(f"/{world.org}/pay/returned/none").status == 404


def test_links_are_only_where_the_organisation_wants_them(family: Family, world: World) -> None:
    invoice = family.invoice()
    until = world.today + timedelta(days=5)
    token = links.create(world.organisation, family.home.id, invoice.id, 9000, "Grandma", until, world.now)
    with_terms(world, taxes=(), online=True, pay_links=False)
    family.enter()

    assert family.open(f"invoices/{invoice.id}/share").status == 404
    assert family.open(f"pay/link/{token}").status == 404
    assert "somebody else" not in family.open(f"invoices/{invoice.id}/pay").text


@pytest.mark.parametrize(("language", "words"), [("fr", "Payer la facture"), ("ru", "Оплат")])
def test_the_payment_page_speaks_the_readers_language(family: Family, language: str, words: str) -> None:
    invoice = family.invoice()
    family.browser.language = language
    family.enter()
    page = family.open(f"pay/link/{_token(family, invoice.id)}")

    assert words in page.title


def test_whoever_has_a_link_may_change_the_language_and_stays(family: Family) -> None:
    """NEW-19: also without an account, for whom there is no other page."""
    invoice = family.invoice()
    stranger = Browser(family.browser.portal)
    page = stranger.get(f"/{family.world.org}/pay/link/{_token(family, invoice.id)}")

    changed = stranger.submit(page, "language", language="fr")

    assert changed.url == page.url
    assert "Payer la facture" in changed.title


def _token(family: Family, invoice: str) -> str:
    day: date = family.world.today
    return links.create(family.world.organisation, family.home.id, invoice, 9000, "x", day, family.world.now)
