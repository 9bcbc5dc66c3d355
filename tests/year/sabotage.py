"""Guards taken away, one at a time: the oracle must see each (a test that can not fail is a defect)."""

from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.data import write
from chalicelib.notifications import claiming, standing


def _nothing_looked_at_again(patch: pytest.MonkeyPatch) -> None:
    """What was written goes out, whatever has changed."""
    patch.setattr(standing, "CHECKS", {})


def _everybody_may_claim(patch: pytest.MonkeyPatch) -> None:
    """Of several workers each has the message."""

    def update(item: Any, actions: Any, _condition: Any = None) -> None:
        write.update(item, actions)

    loose = SimpleNamespace(update=update, ConditionFailed=write.ConditionFailed, Transaction=write.Transaction)
    patch.setattr(claiming, "write", loose)


WAYS: Mapping[str, Callable[[pytest.MonkeyPatch], None]] = {
    "nothing looked at again": _nothing_looked_at_again,
    "everybody may claim": _everybody_may_claim,
}
