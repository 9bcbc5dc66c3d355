"""Guards of what is told, taken away one at a time: the oracle must see each (a test that can not fail is a defect).

Those of money stand one behind the other, so that taking one away changes nothing that a year would show; they have
races and crashes of their own (`tests/payments`, `tests/dunning`, `tests/recurring`).
"""

from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest

from chalicelib.data import write
from chalicelib.data.write import Transaction
from chalicelib.notifications import claiming, letters, standing
from chalicelib.reminders import looking
from tests.year import turning


class Way(NamedTuple):
    """A guard that is taken away."""

    take_away: Callable[[pytest.MonkeyPatch], None]
    days: int
    """Until it is missed."""


def storm(patch: pytest.MonkeyPatch) -> None:
    """No guard is taken away, but all runs overlap, as otherwise three in a hundred do: in days what takes months."""
    patch.setattr(turning, "LOST", 0.0)
    patch.setattr(turning, "DOUBLED", 0.0)
    patch.setattr(turning, "OVERLAPPING", 1.0)


def _nothing_looked_at_again(patch: pytest.MonkeyPatch) -> None:
    """What was written goes out, whatever has changed."""
    patch.setattr(standing, "CHECKS", {})


def _no_quiet_hours(patch: pytest.MonkeyPatch) -> None:
    """What is written in the night goes out in the night."""
    patch.setattr(letters, "_quiet_until", lambda *_: None)


def _everybody_may_claim(patch: pytest.MonkeyPatch) -> None:
    """Of several workers each has the message."""
    storm(patch)
    patch.setattr(claiming, "write", _loose())


def _agendas_are_written_over(patch: pytest.MonkeyPatch) -> None:
    """Of several clocks each writes what it found due."""
    storm(patch)
    patch.setattr(looking, "write", _loose())
    patch.setattr(looking, "Transaction", _Loose)


class _Loose(Transaction):
    """Writes whatever others wrote."""

    def update(self, name: str, item: Any, actions: Any, _condition: Any = None) -> None:
        """Without the condition."""
        super().update(name, item, actions)


def _loose() -> SimpleNamespace:
    def update(item: Any, actions: Any, _condition: Any = None) -> None:
        write.update(item, actions)

    return SimpleNamespace(update=update, ConditionFailed=write.ConditionFailed, Transaction=write.Transaction)


WAYS: Mapping[str, Way] = {
    "everybody may claim": Way(_everybody_may_claim, 21),
    "agendas are written over": Way(_agendas_are_written_over, 21),
    "nothing looked at again": Way(_nothing_looked_at_again, 45),
    "no quiet hours": Way(_no_quiet_hours, 45),
}
CALM: Mapping[str, Way] = {"storm": Way(storm, 21)}
"""Nothing is taken away: the oracle must be content."""
