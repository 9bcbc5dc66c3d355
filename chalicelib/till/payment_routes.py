"""Money at the desk: taking cash, cheques and transfers, and noting a payment that came back; credit given freely."""

from collections.abc import Mapping, Sequence

from chalicelib.admin import desk
from chalicelib.billing import receiving, store
from chalicelib.billing.books import Books, keep
from chalicelib.billing.glance import unpaid_row
from chalicelib.billing.items import owed
from chalicelib.households.summary import Summary, UnpaidRow
from chalicelib.identity.staff import REFUNDING, TILL
from chalicelib.organisations.domain import Module
from chalicelib.shared.errors import Conflict, NotFound
from chalicelib.shared.ids import new_id
from chalicelib.shared.texts import Message, say
from chalicelib.till.amounts import read_amount
from chalicelib.till.billing_routes import frame
from chalicelib.till.homes import PATH, billing_base, home_of, path_of, url_of
from chalicelib.till.refusing import name_of_form, said
from chalicelib.till.taking import BOX, METHODS, MOST, chosen_invoices, read_payment
from chalicelib.web import render
from chalicelib.web.forms import Form
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes

routes = Routes(Module.INVOICES)

_REASON = 500
_BOUNCED, _MISTAKE = "bounced", "mistake"


@routes.get(PATH + "/billing/payments/new", Actor.STAFF, staff=TILL, owns="household")
def show_payment_form(request: Request) -> Reply:
    """The form of money that somebody hands over; what is due first is listed to choose from.

    Who comes from an invoice finds it chosen, and what is left to pay of it as the amount.
    """
    home, asked = home_of(request), request.query.get("invoice", "")
    unpaid = _unpaid(request, home, [asked] if asked else [])
    fields = {"once": new_id(), "on": request.today.isoformat()}
    if asked in unpaid:
        fields |= {BOX + asked: "yes", "amount": request.local.money(unpaid[asked].balance, unpaid[asked].currency)}
    return _payment_page(request, home, unpaid, fields)


@routes.post(PATH + "/billing/payments/new", Actor.STAFF, staff=TILL, owns="household")
def take_payment(request: Request) -> Reply:
    """Notes money that came in; it covers the chosen invoices, else those due first, and the rest is credit (PAY-1)."""
    home, form = home_of(request), Form(request.form)
    received = read_payment(form, request)
    if form.errors:
        return _refused(request, home, form.errors)
    try:
        payment, _ = desk.record(request.organisation, home.household, received, request.now)
    except Conflict as refused:
        return _refused(request, home, said(refused), 409)
    return redirect(url_of(request, home, f"billing/payments/{payment.id}", saved="taken"))


def _refused(request: Request, home: Summary, errors: Mapping[str, Message], status: int = 400) -> Reply:
    unpaid = _unpaid(request, home, chosen_invoices(request.form)[:MOST])
    return _payment_page(request, home, unpaid, request.form, errors, status)


def _payment_page(
    request: Request,
    home: Summary,
    unpaid: Mapping[str, UnpaidRow],
    fields: Mapping[str, str],
    errors: Mapping[str, Message] | None = None,
    status: int = 200,
) -> Reply:
    base = billing_base(home)
    return render.page(
        request,
        "till/payment_form.html",
        status=status,
        errors=errors,
        **frame(request, home, "billing/payments"),
        action=path_of(home, "billing/payments/new"),
        fields=fields,
        invoices=[unpaid_row(row, request.local, request.org, request.today, base=base) for row in unpaid.values()],
        box=BOX,
        methods=[(method, request.local.say(words)) for method, words in METHODS.items()],
        currency=request.organisation.currency,
    )


def _unpaid(request: Request, home: Summary, chosen: Sequence[str]) -> dict[str, UnpaidRow]:
    """By id, what waits for money in the organisation's currency: those due first, which the summary names, and those
    that were chosen. One read where one of these is not among the first."""
    rows = {row.id: row for row in home.unpaid}
    others = [invoice for invoice in chosen if invoice not in rows]
    found = store.get_invoices(request.org, home.household, others) if others else []
    rows |= {invoice.id: part.row for invoice in found if (part := owed(invoice))}
    return {key: row for key, row in rows.items() if row.currency == request.organisation.currency}


@routes.get(PATH + "/billing/payments/{payment}/returned", Actor.STAFF, staff=REFUNDING, step_up=True, owns="payment")
def show_return_form(request: Request) -> Reply:
    """The form of a payment that came back, or that was noted by mistake."""
    return _return_page(request)


@routes.post(PATH + "/billing/payments/{payment}/returned", Actor.STAFF, staff=REFUNDING, step_up=True, owns="payment")
def take_back_payment(request: Request) -> Reply:
    """Notes that a cheque bounced or a transfer was called back, or takes a mistake back; what it had paid is open
    again. One that came through Stripe is Stripe's to tell of."""
    home, payment = home_of(request), _payment(request)
    form = Form(request.form)
    why = form.choice("why", (_BOUNCED, _MISTAKE), required=True)
    if form.errors:
        return _return_page(request, form.errors)

    def work(books: Books) -> None:
        receiving.fail(books, books.payments.get(payment), voided=why == _MISTAKE)

    keep(request.organisation, home.household, request.now, work)
    return redirect(url_of(request, home, f"billing/payments/{payment}", saved="returned"))


def _payment(request: Request) -> str:
    """The id of a payment that may come back. Raises NotFound."""
    found = desk.payment_of(request.organisation, request.params["household"], request.params["payment"])
    if found.intent or not found.kept_minor:
        raise NotFound
    return found.id


def _return_page(request: Request, errors: Mapping[str, Message] | None = None) -> Reply:
    home, payment = home_of(request), _payment(request)
    ways = ((_BOUNCED, say("It came back: a cheque bounced, a transfer was called back")),
            (_MISTAKE, say("It was noted by mistake and never came")))  # fmt: skip
    return render.page(
        request,
        "till/return_form.html",
        status=400 if errors else 200,
        errors=errors,
        **frame(request, home, "billing/payments"),
        back=path_of(home, f"billing/payments/{payment}"),
        action=path_of(home, f"billing/payments/{payment}/returned"),
        ways=[(way, request.local.say(words)) for way, words in ways],
    )


@routes.get(PATH + "/billing/credits/new", Actor.STAFF, staff=REFUNDING, owns="household")
def show_credit_form(request: Request) -> Reply:
    """The form of a credit that corrects no invoice."""
    return _credit_page(request, home_of(request), {"once": new_id()})


@routes.post(PATH + "/billing/credits/new", Actor.STAFF, staff=REFUNDING, owns="household")
def give_credit(request: Request) -> Reply:
    """Gives a family credit freely, under a credit note with its reason (CRED-2)."""
    home, form = home_of(request), Form(request.form)
    minor = read_amount(form, request, "amount")
    reason = form.text("reason", required=True, maximum=_REASON)
    asked = name_of_form(request)
    if form.errors:
        return _credit_page(request, home, request.form, form.errors)
    note, _ = desk.give_credit(request.organisation, home.household, minor, reason, request.now, asked=asked)
    return redirect(url_of(request, home, f"billing/credits/{note.id}", saved="given"))


def _credit_page(
    request: Request, home: Summary, fields: Mapping[str, str], errors: Mapping[str, Message] | None = None
) -> Reply:
    return render.page(
        request,
        "till/credit_form.html",
        status=400 if errors else 200,
        errors=errors,
        **frame(request, home, "billing/credits"),
        action=path_of(home, "billing/credits/new"),
        fields=fields,
        currency=request.organisation.currency,
    )
