"""The shop: what can be bought, and buying it (PUR-1, ACC-7)."""

from collections.abc import Mapping

from chalicelib.households.summary import Summary
from chalicelib.memberships.buyers import asks_age, require_adult
from chalicelib.memberships.sections import sections, sells
from chalicelib.memberships.service import Who
from chalicelib.organisations.domain import Module
from chalicelib.purchases import service, store
from chalicelib.purchases.domain import MAX_QUANTITY, Product
from chalicelib.purchases.pages import product_view
from chalicelib.purchases.service import Changed, Wish
from chalicelib.shared.errors import Conflict, NotFound
from chalicelib.shared.ids import new_id
from chalicelib.shared.texts import Message, say
from chalicelib.web import paging, render, urls
from chalicelib.web.forms import Form
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes

routes = Routes(Module.PURCHASES)

CHANGED = say("The price or the terms have changed. Please look at them again.")
QUANTITIES = tuple(str(number) for number in range(1, MAX_QUANTITY + 1))


@routes.get("/{org}/shop", Actor.MEMBER)
def show_shop(request: Request) -> Reply:
    """What can be bought, 25 at a time."""
    _require_shop(request)
    found = store.list_products(request.org, paging.after(request, bool))
    offered = [each for each in found.rows if each.is_offered]
    return render.page(
        request,
        "purchases/shop.html",
        sections=sections(request, "shop"),
        products=[product_view(each, request.organisation, request.local) for each in offered],
        **paging.links(request, "shop", found.next),
    )


@routes.get("/{org}/shop/{product}", Actor.MEMBER)
def show_product(request: Request) -> Reply:
    """One product, and the form to buy it."""
    return _page(request, _product(request))


@routes.post("/{org}/shop/{product}", Actor.EDITOR)
def buy(request: Request) -> Reply:
    """Buys it, and leads to the invoice that is to pay, or to the pass."""
    product = _product(request)
    form = Form(request.form)
    wish = read_wish(request, request.me.home, product, form)
    require_adult(request, form)
    if form.errors:
        return _page(request, product, form.errors)
    who = Who(request.me.user, request.me.user_name)
    try:
        order = service.buy(request.organisation, request.me.household, wish, who, request.now)
    except Conflict as refused:
        words = CHANGED if isinstance(refused, Changed) else refused.message
        return _page(request, _product(request), {"": words or CHANGED}, 409)
    if order.invoice:
        return redirect(urls.portal(request.org, f"invoices/{order.invoice}"))
    return redirect(urls.portal(request.org, f"passes/{order.pass_id}" if order.pass_id else "purchases"))


def read_wish(request: Request, home: Summary, product: Product, form: Form) -> Wish:
    """What a form wants for a household; mistakes are noted in it."""
    view = product_view(product, request.organisation, request.local)
    labels = tuple(each.label for each in product.variants if each.label)
    variant = form.choice("variant", labels, required=True) if labels else ""
    quantity = form.choice("quantity", QUANTITIES) if not view.is_pass else ""
    member = form.choice("member", tuple(row.id for row in home.members), required=view.for_member)
    return Wish(product.id, form.text("form"), form.text("agreed"), variant, int(quantity or 1), member)


def _require_shop(request: Request) -> None:
    if not sells(request.organisation):
        raise NotFound


def _product(request: Request) -> Product:
    _require_shop(request)
    found = store.get_product(request.org, request.params["product"])
    if found is None or not found.is_offered:
        raise NotFound
    return found


def _page(request: Request, product: Product, errors: Mapping[str, Message] | None = None, status: int = 400) -> Reply:
    members = [(row.id, row.name) for row in request.me.home.members]
    view = product_view(product, request.organisation, request.local)
    return render.page(
        request,
        "purchases/product.html",
        status=status if errors else 200,
        errors=errors,
        fields=request.form,
        product=view,
        members=members if view.for_member else [("", request.local.say(say("The whole family"))), *members],
        quantities=[(each, each) for each in QUANTITIES],
        may_buy=request.me.role.may_edit and not product.is_sold_out,
        asks_age=asks_age(request),
        agreed=service.digest(request.organisation, product),
        form_name=new_id(),
    )
