"""Acts that lead to Stripe, and the page that people come back to."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from chalicelib.adapters import aws
from chalicelib.billing import store as billing
from chalicelib.billing.books import keep
from chalicelib.billing.domain import Due, Invoice, InvoiceStatus, PaymentStatus
from chalicelib.data.write import Transaction
from chalicelib.households.domain import Role
from chalicelib.identity.tokens import token_hash
from chalicelib.organisations.terms import AutopayMode
from chalicelib.payments import links
from chalicelib.payments.domain import Method
from chalicelib.payments.settling import settle_session
from chalicelib.recurring import store as recurring_store
from chalicelib.recurring.domain import completed
from chalicelib.shared.ids import named_id
from tests.billing.test_books import issued
from tests.payments.family import Family
from tests.recurring import billing_again
from tests.support.acquirer import PARAMETERS, Acquirer
from tests.support.browser import Browser, Page
from tests.support.clock import TurnedClock
from tests.support.door import Door
from tests.support.terms import with_terms
from tests.support.world import World


def test_an_invoice_is_paid_in_two_clicks(family: Family) -> None:
    """INV-5: the button, Stripe's page, and back to what is booked."""
    invoice = family.invoice()
    family.enter()
    page = family.open(f"invoices/{invoice.id}/pay")
    assert "$100.00" in page.text

    done = family.complete(family.browser.submit(page, "/pay", follow=False))

    assert "We have received your payment" in done.text
    assert family.payments() == [(PaymentStatus.COMPLETED, 10000)]
    assert family.stored(invoice).status is InvoiceStatus.PAID
    assert done.links["Go to the invoice"].endswith(f"/invoices/{invoice.id}")
    assert "Nothing is left to pay" in family.open(f"invoices/{invoice.id}/pay").text


def test_a_second_press_leads_to_the_same_page(family: Family) -> None:
    """P-11: a double click, another tab, the Back button."""
    invoice = family.invoice()
    family.enter()
    page = family.open(f"invoices/{invoice.id}/pay")

    replies = [family.browser.submit(page, "/pay", follow=False) for _ in range(8)]

    assert len({family.session(reply) for reply in replies}) == 1
    assert family.sessions() == 1


def test_the_form_names_no_price(family: Family) -> None:
    """P-18, T-07: whatever else is posted, the invoice says what is asked."""
    invoice = family.invoice()
    family.enter()
    forged = {
        "amount": "0.01", "minor": "1", "price": "1", "currency": "JPY", "payer": "x", "household": "x", "invoice": "x",
        "total": "0", "success_url": "https://evil.example",
    }  # fmt: skip

    reply = family.send(f"invoices/{invoice.id}/pay", choice="all", **forged)

    with family.acquirer.account.acting(writes=False) as books:
        session = books.get("checkout.session", family.session(reply))
    assert (session["amount_total"], session["currency"]) == (10000, "cad")
    assert session["success_url"].startswith(f"https://portal.test/{family.world.org}/pay/done/")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Fill in this field"), ("ten", "Enter an amount"), ("0", "above zero"), ("-5", "above zero"),
        ("4.999", "Enter an amount"), ("19.99", "Pay at least $20.00"), ("100.01", "Pay at most $100.00"),
        ("1" * 101, "Use at most"), ("1e3", "Enter an amount"),
    ],
)  # fmt: skip
def test_an_amount_that_can_not_be_paid_is_refused_beside_its_field(family: Family, typed: str, words: str) -> None:
    """X-5: and nothing is asked of Stripe."""
    with_terms(family.world, taxes=(), online=True, partial=True, partial_minimum_minor=2000)
    invoice = family.invoice()
    family.enter()
    page = family.open(f"invoices/{invoice.id}/pay")

    reply = family.browser.submit(page, "/pay", choice="other", amount=typed)

    assert reply.status == 400
    assert reply.title.startswith("Error:")
    assert words in reply.text
    assert "#field-amount" in reply.links.values()
    assert family.sessions() == 0


def test_part_of_an_invoice_is_paid_where_that_is_allowed(family: Family) -> None:
    """X-5."""
    with_terms(family.world, taxes=(), online=True, partial=True)
    invoice = family.invoice()
    family.enter()
    page = family.open(f"invoices/{invoice.id}/pay")

    family.complete(family.browser.submit(page, "/pay", follow=False, choice="other", amount="$ 40,00"))

    assert (family.stored(invoice).status, family.stored(invoice).balance_minor) == (InvoiceStatus.PARTIALLY_PAID, 6000)


def test_what_falls_due_first_may_be_paid_alone(family: Family, world: World) -> None:
    """A deposit, where no partial payments are taken besides."""
    due = world.today + timedelta(days=4)
    schedule = (Due(world.today, 3000), Due(due, 7000))
    invoice = world.invoice(family.home, "2026-7", minor=10000, schedule=schedule)
    family.enter()
    page = family.open(f"invoices/{invoice.id}/pay")
    assert "$30.00" in page.text

    family.complete(family.browser.submit(page, "/pay", follow=False, choice="next"))

    assert family.payments() == [(PaymentStatus.COMPLETED, 3000)]


@pytest.mark.parametrize("choice", ["", "everything", "ALL"])
def test_a_choice_that_was_not_offered_is_refused(family: Family, choice: str) -> None:
    invoice = family.invoice()
    family.enter()

    assert family.send(f"invoices/{invoice.id}/pay", choice=choice).status == 400
    assert family.sessions() == 0


def test_a_failed_card_books_nothing_and_another_may_be_tried(family: Family) -> None:
    """P-08: coming back without having paid says so."""
    invoice = family.invoice()
    family.enter()
    reply = family.browser.submit(family.open(f"invoices/{invoice.id}/pay"), "/pay", follow=False)
    session = family.session(reply)
    account = family.acquirer.account
    failed = account.complete(session, "declined")
    assert failed["status"] == "open"

    unpaid = family.back(failed["success_url"])

    assert "Nothing was paid" in unpaid.text
    assert family.payments() == []
    assert unpaid.links["Try again"].endswith(f"/invoices/{invoice.id}/pay")
    again = family.browser.submit(family.browser.get(unpaid.links["Try again"]), "/pay", follow=False)
    assert family.session(again) == session
    assert "We have received your payment" in family.complete(again).text
    assert family.payments() == [(PaymentStatus.COMPLETED, 10000)]


def test_a_bank_debit_is_on_its_way_until_it_comes(family: Family) -> None:
    """INV-7, P-09: it is shown, and the invoice can not be paid a second time meanwhile."""
    invoice = family.invoice()
    family.enter()
    page = family.open(f"invoices/{invoice.id}/pay")

    done = family.complete(family.browser.submit(page, "/pay", follow=False), "bank_debit")

    assert "Your bank needs a few days" in done.text
    assert family.payments() == [(PaymentStatus.PENDING, 10000)]
    assert "already on its way" in family.open(f"invoices/{invoice.id}/pay").text
    assert family.browser.submit(page, "/pay").status == 409
    assert family.browser.submit(page, "/pay").text.count("already on its way") == 1


def test_the_return_page_grants_nothing(family: Family, world: World) -> None:
    """P-08: an open page, an invented one, another household's."""
    invoice = family.invoice()
    other = world.household("Other")
    world.user(other, email="other@example.com")
    family.enter()
    reply = family.browser.submit(family.open(f"invoices/{invoice.id}/pay"), "/pay", follow=False)
    with family.acquirer.account.acting(writes=False) as books:
        path = urlsplit(books.get("checkout.session", family.session(reply))["success_url"]).path

    assert "Nothing was paid" in family.browser.get(path).text
    assert family.open("pay/done/none").status == 404
    assert family.payments() == []
    stranger = Door(Browser(family.browser.portal), family.door.sent, world.org)
    stranger.enter("other@example.com")
    assert stranger.browser.get(path).status == 404


def test_the_return_page_says_so_when_stripe_can_not_be_reached(family: Family) -> None:
    """Nobody is told that nothing was paid when that is not known."""
    invoice = family.invoice()
    family.enter()
    reply = family.browser.submit(family.open(f"invoices/{invoice.id}/pay"), "/pay", follow=False)
    done = family.acquirer.account.complete(family.session(reply))
    family.acquirer.account.fault("checkout.sessions.retrieve", "error", 3)

    page = family.back(done["success_url"])

    assert page.status == 200
    assert "no need to pay again" in page.text


def test_several_invoices_are_paid_at_once(family: Family) -> None:
    invoices = [family.invoice() for _ in range(3)]
    family.enter()
    page = family.open("pay")
    ticked = {f"pay-{invoice.id}": "yes" for invoice in invoices[:2]}

    done = family.complete(family.browser.submit(page, "/pay", follow=False, **ticked))

    assert "$200.00" in done.text
    paid = [family.stored(invoice).status for invoice in invoices]
    assert paid == [InvoiceStatus.PAID, InvoiceStatus.PAID, InvoiceStatus.ISSUED]
    assert family.payments() == [(PaymentStatus.COMPLETED, 20000)]


def test_what_can_not_be_paid_together_is_refused_with_a_reason(family: Family, world: World) -> None:
    home = family.home
    mine, euros = family.invoice(), world.invoice(home, "E-1", currency="EUR")
    theirs = world.invoice(home, "P-1", payer="somebody")
    foreign = world.invoice(world.household("Other"), "O-1")
    paid = world.invoice(home, "D-1", status=InvoiceStatus.PAID, paid_minor=18000)
    family.enter()

    def pay(*ids: str) -> Page:
        return family.send("pay", **{f"pay-{each}": "yes" for each in ids})

    assert "Choose at least one invoice" in pay().text
    assert "Choose at most 20 invoices" in pay(*(f"x{number}" for number in range(21))).text
    for other in (euros, theirs):
        assert (pay(mine.id, other.id).status, "one by one" in pay(mine.id, other.id).text) == (400, True)
    assert pay(mine.id, foreign.id).status == 404
    assert pay(mine.id, "none").status == 404
    assert pay(mine.id, paid.id).status == 409
    assert family.sessions() == 0


def test_an_amount_is_paid_ahead_where_that_is_taken(family: Family) -> None:
    """X-5: what is due first is covered, the rest is credit."""
    invoice = family.invoice()
    family.enter()
    assert family.send("pay/ahead", amount="150").status == 404
    assert "Pay an amount" not in family.open("pay").text
    with_terms(family.world, taxes=(), online=True, overpayment=True)
    page = family.open("pay")

    wrong = family.browser.submit(page, "ahead", amount="much")
    family.complete(family.browser.submit(wrong, "ahead", follow=False, amount="150"))

    assert (wrong.status, "#field-amount" in wrong.links.values()) == (400, True)
    assert family.stored(invoice).status is InvoiceStatus.PAID
    left = billing.list_credits(family.world.org, family.home.id).rows
    assert [each.left_minor for each in left] == [5000]


def test_a_payment_method_is_kept_when_that_is_wished(family: Family) -> None:
    """PM-2: paying once with the box ticked; who changes the mind gets a page that says so."""
    invoice = family.invoice()
    family.enter()
    page = family.open(f"invoices/{invoice.id}/pay")
    unsaved = family.browser.submit(page, "/pay", follow=False)
    saving = family.browser.submit(page, "/pay", follow=False, save="yes")
    assert family.session(unsaved) != family.session(saving)

    family.complete(saving)

    assert [(each.last4, each.is_default) for each in family.methods()] == [("4242", True)]
    assert family.payments() == [(PaymentStatus.COMPLETED, 10000)]


def _with_cards(family: Family, *cards: str) -> list[Method]:
    """Saves cards through Stripe's page."""
    for card in cards:
        page = family.open("payment-methods")
        saved = family.complete(family.browser.submit(page, "add", follow=False), card)
        assert "Your change is saved" in saved.text
    return family.methods()


def _path(method: Method, act: str = "") -> str:
    return f"payment-methods/{named_id(method.id)}{act and '/'}{act}"


def test_cards_are_added_listed_preferred_and_removed(family: Family) -> None:
    """PM-1 to PM-4: brand, last four digits and month are all that we have of them."""
    family.enter()
    visa, master = _with_cards(family, "succeeds", "mastercard")
    page = family.open("payment-methods")
    for words in ("Visa •••• 4242", "Mastercard •••• 4444", "Default", "Good until"):
        assert words in page.text
    assert (visa.brand, visa.is_default) == ("visa", True), "adding another changes nothing about the default"
    assert (master.brand, master.is_default) == ("mastercard", False)

    family.browser.submit(family.open(_path(master)), "default")
    assert [each.id for each in family.methods() if each.is_default] == [master.id]
    gone = family.browser.submit(family.open(_path(visa)), "delete")
    assert "removed" in gone.text
    assert [each.id for each in family.methods()] == [master.id]
    family.browser.submit(family.open(_path(master)), "delete")
    assert family.methods() == []
    assert visa.id not in page.html


def test_deleting_the_default_asks_which_one_follows(family: Family) -> None:
    """X-8."""
    family.enter()
    first, second, third = _with_cards(family, "succeeds", "mastercard", "succeeds")
    page = family.open(_path(first))

    for successor in ("", "none", named_id(first.id)):
        refused = family.browser.submit(page, "delete", successor=successor)
        assert (refused.status, "Choose which one" in refused.text) == (400, True)
    family.browser.submit(page, "delete", successor=named_id(third.id))

    assert [(each.id, each.is_default) for each in family.methods()] == [(third.id, True), (second.id, False)]


def test_the_last_method_stays_while_something_bills_it(family: Family, world: World) -> None:
    """X-8: a recurring invoice with autopay, and an open invoice with autopay."""
    family.enter()
    (card,) = _with_cards(family, "succeeds")
    wanted = billing_again.monthly(world.today, autopay=AutopayMode.ALWAYS)
    made = billing_again.made(world, family.home, wanted)
    page = family.open(_path(card))

    refused = family.browser.submit(page, "delete")

    assert refused.status == 409
    assert "Piano lessons" in refused.text
    assert family.methods() == [card]
    transaction = Transaction()
    recurring_store.save(transaction, world.org, world.organisation.zone, completed(billing_again.stored(world, made)))
    transaction.commit()
    assert family.browser.submit(page, "delete").status == 200
    assert family.methods() == []


def test_an_open_invoice_with_autopay_keeps_the_last_method(family: Family, world: World) -> None:
    """X-8: until it is paid."""
    invoice = world.invoice(family.home, "2026-9", autopay=True)
    family.enter()
    (card,) = _with_cards(family, "succeeds")

    refused = family.browser.submit(family.open(_path(card)), "delete")
    assert (refused.status, "2026-9" in refused.text) == (409, True)
    family.complete(family.send(f"invoices/{invoice.id}/pay", choice="all"))
    assert family.browser.submit(family.open(_path(card)), "delete").status == 200
    assert family.methods() == []


def test_a_viewer_pays_nothing_and_changes_nothing(world: World, door: Door, acquirer: Acquirer) -> None:
    """C5."""
    with_terms(world, taxes=(), online=True)
    home = world.household()
    world.user(home, role=Role.VIEWER)
    door.enter("marie@example.com")
    page = door.browser.get(f"/{world.org}/payment-methods")

    assert page.status == 200
    assert "Add a payment method" not in page.text
    assert door.browser.get(f"/{world.org}/pay").status == 403


@pytest.mark.parametrize("role", [Role.VIEWER, Role.GUARDIAN])
def test_only_who_may_pay_is_led_to_paying(world: World, door: Door, acquirer: Acquirer, role: Role) -> None:
    """C5: on no page does a viewer find a way that ends at a closed door; a guardian finds one on each of these."""
    with_terms(world, taxes=(), online=True)
    home = world.household()
    world.user(home, role=role)
    invoice = keep(world.organisation, home.id, world.now, issued)
    recurring = billing_again.made(world, home, billing_again.monthly(world.today, autopay=AutopayMode.OPT_IN))
    door.enter("marie@example.com")
    offering = [
        "invoices?show=due",
        f"invoices/{invoice.id}",
        "settings",
        f"recurring/{recurring.id}",
        "payment-methods",
    ]
    for path in (*offering, "", "invoices", "payments", "credits", "balance", "statement", "recurring"):
        page = door.browser.get(f"/{world.org}/{path}")
        assert page.status == 200, path
        assert bool(_ways_to_pay(page)) is (role is Role.GUARDIAN and path in offering), path


def _ways_to_pay(page: Page) -> list[str]:
    """Where links and forms of a page lead that are about paying, but for the tabs on top."""
    tabs = {link for nav in page.document.iter("nav") for link in nav.iter("a")}
    told = [each for tag in ("a", "form") for each in page.document.iter(tag) if each not in tabs]
    ways = [str(each.get("href") or each.get("action")) for each in told]
    return [way for way in ways if _LEADS_TO_PAYING.search(way)]


_LEADS_TO_PAYING = re.compile(r"/pay$|/share$|/credit$|/autopay$|/payment-methods(/add)?$")


def test_five_pages_an_hour_are_made_for_one_invoice(family: Family, clock: TurnedClock) -> None:
    """P-19: the sixth is refused with a page that says when; coming back to an open page costs nothing."""
    with_terms(family.world, taxes=(), online=True, partial=True)
    invoice, other = family.invoice(), family.invoice()
    family.enter()

    def pay(one: Invoice, amount: int) -> Page:
        return family.send(f"invoices/{one.id}/pay", choice="other", amount=str(amount))

    for amount in (1, 2, 3, 4, 5, 5, 5):
        assert pay(invoice, amount).status == 303
    refused = pay(invoice, 6)

    assert (refused.status, refused.header("retry-after")) == (429, "3600")
    assert "Please wait a little" in refused.text
    assert family.sessions() == 5
    assert pay(other, 6).status == 303
    clock.advance(minutes=60, seconds=1)
    assert pay(invoice, 6).status == 303


def test_twenty_pages_an_hour_are_made_for_one_network(family: Family, clock: TurnedClock) -> None:
    """P-19: whatever they are for."""
    invoices = [family.invoice() for _ in range(21)]
    family.enter()
    replies = [family.send(f"invoices/{one.id}/pay", choice="all").status for one in invoices]

    assert replies == [303] * 20 + [429]
    family.browser.source = "198.51.100.9"
    assert family.send(f"invoices/{invoices[-1].id}/pay", choice="all").status == 303


def _link(family: Family, invoice: Invoice, minor: int = 4000) -> str:
    until = family.world.today + timedelta(days=10)
    org, home, now = family.world.organisation, family.home.id, family.world.now
    return links.create(org, home, invoice.id, minor, "Grandma", until, now)


def test_somebody_else_pays_by_a_link(family: Family, world: World) -> None:
    """NEW-8: without signing in, in their own name, seeing nothing of the family."""
    invoice = family.invoice()
    token = _link(family, invoice)
    stranger = Browser(family.browser.portal)
    path = f"/{world.org}/pay/link/{token}"
    page = stranger.get(path)
    assert (page.status, page.header("x-robots-tag")) == (200, "noindex")
    for words in (invoice.number, "$40.00", "Northside Music"):
        assert words in page.text
    for secret in ("Tremblay", "Marie", "$100.00", "Piano", "Grandma"):
        assert secret not in page.html

    missing = stranger.submit(page, token)
    assert (missing.status, missing.text.count("Fill in this field")) == (400, 4)
    assert stranger.submit(page, token, name="Olga", email="olga@").status == 400
    reply = stranger.submit(page, token, follow=False, name="Olga", email="olga@example.com")
    again = stranger.submit(page, token, follow=False, name="Olga Ivanova", email="olga@example.com")
    done = family.acquirer.account.complete(family.session(again))
    back = stranger.get(urlsplit(done["success_url"]).path)

    assert family.session(reply) != family.session(again), "a corrected name needs another page"
    assert "If you paid, thank you" in back.text
    assert token not in done["success_url"]
    _settle(family, done)
    assert "We have received your payment" in stranger.get(urlsplit(done["success_url"]).path).text
    (payment,) = billing.list_payments(world.org, family.home.id).rows
    assert (payment.payer_name, payment.payer_email, payment.minor) == ("Olga Ivanova", "olga@example.com", 4000)
    assert family.stored(invoice).balance_minor == 6000
    assert family.methods() == []


def _settle(family: Family, done: dict[str, object]) -> None:
    """What the message from Stripe brings about."""
    session = family.acquirer.gateway.find_checkout(str(done["id"]))
    assert session
    settle_session(family.acquirer.gateway, family.world.organisation, session, family.world.now)


def test_a_link_has_a_brake_of_its_own(family: Family) -> None:
    """P-19, NEW-8: whoever has a link can not use up the family's own tries, nor the other way round."""
    with_terms(family.world, taxes=(), online=True, partial=True)
    invoice = family.invoice()
    first, second = _link(family, invoice), _link(family, invoice)
    family.enter()

    def by_link(token: str, number: int) -> int:
        stranger = Browser(family.browser.portal)
        stranger.source = f"198.51.100.{number}"
        page = stranger.get(f"/{family.world.org}/pay/link/{token}")
        return stranger.submit(page, token, follow=False, name=f"Olga {number}", email="olga@example.com").status

    assert [by_link(first, number) for number in range(6)] == [303] * 5 + [429]
    assert by_link(second, 6) == 303
    mine = [family.send(f"invoices/{invoice.id}/pay", choice="other", amount=str(n)).status for n in range(1, 7)]
    assert mine == [303] * 5 + [429]
    assert by_link(second, 7) == 303


def test_a_link_for_an_invoice_of_one_parent_is_paid_for_that_parent(family: Family, world: World) -> None:
    """NEW-8: what somebody else pays is credited to whom the invoice is billed."""
    invoice = world.invoice(family.home, "P-1", payer="father")
    token = _link(family, invoice)
    stranger = Browser(family.browser.portal)
    page = stranger.get(f"/{world.org}/pay/link/{token}")

    done = family.acquirer.account.complete(
        family.session(stranger.submit(page, token, follow=False, name="Olga", email="olga@example.com"))
    )
    _settle(family, done)

    assert family.stored(invoice).balance_minor == 14000


def test_a_link_ends(family: Family, world: World, clock: TurnedClock) -> None:
    """NEW-8: by being taken back, by its day, by the invoice being paid; and a wrong one never was."""
    invoice = family.invoice()
    token, taken_back = _link(family, invoice), _link(family, invoice)
    stranger = Browser(family.browser.portal)
    form = {"name": "Olga", "email": "olga@example.com"}
    page = stranger.get(f"/{world.org}/pay/link/{token}")
    hashes = [link.hash for link in links.list_of(world.org, family.home.id, invoice.id)]

    links.take_back(world.org, family.home.id, invoice.id, token_hash(taken_back))
    assert len(hashes) == 2
    ended = stranger.get(f"/{world.org}/pay/link/{taken_back}")
    assert (ended.status, "over" in ended.title) == (410, True)
    csrf = page.form(token).fields["csrf"]
    assert stranger.post(f"/{world.org}/pay/link/{taken_back}", {"csrf": csrf, **form}).status == 410
    assert stranger.get(f"/{world.org}/pay/link/{token[:-4]}aaaa").status == 404
    assert stranger.post(f"/{world.org}/pay/link/{token}", form).status == 403
    clock.advance(days=11)
    assert stranger.fill(page, token, form).status == 410
    assert family.sessions() == 0


def test_without_online_payments_there_is_no_way_to_stripe(world: World, door: Door, acquirer: Acquirer) -> None:
    """INV-5: only where the organisation takes them."""
    with_terms(world)
    home = world.household()
    world.user(home)
    invoice = world.invoice(home)
    door.enter("marie@example.com")
    page = door.browser.get(f"/{world.org}/invoices/{invoice.id}/pay")
    token = page.form("sign-out").fields["csrf"]

    assert "can not be paid online" in page.text
    for path in (f"invoices/{invoice.id}/pay", "pay", "pay/ahead", "payment-methods/add", "pay/link/x"):
        reply = door.browser.post(f"/{world.org}/{path}", {"csrf": token, "choice": "all"})
        assert reply.status in (403, 404), path
    assert acquirer.account.calls == []


def test_an_organisation_without_keys_says_that_nothing_is_set_up(family: Family) -> None:
    """P-21: switched on in the settings, never connected; trying again would not help, so the page does not say so."""
    invoice = family.invoice()
    family.enter()
    page = family.open(f"invoices/{invoice.id}/pay")
    aws.client("ssm").delete_parameter(Name=f"{PARAMETERS}/{family.world.org}/key")

    refused = family.browser.submit(page, "/pay")

    assert (refused.status, "not set up here yet" in refused.text) == (503, True)
    assert "trying again is safe" not in refused.text
    assert family.payments() == []
