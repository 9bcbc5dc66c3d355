"""What is done with documents: sharing one, bringing a newer version, taking it back, and opening it (DOC-1).

What is a household's is one transaction with its summary, which tells the dashboard. What is a class group's stands on
the class's own shelf, so that sharing costs the same for ten families and for two hundred.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import NamedTuple

from chalicelib.billing.books import Books, keep
from chalicelib.data import write
from chalicelib.data.outbox import Notice
from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.documents import domain, store
from chalicelib.documents.domain import Document, Edition, Shelf
from chalicelib.files import keeping
from chalicelib.files.domain import STAFF_KINDS, StoredFile
from chalicelib.households.activity import Deed, note_look
from chalicelib.households.domain import Private
from chalicelib.households.store import delete_news
from chalicelib.households.summary import NewsRow, Summary
from chalicelib.households.summing import without_news
from chalicelib.organisations.domain import Organisation
from chalicelib.shared.errors import Conflict, NotFound, Unavailable
from chalicelib.shared.ids import dated_id
from chalicelib.shared.times import local_day, to_iso
from chalicelib.web.uploads import Upload

HOLDS = "document"
"""How the summary calls that a household has documents or is asked for some."""
NEWS = "document"


class Words(NamedTuple):
    """What is said of a document."""

    title: str
    note: str = ""


def share(
    organisation: Organisation, homes: Iterable[str], member: str, words: Words, upload: Upload, by: str, now: datetime
) -> str:
    """Shares a file with households; each gets its own, for a child's homes need not know of each other.

    `member` is whom it is about; empty: all of the one household. Returns the id that it has in all of them. Raises
    NotFound, Conflict, and Invalid for a file that is none.
    """
    document_id = dated_id(local_day(now, organisation.zone))
    for household in homes:
        file = keeping.keep(organisation.slug, household, upload, kinds=STAFF_KINDS)
        edition = Edition(file, now, by)
        made = Document(document_id, words.title, (edition,), words.note, household, member)
        keep(organisation, household, now, partial(_told, document=made))
    return document_id


def replace_file(
    organisation: Organisation, household: str, document_id: str, upload: Upload, by: str, now: datetime
) -> None:
    """A newer version of a household's document; the earlier ones stay. Raises NotFound, Conflict, Invalid."""
    edition = _edition(organisation.slug, household, _found(organisation.slug, household, document_id), upload, by, now)

    def work(books: Books) -> None:
        _told(books, domain.replaced(_found(books.org, household, document_id), edition))

    keep(organisation, household, now, work)


def _edition(org: str, owner: str, document: Document, upload: Upload, by: str, now: datetime) -> Edition:
    """The file, kept; but not before it is sure that the document may have it. Raises Invalid."""
    domain.require_room(document)
    return Edition(keeping.keep(org, owner, upload, kinds=STAFF_KINDS), now, by)


def _told(books: Books, document: Document) -> None:
    """Writes a new document, or a new version of one, and tells the household."""
    store.save_document(books.transaction, books.org, document)
    books.hold(HOLDS)
    told = not keeps_alone(books.summary, document.member)
    if told:
        books.news(NEWS, document.id, document.title)
    books.note("document_shared", document.title, of=document.member)
    facts = {"document": document.id, "title": document.title if told else "", "again": len(document.editions) > 1}
    books.tell(Notice("document", "", facts, household=books.household))


def keeps_alone(home: Summary, member: str) -> bool:
    """Whether a member who grew up keeps it from the others, so that it is no news for all of them (NEW-14)."""
    return Private.PROFILE.value in home.keeps(member)


def withdraw(organisation: Organisation, household: str, document_id: str, now: datetime) -> None:
    """Takes a document back: the household does not find it any more, and its files are forgotten.

    Raises NotFound, Conflict.
    """

    def work(books: Books) -> Document:
        document = _found(books.org, household, document_id)
        store.delete_document(books.transaction, books.org, document)
        books.amend(without_news(books.summary, NEWS, document.id))
        for at in {to_iso(edition.at): edition.at for edition in document.editions}.values():
            told = NewsRow(NEWS, document.id, document.title, at)
            delete_news(books.transaction, books.org, household, told)
        books.note("document_withdrawn", document.title, of=document.member)
        return document

    gone = keep(organisation, household, now, work)
    _forget(organisation.slug, household, gone)


def _found(org: str, household: str, document_id: str) -> Document:
    document = store.get_document(org, household, document_id)
    if document is None:
        raise NotFound
    return document


def _forget(org: str, owner: str, document: Document) -> None:
    for edition in document.editions:
        keeping.drop(org, owner, edition.file)


def opened(org: str, household: str, document: Document, file: StoredFile, user: str, now: datetime) -> None:
    """Notes that somebody of the household opened a document. Never a reason for the file not to come."""
    about = {"label": document.title, **({"of": document.member} if document.member else {})}
    note_look(org, household, Deed("document_opened", now, user, about))
    if document.opened_at or file.id != document.current.file.id:
        return
    try:
        store.mark_opened(org, document, user, now)
    except (ConditionFailed, Unavailable):
        return


def share_with_class(
    organisation: Organisation, class_group: str, words: Words, upload: Upload, by: str, now: datetime
) -> str:
    """Shares a file with all families of a class group, now and later. Returns its id. Raises Conflict, Invalid."""
    org, document_id = organisation.slug, dated_id(local_day(now, organisation.zone))
    blank = Document(document_id, words.title, (), words.note, class_group=class_group)
    domain.put_on(shelf_of(org, class_group), blank)
    file = keeping.keep(org, keeping.ORGANISATION, upload, kinds=STAFF_KINDS)
    made = replace(blank, editions=(Edition(file, now, by),))
    _on_shelf(org, class_group, lambda shelf: domain.put_on(shelf, made))
    return document_id


def replace_for_class(
    organisation: Organisation, class_group: str, document_id: str, upload: Upload, by: str, now: datetime
) -> None:
    """A newer version of a class group's document. Raises NotFound, Conflict, Invalid."""
    org = organisation.slug
    known = on_shelf(shelf_of(org, class_group), document_id)
    edition = _edition(org, keeping.ORGANISATION, known, upload, by, now)
    _on_shelf(
        org, class_group,
        lambda shelf: domain.put_on(shelf, domain.replaced(on_shelf(shelf, document_id), edition)),
    )  # fmt: skip


def withdraw_from_class(org: str, class_group: str, document_id: str) -> None:
    """Takes a document of a class group back. Raises NotFound, Conflict."""
    known = on_shelf(shelf_of(org, class_group), document_id)
    _on_shelf(org, class_group, lambda shelf: domain.take_off(shelf, document_id))
    _forget(org, keeping.ORGANISATION, known)


def shelf_of(org: str, class_group: str) -> Shelf:
    """The documents of a class group; an empty shelf where there are none. One strong read."""
    return store.get_shelves(org, [class_group]).get(class_group) or Shelf(class_group)


def on_shelf(shelf: Shelf, document_id: str) -> Document:
    """One document of a shelf. Raises NotFound."""
    document = shelf.document(document_id)
    if document is None:
        raise NotFound
    return document


def _on_shelf(org: str, class_group: str, change: Callable[[Shelf], Shelf]) -> None:
    """Writes a shelf as `change` makes it; again from what is true then when somebody else was quicker."""
    for _ in write.turns():
        transaction = Transaction()
        store.save_shelf(transaction, org, change(shelf_of(org, class_group)))
        try:
            transaction.commit()
        except ConditionFailed:
            continue
        return
    raise Conflict


def opened_of_class(org: str, household: str, document: Document, file: StoredFile, user: str, now: datetime) -> None:
    """Notes that somebody of a household opened a document of a class group. Never a reason for it not to come."""
    note_look(org, household, Deed("document_opened", now, user, {"label": document.title}))
    if file.id != document.current.file.id:
        return
    try:
        store.save_seen(org, household, document, file.id, now)
    except Unavailable:
        return
