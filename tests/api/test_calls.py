"""What a program's call costs: as many DynamoDB calls as were meant, and no more for a long history."""

from datetime import timedelta

from tests.api.calling import program
from tests.support.world import World

_GUARD = ["BatchGetItem", "UpdateItem"]
"""Organisation, token and its maker; and the counting of the call."""


def test_a_read_is_one_or_two_round_trips_beside_token_and_count(world: World, calls: list[str]) -> None:
    """Once in a while a look is noted for the family and a use for the owner; that is done before."""
    home = world.household("Tremblay")
    lea = world.member(home, "Léa")
    for number in range(30):
        world.invoice(home, f"2026-{number}", due_on=world.today + timedelta(days=number))
    caller = program(world)
    one = f"/households/{home.id}"
    caller.get(one)
    wanted = {
        "/households": 2,
        one: 1,
        f"{one}/members": 2,
        f"{one}/members/{lea.id}": 2,
        f"{one}/invoices": 2,
        f"{one}/payments": 2,
        f"{one}/bookings": 2,
    }

    measured = {}
    for path in wanted:
        calls.clear()
        assert caller.get(path).status == 200
        assert calls[:2] == _GUARD
        measured[path] = len([name for name in calls[2:] if name != "PutItem"])  # that a program looked, once an hour

    assert measured == wanted


def test_a_look_is_noted_once_an_hour(world: World, calls: list[str]) -> None:
    home = world.household("Tremblay")
    caller = program(world)
    caller.get(f"/households/{home.id}")
    calls.clear()

    caller.get(f"/households/{home.id}")

    assert calls == [*_GUARD, "GetItem", "PutItem"]
