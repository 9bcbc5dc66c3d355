"""Where each child of a household stands in a tax year: what is ready, what is missing, and from whom (NEW-9)."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from chalicelib.households.domain import Address
from chalicelib.households.summary import MemberRow
from chalicelib.slips.domain import (
    CLAIMANTS,
    Content,
    Missing,
    NumberState,
    Paid,
    Parent,
    Rules,
    Slip,
    SlipFile,
    SlipSettings,
    SlipStatus,
    Standing,
    State,
    is_full,
    is_too_old,
)
from chalicelib.slips.reckoning import shares


class Season(NamedTuple):
    """A tax year of one organisation."""

    year: int
    rules: Rules
    settings: SlipSettings


def standings(
    season: Season, file: SlipFile, members: Iterable[MemberRow], paid: Sequence[Paid], slips: Sequence[Slip]
) -> list[Standing]:
    """Where each member stands for whom something was paid that counts, or who has a slip of the year."""
    found = (
        (
            member,
            [each for each in paid if each.member == member.id],
            [slip for slip in slips if slip.content.child == member.id],
        )
        for member in members
    )
    return [_standing(season, file, member, sums, told) for member, sums, told in found if sums or told]


def _standing(
    season: Season, file: SlipFile, child: MemberRow, paid: Sequence[Paid], slips: Sequence[Slip]
) -> Standing:
    minor = sum(each.minor for each in paid)
    missing = _missing(season, file, child)
    contents = () if missing or not minor else _contents(season, file, child, paid)
    state = _unreleased(season, file, child, missing)
    return restated(Standing(child.id, child.name, minor, state, missing, contents), slips)


def restated(standing: Standing, slips: Sequence[Slip]) -> Standing:
    """Where a child stands who has these slips: a released one stays, though the family takes back what it told."""
    current = [slip.content for slip in slips if slip.status is SlipStatus.RELEASED]
    state = standing.state
    if current:
        same = standing.missing or sorted(current) == sorted(standing.contents)
        state = State.RELEASED if same else State.CHANGED
    elif slips:
        state = State.CANCELLED
    return standing._replace(state=state, slips=tuple(slips))


def _unreleased(season: Season, file: SlipFile, child: MemberRow, missing: Sequence[Missing]) -> State:
    """Where a child stands as long as there is no slip."""
    if is_too_old(child.birth_date, season.year, season.rules, season.settings):
        return State.TOO_OLD
    claimants = file.claimants(child.id)
    if claimants and len(_refusing(season, claimants)) == len(claimants):
        return State.REFUSED
    return State.MISSING if missing else State.READY


def _refusing(season: Season, parents: Sequence[Parent]) -> list[Parent]:
    """Those who give no number where there is no slip without one."""
    return [parent for parent in parents if season.rules.needs_number and parent.number is NumberState.REFUSED]


def _missing(season: Season, file: SlipFile, child: MemberRow) -> tuple[Missing, ...]:
    """All that stands in the way, first what the family has to supply first."""
    claimants = file.claimants(child.id)
    found = {
        Missing.BIRTH_DATE: child.birth_date is None,
        Missing.PARENT: not file.parents,
        Missing.CLAIM: bool(file.parents) and not 1 <= len(claimants) <= CLAIMANTS,
        Missing.ADDRESS: any(not is_full(parent.address, season.rules) for parent in claimants),
        Missing.NUMBER: season.rules.needs_number and any(parent.number is NumberState.NONE for parent in claimants),
        Missing.SETTINGS: not season.settings.is_complete,
    }
    return tuple(each for each, is_missing in found.items() if is_missing)


def _contents(season: Season, file: SlipFile, child: MemberRow, paid: Sequence[Paid]) -> tuple[Content, ...]:
    """What each parent's slip tells; with the halves of those who want none, they add up to all that was paid."""
    parents, total = file.claimants(child.id), sum(each.minor for each in paid)
    assert child.birth_date, "nothing is made without it"
    payments = _by_payment(paid)
    refusing = _refusing(season, parents)
    return tuple(
        Content(
            child.id, child.name, child.birth_date, parent.id, parent.name, _lines(parent.address),
            season.settings.issuer, season.settings.signatory, minor, total, payments,
        )
        for parent, minor in zip(parents, shares(total, len(parents)), strict=True)
        if minor and parent not in refusing
    )  # fmt: skip


def _by_payment(paid: Sequence[Paid]) -> tuple[tuple[str, date, int], ...]:
    """What came on a day for an invoice, added up over its lines."""
    found: dict[tuple[str, date], int] = {}
    for each in paid:
        found[each.number, each.on] = found.get((each.number, each.on), 0) + each.minor
    return tuple((number, on, minor) for (number, on), minor in found.items())


def _lines(address: Address) -> tuple[str, ...]:
    place = " ".join(part for part in (address.city, address.region, address.postcode) if part)
    return tuple(part for part in (address.street, place, address.country) if part)
