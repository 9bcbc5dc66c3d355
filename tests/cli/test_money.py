"""Invoices, payments, credits and Stripe from the command line; every command twice."""

import json
import re

import pytest
from typer.testing import CliRunner

from chalicelib.adapters import aws
from chalicelib.billing import store as billing
from chalicelib.billing.domain import InvoiceStatus, PaymentStatus
from chalicelib.data import keys, read
from chalicelib.data.outbox import MessageItem
from chalicelib.households.domain import Household
from chalicelib.organisations import audit
from chalicelib.payments import store as attempts
from chalicelib.payments.domain import Purpose, Wish
from chalicelib.payments.paying import Buyer, start
from chalicelib.quotes import store as quotes
from cli.__main__ import app
from tests.billing.test_books import summary_of
from tests.cli.test_billing_documents import Write, foyer, home, made, write
from tests.support.acquirer import Acquirer
from tests.support.terms import with_terms
from tests.support.world import World

__all__ = ["home", "write"]

INVOICE = """
note = "Thank you."
due_on = 2026-12-31

[[lines]]
description = "Piano"
price = 100
member = "{member}"
taxes = []
"""
COMMANDS = (
    "invoices draft", "invoices issue", "invoices send", "invoices mark-sent", "invoices mark-paid", "invoices cancel",
    "invoices credit", "payments record", "payments refund", "payments parked", "payments close", "credits give",
    "credits use", "stripe connect", "stripe reconcile", "cards link",
)  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    said = foyer(*command.split(), "--help")

    assert "ORG" in said
    assert len(re.sub(r"[\s─│╭╮╰╯]+", " ", said)) > 200


def _drafted(world: World, home: Household, write: Write, text: str = INVOICE) -> str:
    return made(foyer("invoices", "draft", world.org, home.id, write(text)))


def _told(world: World, message: str) -> MessageItem | None:
    return read.one(MessageItem, keys.outbox(world.org, message))


def test_a_draft_is_made_once_and_seen_by_nobody(world: World, home: Household, write: Write) -> None:
    """INV-2: the same file on the same day is the same draft."""
    draft = _drafted(world, home, write)

    assert _drafted(world, home, write) == draft
    assert made(foyer("invoices", "draft", world.org, home.id, write(INVOICE), "--number", "2")) != draft
    assert billing.list_invoices(world.org, home.id).rows == []
    stored = billing.get_draft(world.org, home.id, draft)
    assert stored
    assert (stored.total_minor, stored.note) == (10000, "Thank you.")


@pytest.mark.parametrize(("command", "mailed"), [("issue", True), ("mark-sent", False)])
def test_an_invoice_is_published_once(world: World, home: Household, write: Write, command: str, mailed: bool) -> None:
    """INV-3: shown as unpaid; by mail or not."""
    draft = _drafted(world, home, write)

    first = foyer("invoices", command, world.org, home.id, draft)
    assert foyer("invoices", command, world.org, home.id, draft) == first

    invoice = billing.get_invoice(world.org, home.id, made(first))
    assert invoice
    assert (invoice.status, invoice.sent_at) == (InvoiceStatus.ISSUED, world.now)
    assert summary_of(world, home.id).due() == {"CAD": 10000}
    assert (_told(world, f"invoice-{invoice.id}") is not None) is mailed
    assert "Issued before" in foyer("invoices", "draft", world.org, home.id, write(INVOICE))


def test_an_issued_invoice_is_mailed_again_once_a_day(world: World, home: Household, write: Write) -> None:
    invoice = made(foyer("invoices", "mark-sent", world.org, home.id, _drafted(world, home, write)))

    assert "Mailed" in foyer("invoices", "send", world.org, home.id, invoice)
    assert "today already" in foyer("invoices", "send", world.org, home.id, invoice, code=1)

    item = _told(world, f"invoice-{invoice}-{world.today:%Y%m%d}")
    assert item
    assert item.facts["minor"] == 10000


def test_a_draft_that_is_marked_paid_goes_straight_to_the_history(world: World, home: Household, write: Write) -> None:
    """INV-3: invoice and payment in one step, without a mail."""
    draft = _drafted(world, home, write)

    said = foyer("invoices", "mark-paid", world.org, home.id, draft, "--method", "cheque", "--reference", "118")
    again = foyer("invoices", "mark-paid", world.org, home.id, draft, "--method", "cheque", "--reference", "118")

    assert "before" in again
    payment = billing.list_payments(world.org, home.id).rows[0]
    assert (payment.minor, payment.method, payment.reference) == (10000, "cheque", "118")
    assert made(said) == payment.id
    invoice = billing.get_invoice(world.org, home.id, payment.allocations[0].invoice)
    assert invoice
    assert invoice.status is InvoiceStatus.PAID
    assert summary_of(world, home.id).due() == {}
    assert _told(world, f"invoice-{invoice.id}") is None
    entries = billing.list_entries(world.org, home.id, "", "CAD").rows
    assert [entry.balance_minor for entry in entries] == [0, 10000]


def test_an_invoice_in_parts_is_paid_earliest_first(world: World, home: Household, write: Write) -> None:
    text = "deposit = 30\ndeposit_on = 2026-12-01\n" + INVOICE
    invoice = made(foyer("invoices", "mark-sent", world.org, home.id, _drafted(world, home, write, text)))

    foyer("payments", "record", world.org, home.id, "45.50", "--invoice", invoice)

    stored = billing.get_invoice(world.org, home.id, invoice)
    assert stored
    assert [(due.on.isoformat(), due.minor) for due in stored.dues] == [("2026-12-31", 5450)]
    wrong = INVOICE.replace("note", "deposit = 100\ndeposit_on = 2026-12-01\nnote")
    assert "deposit must be" in foyer("invoices", "draft", world.org, home.id, write(wrong), code=1)


def test_a_payment_is_noted_once_unless_it_is_said_to_be_another(world: World, home: Household, write: Write) -> None:
    invoice = made(foyer("invoices", "mark-sent", world.org, home.id, _drafted(world, home, write)))
    record = ("payments", "record", world.org, home.id, "60", "--invoice", invoice, "--on", world.today.isoformat())

    assert "Noted payment" in foyer(*record)
    assert "Noted before" in foyer(*record)
    assert "20.00 CAD stays as credit" in foyer(*record, "--number", "2")

    assert [each.minor for each in billing.list_payments(world.org, home.id).rows] == [6000, 6000]
    assert summary_of(world, home.id).credit() == {"CAD": 2000}


def test_money_goes_back_up_to_what_was_told(world: World, home: Household, write: Write) -> None:
    """A refund by hand: the amount is what was given back in all, so that repeating gives nothing more."""
    draft = _drafted(world, home, write)
    payment = made(foyer("invoices", "mark-paid", world.org, home.id, draft))
    refund = ("payments", "refund", world.org, home.id, payment)

    assert "Gave back 30.00 CAD" in foyer(*refund, "30")
    assert "before" in foyer(*refund, "30")
    assert "Gave back 15.00 CAD" in foyer(*refund, "45", "--by-hand", "cheque", "--reason", "Ill")
    assert "Not as much" in foyer(*refund, "120", code=1)

    stored = billing.get_payment(world.org, home.id, payment)
    assert stored
    assert stored.status is PaymentStatus.PARTIALLY_REFUNDED
    assert [(each.minor, each.method, each.reason) for each in stored.refunds] == [
        (3000, "cash", ""), (1500, "cheque", "Ill"),
    ]  # fmt: skip


def test_credit_is_given_and_used_once(world: World, home: Household, write: Write) -> None:
    give = ("credits", "give", world.org, home.id, "25", "--reason", "Class cancelled")
    assert "Gave credit note" in foyer(*give)
    assert "Gave before" in foyer(*give)
    invoice = made(foyer("invoices", "mark-sent", world.org, home.id, _drafted(world, home, write)))

    assert "Used 25.00 CAD" in foyer("credits", "use", world.org, home.id, invoice)
    assert "Used 0.00 CAD" in foyer("credits", "use", world.org, home.id, invoice)

    stored = billing.get_invoice(world.org, home.id, invoice)
    assert stored
    assert stored.balance_minor == 7500


def test_an_invoice_is_taken_back_in_part_and_whole_each_once(world: World, home: Household, write: Write) -> None:
    """C8, CRED-2."""
    invoice = made(foyer("invoices", "mark-sent", world.org, home.id, _drafted(world, home, write)))

    assert "over 40.00 CAD" in foyer("invoices", "credit", world.org, home.id, invoice, "40", "--reason", "Ill")
    assert "before" in foyer("invoices", "credit", world.org, home.id, invoice, "40", "--reason", "Ill")
    assert "less than that" in foyer("invoices", "credit", world.org, home.id, invoice, "140", code=1)
    for _ in range(2):
        assert "cancelled" in foyer("invoices", "cancel", world.org, home.id, invoice)

    notes = billing.list_credit_notes(world.org, home.id).rows
    assert sorted(note.total_minor for note in notes) == [4000, 6000]
    assert summary_of(world, home.id).due() == {}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("payments", "record", "{org}", "{home}", "12.345"), "no amount"),
        (("payments", "record", "{org}", "{home}", "0"), "above zero"),
        (("payments", "record", "{org}", "{home}", "5", "--method", "gold"), "no way of paying"),
        (("payments", "record", "{org}", "{home}", "5", "--on", "2999-01-01"), "not in the future"),
        (("payments", "record", "{org}", "{home}", "5", "--invoice", "20261122-x"), "no such"),
        (("payments", "refund", "{org}", "{home}", "20261122-x", "5"), "no such"),
        (("invoices", "issue", "{org}", "{home}", "20261122-x"), "no such"),
        (("invoices", "cancel", "{org}", "{home}", "20261122-x"), "no such"),
        (("credits", "give", "{org}", "nobody", "5", "--reason", "x"), "no such"),
        (("payments", "parked", "nowhere"), "no organisation"),
    ],
)
def test_what_can_not_be_is_said_in_a_sentence(
    world: World, home: Household, arguments: tuple[str, ...], words: str
) -> None:
    told = [each.format(org=world.org, home=home.id) for each in arguments]

    assert words in foyer(*told, code=1)

    assert billing.list_payments(world.org, home.id).rows == []
    assert quotes.list_quotes(world.org, home.id).rows == []


def _connect(world: World, code: int = 0, **secrets: str) -> str:
    runner = CliRunner(env={"COLUMNS": "200", **secrets})
    told = "" if secrets else "rk_test_of_stdin\nwhsec_of_stdin\n"
    result = runner.invoke(app, ["stripe", "connect", world.org], input=told)
    assert result.exit_code == code, result.output
    return result.output


def _parameter(world: World, name: str) -> str:
    path = f"/foyer/test/stripe/{world.org}/{name}"
    return str(aws.client("ssm").get_parameter(Name=path, WithDecryption=True)["Parameter"]["Value"])


def test_keys_of_stripe_are_stored_from_the_environment_or_from_standard_input(world: World) -> None:
    """P-21, L-01: never from the command, and never shown."""
    said = _connect(world)
    assert (_parameter(world, "key"), _parameter(world, "webhook")) == ("rk_test_of_stdin", "whsec_of_stdin")

    said += _connect(world, FOYER_STRIPE_KEY="sk_test_2", FOYER_STRIPE_WEBHOOK_SECRET="whsec_2")
    assert (_parameter(world, "key"), _parameter(world, "webhook")) == ("sk_test_2", "whsec_2")

    assert "_test_" not in said
    assert "whsec_" not in said
    assert f"/webhooks/stripe/{world.org}" in said
    noted = [entry.about for entry in audit.page(world.org).rows]
    assert [each["what"].partition(",")[0] for each in noted] == ["The keys to the Stripe account were replaced"] * 2
    assert "sk_test" not in str(noted)


@pytest.mark.parametrize(
    ("key", "secret"), [("pk_test_1", "whsec_1"), ("sk_live_1", "whsec_1"), ("sk_test_1", "secret"), ("1", "whsec_1")]
)
def test_keys_that_can_not_be_right_are_refused(world: World, key: str, secret: str) -> None:
    """P-21: a live key where no real money moves, a publishable key, something else altogether."""
    said = _connect(world, 1, FOYER_STRIPE_KEY=key, FOYER_STRIPE_WEBHOOK_SECRET=secret)

    assert key not in said or key == "1"
    with pytest.raises(aws.client("ssm").exceptions.ParameterNotFound):
        _parameter(world, "key")


def test_reconcile_repairs_what_stripe_did_not_tell(
    world: World, home: Household, write: Write, acquirer: Acquirer
) -> None:
    """P-16; and a refund goes back through Stripe."""
    with_terms(world, online=True)
    invoice = made(foyer("invoices", "mark-sent", world.org, home.id, _drafted(world, home, write)))
    wish = Wish(Purpose.INVOICES, "CAD", 10000, (invoice,))
    start(acquirer.gateway, world.organisation, home.id, wish, Buyer("fr", "invoices"), world.now)
    checkout = attempts.get_checkout(world.org, home.id, wish.checkout_id(home.id))
    assert checkout
    acquirer.account.complete(checkout.session)

    assert "differed" in foyer("stripe", "reconcile", world.org, "--days", "2")
    assert "Nothing differed" in foyer("stripe", "reconcile", world.org)

    payment = billing.list_payments(world.org, home.id).rows[0]
    for said in ("Gave back 20.00 CAD", "before"):
        assert said in foyer("payments", "refund", world.org, home.id, payment.id, "20")
    refunded = billing.get_payment(world.org, home.id, payment.id)
    assert refunded
    assert [each.minor for each in refunded.refunds] == [2000]
    found = acquirer.gateway.find_intent(payment.intent)
    assert found
    assert [each.minor for each in found.refunds] == [2000]


def test_a_card_is_attached_on_stripes_page_only(world: World, home: Household, acquirer: Acquirer) -> None:
    """PM-5: staff get the page's address and type no card; asking again gives the same page."""
    said = foyer("cards", "link", world.org, home.id)

    assert said.startswith("http")
    assert foyer("cards", "link", world.org, home.id) == said
    assert "no such" in foyer("cards", "link", world.org, "nobody", code=1)


def test_what_waits_for_a_person_is_listed(world: World, home: Household, acquirer: Acquirer) -> None:
    assert "Nothing waits" in foyer("payments", "parked", world.org)
    with_terms(world, online=True)
    wish = Wish(Purpose.AMOUNT, "CAD", 5000)
    start(acquirer.gateway, world.organisation, home.id, wish, Buyer("fr", "invoices"), world.now)
    checkout = attempts.get_checkout(world.org, home.id, wish.checkout_id(home.id))
    assert checkout
    acquirer.account.complete(checkout.session)
    foyer("stripe", "reconcile", world.org)
    payment = billing.list_payments(world.org, home.id).rows[0]
    acquirer.account.dispute(payment.intent)
    foyer("stripe", "reconcile", world.org)

    said = foyer("payments", "parked", world.org)

    assert "disputed" in said
    assert payment.id[:16] in said
    assert json.dumps(home.id)[1:9] in said

    name = f"dispute-{payment.id}"
    assert "--note" in foyer("payments", "close", world.org, name, code=2)
    assert "Nothing waits under" in foyer("payments", "close", world.org, "dispute", "--note", "x", code=1)
    assert name in foyer("payments", "close", world.org, name, "--note", "Answered the bank")
    assert "Nothing waits" in foyer("payments", "parked", world.org)
    assert "Nothing waits under" in foyer("payments", "close", world.org, name, "--note", "again", code=1)
