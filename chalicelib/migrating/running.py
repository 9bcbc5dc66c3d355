"""Runs steps: through the table page by page, one item after the other, from where the last run left it."""

from collections.abc import Callable, Iterable
from datetime import datetime

from chalicelib.data import looking
from chalicelib.data.versions import Stored
from chalicelib.migrating import store
from chalicelib.migrating.domain import Phase, Progress, State, Step
from chalicelib.migrating.models import MigrationItem

Tell = Callable[[Progress], object]


def pending(steps: Iterable[Step], phase: Phase | None = None) -> list[Step]:
    """Steps that were not gone through to the end, in their order; of one phase alone if it is given."""
    wanted = (step for step in steps if phase in (None, step.phase))
    return [step for step in wanted if store.progress(step).state is not State.DONE]


def run(step: Step, by: str, clock: Callable[[], datetime], tell: Tell = id) -> Progress:
    """Goes through the table to its end. `tell` hears of each item that was looked at.

    It may be ended at any moment, and two may be begun at once: the next run goes on at the page that was not noted,
    and what was done of it finds nothing to do. Raises Taken while another run is at the step, Unavailable.
    """
    item = store.claim(step, by, clock())
    told = store.progress_of(item)
    try:
        return _run(step, item, told, clock, tell)
    except BaseException:
        _let_go(item, clock())
        raise


def _run(step: Step, item: MigrationItem, told: Progress, clock: Callable[[], datetime], tell: Tell) -> Progress:
    cursor: Stored | None = item.cursor
    while True:
        leaf = looking.through(step.kinds, cursor)
        for found in leaf.items:
            changed = step.change(found, clock())
            told = told._replace(seen=told.seen + 1, changed=told.changed + changed)
            tell(told)
        told = told._replace(passed=told.passed + leaf.passed)
        tell(told)
        cursor = leaf.next
        if cursor is None:
            store.finish(item, told, clock())
            return told._replace(state=State.DONE, rounds=told.rounds + 1)
        store.note(item, told, cursor, clock())


def _let_go(item: MigrationItem, now: datetime) -> None:
    """Frees the step for the next run; where that can not be said any more, the lease runs out."""
    try:
        store.leave(item, now)
    except Exception:  # what ended the run is what is to be told
        return
