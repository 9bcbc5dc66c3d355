"""The shapes of Stripe's objects: each starts from the sample that Stripe publishes, with a fresh id."""

import copy
import json
import secrets
import string
from functools import cache
from pathlib import Path
from typing import Any

Thing = dict[str, Any]
"""An object of the API as it goes over the wire."""

_FIXTURES = Path(__file__).with_name("fixtures.json")
_LETTERS = string.ascii_letters + string.digits

PREFIXES = {
    "balance_transaction": "txn",
    "charge": "ch",
    "checkout.session": "cs",
    "customer": "cus",
    "dispute": "dp",
    "event": "evt",
    "item": "li",
    "mandate": "mandate",
    "payment": "py",
    "payment_intent": "pi",
    "payment_method": "pm",
    "price": "price",
    "product": "prod",
    "refund": "re",
    "payment_refund": "pyr",
    "setup_intent": "seti",
}
"""How the ids of each kind begin; charges and refunds of bank debits have their own."""


@cache
def _samples() -> dict[str, Thing]:
    samples: dict[str, Thing] = json.loads(_FIXTURES.read_text("utf-8"))
    return samples


def sample(kind: str) -> Thing:
    """A copy of Stripe's sample of `kind`."""
    return copy.deepcopy(_samples()[kind])


def letters(count: int) -> str:
    """Random letters and digits."""
    return "".join(secrets.choice(_LETTERS) for _ in range(count))


def new_id(kind: str, *, livemode: bool = False) -> str:
    """An id as Stripe makes them: the prefix of its kind, and what nobody guesses."""
    if kind == "checkout.session":
        return f"cs_{'live' if livemode else 'test'}_a1{letters(56)}"
    if kind == "customer":
        return f"cus_{letters(14)}"
    return f"{PREFIXES[kind]}_1{letters(23)}"


def kind_of(id_: str) -> str:
    """The kind that an id names, or empty."""
    prefix = id_.partition("_")[0]
    kind = next((kind for kind, own in PREFIXES.items() if own == prefix), "")
    return {"payment": "charge", "payment_refund": "refund"}.get(kind, kind)


def plain(thing: Any) -> Any:
    """A copy that shares nothing with the original. JSON is quicker at this than `copy`, and is what goes out."""
    return json.loads(json.dumps(thing))
