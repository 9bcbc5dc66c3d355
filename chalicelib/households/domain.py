"""Household, person, and the rules of their profiles. A person is stored once; homes link to him or her (C5)."""

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import date
from enum import Enum

from chalicelib.organisations.terms import OwnTerms
from chalicelib.shared.frozen import Frozen, frozen

ADULT = 18
"""Years from which somebody buys and signs (ACC-7)."""
ARCHIVED = "archived_member"
"""What `Summary.holds` names where somebody is put away."""
MAX_MEMBERS = 50
"""Members up to which a family adds further ones itself: every page reads all their names, in an item of 400 KB."""


class Status(Enum):
    """Whether a record is in use. Nothing with a history is deleted; it is archived."""

    ACTIVE = "active"
    ARCHIVED = "archived"


class Private(Enum):
    """What a member who grew up may keep from the rest of the household (NEW-14)."""

    PROFILE = "profile"
    """How to reach the member, health, answers."""
    SCHEDULE = "schedule"
    """Where the member goes and when, and whether he or she was there."""


class Role(Enum):
    """What a signed-in user is to a household (C5)."""

    HOLDER = "holder"
    GUARDIAN = "guardian"
    VIEWER = "viewer"
    DELEGATE = "delegate"

    @property
    def may_edit(self) -> bool:
        """Whether profiles may be changed and members added."""
        return self in (Role.HOLDER, Role.GUARDIAN)

    @property
    def sees_account(self) -> bool:
        """Whether money, profiles and bookings are theirs to see. A delegate comes for the classes only (C5)."""
        return self is not Role.DELEGATE


@frozen
class Address(Frozen):
    """A postal address as people write it."""

    street: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""


@frozen
class Household(Frozen):
    """The billing unit: a family account, or one person's."""

    id: str
    name: str
    number: str = ""
    """The organisation's own number of this account."""
    language: str = ""
    email: str = ""
    """Where the organisation writes to; not a login address (AUTH-13)."""
    phone: str = ""
    address: Address = field(default_factory=Address)
    status: Status = Status.ACTIVE
    due_days: int | None = None
    """Days that it has to pay an invoice; None: as many as everybody (STM-2)."""
    exempt_for: str = ""
    """Why it is charged no taxes, such as the number of a certificate; empty where it is."""
    bills_to: str = ""
    """Address that whatever is about money is mailed to; empty: `email`."""
    source: str = ""
    """Fingerprint of the imported row behind this record; empty for records made here."""
    version: int | None = None

    @property
    def terms(self) -> OwnTerms:
        """What is agreed with it alone about its invoices."""
        return OwnTerms(self.due_days, exempt=bool(self.exempt_for))

    @property
    def keys(self) -> tuple[str, str]:
        """Where codes go that let in who registers (C6): whoever changes these may become one of the family."""
        return self.phone, self.email


@frozen
class Person(Frozen):
    """Somebody who takes part: a child or an adult."""

    id: str
    first_name: str
    last_name: str
    birth_date: date | None = None
    """None when nobody told; never assumed (X-7)."""
    email: str = ""
    phone: str = ""
    emergency_name: str = ""
    emergency_phone: str = ""
    health_notes: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    """Answers to the organisation's questions, by question id."""
    households: tuple[str, ...] = ()
    """Homes the person belongs to; two for the child of separated parents (NEW-2)."""
    archived_in: tuple[str, ...] = ()
    """Homes that the person belonged to and that put him or her away with their history (X-6)."""
    keeps: frozenset[Private] = frozenset()
    """What the person, grown up, keeps from everybody else in his or her homes (NEW-14)."""
    looked_on: date | None = None
    """The day on which it is looked at next whether the person has grown up; None: never again, or age unknown."""
    status: Status = Status.ACTIVE
    source: str = ""
    """Fingerprint of the imported row behind this record; empty for records made here."""
    version: int | None = None

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()

    def born_on(self, birth_date: date | None) -> "Person":
        """The person with a date of birth; a new one has it looked at anew what age means (NEW-14)."""
        if birth_date == self.birth_date:
            return self
        return replace(self, birth_date=birth_date, looked_on=birth_date)


def age(born: date, today: date) -> int:
    """Whole years lived on `today`; somebody born on 29 February is older from 1 March on."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
