"""Attempts to pay: what for, how much, by whom, and how far each has come.

At most one attempt is under way for an invoice (P-11); the claims say which. What was paid is never
decided here: the payment itself tells, once the gateway has been asked (P-05).
"""

from calendar import monthrange
from datetime import date, datetime, timedelta
from enum import Enum
from hashlib import sha256
from typing import NamedTuple

from chalicelib.shared.frozen import Frozen, frozen
from chalicelib.shared.times import DAY

LIFETIME = timedelta(hours=1)
"""How long a hosted page stays open."""
_ASKABLE = timedelta(minutes=25)
"""For so long an attempt's page can be asked for: Stripe makes none that is to close within half an hour."""
_STALE = timedelta(hours=23)
"""Gateways forget idempotency keys after a day. By then a comparison has found whatever came of an attempt."""
MOST_TRIES = 3
"""How often what falls due is charged to the method on file (X-16)."""
AGAIN = 3 * DAY
"""Seconds between a refusal and the next try."""


class Purpose(Enum):
    """What an attempt is for."""

    INVOICES = "invoices"
    AMOUNT = "amount"
    """Paid ahead, or towards whatever is due first."""
    SETUP = "setup"
    """Only to save a payment method."""
    LINK = "link"
    """Somebody else pays by a link (NEW-8)."""
    AUTOPAY = "autopay"
    """Charged to the method on file, nobody there."""
    REFUND = "refund"
    """Part of a payment is given back, the way it came (P-14)."""


class CheckoutState(Enum):
    """How far an attempt has come."""

    CREATING = "creating"
    """The gateway is being asked; whoever comes meanwhile asks the same with the same key."""
    OPEN = "open"
    PENDING = "pending"
    """Paid by a method that takes days (P-09)."""
    DONE = "done"
    CLOSED = "closed"
    """Expired, cancelled or refused."""

    @property
    def is_live(self) -> bool:
        """Whether money may still come of it."""
        return self in (CheckoutState.CREATING, CheckoutState.OPEN, CheckoutState.PENDING)


class Wish(NamedTuple):
    """What somebody wants to pay."""

    purpose: Purpose
    currency: str
    minor: int
    invoices: tuple[str, ...] = ()
    payer: str = ""
    link: str = ""
    """Hash of the link's token."""
    due: str = ""
    """Tells equal wishes apart: the day on which an instalment is due that is charged with nobody there, or the
    name under which a refund was asked for."""

    def checkout_id(self, household: str) -> str:
        """The same for everybody who wants to pay the same: they all get one page (P-11)."""
        facts = (
            household, self.purpose.value, self.currency, str(self.minor), ",".join(sorted(self.invoices)),
            self.payer, self.link, self.due,
        )  # fmt: skip
        return sha256("\x1f".join(facts).encode()).hexdigest()[:32]


@frozen
class Checkout(Frozen):
    """An attempt to pay, with all that the gateway is asked, so that asking again asks the same."""

    id: str
    household: str
    purpose: Purpose
    currency: str
    minor: int
    attempt: int
    state: CheckoutState
    created_at: datetime
    expires_at: datetime
    invoices: tuple[str, ...] = ()
    payer: str = ""
    link: str = ""
    payer_name: str = ""
    payer_email: str = ""
    description: str = ""
    customer: str = ""
    email: str = ""
    language: str = "en"
    save_method: bool = False
    method: str = ""
    """Method on file that is charged; empty where Stripe's page asks for one."""
    back: str = ""
    """Path within the portal to come back to."""
    session: str = ""
    url: str = ""
    intent: str = ""
    problem: str = ""
    version: int | None = None

    def key(self, org: str) -> str:
        """Idempotency key: of business facts and the attempt's number alone (P-10)."""
        return f"checkout:{org}:{self.id}:{self.attempt}"

    def is_usable(self, now: datetime) -> bool:
        """Whether a page made for this attempt can still be sent to somebody."""
        if self.state is CheckoutState.OPEN:
            return self.expires_at > now + timedelta(minutes=1)
        return self.state is CheckoutState.CREATING and now < self.created_at + _ASKABLE

    def is_stale(self, now: datetime) -> bool:
        """Whether nothing was ever heard of what was asked, and asking again under the same key no longer helps."""
        return self.state is CheckoutState.CREATING and now >= self.created_at + _STALE


class Claim(NamedTuple):
    """That an attempt to pay an invoice is under way."""

    invoice: str
    checkout: str
    attempt: int


CARDS_QUEUE = "cards"
"""Work queue of methods on file, by the day from which on the family is told that they end."""


class Method(NamedTuple):
    """A payment method on file (PM-1)."""

    id: str
    kind: str
    brand: str
    last4: str
    expires: str
    is_default: bool
    payer: str = ""

    def is_expired(self, today: date) -> bool:
        """Whether its month is over."""
        return bool(self.expires) and self.expires < f"{today:%Y-%m}"

    @property
    def last_day(self) -> date | None:
        """The last day on which it works; None where it has no end."""
        if not self.expires:
            return None
        year, month = (int(part) for part in self.expires.split("-"))
        return date(year, month, monthrange(year, month)[1])


class EventState(Enum):
    """Where something that Stripe told stands."""

    WAITING = "waiting"
    DONE = "done"
    PARKED = "parked"
    """A person must look; the reason is with it."""


class Parked(Exception):
    """What Stripe told does not fit: it changes nothing and waits for a person (P-02, P-05)."""
