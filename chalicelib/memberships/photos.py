"""Members' pictures for their cards: which file of the vault each is."""

from typing import NamedTuple

from chalicelib.data import keys, read
from chalicelib.data.write import Transaction
from chalicelib.files.domain import StoredFile
from chalicelib.households.activity import Deed, note
from chalicelib.memberships.models import PhotoItem


class Photo(NamedTuple):
    """A member's picture."""

    household: str
    """Whose file it is: the home that sent it."""
    file: StoredFile


def get(org: str, person: str) -> Photo | None:
    """A member's picture; None when there is none. One strong read."""
    item = read.one(PhotoItem, keys.photo(org, person)) if person else None
    return Photo(item.household, StoredFile.from_json(item.file)) if item else None


def save(org: str, person: str, photo: Photo, deed: Deed) -> None:
    """Puts a picture in the place of the one before, and notes it in the family's log. Raises Unavailable."""
    transaction = Transaction()
    item = PhotoItem(*keys.photo(org, person), household=photo.household, file=photo.file.to_json())
    transaction.put("photo", item)
    note(transaction, org, photo.household, deed)
    transaction.commit()
