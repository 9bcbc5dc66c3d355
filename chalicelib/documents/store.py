"""Reads and writes documents, the shelves of class groups, and the papers that are asked for."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from chalicelib.data import keys, read, write
from chalicelib.data.items import Item
from chalicelib.data.keys import Key
from chalicelib.data.write import Transaction
from chalicelib.documents.domain import Document, Edition, Sent, Shelf, Wanted, WantedState
from chalicelib.documents.models import DocumentItem, SeenItem, SentPaperItem, ShelfItem, WantedItem
from chalicelib.files.domain import StoredFile
from chalicelib.shared.ids import is_dated_id
from chalicelib.shared.times import DAY, after, day_or_none, from_iso, moment_or_none, to_iso

_SEEN_KEPT = 730 * DAY
"""As long as news (L-10)."""


def get_document(org: str, household_id: str, document_id: str) -> Document | None:
    """The household's document, or None. One strong read."""
    found = read.one(DocumentItem, keys.document(org, household_id, document_id)) if is_dated_id(document_id) else None
    return document_from(found) if found else None


def list_documents(org: str, household_id: str, beyond: str = "") -> read.Page[Document]:
    """Documents of a household, latest first, 25 at a time. One round trip."""
    found = read.listed(DocumentItem, partial(keys.document, org, household_id), after=beyond)
    return read.Page([document_from(item) for item in found.rows], found.next)


def save_document(transaction: Transaction, org: str, document: Document) -> None:
    """Adds the write of a new or changed document; refused when it was changed meanwhile."""
    transaction.put("document", document_item(org, document))


def delete_document(transaction: Transaction, org: str, document: Document) -> None:
    """Adds the removal of a document; refused when it was changed meanwhile."""
    transaction.delete("document", document_item(org, document))


def mark_opened(org: str, document: Document, user: str, now: datetime) -> None:
    """Writes when a document was first opened. Raises ConditionFailed when it was changed meanwhile, Unavailable."""
    actions = [DocumentItem.opened_at.set(to_iso(now)), DocumentItem.opened_by.set(user)]
    write.update(document_item(org, document), actions)


def get_shelves(org: str, class_groups: Iterable[str]) -> dict[str, Shelf]:
    """Documents of class groups, by the class group; those that have some. One round trip a hundred."""
    wanted = [keys.class_documents(org, each) for each in class_groups]
    found = read.many(ShelfItem, wanted) if wanted else {}
    return {item.class_group: shelf_from(item) for item in found.values()}


def shelves_in(found: Mapping[Key, dict[str, dict[str, object]]], wanted: Iterable[Key]) -> list[Shelf]:
    """The shelves at `wanted` among items that were read together with others."""
    return [shelf_from(ShelfItem.from_raw_data(found[key])) for key in wanted if key in found]


def save_shelf(transaction: Transaction, org: str, shelf: Shelf) -> None:
    """Adds the write of a class group's documents; refused when they were changed meanwhile."""
    pk, sk = keys.class_documents(org, shelf.class_group)
    documents = [_told(each) | {"id": each.id} for each in shelf.documents]
    transaction.put(
        "shelf", ShelfItem(pk, sk, class_group=shelf.class_group, documents=documents, version=shelf.version)
    )


def get_seen(org: str, household_id: str, documents: Sequence[Document]) -> dict[str, str]:
    """Which file of class groups' documents a household last opened, by document. One round trip a hundred."""
    wanted = [keys.seen_document(org, each.class_group, each.id, household_id) for each in documents]
    found = read.many(SeenItem, wanted) if wanted else {}
    return {item.document: item.file for item in found.values()}


def count_seen(org: str, document: Document) -> int:
    """How many households opened the newest version of a class group's document; at most 500 are looked at."""
    start = keys.seen_document(org, document.class_group, document.id, "")
    found = read.page(SeenItem, start.pk, start.sk, size=500)
    return sum(item.file == document.current.file.id for item in found.rows)


def save_seen(org: str, household_id: str, document: Document, file_id: str, now: datetime) -> None:
    """Writes that a household opened a file of a class group's document. Raises Unavailable."""
    pk, sk = keys.seen_document(org, document.class_group, document.id, household_id)
    expires = after(now, _SEEN_KEPT)
    item = SeenItem(pk, sk, document=document.id, household=household_id, file=file_id, at=to_iso(now), expires=expires)
    write.put(item)


def get_wanted(org: str, household_id: str, wanted_id: str) -> Wanted | None:
    """A paper that is asked of the household, or None. One strong read."""
    found = read.one(WantedItem, keys.wanted_paper(org, household_id, wanted_id)) if is_dated_id(wanted_id) else None
    return wanted_from(found) if found else None


def list_wanted(org: str, household_id: str, beyond: str = "") -> read.Page[Wanted]:
    """Papers asked of a household, latest first, 25 at a time. One round trip."""
    found = read.listed(WantedItem, partial(keys.wanted_paper, org, household_id), after=beyond)
    return read.Page([wanted_from(item) for item in found.rows], found.next)


def list_sent(org: str, beyond: str = "") -> read.Page[SentPaperItem]:
    """What somebody at the desk has to look at, that which waits longest first, 25 at a time. One round trip.

    The page goes on after what `next` says.
    """
    partition = keys.sent_paper(org, "", "", "").pk
    start = f"{keys.SENT_PAPERS}{beyond}" if beyond else ""
    found = read.page(SentPaperItem, partition, keys.SENT_PAPERS, after=start, newest_first=False)
    return read.Page(found.rows, found.next.removeprefix(keys.SENT_PAPERS))


def save_wanted(transaction: Transaction, org: str, before: Wanted | None, after_: Wanted, household_name: str) -> None:
    """Adds the write of a request, and of its place in the desk's list while somebody has to look at it."""
    old = _sent_items(org, before, household_name) if before else {}
    new = _sent_items(org, after_, household_name)
    for key in old.keys() - new.keys():
        transaction.delete("sent", old[key])
    for key in new.keys() - old.keys():
        transaction.put("sent", new[key])
    transaction.put("wanted", wanted_item(org, after_))


def places_at_desk(org: str, wanted: Wanted) -> list[Key]:
    """Where a request stands in the desk's list; nowhere unless somebody has to look at it."""
    return list(_sent_items(org, wanted, ""))


def _sent_items(org: str, wanted: Wanted, household_name: str) -> dict[Key, Item]:
    """It waits since the first file that nobody looked at."""
    if wanted.state is not WantedState.SENT:
        return {}
    since = wanted.decided_at
    waiting = [each.at for each in wanted.sent if since is None or each.at >= since]
    sent_at = to_iso(min(waiting, default=wanted.asked_at))
    pk, sk = keys.sent_paper(org, sent_at, wanted.household, wanted.id)
    item = SentPaperItem(
        pk,
        sk,
        household=wanted.household,
        wanted=wanted.id,
        household_name=household_name,
        title=wanted.title,
        member=wanted.member or None,
        sent_at=sent_at,
    )
    return {item.key: item}


def document_item(org: str, document: Document) -> DocumentItem:
    """The item that stores a household's document."""
    pk, sk = keys.document(org, document.household, document.id)
    return DocumentItem(
        pk,
        sk,
        household=document.household,
        document=document.id,
        told=_told(document),
        opened_at=_text(document.opened_at),
        opened_by=document.opened_by or None,
        version=document.version,
    )


def document_from(item: DocumentItem) -> Document:
    """The document that `item` stores."""
    told: dict[str, Any] = item.told
    return Document(
        id=item.document,
        title=told["title"],
        editions=_editions(told),
        note=told["note"],
        household=item.household,
        member=told["member"],
        opened_at=moment_or_none(item.opened_at),
        opened_by=item.opened_by or "",
        version=item.version,
    )


def shelf_from(item: ShelfItem) -> Shelf:
    """The documents of a class group that `item` stores."""
    documents = tuple(
        Document(told["id"], told["title"], _editions(told), told["note"], class_group=item.class_group)
        for told in item.documents
    )
    return Shelf(item.class_group, documents, item.version)


def _told(document: Document) -> dict[str, Any]:
    return {
        "title": document.title,
        "note": document.note,
        "member": document.member,
        "editions": [[each.file.to_json(), to_iso(each.at), each.by] for each in document.editions],
    }


def _editions(told: Mapping[str, Any]) -> tuple[Edition, ...]:
    return tuple(Edition(StoredFile.from_json(file), from_iso(at), by) for file, at, by in told["editions"])


def wanted_item(org: str, wanted: Wanted) -> WantedItem:
    """The item that stores a request for a paper."""
    pk, sk = keys.wanted_paper(org, wanted.household, wanted.id)
    told = {
        "title": wanted.title,
        "note": wanted.note,
        "member": wanted.member,
        "due_on": wanted.due_on.isoformat() if wanted.due_on else "",
        "asked": [to_iso(wanted.asked_at), wanted.asked_by],
        "sent": [[each.file.to_json(), to_iso(each.at), each.by] for each in wanted.sent],
        "decided": [_text(wanted.decided_at) or "", wanted.decided_by, wanted.reason],
    }
    return WantedItem(
        pk, sk, household=wanted.household, wanted=wanted.id, state=wanted.state.value, told=told,
        version=wanted.version,
    )  # fmt: skip


def wanted_from(item: WantedItem) -> Wanted:
    """The request that `item` stores."""
    told: dict[str, Any] = item.told
    asked_at, asked_by = told["asked"]
    decided_at, decided_by, reason = told["decided"]
    return Wanted(
        id=item.wanted,
        household=item.household,
        title=told["title"],
        asked_at=from_iso(asked_at),
        asked_by=asked_by,
        note=told["note"],
        member=told["member"],
        due_on=day_or_none(told["due_on"]),
        state=WantedState(item.state),
        sent=tuple(Sent(StoredFile.from_json(file), from_iso(at), by) for file, at, by in told["sent"]),
        reason=reason,
        decided_at=moment_or_none(decided_at),
        decided_by=decided_by,
        version=item.version,
    )


def _text(moment: datetime | None) -> str | None:
    return to_iso(moment) if moment else None
