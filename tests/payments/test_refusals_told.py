"""What a family is told of a charge that did not come to be: of what, with what, and when it is tried again (X-2)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.organisations.terms import BillingTerms, BrakeTerms
from chalicelib.payments import autopay, methods, plans
from chalicelib.shared.times import local_day
from tests.payments.till import Till


@pytest.fixture(autouse=True)
def online(till: Till) -> None:
    """The organisation takes payments online, and charges without notice.

    It is about noon, from which 24 hours lead into the next day though the clock is changed.
    """
    till.stand_at(till.world.now.replace(hour=17))
    terms = BillingTerms(online=True, brakes=BrakeTerms(notice_days=0))
    till.world.organisation = replace(till.world.organisation, billing=terms)


def _told(till: Till, name: str) -> dict[str, Any]:
    message = till.message(name)
    assert message
    return dict(message.facts)


def test_a_refusal_names_invoice_method_and_the_next_try(till: Till) -> None:
    """The last one says that none follows."""
    customer = till.customer()
    till.acquirer.account.save_card(customer, "declines_later")
    methods.refresh(till.gateway, till.world.org, customer, till.world.now)
    invoice = till.invoice(autopay=True)

    for attempt in (1, 2, 3):
        assert autopay.charge(till.gateway, till.world.organisation, till.stored(invoice), till.world.now) == "refused"
        (checkout,) = till.checkouts()
        told = _told(till, f"autopay-{checkout.id}-{attempt}")
        assert (told["invoice"], told["number"], told["minor"]) == (invoice.id, invoice.number, 10000)
        assert (told["autopay"], told["brand"], len(told["last4"])) == (True, "visa", 4)
        again = local_day(till.world.now, till.world.organisation.zone) + timedelta(days=3)
        assert told["again_on"] == (again.isoformat() if attempt < 3 else "")
        till.wait(days=3)


@pytest.mark.parametrize(("late", "goes_on"), [(0, True), (8, True), (9, False)])
def test_a_charge_without_a_method_says_so_and_until_when_one_is_waited_for(
    till: Till, late: int, goes_on: bool
) -> None:
    """Nobody paid, so nothing failed."""
    invoice = till.invoice(autopay=True)
    plan = plans.get(till.world.org, till.home)
    day = plan.day_of(invoice.id, invoice.dues[0].on)
    today = local_day(till.world.now, till.world.organisation.zone)
    till.wait(days=(day - today).days + late)

    outcome = autopay.charge(till.gateway, till.world.organisation, till.stored(invoice), till.world.now, plan)

    assert outcome == "no_method"
    told = _told(till, f"autopay-none-{invoice.id}")
    assert (told["number"], told["no_method"]) == (invoice.number, True)
    assert told["again_on"] == ((day + timedelta(days=late + 3)).isoformat() if goes_on else "")
