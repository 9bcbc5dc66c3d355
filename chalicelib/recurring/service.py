"""What is done with recurring invoices: staff make and pause them, each period is billed once (REC-1, X-2).

An invoice and the step to the next period are one transaction, and a recurring invoice is only written over the
version that was read: however many workers meet, a period is billed once.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import NamedTuple

from chalicelib.billing import issuing
from chalicelib.billing import store as billing
from chalicelib.billing.books import Books, keep
from chalicelib.billing.domain import Invoice
from chalicelib.billing.issuing import InvoiceRequest
from chalicelib.billing.pricing import LineRequest, price, total
from chalicelib.organisations.domain import Organisation
from chalicelib.organisations.terms import AutopayMode
from chalicelib.recurring import domain, store
from chalicelib.recurring.domain import Frequency, Recurring, RecurringStatus, Terms
from chalicelib.shared.errors import Conflict, NotFound
from chalicelib.shared.texts import say

_AT_ONCE = 45
"""Invoices whose autopay one transaction switches; the rest follows in further ones."""


class RecurringRequest(NamedTuple):
    """What to bill again and again."""

    title: str
    lines: Sequence[LineRequest]
    frequency: Frequency
    starts_on: date
    cycles: int | None = None
    """How many invoices; None: no end."""
    ends_on: date | None = None
    """Periods that begin later are not billed."""
    currency: str = ""
    """Empty: the organisation's."""
    autopay: AutopayMode | None = None
    """None: as the organisation usually has it."""
    payer: str = ""
    once: str = ""
    """Name of the form: sending the same one again finds what it made."""


def create(
    organisation: Organisation, household_id: str, request: RecurringRequest, now: datetime, *, start: bool = True
) -> Recurring:
    """A new recurring invoice, switched on or as a draft that nobody in the family sees.

    Raises NotFound, Conflict for one that bills nothing, ValueError for a wrong line.
    """
    return keep(organisation, household_id, now, lambda books: add(books, request, start=start))


def add(books: Books, request: RecurringRequest, *, start: bool = True) -> Recurring:
    """The same within a use case that does more."""
    _require_sum(books, request)
    recurring_id = books.id_for("recurring", request.once)
    if request.once and (before := store.get(books.org, books.household, recurring_id)):
        return before
    blank = Recurring(
        id=recurring_id,
        household=books.household,
        title=request.title,
        currency=request.currency or books.organisation.currency,
        status=RecurringStatus.DRAFT,
        starts_on=request.starts_on,
        terms=Terms(request.starts_on, request.frequency, tuple(request.lines)),
    )
    draft = _filled(books, blank, request)
    recurring = domain.started(draft) if start else draft
    put(books, recurring)
    return recurring


def _filled(books: Books, recurring: Recurring, request: RecurringRequest) -> Recurring:
    """What a request says beside the terms."""
    return replace(
        recurring,
        title=request.title,
        cycles_left=request.cycles,
        ends_on=request.ends_on,
        autopay=request.autopay or books.organisation.billing.autopay,
        payer=request.payer,
    )


def _require_sum(books: Books, request: RecurringRequest) -> None:
    """Raises NotFound for somebody else's member, Conflict for what bills nothing, ValueError for a wrong line."""
    require_members(books, request.lines)
    if total(price(request.lines, books.organisation.billing)) <= 0 or request.cycles == 0:
        raise Conflict(say("A recurring invoice has to bill something."))


def revise(
    organisation: Organisation,
    household_id: str,
    recurring_id: str,
    version: int,
    request: RecurringRequest,
    now: datetime,
) -> Recurring:
    """A recurring invoice as it is wished now, over the `version` that was read. Of a draft everything changes; of
    one that was begun, what is billed from its next period on: what is due by now is billed as it was.

    Raises NotFound, Conflict when it was changed meanwhile, is over, or would bill nothing, ValueError.
    """
    made = make_due(organisation, household_id, recurring_id, now)
    work = partial(_revise, recurring_id, version + len(made), request)  # each invoice made it a version older
    return keep(organisation, household_id, now, work)


def _revise(recurring_id: str, version: int, request: RecurringRequest, books: Books) -> Recurring:
    before = require(books, recurring_id)
    if before.version != version or before.status is RecurringStatus.COMPLETED:
        raise Conflict
    _require_sum(books, request)
    terms = Terms(request.starts_on, request.frequency, tuple(request.lines))
    after = domain.revised(_filled(books, before, request), terms)
    put(books, after)
    if after.status is not RecurringStatus.DRAFT:
        books.note("recurring_changed", after.title)
    return after


def discard(organisation: Organisation, household_id: str, recurring_id: str, now: datetime) -> None:
    """Throws a draft away, which nobody in the family saw. Raises NotFound, Conflict once it was begun."""

    def work(books: Books) -> None:
        draft = require(books, recurring_id)
        if draft.status is not RecurringStatus.DRAFT:
            raise Conflict
        store.remove(books.transaction, books.org, books.organisation.zone, draft)

    keep(organisation, household_id, now, work)


def require_members(books: Books, lines: Iterable[LineRequest]) -> None:
    """Raises NotFound for a line that is for somebody who is no member of the household."""
    if any(line.member and not books.summary.member(line.member) for line in lines):
        raise NotFound


def put(books: Books, recurring: Recurring) -> None:
    """Writes a recurring invoice with everything else that the books' use case changes."""
    store.save(books.transaction, books.org, books.organisation.zone, recurring)
    if recurring.status is not RecurringStatus.DRAFT:
        books.hold("recurring")


def start(organisation: Organisation, household_id: str, recurring_id: str, now: datetime) -> Recurring:
    """Switches a draft on. Raises NotFound, Conflict when it is no draft."""
    work = partial(_change, recurring_id, "recurring_started", lambda each, _: domain.started(each))
    return keep(organisation, household_id, now, work)


def pause(organisation: Organisation, household_id: str, recurring_id: str, now: datetime) -> Recurring:
    """Makes no more invoices until it goes on. Raises NotFound, Conflict."""
    work = partial(_change, recurring_id, "recurring_paused", lambda each, _: domain.paused(each))
    return keep(organisation, household_id, now, work)


def resume(organisation: Organisation, household_id: str, recurring_id: str, now: datetime) -> Recurring:
    """Goes on with the first period from today on. Raises NotFound, Conflict."""
    return keep(organisation, household_id, now, partial(_change, recurring_id, "recurring_resumed", domain.resumed))


def end(organisation: Organisation, household_id: str, recurring_id: str, now: datetime) -> Recurring:
    """Ends it for good; what is billed already stays. Again it changes nothing. Raises NotFound."""
    work = partial(_change, recurring_id, "recurring_ended", lambda each, _: domain.completed(each))
    return keep(organisation, household_id, now, work)


def _change(recurring_id: str, deed: str, change: Callable[[Recurring, date], Recurring], books: Books) -> Recurring:
    before = require(books, recurring_id)
    after = change(before, books.today)
    if after != before:
        put(books, after)
        books.note(deed, after.title)
    return after


def require(books: Books, recurring_id: str) -> Recurring:
    """The household's recurring invoice, strongly read. Raises NotFound."""
    found = store.get(books.org, books.household, recurring_id)
    if found is None:
        raise NotFound
    return found


def make_due(organisation: Organisation, household_id: str, recurring_id: str, now: datetime) -> list[str]:
    """Makes the invoices of all periods that have begun, and returns the ids of those that this call made.

    Periods that were missed are caught up one by one. Doing it again, or at the same time elsewhere, makes no more.
    Raises NotFound, Conflict, Unavailable.
    """
    made: list[str] = []
    while invoice := keep(organisation, household_id, now, lambda books: _make_one(books, recurring_id)):
        made.append(invoice.id)
    return made


def _make_one(books: Books, recurring_id: str) -> Invoice | None:
    """The invoice of the next period, if it has begun."""
    recurring = domain.in_force(require(books, recurring_id))
    if recurring.next_on is None or recurring.next_on > books.today:
        return None
    request = InvoiceRequest(
        domain.period_lines(recurring),
        recurring.currency,
        payer=recurring.payer,
        recurring=recurring.id,
        autopay=recurring.is_autopay,
    )
    invoice = issuing.issue(books, issuing.draft(books, request))
    put(books, domain.after_one(recurring))
    return invoice


def switch_autopay(
    organisation: Organisation, household_id: str, recurring_id: str, now: datetime, *, on: bool
) -> Recurring:
    """Autopay as the family wants it, for invoices to come and for open ones that were made already (X-2).

    Raises NotFound, and Conflict where the family has no choice.
    """
    work = partial(_switch, recurring_id=recurring_id, on=on)
    while True:
        recurring, is_done = keep(organisation, household_id, now, work)
        if is_done:
            return recurring


def _switch(books: Books, recurring_id: str, *, on: bool) -> tuple[Recurring, bool]:
    """Switches it and some of its open invoices; tells whether that was all."""
    before = require(books, recurring_id)
    if before.status is RecurringStatus.DRAFT:
        raise NotFound
    after = domain.switched(before, on=on)
    if after != before:
        put(books, after)
        books.note("autopay_on" if on else "autopay_off", after.title)
    wrong = [each for each in _open_invoices(books, recurring_id) if each.autopay is not on]
    for invoice in wrong[:_AT_ONCE]:
        books.invoices.put(replace(invoice, autopay=on))
    return after, len(wrong) <= _AT_ONCE


def _open_invoices(books: Books, recurring_id: str) -> list[Invoice]:
    """Invoices of a recurring invoice that wait for money, strongly read."""
    found: list[Invoice] = []
    after = ""
    while True:
        part = billing.list_unpaid(books.org, books.household, after, consistent=True)
        ids = [row.id for row in part.rows]
        stored = billing.get_invoices(books.org, books.household, ids)
        found += [invoice for invoice in map(books.invoices.take, stored) if invoice.recurring == recurring_id]
        after = part.next
        if not after:
            return found
