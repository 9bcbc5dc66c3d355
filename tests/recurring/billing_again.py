"""Recurring invoices as tests need them."""

from datetime import date
from decimal import Decimal

from chalicelib.billing.pricing import LineRequest
from chalicelib.households.domain import Household
from chalicelib.recurring import service, store
from chalicelib.recurring.domain import Frequency, Recurring
from chalicelib.recurring.service import RecurringRequest
from tests.support.world import World


def monthly(starts_on: date, minor: int = 5000, member: str = "", **changes: object) -> RecurringRequest:
    """A month of piano from a day on."""
    line = LineRequest("Piano", Decimal(1), minor, member)
    return RecurringRequest("Piano lessons", [line], Frequency.MONTHLY, starts_on, **changes)  # type: ignore[arg-type]


def made(world: World, home: Household, wanted: RecurringRequest) -> Recurring:
    """A recurring invoice that is switched on."""
    return service.create(world.organisation, home.id, wanted, world.now)


def stored(world: World, recurring: Recurring) -> Recurring:
    """As it is in the table."""
    found = store.get(world.org, recurring.household, recurring.id)
    assert found
    return found
