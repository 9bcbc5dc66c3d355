"""Acts that ask Stripe: paying, saving a payment method, changing and removing one, and the page people come back to.

They run in a function of their own, the only pages with a right to organisations' Stripe keys. A form says what
is to be paid, never what it costs (P-18).
"""

from chalicelib import bootstrap
from chalicelib.billing import store as billing
from chalicelib.gateway import Gateway
from chalicelib.organisations.domain import Module
from chalicelib.payments import links, managing, methods, paying, showing, store
from chalicelib.payments.domain import Checkout, CheckoutState, Parked, Purpose, Wish
from chalicelib.payments.forms import read_amount, read_boxes, read_choice
from chalicelib.payments.pages import done_view, payers
from chalicelib.payments.settling import settle_session
from chalicelib.shared.errors import Conflict, Invalid, NotFound, Unavailable
from chalicelib.shared.texts import say
from chalicelib.web import render, urls
from chalicelib.web.forms import Form
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes

routes = Routes(Module.INVOICES, own=True)


@routes.post("/{org}/invoices/{invoice}/pay", Actor.EDITOR, owns="invoice")
def pay_invoice(request: Request) -> Reply:
    """Leads to Stripe's page for an invoice, or the part of it that was chosen (INV-5, X-5)."""
    invoice = showing.invoice_of(request)
    showing.require_online(request)
    try:
        minor = read_choice(request.form, invoice, request.local)
        wish = Wish(Purpose.INVOICES, invoice.currency, minor, (invoice.id,), invoice.payer)
        return _to_stripe(request, wish, f"invoices/{invoice.id}/pay")
    except Invalid as wrong:
        return showing.payment(request, invoice, wrong.errors)


@routes.post("/{org}/pay", Actor.EDITOR)
def pay_several(request: Request) -> Reply:
    """Leads to one page of Stripe's for several invoices."""
    showing.require_online(request)
    try:
        return _to_stripe(request, _several(request), "pay")
    except Invalid as wrong:
        return showing.choice(request, wrong.errors)


def _several(request: Request) -> Wish:
    """The invoices whose boxes were ticked, together. Raises Invalid, NotFound."""
    chosen = read_boxes(request.form, paying.MOST_AT_ONCE)
    invoices = billing.get_invoices(request.org, request.me.household, chosen)
    if len(invoices) != len(chosen):
        raise NotFound
    if len({(invoice.currency, invoice.payer) for invoice in invoices}) > 1:
        raise Invalid({"": say("Pay invoices in different currencies, or billed to different people, one by one")})
    first = invoices[0]
    return Wish(Purpose.INVOICES, first.currency, 0, tuple(sorted(chosen)), first.payer)


@routes.post("/{org}/pay/ahead", Actor.EDITOR)
def pay_ahead(request: Request) -> Reply:
    """Leads to Stripe's page for an amount: it covers what is due first, and the rest is credit (X-5)."""
    showing.require_online(request)
    if not request.organisation.billing.overpayment:
        raise NotFound
    form, currency = Form(request.form), request.organisation.currency
    minor = read_amount(form, currency, request.local)
    if form.errors:
        return showing.choice(request, form.errors)
    return _to_stripe(request, Wish(Purpose.AMOUNT, currency, minor), "pay")


@routes.get("/{org}/pay/done/{checkout}", Actor.EDITOR, owns="checkout")
def show_done(request: Request) -> Reply:
    """Where people come back to from Stripe. Coming here proves nothing: Stripe is asked what came of it (P-08)."""
    org, home = request.org, request.me.household
    checkout = store.get_checkout(org, home, request.params["checkout"])
    if checkout is None:
        raise NotFound
    is_known = _is_set_right(request, checkout)
    checkout = store.get_checkout(org, home, checkout.id) or checkout
    if checkout.purpose is Purpose.SETUP:
        saved = "1" if checkout.state is CheckoutState.DONE else ""
        return redirect(urls.portal(org, "payment-methods", saved=saved))
    done = done_view(checkout, request.local, org, is_known=is_known)
    return render.page(request, "payments/done.html", done=done)


def _is_set_right(request: Request, checkout: Checkout) -> bool:
    """Settles an attempt by what Stripe says now; False when Stripe can not say, or it does not fit."""
    if not (checkout.state.is_live and checkout.session):
        return True
    gateway = bootstrap.gateway(request.org)
    try:
        session = gateway.find_checkout(checkout.session)
        if session is None:
            return False
        settle_session(gateway, request.organisation, session, request.now)
        if session.customer:
            methods.refresh(gateway, request.org, session.customer, request.now)
    except (Parked, Unavailable, Conflict, NotFound):
        return False
    return True


@routes.post("/{org}/payment-methods/add", Actor.EDITOR)
def add_method(request: Request) -> Reply:
    """Leads to Stripe's page that saves a payment method; what is typed there never comes to us (PM-2, PM-4)."""
    showing.require_online(request)
    form, offered = Form(request.form), tuple(payer for payer, _ in payers(request.me.home))
    payer = form.choice("payer", offered) if offered else ""
    if form.errors:
        return showing.methods(request, form.errors)
    return _to_stripe(request, Wish(Purpose.SETUP, request.organisation.currency, 0, payer=payer), "payment-methods")


@routes.post("/{org}/payment-methods/{method}/default", Actor.EDITOR, owns="method")
def prefer_method(request: Request) -> Reply:
    """Makes a payment method the one that is charged (PM-3)."""
    home, name = request.me.household, request.params["method"]
    managing.prefer(_gateway(request), request.organisation, home, name, request.now)
    return redirect(urls.portal(request.org, "payment-methods", saved="1"))


@routes.post("/{org}/payment-methods/{method}/delete", Actor.EDITOR, owns="method")
def delete_method(request: Request) -> Reply:
    """Takes a payment method off the file, unless something bills it (PM-3, X-8)."""
    home, name = request.me.household, request.params["method"]
    successor = Form(request.form).text("successor")
    try:
        managing.remove(_gateway(request), request.organisation, home, name, successor, request.now)
    except Invalid as wrong:
        return showing.method(request, name, wrong.errors)
    except Conflict as refused:
        if refused.message is None:
            raise
        return showing.method(request, name, {"": refused.message}, status=409)
    return redirect(urls.portal(request.org, "payment-methods", saved="deleted"))


@routes.post("/{org}/pay/link/{token}", Actor.ANYONE)
def pay_by_link(request: Request) -> Reply:
    """Leads somebody else to Stripe's page; the receipt will be in their name (NEW-8)."""
    showing.require_links(request)
    form = Form(request.form)
    name = form.text("name", required=True)
    email = form.email("email", required=True)
    if form.errors:
        return showing.link(request, form.errors)
    try:
        url = links.pay(
            _gateway(request), request.organisation, request.params["token"], name, email,
            request.local.language, request.now, source=request.source,
        )  # fmt: skip
    except NotFound:
        return showing.link(request)
    return redirect(url)


def _gateway(request: Request) -> Gateway:
    showing.require_online(request)
    return bootstrap.gateway(request.org)


def _to_stripe(request: Request, wish: Wish, back: str) -> Reply:
    buyer = paying.Buyer(
        request.local.language, back, save_method=request.form.get("save") == "yes", source=request.source
    )
    gateway = _gateway(request)
    return redirect(paying.start(gateway, request.organisation, request.me.household, wish, buyer, request.now))
