"""What a family is billed, as the desk sees it: its invoices, those to pay, and drafts; payments; credits."""

import re
from typing import Any

from chalicelib.billing import store
from chalicelib.billing.glance import balance_cards, unpaid_row
from chalicelib.billing.pages import invoice_row, payment_row
from chalicelib.billing.payment_pages import credit_note_row, credit_note_view, credit_row, payment_view
from chalicelib.households.summary import Summary
from chalicelib.identity.staff import BOOKS, REFUNDING, TILL
from chalicelib.organisations.domain import Module
from chalicelib.shared.errors import NotFound
from chalicelib.shared.texts import say
from chalicelib.till import homes
from chalicelib.till.homes import AT_ONCE, PATH, billing_base, home_of, path_of
from chalicelib.web import paging, render
from chalicelib.web.http import Reply, Request
from chalicelib.web.routes import Actor, Routes
from chalicelib.web.tabs import tabs

routes = Routes(Module.INVOICES)

_WAITING = re.compile(r"\d{4}-\d\d-\d\d#[\w-]{1,60}", re.ASCII)
"""Where a page of invoices to pay goes on: due day and invoice."""
_ALL, _DUE, _DRAFTS = "", "due", "drafts"
_WAYS = ((say("All invoices"), _ALL), (say("To pay"), _DUE), (say("Drafts"), _DRAFTS))


@routes.get(PATH + "/billing", Actor.STAFF, staff=BOOKS, owns="household")
def show_billing(request: Request) -> Reply:
    """A family's invoices, latest first, those to pay, or drafts, a page at a time. Two round trips."""
    home = home_of(request)
    show = request.query.get("show", _ALL)
    reads = {_DUE: _unpaid, _DRAFTS: _drafts}
    rows, links = reads.get(show, _issued)(request, home)
    today = request.today
    return render.page(
        request,
        "till/invoices.html",
        **frame(request, home, "billing"),
        balances=balance_cards(home, request.local, request.org, today),
        tabs=tabs(request, path_of(home, "billing"), [(label, {"show": way}, way == show) for label, way in _WAYS]),
        show=show,
        invoices=rows,
        may_bill=request.me.works_as(TILL),
        may_credit=request.me.works_as(REFUNDING),
        **links,
    )


def frame(request: Request, home: Summary, current: str) -> dict[str, Any]:
    """What every page about a family's money has: whose it is, and the ways between them."""
    return {
        "family": home.name,
        "number": home.number,
        "client": path_of(home),
        "sections": homes.sections(request, home, current),
        "base": path_of(home, "billing"),
    }


_Rows = tuple[list[object], paging.Links]


def _issued(request: Request, home: Summary) -> _Rows:
    found = store.skim_invoices(request.org, home.household, paging.after(request), size=AT_ONCE)
    base = billing_base(home)
    rows = [invoice_row(each, request.local, request.org, request.today, base=base) for each in found.rows]
    return list(rows), paging.links(request, path_of(home, "billing"), found.next)


def _unpaid(request: Request, home: Summary) -> _Rows:
    after = paging.after(request, lambda told: bool(_WAITING.fullmatch(told)))
    found = store.list_unpaid(request.org, home.household, after, size=AT_ONCE)
    base = billing_base(home)
    rows = [unpaid_row(each, request.local, request.org, request.today, base=base) for each in found.rows]
    return list(rows), paging.links(request, path_of(home, "billing"), found.next, show=_DUE)


def _drafts(request: Request, home: Summary) -> _Rows:
    found = store.list_drafts(request.org, home.household, paging.after(request), size=AT_ONCE)
    base, words = billing_base(home), request.local.say(say("Draft"))
    rows = [
        invoice_row(each.listed, request.local, request.org, request.today, base=base)._replace(number=words)
        for each in found.rows
    ]
    return list(rows), paging.links(request, path_of(home, "billing"), found.next, show=_DRAFTS)


@routes.get(PATH + "/billing/payments", Actor.STAFF, staff=BOOKS, owns="household")
def show_payments(request: Request) -> Reply:
    """A family's payments, latest first, a page at a time. Two round trips."""
    home = home_of(request)
    path = path_of(home, "billing/payments")
    found = store.list_payments(request.org, home.household, paging.after(request), size=AT_ONCE)
    base = billing_base(home)
    return render.page(
        request,
        "till/payments.html",
        **frame(request, home, "billing/payments"),
        payments=[payment_row(each, request.local, request.org, base=base) for each in found.rows],
        may_bill=request.me.works_as(TILL),
        **paging.links(request, path, found.next),
    )


@routes.get(PATH + "/billing/payments/{payment}", Actor.STAFF, staff=BOOKS, owns="payment")
def show_payment(request: Request) -> Reply:
    """One payment: what it covers, what went back, and what may be done about it. Two round trips."""
    home = home_of(request)
    payment = store.get_payment(request.org, home.household, request.params["payment"])
    if payment is None:
        raise NotFound
    may_refund = request.me.works_as(REFUNDING)
    return render.page(
        request,
        "till/payment.html",
        **frame(request, home, "billing/payments"),
        payment=payment_view(payment, request.local, request.org, base=billing_base(home)),
        may_refund=may_refund and payment.kept_minor > 0,
        may_return=may_refund and payment.kept_minor > 0 and not payment.intent,
        saved=request.query.get("saved", ""),
    )


@routes.get(PATH + "/billing/credits", Actor.STAFF, staff=BOOKS, owns="household")
def show_credits(request: Request) -> Reply:
    """What a family has in its favour, and all its credit notes, a page at a time. Three reads."""
    home, local, org = home_of(request), request.local, request.org
    after, base = paging.after(request), billing_base(home)
    left = [] if after else store.list_credits(org, home.household).rows
    notes = store.list_credit_notes(org, home.household, after, size=AT_ONCE)
    return render.page(
        request,
        "till/credits.html",
        **frame(request, home, "billing/credits"),
        credits=[credit_row(credit, local, org, base=base) for credit in left],
        notes=[credit_note_row(note, local, org, base=base) for note in notes.rows],
        may_credit=request.me.works_as(REFUNDING),
        **paging.links(request, path_of(home, "billing/credits"), notes.next),
    )


@routes.get(PATH + "/billing/credits/{credit_note}", Actor.STAFF, staff=BOOKS, owns="credit_note")
def show_credit_note(request: Request) -> Reply:
    """One credit note: what it takes back, why, and what it was applied to."""
    home = home_of(request)
    note = store.get_credit_note(request.org, home.household, request.params["credit_note"])
    if note is None:
        raise NotFound
    return render.page(
        request,
        "till/credit_note.html",
        **frame(request, home, "billing/credits"),
        note=credit_note_view(note, home, request.local, request.org, base=billing_base(home)),
        saved=request.query.get("saved", ""),
    )
