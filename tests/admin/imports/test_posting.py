"""The ledger after an import: what is booked, when, and that it always comes to what the documents say."""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.admin.imports.laying import internal_id
from chalicelib.admin.imports.posting import missing_entries
from chalicelib.admin.summaries import Part, account_row, part_from
from chalicelib.billing import ledger
from chalicelib.billing.domain import CreditNote, Dispute, Invoice, InvoiceStatus, Payment, PaymentStatus, Refund
from chalicelib.billing.ledger import EntryKind, LedgerEntry
from chalicelib.billing.models import CreditItem, UnpaidItem
from chalicelib.data import keys, read, write
from chalicelib.households.store import get_summaries
from chalicelib.organisations import store
from chalicelib.organisations.domain import Organisation
from chalicelib.shared.times import day_begins, local_day
from local.engine import Engine
from tests.support.imports import FAMILY, Files, Importer

NOW = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)
ZONE = "America/Toronto"
DAY = timedelta(days=1)


def invoice(status: InvoiceStatus = InvoiceStatus.ISSUED, total: int = 1000, on: date = TODAY) -> Invoice:
    return Invoice("i", "h", "2026-1", "CAD", on, on, status, (), total)


def payment(status: PaymentStatus = PaymentStatus.COMPLETED, on: date = TODAY, *refunds: Refund) -> Payment:
    return Payment("p", "h", on, 400, "CAD", "card", status, refunds=refunds)


def note(total: int, refunded: int = 0) -> CreditNote:
    return CreditNote("n", "h", "C-1", "CAD", TODAY, (), total, invoice="i", refunded_minor=refunded)


def booked(*parts: Part, now: datetime = NOW) -> list[LedgerEntry]:
    return missing_entries(parts, now, ZONE)


def told(entries: list[LedgerEntry]) -> list[tuple[str, int]]:
    return [(entry.kind.value, entry.minor) for entry in entries]


@pytest.mark.parametrize(
    ("part", "entries"),
    [
        (invoice(), [("invoice", 1000)]),
        (invoice(total=0), []),
        (invoice(InvoiceStatus.PAID), [("invoice", 1000)]),
        (invoice(InvoiceStatus.DRAFT), []),
        (invoice(InvoiceStatus.CANCELLED), [("invoice", 1000), ("credit_note", -1000)]),
        (invoice(InvoiceStatus.REVERSED), [("invoice", 1000), ("credit_note", -1000)]),
        (payment(), [("payment", -400)]),
        (payment(PaymentStatus.PENDING), []),
        (payment(PaymentStatus.FAILED), []),
        (payment(PaymentStatus.VOIDED), []),
        (
            payment(PaymentStatus.PARTIALLY_REFUNDED, TODAY, Refund("r", TODAY, 100)),
            [("payment", -400), ("refund", 100)],
        ),
        (payment(PaymentStatus.REFUNDED, TODAY, Refund("r", TODAY, 400)), [("payment", -400), ("refund", 400)]),
        (replace(payment(), dispute=Dispute.OPEN, disputed_minor=400), [("payment", -400), ("dispute", 400)]),
        (note(300, refunded=50), [("credit_note", -300), ("refund", 50)]),
    ],
)
def test_a_document_is_booked_once(part: Part, entries: list[tuple[str, int]]) -> None:
    found = booked(part)
    assert told(found) == entries
    assert booked(part, *found) == []


def test_entries_are_in_the_order_of_their_days_and_add_up() -> None:
    refunded = payment(PaymentStatus.REFUNDED, TODAY - 2 * DAY, Refund("r", TODAY - DAY, 400))
    found = booked(refunded, invoice(on=TODAY - 3 * DAY))
    assert [(entry.on, entry.kind, entry.balance_minor) for entry in found] == [
        (TODAY - 3 * DAY, EntryKind.INVOICE, 1000),
        (TODAY - 2 * DAY, EntryKind.PAYMENT, 600),
        (TODAY - DAY, EntryKind.REFUND, 1000),
    ]
    assert [entry.booked_at for entry in found] == [day_begins(entry.on, ZONE) for entry in found]
    assert [entry.sequence for entry in found] == [1, 2, 3]
    ledger.check(found)


def test_what_comes_later_is_never_booked_before_what_is_booked() -> None:
    """The key of an entry begins with the day of booking: an older document may not slip in between."""
    first = booked(invoice())
    later = booked(invoice(), payment(on=TODAY - 30 * DAY), *first)
    assert [(entry.on, entry.booked_at, entry.sequence) for entry in later] == [
        (TODAY - 30 * DAY, first[0].booked_at, 2)
    ]


def test_nothing_is_booked_in_the_future() -> None:
    found = booked(invoice(on=TODAY + 9 * DAY))
    assert [(entry.on, entry.booked_at) for entry in found] == [(TODAY, day_begins(TODAY, ZONE))]


def test_a_document_that_changed_is_corrected_at_the_time_of_the_import() -> None:
    before = booked(invoice(on=TODAY - 9 * DAY))
    correction = booked(invoice(total=1250, on=TODAY - 9 * DAY), *before)
    assert told(correction) == [("correction", 250)]
    assert (correction[0].on, correction[0].booked_at, correction[0].number) == (TODAY, NOW, "2026-1")
    assert booked(invoice(total=1250), *before, *correction) == []


def test_an_invoice_taken_back_later_is_credited_on_the_day_of_the_import() -> None:
    before = booked(invoice(on=TODAY - 9 * DAY))
    found = booked(invoice(InvoiceStatus.REVERSED, on=TODAY - 9 * DAY), *before)
    assert [(entry.kind, entry.minor, entry.on) for entry in found] == [(EntryKind.CREDIT_NOTE, -1000, TODAY)]


def test_a_payment_that_failed_later_is_corrected_and_may_come_again() -> None:
    first = booked(payment())
    second = [*first, *booked(payment(PaymentStatus.FAILED), *first)]
    third = [*second, *booked(payment(), *second)]
    assert told(third) == [("payment", -400), ("correction", 400), ("correction", -400)]


def test_credit_notes_of_an_invoice_that_was_taken_back_are_not_credited_twice() -> None:
    """What the portal credited by credit notes is theirs; only the rest is the invoice's."""
    found = booked(invoice(InvoiceStatus.CANCELLED), note(300))
    assert sorted(told(found)) == [("credit_note", -700), ("credit_note", -300), ("invoice", 1000)]


def test_entries_of_other_things_are_left_alone() -> None:
    """A dispute that was won, and entries of documents that the import does not know."""
    other = LedgerEntry(1, NOW, TODAY, EntryKind.PAYMENT, -70, -70, "CAD", "unknown")
    won = [
        LedgerEntry(2, NOW, TODAY, EntryKind.PAYMENT, -400, -470, "CAD", "p", "card"),
        LedgerEntry(3, NOW, TODAY, EntryKind.DISPUTE, 400, -70, "CAD", "p", "card"),
        LedgerEntry(4, NOW, TODAY, EntryKind.DISPUTE_WON, -400, -470, "CAD", "p", "card"),
    ]
    assert booked(payment(), other, *won) == []


def test_each_payer_and_currency_has_a_ledger_of_its_own() -> None:
    parts = [
        replace(invoice(), id=payer + currency, payer=payer, currency=currency)
        for payer in ("", "x")
        for currency in ("CAD", "EUR")
    ]
    found = booked(*parts)
    assert {(entry.payer, entry.currency, entry.sequence, entry.balance_minor) for entry in found} == {
        (payer, currency, 1, 1000) for payer in ("", "x") for currency in ("CAD", "EUR")
    }


class Books(NamedTuple):
    """All that an import may leave of one household's money."""

    parts: list[Part]
    unpaid: set[tuple[str, int]]
    credit: set[tuple[str, int]]


def books(organisation: Organisation, name: str) -> Books:
    home = keys.household_partition(organisation.slug, internal_id(organisation, "household", name))
    items = list(read.whole(home))
    return Books(
        [part for part in map(part_from, items) if part],
        {(item.invoice, int(item.balance)) for item in items if isinstance(item, UnpaidItem)},
        {(item.document, int(item.left)) for item in items if isinstance(item, CreditItem)},
    )


def assert_sound(organisation: Organisation, name: str) -> None:
    """NEW-4: balance = open invoices - unapplied payments - unapplied credit notes; pointers and summary agree."""
    found = books(organisation, name)
    entries = [part for part in found.parts if isinstance(part, LedgerEntry)]
    invoices = [part for part in found.parts if isinstance(part, Invoice)]
    others = [part for part in found.parts if isinstance(part, Payment | CreditNote)]
    wanted = sum(each.balance_minor for each in invoices) - sum(each.unapplied_minor for each in others)
    assert (entries[-1].balance_minor if entries else 0) == wanted
    assert [entry.sequence for entry in entries] == list(range(1, len(entries) + 1))
    assert [entry.booked_at for entry in entries] == sorted(entry.booked_at for entry in entries)
    assert all(entry.on <= local_day(entry.booked_at, organisation.zone) for entry in entries)
    ledger.check(entries)
    assert found.unpaid == {(each.id, each.balance_minor) for each in invoices if each.balance_minor}
    assert found.credit == {(each.id, each.unapplied_minor) for each in others if each.unapplied_minor}
    home = internal_id(organisation, "household", name)
    summary = get_summaries(organisation.slug, (home,))[home]
    assert summary.accounts == tuple(account_row(entry, organisation.zone) for entry in entries[-1:])


def test_an_import_books_everything_and_its_repetition_nothing(load: Importer) -> None:
    load(FAMILY)
    organisation = load.organisation
    entries = [part for part in books(organisation, "H1").parts if isinstance(part, LedgerEntry)]
    assert [(entry.kind.value, entry.minor, entry.balance_minor) for entry in entries] == [
        ("invoice", 12000, 12000),
        ("invoice", 5749, 17749),
        ("payment", -14000, 3749),
    ]
    assert_sound(organisation, "H1")
    assert_sound(organisation, "H2")
    load(FAMILY, now=NOW + 9 * DAY)
    assert [part for part in books(organisation, "H1").parts if isinstance(part, LedgerEntry)] == entries


def test_more_entries_than_one_transaction_holds(load: Importer) -> None:
    rows = range(100)
    load(
        {
            "households": "id;name\nH1;Roy\n",
            "invoices": "id;household;number;issued_on;due_on;total\n"
            + "".join(f"F{n};H1;{n};2026-10-01;2026-10-31;1,00\n" for n in rows),
            "invoice_lines": "id;invoice;description;unit_price\n" + "".join(f"F{n};F{n};Cours;1,00\n" for n in rows),
        }
    )
    assert_sound(load.organisation, "H1")


class State(NamedTuple):
    """What the organisation's own system says at one time."""

    invoices: tuple[tuple[str, int], ...]
    """Status and total in cents."""
    payments: tuple[tuple[str, int], ...]
    """Status, and which invoice it covers; none with -1."""

    def files(self) -> Files:
        drafts = {place for place, (status, _) in enumerate(self.invoices) if status == "draft"}
        return {
            "households": "id;name\nH1;Roy\n",
            "invoices": "id;household;number;issued_on;due_on;status;total\n"
            + "".join(
                f"F{n};H1;{n};2026-0{n + 1}-05;2026-0{n + 1}-25;{status};{total}.00\n"
                for n, (status, total) in enumerate(self.invoices)
            ),
            "invoice_lines": "id;invoice;description;unit_price\n"
            + "".join(f"L{n};F{n};Cours;{total}.00\n" for n, (_, total) in enumerate(self.invoices)),
            "payments": "id;household;received_on;amount;method;status;refunded;invoices\n"
            + "".join(
                f"R{n};H1;2026-0{n + 2}-01;30.00;card;{status};{'5.00' if 'partially' in status else ''};"
                f"{f'F{covers}=25.00' if covers >= 0 and covers not in drafts else ''}\n"
                for n, (status, covers) in enumerate(self.payments)
            ),
        }


STATES = st.builds(
    State,
    st.tuples(
        *[st.tuples(st.sampled_from(["issued", "draft", "cancelled", "reversed"]), st.sampled_from([75, 100]))] * 2
    ),
    st.tuples(
        *[
            st.tuples(
                st.sampled_from(["completed", "pending", "failed", "refunded", "partially_refunded"]),
                st.integers(min_value=-1, max_value=1),
            )
        ]
        * 3
    ),
)


@contextmanager
def cut_off_after(commits: int) -> Iterator[None]:
    """The process ends at a write."""
    left, commit = [commits], write.Transaction.commit

    def crash(transaction: write.Transaction) -> None:
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        commit(transaction)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("chalicelib.admin.imports.plan._OPERATIONS", 1)
        patch.setattr(write.Transaction, "commit", crash)
        yield


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(states=st.lists(STATES, min_size=2, max_size=3), commits=st.integers(min_value=0, max_value=12))
def test_whatever_changes_between_imports_the_ledger_comes_to_what_is_open(
    aws: Engine, states: list[State], commits: int
) -> None:
    """NEW-4, D-05: after any changes of any documents, each import cut off once and repeated."""
    organisation = Organisation(f"org-{secrets.token_hex(6)}", {"fr": "É"}, "CA", ZONE, "CAD", ("fr",), import_key=b"k")
    store.create(organisation)
    with TemporaryDirectory() as folder:
        load = Importer(organisation, Path(folder) / "files", NOW)
        for state in states:
            files: Mapping[str, str] = state.files()
            with cut_off_after(commits), suppress(KeyboardInterrupt):
                load(files)
            load(files)
            assert_sound(organisation, "H1")
            assert load(files).written == 0
            assert_sound(organisation, "H1")
