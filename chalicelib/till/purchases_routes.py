"""What a household bought, for the desk, and buying for it in the shop (PUR-1, PUR-2).

Only what staff do at the counter stands here. The family reads in its own log who did it, and gets the invoice like
any other.
"""

from collections.abc import Mapping

from chalicelib.billing import bought
from chalicelib.billing.bought import Bought
from chalicelib.households.summary import Summary
from chalicelib.identity.staff import BOOKS, DESK
from chalicelib.memberships.service import Who
from chalicelib.organisations.domain import Module
from chalicelib.purchases import service, store
from chalicelib.purchases.domain import Product
from chalicelib.purchases.pages import PurchaseRow, product_view, purchase_row
from chalicelib.purchases.service import Changed
from chalicelib.purchases.shop_routes import CHANGED, QUANTITIES, read_wish
from chalicelib.shared.errors import Conflict, NotFound
from chalicelib.shared.ids import new_id
from chalicelib.shared.texts import Message, say
from chalicelib.till.homes import PATH, home_of, path_of, sections, url_of
from chalicelib.web import paging, render
from chalicelib.web.forms import Form
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes

routes = Routes(Module.PURCHASES)

_LIST = f"{PATH}/purchases"
_PRODUCTS = f"{_LIST}/products"
_PRODUCT = f"{_PRODUCTS}/{{product}}"
_COUNTERS: tuple[tuple[str, Message, Message, Module], ...] = (
    ("purchases/products", say("Shop"), say("Goods, passes and punch cards"), Module.PURCHASES),
    ("purchases/classes", say("Classes"), say("Places for members, on one invoice"), Module.CLASSES),
    ("purchases/bookings", say("Bookings"), say("Rooms, lessons and appointments"), Module.BOOKINGS),
    ("subscriptions/new", say("Subscriptions"), say("Plans, memberships and affiliations"), Module.INVOICES),
)
"""Where the desk buys for a family: path, title, what there is, and the part of the portal."""


@routes.get(_LIST, Actor.STAFF, staff=BOOKS, owns="household")
def show_purchases(request: Request) -> Reply:
    """All that a household bought and gave back, newest first, and where to buy for it. Two round trips."""
    home = home_of(request)
    found = bought.list_page(request.org, home.household, after=paging.after(request, bought.is_bought_id))
    local, organisation = request.local, request.organisation
    counters = [
        (url_of(request, home, path), local.say(title), local.say(lead))
        for path, title, lead, module in _COUNTERS
        if organisation.uses(module)
    ]
    return render.page(
        request,
        "till/purchases.html",
        home=home,
        path=path_of(home),
        sections=sections(request, home, "purchases"),
        counters=counters if request.me.works_as(DESK) else [],
        purchases=[_row(request, home, line) for line in found.rows],
        done=request.query.get("done", ""),
        **paging.links(request, path_of(home, "purchases"), found.next),
    )


def _row(request: Request, home: Summary, line: Bought) -> PurchaseRow:
    """A purchase whose links stay at the desk."""
    invoice = url_of(request, home, f"billing/invoices/{line.invoice}") if line.invoice else ""
    found = purchase_row(line, request.organisation, home, request.local)
    return found._replace(href="", invoice=invoice)


@routes.get(_PRODUCTS, Actor.STAFF, staff=DESK, owns="household")
def show_products(request: Request) -> Reply:
    """What can be bought in the shop, 25 at a time. Two round trips."""
    home = home_of(request)
    found = store.list_products(request.org, paging.after(request, bool))
    offered = [each for each in found.rows if each.is_offered]
    views = [product_view(each, request.organisation, request.local) for each in offered]
    return render.page(
        request,
        "till/products.html",
        home=home,
        path=path_of(home, "purchases"),
        products=[(url_of(request, home, f"purchases/products/{each.id}"), each) for each in views],
        **paging.links(request, path_of(home, "purchases/products"), found.next),
    )


@routes.get(_PRODUCT, Actor.STAFF, staff=DESK, owns="household")
def show_product(request: Request) -> Reply:
    """One product, and the form to buy it for the family. Two round trips."""
    return _page(request, home_of(request), _product(request))


@routes.post(_PRODUCT, Actor.STAFF, staff=DESK, owns="household")
def buy(request: Request) -> Reply:
    """Buys it for the family as it was shown; the invoice is issued, and the family told (PUR-2)."""
    home, product, form = home_of(request), _product(request), Form(request.form)
    wish = read_wish(request, home, product, form)
    if form.errors:
        return _page(request, home, product, form.errors)
    who = Who(request.me.user, request.me.user_name)
    try:
        order = service.buy(request.organisation, home.household, wish, who, request.now)
    except Conflict as refused:
        words = CHANGED if isinstance(refused, Changed) else refused.message
        return _page(request, home, _product(request), {"": words or CHANGED}, 409)
    return redirect(url_of(request, home, f"billing/invoices/{order.invoice}" if order.invoice else "purchases"))


def _product(request: Request) -> Product:
    """The product that the address names, as long as it is offered. Raises NotFound."""
    found = store.get_product(request.org, request.params["product"])
    if found is None or not found.is_offered:
        raise NotFound
    return found


def _page(
    request: Request,
    home: Summary,
    product: Product,
    errors: Mapping[str, Message] | None = None,
    status: int = 400,
) -> Reply:
    members = [(row.id, row.name) for row in home.members]
    view = product_view(product, request.organisation, request.local)
    return render.page(
        request,
        "till/product.html",
        status=status if errors else 200,
        errors=errors,
        fields=request.form,
        home=home,
        path=path_of(home, "purchases/products"),
        product=view,
        members=members if view.for_member else [("", request.local.say(say("The whole family"))), *members],
        quantities=[(each, each) for each in QUANTITIES],
        agreed=service.digest(request.organisation, product),
        form_name=request.form.get("form") or new_id(),
    )
