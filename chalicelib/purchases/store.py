"""Reads and writes products and orders."""

from functools import partial
from typing import Any

from chalicelib.data import keys, read
from chalicelib.data.write import Transaction
from chalicelib.purchases.domain import Order, OrderState, Product, ProductKind, Variant
from chalicelib.purchases.models import OrderItem, ProductItem
from chalicelib.shared.ids import is_dated_id
from chalicelib.shared.times import from_iso, to_iso

_APART = ("id", "version")


def get_product(org: str, product_id: str) -> Product | None:
    """The product, or None. One strong read."""
    item = read.one(ProductItem, keys.product(org, product_id)) if product_id else None
    return product_from(item) if item else None


def list_products(org: str, after: str = "") -> read.Page[Product]:
    """Products by id, a page at a time. One round trip."""
    found = read.listed(ProductItem, partial(keys.product, org), after=after, newest_first=False)
    return read.Page([product_from(item) for item in found.rows], found.next)


def save_product(transaction: Transaction, org: str, product: Product) -> None:
    """Adds the write of a new or changed product; refused when it was changed meanwhile."""
    transaction.put("product", product_item(org, product))


def product_item(org: str, product: Product) -> ProductItem:
    """The item that stores a product."""
    return ProductItem(
        *keys.product(org, product.id), product=product.id, document=_document(product), version=product.version
    )


def product_from(item: ProductItem) -> Product:
    """The product that `item` stores."""
    told: dict[str, Any] = item.document
    variants = tuple(Variant(*row) for row in told["variants"])
    kind = ProductKind(told["kind"])
    return Product(**{**told, "id": item.product, "kind": kind, "variants": variants, "version": item.version})


def _document(product: Product) -> dict[str, Any]:
    told = {name: getattr(product, name) for name in Product.__dataclass_fields__ if name not in _APART}
    return {
        **told,
        "kind": product.kind.value,
        "title": dict(product.title),
        "description": dict(product.description),
        "variants": list(map(list, product.variants)),
    }


def get_order(org: str, order_id: str) -> Order | None:
    """The order, or None. One strong read."""
    item = read.one(OrderItem, keys.order(org, order_id)) if is_dated_id(order_id) else None
    return order_from(item) if item else None


def list_orders(org: str, after: str = "") -> read.Page[Order]:
    """Orders of all households, newest first, a page at a time. One round trip."""
    found = read.listed(OrderItem, partial(keys.order, org), after=after)
    return read.Page([order_from(item) for item in found.rows], found.next)


def save_order(transaction: Transaction, org: str, order: Order) -> None:
    """Adds the write of a new or changed order; refused when it was changed meanwhile."""
    item = OrderItem(
        *keys.order(org, order.id),
        order=order.id,
        household=order.household,
        product=order.product,
        product_kind=order.kind.value,
        title=dict(order.title),
        variant=order.variant or None,
        quantity=order.quantity,
        minor=order.minor,
        currency=order.currency,
        at=to_iso(order.at),
        member=order.member or None,
        invoice=order.invoice or None,
        pass_id=order.pass_id or None,
        state=order.state.value,
        version=order.version,
    )
    transaction.put("order", item)


def order_from(item: OrderItem) -> Order:
    """The order that `item` stores."""
    return Order(
        id=item.order,
        household=item.household,
        product=item.product,
        kind=ProductKind(item.product_kind),
        title=item.title,
        variant=item.variant or "",
        quantity=int(item.quantity),
        minor=int(item.minor),
        currency=item.currency,
        at=from_iso(item.at),
        member=item.member or "",
        invoice=item.invoice or "",
        pass_id=item.pass_id or "",
        state=OrderState(item.state),
        version=item.version,
    )
