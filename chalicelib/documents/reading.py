"""What a household finds among documents: its own, and those of the class groups that its members go to."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from chalicelib.documents import store
from chalicelib.documents.domain import Document, Shelf
from chalicelib.documents.shelves import classes_of
from chalicelib.households.domain import Private
from chalicelib.households.summary import NewsRow, Summary
from chalicelib.identity.account import Account
from chalicelib.shared.errors import NotFound
from chalicelib.shared.ids import is_dated_id

_BETWEEN = "-"
CLASS_NEWS = "class_document"
"""How news calls them."""


def may_see(account: Account, member: str) -> bool:
    """Whether what is about a member (empty: all) is open to somebody: who grew up may keep it alone (NEW-14)."""
    return not member or account.may_see(member, Private.PROFILE)


def class_news(shelves: Iterable[Shelf], since: datetime) -> list[NewsRow]:
    """What was shared with the household's classes since a moment, for the first page after signing in (DASH-2)."""
    recent = (each for each in in_order(shelves) if each.current.at >= since)
    return [NewsRow(CLASS_NEWS, name_of(each), each.title, each.current.at) for each in recent]


class ClassDocuments(NamedTuple):
    """Documents of a household's class groups, latest first, and which of them it has not opened."""

    documents: list[Document]
    unopened: frozenset[str]


def class_documents(org: str, home: Summary, today: date) -> ClassDocuments:
    """All of them. Two round trips; none where no member goes to a class."""
    found = in_order(store.get_shelves(org, classes_of(home, today)).values())
    seen = store.get_seen(org, home.household, found)
    unopened = (each.id for each in found if seen.get(each.id) != each.current.file.id)
    return ClassDocuments(found, frozenset(unopened))


def in_order(shelves: Iterable[Shelf]) -> list[Document]:
    """Documents of several class groups, those with the latest version first."""
    found = (document for shelf in shelves for document in shelf.documents)
    return sorted(found, key=lambda each: (each.current.at, each.id), reverse=True)


def name_of(document: Document) -> str:
    """How an address names a document of a class group."""
    return f"{document.class_group}{_BETWEEN}{document.id}"


def named(name: str) -> tuple[str, str]:
    """Class group and document of such a name. Raises NotFound for what is none."""
    class_group, _, document_id = name.partition(_BETWEEN)
    if not class_group or not is_dated_id(document_id):
        raise NotFound
    return class_group, document_id


def class_document(org: str, home: Summary, name: str, today: date) -> Document:
    """A document of one of the household's class groups. One strong read. Raises NotFound."""
    class_group, document_id = named(name)
    shelf = store.get_shelves(org, [class_group]).get(class_group) if class_group in classes_of(home, today) else None
    document = shelf.document(document_id) if shelf else None
    if document is None:
        raise NotFound
    return document
