"""What a form is: sections of typed questions, whom it is asked of and when, and what was answered. Pure.

Publishing makes a version that is never changed again; an answer names the version it was given in. Everything that
is published stands in one small catalogue, so that nothing need be written at any household when a form is published:
what is due there follows from the catalogue, the household's summary and the day (`forms.gate`).
"""

from collections.abc import Mapping
from dataclasses import field
from datetime import date, datetime
from enum import Enum
from typing import NamedTuple

from chalicelib.files.domain import StoredFile
from chalicelib.schedule.domain import Ages
from chalicelib.shared.frozen import Frozen, frozen
from chalicelib.shared.texts import Texts

MAX_QUESTIONS = 60
MAX_OPTIONS = 30
MAX_SECTIONS = 20
MAX_FIELDS = 150
"""Of one form as it is posted: a form body has no more than two hundred, and an address takes five."""
MAX_FORMS = 200
"""In one organisation: all of them are told in one item that pages read."""


class Asked(NamedTuple):
    """Something that a family is asked for: a form to fill in, a consent to give, a paper to send."""

    kind: str
    """`form`, `consent` or `paper`."""
    id: str
    version: int
    member: str
    """Whom it is about; empty: the household."""
    title: Texts
    due_on: date | None
    """Last day on which the answer is in time; None: no day is set."""
    mandatory: bool
    href: str
    """The page to answer on, as a path within the portal (for `urls.portal`)."""

    def is_overdue(self, today: date) -> bool:
        """Whether the day by which it should have been answered is over."""
        return self.due_on is not None and self.due_on < today


class Audience(NamedTuple):
    """Whom something is asked of: the household itself, or those of its members that all of this fits."""

    household: bool = False
    ages: Ages = Ages()
    programmes: frozenset[str] = frozenset()
    class_groups: frozenset[str] = frozenset()
    """With a place in one of these programmes or classes; both empty: with or without any."""

    @property
    def is_placed(self) -> bool:
        """Whether only members with certain places are asked."""
        return bool(self.programmes or self.class_groups)


class Moment(Enum):
    """When a form is asked for. Whatever its moments, it opens by its link."""

    ENROLMENT = "enrolment"
    """Before a place is taken."""
    PROFILE = "profile"
    """Before a member's profile is saved (ACC-13)."""
    SIGN_IN = "sign_in"
    """On the home page, and first of all when it is overdue."""


class Kind(Enum):
    """How a question is answered."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    CHOICE = "choice"
    CHOICES = "choices"
    DATE = "date"
    PHONE = "phone"
    ADDRESS = "address"
    HEALTH = "health"
    """Words about somebody's health, which only those among the staff read who look after people."""
    FILE = "file"
    SIGNATURE = "signature"
    """A name, typed by whoever answers; who that was and when stands in the answer."""

    @property
    def is_choice(self) -> bool:
        """Whether the answer is among options, so that other questions may depend on it."""
        return self in (Kind.CHOICE, Kind.CHOICES)


class Option(NamedTuple):
    """One of the answers to choose from."""

    id: str
    label: Texts


class Condition(NamedTuple):
    """That a question is asked only of whom answered an earlier one in a certain way."""

    question: str
    option: str


class Question(NamedTuple):
    """One question."""

    id: str
    kind: Kind
    label: Texts
    hint: Mapping[str, str] = {}
    mandatory: bool = False
    options: tuple[Option, ...] = ()
    condition: Condition | None = None


class Section(NamedTuple):
    """Questions under a heading."""

    id: str
    title: Texts
    questions: tuple[Question, ...] = ()


class Content(NamedTuple):
    """What a form says and asks."""

    title: Texts
    intro: Mapping[str, str] = {}
    sections: tuple[Section, ...] = ()

    @property
    def questions(self) -> tuple[Question, ...]:
        """All questions, in order."""
        return tuple(question for section in self.sections for question in section.questions)

    def question(self, question_id: str) -> Question | None:
        """The question of this id, or None."""
        return next((each for each in self.questions if each.id == question_id), None)


class Rules(NamedTuple):
    """Of whom a form is asked, when, and how urgently."""

    audience: Audience = Audience()
    moments: frozenset[Moment] = frozenset()
    mandatory: bool = False
    """Whether places and profiles wait for it."""
    due_on: date | None = None
    valid_months: int = 0
    """For how long an answer holds; 0: until the form is asked anew."""


class Listed(NamedTuple):
    """A form as the catalogue tells it."""

    id: str
    title: Texts
    rules: Rules = Rules()
    """Those published; those being written stand with the form."""
    version: int = 0
    """The published one; 0: none yet."""
    good_from: int = 1
    """Earliest version whose answers still hold."""
    retired: bool = False
    """Not asked any more; what was answered stays."""

    @property
    def is_open(self) -> bool:
        """Whether it can be answered."""
        return self.version > 0 and not self.retired

    def holds(self, version: int, until: date | None, today: date) -> bool:
        """Whether what was answered in a version, to be good until a day (None: for good), still counts."""
        return version >= self.good_from and (until is None or today <= until)


class Catalogue(NamedTuple):
    """All forms of an organisation."""

    forms: tuple[Listed, ...] = ()
    version: int | None = None

    def find(self, form_id: str) -> Listed | None:
        """The form of this id, or None."""
        return next((each for each in self.forms if each.id == form_id), None)

    def with_form(self, listed: Listed) -> "Catalogue":
        """The catalogue with a form added or told anew."""
        known = self.find(listed.id)
        forms = tuple(listed if each is known else each for each in self.forms) if known else (*self.forms, listed)
        return self._replace(forms=forms)


@frozen
class Form(Frozen):
    """A form as the staff write it: what will be the next version."""

    id: str
    content: Content
    rules: Rules = field(default_factory=Rules)
    published: int = 0
    """Latest version that was published."""
    version: int | None = None


class Whom(NamedTuple):
    """Which form is answered, by which household, and about whom."""

    form: str
    household: str
    member: str = ""
    """Empty: about the household."""


@frozen
class Answers(Frozen):
    """What a family answered: a draft, or a form that was sent in."""

    whom: Whom
    version: int
    """Of the form."""
    language: str
    """In which the questions were read."""
    at: datetime
    """When it was sent in, or the draft was kept."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """By field name (`forms.fields`): canonical once sent in, as typed in a draft."""
    files: Mapping[str, StoredFile] = field(default_factory=dict)
    """By field name; the field itself holds the file's id."""
    id: str = ""
    """Starts with the day it was sent in; empty: a draft."""
    user: str = ""
    by: str = ""
    """Name of whoever answered, as it was then."""
    until: date | None = None
    """Last day on which it holds; None: until the form is asked anew."""
    stored: int | None = None
    """Version of the stored item."""
