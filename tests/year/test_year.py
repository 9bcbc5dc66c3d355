"""A year by the clock, with runs that are lost, doubled, that overlap and that die (M-08, M-09, D-05, P-16).

Usually a part of one year is lived through, and guards are taken away that are missed within days. `FOYER_YEARS=3`
lives through three whole ones, each another, and takes the other guards of `sabotage` away in turn;
docs/decisions/0098 has the figures of such runs.
"""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.organisations.word import Lead
from tests.year import oracle, sabotage

YEARS = int(os.environ.get("FOYER_YEARS", "0"))
_DAYS, _WHOLE, _SHORT = 75, 365, 30
"""Of the usual run, which goes through a change of the clocks; of a year; and fewer than these are soon over."""
_SECONDS_A_DAY = 6
"""After which a run is given up."""


def _live(seed: int, days: int, broken: str = "") -> dict[str, Any]:
    """What the oracle says of a life, in a process and on an embedded AWS of its own."""
    ran = subprocess.run(
        [sys.executable, "-m", "tests.year", str(seed), str(days), broken],
        capture_output=True, text=True, check=False, timeout=120 + days * _SECONDS_A_DAY,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-3000:]
    told: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return told


def _require_life(told: dict[str, Any], days: int) -> None:
    """That there was something to go wrong, and that things went wrong."""
    counts, seen = told["counts"], told["seen"]
    assert all(counts[name] > 0 for name in ("lost", "doubled", "overlapping", "outages", "broken sweeps")), counts
    kinds = ("class_reminder sent", "booking_reminder sent", "autopay_notice sent", "overdue sent", "fees", "charges")
    assert all(seen[name] > 0 for name in kinds), seen
    assert seen["occasions due"] > days // 4
    assert seen["occasions never"] > 0


def test_whatever_becomes_of_its_runs_each_is_told_and_charged_once() -> None:
    """Each reminder that was due once or skipped for a reason, none of what is cancelled or missed, each overdue step
    and each fee once, each charge once, and as much money in the books as at Stripe."""
    told = _live(1, _DAYS)

    assert told["problems"] == []
    _require_life(told, _DAYS)


@pytest.mark.skipif(not YEARS, reason="takes minutes: FOYER_YEARS=3 lives through three years")
@pytest.mark.parametrize("seed", range(11, 11 + max(1, YEARS)))
def test_so_it_is_for_whole_years(seed: int) -> None:
    told = _live(seed, _WHOLE)

    assert told["problems"] == []
    _require_life(told, _WHOLE)


def test_when_all_runs_overlap_each_is_still_told_once() -> None:
    """Nothing is taken away: what the guards against others are taken away from below."""
    assert _live(2, sabotage.CALM["storm"].days, "storm")["problems"] == []


_QUICK = [name for name, way in sabotage.WAYS.items() if way.days < _SHORT]


@pytest.mark.parametrize("broken", _QUICK)
def test_the_oracle_sees_that_a_guard_is_missing(broken: str) -> None:
    """Each of what keeps a family from being told twice, or of what is not so any more; the others take longer to be
    missed."""
    assert _live(2, sabotage.WAYS[broken].days, broken)["problems"]


@pytest.mark.skipif(not YEARS, reason="takes minutes: FOYER_YEARS=1 takes these away as well")
@pytest.mark.parametrize("broken", [name for name in sabotage.WAYS if name not in _QUICK])
def test_the_oracle_sees_each_guard_that_is_missing(broken: str) -> None:
    assert _live(2, sabotage.WAYS[broken].days, broken)["problems"]


@pytest.mark.parametrize(
    ("lead", "starts", "due"),
    [
        (Lead.DAY, "2027-03-15T20:00", "2027-03-14T20:00"),
        (Lead.DAY, "2027-03-14T14:00", "2027-03-13T15:00"),
        (Lead.DAY, "2027-11-07T15:00", "2027-11-06T14:00"),
        (Lead.TWO_DAYS, "2027-03-15T13:00", "2027-03-13T14:00"),
        (Lead.EVENING, "2027-11-08T15:00", "2027-11-07T23:00"),
        (Lead.HOUR, "2027-03-14T07:30", "2027-03-14T06:30"),
        (Lead.DAY, "2027-03-15T06:30", "2027-03-14T07:30"),
    ],
)
def test_the_oracle_knows_the_clocks_of_toronto(lead: Lead, starts: str, due: str) -> None:
    """M-10: the day before at the same time of day, whatever the clocks did; an hour is an hour."""
    told = oracle.lead_before(lead, datetime.fromisoformat(starts).replace(tzinfo=UTC))

    assert told == datetime.fromisoformat(due).replace(tzinfo=UTC)
