"""Pages of paying that need no Stripe: what to pay, the family's credit, methods on file, links for others
(INV-5, CRED-1, PM-1, NEW-8). What asks Stripe is in `stripe_routes`, in a function of its own."""

from chalicelib.organisations.domain import Module
from chalicelib.payments import showing
from chalicelib.payments.forms import read_amount
from chalicelib.shared.errors import Conflict, Invalid
from chalicelib.shared.texts import say
from chalicelib.web import render, urls
from chalicelib.web.forms import Form
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes

routes = Routes(Module.INVOICES, own=True)


@routes.get("/{org}/invoices/{invoice}/pay", Actor.EDITOR, owns="invoice")
def show_payment(request: Request) -> Reply:
    """What is due on an invoice, how much of it may be paid now, and how (INV-5, QUO-4)."""
    return showing.payment(request, showing.invoice_of(request))


@routes.post("/{org}/invoices/{invoice}/credit", Actor.EDITOR, owns="invoice")
def use_credit(request: Request) -> Reply:
    """Covers an invoice with what the family has in its favour, oldest first (CRED-1)."""
    from chalicelib.billing.books import keep
    from chalicelib.billing.covering import apply_credit

    invoice = showing.invoice_of(request)
    if showing.is_under_way(request, invoice):
        raise Conflict(say("A payment of this invoice is already on its way."))
    keep(request.organisation, invoice.household, request.now, lambda books: apply_credit(books, invoice.id))
    return redirect(urls.portal(request.org, f"invoices/{invoice.id}/pay", used="1"))


@routes.get("/{org}/pay", Actor.EDITOR)
def show_choice(request: Request) -> Reply:
    """Open invoices, to pay several at once, and an amount to pay ahead where the organisation takes it."""
    showing.require_online(request)
    return showing.choice(request)


@routes.get("/{org}/payment-methods", Actor.MEMBER)
def show_methods(request: Request) -> Reply:
    """Payment methods on file (PM-1)."""
    return showing.methods(request)


@routes.get("/{org}/payment-methods/{method}", Actor.MEMBER, owns="method")
def show_method(request: Request) -> Reply:
    """One payment method (PM-3)."""
    return showing.method(request, request.params["method"])


@routes.get("/{org}/invoices/{invoice}/share", Actor.EDITOR, owns="invoice")
def show_links(request: Request) -> Reply:
    """Links by which somebody else pays the invoice or a share of it (NEW-8)."""
    showing.require_links(request)
    return showing.share(request, showing.invoice_of(request))


@routes.post("/{org}/invoices/{invoice}/share", Actor.EDITOR, owns="invoice")
def make_link(request: Request) -> Reply:
    """Makes a link and shows it: once, for only its hash is kept."""
    from chalicelib.payments import links

    showing.require_links(request)
    invoice = showing.invoice_of(request)
    form = Form(request.form)
    name = form.text("name", required=True)
    minor = read_amount(form, invoice.currency, request.local)
    until = form.day("until", required=True)
    try:
        form.done()
        made = links.create(
            request.organisation, invoice.household, invoice.id, minor, name, until or request.today, request.now
        )
    except Invalid as wrong:
        return showing.share(request, invoice, errors=wrong.errors)
    return showing.share(request, invoice, made=made)


@routes.post("/{org}/invoices/{invoice}/share/end", Actor.EDITOR, owns="invoice")
def end_link(request: Request) -> Reply:
    """Takes a link back: whoever has it can not pay by it any more."""
    from chalicelib.payments import links

    invoice = showing.invoice_of(request)
    form = Form(request.form)
    link = form.text("link", required=True)
    if form.errors:
        return showing.share(request, invoice, errors={"": form.errors["link"]})
    links.take_back(request.org, invoice.household, invoice.id, link)
    return redirect(urls.portal(request.org, f"invoices/{invoice.id}/share"))


@routes.get("/{org}/pay/link/{token}", Actor.ANYONE)
def show_link(request: Request) -> Reply:
    """The page for somebody else who pays (NEW-8)."""
    showing.require_links(request)
    return showing.link(request)


@routes.get("/{org}/pay/returned/{link}", Actor.ANYONE)
def show_returned(request: Request) -> Reply:
    """Where somebody else comes back to from Stripe, having paid or not; says what is booked by now."""
    from chalicelib.payments import links

    outcome = links.outcome(request.organisation, request.params["link"])
    reply = render.page(request, "payments/returned.html", state=outcome.value if outcome else "")
    reply.headers["X-Robots-Tag"] = "noindex"
    return reply
