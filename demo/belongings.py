"""What the files of an import do not tell of belonging: a shop, a membership with its card, a punch card that is used.

It is made by the same services that the portal's pages use, as if it had been done on the days it tells of.
"""

from datetime import datetime, timedelta

from chalicelib.households.store import get_summaries
from chalicelib.households.summary import Summary
from chalicelib.memberships import pass_service
from chalicelib.memberships import service as memberships
from chalicelib.memberships.domain import Allowed, Plan, PlanKind
from chalicelib.memberships.passes import Use
from chalicelib.memberships.service import SubscriptionRequest, Who
from chalicelib.organisations.domain import Module, Organisation
from chalicelib.purchases import service, store
from chalicelib.purchases.domain import Order, Product, ProductKind, Variant
from chalicelib.purchases.service import Wish
from chalicelib.recurring.domain import Frequency
from chalicelib.shared.texts import Texts
from chalicelib.shared.times import local_day

_MEMBERSHIP, _LICENCE = "membre", "licence-danse"
_ANN = Who("", "Ann Lee")


def add(organisation: Organisation, user: Who, household: str, now: datetime) -> None:
    """Opens a shop, and has a family buy there. Doing it again changes nothing."""
    home = get_summaries(organisation.slug, (household,)).get(household)
    if home is None or Module.PURCHASES not in organisation.modules or store.list_products(organisation.slug).rows:
        return
    products = _products(organisation.currency)
    for product in products:
        service.save_product(organisation.slug, product)
    for plan in _plans(organisation.currency):
        memberships.save_plan(organisation.slug, plan)
    _join(organisation, home, now)
    _shop(organisation, user, home, products, now)


def _texts(fr: str, en: str, ru: str) -> Texts:
    return {"fr": fr, "en": en, "ru": ru}


def _products(currency: str) -> list[Product]:
    shirt = Product(
        "t-shirt", ProductKind.GOODS, _texts("T-shirt de l’école", "School T-shirt", "Футболка школы"), 2200, currency,
        _texts("Coton biologique.", "Organic cotton.", "Органический хлопок."),
        tuple(Variant(size, left) for size, left in (("XS", 6), ("S", 9), ("M", 1), ("L", 0))),
    )  # fmt: skip
    bag = Product(
        "sac", ProductKind.GOODS, _texts("Sac de danse", "Dance bag", "Сумка для танцев"), 3400, currency, {},
        (Variant("", 12),),
    )  # fmt: skip
    studio = Product(
        "carnet-studio", ProductKind.PUNCH_CARD,
        _texts("Carnet de 10 séances de studio", "10 studio sessions", "10 занятий в студии"), 9000, currency,
        _texts("Chaque visite compte une séance.", "Each visit counts one session.", "Каждый визит — одно занятие."),
        uses=10, days=365, from_first_use=True,
    )  # fmt: skip
    title = _texts("Passe famille d’été", "Summer family pass", "Летний семейный абонемент")
    family = Product("passe-famille", ProductKind.PASS, title, 12000, currency, {}, days=60, for_family=True)
    return [shirt, bag, studio, family]


def _plans(currency: str) -> list[Plan]:
    may_renew = Allowed(renew=True)
    return [
        Plan(_MEMBERSHIP, _texts("Membre de l’école", "Member of the school", "Член школы"), PlanKind.MEMBERSHIP, 3500,
             currency, Frequency.YEARLY, renews=False, allowed=may_renew, has_card=True),
        Plan(_LICENCE, _texts("Affiliation à la fédération de danse", "Dance federation affiliation",
                              "Членство в федерации танца"),
             PlanKind.AFFILIATION, 2500, currency, Frequency.YEARLY, renews=False, has_card=True),
    ]  # fmt: skip


def _join(organisation: Organisation, home: Summary, now: datetime) -> None:
    """A membership that ends soon, and an affiliation with its licence."""
    joined, last = now - timedelta(days=350), home.members[-1].id
    day = local_day(joined, organisation.zone)
    request = SubscriptionRequest(_MEMBERSHIP, day, home.members[0].id, is_billed=False)
    memberships.create(organisation, home.household, request, joined)
    day = local_day(now - timedelta(days=40), organisation.zone)
    request = SubscriptionRequest(_LICENCE, day, last, is_billed=False)
    made = memberships.create(organisation, home.household, request, now - timedelta(days=40))
    memberships.note_licence(organisation, home.household, made.id, "QC-20418", now)


def _shop(organisation: Organisation, user: Who, home: Summary, products: list[Product], now: datetime) -> None:
    shirt, _, studio, _ = products
    _buy(organisation, user, home, shirt, now - timedelta(days=30))
    order = _buy(organisation, user, home, studio, now - timedelta(days=25))
    for days, undone in ((20, False), (13, True), (12, False)):
        at = now - timedelta(days=days)
        visit = Use(f"demo-{days}", at, about="Studio B")
        pass_service.use(organisation, home.household, order.pass_id, visit, _ANN, at)
        if undone:
            pass_service.take_back(organisation, home.household, order.pass_id, visit.id, _ANN, at)


def _buy(organisation: Organisation, user: Who, home: Summary, product: Product, now: datetime) -> Order:
    agreed = service.digest(organisation, product)
    wish = Wish(product.id, f"demo {product.id}", agreed, product.variants[0].label, 1, home.members[-1].id)
    return service.buy(organisation, home.household, wish, user, now)
