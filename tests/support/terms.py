"""Rules of money for the organisation of a test."""

from dataclasses import replace

from chalicelib.organisations import store as organisations
from chalicelib.organisations.terms import BillingTerms, Tax
from tests.support.world import World

TAXES = (Tax("TPS", 50_000), Tax("TVQ", 99_750))


def with_terms(world: World, **terms: object) -> None:
    """Gives the stored organisation taxes and other rules of money."""
    billing = BillingTerms(**{"taxes": TAXES, **terms})  # type: ignore[arg-type]
    world.organisation = replace(world.organisation, billing=billing)
    organisations.update(world.organisation)
