"""The access matrix of the API, generated from its table: tokens x operations (T-01 to T-04)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib import bootstrap
from chalicelib.admin import desk
from chalicelib.admin.desk import Received
from chalicelib.api import tokens
from chalicelib.api.domain import CALLS_A_MINUTE, Scope
from chalicelib.api.operations import Operation
from chalicelib.bookings import resource_store
from chalicelib.data.write import Transaction
from chalicelib.entry import rest
from chalicelib.identity import store as identity
from chalicelib.identity.domain import StaffRole, User, UserStatus
from chalicelib.identity.tokens import token_hash
from chalicelib.organisations import store as organisations
from chalicelib.organisations.audit import OPERATOR
from chalicelib.organisations.domain import Status
from chalicelib.shared.ids import new_id
from local.engine import Engine
from tests.api.calling import Program, Told, program
from tests.bookings.letting import Letting, resource
from tests.support import world as worlds
from tests.support.clock import TurnedClock
from tests.support.stored import stored_items
from tests.support.world import World

OPERATIONS = tuple(rest.operations())


def _try(caller: Program, operation: Operation, org: str, things: dict[str, str]) -> int:
    path = operation.route.replace("{org}", org)
    for name in ("household", "member", "invoice", "payment", "booking"):
        path = path.replace(f"{{{name}}}", things.get(name, new_id()))
    body: dict[str, str] | None = {} if operation.takes else None
    told = caller.ask(operation.method, path, body)
    assert told.headers["cache-control"] == "no-store"
    assert "set-cookie" not in told.headers
    return told.status


def test_every_operation_is_in_the_app_and_in_the_description() -> None:
    """T-01: no operation without a row."""
    in_app = {(path, method) for path, methods in rest.app.routes.items() for method in methods}

    assert in_app == {(each.route, each.method) for each in OPERATIONS} | {("/api/v1/openapi.json", "GET")}
    assert len({each.name for each in OPERATIONS}) == len(OPERATIONS) == 20


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.name)
def test_an_operation_opens_to_a_live_token_with_its_scope_and_to_nothing_else(
    world: World, operation: Operation
) -> None:
    """T-01, T-04: whatever the token lacks is told before anything is read of the call."""
    stranger = worlds.build(f"{world.org}-b", world.now)
    ended = program(world)
    tokens.end(world.org, token_hash(ended.token), OPERATOR, world.now)

    outcomes = {
        **{scope.value: _try(program(world, scope), operation, world.org, {}) for scope in Scope},
        "another organisation's": _try(program(stranger), operation, world.org, {}),
        "nobody's": _try(replace(ended, token="foyer_none"), operation, world.org, {}),
        "ended": _try(ended, operation, world.org, {}),
        "over": _try(program(world, days=-1), operation, world.org, {}),
        "of one at the desk": _try(program(world, maker=world.staff(StaffRole.DESK)), operation, world.org, {}),
        "of a suspended owner": _try(program(world, maker=_suspended(world)), operation, world.org, {}),
        "no such organisation": _try(program(world), operation, "nowhere", {}),
    }
    organisations.update(replace(world.organisation, status=Status.SUSPENDED))
    outcomes["of a closed organisation"] = _try(program(world), operation, world.org, {})

    assert outcomes.pop(operation.scope.value) in (200, 404, 422, 428)
    assert {told for name, told in outcomes.items() if ":" in name} == {403}
    assert {name: told for name, told in outcomes.items() if ":" not in name} == {
        "another organisation's": 401, "nobody's": 401, "ended": 401, "over": 401, "of one at the desk": 401,
        "of a suspended owner": 401, "no such organisation": 401, "of a closed organisation": 403,
    }  # fmt: skip


def _suspended(world: World) -> User:
    return world.staff(StaffRole.OWNER, status=UserStatus.SUSPENDED)


@pytest.fixture(scope="module")
def strangers(aws: Engine) -> tuple[World, World, dict[str, str]]:
    """An organisation with one family, another organisation with a family that has one of each, and their names."""
    own, foreign = worlds.build("own"), worlds.build("foreign")
    resource_store.save_all(own.org, [resource(id="hall")])
    home = foreign.household("Secretissime")
    member, invoice = foreign.member(home, "Léa"), foreign.invoice(home)
    organisation = foreign.organisation
    received = Received(100, "cash", foreign.today)
    payment, _ = desk.record(organisation, home.id, received, foreign.now)
    resource_store.save_all(foreign.org, [resource(id="hall")])
    letting = Letting(foreign, resource(id="hall"), home)
    booking = letting.book(letting.at(3))
    things = {"member": member.id, "invoice": invoice.id, "payment": payment.id, "booking": booking.id}
    return own, foreign, {"household": home.id, **things}


_BODIES: dict[str, dict[str, Any]] = {
    "HouseholdChange": {"city": "Laval"},
    "NewMember": {"first_name": "Noé", "last_name": "Roy"},
    "MemberChange": {"last_name": "Roy"},
    "NewInvoice": {"lines": [{"description": "Piano", "unit_minor": 100}]},
    "Issue": {"send": True},
    "Reason": {"reason": "A mistake"},
    "NewPayment": {"minor": 100, "method": "cash", "received_on": "2026-01-01"},
    "NewBooking": {"resource": "hall", "minutes": 60},
}


def _body(operation: Operation, world: World) -> dict[str, Any]:
    """What would be done to a thing that is there."""
    soon = (world.now + timedelta(days=3)).replace(minute=0, second=0)
    return _BODIES[operation.takes] | ({"starts": soon.isoformat()} if operation.takes == "NewBooking" else {})


@pytest.mark.parametrize(
    "operation", [each for each in OPERATIONS if "{household}" in each.path], ids=lambda each: each.name
)
def test_things_of_another_organisation_or_household_are_not_there(
    strangers: tuple[World, World, dict[str, str]], operation: Operation
) -> None:
    """T-03, T-04: with every right in one's own organisation, and with the true names of another one's things."""
    own, foreign, things = strangers
    caller, before = program(own), stored_items(foreign.org)
    home = own.household("Roy")
    body = _body(operation, own) if operation.takes else None

    def ask(household: str) -> Told:
        path = operation.path.format(**{**things, "household": household})
        headers = {"if_match": '"1"'} if operation.is_conditional else {}
        return caller.ask(operation.method, path, body, **headers)

    told = [ask(things["household"])]
    told += [ask(home.id)] if operation.path.count("{") > 1 else []

    assert [each.status for each in told] == [404] * len(told)
    assert "Secretissime" not in str(told)
    assert stored_items(foreign.org) == before


def test_a_token_is_dead_at_the_next_call_once_it_is_ended(world: World) -> None:
    caller = program(world)
    before = caller.get("/households").status

    tokens.end(world.org, tokens.of(world.org)[0].id, OPERATOR, world.now)

    assert (before, caller.get("/households").status) == (200, 401)


@pytest.mark.parametrize(
    "change", [{"status": UserStatus.SUSPENDED}, {"staff_role": StaffRole.DESK}, {"staff_role": None}]
)
def test_who_is_no_owner_any_more_takes_the_tokens_along(world: World, change: dict[str, Any]) -> None:
    """S-07."""
    kim = world.staff(StaffRole.OWNER)
    caller = program(world, maker=kim)
    before = caller.get("/households").status

    transaction = Transaction()
    identity.save_user(transaction, world.org, replace(identity.require_user(world.org, kim.id), **change))
    transaction.commit()

    assert (before, caller.get("/households").status) == (200, 401)


def test_a_suspended_organisation_is_closed_to_programs_too(world: World) -> None:
    """S-07."""
    caller = program(world)

    organisations.update(replace(world.organisation, status=Status.SUSPENDED))

    assert caller.get("/households").status == 403


def test_what_the_organisation_does_not_use_is_not_there(world: World) -> None:
    """DASH-6."""
    home = world.household("Tremblay")
    caller = program(world)
    organisations.update(replace(world.organisation, modules=frozenset()))

    assert caller.get("/households").status == 200
    assert caller.get(f"/households/{home.id}/invoices").status == 404
    assert caller.get(f"/households/{home.id}/bookings").status == 404


def test_too_many_calls_wait_for_the_next_minute(world: World, clock: TurnedClock) -> None:
    caller = program(world)
    token = tokens.of(world.org)[0]
    for _ in range(CALLS_A_MINUTE):
        tokens.count(world.org, token, CALLS_A_MINUTE, bootstrap.clock().now())

    refused = caller.get("/households")
    clock.advance(60)

    assert refused.status == 429
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert caller.get("/households").status == 200


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b'{"name": "A", "name": "B", "email": "a@example.com"}', "application/json", 400),
        (b'{"name": "\\ud800", "email": "a@example.com"}', "application/json", 400),
        (b'{"name": NaN}', "application/json", 400),
        (b"[" * 30_000, "application/json", 400),
        (b'{"name": "A\\u0000", "email": "a@example.com"}', "application/json", 422),
        (b'{"name": "A", "email": "a@example.com", "admin": true}', "application/json", 422),
        (b"name=A", "application/x-www-form-urlencoded", 415),
        (b" " * 70_000, "application/json", 413),
    ],
)
def test_a_body_that_programs_could_read_differently_is_refused(
    world: World, body: bytes, content_type: str, status: int
) -> None:
    """W-07, W-09."""
    told = program(world).post("/households", body, content_type=content_type)

    assert (told.status, told.headers["content-type"]) == (status, "application/problem+json")
    assert told.body["status"] == status
