"""What a step is, and how far it is."""

from collections.abc import Callable
from datetime import datetime
from enum import Enum
from typing import NamedTuple

from chalicelib.data.versions import Stored
from chalicelib.shared.frozen import Frozen, frozen


class Phase(Enum):
    """When a step runs, beside a deployment."""

    BEFORE = "before"
    """While the old code is alone: what the new code wants to find. The old code must get on with it."""
    AFTER = "after"
    """When no old code runs any more: what the old code could have undone or not known."""


class State(Enum):
    """How far a step is."""

    WAITING = "waiting"
    UNDER_WAY = "under way"
    DONE = "done"


@frozen
class Step(Frozen):
    """One change. A number is given once and never again; a step that every deployment has behind it may go."""

    number: int
    name: str
    """What it does, in a few words."""
    kinds: tuple[str, ...]
    """Kinds of the items that it looks at."""
    change: Callable[[Stored, datetime], bool]
    """Does it for one item, at once and whole, however often it is asked; tells whether there was something to do.

    Raises Unavailable, which ends the run; the next one goes on from there.
    """
    phase: Phase = Phase.AFTER


class Progress(NamedTuple):
    """How far a step is."""

    state: State = State.WAITING
    passed: int = 0
    """Items of the table that were passed, of all kinds, in this round."""
    seen: int = 0
    """Items of its kinds."""
    changed: int = 0
    """Items for which there was something to do."""
    rounds: int = 0
    """How often it went through the whole table."""
    by: str = ""
    """Who ran it last."""
    at: datetime | None = None
    """When it was last heard of."""
