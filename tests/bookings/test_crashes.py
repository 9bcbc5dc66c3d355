"""A crash before and after each call to DynamoDB, then the same again: nothing is lost and nothing doubled."""

from collections.abc import Callable
from functools import partial
from typing import Any

import botocore.httpsession
import pytest

from chalicelib.billing import store as billing
from chalicelib.bookings import service
from chalicelib.bookings.domain import BookingStatus, Side
from chalicelib.bookings.sheets import Sheets, held_by
from chalicelib.bookings.slots import weeks
from chalicelib.bookings.wishes import Slot
from chalicelib.households import store as households
from tests.bookings.letting import Letting, letting
from tests.support.world import World


class Crash(BaseException):
    """The process ends here. Nothing catches it, for nothing runs any more."""


class Wire:
    """Cuts the wire to AWS at one call: before it, or after it."""

    def __init__(self) -> None:
        self.calls, self.cut_at, self.after = 0, 0, False

    def call(self, real: Callable[..., Any], *args: Any, **named: Any) -> Any:
        """One call."""
        self.calls += 1
        if self.calls == self.cut_at and not self.after:
            raise Crash
        answer = real(*args, **named)
        if self.calls == self.cut_at:
            raise Crash
        return answer


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    """All of this process's calls to AWS go through it."""
    found = Wire()
    real = botocore.httpsession.URLLib3Session.send
    monkeypatch.setattr(botocore.httpsession.URLLib3Session, "send", lambda self, *args: found.call(real, self, *args))
    return found


def _booking(place: Letting) -> Callable[[], object]:
    wish = place.wish(place.at(5))
    return partial(service.book, place.organisation, place.home.id, wish, place.local, place.world.now)


def _moving(place: Letting) -> Callable[[], object]:
    booking, slot = place.book(place.at(5)), Slot(place.at(7), 120)
    act = (place.organisation, place.home.id, booking.id, slot)
    step = service.moving(*act, place.local, place.world.now)
    return partial(service.move, *act, step.digest, place.local, place.world.now)


def _cancelling(place: Letting) -> Callable[[], object]:
    booking = place.book(place.at(5))
    act = (place.organisation, place.home.id, booking.id, Side.FAMILY)
    step = service.cancelling(*act, place.world.now)
    return partial(service.cancel, *act, "", step.digest, place.world.now)


@pytest.mark.parametrize(
    ("setting", "status", "owed"),
    [
        (_booking, BookingStatus.CONFIRMED, 4000),
        (_moving, BookingStatus.CONFIRMED, 8000),
        (_cancelling, BookingStatus.CANCELLED, 0),
    ],
)
@pytest.mark.parametrize("after", [False, True])
def test_a_crash_anywhere_leaves_what_a_repeat_completes(
    world: World, wire: Wire, setting: Callable[[Letting], Callable[[], object]], status: BookingStatus, owed: int,
    after: bool,
) -> None:  # fmt: skip
    """D-05, M-01: one booking, one time on the sheet, one invoice that counts."""
    place = letting(world)
    crashes = 0
    while True:
        place.home = world.household(f"Home {crashes}")
        use_case = setting(place)
        wire.calls, wire.cut_at, wire.after = 0, crashes + 1, after
        try:
            use_case()
        except Crash:
            crashes += 1
        else:
            break
        finally:
            wire.cut_at = 0
        use_case()
        _check(place, status, owed)
    assert crashes >= 4


def _check(place: Letting, status: BookingStatus, owed: int) -> None:
    (booking,) = place.all()
    assert booking.status is status
    summary = households.get_summaries(place.world.org, (place.home.id,))[place.home.id]
    assert summary.due().get("CAD", 0) == owed
    taken = Sheets(place.world.org).taken("studio", weeks(*held_by(booking)))
    assert [each.booking for each in taken if each.household == place.home.id] == ([booking.id] if owed else [])
    invoices = billing.list_invoices(place.world.org, place.home.id).rows
    assert sum(each.balance_minor for each in invoices) == owed
    if owed:
        place.cancel(booking)
