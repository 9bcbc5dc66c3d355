"""The desk's pages of a household's recurring invoices: drafts, starting, pausing, changing, ending (REC-1, REC-2)."""

from collections.abc import Callable, Mapping
from datetime import datetime

from chalicelib.households.summary import Summary
from chalicelib.identity.staff import BOOKS, TILL
from chalicelib.memberships import store as memberships
from chalicelib.organisations.domain import Module, Organisation
from chalicelib.recurring import service, store
from chalicelib.recurring.domain import Recurring, RecurringStatus
from chalicelib.recurring.pages import recurring_row, recurring_view
from chalicelib.shared.errors import Conflict, NotFound
from chalicelib.shared.ids import new_id
from chalicelib.shared.texts import Message, say
from chalicelib.till import lines, recurring_forms
from chalicelib.till.homes import PATH, base_of, billing_base, home_of, path_of, sections, url_of
from chalicelib.till.refusing import said
from chalicelib.web import paging, render
from chalicelib.web.forms import Form, version_in
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes

routes = Routes(Module.INVOICES)

_LIST = f"{PATH}/recurring"
_ONE = f"{_LIST}/{{recurring}}"
_STEPS: Mapping[RecurringStatus, tuple[str, ...]] = {
    RecurringStatus.DRAFT: ("start", "discard"),
    RecurringStatus.PENDING: ("pause", "end"),
    RecurringStatus.ACTIVE: ("pause", "end"),
    RecurringStatus.PAUSED: ("resume", "end"),
    RecurringStatus.COMPLETED: (),
}
"""What may be done next, by where it stands today."""


@routes.get(_LIST, Actor.STAFF, staff=BOOKS, owns="household")
def show_all(request: Request) -> Reply:
    """All recurring invoices, drafts and ended ones too, newest first, 25 at a time. Two round trips."""
    home = home_of(request)
    found = store.list_page(request.org, home.household, paging.after(request), drafts=True)
    return render.page(
        request,
        "till/recurring.html",
        home=home,
        path=path_of(home),
        sections=sections(request, home, "recurring"),
        recurring=[
            recurring_row(each, request.organisation, request.local, request.today, base=base_of(home))
            for each in found.rows
        ],
        may_bill=request.me.works_as(TILL),
        done=request.query.get("done", ""),
        **paging.links(request, path_of(home, "recurring"), found.next),
    )


@routes.get(f"{_LIST}/new", Actor.STAFF, staff=TILL, owns="household")
def show_new(request: Request) -> Reply:
    """The form of a new one."""
    return _form(request, home_of(request), recurring_forms.blank(request, new_id()))


@routes.post(f"{_LIST}/new", Actor.STAFF, staff=TILL, owns="household")
def create(request: Request) -> Reply:
    """Makes a draft, which bills nothing before it is started."""
    home, form = home_of(request), Form(request.form)
    wanted = recurring_forms.read(request, home, form, None)
    if form.errors or lines.MORE in request.form:
        return _form(request, home, request.form, None, lines.mistakes(form, request))
    try:
        made = service.create(request.organisation, home.household, wanted, request.now, start=False)
    except Conflict as refused:
        return _form(request, home, request.form, None, said(refused), 409)
    return redirect(url_of(request, home, f"recurring/{made.id}"))


@routes.get(_ONE, Actor.STAFF, staff=BOOKS, owns="recurring")
def show_one(request: Request) -> Reply:
    """One of them, what it made, and what may be done. Four round trips."""
    home = home_of(request)
    after = paging.after(request)
    made = store.get_made(request.org, home.household, request.params["recurring"], after, drafts=True)
    if made is None:
        raise NotFound
    billed = memberships.billed_by(request.org, home.household, made.recurring.id)
    view = recurring_view(made, request.organisation, home, request.local, request.today, base=billing_base(home))
    may_change = request.me.works_as(TILL) and billed is None
    return render.page(
        request,
        "till/recurring_one.html",
        home=home,
        path=path_of(home, "recurring"),
        recurring=view,
        subscription=path_of(home, f"subscriptions/{billed.id}") if billed else "",
        steps=_STEPS[made.recurring.status_at(request.today)] if may_change else (),
        done=request.query.get("done", ""),
        **paging.links(request, path_of(home, f"recurring/{made.recurring.id}"), made.next),
    )


@routes.get(f"{_ONE}/edit", Actor.STAFF, staff=TILL, owns="recurring")
def show_edit(request: Request) -> Reply:
    """The form of one that is not over."""
    home = home_of(request)
    recurring = _changeable(request, home)
    return _form(request, home, recurring_forms.fields_of(recurring, request), recurring)


@routes.post(f"{_ONE}/edit", Actor.STAFF, staff=TILL, owns="recurring")
def edit(request: Request) -> Reply:
    """Stores it over the version that the form showed; what is due by now is billed as it was."""
    home, form = home_of(request), Form(request.form)
    recurring = _changeable(request, home)
    wanted = recurring_forms.read(request, home, form, recurring)
    if form.errors or lines.MORE in request.form:
        return _form(request, home, request.form, recurring, lines.mistakes(form, request))
    try:
        version = version_in(request.form)
        service.revise(request.organisation, home.household, recurring.id, version, wanted, request.now)
    except Conflict as refused:
        return _form(request, home, request.form, recurring, said(refused), 409)
    return redirect(url_of(request, home, f"recurring/{recurring.id}", done="saved"))


@routes.post(f"{_ONE}/start", Actor.STAFF, staff=TILL, owns="recurring")
def start(request: Request) -> Reply:
    """Switches a draft on; what is due by now is billed at once."""
    return _step(request, service.start)


@routes.post(f"{_ONE}/pause", Actor.STAFF, staff=TILL, owns="recurring")
def pause(request: Request) -> Reply:
    """Makes no more invoices until it goes on."""
    return _step(request, service.pause)


@routes.post(f"{_ONE}/resume", Actor.STAFF, staff=TILL, owns="recurring")
def resume(request: Request) -> Reply:
    """Goes on with the first period from today on."""
    return _step(request, service.resume)


@routes.post(f"{_ONE}/end", Actor.STAFF, staff=TILL, owns="recurring")
def end(request: Request) -> Reply:
    """Ends it for good."""
    return _step(request, service.end)


@routes.post(f"{_ONE}/discard", Actor.STAFF, staff=TILL, owns="recurring")
def discard(request: Request) -> Reply:
    """Throws a draft away."""
    home = home_of(request)
    service.discard(request.organisation, home.household, request.params["recurring"], request.now)
    return redirect(url_of(request, home, "recurring", done="discarded"))


def _step(request: Request, act: Callable[[Organisation, str, str, datetime], Recurring]) -> Reply:
    home = home_of(request)
    recurring = _own(request, home)
    act(request.organisation, home.household, recurring.id, request.now)
    service.make_due(request.organisation, home.household, recurring.id, request.now)
    return redirect(url_of(request, home, f"recurring/{recurring.id}", done="saved"))


def _own(request: Request, home: Summary) -> Recurring:
    """The one that the address names. Raises NotFound, Conflict where a subscription says what becomes of it."""
    recurring = store.get(request.org, home.household, request.params["recurring"])
    if recurring is None:
        raise NotFound
    if memberships.billed_by(request.org, home.household, recurring.id):
        raise Conflict(say("This bills a subscription. Change the subscription, please."))
    return recurring


def _changeable(request: Request, home: Summary) -> Recurring:
    recurring = _own(request, home)
    if recurring.status_at(request.today) is RecurringStatus.COMPLETED:
        raise Conflict(say("This recurring invoice is over. Make a new one, please."))
    return recurring


def _form(
    request: Request,
    home: Summary,
    fields: Mapping[str, str],
    stored: Recurring | None = None,
    errors: Mapping[str, Message] | None = None,
    status: int = 400,
) -> Reply:
    return lines.page(
        request,
        "till/recurring_form.html",
        home,
        fields,
        "recurring",
        stored.id if stored else "",
        errors,
        status,
        has_begun=stored is not None and stored.status is not RecurringStatus.DRAFT,
        **recurring_forms.choices(request),
    )
