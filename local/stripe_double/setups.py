"""Setup intents: a card or bank account is saved for later without a payment."""

from local.stripe_double import cards, customers, fields, intents
from local.stripe_double.books import Books
from local.stripe_double.errors import Refused, invalid
from local.stripe_double.objects import Thing, letters, plain
from local.stripe_double.parameters import Given

_TAKEN = ("description", "usage", "payment_method_options")
_CONFIRMABLE = ("requires_payment_method", "requires_confirmation", "requires_action")


def create(books: Books, given: Given) -> Thing:
    """A setup intent; confirmed at once where asked. Raises Refused, with 402 for a card that declines."""
    intent = make(books, given)
    chosen = given | {"payment_method": intent["payment_method"]}
    return _confirm(books, chosen, intent) if given.get("confirm") else intent


def make(books: Books, given: Given, currency: str | None = None) -> Thing:
    """A setup intent that nobody has confirmed; `setup_intent.created`. `currency` says which bank debit it takes."""
    types = intents.accepted(given, currency or books.currency)
    customer = customers.living(books, given["customer"])["id"] if given.get("customer") else None
    method = given.get("payment_method")
    if method:
        method = customers.usable(books, method, customer)["id"]
    intent = books.new("setup_intent", customer=customer, payment_method=method)
    intent |= fields.taken(intent, given, _TAKEN)
    intent |= types
    intent["status"] = "requires_confirmation" if method else "requires_payment_method"
    intent["client_secret"] = f"{intent['id']}_secret_{letters(25)}"
    books.emit("setup_intent.created", intent)
    return intent


def confirm(books: Books, given: Given, id_: str) -> Thing:
    """Saves the payment method. Raises Refused, with 402 for a card that declines."""
    return _confirm(books, given, books.get("setup_intent", id_))


def _confirm(books: Books, given: Given, intent: Thing) -> Thing:
    chosen = given.get("payment_method") or intent["payment_method"]
    if not chosen:
        message = "You cannot confirm this SetupIntent because it's missing a payment method."
        raise invalid(message, "payment_method")
    method = customers.usable(books, chosen, intent["customer"])
    return attempt(books, intent, method, return_url=given.get("return_url", ""))


def attempt(books: Books, intent: Thing, method: Thing, *, return_url: str = "") -> Thing:
    """Saves `method`, or asks for a 3-D Secure step first. Raises Refused (402) for a card that declines."""
    _in_state(intent, "confirm", *_CONFIRMABLE)
    intent["payment_method"] = method["id"]
    chosen = cards.BEHAVIOURS[books.cards[method["id"]]]
    if not chosen.saves:
        raise _fail(books, intent, method, cards.failure(chosen.code, chosen.decline))
    if chosen.authenticates:
        redirect = {"return_url": return_url, "url": f"{books.pages}/c/authenticate/{intent['id']}"}
        intent |= {"status": "requires_action", "next_action": {"type": "redirect_to_url", "redirect_to_url": redirect}}
        books.emit("setup_intent.requires_action", intent)
        return intent
    return _succeed(books, intent, method)


def _succeed(books: Books, intent: Thing, method: Thing) -> Thing:
    if method["type"] != "card":
        intent["mandate"] = _mandate(books, method)["id"]
    if intent["customer"]:
        customers.keep(books, method, intent["customer"])
    intent |= {"status": "succeeded", "next_action": None, "last_setup_error": None}
    books.emit("setup_intent.succeeded", intent)
    return intent


def _mandate(books: Books, method: Thing) -> Thing:
    details = {"type": method["type"], method["type"]: {}}
    return books.new("mandate", payment_method=method["id"], payment_method_details=details)


def _fail(books: Books, intent: Thing, method: Thing, refusal: Refused) -> Refused:
    intent |= {"status": "requires_payment_method", "payment_method": None, "next_action": None}
    intent["last_setup_error"] = refusal.body["error"] | {"payment_method": plain(method)}
    books.emit("setup_intent.setup_failed", intent)
    refusal.extra["setup_intent"] = plain(intent)
    return refusal


def authenticate(books: Books, intent: Thing, *, approve: bool) -> Thing:
    """The end of a 3-D Secure step. Raises Refused (402) when it was not approved."""
    _in_state(intent, "authenticate", "requires_action")
    method = books.get("payment_method", intent["payment_method"])
    if approve:
        return _succeed(books, intent, method)
    message = (
        "We are unable to authenticate your payment method. Please choose a different payment method and try again."
    )
    code = "setup_intent_authentication_failure"
    raise _fail(books, intent, method, Refused(402, message, code=code))


def cancel(books: Books, given: Given, id_: str) -> Thing:
    """Cancels a setup intent; Checkout's own only end with their session."""
    intent = _in_state(books.get("setup_intent", id_), "cancel", *_CONFIRMABLE)
    if books.where("checkout.session", setup_intent=id_):
        raise invalid("You cannot cancel a SetupIntent of a Checkout Session. Expire the Checkout Session instead.")
    return call_off(books, intent, given.get("cancellation_reason"))


def call_off(books: Books, intent: Thing, reason: str | None) -> Thing:
    """Ends a setup intent; `setup_intent.canceled`."""
    books.change(intent, "setup_intent.canceled", status="canceled", cancellation_reason=reason)
    return intent


def _in_state(intent: Thing, what: str, *states: str) -> Thing:
    if intent["status"] in states:
        return intent
    message = f"You cannot {what} this SetupIntent because it has a status of {intent['status']}."
    extra = {"setup_intent": plain(intent)}
    raise Refused(400, message, code="setup_intent_unexpected_state", extra=extra)
