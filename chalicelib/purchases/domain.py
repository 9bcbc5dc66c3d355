"""What families can buy apart from lessons and bookings, and what was sold of it (PUR-1, SUB-4).

Stock is counted for each size by itself. What is sold is taken off it in the transaction that bills it, so the last
one goes to exactly one family.
"""

from dataclasses import replace
from datetime import datetime
from enum import Enum
from typing import NamedTuple

from chalicelib.shared.errors import Conflict
from chalicelib.shared.frozen import Frozen, frozen
from chalicelib.shared.texts import Texts, say

MAX_VARIANTS = 30
MAX_QUANTITY = 20
"""Pieces that one order may be over."""


class ProductKind(Enum):
    """What is bought."""

    GOODS = "goods"
    PASS = "pass"  # noqa: S105 - a pass is no password
    """Good for some days, however often somebody comes."""
    PUNCH_CARD = "punch_card"
    """Good for some visits."""

    @property
    def is_pass(self) -> bool:
        """Whether a pass with a card comes of it."""
        return self is not ProductKind.GOODS


class Variant(NamedTuple):
    """A size or colour, and how many there are."""

    label: str = ""
    """Empty: there is only one."""
    left: int | None = None
    """None: it is not counted."""


@frozen
class Product(Frozen):
    """Something that families can buy."""

    id: str
    kind: ProductKind
    title: Texts
    price_minor: int
    """For one piece, before taxes that are added."""
    currency: str
    description: Texts
    variants: tuple[Variant, ...] = (Variant(),)
    taxed: bool = True
    """Whether the organisation's usual taxes are on it."""
    uses: int = 0
    """Visits of a punch card."""
    days: int = 0
    """For how many days a pass is good; 0: for good."""
    from_first_use: bool = False
    """Whether a pass begins with the first visit and not when it is bought."""
    for_family: bool = False
    """Whether a pass is for the whole family and not for one member."""
    is_offered: bool = True
    version: int | None = None

    @property
    def is_sold_out(self) -> bool:
        """Whether nothing of it is left."""
        return all(variant.left == 0 for variant in self.variants)

    def variant(self, label: str) -> Variant | None:
        """The size with this label; None when there is no such."""
        return next((variant for variant in self.variants if variant.label == label), None)


def sold(product: Product, label: str, quantity: int) -> Product:
    """The product with `quantity` fewer of a size. Raises Conflict where there are not so many."""
    variant = product.variant(label)
    if variant is None or not product.is_offered:
        raise Conflict(say("This is not offered any more."))
    if variant.left is not None and variant.left < quantity:
        raise Conflict(say("There are not so many left."))
    return _stocked(product, variant, -quantity)


def restocked(product: Product, label: str, quantity: int) -> Product:
    """The product with `quantity` more of a size; what is not counted, or is gone, stays as it is."""
    variant = product.variant(label)
    return _stocked(product, variant, quantity) if variant else product


def _stocked(product: Product, variant: Variant, more: int) -> Product:
    if variant.left is None:
        return product
    changed = variant._replace(left=variant.left + more)
    return replace(product, variants=tuple(changed if each is variant else each for each in product.variants))


class OrderState(Enum):
    """Where something that was sold stands."""

    BOUGHT = "bought"
    HANDED_OUT = "handed_out"
    TAKEN_BACK = "taken_back"


@frozen
class Order(Frozen):
    """What a household bought of one product."""

    id: str
    household: str
    product: str
    kind: ProductKind
    title: Texts
    variant: str
    quantity: int
    minor: int
    """Taxes included."""
    currency: str
    at: datetime
    member: str = ""
    invoice: str = ""
    pass_id: str = ""
    state: OrderState = OrderState.BOUGHT
    version: int | None = None


def handed_out(order: Order) -> Order:
    """The order once it is in the family's hands. Raises Conflict when it was taken back."""
    if order.state is OrderState.TAKEN_BACK:
        raise Conflict(say("This was taken back already."))
    return replace(order, state=OrderState.HANDED_OUT)
