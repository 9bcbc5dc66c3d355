"""Payment intents and the charges they make, from the first try to settled, failed or cancelled."""

from local.stripe_double import amounts, balance, cards, customers, fields
from local.stripe_double.books import Books
from local.stripe_double.errors import Refused, invalid, not_played
from local.stripe_double.objects import Thing, letters, new_id, plain
from local.stripe_double.parameters import Given

_TAKEN = ("description", "receipt_email", "setup_future_usage", "shipping", "statement_descriptor",
          "statement_descriptor_suffix", "transfer_group", "payment_method_options")  # fmt: skip
_CONFIRMABLE = ("requires_payment_method", "requires_confirmation", "requires_action")


def create(books: Books, given: Given) -> Thing:
    """A payment intent; confirmed at once where asked. Raises Refused, with 402 for a payment that fails."""
    if given.get("capture_method", "automatic") == "manual":
        raise not_played("capture_method=manual")
    if given.get("off_session") and not given.get("confirm"):
        raise invalid("`off_session` can only be set when `confirm` is true.", "off_session")
    intent = make(books, given)
    chosen = given | {"payment_method": intent["payment_method"]}
    return _confirm(books, chosen, intent) if given.get("confirm") else intent


def make(books: Books, given: Given) -> Thing:
    """A payment intent that nobody has confirmed; `payment_intent.created`."""
    code = amounts.currency(given["currency"])
    amounts.check(given["amount"], code)
    types = accepted(given, code)
    customer = customers.living(books, given["customer"])["id"] if given.get("customer") else None
    method = given.get("payment_method")
    if method:
        method = customers.usable(books, method, customer)["id"]
    intent = books.new(
        "payment_intent", amount=given["amount"], currency=code, customer=customer, payment_method=method
    )
    intent |= fields.taken(intent, given, _TAKEN)
    intent["status"] = "requires_confirmation" if method else "requires_payment_method"
    intent["client_secret"] = f"{intent['id']}_secret_{letters(25)}"
    intent["capture_method"] = given.get("capture_method", "automatic_async")
    automatic = given.get("automatic_payment_methods") or {"enabled": True}
    intent["automatic_payment_methods"] = {"allow_redirects": "always"} | automatic
    intent |= types
    books.emit("payment_intent.created", intent)
    return intent


def accepted(given: Given, currency: str) -> Thing:
    """The fields that say which payment methods are taken: what the double has for `currency`, as far as allowed.

    Raises Refused where nothing is left.
    """
    allowed, excluded = given.get("allowed_payment_method_types"), given.get("excluded_payment_method_types", [])
    mine = ["card", cards.bank_type(currency)]
    types = [kind for kind in mine if kind not in excluded and (allowed is None or kind in allowed)]
    if not types:
        message = f"No payment method types are left. The double has {' and '.join(mine)} for {currency}."
        raise invalid(message, "allowed_payment_method_types")
    limits = {"allowed_payment_method_types": allowed, "excluded_payment_method_types": excluded or None}
    return limits | {"payment_method_types": types}


def update(books: Books, given: Given, id_: str) -> Thing:
    """Changes an intent that is not confirmed."""
    intent = _in_state(books.get("payment_intent", id_), "update", *_CONFIRMABLE)
    values = fields.taken(intent, given, _TAKEN)
    if "amount" in given:
        amounts.check(given["amount"], intent["currency"])
        values["amount"] = given["amount"]
    if given.get("customer"):
        values["customer"] = customers.living(books, given["customer"])["id"]
    intent |= values
    return intent


def confirm(books: Books, given: Given, id_: str) -> Thing:
    """Tries to take the money. Raises Refused, with 402 for a payment that fails."""
    return _confirm(books, given, books.get("payment_intent", id_))


def _confirm(books: Books, given: Given, intent: Thing) -> Thing:
    _in_state(intent, "confirm", *_CONFIRMABLE)
    chosen = given.get("payment_method") or intent["payment_method"]
    if not chosen:
        raise invalid("You cannot confirm this PaymentIntent because it's missing a payment method.", "payment_method")
    method = customers.usable(books, chosen, intent["customer"])
    if method["type"] not in intent["payment_method_types"]:
        raise invalid(f"The PaymentMethod provided ({method['type']}) is not allowed for this PaymentIntent.")
    return attempt(books, intent, method, present=not given.get("off_session"), return_url=given.get("return_url", ""))


def attempt(books: Books, intent: Thing, method: Thing, *, present: bool, return_url: str = "") -> Thing:
    """Charges `intent` with `method`: done, processing, or waiting for a 3-D Secure step if its owner is `present`.

    Raises Refused (402) when the payment fails; the intent is then open for another try.
    """
    intent["payment_method"] = method["id"]
    refusal = cards.refusal(books, method, present=present)
    if refusal:
        raise fail(books, intent, method, refusal)
    if cards.BEHAVIOURS[books.cards[method["id"]]].authenticates and present:
        return _ask(books, intent, return_url)
    return carry_out(books, intent, method)


def _ask(books: Books, intent: Thing, return_url: str) -> Thing:
    redirect = {"return_url": return_url, "url": f"{books.pages}/c/authenticate/{intent['id']}"}
    intent |= {"status": "requires_action", "next_action": {"type": "redirect_to_url", "redirect_to_url": redirect}}
    books.emit("payment_intent.requires_action", intent)
    return intent


def carry_out(books: Books, intent: Thing, method: Thing) -> Thing:
    """The charge itself, once nothing more is asked of the payer."""
    intent |= {"next_action": None, "last_payment_error": None}
    charge = _charge(books, intent, method)
    _save(books, intent, method)
    if method["type"] != "card":
        intent["status"] = "processing"
        books.emit("charge.pending", charge)
        books.emit("payment_intent.processing", intent)
        return intent
    return _succeed(books, intent, charge)


def _save(books: Books, intent: Thing, method: Thing) -> None:
    if intent["setup_future_usage"] and intent["customer"]:
        customers.keep(books, method, intent["customer"])
    elif not method["customer"]:
        books.cards.pop(method["id"])


def _charge(books: Books, intent: Thing, method: Thing) -> Thing:
    charge = books.new(
        "charge",
        id=new_id("charge" if method["type"] == "card" else "payment"),
        amount=intent["amount"],
        currency=intent["currency"],
        customer=intent["customer"],
        payment_intent=intent["id"],
        payment_method=method["id"],
        payment_method_details=cards.details(method),
        billing_details=plain(method["billing_details"]),
        description=intent["description"],
        receipt_email=intent["receipt_email"],
        metadata=dict(intent["metadata"]),
        status="pending",
        paid=False,
    )
    intent["latest_charge"] = charge["id"]
    return charge


def _succeed(books: Books, intent: Thing, charge: Thing) -> Thing:
    outcome = {"network_status": "approved_by_network", "type": "authorized", "seller_message": "Payment complete."}
    charge |= {"status": "succeeded", "paid": True, "captured": True, "amount_captured": charge["amount"]}
    charge["outcome"] = outcome | {"reason": None, "risk_level": "normal", "risk_score": 10}
    intent |= {"status": "succeeded", "amount_received": intent["amount"]}
    books.emit("charge.succeeded", charge)
    books.emit("payment_intent.succeeded", intent)
    moved = balance.book(books, "charge", charge["amount"], charge, balance.fee_of(charge["amount"]))
    books.change(charge, "charge.updated", balance_transaction=moved["id"])
    return intent


def fail(books: Books, intent: Thing, method: Thing, refusal: Refused) -> Refused:
    """Books the failed try, and gives the error with the objects that Stripe puts into it."""
    charge = books.find("charge", intent["latest_charge"])
    if not charge or charge["status"] != "pending":
        charge = _charge(books, intent, method)
    charge |= {"status": "failed", "failure_code": refusal.code, "failure_message": str(refusal)}
    charge["outcome"] = {
        "network_status": "declined_by_network",
        "type": "issuer_declined",
        "reason": refusal.extra.get("decline_code", refusal.code),
        "seller_message": str(refusal),
    }
    books.emit("charge.failed", charge)
    error = refusal.body["error"] | {"charge": charge["id"], "payment_method": plain(method)}
    intent |= {"status": "requires_payment_method", "payment_method": None, "next_action": None}
    intent["last_payment_error"] = error
    books.emit("payment_intent.payment_failed", intent)
    refusal.extra |= {"charge": charge["id"], "payment_method": plain(method), "payment_intent": plain(intent)}
    return refusal


def authenticate(books: Books, intent: Thing, *, approve: bool) -> Thing:
    """The end of a 3-D Secure step. Raises Refused (402) when it was not approved."""
    _in_state(intent, "authenticate", "requires_action")
    method = books.get("payment_method", intent["payment_method"])
    if approve:
        return carry_out(books, intent, method)
    message = (
        "We are unable to authenticate your payment method. Please choose a different payment method and try again."
    )
    refusal = Refused(402, message, kind="invalid_request_error", code="payment_intent_authentication_failure")
    raise _unauthenticated(books, intent, method, refusal)


def _unauthenticated(books: Books, intent: Thing, method: Thing, refusal: Refused) -> Refused:
    """A failed 3-D Secure step ends before there is a charge."""
    intent |= {"status": "requires_payment_method", "payment_method": None, "next_action": None}
    intent["last_payment_error"] = refusal.body["error"] | {"payment_method": plain(method)}
    books.emit("payment_intent.payment_failed", intent)
    refusal.extra["payment_intent"] = plain(intent)
    return refusal


def settle(books: Books, intent: Thing, *, succeeded: bool) -> Thing:
    """The bank's answer to a debit that is processing."""
    _in_state(intent, "settle", "processing")
    charge = books.get("charge", intent["latest_charge"])
    if succeeded:
        return _succeed(books, intent, charge)
    method = books.get("payment_method", charge["payment_method"])
    fail(books, intent, method, cards.failure("payment_method_provider_decline", "insufficient_funds"))
    return intent


def cancel(books: Books, given: Given, id_: str) -> Thing:
    """Cancels an intent; Checkout's own only end with their session."""
    intent = _in_state(books.get("payment_intent", id_), "cancel", *_CONFIRMABLE)
    if books.where("checkout.session", payment_intent=id_):
        raise invalid("You cannot cancel a PaymentIntent of a Checkout Session. Expire the Checkout Session instead.")
    return call_off(books, intent, given.get("cancellation_reason"))


def call_off(books: Books, intent: Thing, reason: str | None) -> Thing:
    """Ends an intent without payment; `payment_intent.canceled`."""
    intent |= {"status": "canceled", "canceled_at": books.now(), "cancellation_reason": reason, "next_action": None}
    books.emit("payment_intent.canceled", intent)
    return intent


def _in_state(intent: Thing, what: str, *states: str) -> Thing:
    if intent["status"] in states:
        return intent
    message = f"You cannot {what} this PaymentIntent because it has a status of {intent['status']}."
    code = "payment_intent_unexpected_state"
    raise Refused(400, message, code=code, extra={"payment_intent": plain(intent)})
