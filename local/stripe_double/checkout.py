"""Checkout sessions: made, looked up, paid for on the double's page, expired."""

from typing import Any
from urllib.parse import urlsplit

from local.stripe_double import amounts, customers, fields, intents, setups
from local.stripe_double.books import Books
from local.stripe_double.errors import Refused, invalid, missing, not_played
from local.stripe_double.objects import Thing, new_id, sample
from local.stripe_double.parameters import Given

_SHOWN = """
    adaptive_pricing billing_address_collection branding_settings cancel_url client_reference_id custom_text
    customer_creation customer_email locale origin_context payment_method_options phone_number_collection
    saved_payment_method_options submit_type success_url
"""
_TAKEN = _SHOWN.split()
_SHORTEST = 30 * 60
_LONGEST = 24 * 60 * 60
_MAX_REFERENCE = 200
_ONLY = {
    "payment_intent_data": "payment",
    "submit_type": "payment",
    "line_items": "payment",
    "setup_intent_data": "setup",
}
"""Parameters that belong to one mode."""


def create(books: Books, given: Given) -> Thing:
    """A new session. Raises Refused where Stripe would not open it."""
    mode = _mode(given)
    _check(given, mode)
    session = books.new("checkout.session", mode=mode, ui_mode="hosted_page", status="open", payment_status="unpaid")
    try:
        _fill(books, session, given)
    except Refused:
        del books.kinds["checkout.session"][session["id"]]
        raise
    session["url"] = f"{books.pages}/c/pay/{session['id']}"
    books.next_expiry = min(books.next_expiry, session["expires_at"]) if books.next_expiry else session["expires_at"]
    return session


def _mode(given: Given) -> str:
    if "mode" not in given:
        raise invalid("You must provide `mode`.", "mode", "parameter_missing")
    mode: str = given["mode"]
    if mode == "subscription" or given.get("ui_mode", "hosted_page") != "hosted_page":
        raise not_played("mode=subscription" if mode == "subscription" else f"ui_mode={given['ui_mode']}")
    return mode


def _check(given: Given, mode: str) -> None:
    for name, only in _ONLY.items():
        if name in given and mode != only:
            raise invalid(f"You can not pass `{name}` in `{mode}` mode.", name)
    if "success_url" not in given:
        raise invalid("You must provide `success_url`.", "success_url", "parameter_missing")
    for name in ("success_url", "cancel_url"):
        if name in given and not _is_address(given[name]):
            raise invalid("Not a valid URL", name, "url_invalid")
    if "customer" in given and ("customer_email" in given or "customer_creation" in given):
        raise invalid("You may only specify one of these parameters: customer, customer_email, customer_creation.")
    if len(given.get("client_reference_id", "")) > _MAX_REFERENCE:
        raise invalid(f"client_reference_id has {_MAX_REFERENCE} letters at most.", "client_reference_id")


def _is_address(given: str) -> bool:
    parts = urlsplit(given)
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _fill(books: Books, session: Thing, given: Given) -> None:
    session |= fields.taken(session, given, _TAKEN)
    if "customer" in given:
        customer = customers.living(books, given["customer"])
        session |= {"customer": customer["id"], "customer_details": _details(customer["email"], customer["name"])}
    elif "customer_email" in given:
        session["customer_details"] = _details(given["customer_email"], None)
    session["customer_creation"] = None if "customer" in given else given.get("customer_creation", "if_required")
    session["expires_at"] = _expiry(books, given)
    {"payment": _fill_payment, "setup": _fill_setup}[session["mode"]](books, session, given)


def _details(email: str | None, name: str | None) -> Thing:
    blank = sample("payment_method")["billing_details"]["address"]
    return {"address": blank, "email": email, "name": name, "phone": None, "tax_exempt": "none", "tax_ids": []}


def _expiry(books: Books, given: Given) -> int:
    wanted: int = given.get("expires_at", books.now() + _LONGEST)
    if not _SHORTEST <= wanted - books.now() <= _LONGEST:
        message = "The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout Session creation."
        raise invalid(message, "expires_at")
    return wanted


def _fill_payment(books: Books, session: Thing, given: Given) -> None:
    lines = [_line(books, line, f"line_items[{at}]") for at, line in enumerate(given.get("line_items") or [])]
    if not lines:
        raise invalid("You must provide `line_items` in `payment` mode.", "line_items", "parameter_missing")
    if len({line["currency"] for line in lines}) > 1:
        raise invalid("All line items must have the same currency.", "line_items")
    total, currency = sum(line["amount_total"] for line in lines), lines[0]["currency"]
    amounts.check(total, currency, "line_items")
    session |= {
        "amount_subtotal": total,
        "amount_total": total,
        "currency": currency,
        "payment_method_collection": None,
    }
    session["total_details"] = {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0}
    session |= intents.accepted(given, currency)
    books.kinds.setdefault("private", {})[session["id"]] = {
        "lines": lines,
        "payment_intent_data": given.get("payment_intent_data", {}),
    }


def _line(books: Books, given: Given, path: str) -> Thing:
    if "price" in given:
        raise missing("price", given["price"], f"{path}[price]")
    price = given.get("price_data")
    if not price:
        raise invalid("You must specify either `price` or `price_data` for each line item.", path, "parameter_missing")
    quantity = given.get("quantity", 0)
    if quantity < 1:
        raise invalid("Quantity is required and must be at least 1.", f"{path}[quantity]", "parameter_missing")
    amount, currency = _unit_amount(price, path), amounts.currency(price["currency"], f"{path}[price_data][currency]")
    sums = dict.fromkeys(("amount_subtotal", "amount_total"), amount * quantity)
    line: Thing = sample("item") | {"id": new_id("item"), "currency": currency, "quantity": quantity} | sums
    line["description"] = price["product_data"]["name"]
    line["price"] = _price(books, currency, amount)
    return line


def _unit_amount(price: Thing, path: str) -> int:
    amount = price.get("unit_amount")
    if amount is None or "product_data" not in price:
        name = "product_data" if amount is not None else "unit_amount"
        raise invalid(f"You must provide `{name}`.", f"{path}[price_data][{name}]", "parameter_missing")
    if amount < 0:
        raise invalid("Invalid non-negative integer", f"{path}[price_data][unit_amount]", "parameter_invalid_integer")
    return int(amount)


def _price(books: Books, currency: str, amount: int) -> Thing:
    own = {"id": new_id("price"), "product": f"prod_{new_id('price')[-14:]}", "active": False, "type": "one_time"}
    sums = {"currency": currency, "unit_amount": amount, "unit_amount_decimal": str(amount), "created": books.now()}
    return sample("price") | own | sums


def _fill_setup(books: Books, session: Thing, given: Given) -> None:
    if "allowed_payment_method_types" not in given and "currency" not in given:
        message = "`currency` is required in `setup` mode when `allowed_payment_method_types` is not set."
        raise invalid(message, "currency", "parameter_missing")
    currency = amounts.currency(given["currency"]) if "currency" in given else None
    session |= intents.accepted(given, currency or books.currency) | {"currency": currency}
    session["payment_status"] = "no_payment_required"
    wanted = given.get("setup_intent_data", {}) | {"allowed_payment_method_types": session["payment_method_types"]}
    session["setup_intent"] = setups.make(books, wanted | {"customer": session["customer"]}, currency)["id"]


def private(books: Books, session: Thing) -> dict[str, Any]:
    """What a session does not show: its lines, and what its payment is to carry."""
    return books.kinds.get("private", {}).get(session["id"], {"lines": [], "payment_intent_data": {}})


def lines(books: Books, _given: Given, id_: str) -> list[Thing]:
    """What is paid for, in order."""
    found: list[Thing] = private(books, books.get("checkout.session", id_))["lines"]
    return found


def update(books: Books, given: Given, id_: str) -> Thing:
    """Changes the metadata of a session."""
    session = books.get("checkout.session", id_)
    session |= fields.taken(session, given, ())
    return session


def expire(books: Books, _given: Given, id_: str) -> Thing:
    """Closes an open session for good; `checkout.session.expired`. Raises Refused for one that is not open."""
    session = books.get("checkout.session", id_)
    if session["status"] != "open":
        message = f'Only Checkout Sessions with a status in ["open"] can be expired. This one is {session["status"]}.'
        raise invalid(message)
    return close(books, session)


def close(books: Books, session: Thing) -> Thing:
    """Expires an open session, and cancels what it had begun."""
    session |= {"status": "expired", "url": None}
    payment = books.find("payment_intent", session["payment_intent"])
    if payment:
        intents.call_off(books, payment, "expired")
    setup = books.find("setup_intent", session["setup_intent"])
    if setup:
        setups.call_off(books, setup, "abandoned")
    books.emit("checkout.session.expired", session)
    return session


def sweep(books: Books) -> None:
    """Expires the sessions whose time has come."""
    if not books.next_expiry or books.now() < books.next_expiry:
        return
    waiting = books.where("checkout.session", status="open")
    for session in waiting:
        if session["expires_at"] <= books.now():
            close(books, session)
    books.next_expiry = min((one["expires_at"] for one in waiting if one["status"] == "open"), default=0)
