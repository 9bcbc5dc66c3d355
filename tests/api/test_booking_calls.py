"""Bookings, read and written by programs."""

from datetime import datetime, timedelta

from chalicelib.bookings import resource_store
from tests.api.calling import program
from tests.bookings.letting import resource
from tests.support.world import World


def _tomorrow(world: World) -> datetime:
    return (world.now + timedelta(days=2)).replace(hour=17, minute=0, second=0, microsecond=0)


def test_a_time_is_booked_once_listed_and_given_up(world: World) -> None:
    """BOOK-2, BOOK-3."""
    home = world.household("Tremblay")
    resource_store.save_all(world.org, [resource(id="hall")])
    caller = program(world)
    path = f"/households/{home.id}/bookings"
    wanted = {"resource": "hall", "starts": _tomorrow(world).isoformat(), "minutes": 60}

    made = caller.post(path, wanted, idempotency_key="hall-hall")
    again = caller.post(path, wanted, idempotency_key="hall-hall")
    taken = caller.post(path, wanted)
    listed = caller.get(path)
    given_up = caller.post(f"{path}/{made.body['id']}/cancel", {"reason": "The hall is closed"})
    after = caller.get(f"{path}/{made.body['id']}")

    assert made.status == 201, made.body
    assert again.body == made.body
    assert taken.status == 409
    assert [each["id"] for each in listed.body["data"]] == [made.body["id"]]
    assert (given_up.status, given_up.body["status"]) == (200, "cancelled")
    assert (after.body, after.tag) == (given_up.body, given_up.tag)


def test_a_time_that_is_none_or_that_nobody_offers_is_refused(world: World) -> None:
    home = world.household("Tremblay")
    resource_store.save_all(world.org, [resource(id="hall")])
    caller = program(world)
    path = f"/households/{home.id}/bookings"

    for starts in ("tomorrow", "2026-11-22T17:30:00", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"):
        refused = caller.post(path, {"resource": "hall", "starts": starts, "minutes": 60})
        assert (refused.status, set(refused.body["errors"])) == (422, {"starts"}), starts
    assert caller.post(path, {"resource": "none", "starts": "2026-11-22T17:30:00Z", "minutes": 60}).status == 404
