"""The desk's pages about everybody's money: what is overdue, what waits for a person, and the way to the export."""

import re
from datetime import timedelta

from chalicelib.data.items import Item
from chalicelib.identity.staff import BOOKS, REFUNDING, TILL
from chalicelib.organisations.domain import Module
from chalicelib.payments import parking
from chalicelib.shared.errors import NotFound
from chalicelib.shared.times import months_after
from chalicelib.till import overdue
from chalicelib.till.homes import AT_ONCE, ID
from chalicelib.till.money_pages import overdue_row, parked_row, sections
from chalicelib.web import paging, render, urls
from chalicelib.web.forms import Form
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes

routes = Routes(Module.INVOICES)

_OVERDUE, _PARKED, _EXPORT = "desk/money", "desk/money/parked", "desk/money/export"
_PLACE = re.compile(r"\d{4}-\d\d-\d\d#[\w-]{1,60}", re.ASCII)
"""Where the list of what is overdue goes on: first due day and household."""
_BOX = "remind-"
_PARKED_AT_ONCE = 8
"""Each comes with two forms."""
_NOTE = 500


@routes.get("/{org}/desk/money", Actor.STAFF, staff=BOOKS)
def show_overdue(request: Request) -> Reply:
    """Families that should have paid by now, longest ago first, a page at a time. Two round trips."""
    after = paging.after(request, lambda told: bool(_PLACE.fullmatch(told)))
    found = overdue.page(request.org, request.today, after, size=AT_ONCE)
    return render.page(
        request,
        "till/overdue.html",
        sections=sections(request, _OVERDUE),
        families=[overdue_row(late, request.local, request.org, request.today) for late in found.rows],
        box=_BOX,
        may_remind=request.me.works_as(TILL),
        saved=request.query.get("saved", ""),
        **paging.links(request, _OVERDUE, found.next),
    )


@routes.post("/{org}/desk/money/remind", Actor.STAFF, staff=TILL)
def remind(request: Request) -> Reply:
    """Mails the chosen families what is overdue; whoever was reminded today is not reminded again."""
    chosen = [name.removeprefix(_BOX)[:ID] for name in request.form if name.startswith(_BOX)][:AT_ONCE]
    reminded = sum(overdue.remind(request.organisation, household, request.now) for household in chosen)
    return redirect(urls.portal(request.org, _OVERDUE, saved=str(reminded)))


@routes.get("/{org}/desk/money/parked", Actor.STAFF, staff=REFUNDING)
def show_parked(request: Request) -> Reply:
    """What waits for a person, longest first: money that fits nothing, disputes, messages nobody understands."""
    waiting: list[Item] = parking.waiting(request.org)
    rows, links = paging.part(request, _PARKED, waiting, _PARKED_AT_ONCE)
    return render.page(
        request,
        "till/parked.html",
        sections=sections(request, _PARKED),
        parked=[parked_row(item, request) for item in rows],
        saved=request.query.get("saved", ""),
        **links,
    )


@routes.post("/{org}/desk/money/parked/close", Actor.STAFF, staff=REFUNDING)
def close_parked(request: Request) -> Reply:
    """Takes something off the list, with a note of what was done about it; it changes no money."""
    form = Form(request.form)
    name, note = form.text("name", required=True), form.text("note", required=True, maximum=_NOTE)
    if form.errors:
        return redirect(urls.portal(request.org, _PARKED, saved="note"))
    parking.close(request.org, name, f"{request.me.user_name}: {note}", request.now)
    return redirect(urls.portal(request.org, _PARKED, saved="closed"))


@routes.post("/{org}/desk/money/parked/retry", Actor.STAFF, staff=REFUNDING)
def retry_parked(request: Request) -> Reply:
    """Has a message of Stripe's worked off anew, within a minute."""
    form = Form(request.form)
    name = form.text("name", required=True)
    if form.errors:
        raise NotFound
    parking.retry(request.org, name, request.now)
    return redirect(urls.portal(request.org, _PARKED, saved="again"))


@routes.get("/{org}/desk/money/export", Actor.STAFF, staff=REFUNDING)
def show_export(request: Request) -> Reply:
    """Which days the table for the accountant shall hold; usually last month's."""
    this_month = request.today.replace(day=1)
    return render.page(
        request,
        "till/export.html",
        sections=sections(request, _EXPORT),
        first=months_after(this_month, -1).isoformat(),
        last=(this_month - timedelta(days=1)).isoformat(),
    )
