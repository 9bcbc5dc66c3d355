"""The family's page of one invoice, and how it is charged by itself: when, to what, another day, a cap (NEW-15)."""

from collections.abc import Mapping
from datetime import date

from chalicelib.billing import store
from chalicelib.billing.domain import CREDIT_NOTE, Invoice, InvoiceStatus, Payment, PaymentStatus
from chalicelib.billing.invoice_page import Reader, invoice_view
from chalicelib.billing.opening import opened
from chalicelib.billing.sections import sections
from chalicelib.organisations.domain import Module
from chalicelib.payments import autopay, choosing, plans, showing
from chalicelib.payments import store as payments
from chalicelib.payments.autopay_pages import AutopayView, Facts, autopay_view, caps, not_charged
from chalicelib.payments.forms import read_amount
from chalicelib.shared.errors import Conflict, NotFound
from chalicelib.shared.texts import Message, say
from chalicelib.web import render, urls
from chalicelib.web.forms import Form
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes

routes = Routes(Module.INVOICES, own=True)

Errors = Mapping[str, Message]
_ONE = "/{org}/invoices/{invoice}/autopay"


@routes.get("/{org}/invoices/{invoice}", Actor.MEMBER, owns="invoice")
def show_invoice(request: Request) -> Reply:
    """One invoice: its lines, its taxes, when it is due, what covers it, and what is left to pay.

    One read; one more of an open invoice, for payments on their way, and of one that was taken back, for the reason;
    three more of one that is charged by itself, for when and to what.
    """
    invoice = store.get_invoice(request.org, request.me.household, request.params["invoice"])
    if invoice is None:
        raise NotFound
    opened(request.org, invoice, request.now)
    terms = request.organisation.billing
    reader = Reader(request.organisation, request.me.home, request.local, request.today)
    may_pay = invoice.balance_minor > 0 and terms.online and request.me.role.may_edit
    return render.page(
        request,
        "billing/invoice.html",
        invoice=invoice_view(invoice, reader, _pending(request, invoice), _reason(request, invoice)),
        may_pay=may_pay,
        may_share=may_pay and terms.pay_links,
        autopay=_autopay(request, invoice),
        footer=request.local.text(terms.footer) if terms.footer else "",
    )


def _pending(request: Request, invoice: Invoice) -> list[Payment]:
    """Payments on their way, as long as there is something to pay: they are among the latest (INV-7)."""
    if invoice.balance_minor <= 0:
        return []
    latest = store.list_payments(request.org, request.me.household).rows
    return [payment for payment in latest if payment.status is PaymentStatus.PENDING]


def _reason(request: Request, invoice: Invoice) -> str:
    """Why an invoice was taken back, as the last of its credit notes says."""
    notes = [each.document for each in invoice.coverages if each.method == CREDIT_NOTE]
    if invoice.status not in (InvoiceStatus.CANCELLED, InvoiceStatus.REVERSED) or not notes:
        return ""
    note = store.get_credit_note(request.org, request.me.household, notes[-1])
    return note.reason if note else ""


def _autopay(request: Request, invoice: Invoice) -> AutopayView | None:
    """How it is charged by itself, or that this has ended; None where it never was. Three reads."""
    is_told = invoice.autopay or invoice.has_autopay_ended
    if not (is_told and invoice.dues and request.organisation.billing.online):
        return None
    org, home = request.org, invoice.household
    tried = autopay.tries_of(org, invoice)
    facts = Facts(invoice, plans.get(org, home), payments.list_methods(org, home), tried)
    return autopay_view(facts, request.organisation, request.local, request.now)


@routes.get(_ONE, Actor.MEMBER, owns="invoice")
def show_autopay(request: Request) -> Reply:
    """When an invoice is charged by itself, to what, and what the family may change about it. Four reads."""
    return _autopay_page(request, showing.invoice_of(request))


@routes.post(_ONE, Actor.EDITOR, owns="invoice")
def move_charge(request: Request) -> Reply:
    """Has what falls due next charged on another day, within what the organisation lets families do (NEW-15)."""
    invoice = showing.invoice_of(request)
    form = Form(request.form)
    to = form.day("skip") if form.text("skip") else form.day("to", required=True)
    if form.errors or to is None:
        return _autopay_page(request, invoice, form.errors)
    return _moved(request, invoice, to)


def _moved(request: Request, invoice: Invoice, to: date) -> Reply:
    try:
        choosing.move(request.organisation, invoice, to, request.now)
    except Conflict as refused:
        words = refused.message or say("Somebody else changed this meanwhile. Look at it again.")
        return _autopay_page(request, invoice, {"to": words}, status=409)
    return redirect(urls.portal(request.org, f"invoices/{invoice.id}/autopay", saved="1"))


def _autopay_page(request: Request, invoice: Invoice, errors: Errors | None = None, *, status: int = 400) -> Reply:
    charged = _autopay(request, invoice) or not_charged(invoice, request.local)
    if errors and charged.move is None:  # there is no field that they could stand beside
        errors = {"": next(iter(errors.values()))}
    return render.page(
        request,
        "payments/autopay.html",
        status=status if errors else 200,
        errors=errors,
        fields=request.form,
        id=invoice.id,
        autopay=charged,
        recurring=invoice.recurring if request.organisation.billing.autopay.is_choice else "",
        may_edit=request.me.role.may_edit,
        saved=request.query.get("saved", ""),
    )


@routes.get("/{org}/autopay", Actor.MEMBER)
def show_caps(request: Request) -> Reply:
    """The most that is charged by itself in a month, for each who is billed. One read."""
    return _caps_page(request)


@routes.post("/{org}/autopay", Actor.EDITOR, step_up=True)
def set_cap(request: Request) -> Reply:
    """Sets a cap for one who is billed within the household; left empty, there is none (NEW-15)."""
    showing.require_online(request)
    form, home = Form(request.form), request.me.home
    known = plans.get(request.org, home.household)
    offered = tuple(cap.payer for cap in caps(known, home, request.organisation, request.local))
    payer = form.text("payer")
    if payer not in offered:
        raise NotFound
    minor = read_amount(form, request.organisation.currency, request.local) if form.text("amount") else None
    if form.errors:
        return _caps_page(request, form.errors)
    choosing.set_cap(request.organisation, home.household, payer, minor, request.now)
    return redirect(urls.portal(request.org, "autopay", saved="1"))


def _caps_page(request: Request, errors: Errors | None = None) -> Reply:
    showing.require_online(request)
    plan = plans.get(request.org, request.me.household)
    found = caps(plan, request.me.home, request.organisation, request.local)
    return render.page(
        request,
        "payments/caps.html",
        status=400 if errors else 200,
        errors=errors,
        fields=request.form,
        sections=sections(request, "payment-methods"),
        caps=found,
        told=[(cap.name, cap.words) for cap in found],
        choices=[(cap.payer, cap.name) for cap in found],
        notice_days=request.organisation.billing.brakes.notice_days,
        may_edit=request.me.role.may_edit,
        saved=request.query.get("saved", ""),
    )
