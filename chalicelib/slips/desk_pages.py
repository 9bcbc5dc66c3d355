"""View models of the staff's pages about slips."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from chalicelib.shared.texts import Message, say
from chalicelib.slips.domain import Slip, SlipStatus, Standing, State
from chalicelib.slips.listing import Row
from chalicelib.slips.pages import SlipRow, slip_row
from chalicelib.slips.standing import Season
from chalicelib.slips.words import MISSING_WORDS, STATE_WORDS
from chalicelib.slips.work import Progress, Task
from chalicelib.web import urls
from chalicelib.web.language import Local, dotted

TAB_WORDS: tuple[tuple[State, Message], ...] = (
    (State.READY, say("Ready to release")),
    (State.MISSING, say("Something missing")),
    (State.CHANGED, say("To amend")),
    (State.RELEASED, say("Released slips")),
    (State.CANCELLED, say("Cancelled slips")),
    (State.REFUSED, say("No number")),
    (State.TOO_OLD, say("Too old")),
)


class ListRow(NamedTuple):
    """A child in the staff's list."""

    title: str
    href: str
    meta: str
    amount: str


class DeskSlip(NamedTuple):
    """A slip of a family with what may be done about it."""

    id: str
    number: str
    row: SlipRow
    pdf: str
    to_print: bool
    reason: str
    may_cancel: bool


class DeskChild(NamedTuple):
    """A child of a family, with what may be done."""

    id: str
    name: str
    amount: str
    state: str
    tone: str
    missing: tuple[str, ...]
    slips: tuple[DeskSlip, ...]
    may_release: bool
    may_amend: bool


def list_row(row: Row, season: Season, org: str, local: Local) -> ListRow:
    """A child as a row: family, amount, and what is missing."""
    missing = ", ".join(local.say(MISSING_WORDS[each]) for each in row.missing) if row.state is State.MISSING else ""
    to_print = local.say(say("to be printed")) if row.to_print else ""
    return ListRow(
        row.name,
        urls.portal(org, f"desk/slips/families/{row.household}", year=str(season.year)),
        dotted(row.family, missing, to_print),
        local.money(row.minor, season.rules.currency),
    )


def desk_child(standing: Standing, season: Season, household: str, org: str, local: Local, today: date) -> DeskChild:
    """A child of a family, its slips side by side, the latest first."""
    words, tone = STATE_WORDS[standing.state]
    is_over = season.year < today.year
    anew = standing.state is State.CANCELLED and bool(standing.contents)
    return DeskChild(
        standing.child,
        standing.name,
        local.money(standing.minor, season.rules.currency),
        local.say(words),
        tone,
        tuple(local.say(MISSING_WORDS[each]) for each in standing.missing),
        tuple(_slip(slip, household, org, local) for slip in standing.slips),
        may_release=is_over and (standing.state is State.READY or anew),
        may_amend=is_over and standing.state is State.CHANGED,
    )


def _slip(slip: Slip, household: str, org: str, local: Local) -> DeskSlip:
    return DeskSlip(
        slip.id,
        slip.number,
        slip_row(slip, org, local),
        urls.portal(org, f"desk/slips/families/{household}/{slip.id}/pdf"),
        slip.to_print,
        slip.reason,
        may_cancel=slip.status is SlipStatus.RELEASED,
    )


def progress_words(progress: Progress, local: Local) -> str:
    """How far the work on a year has come, in a sentence; empty where nothing was ever done."""
    count = progress.done
    if progress.task is Task.LOOK:
        words = say("%(n)s family looked through so far …", plural="%(n)s families looked through so far …", n=count)
        return local.say(words)
    if progress.task is Task.RELEASE:
        words = say(
            "Slips of %(n)s family released so far …", plural="Slips of %(n)s families released so far …", n=count
        )
        return local.say(words)
    if progress.ended_at:
        return local.say(say("All families were looked through on %(day)s.", day=progress.ended_at))
    return ""


def state_in(text: str) -> State:
    """The part of the list that an address asks for; what is ready where it asks for none."""
    return next((state for state, _ in TAB_WORDS if state.value == text), State.READY)


def has_prints(rows: Iterable[Row]) -> bool:
    """Whether any of the slips has to be handed over on paper."""
    return any(row.to_print for row in rows)
