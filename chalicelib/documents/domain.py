"""Documents that the organisation shares, and papers that it asks families for: their states and rules. No storage."""

from dataclasses import replace
from datetime import date, datetime
from enum import Enum
from typing import NamedTuple

from chalicelib.files.domain import StoredFile
from chalicelib.shared.errors import Conflict, Invalid
from chalicelib.shared.frozen import Frozen, frozen
from chalicelib.shared.texts import say

MAX_TITLE = 120
MAX_NOTE = 1000
MAX_EDITIONS = 10
"""Versions of one document."""
MAX_SENT = 10
"""Files that a family may send for one request."""
MAX_SHELF = 60
"""Documents that a class group may have at once: they are read together."""


class Edition(NamedTuple):
    """One version of a document."""

    file: StoredFile
    at: datetime
    by: str
    """User among the staff who put it there."""


@frozen
class Document(Frozen):
    """A document that the organisation shares with a household, or with all families of a class group (DOC-1)."""

    id: str
    """Starts with the day on which it was shared."""
    title: str
    editions: tuple[Edition, ...]
    """Newest first; the earlier ones stay beside it."""
    note: str = ""
    household: str = ""
    member: str = ""
    """Whom of the household it is about; empty: all."""
    class_group: str = ""
    """All of whose families it is for; empty: for the household alone."""
    opened_at: datetime | None = None
    """When somebody of the household first opened its newest version."""
    opened_by: str = ""
    version: int | None = None

    @property
    def current(self) -> Edition:
        """The version that counts."""
        return self.editions[0]

    def file(self, file_id: str) -> StoredFile | None:
        """One of its files, or None."""
        return next((each.file for each in self.editions if each.file.id == file_id), None)


def require_room(document: Document) -> None:
    """Makes sure that a document may have another version. Raises Invalid when it has had too many."""
    if len(document.editions) >= MAX_EDITIONS:
        raise Invalid({"file": say("This document has had %(n)s versions: share a new one", n=MAX_EDITIONS)})


def replaced(document: Document, edition: Edition) -> Document:
    """A document with a newer version, which nobody has opened yet. Raises Invalid as `require_room` does."""
    require_room(document)
    return replace(document, editions=(edition, *document.editions), opened_at=None, opened_by="")


@frozen
class Shelf(Frozen):
    """The documents of a class group, newest first."""

    class_group: str
    documents: tuple[Document, ...] = ()
    version: int | None = None

    def document(self, document_id: str) -> Document | None:
        """One of them, or None."""
        return next((each for each in self.documents if each.id == document_id), None)


def put_on(shelf: Shelf, document: Document) -> Shelf:
    """A shelf with a document added, or in a new version. Raises Invalid when there is no room for another."""
    others = tuple(each for each in shelf.documents if each.id != document.id)
    if len(others) >= MAX_SHELF:
        raise Invalid({"file": say("This class has %(n)s documents: withdraw one that is not needed", n=MAX_SHELF)})
    found = (document, *others) if len(others) == len(shelf.documents) else _in_place(shelf.documents, document)
    return replace(shelf, documents=found)


def _in_place(documents: tuple[Document, ...], changed: Document) -> tuple[Document, ...]:
    return tuple(changed if each.id == changed.id else each for each in documents)


def take_off(shelf: Shelf, document_id: str) -> Shelf:
    """A shelf without a document that was withdrawn."""
    return replace(shelf, documents=tuple(each for each in shelf.documents if each.id != document_id))


class WantedState(Enum):
    """Where a paper that the organisation asked for stands."""

    ASKED = "asked"
    SENT = "sent"
    """The family sent it; somebody at the desk has to look at it."""
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    """It was not the right one, and is still waited for."""
    WITHDRAWN = "withdrawn"
    """It is not needed any more."""

    @property
    def waits_for_family(self) -> bool:
        """Whether the family has to do something."""
        return self in (WantedState.ASKED, WantedState.REJECTED)

    @property
    def takes_files(self) -> bool:
        """Whether a file may be sent; a second one may follow the first until somebody has looked."""
        return self.waits_for_family or self is WantedState.SENT


class Sent(NamedTuple):
    """A file that the family sent."""

    file: StoredFile
    at: datetime
    by: str


@frozen
class Wanted(Frozen):
    """A paper that the organisation asks a household for."""

    id: str
    """Starts with the day on which it was asked for."""
    household: str
    title: str
    asked_at: datetime
    asked_by: str
    """User among the staff."""
    note: str = ""
    member: str = ""
    due_on: date | None = None
    """Last day on which it is in time."""
    state: WantedState = WantedState.ASKED
    sent: tuple[Sent, ...] = ()
    """Newest first."""
    reason: str = ""
    """Why what was sent was not right; the family reads it."""
    decided_at: datetime | None = None
    decided_by: str = ""
    version: int | None = None

    def file(self, file_id: str) -> StoredFile | None:
        """One of the files that were sent, or None."""
        return next((each.file for each in self.sent if each.file.id == file_id), None)

    def is_late(self, today: date) -> bool:
        """Whether the family should have sent it before `today`."""
        return self.state.waits_for_family and self.due_on is not None and self.due_on < today


def require_taking(wanted: Wanted) -> None:
    """Makes sure that a file may be sent. Raises Conflict when nothing is waited for, Invalid after too many."""
    if not wanted.state.takes_files:
        raise Conflict(say("This document is not asked for any more."))
    if len(wanted.sent) >= MAX_SENT:
        raise Invalid({"file": say("You have sent %(n)s files for this: we will look at them first", n=MAX_SENT)})


def answered(wanted: Wanted, sent: Sent) -> Wanted:
    """The request once the family sent a file. Raises as `require_taking` does."""
    require_taking(wanted)
    return replace(wanted, state=WantedState.SENT, sent=(sent, *wanted.sent))


def decided(wanted: Wanted, reason: str, by: str, now: datetime) -> Wanted:
    """What somebody at the desk found of what was sent: accepted, or with a `reason` rejected. Raises Conflict."""
    if wanted.state is not WantedState.SENT:
        raise Conflict
    state = WantedState.REJECTED if reason else WantedState.ACCEPTED
    return replace(wanted, state=state, reason=reason, decided_at=now, decided_by=by)


def given_up(wanted: Wanted, by: str, now: datetime) -> Wanted:
    """The request once it is not needed any more. Raises Conflict when it is settled."""
    if not wanted.state.takes_files:
        raise Conflict
    return replace(wanted, state=WantedState.WITHDRAWN, decided_at=now, decided_by=by)
