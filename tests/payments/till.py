"""One family at the till: what is billed and paid, what Stripe tells of it, and whether it all adds up."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from chalicelib.billing import issuing
from chalicelib.billing import store as billing
from chalicelib.billing.books import Books, keep
from chalicelib.billing.domain import Due, Invoice, Payment
from chalicelib.data import keys, read
from chalicelib.data.outbox import MessageItem
from chalicelib.gateway import Gateway
from chalicelib.payments import customers, inbox, paying, store
from chalicelib.payments.domain import Checkout, CheckoutState, Purpose, Wish
from chalicelib.payments.models import CheckoutItem, ClaimItem
from local.stripe_double.objects import Thing
from tests.billing.adding_up import Found, check
from tests.billing.test_books import request
from tests.support.acquirer import Acquirer
from tests.support.world import World

BUYER = paying.Buyer("fr", "invoices", name="Marie", email="marie@example.com")


@dataclass
class Till:
    """A household of an organisation with an account at the double."""

    world: World
    acquirer: Acquirer
    home: str = ""
    gateway: Gateway = field(init=False)
    _told: int = 0

    def __post_init__(self) -> None:
        self.gateway = self.acquirer.gateway
        self.home = self.home or self.world.household("Tremblay").id

    def wait(self, **time: float) -> None:
        """Time goes by, here and at Stripe."""
        self.stand_at(self.world.now + timedelta(**time))

    def stand_at(self, moment: datetime) -> None:
        """It is another time, here and at Stripe: it makes no page that closes within half an hour."""
        self.acquirer.double.advance(moment - self.world.now)
        self.world.now = moment

    def invoice(self, minor: int = 10000, *, currency: str = "", payer: str = "", **changes: Any) -> Invoice:
        """An invoice, issued now."""
        asked = request(minor)._replace(currency=currency, payer=payer, **changes)
        made: Invoice = self.keep(lambda books: issuing.issue(books, issuing.draft(books, asked), send=False))
        return made

    def instalments(self, minor: int, days: Sequence[Any], **changes: Any) -> Invoice:
        """An invoice paid in equal parts on `days`."""
        return self.invoice(minor * len(days), schedule=tuple(Due(day, minor) for day in days), **changes)

    def keep(self, work: Callable[[Books], Any]) -> Any:
        """A use case on the family's books."""
        return keep(self.world.organisation, self.home, self.world.now, work)

    def wish(self, *invoices: Invoice, minor: int = 0, purpose: Purpose = Purpose.INVOICES) -> Wish:
        """To pay invoices, or an amount."""
        first = invoices[0] if invoices else None
        return Wish(
            purpose, first.currency if first else "CAD", minor, tuple(each.id for each in invoices),
            first.payer if first else "",
        )  # fmt: skip

    def start(self, wish: Wish, buyer: paying.Buyer = BUYER, gateway: Gateway | None = None) -> str:
        """Address of the page to pay."""
        return paying.start(gateway or self.gateway, self.world.organisation, self.home, wish, buyer, self.world.now)

    def begin(self, *invoices: Invoice, minor: int = 0) -> Checkout:
        """An attempt with an open page."""
        url = self.start(self.wish(*invoices, minor=minor))
        return next(each for each in self.checkouts() if each.url == url and each.state is CheckoutState.OPEN)

    def customer(self, payer: str = "") -> str:
        """The payer's customer at Stripe."""
        return customers.customer_of(self.gateway, self.world.organisation, self.home, payer, self.world.now)

    def checkouts(self) -> list[Checkout]:
        """All attempts."""
        items = read.whole(keys.household_partition(self.world.org, self.home))
        return [store.checkout_from(item) for item in items if isinstance(item, CheckoutItem)]

    def claims(self) -> list[str]:
        """Invoices with an attempt under way."""
        items = read.whole(keys.household_partition(self.world.org, self.home))
        return [item.invoice for item in items if isinstance(item, ClaimItem)]

    def stored(self, invoice: Invoice) -> Invoice:
        """The invoice as it stands."""
        found = billing.get_invoice(self.world.org, self.home, invoice.id)
        assert found
        return found

    def payments(self) -> list[Payment]:
        """All payments."""
        return self.check().payments

    def check(self) -> Found:
        """All of the family's books, which add up."""
        return check(self.world.org, self.home)

    def intent_of(self, checkout: Checkout) -> str:
        """The payment that came of an attempt."""
        session = self.gateway.find_checkout(checkout.session)
        assert session
        assert session.intent
        return session.intent

    def fresh(self) -> list[Thing]:
        """Events that happened since this was last asked."""
        events = self.acquirer.account.books.all("event")
        found, self._told = events[self._told :], len(events)
        return [dict(event) for event in found]

    def hear(self, event: Thing) -> str:
        """One event on its way: signed, read, kept, worked off; says what became of it."""
        body, signature = self.acquirer.account.signed(event, at=self.world.now)
        told = self.gateway.read_message(body, signature, self.world.now)
        inbox.keep_event(self.world.org, told, self.world.now)
        return self.work(event)

    def work(self, event: Thing) -> str:
        """Works off an event that was kept."""
        return inbox.work_off(lambda _: self.gateway, keys.stripe_event(self.world.org, event["id"]), self.world.now)

    def hear_all(self, events: Iterable[Thing] | None = None) -> list[str]:
        """Several events, else all that are fresh."""
        return [self.hear(event) for event in (self.fresh() if events is None else events)]

    def message(self, name: str) -> MessageItem | None:
        """A message in the outbox."""
        return read.one(MessageItem, keys.outbox(self.world.org, name))


def facts_of(found: Found) -> list[tuple[Any, ...]]:
    """What payments and invoices have come to, without ids, moments and the order of noticing."""
    payments = [
        (
            p.minor, p.status.value, p.refunded_minor, p.dispute.value, p.disputed_minor, p.unapplied_minor,
            tuple(sorted(part.minor for part in p.allocations)), tuple(sorted(part.minor for part in p.freed)),
        )
        for p in found.payments
    ]  # fmt: skip
    invoices = [(i.status.value, i.paid_minor, i.balance_minor) for i in found.invoices]
    return [*sorted(payments), *sorted(invoices), tuple(sorted(found.balances().items()))]
