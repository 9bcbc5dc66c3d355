"""A family that pays: at its browser, on Stripe's page, and back."""

from urllib.parse import urlsplit

from chalicelib.billing import store as billing
from chalicelib.billing.books import keep
from chalicelib.billing.domain import Invoice, PaymentStatus
from chalicelib.payments import store
from chalicelib.payments.domain import Method
from tests.billing.test_books import issued
from tests.support.acquirer import Acquirer
from tests.support.browser import Page
from tests.support.door import Door
from tests.support.world import World


class Family:
    """A family at its browser, with a way to Stripe's page and back."""

    def __init__(self, world: World, door: Door, acquirer: Acquirer) -> None:
        self.world, self.browser, self.acquirer = world, door.browser, acquirer
        self.home = world.household("Tremblay")
        world.user(self.home)
        self.door = door

    def enter(self) -> None:
        """Signs in."""
        self.door.enter("marie@example.com")

    def invoice(self) -> Invoice:
        """An issued invoice over $100.00."""
        return keep(self.world.organisation, self.home.id, self.world.now, issued)

    def stored(self, invoice: Invoice) -> Invoice:
        """As it is in the table."""
        found = billing.get_invoice(self.world.org, self.home.id, invoice.id)
        assert found
        return found

    def open(self, path: str) -> Page:
        """A page of the portal."""
        return self.browser.get(f"/{self.world.org}/{path}")

    def send(self, path: str, **fields: str) -> Page:
        """Posts fields with the token of our own pages, whatever the page's form would send."""
        token = self.open("payment-methods").form("sign-out").fields["csrf"]
        return self.browser.post(f"/{self.world.org}/{path}", {"csrf": token, **fields})

    def session(self, reply: Page) -> str:
        """Stripe's session that a redirect leads to."""
        assert reply.status == 303, reply.text
        assert reply.location.startswith(f"{self.acquirer.double.url}/c/pay/"), reply.location
        return reply.location.rpartition("/")[2]

    def complete(self, reply: Page, card: str = "succeeds", **how: bool) -> Page:
        """Pays on Stripe's page, and comes back to where Stripe sends people."""
        done = self.acquirer.account.complete(self.session(reply), card, **how)  # type: ignore[arg-type]
        return self.back(str(done["success_url"]))

    def back(self, url: str) -> Page:
        """Comes back from Stripe, as a browser does that comes from another site."""
        return self.browser.get(urlsplit(url).path, headers={"Sec-Fetch-Site": "cross-site"}, follow=True)

    def sessions(self) -> int:
        """How many pages were made at Stripe."""
        made = self.acquirer.account.calls
        return sum(call.operation == "checkout.sessions.create" and not call.replayed for call in made)

    def methods(self) -> list[Method]:
        """What is on file with us."""
        return store.list_methods(self.world.org, self.home.id)

    def payments(self) -> list[tuple[PaymentStatus, int]]:
        """Status and amount of what is booked."""
        return [(each.status, each.minor) for each in billing.list_payments(self.world.org, self.home.id).rows]
