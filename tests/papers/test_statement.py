"""Statements on paper and as CSV: the same figures, and no formulas."""

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.billing.domain import Due
from chalicelib.billing.ledger import EntryKind, LedgerEntry
from chalicelib.billing.statements import Statement, Switches, ageing, statement
from chalicelib.papers.statement import statement_csv, statement_paper
from tests.papers.writing import desk, plain, typeset, words
from tests.support.proof import RULE

_WHEN = datetime(2026, 6, 6, tzinfo=UTC)
_TODAY = date(2026, 6, 6)
_CAUSES = (
    (EntryKind.INVOICE, 18000, "2026-00001", date(2026, 1, 5)),
    (EntryKind.PAYMENT, -15000, "card", date(2026, 2, 1)),
    (EntryKind.CREDIT_NOTE, -2000, "C2026-00001", date(2026, 2, 3)),
    (EntryKind.INVOICE, 9000, "2026-00002", date(2026, 6, 2)),
)
_ALL = Switches()
TRIGGERS = tuple("=+-@\t\r\0＝＋－＠")


def entries(note: str = "", number: str = "") -> list[LedgerEntry]:
    balance, found = 0, []
    for sequence, (kind, minor, usual, on) in enumerate(_CAUSES, 1):
        balance += minor
        found.append(LedgerEntry(sequence, _WHEN, on, kind, minor, balance, "CAD", "d", number or usual, note=note))
    return found


def made(switches: Switches = _ALL, last_day: date = date(2026, 3, 31), **told: str) -> Statement:
    aged = ageing([Due(date(2026, 6, 20), 9000), Due(date(2026, 5, 20), 2000)], 1000, _TODAY)
    return statement(entries(**told), 0, date(2026, 1, 1), last_day, _TODAY, switches, aged)


def rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_a_statement_tells_the_story_of_its_balance() -> None:
    """STM-1, NEW-4: opening, each step with the balance after it, closing, what is overdue, and what came after."""
    told = words(typeset(statement_paper(desk(), made(), "CAD")))

    for text in (
        "Jan 1, 2026 Opening balance $0.00", "Jan 5, 2026 Invoice 2026-00001 $180.00 $180.00",
        "Feb 1, 2026 Payment, card $150.00 $30.00", "Feb 3, 2026 Credit note C2026-00001 $20.00 $10.00",
        "Mar 31, 2026 Closing balance $10.00", "Balance to pay on Mar 31, 2026 $10.00",
        "Not due yet $90.00", "1 to 30 days overdue $20.00", "Credit not used yet -$10.00", "Balance $100.00",
        "After this period $90.00 was booked. The balance is now $100.00.",
        "Billed $180.00 Credit notes -$20.00 Payments received -$150.00 Closing balance $10.00",
    ):  # fmt: skip
        assert text in told


def test_switches_fold_what_is_not_wanted() -> None:
    """X-4: the balance stays the same."""
    paper = statement_paper(desk(), made(Switches(payments=False, credits=False, ageing=False)), "CAD")
    told = words(typeset(paper))

    assert "Payments and refunds, added up (1) $150.00 $30.00" in told
    assert "Credit notes, added up (1) $20.00 $10.00" in told
    assert "Payment, card" not in told
    assert "overdue" not in told
    assert "Closing balance $10.00" in told


def test_a_credit_is_called_one() -> None:
    paid = [LedgerEntry(1, _WHEN, date(2026, 2, 1), EntryKind.PAYMENT, -5000, -5000, "CAD", "d", "cash")]
    paper = statement_paper(desk(), statement(paid, 0, date(2026, 2, 1), date(2026, 2, 2), _TODAY), "CAD")

    assert (paper.headline.label, paper.headline.value) == ("Credit in your favour on Feb 2, 2026", "$50.00")


def test_the_csv_holds_the_same_figures_as_the_paper() -> None:
    """NEW-4: RFC 4180, with a mark that makes spreadsheets read UTF-8."""
    content = statement_csv(desk("fr"), made(), "CAD")

    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\r\n") == content.count(b"\n") == 6
    told = rows(content)
    assert told[0] == ["Date", "Opération", "Note", "Montant", "Solde", "Devise"]
    assert [row[0] for row in told[1:]] == ["2026-01-01", "2026-01-05", "2026-02-01", "2026-02-03", "2026-03-31"]
    assert [row[3] for row in told[1:]] == ["", "180.00", "-150.00", "-20.00", ""]
    assert [row[4] for row in told[1:]] == ["0.00", "180.00", "30.00", "10.00", "10.00"]
    paper = statement_paper(desk("fr"), made(), "CAD").tables[0].groups[0].rows
    assert [plain(row.cells[4]) for row in paper] == [f"{row[4].replace('.', ',')} $" for row in told[1:]]


_BASE, _DESK = made(), desk()


@RULE
@given(st.text(max_size=30) | st.builds(str.__add__, st.sampled_from([*TRIGGERS, "'"]), st.text(max_size=30)))
def test_no_cell_is_a_formula(text: str) -> None:
    """I-04: whatever is noted in the ledger; without the apostrophe it is what was written."""
    note = text.encode("utf-8", "replace").decode()
    row = _BASE.rows[0]
    noted = replace(_BASE, rows=(row._replace(entry=row.entry._replace(note=note)),))
    told = rows(statement_csv(_DESK, noted, "CAD"))[2]

    assert not told[2].startswith(TRIGGERS)
    assert told[2].removeprefix("'") == note


def test_currencies_keep_their_decimals() -> None:
    def amount(currency: str) -> str:
        found = statement(entries()[:1], 0, date(2026, 1, 1), date(2026, 3, 31), _TODAY)
        return rows(statement_csv(desk(), found, currency))[2][3]

    assert [amount(currency) for currency in ("CAD", "JPY", "KWD")] == ["180.00", "18000", "18.000"]
