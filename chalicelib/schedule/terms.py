"""The rules of absences, make-ups, leaving and changing group, as an organisation, a programme or a class sets them.

What held when a place was bought is copied onto the enrolment and holds for it (NEW-1).
"""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, NamedTuple, Self

from chalicelib.schedule.presets import PRESETS
from chalicelib.shared.frozen import Frozen, frozen


class RefundStep(NamedTuple):
    """What part of the price of lessons still to come is given back to whom leaves early enough."""

    hours: int
    """At least so many hours before the first meeting that the place covers; below zero: so many after it."""
    back_ppm: int
    """Millionths of that price."""


@frozen
class EnrolmentTerms(Frozen):
    """The rules of one place. Money in minor units of the organisation's currency."""

    preset: str = ""
    """Name of the ready-made rules these began as (`presets`); empty: the organisation's own."""
    absence_notice_minutes: int = 0
    """An absence told at least so long before the meeting counts as excused and gives a right."""
    makeups: bool = True
    """Whether an excused absence gives the right to make up."""
    makeup_limit: int | None = None
    """Rights one enrolment gives; None: as many as there are absences."""
    makeup_days: int = 60
    """Days after the missed meeting for which a right holds."""
    makeup_programmes: tuple[str, ...] = ()
    """Programmes in which it may be used; empty: the one of the class."""
    makeup_on_cancel: bool = True
    """Whether a meeting that the organisation cancels gives a right to make up, beyond the limit."""
    offer_minutes: int = 24 * 60
    """How long a place that came free is kept for whom it is offered to."""
    makeup_notice_minutes: int = 0
    """A make-up given back at least so long before it begins leaves the right as it was."""
    leave: bool = False
    """Whether the family cancels the enrolment itself (SCH-5)."""
    refund: tuple[RefundStep, ...] = ()
    """Earliest first; below the last step nothing is given back. Empty: nothing ever."""
    fee_minor: int = 0
    """The most that is kept of what would be given back, once lessons have begun; 0: nothing."""
    fee_ppm: int = 1_000_000
    """The part of what would be given back that the fee is at most."""
    free_before_start: bool = False
    """Whether leaving before the first meeting is free of the fee."""
    withdrawal_days: int = 0
    """Days after buying within which leaving gives back all but the lessons already given."""
    transfer: bool = False
    """Whether the family changes group itself, where there is a place."""
    transfer_limit: int | None = None
    """How often; None: as often as there is a place. What is left of it goes over to the new place."""
    transfer_requests: bool = False
    """Whether the family may ask for another group where it does not change itself."""
    payout_days: int = 0
    """Days within which money that is given back is paid out; 0: it stays as credit until somebody asks."""

    def with_(self, overrides: Mapping[str, Any]) -> Self:
        """These rules, but for what an organisation, programme or class says otherwise; a preset is where it begins."""
        if not overrides:
            return self
        return replace(self, **_read({**PRESETS.get(overrides.get("preset", ""), {}), **overrides}))


def terms_document(terms: EnrolmentTerms) -> dict[str, Any]:
    """What differs from the usual, as JSON."""
    usual = EnrolmentTerms()
    told = {field.name: getattr(terms, field.name) for field in fields(terms)}
    return {name: _plain(value) for name, value in told.items() if value != getattr(usual, name)}


def terms_from(document: Mapping[str, Any]) -> EnrolmentTerms:
    """The rules that a document of `terms_document` tells."""
    return replace(EnrolmentTerms(), **_read(document))


def _plain(value: Any) -> Any:
    return [list(each) if isinstance(each, tuple) else each for each in value] if isinstance(value, tuple) else value


def _read(document: Mapping[str, Any]) -> dict[str, Any]:
    told = dict(document)
    if "refund" in told:
        told["refund"] = tuple(RefundStep(*step) for step in told["refund"])
    if "makeup_programmes" in told:
        told["makeup_programmes"] = tuple(told["makeup_programmes"])
    return told
