"""Invoices, for programs: the same use cases as at the desk, so that the ledger adds up whoever asks."""

from decimal import Decimal
from typing import Any

from chalicelib.admin import desk
from chalicelib.api.domain import Scope
from chalicelib.api.operations import Answer, Call, Operations, day, page_of_household, versioned
from chalicelib.billing import store
from chalicelib.billing.domain import Invoice, InvoiceLine
from chalicelib.billing.issuing import InvoiceRequest
from chalicelib.billing.pricing import LineRequest, price
from chalicelib.organisations.domain import Module
from chalicelib.shared.errors import Invalid, NotFound
from chalicelib.shared.texts import say

operations = Operations(Scope.READ_INVOICES, Scope.WRITE_INVOICES, Module.INVOICES)

_PATH = "/households/{household}/invoices"


@operations.get(_PATH, "listInvoices", "A household's issued invoices, the latest first", "Invoices")
def list_invoices(call: Call) -> Answer:
    """A page of invoices; drafts are nobody's but the desk's. Raises NotFound."""
    return page_of_household(call, store.list_invoices, _invoice)


@operations.get(f"{_PATH}/{{invoice}}", "getInvoice", "One invoice, issued or not", "Invoice")
def get_invoice(call: Call) -> Answer:
    """An invoice. Raises NotFound."""
    found = _find(call, call.params["invoice"])
    if found is None:
        raise NotFound
    return versioned(_invoice(found))


@operations.change(
    "POST", _PATH, "createInvoice", "Makes an invoice that the family does not see before it is issued",
    takes="NewInvoice", gives="Invoice", status=201,
)  # fmt: skip
def create_invoice(call: Call) -> Answer:
    """Makes a draft. Raises NotFound, Invalid."""
    request = InvoiceRequest(
        lines=[_line(each) for each in call.body["lines"]],
        due_on=day(call, "due_on") if call.body.get("due_on") else None,
        reference=call.body.get("reference", ""),
        note=call.body.get("note", ""),
        autopay=call.organisation.billing.autopay.at_first,
    )
    _require_possible(request, call)
    return _after(call, desk.draft(call.organisation, call.params["household"], request, call.new_id, call.now))


@operations.change(
    "POST", f"{_PATH}/{{invoice}}/issue", "issueInvoice", "Issues an invoice: it gets a number, and the family sees it",
    takes="Issue", gives="Invoice",
)  # fmt: skip
def issue_invoice(call: Call) -> Answer:
    """Issues a draft; one that was issued before stays as it is. Raises NotFound, Conflict."""
    household, invoice = call.params["household"], call.params["invoice"]
    return _after(call, desk.issue(call.organisation, household, invoice, call.now, send=call.body["send"]))


@operations.change(
    "POST", f"{_PATH}/{{invoice}}/cancel", "cancelInvoice", "Takes an invoice back whole, with a credit note",
    takes="Reason", gives="Invoice",
)  # fmt: skip
def cancel_invoice(call: Call) -> Answer:
    """Takes an invoice back. Raises NotFound, Conflict."""
    household, invoice = call.params["household"], call.params["invoice"]
    return _after(call, desk.cancel(call.organisation, household, invoice, call.body["reason"], call.now))


def _find(call: Call, invoice_id: str) -> Invoice | None:
    named = call.org, call.params["household"], invoice_id
    return store.get_invoice(*named) or store.get_draft(*named)


def _after(call: Call, done: Invoice) -> Answer:
    """An invoice as an act left it; a draft that was cancelled is gone, and is told as it was."""
    return versioned(_invoice(_find(call, done.id) or done))


def _require_possible(request: InvoiceRequest, call: Call) -> None:
    """Raises Invalid for quantities that no line can have."""
    try:
        price(request.lines, call.organisation.billing)
    except ValueError as error:
        raise Invalid({"lines": say("Enter a quantity above zero")}) from error


def _line(told: dict[str, Any]) -> LineRequest:
    return LineRequest(told["description"], Decimal(told["quantity"]), told["unit_minor"], told.get("member", ""))


def _invoice(invoice: Invoice) -> dict[str, Any]:
    return {
        "id": invoice.id,
        "version": invoice.version or 1,
        "household": invoice.household,
        "number": invoice.number,
        "status": invoice.status.value,
        "currency": invoice.currency,
        "issued_on": invoice.issued_on.isoformat(),
        "due_on": invoice.due_on.isoformat(),
        "lines": [_told_line(line) for line in invoice.lines],
        "total_minor": invoice.total_minor,
        "paid_minor": invoice.paid_minor,
        "balance_minor": invoice.balance_minor,
        "reference": invoice.reference,
        "note": invoice.note,
    }


def _told_line(line: InvoiceLine) -> dict[str, Any]:
    return {
        "description": line.description,
        "quantity": f"{line.quantity:f}",
        "unit_minor": line.unit_minor,
        "discount_minor": line.discount_minor,
        "amount_minor": line.amount_minor,
        "total_minor": line.total_minor,
        "member": line.member,
        "taxes": [{"name": tax.name, "minor": tax.minor, "included": tax.included} for tax in line.taxes],
    }
