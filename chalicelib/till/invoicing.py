"""Invoices as the desk makes them: what a form asks for, and a draft that is written anew before it is issued (INV-3).

An issued invoice is never edited (C8): only a draft is, which nobody in the family saw.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from chalicelib.billing import issuing
from chalicelib.billing.allocating import deposit_schedule, instalments
from chalicelib.billing.books import Books, keep
from chalicelib.billing.domain import Due, Invoice
from chalicelib.billing.issuing import InvoiceRequest
from chalicelib.billing.pricing import price, total
from chalicelib.households.summary import Summary
from chalicelib.organisations.domain import Organisation
from chalicelib.recurring.service import require_members
from chalicelib.shared.errors import Conflict, Invalid
from chalicelib.shared.texts import say
from chalicelib.till import lines
from chalicelib.till.amounts import read_amount
from chalicelib.web.forms import Form
from chalicelib.web.http import Request

WHOLE, DEPOSIT, INSTALMENTS = "whole", "deposit", "instalments"
"""How an invoice is to be paid: all at once, a deposit and the rest, or monthly parts."""
_MOST_PARTS = 24
_PART_FIELDS = {DEPOSIT: "deposit", INSTALMENTS: "parts"}
"""The field beside which a schedule is wrong that can not be."""


def read(request: Request, home: Summary) -> InvoiceRequest:
    """What a form asks to be billed, in the organisation's currency. Raises Invalid."""
    form, organisation = Form(request.form), request.organisation
    asked = InvoiceRequest(
        lines=lines.read(form, request, home, organisation.currency),
        currency=organisation.currency,
        due_on=form.day("due_on"),
        payer=form.choice("payer", tuple(row.id for row in home.members)),
        note=form.lines("note"),
        reference=form.text("reference"),
        autopay="autopay" in request.form,
    )
    if asked.due_on and asked.due_on < request.today:
        form.errors["due_on"] = say("Choose today or a later day")
    schedule = _schedule(form, request, asked)
    form.done()
    if total(price(asked.lines, organisation.billing)) < 0:
        raise Invalid({"": say("An invoice can not be below zero; use a credit note.")})
    return asked._replace(schedule=schedule)


def _schedule(form: Form, request: Request, asked: InvoiceRequest) -> tuple[Due, ...]:
    """A deposit and the rest, or monthly parts; empty where all is due on one day. Mistakes are noted in `form`."""
    how = form.choice("schedule", (WHOLE, DEPOSIT, INSTALMENTS))
    if how in ("", WHOLE):
        return ()
    parts = form.number("parts", _MOST_PARTS, least=2, required=True) if how == INSTALMENTS else None
    deposit = read_amount(form, request, "deposit") if how == DEPOSIT else 0
    first = form.day("first_on", required=True)
    if first and first < request.today:
        form.errors["first_on"] = say("Choose today or a later day")
    if form.errors or first is None:
        return ()
    whole = total(price(asked.lines, request.organisation.billing))
    try:
        return instalments(whole, parts, first, 1) if parts else _deposit(whole, deposit, first, asked.due_on)
    except ValueError:
        form.errors[_PART_FIELDS[how]] = say("Enter a part of the total, due before the rest")
        return ()


def _deposit(whole: int, minor: int, first: date, due_on: date | None) -> tuple[Due, ...]:
    """Raises ValueError where there is no later day for the rest."""
    if due_on is None:
        raise ValueError("no day for the rest")
    return deposit_schedule(whole, minor, first, due_on)


def fields_of(draft: Invoice, request: Request) -> dict[str, str]:
    """What the form shows of a stored draft."""
    local, schedule = request.local, draft.schedule
    told = {
        "due_on": draft.due_on.isoformat(),
        "payer": draft.payer,
        "note": draft.note,
        "reference": draft.reference,
        **({"autopay": "yes"} if draft.autopay else {}),
    }
    if schedule:
        is_deposit = len(schedule) == 2 and schedule[0].minor != schedule[1].minor
        told |= {"schedule": DEPOSIT if is_deposit else INSTALMENTS, "first_on": schedule[0].on.isoformat()}
        told |= {"deposit": local.money(schedule[0].minor, draft.currency), "parts": str(len(schedule))}
    return told | lines.fields_of(draft.lines, request.organisation, draft.currency, local)


def redraft(organisation: Organisation, draft: Invoice, asked: InvoiceRequest, now: datetime) -> Invoice:
    """Writes a draft anew, over the version that was read. Raises NotFound, also when it was issued meanwhile, Conflict
    when somebody else wrote it."""

    def work(books: Books) -> Invoice:
        stored = issuing.find_draft(books, draft.id)
        if stored.version != draft.version:
            raise Conflict
        require_members(books, asked.lines)
        fresh = issuing.draft(books, asked._replace(recurring=stored.recurring, quote=stored.quote))
        anew = replace(fresh, id=stored.id, version=stored.version)
        books.invoices.replace(fresh, anew)
        return anew

    return keep(organisation, draft.household, now, work)


def defaults(organisation: Organisation) -> Mapping[str, str]:
    """What the form of a new invoice shows."""
    return {"autopay": "yes"} if organisation.billing.autopay.at_first else {}
