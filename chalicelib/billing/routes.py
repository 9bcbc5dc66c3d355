"""Pages of invoices and payments (INV-1, INV-2, INV-6, PAY-1)."""

from datetime import date

from chalicelib.billing import store
from chalicelib.billing.domain import Invoice
from chalicelib.billing.pages import invoice_row, invoice_view, payment_row, unpaid_invoice
from chalicelib.organisations.domain import Module
from chalicelib.shared.errors import NotFound
from chalicelib.shared.ids import is_dated_id
from chalicelib.shared.texts import say
from chalicelib.shared.times import local_day
from chalicelib.web import render, urls
from chalicelib.web.http import Reply, Request
from chalicelib.web.routes import Actor, Routes
from chalicelib.web.tabs import tabs

routes = Routes()


@routes.get("/{org}/invoices", Actor.MEMBER)
def show_invoices(request: Request) -> Reply:
    """All issued invoices, those still to pay, or one member's; newest first, 25 at a time."""
    _require_invoices(request)
    member = request.query.get("member", "")
    if member and not request.me.home.member(member):
        raise NotFound
    show = request.query.get("show", "")
    if show == "due":
        invoices, after = _due(request), ""
    else:
        invoices, after = _page_of(request, member)
    past_first = bool(request.query.get("after"))
    query = {"member": member, "show": show}
    return render.page(
        request,
        "billing/invoices.html",
        invoices=[invoice_row(invoice, request.local, request.org, _today(request)) for invoice in invoices],
        totals=_totals(request),
        members=[(row.id, row.name) for row in request.me.home.members],
        member=member,
        show=show,
        tabs=tabs(
            request,
            "invoices",
            [(say("All invoices"), {}, not show and not member), (say("To pay"), {"show": "due"}, show == "due")],
        ),
        more_unpaid=request.me.home.unpaid_count() - len(invoices) if show == "due" else 0,
        next_url=urls.portal(request.org, "invoices", **query, after=after) if after else None,
        first_url=urls.portal(request.org, "invoices", **query) if past_first else None,
    )


def _due(request: Request) -> list[Invoice]:
    """Invoices still to pay, straight from the summary: earliest due first."""
    return [unpaid_invoice(row, request.me.household) for row in request.me.home.unpaid]


def _page_of(request: Request, member: str) -> tuple[list[Invoice], str]:
    """A page of issued invoices, and the id to go on after."""
    after = request.query.get("after", "")
    after = after if is_dated_id(after) else ""
    home = request.me.household
    if not member:
        found = store.list_invoices(request.org, home, f"INVOICE#{after}" if after else "")
        return list(found.rows), found.next.removeprefix("INVOICE#")
    prefix = f"MEMBER_INVOICE#{member}#"
    pointers = store.list_member_invoices(request.org, home, member, f"{prefix}{after}" if after else "")
    return store.get_invoices(request.org, home, pointers.rows), pointers.next.removeprefix(prefix)


def _totals(request: Request) -> list[tuple[str, str]]:
    """What is to pay in each currency, and how much of it is overdue ("" when nothing is)."""
    home, local = request.me.home, request.local
    overdue = home.overdue(_today(request))
    return [
        (local.money(minor, currency), local.money(overdue[currency], currency) if overdue.get(currency) else "")
        for currency, minor in home.due().items()
    ]


@routes.get("/{org}/invoices/{invoice}", Actor.MEMBER, owns="invoice")
def show_invoice(request: Request) -> Reply:
    """One invoice with its lines, its taxes, the payments that covered it, and what is left to pay."""
    _require_invoices(request)
    invoice = store.get_invoice(request.org, request.me.household, request.params["invoice"])
    if invoice is None:
        raise NotFound
    return render.page(
        request,
        "billing/invoice.html",
        invoice=invoice_view(invoice, request.me.home, request.local, request.org, _today(request)),
    )


@routes.get("/{org}/payments", Actor.MEMBER)
def show_payments(request: Request) -> Reply:
    """All payments with the invoices each covered, newest first, 25 at a time."""
    _require_invoices(request)
    after = request.query.get("after", "")
    after = after if is_dated_id(after) else ""
    found = store.list_payments(request.org, request.me.household, f"PAYMENT#{after}" if after else "")
    following = found.next.removeprefix("PAYMENT#")
    return render.page(
        request,
        "billing/payments.html",
        payments=[payment_row(payment, request.local, request.org) for payment in found.rows],
        next_url=urls.portal(request.org, "payments", after=following) if following else None,
        first_url=urls.portal(request.org, "payments") if after else None,
    )


def _require_invoices(request: Request) -> None:
    if not request.organisation.uses(Module.INVOICES):
        raise NotFound


def _today(request: Request) -> date:
    return local_day(request.now, request.organisation.zone)
