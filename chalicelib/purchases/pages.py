"""View models of the shop and of the list of purchases (PUR-1, SUB-4, BOOK-5, SCH-12)."""

from typing import NamedTuple

from chalicelib.billing.bought import Bought, Thing
from chalicelib.households.summary import Summary
from chalicelib.organisations.domain import Module, Organisation
from chalicelib.purchases.domain import Product, ProductKind
from chalicelib.purchases.service import priced
from chalicelib.shared.texts import Message, say
from chalicelib.web import urls
from chalicelib.web.language import Local, dotted

KIND_WORDS: dict[ProductKind, Message] = {
    ProductKind.GOODS: say("Goods"),
    ProductKind.PASS: say("Pass"),
    ProductKind.PUNCH_CARD: say("Punch card"),
}
_THINGS: dict[Thing, Message] = {
    Thing.GOODS: say("Goods"),
    Thing.PASS: say("Pass"),
    Thing.SUBSCRIPTION: say("Subscription"),
    Thing.BOOKING: say("Booking"),
    Thing.ENROLMENT: say("Enrolment"),
}
_PAGES: dict[Thing, str] = {
    Thing.PASS: "passes/{what}",
    Thing.SUBSCRIPTION: "subscriptions/{what}",
    Thing.BOOKING: "bookings/{what}",
    Thing.ENROLMENT: "members/{member}/enrolments/{what}",
}


_MODULES = {Thing.BOOKING: Module.BOOKINGS, Thing.ENROLMENT: Module.CLASSES}
"""Parts of the portal that tell such a thing in full, where they may be switched off."""


class ProductView(NamedTuple):
    """A product in the shop."""

    id: str
    title: str
    kind: str
    price: str
    """Taxes included."""
    description: str
    terms: str
    is_sold_out: bool
    sizes: list[tuple[str, str]]
    """Sizes that are left, by the value of the form; empty where there is only one."""
    for_member: bool
    """Whether it has to be said for which member it is."""
    is_pass: bool


def product_view(product: Product, organisation: Organisation, local: Local) -> ProductView:
    """A product with its price and what is left of it."""
    return ProductView(
        id=product.id,
        title=local.text(product.title),
        kind=local.say(KIND_WORDS[product.kind]),
        price=local.money(priced(organisation, product).total_minor, product.currency),
        description=local.text(product.description),
        terms=_terms(product, local),
        is_sold_out=product.is_sold_out,
        sizes=[(each.label, _size(each.label, each.left, local)) for each in product.variants if each.left != 0]
        if product.variants[0].label
        else [],
        for_member=product.kind.is_pass and not product.for_family,
        is_pass=product.kind.is_pass,
    )


def _size(label: str, left: int | None, local: Local) -> str:
    return label if left is None else dotted(label, local.say(say("%(n)s left", plural="%(n)s left", n=left)))


def _terms(product: Product, local: Local) -> str:
    """What a pass allows, in a line; empty for goods."""
    if not product.kind.is_pass:
        return ""
    visits = say("%(n)s visit", plural="%(n)s visits", n=product.uses) if product.uses else say("any number of visits")
    days = say("good for %(n)s day", plural="good for %(n)s days", n=product.days) if product.days else None
    begins = say("from the first visit on") if product.from_first_use else say("from the day you buy it")
    whom = say("for the whole family") if product.for_family else say("for one member")
    return dotted(*(local.say(each) for each in (visits, days, begins, whom) if each))


class PurchaseRow(NamedTuple):
    """Something bought or given back, in the list."""

    title: str
    href: str
    """Where it is told in full; empty where that is the invoice."""
    meta: str
    amount: str
    is_cancelled: bool
    invoice: str
    """Address of its invoice; empty when there is none."""


def purchase_row(line: Bought, organisation: Organisation, home: Summary, local: Local) -> PurchaseRow:
    """A line of the list."""
    member, org = home.member(line.member), organisation.slug
    return PurchaseRow(
        title=local.text(line.title),
        href=_page_of(line, organisation, is_known=member is not None),
        meta=dotted(local.date(line.at), local.say(_THINGS[line.thing]), member.name if member else ""),
        amount=local.money(line.minor, line.currency) if line.minor and line.currency else "",
        is_cancelled=line.is_cancelled,
        invoice=urls.portal(org, f"invoices/{line.invoice}") if line.invoice else "",
    )


def _page_of(line: Bought, organisation: Organisation, *, is_known: bool) -> str:
    module = _MODULES.get(line.thing)
    is_shown = module is None or organisation.uses(module)
    if line.thing is Thing.GOODS or not is_shown or (line.thing is Thing.ENROLMENT and not is_known):
        return ""
    return urls.portal(organisation.slug, _PAGES[line.thing].format(what=line.what, member=line.member))
