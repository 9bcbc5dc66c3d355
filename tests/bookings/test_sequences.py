"""Any sequence of bookings, moves, answers and cancellations keeps bookings, sheets, summary and money in step."""

import secrets
from contextlib import suppress
from datetime import timedelta
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from chalicelib.billing import store as billing
from chalicelib.bookings import service
from chalicelib.bookings.domain import BookingStatus, Side
from chalicelib.bookings.sheets import Sheets, held_by
from chalicelib.bookings.slots import weeks
from chalicelib.households import store as households
from chalicelib.shared.errors import Conflict
from local.engine import Engine
from tests.bookings.letting import Letting, letting
from tests.support import world as worlds

steps = some.lists(
    some.tuples(
        some.sampled_from(["book", "book", "move", "cancel", "confirm", "decline", "take back"]),
        some.integers(0, 5),
        some.integers(0, 7),
    ),
    max_size=14,
)


def _act(place: Letting, act: str, which: int, slot: int) -> None:
    starts = place.at(3, 14) + timedelta(hours=slot % 4, days=3 * (slot // 4))
    if act == "book":
        place.book(starts, 60 + 30 * (which % 3))
        return
    bookings = place.all()
    if not bookings:
        return
    booking = bookings[which % len(bookings)]
    told = (place.organisation, booking.household, booking.id, "Kate")
    if act == "move":
        place.move(booking, starts, 60)
    elif act == "confirm":
        service.confirm(*told, place.world.now)
    elif act == "decline":
        service.decline(*told, "No", place.world.now)
    else:
        place.cancel(booking, Side.FAMILY if act == "cancel" else Side.ORGANISATION)


def _check(place: Letting) -> None:
    org, now = place.world.org, place.world.now
    bookings = place.all()
    holding = [each for each in bookings if each.status in (BookingStatus.REQUESTED, BookingStatus.CONFIRMED)]
    spans = sorted(held_by(each) for each in holding)
    assert all(sooner[1] <= later[0] for sooner, later in pairwise(spans))

    mondays = {monday for each in bookings for monday in weeks(*held_by(each))}
    taken = Sheets(org).taken(place.resource.id, sorted(mondays))
    assert sorted((each.starts, each.ends, each.booking) for each in taken) == sorted(
        (*held_by(each), each.id) for each in holding
    )
    requests = {each.booking for each in taken if each.until}
    assert requests == {each.id for each in holding if each.status is BookingStatus.REQUESTED}

    summary = households.get_summaries(org, (place.home.id,))[place.home.id]
    assert [row.id for row in summary.bookings] == [
        each.id for each in sorted(holding, key=lambda each: (each.starts, each.id)) if each.is_ahead(now)
    ]
    owed = sum(each.total_minor for each in holding if each.status is BookingStatus.CONFIRMED)
    assert sum(summary.due().values()) == owed
    for each in holding:
        invoice = billing.get_invoice(org, each.household, each.invoice) if each.invoice else None
        assert (invoice.balance_minor if invoice else 0) == (each.total_minor if each.invoice else 0)


@given(steps, some.booleans())
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_sequence_keeps_everything_in_step(aws: Engine, told: list[tuple[str, int, int]], asks: bool) -> None:
    """D-01: what is refused changes nothing; nothing overlaps; what is owed is what is confirmed."""
    place = letting(worlds.build(f"org-{secrets.token_hex(6)}"), needs_approval=asks)
    for act, which, slot in told:
        with suppress(Conflict):
            _act(place, act, which, slot)
        _check(place)
