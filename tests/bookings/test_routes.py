"""Pages of bookings."""

from datetime import datetime, timedelta

import pytest

from chalicelib.bookings.domain import Booking, BookingStatus
from chalicelib.households.domain import Household
from chalicelib.shared.ids import dated_id
from tests.support.door import Door
from tests.support.world import World


def _booking(home: Household, start: datetime, place: str, status: BookingStatus) -> Booking:
    return Booking(
        dated_id(start.date()), home.id, place, start, start + timedelta(hours=2), status, note="Bring the key"
    )


def test_upcoming_pending_and_past_bookings(world: World, door: Door) -> None:
    """BOOK-1, BOOK-2: what comes with what waits for an answer, and all there ever were."""
    home = world.household("Choir")
    world.booking(_booking(home, world.now + timedelta(days=2), "Room 4", BookingStatus.CONFIRMED))
    world.booking(_booking(home, world.now + timedelta(days=3), "Hall", BookingStatus.REQUESTED))
    world.booking(_booking(home, world.now - timedelta(days=9), "Rink", BookingStatus.CONFIRMED))
    world.user(home)
    door.enter("marie@example.com")

    upcoming = door.browser.get(f"/{world.org}/bookings")
    everything = door.browser.get(upcoming.links["All bookings"])

    assert "Room 4" in upcoming.text
    assert "Waiting for an answer" in upcoming.text
    assert "Rink" not in upcoming.text
    assert {"Room 4", "Hall", "Rink"} <= set(everything.links)
    assert "Took place" in everything.text


def test_more_bookings_than_the_summary_names_are_told_of(world: World, door: Door) -> None:
    """BOOK-1: a list that ends says where the rest is."""
    home = world.household("Choir")
    for day in range(1, 21):
        world.booking(_booking(home, world.now + timedelta(days=day), f"Room {day}", BookingStatus.CONFIRMED))
    world.user(home)
    door.enter("marie@example.com")
    assert "Later ones are under" in door.browser.get(f"/{world.org}/bookings").text
    assert "Later ones are under" not in door.browser.get(f"/{world.org}/bookings", when="all").text


def test_a_request_that_nobody_answered_is_upcoming_nowhere(world: World, door: Door) -> None:
    """X-10, BOOK-1: neither on the dashboard nor among what comes."""
    home = world.household("Choir")
    world.booking(_booking(home, world.now - timedelta(minutes=1), "Hall", BookingStatus.REQUESTED))
    world.booking(_booking(home, world.now - timedelta(minutes=1), "Rink", BookingStatus.CONFIRMED))
    world.user(home)

    for page in (door.enter("marie@example.com"), door.browser.get(f"/{world.org}/bookings")):
        assert "Rink" in page.text
        assert "Hall" not in page.text


@pytest.mark.parametrize("after", ["x" * 3000, "é" * 600, "#", "20261122", "BOOKING#", "20261122-short"])
def test_a_place_to_go_on_from_that_is_none_is_the_beginning(world: World, door: Door, after: str) -> None:
    """W-07, I-15: it would become part of a key."""
    home = world.household("Choir")
    world.booking(_booking(home, world.now - timedelta(days=9), "Rink", BookingStatus.CONFIRMED))
    world.user(home)
    door.enter("marie@example.com")

    page = door.browser.get(f"/{world.org}/bookings", when="all", after=after)

    assert page.status == 200
    assert "Rink" in page.links


def test_a_request_that_nobody_answered_ends_at_its_start(world: World, door: Door) -> None:
    """X-10: it is shown as not answered in time, never as waiting."""
    home = world.household("Choir")
    booking = world.booking(_booking(home, world.now - timedelta(minutes=1), "Hall", BookingStatus.REQUESTED))
    world.user(home)
    door.enter("marie@example.com")

    page = door.browser.get(f"/{world.org}/bookings/{booking.id}")

    assert "Not answered in time" in page.text
    assert "Bring the key" in page.text
