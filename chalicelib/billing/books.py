"""The books of one household, opened for one use case: everything it changes is written together, or nothing is.

Books know how documents, ledger and summary hang together, so that no use case can change one and
forget another: an entry goes on from the last one, an open invoice is counted in the summary, and
the version of the summary makes two use cases that meet take turns.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Generic, Protocol, TypeVar

from chalicelib.billing import claims, items, store
from chalicelib.billing.domain import CreditNote, Invoice, Payment
from chalicelib.billing.ledger import EntryKind, LedgerEntry
from chalicelib.billing.models import LedgerItem
from chalicelib.data import keys, outbox, read, write
from chalicelib.data.items import Item
from chalicelib.data.keys import Key
from chalicelib.data.outbox import Notice
from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.households import activity
from chalicelib.households import store as households
from chalicelib.households.activity import Deed
from chalicelib.households.service import require_summary
from chalicelib.households.summary import AccountRow, NewsRow, Summary
from chalicelib.households.summing import earliest, missing_rows, with_account, with_news, with_owed
from chalicelib.organisations.domain import Organisation
from chalicelib.shared.errors import Conflict, Invalid, NotFound
from chalicelib.shared.ids import dated_id, derived_id
from chalicelib.shared.times import local_day


class Booked(Protocol):
    """What an entry of the ledger is about: a document, or a balance that goes over to another ledger."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def payer(self) -> str:
        """Whose ledger it stands in; "": the household's own."""

    @property
    def currency(self) -> str:
        """In which money."""


T = TypeVar("T")
D = TypeVar("D", Invoice, Payment, CreditNote)


class Shelf(Generic[D]):
    """Documents of one kind as a use case sees them: read once, changed any number of times, written once."""

    def __init__(self, read_one: Callable[[str], D | None], as_items: Callable[[D], Mapping[Key, Item]]) -> None:
        self._read_one: Callable[[str], D | None] = read_one
        self._as_items: Callable[[D], Mapping[Key, Item]] = as_items
        self._stored: dict[str, D] = {}
        self._now: dict[str, D] = {}

    def get(self, document_id: str) -> D:
        """The document as it stands by now; strongly read the first time. Raises NotFound."""
        if document_id not in self._now:
            self.take(_found(self._read_one(document_id)))
        return self._now[document_id]

    def take(self, stored: D) -> D:
        """Makes a document known that was read already; returns it as it stands by now."""
        self._stored.setdefault(stored.id, stored)
        return self._now.setdefault(stored.id, stored)

    def known(self, ids: Iterable[str]) -> dict[str, D]:
        """Those of the documents that this use case read or made already, as they stand by now."""
        return {document_id: self._now[document_id] for document_id in ids if document_id in self._now}

    def put(self, document: D) -> None:
        """Sets how a document shall be: one that was read, or a new one."""
        self._now[document.id] = document

    def replace(self, old: D, new: D) -> None:
        """Puts a document in the place of another that has another id."""
        self._now.pop(old.id, None)
        if old.id in self._stored:
            self._stored[new.id] = self._stored.pop(old.id)
        self._now[new.id] = new

    def changed(self) -> Iterator[tuple[D | None, D]]:
        """What was stored of each document that changed, and what shall be."""
        for document_id, document in self._now.items():
            stored = self._stored.get(document_id)
            if stored != document:
                yield stored, document

    def write(self, transaction: Transaction, name: str) -> None:
        """Adds all changes to a transaction; pointers that stay as they are cost nothing."""
        for stored, document in self.changed():
            before = self._as_items(stored) if stored else {}
            after = self._as_items(document)
            for key, item in before.items():
                if key not in after:
                    transaction.delete(name, item)
            for key, item in after.items():
                if key not in before or before[key].attribute_values != item.attribute_values:
                    transaction.put(name, item)


class Books:
    """One household's books while a use case works on them. `commit` writes all of it in one transaction."""

    def __init__(
        self, organisation: Organisation, summary: Summary, now: datetime, transaction: Transaction | None = None
    ) -> None:
        org, household = organisation.slug, summary.household
        self.organisation = organisation.billing_as(summary.terms)
        self.household = household
        self.now = now
        self.today = local_day(now, organisation.zone)
        self.transaction = Transaction() if transaction is None else transaction
        """For writes that belong to the same use case, such as a quote's new state."""
        self.invoices: Shelf[Invoice] = Shelf(
            partial(store.get_invoice, org, household), partial(items.invoice_items, org)
        )
        self.payments: Shelf[Payment] = Shelf(
            partial(store.get_payment, org, household), partial(items.payment_items, org)
        )
        self.credit_notes: Shelf[CreditNote] = Shelf(
            partial(store.get_credit_note, org, household), partial(items.credit_note_items, org)
        )
        self._summary = summary
        self._before = summary
        self._others: dict[str, Books] = {}

    def of(self, household_id: str) -> "Books":
        """The books of another payer in this use case, written together with these. Raises NotFound.

        One strong read the first time. So what two homes pay together is billed to both, or to neither (NEW-2).
        """
        if household_id == self.household:
            return self
        if household_id not in self._others:
            found = require_summary(self.org, household_id)
            self._others[household_id] = Books(self.organisation, found, self.now, self.transaction)
        return self._others[household_id]

    @property
    def others(self) -> "Mapping[str, Books]":
        """The books of other payers that this use case opened, by household."""
        return self._others

    @property
    def org(self) -> str:
        """The organisation's slug."""
        return self.organisation.slug

    def id_for(self, kind: str, once: str) -> str:
        """The id of something new that a form makes: the form with the name `once` gets the same all day; "": any."""
        key = self.organisation.import_key
        return dated_id(self.today, derived_id(key, kind, self.household, once) if once else "")

    def language(self) -> str:
        """The language that the household's papers are in. One strong read."""
        household = households.get_household(self.org, self.household)
        return (household.language if household else "") or self.organisation.language

    @property
    def opened(self) -> int | None:
        """The version that the books had when they were opened."""
        return self._before.version

    @property
    def summary(self) -> Summary:
        """The summary as it will be, but for invoices, which are counted when everything is written."""
        return self._summary

    def post(
        self,
        kind: EntryKind,
        minor: int,
        document: Booked,
        on: date,
        *,
        number: str = "",
        note: str = "",
    ) -> None:
        """Books a change of the balance of the document's payer; above zero the family owes more. Nothing for zero."""
        if not minor:
            return
        before = self._summary.account(document.payer, document.currency)
        day = max(self.today, before.day) if before else self.today
        entry = LedgerEntry(
            sequence=before.sequence + 1 if before else 1,
            booked_at=self.now,
            on=min(on, day),
            kind=kind,
            minor=minor,
            balance_minor=(before.balance if before else 0) + minor,
            currency=document.currency,
            document=document.id,
            number=number,
            payer=document.payer,
            note=note,
        )
        self.transaction.create("entry", items.entry_item(self.org, self.household, entry, day))
        journal = items.journal_item(self.org, self.household, entry, day, activity.acting())
        self.transaction.put("journal", journal)
        row = AccountRow(entry.payer, entry.currency, entry.balance_minor, entry.sequence, day)
        self._summary = with_account(self._summary, row)

    def hold(self, kind: str) -> None:
        """Notes that the household has things of a kind, so that their pages are shown."""
        self._summary = replace(self._summary, holds=self._summary.holds | {kind})

    def amend(self, summary: Summary) -> None:
        """Sets how the summary shall be, made from `self.summary`: for rows of other features, such as bookings."""
        self._summary = summary

    def news(self, kind: str, document: str, label: str) -> None:
        """Shows something new on the dashboard."""
        self._summary = with_news(self._summary, NewsRow(kind, document, label, self.now), self.now)

    def note(self, kind: str, label: str = "", **about: str) -> None:
        """Writes what is done into the family's own log (NEW-11); `label` names what it is done to."""
        told = {name: value for name, value in {"label": label, **about}.items() if value}
        activity.note(self.transaction, self.org, self.household, Deed(kind, self.now, about=told))

    def tell(self, notice: Notice, *, message: str = "") -> None:
        """Has somebody told, once it is written; a given id makes a repeat harmless (P-20)."""
        outbox.enqueue(self.transaction, self.org, notice, self.now, message=message)

    def commit(self) -> None:
        """Writes everything. Raises ConditionFailed when something was changed meanwhile, Unavailable."""
        for books in (*self._others.values(), self):
            books.stage()
        if len(self.transaction):
            self.transaction.commit()

    def stage(self) -> None:
        """Adds all that changed to the transaction, for `commit`."""
        self.invoices.write(self.transaction, "invoice")
        self.payments.write(self.transaction, "payment")
        self.credit_notes.write(self.transaction, "credit_note")
        self._count_invoices()
        self._recheck_claims()
        if self._summary != self._before:
            households.save_summary(self.transaction, self.org, self._summary)

    def _recheck_claims(self) -> None:
        """Has pages to pay looked at that ask for more than is owed now (P-12)."""
        changed = self.invoices.changed()
        lower = [invoice.id for stored, invoice in changed if stored and invoice.balance_minor < stored.balance_minor]
        claims.recheck(self.transaction, self.org, self.household, lower, self.now)

    def _count_invoices(self) -> None:
        """Brings the summary up to what is owed now, and fills its list up from invoices that did not fit in before."""
        written: set[str] = set()
        for stored, invoice in self.invoices.changed():
            written.add(invoice.id)
            self._summary = with_owed(self._summary, items.owed(stored) if stored else None, items.owed(invoice))
        if not missing_rows(self._summary):
            return
        known = written | {row.id for row in self._summary.unpaid}
        waiting = store.list_unpaid(self.org, self.household, consistent=True).rows
        rows = [*self._summary.unpaid, *(row for row in waiting if row.id not in known)]
        self._summary = replace(self._summary, unpaid=tuple(earliest(rows)))


def open_books(organisation: Organisation, household_id: str, now: datetime) -> Books:
    """The books of a household. One strong read. Raises NotFound."""
    return Books(organisation, require_summary(organisation.slug, household_id), now)


def keep(organisation: Organisation, household_id: str, now: datetime, work: Callable[[Books], T]) -> T:
    """Does `work` on the books and commits it; from the start when somebody else was quicker. Raises Conflict.

    `work` may say itself that somebody was (ConditionFailed). It reads all that it goes by through the books, so that
    each try decides on what is true then. What it refuses counts only if the books stood still while it read: half of
    what it went by may be from before what somebody else did, and half from after.
    """
    for _ in write.turns():
        books = open_books(organisation, household_id, now)
        try:
            result = work(books)
            books.commit()
        except ConditionFailed as refused:
            if "entry" in refused.names:
                for each in (books, *books.others.values()):
                    _repair(each)
            continue
        except (Conflict, Invalid):
            if not any(map(_moved_on, (books, *books.others.values()))):
                raise
            continue
        return result
    raise Conflict


def _moved_on(books: Books) -> bool:
    """Whether somebody wrote the books since they were opened. One strong read."""
    return require_summary(books.org, books.household).version != books.opened


def _repair(books: Books) -> None:
    """Takes the accounts of a summary from the ledger itself, which a broken-off import may have left ahead of it."""
    found = households.get_summaries(books.org, (books.household,))[books.household]
    fixed = found
    for account in books.summary.accounts:
        last = _last_entry(books, account.payer, account.currency)
        fixed = with_account(fixed, last) if last else fixed
    if fixed != found:
        transaction = write.Transaction()
        households.save_summary(transaction, books.org, fixed)
        try:
            transaction.commit()
        except ConditionFailed:  # somebody else wrote the summary: the next try sees what they left
            return


def _last_entry(books: Books, payer: str, currency: str) -> AccountRow | None:
    partition = keys.household_partition(books.org, books.household)
    found = read.page(LedgerItem, partition, keys.ledger_prefix(payer, currency), size=1, consistent=True).rows
    if not found:
        return None
    entry = store.entry_from(found[0])
    day = local_day(entry.booked_at, books.organisation.zone)
    return AccountRow(payer, currency, entry.balance_minor, entry.sequence, day)


def _found(thing: T | None) -> T:
    if thing is None:
        raise NotFound
    return thing
