"""Invoices, read and written by programs."""

from chalicelib.billing import store
from chalicelib.households.service import require_summary
from tests.api.calling import Program, Told, program
from tests.support.world import World

LINES = [{"description": "Piano", "quantity": "2.5", "unit_minor": 1800}]


def _drafted(caller: Program, household: str, **more: object) -> Told:
    return caller.post(f"/households/{household}/invoices", {"lines": LINES, **more})


def test_an_invoice_is_made_unseen_then_issued_with_a_number(world: World) -> None:
    """INV-2, INV-3."""
    home = world.household("Tremblay")
    caller = program(world)

    made = _drafted(caller, home.id, reference="PO-1")
    hidden = caller.get(f"/households/{home.id}/invoices")
    issued = caller.post(f"/households/{home.id}/invoices/{made.body['id']}/issue", {"send": False})
    listed = caller.get(f"/households/{home.id}/invoices")

    assert (made.status, made.body["status"], made.body["total_minor"]) == (201, "draft", 4500)
    assert hidden.body["data"] == []
    assert (issued.status, issued.body["status"], issued.body["number"]) == (200, "issued", f"{world.today.year}-00001")
    assert issued.body["reference"] == "PO-1"
    assert [each["id"] for each in listed.body["data"]] == [made.body["id"]]
    assert caller.get(f"/households/{home.id}/invoices/{made.body['id']}").tag == issued.tag
    assert require_summary(world.org, home.id).open[0].minor == 4500


def test_trying_again_bills_nobody_twice(world: World) -> None:
    home = world.household("Tremblay")
    caller = program(world)
    path = f"/households/{home.id}/invoices"

    first = caller.post(path, {"lines": LINES}, idempotency_key="bill-once")
    again = caller.post(path, {"lines": LINES}, idempotency_key="bill-once")
    other = caller.post(path, {"lines": LINES}, idempotency_key="bill-twice")

    assert again.body == first.body
    assert other.body["id"] != first.body["id"]


def test_an_issued_invoice_is_taken_back_whole(world: World) -> None:
    """C8."""
    home = world.household("Tremblay")
    caller = program(world)
    made = _drafted(caller, home.id)
    path = f"/households/{home.id}/invoices/{made.body['id']}"
    caller.post(f"{path}/issue", {"send": False})

    taken = caller.post(f"{path}/cancel", {"reason": "Billed by mistake"})

    assert (taken.status, taken.body["status"], taken.body["balance_minor"]) == (200, "cancelled", 0)
    assert store.list_credit_notes(world.org, home.id).rows[0].reason == "Billed by mistake"


def test_money_that_is_no_whole_number_of_cents_is_refused(world: World) -> None:
    home = world.household("Tremblay")
    caller = program(world)
    lines = [LINES[0] | {"unit_minor": 18.5}]

    refused = caller.post(f"/households/{home.id}/invoices", {"lines": lines})
    whole = caller.post(f"/households/{home.id}/invoices", b'{"lines": [{"description": "A", "unit_minor": 1.0}]}',
                        content_type="application/json")  # fmt: skip

    assert (refused.status, refused.body["errors"]) == (422, {"lines.0.unit_minor": "must be integer"})
    assert whole.body["lines"][0]["unit_minor"] == 1


def test_lines_for_a_member_of_another_household_are_refused(world: World) -> None:
    """T-03."""
    home, other = world.household("Tremblay"), world.household("Roy", "Zoé")
    stranger = require_summary(world.org, other.id).members[0].id

    refused = program(world).post(f"/households/{home.id}/invoices", {"lines": [LINES[0] | {"member": stranger}]})

    assert refused.status == 404
