"""The end of an organisation: closed at once, kept for a month in which it can be taken back, then gone with all its
families, files, users and settings.

Nothing of it may survive by its place in some list, so the whole table is looked through for keys that begin with the
organisation's. That takes long and is done piece by piece; cut short anywhere, the next tick goes on.
"""

from collections.abc import Callable
from datetime import datetime

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.data import keys, read, write
from chalicelib.data.items import Item
from chalicelib.data.keys import Key
from chalicelib.data.write import Transaction
from chalicelib.files import keeping
from chalicelib.organisations import store
from chalicelib.organisations.domain import Status
from chalicelib.ports import Vault
from chalicelib.shared.times import DAY, after, from_iso, to_iso

QUEUE = "endings"
"""The work queue of organisations whose end has come."""
GRACE = 30 * DAY
"""Seconds in which the deletion of an organisation can be taken back."""


class EndingItem(Item, discriminator="ending"):
    """That an organisation is to be deleted, and how far that is."""

    org = UnicodeAttribute()
    demo = UnicodeAttribute(null=True)
    """The organisation that its demonstration lives in, which goes first."""
    after_pk = UnicodeAttribute(null=True)
    after_sk = UnicodeAttribute(null=True)
    met = NumberAttribute(default=0)
    """Items that were deleted since the table was last begun with; a whole round without any is the last."""


class EndedItem(Item, discriminator="ended"):
    """That an organisation was deleted: nothing of it may come back from a copy of before."""

    slug = UnicodeAttribute()
    at = UnicodeAttribute()


def plan(transaction: Transaction, org: str, now: datetime) -> datetime:
    """Adds that an organisation is deleted after the grace period, with its demonstration; returns when. Refused where
    that is so already."""
    end = after(now, GRACE)
    item = EndingItem(*keys.ending(org), org=org, demo=_demo_of(org), queue=QUEUE, due=to_iso(end))
    transaction.create("ending", item)
    return end


def _demo_of(org: str) -> str | None:
    """Where the demonstration is, if there is one and it is this organisation's; its kind is of a later feature."""
    place = keys.demo(org)
    noted = read.raw([place]).get(place)
    demo = store.get(str(noted["slug"]["S"])) if noted else None
    return demo.slug if demo and demo.demo_of == org else None


def planned(org: str) -> datetime | None:
    """When an organisation is to be deleted; None: it is not."""
    item = read.one(EndingItem, keys.ending(org))
    return from_iso(item.due) if item and item.due else None


def withdraw(transaction: Transaction, org: str, now: datetime) -> None:
    """Adds that an organisation stays; refused once its deletion has begun."""
    item = EndingItem(*keys.ending(org))
    transaction.delete("ending", item, EndingItem.due > to_iso(now))


def due(now: datetime) -> list[Key]:
    """Where organisations stand whose end has come."""
    return read.waiting(QUEUE, to_iso(now))


def run(vault: Vault, key: Key, now: datetime, is_late: Callable[[], bool]) -> str:
    """Deletes what there is time for; returns how far it came, for the log. Raises Unavailable."""
    item = read.one(EndingItem, key)
    organisation = store.get(item.org) if item else None
    if item is None or not item.due or item.due > to_iso(now):
        return "not due"
    if organisation is not None and organisation.status is not Status.SUSPENDED:
        return "open"
    while not is_late():
        if not _step(item):
            continue
        if not item.demo:
            return _finish(vault, item, now, is_late)
        if not _close(vault, item.demo, now, is_late):
            return "files go on"
        item.demo = None
        write.put(item)
    return "goes on"


def _step(item: EndingItem) -> bool:
    """Deletes what a leaf of the table holds, but for the organisation's own item and the note of its end: those go
    last. Tells whether a whole round found nothing more."""
    org = item.demo or item.org
    begun = Key(item.after_pk, item.after_sk) if item.after_pk and item.after_sk else None
    leaf = read.leaf_through(org, begun)
    gone = [key for key in leaf.keys if key not in (keys.organisation(org), keys.ending(org))]
    for key in gone:
        write.delete(Item(*key))
    met = int(item.met) + len(gone)
    item.after_pk, item.after_sk = leaf.next or (None, None)
    item.met = met if leaf.next else 0
    write.put(item)
    return leaf.next is None and met == 0


def _finish(vault: Vault, item: EndingItem, now: datetime, is_late: Callable[[], bool]) -> str:
    """Files, then the organisation itself, then the note."""
    if not _close(vault, item.org, now, is_late):
        return "files go on"
    write.delete(Item(*keys.ending(item.org)))
    return "gone"


def _close(vault: Vault, org: str, now: datetime, is_late: Callable[[], bool]) -> bool:
    """Drops an organisation's files, notes that it is gone, then drops the organisation itself; tells whether there was
    time for it."""
    while vault.drop_all(keeping.all_of(org)):
        if is_late():
            return False
    write.put(EndedItem(*keys.ended(keys.DEPLOYMENT, org), slug=org, at=to_iso(now)))
    write.delete(Item(*keys.organisation(org)))
    return True
