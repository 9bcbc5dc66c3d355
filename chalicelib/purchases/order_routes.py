"""The desk's pages of what was sold: what is still to hand out, and taking back (PUR-1)."""

from chalicelib.households.store import get_summaries
from chalicelib.households.summary import Summary
from chalicelib.identity.staff import DESK
from chalicelib.memberships.desk_sections import desk_sections
from chalicelib.memberships.service import Who
from chalicelib.organisations.domain import Module
from chalicelib.purchases import service, store
from chalicelib.purchases.domain import Order, OrderState
from chalicelib.shared.texts import Message, say
from chalicelib.web import paging, render, urls
from chalicelib.web.forms import Form
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.language import dotted
from chalicelib.web.routes import Actor, Routes

routes = Routes(Module.PURCHASES)

_ORDER = "/{org}/desk/orders/{order}"
_STATES: dict[OrderState, tuple[Message, str]] = {
    OrderState.BOUGHT: (say("To hand out"), "warning"),
    OrderState.HANDED_OUT: (say("Handed out"), "success"),
    OrderState.TAKEN_BACK: (say("Taken back"), "neutral"),
}


@routes.get("/{org}/desk/orders", Actor.STAFF, staff=DESK)
def show_orders(request: Request) -> Reply:
    """All that was sold, newest first, 25 at a time. Two round trips."""
    found = store.list_orders(request.org, paging.after(request))
    homes = get_summaries(request.org, tuple({each.household for each in found.rows}))
    return render.page(
        request,
        "purchases/desk_orders.html",
        sections=desk_sections(request, "desk/orders"),
        orders=[(f"desk/orders/{each.id}", *_words(each, homes.get(each.household), request)) for each in found.rows],
        **paging.links(request, "desk/orders", found.next),
    )


@routes.get(_ORDER, Actor.STAFF, staff=DESK, owns="order")
def show_order(request: Request) -> Reply:
    """One order, with what may be done. Two round trips."""
    return _page(request, service.require_order(request.org, request.params["order"]))


@routes.post(_ORDER + "/hand-out", Actor.STAFF, staff=DESK, owns="order")
def hand_out(request: Request) -> Reply:
    """Notes that the family has what it bought."""
    return _back(request, service.hand_out(request.organisation, request.params["order"]))


@routes.post(_ORDER + "/take-back", Actor.STAFF, staff=DESK, owns="order")
def take_back(request: Request) -> Reply:
    """Takes back what was sold; the family gets back what it was billed."""
    order = service.require_order(request.org, request.params["order"])
    form = Form(request.form)
    reason = form.text("reason", required=True)
    if form.errors:
        return _page(request, order, form.errors)
    who = Who(request.me.user, request.me.user_name)
    return _back(request, service.take_back(request.organisation, order.id, reason, who, request.now))


def _back(request: Request, order: Order) -> Reply:
    return redirect(urls.portal(request.org, f"desk/orders/{order.id}", saved="1"))


def _words(order: Order, home: Summary | None, request: Request) -> tuple[str, str, str, str, str]:
    """Title, whose and when, amount, state and its tone."""
    local = request.local
    member = home.member(order.member) if home else None
    title = dotted(local.text(order.title), order.variant, f"× {order.quantity}" if order.quantity > 1 else "")
    meta = dotted(home.name if home else "", member.name if member else "", local.datetime(order.at))
    words, tone = _STATES[order.state]
    return title, meta, local.money(order.minor, order.currency), local.say(words), tone


def _page(request: Request, order: Order, errors: dict[str, Message] | None = None) -> Reply:
    home = get_summaries(request.org, (order.household,)).get(order.household)
    title, meta, amount, state, tone = _words(order, home, request)
    return render.page(
        request,
        "purchases/desk_order.html",
        status=400 if errors else 200,
        errors=errors,
        fields=request.form,
        title=title,
        meta=meta,
        amount=amount,
        state=state,
        tone=tone,
        path=f"desk/orders/{order.id}",
        purchases=f"desk/clients/{order.household}/purchases",
        may_hand_out=order.state is OrderState.BOUGHT,
        may_take_back=order.state is not OrderState.TAKEN_BACK,
        saved=request.query.get("saved", ""),
    )
