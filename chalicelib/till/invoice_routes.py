"""One invoice at the desk: made and written anew as a draft, issued, sent, paid, credited, taken back (INV-3, C8)."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from chalicelib.admin import desk
from chalicelib.admin.desk import Received
from chalicelib.billing import store
from chalicelib.billing.domain import CREDIT_NOTE, Invoice, InvoiceStatus
from chalicelib.billing.invoice_page import Reader, invoice_view
from chalicelib.households.summary import Summary
from chalicelib.identity.staff import BOOKS, REFUNDING, TILL
from chalicelib.organisations.domain import Module
from chalicelib.shared.errors import Conflict, Invalid, NotFound
from chalicelib.shared.ids import new_id
from chalicelib.shared.texts import Message
from chalicelib.till import invoicing, lines
from chalicelib.till.amounts import read_amount
from chalicelib.till.billing_routes import frame
from chalicelib.till.homes import PATH, billing_base, home_of, path_of, url_of
from chalicelib.till.refusing import name_of_form, said
from chalicelib.till.reminders_pages import reminded
from chalicelib.till.taking import METHODS, read_day, read_method
from chalicelib.web import render
from chalicelib.web.forms import Form
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes

routes = Routes(Module.INVOICES)

_ONE = PATH + "/billing/invoices/{invoice}"
_REASON = 500
_TAKEN_BACK = (InvoiceStatus.CANCELLED, InvoiceStatus.REVERSED)
_MOST_UNITS = 10**9 - 1


class Bill(NamedTuple):
    """The invoice that an address names, and whose it is."""

    home: Summary
    invoice: Invoice

    @property
    def is_draft(self) -> bool:
        """Whether nobody in the family sees it."""
        return self.invoice.status is InvoiceStatus.DRAFT


def _bill(request: Request) -> Bill:
    """Two strong reads. Raises NotFound."""
    home = home_of(request)
    invoice = store.find_bill(request.org, home.household, request.params["invoice"])
    if invoice is None:
        raise NotFound
    return Bill(home, invoice)


@routes.get(PATH + "/billing/new", Actor.STAFF, staff=TILL, owns="household")
def show_form(request: Request) -> Reply:
    """The form of a new invoice."""
    home = home_of(request)
    fields = {**invoicing.defaults(request.organisation), "once": new_id()}
    return _form_page(request, home, fields, "billing/new")


@routes.post(PATH + "/billing/new", Actor.STAFF, staff=TILL, owns="household")
def make(request: Request) -> Reply:
    """Makes a draft, which nobody in the family sees; sent again, the form makes no second one."""
    home = home_of(request)
    if lines.MORE in request.form:
        return _form_page(request, home, request.form, "billing/new")
    try:
        asked, once = invoicing.read(request, home), name_of_form(request)
    except Invalid as wrong:
        return _form_page(request, home, request.form, "billing/new", wrong.errors)
    draft = desk.draft(request.organisation, home.household, asked, once, request.now)
    return redirect(url_of(request, home, f"billing/invoices/{draft.id}", saved="draft"))


@routes.get(_ONE + "/edit", Actor.STAFF, staff=TILL, owns="invoice")
def show_draft_form(request: Request) -> Reply:
    """The form of a draft; an invoice that is issued has none (C8)."""
    bill = _draft(request)
    fields = {**invoicing.fields_of(bill.invoice, request), "version": str(bill.invoice.version)}
    return _form_page(request, bill.home, fields, f"billing/invoices/{bill.invoice.id}/edit")


@routes.post(_ONE + "/edit", Actor.STAFF, staff=TILL, owns="invoice")
def change(request: Request) -> Reply:
    """Writes a draft anew."""
    bill = _draft(request)
    path = f"billing/invoices/{bill.invoice.id}"
    if lines.MORE in request.form:
        return _form_page(request, bill.home, request.form, f"{path}/edit")
    try:
        asked = invoicing.read(request, bill.home)
    except Invalid as wrong:
        return _form_page(request, bill.home, request.form, f"{path}/edit", wrong.errors)
    if request.form.get("version", "") != str(bill.invoice.version):
        raise Conflict
    invoicing.redraft(request.organisation, bill.invoice, asked, request.now)
    return redirect(url_of(request, bill.home, path, saved="draft"))


def _draft(request: Request) -> Bill:
    bill = _bill(request)
    if not bill.is_draft:
        raise NotFound
    return bill


def _form_page(
    request: Request, home: Summary, fields: Mapping[str, str], path: str, errors: Mapping[str, Message] | None = None
) -> Reply:
    return render.page(
        request,
        "till/invoice_form.html",
        status=400 if errors else 200,
        errors=errors,
        **frame(request, home, "billing"),
        action=path_of(home, path),
        fields=fields,
        lines=lines.view(request.organisation, home, fields, request.local),
        payers=[("", home.name), *((row.id, row.name) for row in home.members)],
        due_days=request.organisation.billing.days_to_pay,
        may_autopay=request.organisation.billing.online,
    )


@routes.get(_ONE, Actor.STAFF, staff=BOOKS, owns="invoice")
def show_invoice(request: Request) -> Reply:
    """An invoice with what may be done about it, or a draft."""
    return _page(request, _bill(request))


def _page(request: Request, bill: Bill, errors: Mapping[str, Message] | None = None, *, status: int = 400) -> Reply:
    home, invoice = bill
    reader = Reader(request.organisation, home, request.local, request.today, base=billing_base(home))
    may_bill = request.me.works_as(TILL)
    return render.page(
        request,
        "till/invoice.html",
        status=status if errors else 200,
        errors=errors,
        **frame(request, home, "billing"),
        invoice=invoice_view(invoice, reader, (), _reason(request, invoice)),
        here=path_of(home, f"billing/invoices/{invoice.id}"),
        is_draft=bill.is_draft,
        is_sent=invoice.sent_at is not None,
        may_bill=may_bill,
        may_cancel=may_bill and not bill.is_draft and invoice.status not in _TAKEN_BACK,
        may_use_credit=may_bill and invoice.balance_minor > 0 and bool(home.credit().get(invoice.currency)),
        methods=[(method, request.local.say(words)) for method, words in METHODS.items()],
        fields=request.form,
        today=request.today.isoformat(),
        saved=request.query.get("saved", ""),
        reminders=[] if bill.is_draft else reminded(request, invoice),
    )


def _reason(request: Request, invoice: Invoice) -> str:
    """Why an invoice was taken back, as the last of its credit notes says."""
    notes = [each.document for each in invoice.coverages if each.method == CREDIT_NOTE]
    if invoice.status not in _TAKEN_BACK or not notes:
        return ""
    note = store.get_credit_note(request.org, invoice.household, notes[-1])
    return note.reason if note else ""


@routes.post(_ONE + "/issue", Actor.STAFF, staff=TILL, owns="invoice")
def issue(request: Request) -> Reply:
    """Publishes a draft under its number, by mail or marked as sent; one that is issued stays as it is (INV-3)."""
    send = Form(request.form).choice("send", ("yes", "no")) == "yes"

    def act(bill: Bill) -> str:
        return desk.issue(request.organisation, bill.home.household, bill.invoice.id, request.now, send=send).id

    return _act(request, act, "sent" if send else "issued")


@routes.post(_ONE + "/send", Actor.STAFF, staff=TILL, owns="invoice")
def send(request: Request) -> Reply:
    """Mails an issued invoice once more, once a day."""
    return _act(request, lambda bill: desk.send(request.organisation, *_names(bill), request.now).id, "sent")


@routes.post(_ONE + "/paid", Actor.STAFF, staff=TILL, owns="invoice")
def mark_paid(request: Request) -> Reply:
    """Notes that all of it was paid by another way than Stripe; a draft is issued with it, without a mail (INV-3)."""
    bill = _bill(request)
    form = Form(request.form)
    received = Received(
        0, read_method(form), read_day(form, request), form.text("reference"), receipt="receipt" in request.form
    )
    if form.errors:
        return _page(request, bill, form.errors)
    return _act(
        request, lambda bill: desk.mark_paid(request.organisation, *_names(bill), received, request.now)[0].id, "paid"
    )


@routes.post(_ONE + "/use-credit", Actor.STAFF, staff=TILL, owns="invoice")
def use_credit(request: Request) -> Reply:
    """Covers it with what the family has in its favour, oldest first."""

    def act(bill: Bill) -> str:
        desk.use_credit(request.organisation, *_names(bill), request.now)
        return bill.invoice.id

    return _act(request, act, "covered")


@routes.post(_ONE + "/cancel", Actor.STAFF, staff=TILL, owns="invoice")
def cancel(request: Request) -> Reply:
    """Takes an issued invoice back whole, with a reason that the family reads; a draft goes without a trace (C8)."""
    bill = _bill(request)
    form = Form(request.form)
    reason = form.text("cancel_reason", required=not bill.is_draft, maximum=_REASON)
    if form.errors:
        return _page(request, bill, form.errors)
    if bill.is_draft:
        desk.cancel(request.organisation, *_names(bill), reason, request.now)
        return redirect(url_of(request, bill.home, "billing", show="drafts"))
    return _act(request, lambda bill: desk.cancel(request.organisation, *_names(bill), reason, request.now).id, "back")


@routes.get(_ONE + "/credit", Actor.STAFF, staff=TILL, owns="invoice")
def show_credit_form(request: Request) -> Reply:
    """What of an issued invoice can be taken back, or be given up. Three reads."""
    return _credit_page(request, _issued(request))


@routes.post(_ONE + "/credit", Actor.STAFF, staff=TILL, owns="invoice")
def credit(request: Request) -> Reply:
    """Takes an amount of an invoice back by a credit note, with its share of taxes."""
    bill = _issued(request)
    form = Form(request.form)
    minor = read_amount(form, request, "amount", bill.invoice.currency)
    return _credited(request, bill, form, minor, "reason")


@routes.post(_ONE + "/write-off", Actor.STAFF, staff=REFUNDING, owns="invoice")
def write_off(request: Request) -> Reply:
    """Gives up what is still to pay, by a credit note over it."""
    bill = _issued(request)
    if not bill.invoice.balance_minor:
        return redirect(url_of(request, bill.home, f"billing/invoices/{bill.invoice.id}"))
    return _credited(request, bill, Form(request.form), bill.invoice.balance_minor, "why")


def _issued(request: Request) -> Bill:
    bill = _bill(request)
    if bill.is_draft or bill.invoice.status in _TAKEN_BACK:
        raise NotFound
    return bill


def _credited(request: Request, bill: Bill, form: Form, minor: int, name: str) -> Reply:
    """A credit note over so much more of the invoice. The page told what was credited until then, so that a form that
    is sent twice takes nothing back twice."""
    reason = form.text(name, required=True, maximum=_REASON)
    before = form.number("credited", _MOST_UNITS, required=True)
    if form.errors or before is None:
        return _credit_page(request, bill, form.errors)
    try:
        desk.credit(request.organisation, *_names(bill), before + minor, reason, request.now, before=before)
    except Conflict as refused:
        return _credit_page(request, bill, said(refused), status=409)
    return redirect(url_of(request, bill.home, f"billing/invoices/{bill.invoice.id}", saved="credited"))


def _credit_page(
    request: Request, bill: Bill, errors: Mapping[str, Message] | None = None, *, status: int = 400
) -> Reply:
    home, invoice = bill
    credited = sum(note.total_minor for note in store.credit_notes_of(request.org, home.household, invoice.id))
    money = request.local.money
    return render.page(
        request,
        "till/invoice_credit.html",
        status=status if errors else 200,
        errors=errors,
        **frame(request, home, "billing"),
        title=invoice.number,
        here=path_of(home, f"billing/invoices/{invoice.id}"),
        left=money(invoice.total_minor - credited, invoice.currency),
        open=money(invoice.balance_minor, invoice.currency),
        may_write_off=request.me.works_as(REFUNDING) and invoice.balance_minor > 0,
        fields={"credited": str(credited), **request.form},
    )


def _names(bill: Bill) -> tuple[str, str]:
    return bill.home.household, bill.invoice.id


def _act(request: Request, act: Callable[[Bill], str], saved: str) -> Reply:
    """Does something to the invoice and leads to it, for an issued draft has another id; or says why not."""
    bill = _bill(request)
    try:
        invoice_id = act(bill)
    except Conflict as refused:
        return _page(request, bill, said(refused), status=409)
    return redirect(url_of(request, bill.home, f"billing/invoices/{invoice_id}", saved=saved))
