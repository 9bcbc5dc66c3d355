"""An organisation and what it chose: languages, zone, currency, brand, rules of sign-in, questions of profiles."""

import re
from collections.abc import Mapping
from dataclasses import field, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, NamedTuple

from chalicelib.organisations.terms import BillingTerms, OwnTerms
from chalicelib.organisations.word import WordTerms
from chalicelib.shared.frozen import Frozen, frozen
from chalicelib.shared.texts import Texts
from chalicelib.shared.times import Days

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")

RESERVED_SLUGS = frozenset({"assets", "health", "api", "static", "webhooks", "admin"})
"""First path segments that belong to the product."""

MAX_ACTIONS = 4
"""Action buttons an organisation may put on the dashboard (DASH-5)."""


def is_slug(value: str) -> bool:
    """Whether `value` can stand in addresses: lower-case letters, digits and inner hyphens, up to 40."""
    return bool(_SLUG.fullmatch(value)) and value not in RESERVED_SLUGS


class Status(Enum):
    """Whether an organisation's portal is open (S-07)."""

    ACTIVE = "active"
    SUSPENDED = "suspended"


class Module(Enum):
    """Parts that appear only where the organisation uses them (DASH-6)."""

    CLASSES = "classes"
    BOOKINGS = "bookings"
    INVOICES = "invoices"
    SKILLS = "skills"
    DOCUMENTS = "documents"
    """Files shared with families, and files asked of them."""
    FORMS = "forms"
    """Questions to families, and agreements to sign."""
    SLIPS = "slips"
    """Official papers for taxes."""
    MESSAGES = "messages"
    PURCHASES = "purchases"
    """What families buy apart from lessons and bookings: goods, cards, passes."""


NOTES = ("sign_in", "home")
"""Pages with room for a few words of the organisation's own: where families sign in, and where they are then."""

USUAL_MODULES = frozenset({Module.CLASSES, Module.BOOKINGS, Module.INVOICES})
"""What an organisation uses that says nothing else."""


class QuestionKind(Enum):
    """How a profile question is answered."""

    TEXT = "text"
    CHOICE = "choice"
    YES_NO = "yes_no"


class Question(NamedTuple):
    """A question the organisation asks about every member (ACC-13)."""

    id: str
    label: Texts
    kind: QuestionKind = QuestionKind.TEXT
    required: bool = False
    choices: tuple[tuple[str, Texts], ...] = ()


class ActionButton(NamedTuple):
    """A button of the dashboard: an address of the organisation's, or a page of the portal by name (DASH-5)."""

    label: Texts
    target: str
    """`https://…`, `mailto:…`, `tel:…`, or the name of a portal page such as `invoices`."""


@frozen
class Contact(Frozen):
    """How a family reaches the people of the organisation."""

    email: str = ""
    phone: str = ""
    website: str = ""
    address: str = ""
    phone_shown: str = ""
    """The telephone as people of the country write it; kept, because every page shows it and working it out is dear."""


@frozen
class Brand(Frozen):
    """How the portal looks for one organisation (ADM-9)."""

    colour: str = "#1f4fa3"
    logo: str = ""
    """Content hash of the stored logo; empty when there is none."""


class Registration(Enum):
    """Who may register without the staff (C4, AUTH-7)."""

    CLOSED = "closed"
    """Nobody: the organisation opens accounts."""
    MATCH = "match"
    """Whoever proves to be of a household on file (ACC-5)."""
    OPEN = "open"
    """Anybody."""


@frozen
class SignInRules(Frozen):
    """What an organisation decides about signing in."""

    require_email: bool = True
    """C2: nobody signs in, not even by text, whose record has no email address."""
    text_countries: tuple[str, ...] = ()
    """ISO 3166 codes that codes may be texted to; empty means the organisation's own country (A-21)."""
    codes_per_hour: int = 300
    """A-14: codes of the whole organisation within an hour."""
    registration: Registration = Registration.CLOSED


class PrivacyTerms(NamedTuple):
    """Who answers for the families' data, and what is kept longer than the law asks (X-15)."""

    officer: str = ""
    """Name of the person in charge of protecting personal information."""
    email: str = ""
    keep_years: tuple[tuple[str, int], ...] = ()
    """Years by kind of record (`privacy.retention.Keep`), where they are more than the country's law asks."""


class GrowingAges(NamedTuple):
    """The ages at which a family is offered to let somebody go on alone (NEW-14)."""

    own_sign_in: int = 14
    adult: int = 18


@frozen
class Organisation(Frozen):
    """One tenant: one portal, one silo of data."""

    slug: str
    name: Texts
    country: str
    """ISO 3166 code; local telephone formats are read by it."""
    zone: str
    """IANA time zone in which its classes happen."""
    currency: str
    languages: tuple[str, ...]
    status: Status = Status.ACTIVE
    contact: Contact = field(default_factory=Contact)
    brand: Brand = field(default_factory=Brand)
    sign_in: SignInRules = field(default_factory=SignInRules)
    billing: BillingTerms = field(default_factory=BillingTerms)
    enrolment_terms: Mapping[str, Any] = field(default_factory=dict)
    """Rules of absences, make-ups, leaving and changing group (`schedule.terms`), by name."""
    modules: frozenset[Module] = USUAL_MODULES
    actions: tuple[ActionButton, ...] = ()
    required_fields: frozenset[str] = frozenset()
    """Names of member profile fields that must be answered, e.g. `birth_date` (ACC-13)."""
    questions: tuple[Question, ...] = ()
    import_key: bytes = b""
    """Secret from which imported records' ids are derived, so that a second import finds them."""
    link_keys: tuple[bytes, ...] = ()
    """Secrets that the lines are signed with by which families do without a kind of message, newest first; none: they
    never were others than the one above."""
    growing: GrowingAges = field(default_factory=GrowingAges)
    shares_reasons: bool = True
    """Whether the other home of a shared child reads why the child stayed away (NEW-2)."""
    privacy: PrivacyTerms = field(default_factory=PrivacyTerms)
    holidays: tuple[Days, ...] = ()
    """Days on which no series of meetings falls."""
    mail_excerpt: int = 0
    """Characters of a message that the mail about it may show, with its subject; 0: only that there is one."""
    notes: Mapping[str, Texts] = field(default_factory=dict)
    """Words of the organisation's own on pages, by where they stand (`NOTES`)."""
    word: WordTerms = field(default_factory=WordTerms)
    """When nobody is to be disturbed by what can wait."""
    offers_bookings: bool = False
    """Whether there is anything that families can book online; kept by the writes that change what there is."""

    demo_of: str = ""
    """Slug of the organisation whose staff try the portal here, with a family that nobody is; "" for a real one."""
    ahead: int = 0
    """Of a demonstration: seconds that its clock is ahead of the world's (NEW-17)."""

    @property
    def signing_keys(self) -> tuple[bytes, ...]:
        """What such lines may be signed with; the first signs new ones."""
        return self.link_keys or (self.import_key,)

    def billing_as(self, own: OwnTerms) -> "Organisation":
        """The organisation as it bills one household: by what is agreed with that one alone, and with no other."""
        return self if own == self.billing.own else replace(self, billing=replace(self.billing, own=own))

    def clock(self, now: datetime) -> datetime:
        """What time it is here: what it is everywhere, but in a demonstration whose clock was moved."""
        return now + timedelta(seconds=self.ahead) if self.ahead else now

    @property
    def language(self) -> str:
        """The language spoken when nobody said otherwise."""
        return self.languages[0]

    @property
    def text_countries(self) -> tuple[str, ...]:
        """Countries that codes may be texted to."""
        return self.sign_in.text_countries or (self.country,)

    def uses(self, module: Module) -> bool:
        """Whether families should see this part at all."""
        return module in self.modules


Answers = Mapping[str, str]
"""Answers to an organisation's questions, by question id."""
