"""What happens on Checkout's page: somebody pays or saves a card, takes a 3-D Secure step, or fails."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus

from local.stripe_double import cards, checkout, customers, intents, setups
from local.stripe_double.books import Books
from local.stripe_double.errors import Refused, invalid
from local.stripe_double.objects import Thing, sample


@dataclass(frozen=True, slots=True)
class Payer:
    """What a person enters on the page."""

    card: str = "succeeds"
    """A behaviour (cards.BEHAVIOURS), or the id of a payment method that the customer has saved."""
    email: str = ""
    name: str = ""
    save: bool = False
    """Whether to keep the card for next time, where the session offers it."""


def submit(books: Books, session: Thing, payer: Payer) -> Thing:
    """Pays or saves. The session is then complete, or its intent waits for a 3-D Secure step (`waits`).

    Raises Refused: 402 for a card that fails, after which another may be tried; 400 for a session that is not open.
    """
    if session["status"] != "open":
        raise invalid(f"This Checkout Session is {session['status']}.", code="checkout_session_not_open")
    method = _method(books, session, payer)
    _know(books, session, payer)
    if session["mode"] == "setup":
        return _set_up(books, session, method)
    return _pay(books, session, method, save=payer.save)


def waits(books: Books, session: Thing) -> bool:
    """Whether the session waits for a 3-D Secure step."""
    intent = _intent(books, session)
    return bool(intent and intent["status"] == "requires_action")


def authenticate(books: Books, session: Thing, *, approve: bool) -> Thing:
    """The end of the 3-D Secure step. Raises Refused (402) where it fails, after which another card may be tried."""
    intent = _intent(books, session)
    if intent is None:
        raise invalid("This Checkout Session waits for nothing.")
    {"payment": intents, "setup": setups}[session["mode"]].authenticate(books, intent, approve=approve)
    return _complete(books, session, intent)


def _intent(books: Books, session: Thing) -> Thing | None:
    payment = books.find("payment_intent", session["payment_intent"])
    return payment or books.find("setup_intent", session["setup_intent"])


def saved(books: Books, session: Thing) -> list[Thing]:
    """Payment methods of the customer that the page offers again."""
    if not session["customer"]:
        return []
    shown = (session["saved_payment_method_options"] or {}).get("allow_redisplay_filters") or ["always"]
    kinds = session["payment_method_types"]
    mine = books.where("payment_method", customer=session["customer"])
    return [one for one in mine if one["allow_redisplay"] in shown and one["type"] in kinds]


def offers_saving(session: Thing) -> bool:
    """Whether the page asks to keep the card."""
    return (session["saved_payment_method_options"] or {}).get("payment_method_save") == "enabled"


def ways(session: Thing) -> list[str]:
    """The behaviours that the session takes, by name."""
    kinds = session["payment_method_types"]
    bank = any(kind != "card" for kind in kinds)
    return [name for name, one in cards.BEHAVIOURS.items() if (bank if one.bank else "card" in kinds)]


def _method(books: Books, session: Thing, payer: Payer) -> Thing:
    if payer.card in {one["id"] for one in saved(books, session)}:
        return books.get("payment_method", payer.card)
    if payer.card not in ways(session):
        raise invalid(
            f"This Checkout Session does not take {payer.card!r}; it takes {', '.join(ways(session))}.", "card"
        )
    details = session["customer_details"] or {}
    billing = {"email": payer.email or details.get("email"), "name": payer.name or details.get("name")}
    return cards.new(books, payer.card, session["currency"] or books.currency, billing=billing)


def _know(books: Books, session: Thing, payer: Payer) -> None:
    """Keeps who pays; makes the customer where the session wants one."""
    details = session["customer_details"] or {"address": sample("payment_method")["billing_details"]["address"]}
    email = details.get("email") or payer.email or None
    name = payer.name or details.get("name")
    session["customer_details"] = details | {"email": email, "name": name, "phone": None}
    if not session["customer"] and session["customer_creation"] == "always":
        given = {key: value for key, value in (("email", email), ("name", name)) if value}
        session["customer"] = customers.create(books, given)["id"]


def _set_up(books: Books, session: Thing, method: Thing) -> Thing:
    intent = books.get("setup_intent", session["setup_intent"])
    intent["customer"] = session["customer"]
    method["allow_redisplay"] = "limited"
    setups.attempt(books, intent, method)
    return _complete(books, session, intent)


def _pay(books: Books, session: Thing, method: Thing, *, save: bool) -> Thing:
    intent = books.find("payment_intent", session["payment_intent"]) or _open(books, session)
    intent["customer"] = session["customer"]
    if save and offers_saving(session) and session["customer"]:
        intent["setup_future_usage"] = intent["setup_future_usage"] or "on_session"
        method["allow_redisplay"] = "always"
    elif intent["setup_future_usage"] and not method["customer"]:
        method["allow_redisplay"] = "limited"
    intents.attempt(books, intent, method, present=True)
    return _complete(books, session, intent)


def _open(books: Books, session: Thing) -> Thing:
    """The payment intent of a session, made when somebody first tries to pay."""
    wanted: Mapping[str, object] = checkout.private(books, session)["payment_intent_data"]
    own = {"amount": session["amount_total"], "currency": session["currency"], "customer": session["customer"]}
    types = {"allowed_payment_method_types": session["payment_method_types"]}
    intent = intents.make(books, {**wanted, **own, **types})
    session["payment_intent"] = intent["id"]
    return intent


def _complete(books: Books, session: Thing, intent: Thing) -> Thing:
    if intent["status"] == "requires_action":
        return session
    session |= {"status": "complete", "url": None}
    if session["mode"] == "payment":
        session["payment_status"] = "paid" if intent["status"] == "succeeded" else "unpaid"
    books.emit("checkout.session.completed", session)
    return session


def settle(books: Books, intent: Thing, *, succeeded: bool) -> Thing:
    """The bank's answer to a debit; also told as the session's. Raises Refused where nothing is processing."""
    intents.settle(books, intent, succeeded=succeeded)
    for session in books.where("checkout.session", payment_intent=intent["id"]):
        session["payment_status"] = "paid" if succeeded else "unpaid"
        books.emit(f"checkout.session.async_payment_{'succeeded' if succeeded else 'failed'}", session)
    return intent


@contextmanager
def failing() -> Iterator[None]:
    """Lets a card fail, as cards do: the intent says why, and the session stays open."""
    try:
        yield
    except Refused as refusal:
        if refusal.status != HTTPStatus.PAYMENT_REQUIRED:
            raise


def problem(books: Books, session: Thing) -> str:
    """Stripe's code for why the last try failed, or empty."""
    intent = _intent(books, session) or {}
    error = intent.get("last_payment_error") or intent.get("last_setup_error") or {}
    return str(error.get("decline_code") or error.get("code") or "")
