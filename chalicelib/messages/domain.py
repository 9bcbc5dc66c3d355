"""Threads between a household and the organisation: whose turn it is, what they are about, what is unread.

A thread is open while the organisation owes an answer, waiting while the family does, and closed when nobody does. A
further message of the family opens it again. While a thread about a line of an invoice is open, nobody is reminded of
that line and no fee is charged on it (NEW-16): `paused` says so.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from enum import Enum
from typing import NamedTuple

from chalicelib.files.domain import StoredFile
from chalicelib.shared.frozen import Frozen, frozen

MAX_SUBJECT = 120
MAX_TEXT = 10_000
"""Characters of a message; a longer mail is cut, and says so."""
MAX_FILES = 5
"""Files that one message may carry."""


class ThreadState(Enum):
    """Whose turn it is."""

    OPEN = "open"
    """The organisation's."""
    WAITING = "waiting"
    """The family's."""
    CLOSED = "closed"


class Side(Enum):
    """Who speaks."""

    FAMILY = "family"
    STAFF = "staff"


class AboutKind(Enum):
    """What a thread may be attached to (NEW-16)."""

    INVOICE = "invoice"
    ENROLMENT = "enrolment"
    EVENT = "event"
    """One meeting of a class, as the calendar calls it."""
    BOOKING = "booking"


class About(NamedTuple):
    """What a thread is attached to."""

    kind: AboutKind
    id: str
    label: str
    """What people call it: number and line of an invoice, title of a class, place of a booking."""
    member: str = ""
    """Whose enrolment it is."""
    line: int = 0
    """Of an invoice, from 1 on; 0: all of it."""


class Author(NamedTuple):
    """Who writes."""

    side: Side
    user: str
    """Empty where a mail came from the household's own address."""
    name: str


@frozen
class Words(Frozen):
    """What somebody says: the text and the files with it."""

    text: str
    files: tuple[StoredFile, ...] = ()
    by_mail: bool = False
    shortened: bool = False
    """Whether a mail was longer than is kept, or had files that are not."""


@frozen
class Post(Frozen):
    """A message of a thread."""

    number: int
    """From 1 on."""
    author: Author
    at: datetime
    words: Words


@frozen
class Thread(Frozen):
    """A conversation between a household and the organisation."""

    id: str
    household: str
    household_name: str
    """As the household was called when the last message came."""
    subject: str
    state: ThreadState
    created_at: datetime
    updated_at: datetime
    """When the last message came."""
    count: int = 0
    about: About | None = None
    assigned: str = ""
    """Id of the user among the staff who takes care of it; empty: nobody yet."""
    assigned_name: str = ""
    unread_family: int = 0
    """Messages of the organisation that nobody of the household has opened."""
    unread_staff: int = 0
    reply: str = ""
    """The secret in its reply address."""
    excerpt: str = ""
    """Beginning of the last message, for lists."""
    answered_at: datetime | None = None
    """When the organisation last wrote."""
    version: int | None = None

    def unread(self, side: Side) -> int:
        """Messages of the other side that nobody on this side has opened."""
        return self.unread_family if side is Side.FAMILY else self.unread_staff


_EXCERPT = 100


def with_post(thread: Thread, author: Author, words: Words, now: datetime, household_name: str) -> tuple[Thread, Post]:
    """The thread once somebody said something, and the message: it is the other side's turn, and unread there.

    Whoever answers has read what was there before.
    """
    post = Post(thread.count + 1, author, now, words)
    of_family = author.side is Side.FAMILY
    said = replace(
        thread,
        household_name=household_name,
        state=ThreadState.OPEN if of_family else ThreadState.WAITING,
        updated_at=now,
        count=post.number,
        answered_at=thread.answered_at if of_family else now,
        unread_family=0 if of_family else thread.unread_family + 1,
        unread_staff=thread.unread_staff + 1 if of_family else 0,
        excerpt=excerpt(words.text, _EXCERPT),
    )
    return said, post


_SOON = timedelta(minutes=10)


def is_told(thread: Thread | None, author: Author, now: datetime) -> bool:
    """Whether the other side is told of a further message: not of each of several in a row that nobody has opened."""
    other = Side.STAFF if author.side is Side.FAMILY else Side.FAMILY
    return thread is None or not thread.unread(other) or now - thread.updated_at >= _SOON


def read_by(thread: Thread, side: Side) -> Thread:
    """The thread once somebody on one side opened it."""
    return replace(thread, unread_family=0) if side is Side.FAMILY else replace(thread, unread_staff=0)


def excerpt(text: str, length: int) -> str:
    """The beginning of a text in one line, whole words of it where that can be; empty for no length."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    kept = line[:length].rpartition(" ")[0] or line[:length]
    return f"{kept} …" if length else ""


_UNSEEN = {code: None for code in (*range(32), *range(127, 160)) if chr(code) not in "\t\n"}
_TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])


def tidy(text: str) -> str:
    """Text without what nobody types: control characters, and those that turn the direction of writing around."""
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_UNSEEN).translate(_TURNING)


class Question(NamedTuple):
    """Something that a family asked about and waits for an answer to."""

    kind: AboutKind
    id: str
    line: int
    thread: str


def question_of(thread: Thread) -> Question | None:
    """The question that an open thread asks; None where it is about nothing, or answered."""
    if thread.about is None or thread.state is not ThreadState.OPEN:
        return None
    return Question(thread.about.kind, thread.about.id, thread.about.line, thread.id)


def paused(questions: Iterable[Question], invoice: str, line: int) -> bool:
    """NEW-16: whether reminders and late fees wait for a line (from 1 on) of an invoice, or for all of it (0).

    A question about the whole invoice pauses each line; one about a line pauses that line alone.
    """
    asked = (each for each in questions if each.kind is AboutKind.INVOICE and each.id == invoice)
    return any(each.line in (0, line) for each in asked)
