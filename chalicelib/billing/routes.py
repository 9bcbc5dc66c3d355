"""Pages of invoices: all of them, those to pay, one member's (INV-1, INV-2, INV-5 to INV-7).

Each by itself is a page of `payments`, which knows how it is paid."""

import re
from collections.abc import Iterable, Sequence

from chalicelib.billing import store
from chalicelib.billing.domain import ListedInvoice
from chalicelib.billing.glance import InvoiceRow, balance_cards, unpaid_row
from chalicelib.billing.pages import invoice_row
from chalicelib.billing.sections import sections
from chalicelib.organisations.domain import Module
from chalicelib.shared.errors import NotFound
from chalicelib.shared.texts import Message, say
from chalicelib.web import paging, render
from chalicelib.web.http import Reply, Request
from chalicelib.web.routes import Actor, Routes
from chalicelib.web.tabs import tabs

routes = Routes(Module.INVOICES)

_WAITING = re.compile(r"\d{4}-\d\d-\d\d#[\w-]{1,60}", re.ASCII)
"""Where a page of invoices to pay goes on: due day and invoice."""
_PROBLEMS: dict[str, Message] = {
    "none": say("Choose at least one invoice to pay."),
    "mixed": say(
        "These invoices can not be paid together. Choose invoices in one currency, billed to the same person."
    ),
    "amount": say("This amount can not be paid. Choose the invoices again."),
}
"""Why paying several invoices did not begin."""


@routes.get("/{org}/invoices", Actor.MEMBER)
def show_invoices(request: Request) -> Reply:
    """All issued invoices or one member's, newest first, or those to pay, earliest due first; 25 at a time."""
    member = request.query.get("member", "")
    if member and not request.me.home.member(member):
        raise NotFound
    if request.query.get("show") == "due":
        return _unpaid(request)
    return _member(request, member) if member else _all(request)


def _all(request: Request) -> Reply:
    found = store.skim_invoices(request.org, request.me.household, paging.after(request))
    return _list(request, _rows(request, found.rows), paging.links(request, "invoices", found.next))


def _member(request: Request, member: str) -> Reply:
    org, home = request.org, request.me.household
    found = store.list_member_invoices(org, home, member, paging.after(request))
    links = paging.links(request, "invoices", found.next, member=member)
    invoices = (invoice.listed for invoice in store.get_invoices(org, home, found.rows))
    return _list(request, _rows(request, invoices), links, member=member)


def _rows(request: Request, invoices: Iterable[ListedInvoice]) -> list[InvoiceRow]:
    return [invoice_row(invoice, request.local, request.org, request.today) for invoice in invoices]


def _unpaid(request: Request) -> Reply:
    """Every invoice that waits for money, ready to be paid together."""
    after = paging.after(request, lambda told: bool(_WAITING.fullmatch(told)))
    found = store.list_unpaid(request.org, request.me.household, after)
    invoices = [unpaid_row(row, request.local, request.org, request.today) for row in found.rows]
    return _list(request, invoices, paging.links(request, "invoices", found.next, show="due"), due=True)


def _list(
    request: Request, invoices: Sequence[InvoiceRow], links: paging.Links, *, member: str = "", due: bool = False
) -> Reply:
    ways = [(say("All invoices"), {}, not due), (say("To pay"), {"show": "due"}, due)]
    problem = _PROBLEMS.get(request.query.get("problem", ""))
    return render.page(
        request,
        "billing/invoices.html",
        sections=sections(request, "invoices"),
        invoices=invoices,
        balances=balance_cards(request.me.home, request.local, request.org, request.today),
        members=[(row.id, row.name) for row in request.me.home.members],
        member=member,
        due=due,
        may_pay=due and _may_pay(request),
        problem=request.local.say(problem) if problem else "",
        tabs=tabs(request, "invoices", ways),
        **links,
    )


def _may_pay(request: Request) -> bool:
    """Whether whoever looks may pay online (INV-5)."""
    return request.organisation.billing.online and request.me.role.may_edit
