"""Quotes as tests need them: sent, with a line for a member."""

from decimal import Decimal

from chalicelib.billing.pricing import LineRequest
from chalicelib.households.domain import Household
from chalicelib.quotes import service
from chalicelib.quotes.domain import Answer, Quote
from chalicelib.quotes.service import QuoteRequest
from tests.support.world import World


def request(minor: int = 10000, member: str = "", **changes: object) -> QuoteRequest:
    """What to quote: one line for a member."""
    return QuoteRequest([LineRequest("Summer camp", Decimal(1), minor, member)], **changes)  # type: ignore[arg-type]


def sent(world: World, home: Household, wanted: QuoteRequest | None = None) -> Quote:
    """A quote that the family may answer."""
    draft = service.create(world.organisation, home.id, wanted or request(), world.now)
    return service.send(world.organisation, home.id, draft.id, world.now)


def answer(world: World, words: str = "") -> Answer:
    """What somebody says now."""
    return Answer("user", "Marie Tremblay", world.now, "203.0.113.7", words)
