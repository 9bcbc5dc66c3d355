"""A family that owes something, and an organisation that reminds in three steps."""

from dataclasses import replace

import pytest

from chalicelib.organisations import store as organisations
from chalicelib.organisations.terms import BillingTerms, DunningStep, DunningTerms
from tests.dunning.reminding import Reminding
from tests.payments.till import Till
from tests.support.acquirer import Acquirer
from tests.support.world import World

STEPS = (DunningStep(3), DunningStep(10, tone=2, fee_minor=500), DunningStep(24, tone=3, fee_ppm=20_000))


@pytest.fixture
def reminding(world: World, acquirer: Acquirer) -> Reminding:
    """Steps three, ten and twenty-four days after the due day; the second and third cost something."""
    terms = DunningTerms(STEPS, late_fees=True, late_fee_note={"fr": "Art. 7", "en": "Art. 7"})
    world.organisation = replace(world.organisation, billing=BillingTerms(online=True, dunning=terms))
    organisations.update(world.organisation)
    till = Till(world, acquirer)
    till.stand_at(world.now.replace(hour=16, minute=0, second=0))
    return Reminding(till)
