"""What stands on invoices, receipts and credit notes."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from chalicelib.billing.domain import (
    Allocation,
    Coverage,
    CreditNote,
    Due,
    InvoiceLine,
    InvoiceStatus,
    Payment,
    PaymentStatus,
    Refund,
    TaxAmount,
)
from chalicelib.organisations.terms import BillingTerms
from chalicelib.papers.documents import (
    credit_note_paper,
    has_receipt,
    invoice_paper,
    quote_paper,
    receipt_paper,
)
from chalicelib.papers.paper import Paper
from chalicelib.quotes.domain import Answer, Quote, QuoteStatus
from chalicelib.shared.texts import LANGUAGES
from tests.papers.writing import desk, invoice, line, plain, typeset, words

PAYMENT = Payment(
    "20260603-abcdefgh", "home", date(2026, 6, 3), 15000, "CAD", "card", PaymentStatus.COMPLETED,
    (Allocation("x", 10000, "2026-00142"),), "Visa 4242",
)  # fmt: skip


def totals(paper: Paper) -> dict[str, str]:
    return {total.label: plain(total.amount) for total in paper.totals}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_amounts_on_an_invoice_are_its_own(language: str) -> None:
    """INV-4: every line, every tax, the total, what was paid and what is left, read out of the PDF."""
    here = desk(language)
    coverage = Coverage("p", date(2026, 6, 3), 10000, "card")
    bill = invoice(paid_minor=10000, coverages=(coverage,), status=InvoiceStatus.PARTIALLY_PAID)
    told = words(typeset(invoice_paper(here, bill)))

    amounts = [one.amount_minor for one in bill.lines] + [60750, 3037, 6059, 69846, -10000, 59846]
    for minor in amounts:
        assert plain(here.local.money(minor, "CAD")) in told
    assert bill.total_minor == 69846
    for text in ("2026-00142", "Ballet", "Léa Tremblay", "Émile Tremblay", "C-1042", "123456789 RT0001"):
        assert text in told
    assert plain(here.local.date(bill.due_on, "long")) in told


def test_an_invoice_names_the_legal_person_and_the_portal() -> None:
    told = words(typeset(invoice_paper(desk(), invoice())))

    assert "Musique du Nord inc. Northside Music" in told
    assert "TPS 123456789 RT0001 · TVQ 1234567890 TQ0001" in told


def test_taxes_that_prices_hold_are_named_as_such() -> None:
    vat = TaxAmount("TVA", 3000, 200_000, included=True)
    paper = invoice_paper(desk(), invoice(InvoiceLine("Piano", Decimal(1), 18000, 18000, taxes=(vat,))))

    assert totals(paper) == {"Subtotal": "$180.00", "TVA, 20% (included in the prices)": "$30.00", "Total": "$180.00"}


def test_columns_without_content_are_left_out() -> None:
    bare = InvoiceLine("Piano", Decimal("1.5"), 4000, 6000)
    cheaper = InvoiceLine("Piano", Decimal(10), 4500, 42750, discount_minor=2250)
    first, second = (invoice_paper(desk(), invoice(one)).tables[0] for one in (bare, cheaper))

    assert [column.title for column in first.columns] == ["Description", "Quantity", "Unit price", "Amount"]
    assert [column.title for column in second.columns][3:] == ["Discount", "Amount"]
    assert first.groups[0].rows[0].cells == ("Piano", "1.5", "$40.00", "$60.00")
    assert first.groups[0].title == "", "all for the household needs no heading"


@pytest.mark.parametrize(
    ("changes", "headline", "stamp"),
    [
        ({}, "To pay by Jun 15, 2026", ""),
        (
            {"schedule": (Due(date(2026, 6, 10), 20000), Due(date(2026, 6, 15), 49846))},
            "Still to pay; the next part is due Jun 10, 2026",
            "",
        ),
        ({"status": InvoiceStatus.PAID, "paid_minor": 69846}, "Paid in full", "Paid"),
        ({"status": InvoiceStatus.CANCELLED}, "This invoice was taken back: there is nothing to pay", "Cancelled"),
        ({"status": InvoiceStatus.REVERSED}, "This invoice was taken back: there is nothing to pay", "Reversed"),
    ],
)
def test_the_headline_says_what_to_do(changes: dict[str, object], headline: str, stamp: str) -> None:
    paper = invoice_paper(desk(), invoice(**changes))

    assert (paper.headline.label, paper.stamp) == (headline, stamp)


def test_instalments_are_listed() -> None:
    paper = invoice_paper(desk(), invoice(schedule=(Due(date(2026, 6, 10), 20000), Due(date(2026, 6, 15), 49846))))

    assert [row.cells for row in paper.annexes[0].groups[0].rows] == [
        ("June 10, 2026", "$200.00"), ("June 15, 2026", "$498.46"),
    ]  # fmt: skip


def test_a_member_who_pays_for_himself_is_billed_by_name() -> None:
    assert invoice_paper(desk(), invoice(payer="emile")).addressee.name == "Émile Tremblay"


def test_the_organisations_words_stand_at_the_foot_in_the_readers_language() -> None:
    terms = BillingTerms(footer={"fr": "Chèques à notre ordre.", "en": "Cheques to our order."})
    for language, said in (("fr", "Chèques à notre ordre."), ("en", "Cheques to our order.")):
        assert said in words(typeset(invoice_paper(desk(language, billing=terms), invoice())))


def test_a_receipt_says_what_came_in_and_what_it_paid() -> None:
    told = words(typeset(receipt_paper(desk(), PAYMENT)))

    for text in ("$150.00", "Card", "Visa 4242", "Invoice 2026-00142 $100.00", "Kept as credit $50.00", "C-1042",
                 "Famille Tremblay", "20260603-ABCDEF"):  # fmt: skip
        assert text in told


def test_a_refund_is_on_the_receipt() -> None:
    refund = Refund("r", date(2026, 6, 5), 1000)
    status = PaymentStatus.PARTIALLY_REFUNDED
    paper = receipt_paper(desk(), replace(PAYMENT, status=status, refunds=(refund,), disputed_minor=2000))

    assert totals(paper) == {
        "Received": "$150.00", "Refunded Jun 5, 2026": "-$10.00", "Contested with the bank": "-$20.00",
        "Left of it": "$120.00",
    }  # fmt: skip


def test_somebody_elses_receipt_is_in_their_name_and_tells_nothing_of_the_household() -> None:
    """NEW-8: beyond the number of the invoice."""
    told = words(
        typeset(receipt_paper(desk(), replace(PAYMENT, payer_name="Jeanne Roy", payer_email="jeanne@roy.example")))
    )

    assert "Jeanne Roy" in told
    assert "Invoice 2026-00142" in told
    for secret in ("Tremblay", "C-1042", "avenue du Parc", "Léa", "H2V"):
        assert secret not in told


@pytest.mark.parametrize("status", list(PaymentStatus))
def test_there_is_a_receipt_only_of_money_that_came(status: PaymentStatus) -> None:
    came = {PaymentStatus.COMPLETED, PaymentStatus.PARTIALLY_REFUNDED, PaymentStatus.REFUNDED}
    assert has_receipt(replace(PAYMENT, status=status)) == (status in came)


def test_a_receipts_number_is_the_payments() -> None:
    assert PAYMENT.receipt_number == "20260603-ABCDEF"


def test_a_credit_note_says_what_it_corrects_and_where_the_credit_went() -> None:
    """CRED-2."""
    note = CreditNote(
        "20260604-x", "home", "C2026-00003", "CAD", date(2026, 6, 4), (line(),), line().total_minor, "x",
        "2026-00142", "Class cancelled", (Allocation("y", 5000, "2026-00150"),), 1000,
    )  # fmt: skip
    paper = credit_note_paper(desk(), note)

    assert totals(paper) == {
        "Subtotal": "$180.00", "TPS, 5%": "$9.00", "TVQ, 9.975%": "$17.95", "Total": "$206.95",
        "Used for invoice 2026-00150": "-$50.00", "Paid out": "-$10.00", "Left as credit": "$146.95",
    }  # fmt: skip
    told = words(typeset(paper))
    assert "Class cancelled" in told
    assert "Corrects invoice 2026-00142" in told


QUOTE = Quote(
    "20260601-q", "home", "Q2026-00001", "CAD", QuoteStatus.SENT, (line(),), line().total_minor, date(2026, 6, 1),
    valid_until=date(2026, 6, 30), note="Valid for siblings too.",
)  # fmt: skip
ANSWER = Answer("user", "Marie Tremblay", datetime(2026, 6, 3, 15, tzinfo=UTC), "203.0.113.7", "Too dear")


@pytest.mark.parametrize(
    ("changes", "today", "headline", "stamp"),
    [
        ({}, 30, "Good until Jun 30, 2026", ""),
        ({"valid_until": None}, 30, "Our quote", ""),
        ({"status": QuoteStatus.CONVERTED, "answer": ANSWER}, 30, "Approved", "Approved"),
        ({"status": QuoteStatus.DECLINED, "answer": ANSWER}, 30, "Declined", "Declined"),
    ],
)
def test_a_quote_says_until_when_it_holds_and_how_it_was_answered(
    changes: dict[str, object], today: int, headline: str, stamp: str
) -> None:
    """QUO-1."""
    quote = replace(QUOTE, **changes)  # type: ignore[arg-type]
    paper = quote_paper(desk(), quote, date(2026, 6, today))
    told = words(typeset(paper))

    assert (paper.headline.label, paper.stamp) == (headline, stamp)
    assert totals(paper)["Total"] == "$206.95"
    assert "Quote Q2026-00001" in told
    assert ("Marie Tremblay, Jun 3, 2026" in told) is (quote.answer is not None)
    assert "203.0.113.7" not in told


def test_a_quote_that_ran_out_says_so() -> None:
    """C9."""
    assert quote_paper(desk(), QUOTE, date(2026, 7, 1)).stamp == "Expired"
