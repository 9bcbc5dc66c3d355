"""Pages of quotes: the list, one quote, approving and declining it (QUO-1 to QUO-4)."""

from collections.abc import Mapping

from chalicelib.billing.sections import sections
from chalicelib.organisations.domain import Module
from chalicelib.quotes import store
from chalicelib.quotes.domain import Answer, Quote
from chalicelib.quotes.opening import opened
from chalicelib.quotes.pages import quote_row, quote_view
from chalicelib.shared.errors import NotFound
from chalicelib.shared.texts import Message
from chalicelib.web import render, urls
from chalicelib.web.forms import Form
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes

routes = Routes(Module.INVOICES, own=True)


@routes.get("/{org}/quotes", Actor.MEMBER)
def show_quotes(request: Request) -> Reply:
    """Quotes, those that wait for an answer first, 25 at a time."""
    after = request.query.get("after", "")
    found = store.list_quotes(request.org, request.me.household, after)
    return render.page(
        request,
        "quotes/list.html",
        sections=sections(request, "quotes"),
        quotes=[quote_row(row, request.local, request.org, request.today) for row in found.rows],
        next_url=urls.portal(request.org, "quotes", after=found.next) if found.next else None,
        first_url=urls.portal(request.org, "quotes") if after else None,
    )


@routes.get("/{org}/quotes/{quote}", Actor.MEMBER, owns="quote")
def show_quote(request: Request) -> Reply:
    """One quote with its lines and taxes, and the buttons to answer it; opening it is noted once (X-3)."""
    quote = _quote(request)
    opened(request.org, quote, request.now)
    return _page(request, quote)


@routes.post("/{org}/quotes/{quote}/approve", Actor.EDITOR, owns="quote")
def approve_quote(request: Request) -> Reply:
    """Approves in one click and leads to where the new invoice is paid (QUO-2, QUO-4)."""
    from chalicelib.quotes import service

    quote = _quote(request)
    form = Form(request.form)
    reference = form.text("reference")
    if form.errors and quote.is_open(request.today):
        return _page(request, quote, errors=form.errors)
    invoice = service.approve(request.organisation, request.me.household, quote.id, _answer(request, reference))
    is_payable = request.organisation.billing.online and invoice.balance_minor > 0
    return redirect(urls.portal(request.org, f"invoices/{invoice.id}/pay" if is_payable else f"invoices/{invoice.id}"))


@routes.post("/{org}/quotes/{quote}/decline", Actor.EDITOR, owns="quote")
def decline_quote(request: Request) -> Reply:
    """Declines with a reason."""
    from chalicelib.quotes import service

    quote = _quote(request)
    form = Form(request.form)
    reason = form.lines("reason", required=True)
    if form.errors and quote.is_open(request.today):
        return _page(request, quote, errors=form.errors)
    service.decline(request.organisation, request.me.household, quote.id, _answer(request, reason))
    return redirect(urls.portal(request.org, f"quotes/{quote.id}"))


def _page(request: Request, quote: Quote, errors: Mapping[str, Message] | None = None) -> Reply:
    return render.page(
        request,
        "quotes/show.html",
        status=400 if errors else 200,
        errors=errors,
        fields=request.form,
        quote=quote_view(quote, request.me.home, request.local, request.org, request.today),
        may_answer=request.me.role.may_edit,
    )


def _quote(request: Request) -> Quote:
    """The household's quote that the address names. Raises NotFound."""
    quote = store.get_quote(request.org, request.me.household, request.params["quote"])
    if quote is None:
        raise NotFound
    return quote


def _answer(request: Request, words: str) -> Answer:
    return Answer(request.me.user, request.me.user_name, request.now, request.source, words)
