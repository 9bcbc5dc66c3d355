"""The desk's pages of a household's quotes: making drafts, sending them, taking one back (QUO-1 to QUO-3)."""

from collections.abc import Mapping

from chalicelib.households.summary import Summary
from chalicelib.identity.staff import BOOKS, TILL
from chalicelib.organisations.domain import Module
from chalicelib.quotes import service, store
from chalicelib.quotes.domain import Quote, QuoteStatus
from chalicelib.quotes.service import QuoteRequest
from chalicelib.shared.errors import Conflict, NotFound
from chalicelib.shared.ids import new_id
from chalicelib.shared.texts import Message
from chalicelib.till import lines
from chalicelib.till.homes import PATH, home_of, path_of, sections, url_of
from chalicelib.till.quotes_pages import desk_quote, desk_row, draft_row
from chalicelib.till.refusing import said
from chalicelib.web import paging, render
from chalicelib.web.forms import LONG, Form, version_in
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes

routes = Routes(Module.INVOICES)

_LIST = f"{PATH}/quotes"
_QUOTE = f"{_LIST}/{{quote}}"
_MOST_DAYS = 3650


@routes.get(_LIST, Actor.STAFF, staff=BOOKS, owns="household")
def show_quotes(request: Request) -> Reply:
    """Drafts, then quotes, those that wait for an answer first, 25 at a time. Three round trips."""
    home = home_of(request)
    after = request.query.get("after", "")
    drafts = [] if after else store.list_drafts(request.org, home.household).rows
    found = store.list_quotes(request.org, home.household, after)
    told = (home, request.local, request.org, request.today)
    return render.page(
        request,
        "till/quotes.html",
        home=home,
        path=path_of(home),
        sections=sections(request, home, "quotes"),
        drafts=[draft_row(each, *told) for each in drafts],
        quotes=[desk_row(each, *told) for each in found.rows],
        may_bill=request.me.works_as(TILL),
        done=request.query.get("done", ""),
        **paging.links(request, path_of(home, "quotes"), found.next),
    )


@routes.get(f"{_LIST}/new", Actor.STAFF, staff=TILL, owns="household")
def show_new_quote(request: Request) -> Reply:
    """The form of a new quote; `like` names one whose lines it begins with."""
    home, like = home_of(request), request.query.get("like", "")
    fields = {"once": new_id(), "days": str(request.organisation.billing.quote_days)}
    if like:
        fields |= _fields(request, _find(request, home, like))
    return _form(request, home, fields)


@routes.post(f"{_LIST}/new", Actor.STAFF, staff=TILL, owns="household")
def create_quote(request: Request) -> Reply:
    """Makes a draft, which the family does not see."""
    home, form = home_of(request), Form(request.form)
    wanted = _wanted(request, home, form, request.organisation.currency)
    if form.errors or lines.MORE in request.form:
        return _form(request, home, request.form, errors=lines.mistakes(form, request))
    try:
        quote = service.create(request.organisation, home.household, wanted, request.now)
    except Conflict as refused:
        return _form(request, home, request.form, errors=said(refused), status=409)
    return redirect(url_of(request, home, f"quotes/{quote.id}"))


@routes.get(_QUOTE, Actor.STAFF, staff=BOOKS, owns="quote")
def show_quote(request: Request) -> Reply:
    """One quote, drafts too, and what may be done with it. Two or three round trips."""
    home = home_of(request)
    quote = _find(request, home, request.params["quote"])
    return render.page(
        request,
        "till/quote.html",
        home=home,
        path=path_of(home, "quotes"),
        id=quote.id,
        quote=desk_quote(quote, home, request.local, request.org, request.today),
        may_bill=request.me.works_as(TILL),
        done=request.query.get("done", ""),
    )


@routes.get(f"{_QUOTE}/edit", Actor.STAFF, staff=TILL, owns="quote")
def show_edit_quote(request: Request) -> Reply:
    """The form of a draft."""
    home = home_of(request)
    draft = _draft(request, home)
    return _form(request, home, {**_fields(request, draft), "version": str(draft.version or 0)}, draft)


@routes.post(f"{_QUOTE}/edit", Actor.STAFF, staff=TILL, owns="quote")
def edit_quote(request: Request) -> Reply:
    """Stores a draft over the version that the form showed."""
    home, form = home_of(request), Form(request.form)
    draft = _draft(request, home)
    wanted = _wanted(request, home, form, draft.currency)
    if form.errors or lines.MORE in request.form:
        return _form(request, home, request.form, draft, lines.mistakes(form, request))
    try:
        version = version_in(request.form)
        service.revise(request.organisation, home.household, draft.id, version, wanted, request.now)
    except Conflict as refused:
        return _form(request, home, request.form, draft, said(refused), status=409)
    return redirect(url_of(request, home, f"quotes/{draft.id}", done="saved"))


@routes.post(f"{_QUOTE}/send", Actor.STAFF, staff=TILL, owns="quote")
def send_quote(request: Request) -> Reply:
    """Sends a draft under its number; or tells the family once more of one that waits."""
    home, quote_id = home_of(request), request.params["quote"]
    is_draft = store.get_draft(request.org, home.household, quote_id) is not None
    act = service.send if is_draft else service.send_again
    quote = act(request.organisation, home.household, quote_id, request.now)
    return redirect(url_of(request, home, f"quotes/{quote.id}", done="sent"))


@routes.post(f"{_QUOTE}/discard", Actor.STAFF, staff=TILL, owns="quote")
def discard_quote(request: Request) -> Reply:
    """Throws a draft away."""
    home = home_of(request)
    service.discard(request.organisation, home.household, request.params["quote"], request.now)
    return redirect(url_of(request, home, "quotes", done="discarded"))


@routes.post(f"{_QUOTE}/withdraw", Actor.STAFF, staff=TILL, owns="quote")
def withdraw_quote(request: Request) -> Reply:
    """Takes back a quote that was sent."""
    home = home_of(request)
    quote = service.withdraw(request.organisation, home.household, request.params["quote"], request.now)
    return redirect(url_of(request, home, f"quotes/{quote.id}", done="withdrawn"))


def _find(request: Request, home: Summary, quote_id: str) -> Quote:
    """The household's quote, sent or not. Raises NotFound."""
    quote = store.get_quote(request.org, home.household, quote_id) or store.get_draft(
        request.org, home.household, quote_id
    )
    if quote is None:
        raise NotFound
    return quote


def _draft(request: Request, home: Summary) -> Quote:
    """The draft that the address names. Raises NotFound, also for a quote that was sent."""
    quote = _find(request, home, request.params["quote"])
    if quote.status is not QuoteStatus.DRAFT:
        raise NotFound
    return quote


def _wanted(request: Request, home: Summary, form: Form, currency: str) -> QuoteRequest:
    return QuoteRequest(
        lines.read(form, request, home, currency),
        currency,
        valid_days=form.number("days", _MOST_DAYS) or 0,
        payer=form.choice("payer", tuple(row.id for row in home.members)),
        note=form.lines("note", maximum=LONG),
        once=form.text("once"),
    )


def _fields(request: Request, quote: Quote) -> dict[str, str]:
    """What the form shows of a quote."""
    return {
        **lines.fields_of(quote.lines, request.organisation, quote.currency, request.local),
        "days": str(quote.valid_days or ""),
        "payer": quote.payer,
        "note": quote.note,
    }


def _form(
    request: Request,
    home: Summary,
    fields: Mapping[str, str],
    draft: Quote | None = None,
    errors: Mapping[str, Message] | None = None,
    status: int = 400,
) -> Reply:
    stored = draft.id if draft else ""
    return lines.page(request, "till/quote_form.html", home, fields, "quotes", stored, errors, status)
