"""Passes as tests need them."""

from datetime import timedelta

from chalicelib.billing.books import Books, keep
from chalicelib.households.domain import Household
from chalicelib.memberships import pass_service, pass_store
from chalicelib.memberships.pass_service import PassTerms
from chalicelib.memberships.passes import Pass
from tests.support.world import World


def bought_pass(world: World, home: Household, member: str = "", **terms: object) -> Pass:
    """A pass of a family, ten visits in ninety days unless told otherwise."""
    told = PassTerms(**{"uses": 10, "days": 90, **terms})  # type: ignore[arg-type]
    title = {"en": "Ten swims", "fr": "Dix bains", "ru": "Десять плаваний"}

    def work(books: Books) -> Pass:
        return pass_service.make(books, title, "swims", told, member, "", books.today - timedelta(days=1))

    return keep(world.organisation, home.id, world.now, work)


def stored_pass(world: World, each: Pass) -> Pass:
    """As it is in the table."""
    found = pass_store.get(world.org, each.household, each.id)
    assert found
    return found
