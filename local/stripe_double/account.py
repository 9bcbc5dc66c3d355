"""One Stripe account of the double: its books, its keys and webhooks, and all that happens outside the API.

What a payer, a bank or somebody on Stripe's dashboard does is a method here; the control API and
the tests call the same ones. Each may raise errors.Refused where Stripe would refuse.
"""

import hashlib
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from local.stripe_double import cards, checkout, customers, disputes, paying, refunds, webhooks
from local.stripe_double.books import Books
from local.stripe_double.errors import invalid
from local.stripe_double.faults import SECONDS, Fault, Faults
from local.stripe_double.idempotency import Keys
from local.stripe_double.objects import Thing, plain
from local.stripe_double.webhooks import Courier, Delivery, Mode

_LOGGED = 10_000
_NOBODY: dict[str, str | None] = {"id": None, "idempotency_key": None}


@dataclass(frozen=True, slots=True)
class Made:
    """One call of the API, as it came and was answered; status 0 where the connection was closed instead."""

    operation: str
    method: str
    path: str
    params: dict[str, Any]
    idempotency_key: str
    status: int
    replayed: bool
    fault: str
    stripe_version: str
    at: int


@dataclass(slots=True)
class Account:
    """An organisation's Stripe account. `wall_clock` signs webhooks; `books.clock` may be ahead of it."""

    secret_key: str
    books: Books
    wall_clock: Callable[[], datetime]
    name: str = ""
    webhook_url: str = ""
    webhook_secret: str = ""
    keys: Keys = field(default_factory=Keys)
    faults: Faults = field(default_factory=Faults)
    courier: Courier = field(init=False)
    version: int = 0
    """Grows with each change."""
    _calls: deque[Made] = field(default_factory=lambda: deque(maxlen=_LOGGED))

    def __post_init__(self) -> None:
        self.courier = Courier(self._send)

    @property
    def id(self) -> str:
        """The account's id, `acct_…`."""
        return self.books.account_id

    @contextmanager
    def acting(self, request: dict[str, str | None] | None = None, *, writes: bool = True) -> Iterator[Books]:
        """The books, for one thing that happens: nothing else happens meanwhile, and its events go out after it."""
        with self.books.lock:
            checkout.sweep(self.books)
            self.books.request = request or _NOBODY
            try:
                yield self.books
            finally:
                fresh = self.books.take_fresh()
                self.version += writes or bool(fresh)
                if self.webhook_url:
                    self.courier.take(fresh)

    # What a payer does on Checkout's page

    def complete(
        self,
        session_id: str,
        card: str = "succeeds",
        *,
        approve: bool = True,
        email: str = "",
        name: str = "",
        save: bool = False,
    ) -> Thing:
        """Pays, or saves a card, with a behaviour of cards.BEHAVIOURS, and gives the session as it is then.

        A 3-D Secure step is approved or not as `approve` says. A card that fails leaves the session open.
        """
        with self.acting() as books:
            session = books.get("checkout.session", session_id)
            payer = paying.Payer(card, email, name, save)
            with paying.failing():
                paying.submit(books, session, payer)
                if paying.waits(books, session):
                    paying.authenticate(books, session, approve=approve)
            return self._copy(session)

    def expire(self, session_id: str) -> Thing:
        """The session's time is over."""
        with self.acting() as books:
            return self._copy(checkout.expire(books, {}, session_id))

    # What banks do

    def settle_async(self, payment_intent: str, succeeded: bool = True) -> Thing:
        """A bank debit that is processing arrives, or fails."""
        with self.acting() as books:
            return self._copy(paying.settle(books, books.get("payment_intent", payment_intent), succeeded=succeeded))

    def dispute(
        self,
        payment: str,
        *,
        amount: int | None = None,
        reason: str = "fraudulent",
        inquiry: bool = False,
        withdraw: bool = True,
    ) -> Thing:
        """The payer disputes a payment intent or charge; see disputes.open_."""
        with self.acting() as books:
            charge = self._charge(books, payment)
            opened = disputes.open_(books, charge, amount=amount, reason=reason, inquiry=inquiry, withdraw=withdraw)
            return self._copy(opened)

    def withdraw_dispute(self, dispute_id: str) -> Thing:
        """The disputed money is taken, where opening the dispute did not."""
        with self.acting() as books:
            return self._copy(disputes.take(books, books.get("dispute", dispute_id)))

    def close_dispute(self, dispute_id: str, *, won: bool) -> Thing:
        """The bank decides for the organisation (`won`) or against it; an inquiry is just closed."""
        with self.acting() as books:
            return self._copy(disputes.close(books, books.get("dispute", dispute_id), won=won))

    def fail_refund(self, refund_id: str, reason: str = "lost_or_stolen_card") -> Thing:
        """A refund comes back from the bank."""
        with self.acting() as books:
            return self._copy(refunds.fail(books, books.get("refund", refund_id), reason))

    def settle_refund(self, refund_id: str) -> Thing:
        """A refund of a bank debit arrives."""
        with self.acting() as books:
            return self._copy(refunds.arrive(books, books.get("refund", refund_id)))

    # What somebody does on Stripe's dashboard

    def refund(self, payment: str, amount: int | None = None, *, metadata: dict[str, str] | None = None) -> Thing:
        """Gives back `amount` minor units (all that is left, if None) of a payment intent or charge."""
        with self.acting() as books:
            given = {"charge": self._charge(books, payment)["id"], "metadata": metadata or {}}
            return self._copy(refunds.create(books, given if amount is None else {**given, "amount": amount}))

    def save_card(self, customer: str, card: str = "succeeds", currency: str = "") -> Thing:
        """Gives a customer a stored payment method that behaves like `card`."""
        with self.acting() as books:
            method = cards.new(books, card, currency or books.currency)
            customers.living(books, customer)
            customers.keep(books, method, customer)
            return self._copy(method)

    def change_card(self, payment_method: str, card: str) -> None:
        """A stored payment method behaves like `card` from now on, e.g. because it expired."""
        with self.acting() as books:
            books.get("payment_method", payment_method)
            cards.behaviour(card)
            books.cards[payment_method] = card

    # Events and their delivery

    @property
    def mode(self) -> Mode:
        """How events are delivered. Set it to a Mode, or to the name of one."""
        return self.courier.mode

    @mode.setter
    def mode(self, mode: Mode | str) -> None:
        self.courier.switch(Mode(mode) if isinstance(mode, str) else mode)

    @property
    def deliveries(self) -> list[Delivery]:
        """Every try to deliver an event, oldest first."""
        return list(self.courier.log)

    def release(self, *, backwards: bool = False) -> None:
        """Sends the events that mode `hold` kept."""
        self.courier.release(backwards=backwards)

    def wait_until_idle(self, seconds: float = 10) -> bool:
        """Waits until every event was delivered or given up; whether that came about in time."""
        return self.courier.wait_until_idle(seconds)

    def events(self, type: str = "") -> list[Thing]:  # noqa: A002
        """All events, oldest first; of one type, if given."""
        with self.acting(writes=False) as books:
            found: list[Thing] = plain(books.where("event", type=type) if type else books.all("event"))
            return found

    def event(self, event_id: str) -> Thing:
        """One event."""
        with self.acting(writes=False) as books:
            return self._copy(books.get("event", event_id))

    def signed(self, event: Thing | str, *, secret: str = "", at: datetime | None = None) -> tuple[bytes, str]:
        """Body and `Stripe-Signature` of an event, as they would be sent now, or as told."""
        raw = webhooks.body(self.event(event) if isinstance(event, str) else event)
        moment = int((at or self.wall_clock()).timestamp())
        return raw, webhooks.signature(secret or self.webhook_secret, raw, moment)

    def deliver(self, event_id: str, times: int = 1, *, parallel: int = 1) -> list[Delivery]:
        """Sends an event now, whatever the mode, and waits for the answers."""
        if not self.webhook_url:
            raise invalid("This account has no webhook endpoint.")
        self.event(event_id)
        with ThreadPoolExecutor(max(1, parallel)) as pool:
            return list(pool.map(lambda _: self._send(event_id, 1), range(times)))

    def delivered(self, event_id: str) -> None:
        """Counts an event as delivered: for tests that carry events to the endpoint themselves."""
        with self.acting() as books:
            books.get("event", event_id)["pending_webhooks"] = 0

    def _send(self, event_id: str, attempt: int) -> Delivery:
        event = self.event(event_id)
        status, error = webhooks.post(self.webhook_url, *self.signed(event))
        delivery = Delivery(event_id, event["type"], attempt, status, error, self.wall_clock().timestamp())
        self.courier.log.append(delivery)
        if delivery.arrived:
            self.delivered(event_id)
        return delivery

    def resume(self) -> None:
        """After a restart: sends what had not arrived, without what was lost on purpose."""
        if self.webhook_url:
            waiting = [event["id"] for event in self.books.where("event", pending_webhooks=1)]
            self.courier.take(one for one in waiting if one not in self.courier.lost)

    # Calls

    @property
    def calls(self) -> list[Made]:
        """Every call of the API, oldest first."""
        return list(self._calls)

    def note(self, made: Made) -> None:
        """Writes down a call."""
        self._calls.append(made)

    def fault(self, operation: str, kind: str, times: int = 1, *, seconds: float = SECONDS) -> None:
        """The next `times` calls of `operation` (e.g. `refunds.create`, or `*`) fail; kinds: faults.KINDS."""
        self.faults.add(Fault(operation, kind, times, seconds))

    @staticmethod
    def _copy(thing: Thing) -> Thing:
        copy: Thing = plain(thing)
        return copy

    @staticmethod
    def _charge(books: Books, payment: str) -> Thing:
        if payment.startswith("pi_"):
            payment = books.get("payment_intent", payment)["latest_charge"] or payment
        return books.get("charge", payment)


def account_id(secret_key: str) -> str:
    """The id that belongs to a key: the same after each start."""
    return f"acct_1{hashlib.sha256(secret_key.encode()).hexdigest()[:15]}"
