"""Giving money back at the desk, the way it came or by hand (P-14).

A part of the pay function, which alone among pages has a right to organisations' Stripe keys. Whoever gives money back
has to have signed in just now.
"""

from collections.abc import Mapping

from chalicelib import bootstrap
from chalicelib.admin import desk
from chalicelib.billing.domain import Payment, Refund
from chalicelib.identity.staff import REFUNDING
from chalicelib.organisations.domain import Module
from chalicelib.shared.errors import Conflict, NotFound, Unavailable
from chalicelib.shared.texts import Message, say
from chalicelib.till.amounts import read_amount
from chalicelib.till.billing_routes import frame
from chalicelib.till.homes import PATH, home_of, path_of, url_of
from chalicelib.till.refusing import said
from chalicelib.till.taking import METHODS
from chalicelib.web import render
from chalicelib.web.forms import Form
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes

routes = Routes(Module.INVOICES)

_REFUND = PATH + "/billing/payments/{payment}/refund"
_AS_IT_CAME = "stripe"
_REASON = 500
_MOST_UNITS = 10**9 - 1


@routes.get(_REFUND, Actor.STAFF, staff=REFUNDING, step_up=True, owns="payment")
def show_refund_form(request: Request) -> Reply:
    """The form of a refund."""
    payment = _payment(request)
    fields = {"amount": request.local.money(payment.kept_minor, payment.currency), "given": str(payment.refunded_minor)}
    return _page(request, payment, fields)


@routes.post(_REFUND, Actor.STAFF, staff=REFUNDING, step_up=True, owns="payment")
def refund(request: Request) -> Reply:
    """Gives a part of a payment back, or all of it. The form tells how much had been given back when it was made, so
    that one which is sent twice gives nothing twice."""
    payment = _payment(request)
    form = Form(request.form)
    minor = read_amount(form, request, "amount", payment.currency)
    way = form.choice("way", tuple(name for name, _ in _ways(request, payment)), required=True)
    reason = form.text("reason", required=True, maximum=_REASON)
    given = form.number("given", _MOST_UNITS, required=True)
    if minor > payment.minor - (given or 0):
        form.errors.setdefault("amount", say("Not as much of this payment is left to give back."))
    if form.errors or given is None:
        return _page(request, payment, request.form, form.errors)
    by_hand = "" if way == _AS_IT_CAME else way
    told = Refund("", request.today, minor, by_hand, reason)
    return _given(request, payment, given, told)


def _given(request: Request, payment: Payment, before: int, told: Refund) -> Reply:
    gateway = None if told.method else bootstrap.gateway(request.org)
    whole, home = before + told.minor, payment.household
    try:
        desk.refund(gateway, request.organisation, home, payment.id, whole, told, request.now, before=before)
    except Conflict as refused:
        return _page(request, payment, request.form, said(refused), 409)
    except Unavailable:
        return _page(request, payment, request.form, {"": _UNHEARD}, 503)
    return redirect(url_of(request, home_of(request), f"billing/payments/{payment.id}", saved="refunded"))


_UNHEARD = say("Stripe could not be asked. Press again in a minute: nothing is given back twice.")


def _payment(request: Request) -> Payment:
    """A payment of which something is left. Raises NotFound."""
    return desk.payment_of(request.organisation, request.params["household"], request.params["payment"])


def _ways(request: Request, payment: Payment) -> list[tuple[str, str]]:
    """By which ways it can go back."""
    local = request.local
    online = payment.intent and request.organisation.billing.online
    came = [(_AS_IT_CAME, local.say(say("The way it came, through Stripe")))] if online else []
    return [*came, *((name, local.say(words)) for name, words in METHODS.items() if name != "card" or not online)]


def _page(
    request: Request,
    payment: Payment,
    fields: Mapping[str, str],
    errors: Mapping[str, Message] | None = None,
    status: int = 400,
) -> Reply:
    home = home_of(request)
    if not payment.kept_minor:
        raise NotFound
    return render.page(
        request,
        "till/refund_form.html",
        status=status if errors else 200,
        errors=errors,
        **frame(request, home, "billing/payments"),
        back=path_of(home, f"billing/payments/{payment.id}"),
        action=path_of(home, f"billing/payments/{payment.id}/refund"),
        fields=fields,
        left=request.local.money(payment.kept_minor, payment.currency),
        ways=_ways(request, payment),
    )
