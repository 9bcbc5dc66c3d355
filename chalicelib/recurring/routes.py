"""Pages of recurring invoices: the active ones, one with what it made, and its autopay (REC-1, REC-2, X-2)."""

from collections.abc import Mapping

from chalicelib.billing.sections import sections
from chalicelib.organisations.domain import Module
from chalicelib.recurring import store
from chalicelib.recurring.domain import RecurringStatus
from chalicelib.recurring.pages import recurring_row, recurring_view
from chalicelib.recurring.store import Made
from chalicelib.shared.errors import NotFound
from chalicelib.shared.texts import Message
from chalicelib.web import paging, render, urls
from chalicelib.web.forms import Form
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes

routes = Routes(Module.INVOICES, own=True)

_ENABLED = (RecurringStatus.PENDING, RecurringStatus.ACTIVE)


@routes.get("/{org}/recurring", Actor.MEMBER)
def show_all_recurring(request: Request) -> Reply:
    """The recurring invoices that are switched on, newest first."""
    found = store.list_page(request.org, request.me.household, paging.after(request))
    return render.page(
        request,
        "recurring/list.html",
        sections=sections(request, "recurring"),
        recurring=[
            recurring_row(each, request.organisation, request.local, request.today)
            for each in found.rows
            if each.status_at(request.today) in _ENABLED
        ],
        **paging.links(request, "recurring", found.next),
    )


@routes.get("/{org}/recurring/{recurring}", Actor.MEMBER, owns="recurring")
def show_recurring(request: Request) -> Reply:
    """One recurring invoice and the invoices it made, newest first, 25 at a time."""
    return _page(request, _made(request))


@routes.post("/{org}/recurring/{recurring}/autopay", Actor.EDITOR, owns="recurring")
def switch_autopay(request: Request) -> Reply:
    """Switches autopay where the organisation leaves the family a choice."""
    from chalicelib.recurring import service

    made = _made(request)
    form = Form(request.form)
    on = form.choice("on", ("yes", "no"), required=True)
    if form.errors:
        return _page(request, made, {"": form.errors["on"]})
    recurring = made.recurring
    service.switch_autopay(request.organisation, recurring.household, recurring.id, request.now, on=on == "yes")
    return redirect(urls.portal(request.org, f"recurring/{recurring.id}", saved="1"))


def _made(request: Request) -> Made:
    """The recurring invoice that the address names, with a page of what it made. Raises NotFound."""
    made = store.get_made(request.org, request.me.household, request.params["recurring"], paging.after(request))
    if made is None:
        raise NotFound
    return made


def _page(request: Request, made: Made, errors: Mapping[str, Message] | None = None) -> Reply:
    return render.page(
        request,
        "recurring/show.html",
        status=400 if errors else 200,
        errors=errors,
        recurring=recurring_view(made, request.organisation, request.me.home, request.local, request.today),
        may_edit=request.me.role.may_edit,
        online=request.organisation.billing.online,
        saved=request.query.get("saved", ""),
        **paging.links(request, f"recurring/{made.recurring.id}", made.next),
    )
