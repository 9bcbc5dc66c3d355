"""Products as tests need them."""

from dataclasses import replace

from chalicelib.households.domain import Household
from chalicelib.memberships.service import Who
from chalicelib.purchases import service, store
from chalicelib.purchases.domain import Order, Product, ProductKind, Variant
from chalicelib.purchases.service import Wish
from chalicelib.shared.ids import new_id
from tests.support.world import World

MARIE = Who("user", "Marie Tremblay")


def product(world: World, product_id: str = "cap", minor: int = 2000, **changes: object) -> Product:
    """A stored product: a swimming cap that is not counted, unless told otherwise."""
    title = {language: product_id.title() for language in ("fr", "en", "ru")}
    plain = Product(product_id, ProductKind.GOODS, title, minor, "CAD", {})
    told = replace(plain, **changes)  # type: ignore[arg-type]
    before = store.get_product(world.org, product_id)
    service.save_product(world.org, replace(told, version=before.version if before else None))
    return stored(world, product_id)


def stored(world: World, product_id: str) -> Product:
    """As it is in the table."""
    found = store.get_product(world.org, product_id)
    assert found
    return found


def wish(world: World, product: Product, **changes: object) -> Wish:
    """What a family's form says after it was shown the product."""
    plain = Wish(product.id, new_id(), service.digest(world.organisation, product), product.variants[0].label)
    return plain._replace(**changes)  # type: ignore[arg-type]


def buy(world: World, home: Household, product: Product, **changes: object) -> Order:
    """Buys one piece."""
    return service.buy(world.organisation, home.id, wish(world, product, **changes), MARIE, world.now)


SIZES = (Variant("Small", 1), Variant("Large", 3))
