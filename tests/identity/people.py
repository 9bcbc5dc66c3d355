"""Somebody in front of the door, without pages: asks for codes, knows the right ones, signs in."""

from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.identity import challenges, codes, signing_in, verifying
from chalicelib.identity.challenges import Ticket, Wanted
from chalicelib.identity.counting import Caller
from chalicelib.identity.domain import Purpose, User, email_identifier
from chalicelib.identity.signing_in import Device, SignedIn
from chalicelib.organisations.domain import Organisation
from tests.support.world import World

PEPPER = (b"p" * 32,)
LIMIT = 1000
ADDRESS = "marie@example.com"


@dataclass
class Person:
    """A browser of one person: its ticket, its network, its memory of an earlier sign-in."""

    organisation: Organisation
    source: str = "203.0.113.7"
    known: str = ""
    ticket: Ticket = field(default_factory=lambda: Ticket("", ""))

    @property
    def caller(self) -> Caller:
        """Who asks."""
        return Caller(self.organisation.slug, self.source, self.known)

    def ask(
        self,
        now: datetime,
        address: str = ADDRESS,
        purpose: Purpose = Purpose.SIGN_IN,
        *,
        user: str = "",
        target: str = "",
    ) -> Ticket:
        """Orders a code; the ticket is kept."""
        order = Wanted(email_identifier(address), purpose, user=user, target=target)
        self.ticket = challenges.ask(self.caller, order, LIMIT, now)
        return self.ticket

    def code(self, sending: int = 1) -> str:
        """The right code."""
        return codes.code(PEPPER[0], self.ticket.challenge, sending)

    def wrong(self, sending: int = 1) -> str:
        """A code that is not the right one."""
        return f"{(int(self.code(sending)) + 1) % 1_000_000:06d}"

    def verify(self, typed: str, now: datetime, purpose: Purpose = Purpose.SIGN_IN) -> verifying.Verified:
        """Types a code."""
        return verifying.verify(self.caller, self.ticket, typed, purpose, PEPPER, now)

    def sign_in(self, now: datetime, typed: str = "") -> SignedIn:
        """Types a code (the right one when none is given) and comes in; the browser is known from then on."""
        verified = self.verify(typed or self.code(), now)
        came = signing_in.sign_in(self.organisation, verified, Device("Firefox, Linux", known=self.known), now)
        self.known = came.known
        return came


def person(world: World, *, source: str = "203.0.113.7", known: str = "") -> Person:
    """A browser in front of an organisation's door."""
    return Person(world.organisation, source, known)


def resident(world: World, address: str = ADDRESS, **changes: object) -> User:
    """A user with a household."""
    return world.user(world.household(), email=address, **changes)  # type: ignore[arg-type]
