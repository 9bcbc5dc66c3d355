"""The desk's pages of products: what families can buy, for how much, and how many there are (PUR-1)."""

from collections.abc import Mapping

from chalicelib.identity.staff import DESK
from chalicelib.memberships.desk_sections import desk_sections
from chalicelib.organisations.domain import Module
from chalicelib.purchases import desk_forms, service, store
from chalicelib.purchases.domain import Product
from chalicelib.purchases.pages import product_view
from chalicelib.shared.errors import NotFound
from chalicelib.shared.texts import Message
from chalicelib.web import paging, render, urls
from chalicelib.web.forms import Form
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes

routes = Routes(Module.PURCHASES)

NEW = "new"
"""Stands in an address for what there is not yet."""


@routes.get("/{org}/desk/products", Actor.STAFF, staff=DESK)
def show_products(request: Request) -> Reply:
    """All products, 25 at a time."""
    found = store.list_products(request.org, paging.after(request, bool))
    return render.page(
        request,
        "purchases/desk_products.html",
        sections=desk_sections(request, "desk/products"),
        products=[
            (product_view(each, request.organisation, request.local), each.is_offered, desk_forms.stock_words(each))
            for each in found.rows
        ],
        **paging.links(request, "desk/products", found.next),
    )


@routes.get("/{org}/desk/products/{product}", Actor.STAFF, staff=DESK, owns="product")
def show_product(request: Request) -> Reply:
    """The form of one product, or of a new one."""
    product = _product(request)
    return _page(request, desk_forms.fields_of(product, request) if product else {"offered": "yes", "taxed": "yes"})


@routes.post("/{org}/desk/products/{product}", Actor.STAFF, staff=DESK, owns="product")
def save_product(request: Request) -> Reply:
    """Stores the product over the version that the form showed: what was sold meanwhile is not forgotten."""
    stored, form = _product(request), Form(request.form)
    product = desk_forms.read(request, form, stored)
    if form.errors:
        return _page(request, request.form, form.errors)
    service.save_product(request.org, product)
    return redirect(urls.portal(request.org, "desk/products"))


def _product(request: Request) -> Product | None:
    """The product that the address names; None for a new one. Raises NotFound."""
    name = request.params["product"]
    if name == NEW:
        return None
    found = store.get_product(request.org, name)
    if found is None:
        raise NotFound
    return found


def _page(request: Request, fields: Mapping[str, str], errors: Mapping[str, Message] | None = None) -> Reply:
    return render.page(
        request,
        "purchases/desk_product.html",
        status=400 if errors else 200,
        errors=errors,
        fields=fields,
        path=f"desk/products/{request.params['product']}",
        **desk_forms.choices(request),
    )
