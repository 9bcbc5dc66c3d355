"""Pages that forms for Stripe stand on: shown by the account's own function, and again by the one that asks
Stripe, when something in the form was wrong. Nothing here needs a gateway."""

from collections.abc import Mapping
from datetime import timedelta

from chalicelib.billing import store as billing
from chalicelib.billing.domain import Invoice
from chalicelib.payments import store
from chalicelib.payments.domain import CheckoutState
from chalicelib.payments.pages import boxes, link_view, method_title, method_view, payers, payment_view
from chalicelib.shared.errors import NotFound
from chalicelib.shared.texts import Message
from chalicelib.web import render, urls
from chalicelib.web.http import Reply, Request

Errors = Mapping[str, Message]

_USUAL = timedelta(days=30)
"""How long a link is good unless somebody says otherwise."""


def invoice_of(request: Request) -> Invoice:
    """The household's invoice that the address names. Raises NotFound."""
    invoice = billing.get_invoice(request.org, request.me.household, request.params["invoice"])
    if invoice is None:
        raise NotFound
    return invoice


def require_online(request: Request) -> None:
    """Raises NotFound where the organisation takes no payments online (INV-5)."""
    if not request.organisation.billing.online:
        raise NotFound


def require_links(request: Request) -> None:
    """Raises NotFound where families may not have others pay (NEW-8)."""
    require_online(request)
    if not request.organisation.billing.pay_links:
        raise NotFound


def is_under_way(request: Request, invoice: Invoice) -> bool:
    """Whether money for an invoice is on its way, e.g. by bank debit (INV-7). One round trip, two where it may be."""
    claim = store.get_claim(request.org, invoice.household, invoice.id)
    checkout = store.get_checkout(request.org, invoice.household, claim.checkout) if claim else None
    return checkout is not None and checkout.state is CheckoutState.PENDING


def payment(request: Request, invoice: Invoice, errors: Errors | None = None) -> Reply:
    """The page on which an invoice is paid."""
    org, home = request.org, invoice.household
    known = (invoice.currency, invoice.payer)
    credit = [each.left_minor for each in billing.list_credits(org, home).rows if (each.currency, each.payer) == known]
    return render.page(
        request,
        "payments/pay.html",
        status=400 if errors else 200,
        errors=errors,
        fields=request.form,
        used=request.query.get("used", ""),
        payment=payment_view(
            invoice,
            request.organisation,
            request.local,
            credit_minor=sum(credit),
            methods=store.list_methods(org, home),
            is_under_way=is_under_way(request, invoice),
        ),
    )


def choice(request: Request, errors: Errors | None = None) -> Reply:
    """The page on which several invoices, or an amount ahead, are paid. Needs no read."""
    return render.page(
        request,
        "payments/choose.html",
        status=400 if errors else 200,
        errors=errors,
        fields=request.form,
        boxes=boxes(request.me.home.unpaid, request.local),
        may_pay_ahead=request.organisation.billing.overpayment,
    )


def methods(request: Request, errors: Errors | None = None) -> Reply:
    """Payment methods on file, and the way to a further one."""
    found = store.list_methods(request.org, request.me.household)
    return render.page(
        request,
        "payments/methods.html",
        status=400 if errors else 200,
        errors=errors,
        fields=request.form,
        methods=[method_view(each, request.local, request.org, request.today) for each in found],
        payers=payers(request.me.home),
        may_edit=request.me.role.may_edit,
        online=request.organisation.billing.online,
        autopay=request.organisation.billing.autopay,
        saved=request.query.get("saved", ""),
    )


def method(request: Request, name: str, errors: Errors | None = None, *, status: int = 400) -> Reply:
    """One payment method, with what may be done with it (PM-3). Raises NotFound."""
    from chalicelib.payments import managing

    found = store.list_methods(request.org, request.me.household)
    method = managing.find(found, name)
    others = managing.successors(found, method, request.today)
    return render.page(
        request,
        "payments/method.html",
        status=status if errors else 200,
        errors=errors,
        method=method_view(method, request.local, request.org, request.today),
        others=[(managing.address_of(each), method_title(each, request.local)) for each in others],
        may_edit=request.me.role.may_edit and request.organisation.billing.online,
    )


def share(request: Request, invoice: Invoice, *, errors: Errors | None = None, made: str = "") -> Reply:
    """Links by which somebody else pays an invoice, and the form for another; `made` is a new one's token."""
    from chalicelib.payments import links

    found = links.list_of(request.org, invoice.household, invoice.id)
    return render.page(
        request,
        "payments/share.html",
        status=400 if errors else 200,
        errors=errors,
        fields=request.form if errors else {},
        payment=payment_view(invoice, request.organisation, request.local),
        until=(request.today + _USUAL).isoformat(),
        links=[link_view(each, invoice.currency, request.local, request.today) for each in found],
        address=urls.absolute(request.org, f"pay/link/{made}") if made else "",
    )


def link(request: Request, errors: Errors | None = None) -> Reply:
    """What somebody else sees of an invoice: the organisation, its number and the amount, nothing of the family."""
    from chalicelib.payments import links

    try:
        found = links.find(request.organisation, request.params["token"], request.now)
    except NotFound as gone:
        ended = isinstance(gone, links.Ended)
        return _private(render.page(request, "payments/link_over.html", status=410 if ended else 404, ended=ended))
    minor = links.open_amount(request.organisation, found)
    return _private(
        render.page(
            request,
            "payments/link.html",
            status=400 if errors else 200,
            errors=errors,
            fields=request.form,
            token=request.params["token"],
            number=found.number,
            amount=request.local.money(minor, found.currency) if minor else "",
            until=request.local.date(found.until, "long"),
        )
    )


def _private(reply: Reply) -> Reply:
    """Kept out of search engines: whoever has the address may pay."""
    reply.headers["X-Robots-Tag"] = "noindex"
    return reply
