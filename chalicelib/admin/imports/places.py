"""Where imported records lie: which household's or person's they are, found by the organisation's own id alone.

Records are stored under their owner and the day they began with. Without this note a record whose owner
changed in the files would be taken for a new one, and stay with the former owner as well.
"""

from collections.abc import Iterable
from typing import NamedTuple

from pynamodb.attributes import UnicodeAttribute

from chalicelib.data import keys, read
from chalicelib.data.items import Item
from chalicelib.data.write import Transaction

OWNERS = {
    "enrolment": "member",
    "certificate": "member",
    "booking": "household",
    "invoice": "household",
    "payment": "household",
}
"""Kinds of records that have an owner, and the column that names it."""


class ImportedItem(Item, discriminator="imported"):
    """Where an imported record lies."""

    owner = UnicodeAttribute()
    record = UnicodeAttribute()


class Place(NamedTuple):
    """Whose an imported record is, and its whole id."""

    owner: str
    """Id of a household, or of a person for an enrolment or a certificate."""
    record: str


def get_places(org: str, record_ids: Iterable[str]) -> dict[str, Place]:
    """Places of the records that were imported, by id without its day. One round trip for each hundred."""
    wanted = {keys.imported(org, record_id): record_id for record_id in record_ids}
    found = read.many(ImportedItem, list(wanted)) if wanted else {}
    return {wanted[key]: Place(item.owner, item.record) for key, item in found.items()}


def note_place(transaction: Transaction, org: str, record_id: str, place: Place) -> None:
    """Adds where a record lies; refused when another import brought it to another owner meanwhile."""
    pk, sk = keys.imported(org, record_id)
    free = ImportedItem.pk.does_not_exist() | (ImportedItem.owner == place.owner)
    transaction.put("imported", ImportedItem(pk, sk, owner=place.owner, record=place.record), free)
