"""Customers and their payment methods."""

from local.stripe_double import cards, fields
from local.stripe_double.books import Books
from local.stripe_double.errors import Refused, invalid, missing
from local.stripe_double.objects import Thing
from local.stripe_double.parameters import Given

PLAIN = ("email", "name", "phone", "description", "address", "shipping", "preferred_locales", "tax_exempt")
"""Fields of a customer that are kept as given."""

_DEFAULT = "invoice_settings[default_payment_method]"
_SPENT = (
    "This PaymentMethod was previously used without being attached to a Customer or was detached from a Customer, "
    "and may not be used again."
)


def living(books: Books, id_: str, param: str = "customer") -> Thing:
    """A customer that is not deleted. Raises Refused."""
    found = books.get("customer", id_, param)
    if found.get("deleted"):
        raise missing("customer", id_, param)
    return found


def create(books: Books, given: Given) -> Thing:
    """A new customer; `customer.created`."""
    method = _attachable(books, given["payment_method"]) if "payment_method" in given else None
    default = (given.get("invoice_settings") or {}).get("default_payment_method")
    if default and (method is None or default != method["id"]):
        raise _not_theirs(default)
    if given.get("email") and "@" not in given["email"]:
        raise invalid(f"Invalid email address: {given['email']}", "email", "email_invalid")
    made = books.new("customer", email=None)
    made |= fields.taken(made, given, PLAIN)
    made["invoice_prefix"] = made["id"][-8:].upper()
    made["invoice_settings"] |= given.get("invoice_settings") or {}
    books.emit("customer.created", made)
    if method:
        keep(books, method, made["id"])
    return made


def update(books: Books, given: Given, id_: str) -> Thing:
    """Changes a customer; `customer.updated`."""
    thing = living(books, id_, "id")
    values = fields.taken(thing, given, PLAIN)
    values["invoice_settings"] = thing["invoice_settings"] | _settings(books, thing, given)
    books.change(thing, "customer.updated", **values)
    return thing


def _settings(books: Books, customer: Thing, given: Given) -> Thing:
    """`invoice_settings` as given. Raises Refused where the default is not this customer's."""
    values = {name: value or None for name, value in (given.get("invoice_settings") or {}).items()}
    default = values.get("default_payment_method")
    if default and books.get("payment_method", default, _DEFAULT)["customer"] != customer["id"]:
        raise _not_theirs(default)
    return values


def _not_theirs(method: str) -> Refused:
    return invalid(f"The customer does not have a payment method with the ID {method}.", _DEFAULT, "resource_missing")


def delete(books: Books, _given: Given, id_: str) -> Thing:
    """Deletes a customer and lets go of its payment methods; `customer.deleted`."""
    thing = living(books, id_, "id")
    for method in books.where("payment_method", customer=id_):
        _let_go(books, method)
    books.emit("customer.deleted", thing)
    gone = {"id": id_, "object": "customer", "deleted": True}
    books.kinds["customer"][id_] = gone
    return gone


def usable(books: Books, id_: str, customer: str | None, param: str = "payment_method") -> Thing:
    """A payment method that `customer` may be charged with; one of Stripe's test tokens makes a new one."""
    method = cards.from_token(books, id_) or books.get("payment_method", id_, param)
    if method["id"] not in books.cards:
        raise invalid(_SPENT, param)
    if method["customer"] and not customer:
        raise invalid("The payment method supplied belongs to a Customer. Please include the Customer too.", param)
    if method["customer"] and method["customer"] != customer:
        raise invalid("The payment method you provided is attached to another customer.", param)
    return method


def attach(books: Books, given: Given, id_: str) -> Thing:
    """Gives a payment method to a customer; `payment_method.attached`. Raises Refused for a card that declines."""
    if "customer" not in given:
        raise invalid("You must provide `customer`.", "customer", "parameter_missing")
    customer = living(books, given["customer"])
    if books.where("payment_method", id=id_, customer=customer["id"]):
        return books.get("payment_method", id_)
    method = _attachable(books, id_)
    keep(books, method, customer["id"])
    return method


def _attachable(books: Books, id_: str) -> Thing:
    """A payment method that nobody has yet. Raises Refused where it may not be saved."""
    method = cards.from_token(books, id_) or books.get("payment_method", id_)
    if method["id"] not in books.cards or method["customer"]:
        raise invalid(_SPENT, "payment_method")
    chosen = cards.BEHAVIOURS[books.cards[method["id"]]]
    if not chosen.saves:
        raise cards.failure(chosen.code, chosen.decline)
    return method


def keep(books: Books, method: Thing, customer: str) -> None:
    """Attaches `method` to `customer`, if it is not yet; `payment_method.attached`."""
    if method["customer"] != customer:
        method["customer"] = customer
        books.emit("payment_method.attached", method)


def detach(books: Books, _given: Given, id_: str) -> Thing:
    """Takes a payment method from its customer, for good; `payment_method.detached`."""
    method = books.get("payment_method", id_)
    if not method["customer"]:
        raise invalid("The payment method you provided is not attached to a customer so detachment is impossible.")
    customer = books.get("customer", method["customer"])
    _let_go(books, method)
    if customer["invoice_settings"]["default_payment_method"] == id_:
        settings = customer["invoice_settings"] | {"default_payment_method": None}
        books.change(customer, "customer.updated", invoice_settings=settings)
    return method


def _let_go(books: Books, method: Thing) -> None:
    books.cards.pop(method["id"], None)
    books.change(method, "payment_method.detached", customer=None)


def update_method(books: Books, given: Given, id_: str) -> Thing:
    """Changes names, addresses, metadata or the expiry of a stored card; `payment_method.updated`."""
    method = books.get("payment_method", id_)
    if not method["customer"]:
        raise invalid("You must save this PaymentMethod to a customer before you can update it.")
    values = fields.taken(method, given, ("allow_redisplay",))
    if "billing_details" in given:
        values["billing_details"] = method["billing_details"] | given["billing_details"]
    if "card" in given and method["type"] == "card":
        values["card"] = method["card"] | given["card"]
    books.change(method, "payment_method.updated", **values)
    return method
