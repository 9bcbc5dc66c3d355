"""How fast messages go out: all workers together no faster than SES and SNS take them (M-12)."""

import threading
import time
from datetime import UTC, datetime
from functools import partial

import pytest

from chalicelib.data import keys, write
from chalicelib.data.items import Item
from chalicelib.data.outbox import Lane
from chalicelib.notifications import pace
from chalicelib.notifications.pace import MAIL, TEXT, LaneItem, SharedPace
from chalicelib.shared.errors import Unavailable
from tests.support.race import together
from tests.support.wire import Fault, tapped
from tests.support.world import World

RATES = {MAIL: 50.0, TEXT: 10.0}
SECOND = 1_000_000


class Ticking:
    """The machine's time."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class Standing:
    """A time that stands still, and whoever waits for it is written down."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 12, 1, 12, tzinfo=UTC)
        self.waits: list[float] = []

    def now(self) -> datetime:
        return self.moment


@pytest.fixture
def paced(world: World, monkeypatch: pytest.MonkeyPatch) -> Standing:
    """A clock that stands, and lanes of this test's own."""
    monkeypatch.setattr(keys, "EVERYBODY", world.org)
    return Standing()


def _pace(clock: Standing) -> SharedPace:
    return SharedPace(RATES, clock, clock.waits.append)


def test_sixteen_workers_together_stay_below_the_rate(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """M-12: whoever sends them, each has a moment, of which no second has more than may go out, and waits for it."""
    monkeypatch.setattr(keys, "EVERYBODY", world.org)
    moments: dict[int, list[int]] = {}
    take = pace._take

    def taken(name: str, rate: float, now: datetime, ahead: int) -> int | None:
        moment = take(name, rate, now, ahead)
        moments.setdefault(threading.get_ident(), []).extend([] if moment is None else [moment])
        return moment

    monkeypatch.setattr(pace, "_take", taken)

    def work() -> None:
        shared = SharedPace({MAIL: 20.0}, Ticking())
        for _ in range(4):
            if shared.turn(MAIL, Lane.PROMPT):
                assert time.time() >= moments[threading.get_ident()][-1] / SECOND - 0.01  # clocks differ a little

    assert together([work] * 16) == [None] * 16

    went = sorted(moment for each in moments.values() for moment in each)
    assert len(went) >= 30
    for begin in went:
        assert sum(begin <= each < begin + SECOND for each in went) <= 20


def test_each_worker_gets_a_moment_of_its_own_and_too_far_off_is_no_turn(paced: Standing) -> None:
    """M-12: at 10 a second, twenty have a turn within the two seconds that a worker waits, and nobody more."""
    turns = together([partial(_pace(paced).turn, TEXT, Lane.PROMPT)] * 30)

    assert sum(each is True for each in turns) == 20
    assert sorted(round(wait, 2) for wait in paced.waits) == [round(number / 10, 2) for number in range(20)]


def test_bulk_mail_leaves_a_share_for_what_somebody_waits_for(paced: Standing) -> None:
    """M-12: however much bulk mail there is, the next prompt message has its turn."""
    shared = _pace(paced)
    bulk = [shared.turn(MAIL, Lane.BULK) for _ in range(200)]
    prompt = [shared.turn(MAIL, Lane.PROMPT) for _ in range(200)]

    most = int(2 * RATES[MAIL])
    assert sum(bulk) <= pace.BULK_SHARE * most + 1
    assert sum(prompt) >= (1 - pace.BULK_SHARE) * most - 2
    assert sum(bulk) + sum(prompt) <= most


def test_bulk_mail_uses_up_no_moment_that_it_can_not_go_out_at(paced: Standing) -> None:
    """M-12: the lane of all is full, and the share of bulk mail is there when it is not any more."""
    shared = _pace(paced)
    assert shared.turn(MAIL, Lane.BULK)
    before = _next(f"{MAIL}_bulk")
    while shared.turn(MAIL, Lane.PROMPT):
        pass

    assert not any(shared.turn(MAIL, Lane.BULK) for _ in range(50))
    assert _next(f"{MAIL}_bulk") == before


def test_a_lane_that_was_idle_saves_nothing_up(paced: Standing) -> None:
    shared = _pace(paced)
    assert shared.turn(TEXT, Lane.PROMPT)
    paced.moment = datetime(2026, 12, 1, 13, tzinfo=UTC)
    turns = [shared.turn(TEXT, Lane.PROMPT) for _ in range(30)]
    assert sum(turns) == 20


def test_codes_are_counted_in_and_wait_for_nobody(paced: Standing) -> None:
    """M-12: also where the lane is full; and when it can not be written, nothing is lost."""
    shared = _pace(paced)
    while shared.turn(TEXT, Lane.PROMPT):
        pass
    before = _next(TEXT)
    shared.note(TEXT)
    assert _next(TEXT) == before + 100_000
    with tapped(Fault.DOWN, 1):
        shared.note(TEXT)
    with tapped(Fault.DOWN, 1), pytest.raises(Unavailable):
        shared.turn(TEXT, Lane.PROMPT)


def _next(way: str) -> int:
    item = LaneItem(*keys.lane(keys.EVERYBODY, way))
    write.update(item, [LaneItem.kind.set(LaneItem)], Item.pk.exists())
    return int(item.next)


def test_the_key_of_what_all_share_is_no_organisations() -> None:
    """T-04."""
    from chalicelib.organisations.domain import is_slug

    assert not is_slug("-")
    assert keys.lane("-", "mail") == ("ORG#-#LANE#mail", "LANE")
