"""Bookings in the list of what a family bought and gave back (BOOK-5, SCH-12)."""

import pytest

from chalicelib.billing import bought
from chalicelib.billing.bought import Thing
from chalicelib.bookings import service
from chalicelib.bookings.domain import Side
from tests.bookings.letting import Letting, letting
from tests.support.world import World


@pytest.fixture
def studio(world: World) -> Letting:
    return letting(world)


def lines(studio: Letting) -> list[tuple[str, int, bool]]:
    found = bought.list_page(studio.world.org, studio.home.id).rows
    assert all(line.thing is Thing.BOOKING for line in found)
    return sorted((line.what, line.minor, line.is_cancelled) for line in found)


def test_a_booking_is_bought_and_given_up(studio: Letting) -> None:
    """BOOK-5, SCH-12: with what it cost and what came back; moving it is neither."""
    booking = studio.book(studio.at(10))
    assert lines(studio) == [(booking.id, 4000, False)]
    [line] = bought.list_page(studio.world.org, studio.home.id).rows
    assert (list(line.title.values()), line.invoice) == (["Studio A"], booking.invoice)

    studio.cancel(booking)
    assert lines(studio) == [(booking.id, -4000, True), (booking.id, 4000, False)]


def test_a_request_is_bought_once_it_is_confirmed(world: World) -> None:
    """BOOK-5: what waits for an answer, or is declined, is no purchase."""
    studio = letting(world, needs_approval=True)
    first, second = studio.book(studio.at(10)), studio.book(studio.at(11))
    assert lines(studio) == []

    service.confirm(studio.organisation, studio.home.id, first.id, "Ann", studio.world.now)
    service.decline(studio.organisation, studio.home.id, second.id, "Ann", "Closed", studio.world.now)

    assert lines(studio) == [(first.id, 4000, False)]


def test_what_the_organisation_cancels_is_given_back_whole(studio: Letting) -> None:
    booking = studio.book(studio.at(1))
    studio.cancel(booking, Side.ORGANISATION)

    assert lines(studio) == [(booking.id, -4000, True), (booking.id, 4000, False)]
