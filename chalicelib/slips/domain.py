"""Slips: which one an organisation gives, who may have it, what it tells, and what becomes of it.

An organisation gives the slip of its own country. A slip is never edited: what changes makes a new one, and the old
one stays beside it with its mark (X-12). Whether a slip is ready, and what is missing, is worked out, never stored.
"""

import re
from collections.abc import Mapping
from dataclasses import field
from datetime import date, datetime
from enum import Enum
from typing import NamedTuple

from chalicelib.households.domain import Address, age
from chalicelib.shared.frozen import Frozen, frozen
from chalicelib.slips.numbers import NumberKind


class SlipKind(Enum):
    """What a tax office is told with it."""

    RL24 = "rl24"
    """Quebec's RL-24: child care."""
    FAMILY = "family"
    """France's annual statement for families: child care, activities."""
    EDUCATION = "education"
    """Russia's certificate of paid educational services."""


class Rules(NamedTuple):
    """What the law of a country asks of its slip; each needs a review by somebody who knows it."""

    kind: SlipKind
    currency: str
    oldest: int
    """Whole years that a child may have on the day that counts; older ones get no slip."""
    on_last_day: bool
    """Whether that day is the last of the tax year; otherwise it is the first."""
    number: NumberKind | None = None
    """By which number the parent is known."""
    needs_number: bool = False
    """Whether there is no slip without it."""
    region: str = ""
    """Province in which the parent has to live."""
    limit_is_choice: bool = False
    """Whether the organisation may do without the limit of age, for what is favoured at any age."""

    def counts_on(self, year: int) -> date:
        """The day on which the child's age counts."""
        return date(year, 12, 31) if self.on_last_day else date(year, 1, 1)


RULES: Mapping[str, Rules] = {
    "CA": Rules(SlipKind.RL24, "CAD", 16, on_last_day=True, number=NumberKind.SIN, needs_number=True, region="QC"),
    "FR": Rules(SlipKind.FAMILY, "EUR", 5, on_last_day=False, limit_is_choice=True),
    "RU": Rules(SlipKind.EDUCATION, "RUB", 24, on_last_day=False, number=NumberKind.INN),
}
"""By the organisation's country."""


@frozen
class SlipSettings(Frozen):
    """What staff set: what counts, and who the organisation is to the tax office."""

    programmes: frozenset[str] = frozenset()
    class_groups: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()
    """Beginnings of the descriptions of invoice lines that count as well: of what was not enrolled in here."""
    issuer: str = ""
    """The organisation's number at the tax office."""
    signatory: str = ""
    """Who answers for the figures."""
    any_age: bool = False
    """Whether the limit of age is left out, where that is the organisation's choice."""
    version: int | None = None

    @property
    def is_complete(self) -> bool:
        """Whether slips can be made."""
        return bool(self.issuer and self.signatory and (self.programmes or self.class_groups or self.words))


class NumberState(Enum):
    """What is known of a parent's number; the number itself is elsewhere, sealed."""

    NONE = ""
    GIVEN = "given"
    REFUSED = "refused"
    """The parent does not want to give it, and so wants no slip."""


@frozen
class Parent(Frozen):
    """Somebody who claims what was paid, under the name that the tax office knows."""

    id: str
    first_name: str
    last_name: str
    address: Address = field(default_factory=Address)
    number: NumberState = NumberState.NONE
    number_at: datetime | None = None
    """Since when that is so."""

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()


MAX_PARENTS = 4
CLAIMANTS = 2
"""Parents among whom one child's payments are split."""


@frozen
class SlipFile(Frozen):
    """What a household told for its slips."""

    household: str
    parents: tuple[Parent, ...] = ()
    claims: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By child: ids of the parents who claim, one for all of it or two for a half each."""
    listed: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By year and child: under which state the staff's list has it."""
    version: int | None = None

    def parent(self, parent_id: str) -> Parent | None:
        """The parent of this id, or None."""
        return next((each for each in self.parents if each.id == parent_id), None)

    def claimants(self, child: str) -> tuple[Parent, ...]:
        """Who claims for a child; the only parent does without being asked, several have to say."""
        if len(self.parents) == 1:
            return self.parents
        found = (self.parent(parent_id) for parent_id in self.claims.get(child, ()))
        return tuple(each for each in found if each)


class Paid(NamedTuple):
    """A part of a payment that covers an invoice line which counts."""

    member: str
    invoice: str
    number: str
    """Of the invoice."""
    line: str
    """What was billed."""
    on: date
    """When the money came."""
    minor: int


class SlipStatus(Enum):
    """What became of a released slip (glossary)."""

    RELEASED = "released"
    AMENDED = "amended"
    """Another one tells it better."""
    CANCELLED = "cancelled"


class Content(NamedTuple):
    """What a slip tells."""

    child: str
    child_name: str
    born: date
    parent: str
    parent_name: str
    address: tuple[str, ...]
    """Lines of the parent's address."""
    issuer: str
    signatory: str
    minor: int
    """What the parent may claim."""
    total_minor: int
    """What was paid for the child altogether; both parents' slips add up to it."""
    payments: tuple[tuple[str, date, int], ...] = ()
    """Number of the invoice, day and minor units of what was paid, altogether."""


@frozen
class Slip(Frozen):
    """A slip as it was released."""

    id: str
    """Begins with the last day of its year."""
    household: str
    kind: SlipKind
    year: int
    number: str
    currency: str
    content: Content
    released_at: datetime
    released_by: str
    """Name of whoever released it."""
    status: SlipStatus = SlipStatus.RELEASED
    replaces: str = ""
    """Number of the slip that it amends."""
    replaced_by: str = ""
    """Number of the slip that amends it."""
    reason: str = ""
    """Why it was amended or cancelled, in words for the family."""
    ended_at: datetime | None = None
    to_print: bool = False
    """Whether nobody could be written to, so that it has to be handed over on paper."""
    viewed_at: datetime | None = None
    version: int | None = None

    @property
    def code(self) -> str:
        """R: original, A: amended, D: cancelled, as tax offices in Quebec mark them."""
        if self.status is SlipStatus.CANCELLED:
            return "D"
        return "A" if self.replaces else "R"


class State(Enum):
    """Where a child stands in a year; how the staff's list is ordered."""

    READY = "ready"
    MISSING = "missing"
    CHANGED = "changed"
    """Released, and by now it would tell something else."""
    RELEASED = "released"
    CANCELLED = "cancelled"
    """Taken back; a new one is made only when somebody wants it."""
    REFUSED = "refused"
    """A parent gives no number and so gets no slip."""
    TOO_OLD = "too_old"


class Missing(Enum):
    """What stands in the way of a slip."""

    SETTINGS = "settings"
    BIRTH_DATE = "birth_date"
    PARENT = "parent"
    CLAIM = "claim"
    ADDRESS = "address"
    NUMBER = "number"

    @property
    def is_ours(self) -> bool:
        """Whether the organisation has to supply it, and not the family."""
        return self is Missing.SETTINGS


class Standing(NamedTuple):
    """A child in a year: what was paid, what is missing, and what would be told."""

    child: str
    name: str
    minor: int
    state: State
    missing: tuple[Missing, ...] = ()
    contents: tuple[Content, ...] = ()
    """Of the slips that there should be."""
    slips: tuple[Slip, ...] = ()
    """That there are, the latest first."""


_QUEBEC = frozenset({"QC", "QUEBEC", "QUÉBEC", "PQ", "P.Q.", "QUE", "QUÉ"})
_QUEBEC_POSTCODE = re.compile(r"[GHJ][0-9][A-Z] ?[0-9][A-Z][0-9]")


def is_full(address: Address, rules: Rules) -> bool:
    """Whether an address is complete, and where it has to be."""
    if not (address.street and address.city and address.postcode):
        return False
    if not rules.region:
        return True
    region, postcode = address.region.strip().upper(), address.postcode.strip().upper()
    return region in _QUEBEC and bool(_QUEBEC_POSTCODE.fullmatch(postcode))


def is_too_old(born: date | None, year: int, rules: Rules, settings: SlipSettings) -> bool:
    """Whether a child is beyond the limit of age; nothing is assumed of an unknown birth date (X-7)."""
    if born is None or (rules.limit_is_choice and settings.any_age):
        return False
    return age(born, rules.counts_on(year)) > rules.oldest
