"""What the staff note about a household for themselves: who wrote it and when, changed and deleted by any of them.

No family sees these notes on a page or finds them in its copy; where the law gives it the right to, the organisation
hands them over itself. Each act on them is noted with the staff alone, by what the note itself says.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from chalicelib.data import keys, read, write
from chalicelib.data.write import ConditionFailed
from chalicelib.households.models import NotesItem
from chalicelib.shared.errors import Conflict, Invalid, NotFound
from chalicelib.shared.frozen import Frozen, frozen
from chalicelib.shared.ids import new_id
from chalicelib.shared.texts import say
from chalicelib.shared.times import from_iso, to_iso

LONGEST = 1500
"""Characters of a note."""
MOST = 60
"""Notes of a household: all of them are one item, of 400 KB at most."""


@frozen
class Note(Frozen):
    """A note of the staff's about a household."""

    id: str
    text: str
    author: str
    """Name of who wrote it, and wrote in it last; he or she may be on the staff no more."""
    at: datetime
    changed_at: datetime | None = None


def notes_from(item: NotesItem | None) -> list[Note]:
    """The notes that an item stores, the latest first; none where there is no item."""
    rows: Sequence[Sequence[str]] = item.notes if item else ()
    return [Note(i, text, author, from_iso(at), from_iso(then) if then else None) for i, text, author, at, then in rows]


def get(org: str, household_id: str) -> list[Note]:
    """All notes about a household, the latest first. One strong read."""
    return notes_from(read.one(NotesItem, keys.client_notes(org, household_id)))


def add(org: str, household_id: str, text: str, author: str, now: datetime) -> None:
    """Adds a note. Raises Invalid when there are too many, Conflict."""
    item = _item(org, household_id)
    notes = notes_from(item)
    if len(notes) >= MOST:
        raise Invalid({"text": say("There are %(n)s notes already. Delete one that is not needed any more.", n=MOST)})
    _save(item, [Note(new_id(), text, author, now), *notes])


def change(org: str, household_id: str, note_id: str, text: str, author: str, now: datetime) -> None:
    """Writes a note anew. Raises NotFound, Conflict."""
    item = _item(org, household_id)
    before = _find(item, note_id)
    after = replace(before, text=text, author=author, changed_at=now)
    _save(item, [after if each.id == note_id else each for each in notes_from(item)])


def delete(org: str, household_id: str, note_id: str) -> None:
    """Deletes a note. Raises NotFound, Conflict."""
    item = _item(org, household_id)
    gone = _find(item, note_id)
    _save(item, [each for each in notes_from(item) if each.id != gone.id])


def find(org: str, household_id: str, note_id: str) -> Note:
    """One note. One strong read. Raises NotFound."""
    return _find(_item(org, household_id), note_id)


def _find(item: NotesItem, note_id: str) -> Note:
    found = next((each for each in notes_from(item) if each.id == note_id), None)
    if found is None:
        raise NotFound
    return found


def _item(org: str, household_id: str) -> NotesItem:
    pk, sk = key = keys.client_notes(org, household_id)
    return read.one(NotesItem, key) or NotesItem(pk, sk, household=household_id, notes=[], version=None)


def _save(item: NotesItem, notes: Sequence[Note]) -> None:
    """Writes the notes over the version that was read: of two who write at once, one is asked to look again."""
    item.notes = [
        [each.id, each.text, each.author, to_iso(each.at), to_iso(each.changed_at) if each.changed_at else ""]
        for each in notes
    ]
    try:
        write.put(item)
    except ConditionFailed as refused:
        raise Conflict from refused
