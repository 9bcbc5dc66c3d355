"""What taking payments needs from the world, as a protocol and plain facts; apart from the other ports, for most
pages never load it."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple, Protocol

from chalicelib.shared.errors import Unavailable

API_VERSION = "2026-10-28.endive"
"""Version that requests are made in; webhook endpoints are set to it (P-02)."""


class CheckoutOrder(NamedTuple):
    """A hosted page to be made: to pay an amount, or only to save a payment method."""

    currency: str
    minor: int
    """Zero: nothing is paid, a payment method is saved."""
    description: str
    customer: str
    """The gateway's customer; empty for somebody without an account."""
    email: str
    locale: str
    success_url: str
    cancel_url: str
    expires_at: int
    """Seconds since 1970 UTC."""
    facts: Mapping[str, str]
    """Kept with the session and with its payment: organisation, household, checkout."""
    save_method: bool = False


class HostedCheckout(NamedTuple):
    """A hosted page as the gateway knows it."""

    id: str
    url: str
    status: str
    """`open`, `complete` or `expired`."""
    intent: str
    """Payment that came of it; empty until there is one."""
    facts: Mapping[str, str]
    customer: str = ""


class GivenBack(NamedTuple):
    """A refund as the gateway knows it; failed ones are left out."""

    id: str
    minor: int
    at: datetime
    key: str = ""
    """Under which it was asked for; empty for one that was made on the gateway's own pages."""


class Contest(NamedTuple):
    """A dispute as the gateway knows it."""

    state: str
    """`open`, `won` or `lost`."""
    taken_minor: int
    """What the card's bank holds of the payment."""


class Intent(NamedTuple):
    """A payment as the gateway knows it: the only source of what was paid (P-05)."""

    id: str
    state: str
    """`open`, `processing`, `paid`, `failed` or `cancelled`."""
    minor: int
    """What was asked for."""
    received_minor: int
    currency: str
    facts: Mapping[str, str]
    created_at: datetime
    live: bool
    method: str = "card"
    """`card`, `debit` or `other`."""
    paid_at: datetime | None = None
    refunds: tuple[GivenBack, ...] = ()
    dispute: Contest | None = None
    problem: str = ""
    """Why it failed, in the gateway's code."""
    customer: str = ""


class StoredMethod(NamedTuple):
    """A payment method on file with the gateway, as far as people may know it (PM-4)."""

    id: str
    kind: str
    """`card`, `debit`, `wallet` or `other`."""
    brand: str
    last4: str
    expires: str
    """`2027-04`; empty when it has no end."""
    is_default: bool


class Told(NamedTuple):
    """Something the gateway told us, checked to come from it. Says what to look at, never what to believe."""

    id: str
    type: str
    object_id: str
    object_type: str
    intent: str
    customer: str
    facts: Mapping[str, str]
    created_at: datetime
    live: bool
    version: str


class NotSigned(Exception):
    """A message that does not come from the gateway, or comes too late (P-01)."""


class Faulted(Unavailable):
    """The gateway answered with a fault of its own, and will give the same answer again for the same key."""


class Declined(Exception):
    """What was asked is refused for good, such as a card or an amount; `code` is the gateway's reason."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Gateway(Protocol):
    """Takes payments for one organisation. Every method raises Unavailable when the gateway can not be reached.

    Whatever makes something takes a `key` that is the same for every repetition (P-10).
    """

    def open_checkout(self, order: CheckoutOrder, key: str) -> HostedCheckout:
        """Makes a hosted page. Raises Declined when the gateway will not make it."""

    def find_checkout(self, session_id: str) -> HostedCheckout | None:
        """A hosted page as it stands; None when there is none."""

    def close_checkout(self, session_id: str) -> HostedCheckout:
        """Ends a hosted page, unless it is complete or ended already; returns it as it stands then."""

    def find_intent(self, intent_id: str) -> Intent | None:
        """A payment as it stands, with its refunds and dispute."""

    def charge(self, order: CheckoutOrder, method: str, key: str) -> Intent:
        """Charges a method on file while nobody is there. Raises Declined."""

    def give_back(self, intent_id: str, currency: str, minor: int, facts: Mapping[str, str], key: str) -> None:
        """Refunds part of a payment. Raises Declined when it can not be refunded."""

    def create_customer(self, name: str, email: str, facts: Mapping[str, str], key: str) -> str:
        """Makes a customer and returns its id."""

    def list_methods(self, customer: str) -> list[StoredMethod]:
        """Payment methods on file, the default first."""

    def forget_method(self, method: str) -> None:
        """Takes a payment method off the file."""

    def prefer_method(self, customer: str, method: str) -> None:
        """Makes a payment method the default."""

    def checkouts_since(self, moment: datetime) -> Iterator[HostedCheckout]:
        """All hosted pages made since, those first that were made last."""

    def intents_since(self, moment: datetime) -> Iterator[Intent]:
        """All payments made since, or changed since as far as the gateway can tell."""

    def read_message(self, body: bytes, signature: str, now: datetime) -> Told:
        """What a webhook message says. Raises NotSigned."""
