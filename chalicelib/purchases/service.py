"""Buying a product, handing it out and taking it back; each is one transaction with the family's books (PUR-1).

What is bought is what was shown: where price or terms are another by then, it is asked anew. Sending the same form
again finds what it bought before.
"""

import hashlib
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from chalicelib.billing import bought, issuing
from chalicelib.billing import store as documents
from chalicelib.billing.books import Books, keep
from chalicelib.billing.bought import Bought, Thing
from chalicelib.billing.domain import Invoice, InvoiceLine, InvoiceStatus
from chalicelib.billing.issuing import InvoiceRequest
from chalicelib.billing.pricing import LineRequest, price, total
from chalicelib.data.write import Transaction
from chalicelib.households import activity
from chalicelib.households import store as households
from chalicelib.households.activity import Deed
from chalicelib.memberships import pass_service, pass_store
from chalicelib.memberships.pass_service import PassTerms
from chalicelib.memberships.service import Who
from chalicelib.organisations.domain import Organisation
from chalicelib.purchases import domain, store
from chalicelib.purchases.domain import Order, OrderState, Product
from chalicelib.shared.errors import Conflict, NotFound
from chalicelib.shared.texts import in_language


class Changed(Conflict):
    """What was agreed to is not what would happen now; nothing was done, and the page is shown again."""


class Wish(NamedTuple):
    """What a family wants to buy, as its form says it."""

    product: str
    form: str
    """Name of the form: the same one buys once."""
    agreed: str
    """Digest of what was shown (`digest`)."""
    variant: str = ""
    quantity: int = 1
    member: str = ""


def priced(organisation: Organisation, product: Product, quantity: int = 1, description: str = "") -> InvoiceLine:
    """The line of an invoice that so many pieces make."""
    taxes = None if product.taxed else ()
    request = LineRequest(description, Decimal(quantity), product.price_minor, taxes=taxes)
    return price([request], organisation.billing)[0]


def digest(organisation: Organisation, product: Product) -> str:
    """Changes with everything that a family is told of a product but the stock."""
    terms = (product.uses, product.days, product.from_first_use, product.for_family)
    told = (sorted(product.title.items()), priced(organisation, product), product.currency, terms)
    return hashlib.sha256(repr(told).encode()).hexdigest()[:32]


def buy(organisation: Organisation, household: str, wish: Wish, who: Who, now: datetime) -> Order:
    """Buys, on an invoice to pay unless it costs nothing. The same form again changes nothing.

    Raises NotFound, Changed, and Conflict when there are not so many left.
    """

    def work(books: Books) -> Order:
        order_id = books.id_for("order", wish.form)
        before = store.get_order(books.org, order_id)
        if before:
            return before
        product = _require(books.org, wish.product)
        if digest(organisation, product) != wish.agreed:
            raise Changed
        order = _order(books, product, wish, order_id)
        left = domain.sold(product, wish.variant, order.quantity)
        if left != product:
            store.save_product(books.transaction, books.org, left)
        order = _handed_over(books, product, _billed(books, product, order))
        store.save_order(books.transaction, books.org, order)
        _note(books, order, who, "bought")
        return order

    return keep(organisation, household, now, work)


def _order(books: Books, product: Product, wish: Wish, order_id: str) -> Order:
    """The order as it is wished. Raises NotFound for a stranger's member, and where a pass needs one and has none."""
    needs_member = product.kind.is_pass and not product.for_family
    member = "" if product.kind.is_pass and product.for_family else wish.member
    if (member or needs_member) and not books.summary.member(member):
        raise NotFound
    quantity = 1 if product.kind.is_pass else wish.quantity
    line = priced(books.organisation, product, quantity)
    return Order(
        order_id, books.household, product.id, product.kind, product.title, wish.variant, quantity,
        line.total_minor, product.currency, books.now, member,
    )  # fmt: skip


def _billed(books: Books, product: Product, order: Order) -> Order:
    """The order with its invoice, if it costs something."""
    if not product.price_minor:
        return order
    household = households.get_household(books.org, books.household)
    language = (household.language if household else "") or books.organisation.language
    words = " ".join(filter(None, (in_language(product.title, language), order.variant)))
    line = priced(books.organisation, product, order.quantity, words)._replace(member=order.member)
    request = InvoiceRequest((), product.currency, autopay=books.organisation.billing.autopay.at_first)
    blank = issuing.draft(books, request)
    invoice = issuing.issue(books, replace(blank, lines=(line,), total_minor=total([line])))
    return replace(order, invoice=invoice.id)


def _handed_over(books: Books, product: Product, order: Order) -> Order:
    """The order with its pass, where it is for one: that is in the family's hands at once."""
    if not product.kind.is_pass:
        return order
    terms = PassTerms(product.uses, product.days, product.from_first_use)
    after = _runs_until(books, product.id, order.member)
    made = pass_service.make(books, product.title, product.id, terms, order.member, order.invoice, after)
    return replace(order, pass_id=made.id, state=OrderState.HANDED_OUT)


def _runs_until(books: Books, product: str, member: str) -> date:
    """Last day of a pass of the same kind that still runs; a new one follows it, which is how passes are renewed."""
    yesterday = books.today - timedelta(days=1)
    held = pass_store.list_page(books.org, books.household, consistent=True).rows
    alike = (each for each in held if (each.product, each.member) == (product, member) and not each.is_cancelled)
    ends = (each.expires_on for each in alike if each.expires_on and each.left != 0)
    return max((yesterday, *ends))


def _note(books: Books, order: Order, who: Who, deed: str) -> None:
    is_back = order.state is OrderState.TAKEN_BACK
    thing, what = (Thing.PASS, order.pass_id) if order.pass_id else (Thing.GOODS, order.id)
    minor = -order.minor if is_back else order.minor
    title = {language: " ".join(filter(None, (text, order.variant))) for language, text in order.title.items()}
    line = Bought(thing, what, title, books.now, order.member, minor, order.currency, order.invoice, is_back)
    bought.note(books, line)
    label = in_language(title, books.organisation.language)
    activity.note(books.transaction, books.org, books.household, Deed(deed, books.now, who.user, {"label": label}))


def hand_out(organisation: Organisation, order_id: str) -> Order:
    """Notes that the family has what it bought; again it changes nothing. Raises NotFound, Conflict."""
    order = require_order(organisation.slug, order_id)
    after = domain.handed_out(order)
    if after != order:
        transaction = Transaction()
        store.save_order(transaction, organisation.slug, after)
        transaction.commit_or_conflict()
    return after


def take_back(organisation: Organisation, order_id: str, reason: str, who: Who, now: datetime) -> Order:
    """Takes back what was sold: the family gets back what it was billed, the stock grows, an unused pass ends.

    Again it changes nothing. Raises NotFound, and Conflict when somebody came in on the pass.
    """
    household = require_order(organisation.slug, order_id).household

    def work(books: Books) -> Order:
        order = require_order(books.org, order_id)
        if order.state is OrderState.TAKEN_BACK:
            return order
        if order.pass_id:
            pass_service.give_back(books, order.pass_id)
        _restock(books, order)
        _credit(books, order, reason)
        after = replace(order, state=OrderState.TAKEN_BACK)
        store.save_order(books.transaction, books.org, after)
        _note(books, after, who, "purchase_taken_back")
        return after

    return keep(organisation, household, now, work)


def _restock(books: Books, order: Order) -> None:
    product = store.get_product(books.org, order.product)
    fuller = domain.restocked(product, order.variant, order.quantity) if product else None
    if fuller and fuller != product:
        store.save_product(books.transaction, books.org, fuller)


def _credit(books: Books, order: Order, reason: str) -> None:
    if not order.invoice:
        return
    invoice: Invoice = books.invoices.get(order.invoice)
    if invoice.status not in (InvoiceStatus.CANCELLED, InvoiceStatus.REVERSED):
        earlier = documents.credit_notes_of(books.org, books.household, invoice.id)
        issuing.cancel(books, invoice, reason, earlier)


def save_product(org: str, product: Product) -> None:
    """Stores a product over the version it was made from. Raises Conflict when it was changed or sold meanwhile."""
    transaction = Transaction()
    store.save_product(transaction, org, product)
    transaction.commit_or_conflict()


def require_order(org: str, order_id: str) -> Order:
    """An order. Raises NotFound."""
    found = store.get_order(org, order_id)
    if found is None:
        raise NotFound
    return found


def _require(org: str, product_id: str) -> Product:
    product = store.get_product(org, product_id)
    if product is None or not product.is_offered:
        raise NotFound
    return product
