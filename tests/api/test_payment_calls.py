"""Payments, read and noted by programs."""

from datetime import timedelta

import pytest

from chalicelib.households.service import require_summary
from tests.api.calling import program
from tests.support.stored import messages_of
from tests.support.world import World


def test_money_that_came_in_is_noted_once_and_pays_what_it_is_for(world: World) -> None:
    """PAY-1: the rest is the family's credit."""
    home = world.household("Tremblay")
    first, second = world.invoice(home, "2026-1", minor=3000), world.invoice(home, "2026-2", minor=1000)
    caller = program(world)
    path = f"/households/{home.id}/payments"
    wanted = {
        "minor": 1500, "method": "cheque", "received_on": world.today.isoformat(), "reference": "412",
        "invoices": [second.id],
    }  # fmt: skip

    noted = caller.post(path, wanted, idempotency_key="cheque-412")
    again = caller.post(path, wanted, idempotency_key="cheque-412")
    listed = caller.get(path)

    assert noted.status == 201
    assert again.body == noted.body
    assert listed.body == {"data": [noted.body], "next": None}
    assert caller.get(f"{path}/{noted.body['id']}").tag == noted.tag
    assert (noted.body["method"], noted.body["reference"], noted.body["unapplied_minor"]) == ("cheque", "412", 500)
    assert noted.body["invoices"] == [{"invoice": second.id, "minor": 1000}]
    assert caller.get(f"/households/{home.id}/invoices/{first.id}").body["balance_minor"] == 3000
    assert messages_of(world.org) == []


def test_two_calls_that_are_alike_tell_of_two_payments(world: World) -> None:
    home = world.household("Tremblay")
    caller = program(world)
    wanted = {"minor": 500, "method": "cash", "received_on": world.today.isoformat(), "receipt": True}

    ids = {caller.post(f"/households/{home.id}/payments", wanted).body["id"] for _ in range(2)}

    assert len(ids) == 2
    assert [each.template for each in messages_of(world.org)] == ["receipt", "receipt"]
    assert require_summary(world.org, home.id).credit() == {world.organisation.currency: 1000}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("minor", 0), ("minor", -5), ("minor", 1.5), ("minor", "5"), ("minor", 10**9 + 1), ("minor", True),
        ("method", "stripe"), ("method", "credit_note"), ("received_on", ""), ("received_on", "2026-02-30"),
        ("received_on", "{tomorrow}"), ("invoices", ["a", "a"]), ("invoices", ["x"] * 21), ("intent", "pi_1"),
    ],
)  # fmt: skip
def test_what_no_till_would_take_is_refused(world: World, field: str, value: object) -> None:
    home = world.household("Tremblay")
    caller = program(world)
    told = (world.today + timedelta(days=1)).isoformat() if value == "{tomorrow}" else value
    wanted = {"minor": 500, "method": "cash", "received_on": world.today.isoformat(), field: told}

    refused = caller.post(f"/households/{home.id}/payments", wanted)

    assert refused.status == 422, refused.body
    assert caller.get(f"/households/{home.id}/payments").body["data"] == []


def test_an_invoice_of_another_household_or_a_paid_one_is_not_paid(world: World) -> None:
    """T-03."""
    home, other = world.household("Tremblay"), world.household("Roy")
    foreign, paid = world.invoice(other), world.invoice(home, minor=500)
    caller = program(world)
    wanted = {"minor": 500, "method": "cash", "received_on": world.today.isoformat()}
    path = f"/households/{home.id}/payments"

    statuses = [caller.post(path, wanted | {"invoices": [each.id]}).status for each in (foreign, paid, paid)]

    assert statuses == [404, 201, 409]
