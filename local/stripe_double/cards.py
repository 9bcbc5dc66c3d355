"""How the double's cards and bank accounts behave, and the payment methods they become."""

from dataclasses import dataclass

from local.stripe_double.books import Books
from local.stripe_double.errors import Refused, invalid
from local.stripe_double.objects import Thing, letters, plain, sample


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One way to pay. `decline` and `code` are Stripe's words for why it fails, empty where it does not."""

    last4: str
    brand: str = "visa"
    code: str = ""
    decline: str = ""
    authenticates: bool = False
    """Asks for a 3-D Secure step when its owner is there, and fails when he or she is not."""
    saves: bool = True
    """Whether it can be saved though it may decline charges."""
    wallet: str = ""
    bank: bool = False
    token: str = ""
    """Stripe's own test payment method of this behaviour."""


BEHAVIOURS = {
    "succeeds": Behaviour("4242", token="pm_card_visa"),
    "mastercard": Behaviour("4444", "mastercard", token="pm_card_mastercard"),
    "apple_pay": Behaviour("4242", wallet="apple_pay"),
    "google_pay": Behaviour("4242", wallet="google_pay"),
    "authenticate": Behaviour("3184", authenticates=True, token="pm_card_authenticationRequired"),
    "bank_debit": Behaviour("6789", bank=True),
    "declined": Behaviour(
        "0002", code="card_declined", decline="generic_decline", saves=False, token="pm_card_visa_chargeDeclined"
    ),
    "insufficient_funds": Behaviour(
        "9995",
        code="card_declined",
        decline="insufficient_funds",
        saves=False,
        token="pm_card_visa_chargeDeclinedInsufficientFunds",
    ),
    "expired": Behaviour(
        "0069", code="expired_card", decline="expired_card", saves=False, token="pm_card_chargeDeclinedExpiredCard"
    ),
    "declines_later": Behaviour(
        "0341", code="card_declined", decline="generic_decline", token="pm_card_chargeCustomerFail"
    ),
}
"""Ways to pay, by the name that tests, the pay page and the control API use."""

BANK_TYPES = {"aud": "au_becs_debit", "cad": "acss_debit", "gbp": "bacs_debit", "usd": "us_bank_account"}
"""The bank debit of each currency; elsewhere it is SEPA's."""

_SENTENCES = {
    "generic_decline": "Your card was declined.",
    "insufficient_funds": "Your card has insufficient funds.",
    "expired_card": "Your card has expired.",
    "authentication_required": "Your card was declined. This transaction requires authentication.",
}


def behaviour(name: str) -> Behaviour:
    """The behaviour of that name. Raises Refused for an unknown one."""
    if name not in BEHAVIOURS:
        raise invalid(f"The double has no card {name!r}; it has {', '.join(BEHAVIOURS)}", "card")
    return BEHAVIOURS[name]


def bank_type(currency: str) -> str:
    """The payment method type of a bank debit in `currency`."""
    return BANK_TYPES.get(currency, "sepa_debit")


def new(books: Books, name: str, currency: str, *, billing: Thing | None = None) -> Thing:
    """A payment method that behaves like `name`, attached to nobody yet."""
    chosen = behaviour(name)
    details = {**sample("payment_method")["billing_details"], **(billing or {})}
    kind = bank_type(currency) if chosen.bank else "card"
    made = books.new("payment_method", type=kind, billing_details=details)
    card = made.pop("card")
    made[kind] = _bank(chosen) if chosen.bank else _card(chosen, card, books.clock().year)
    books.cards[made["id"]] = name
    return made


def _card(chosen: Behaviour, card: Thing, year: int) -> Thing:
    card |= {"brand": chosen.brand, "display_brand": chosen.brand, "last4": chosen.last4, "exp_month": 12}
    card["exp_year"] = year - 1 if chosen.decline == "expired_card" else year + 3
    card["fingerprint"] = f"{chosen.brand}{chosen.last4}"
    card["networks"] = {"available": [chosen.brand], "preferred": None}
    if chosen.wallet:
        card["wallet"] = {"type": chosen.wallet, "dynamic_last4": None, chosen.wallet: {}}
    return card


def _bank(chosen: Behaviour) -> Thing:
    return {"bank_name": "STRIPE TEST BANK", "last4": chosen.last4, "fingerprint": letters(16)}


def from_token(books: Books, token: str) -> Thing | None:
    """A new payment method for one of Stripe's test tokens such as `pm_card_visa`; None where it is no token."""
    name = next((name for name, one in BEHAVIOURS.items() if one.token == token), "")
    return new(books, name, books.currency) if name else None


def details(method: Thing) -> Thing:
    """What a charge says about the payment method it was made with."""
    return {"type": method["type"], method["type"]: plain(method[method["type"]])}


def refusal(books: Books, method: Thing, *, present: bool) -> Refused | None:
    """Why a charge with `method` fails at once, if it does. `present`: its owner can take a 3-D Secure step."""
    chosen = BEHAVIOURS[books.cards[method["id"]]]
    if chosen.authenticates and not present:
        return failure("authentication_required", "authentication_required")
    return failure(chosen.code, chosen.decline) if chosen.code else None


def failure(code: str, decline: str) -> Refused:
    """A card error (402) in Stripe's words."""
    extra = {"decline_code": decline} if decline and decline != code else {}
    return Refused(402, _SENTENCES.get(decline, "Your payment failed."), kind="card_error", code=code, extra=extra)
