"""The family's own log (NEW-11): what was done with their things, when, and by whom, family or staff.

An act is noted in the transaction that does it, so that the log never tells of what did not happen nor keeps quiet
about what did. What only looks (a document opened, staff at a household's page) is noted by itself, once an hour.
Notes are never changed; they go by themselves after 400 days (L-10). The words for each kind are `privacy`'s.
"""

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import field
from datetime import datetime
from hashlib import sha256

from pynamodb.attributes import UnicodeAttribute

from chalicelib.data import keys, read, write
from chalicelib.data.items import Item, JSONAttribute
from chalicelib.data.read import Page
from chalicelib.data.write import Transaction
from chalicelib.shared.errors import Unavailable
from chalicelib.shared.frozen import Frozen, frozen
from chalicelib.shared.ids import new_id
from chalicelib.shared.times import DAY, after, from_iso, to_iso

KEPT_SECONDS = 400 * DAY
"""L-10."""
_LONGEST = 200
"""Characters kept of each value: a log names things, it does not hold them."""
_acting: ContextVar[str] = ContextVar("acting", default="")
"""Who asks for what is done now: the guard says so for each request, so that no use case can forget it (T-12)."""


class DeedItem(Item, discriminator="deed"):
    """One act in the log of a household."""

    deed = UnicodeAttribute()
    at = UnicodeAttribute()
    user = UnicodeAttribute(default="")
    about = JSONAttribute(null=True)


@frozen
class Deed(Frozen):
    """Something that was done."""

    kind: str
    """What: names its sentence on the page, e.g. `signed_in`."""
    at: datetime
    user: str = ""
    """Id of the user who did it, of the family or among the staff; "" where nobody asked for it just then. Left
    empty, it is whoever is signed in."""
    about: Mapping[str, str] = field(default_factory=dict)
    """What fills the sentence: `label` is the name of the thing, as people know it; never a secret or an amount
    that a delegate may not see elsewhere. `of` is the id of a member whom it is about: who keeps the profile keeps
    the names (NEW-14)."""


def act_for(user: str) -> None:
    """From now on it is `user` who does things, in this thread; "": nobody who is signed in."""
    _acting.set(user)


def acting() -> str:
    """Who does things now, in this thread; "" where nobody is signed in."""
    return _acting.get()


def note(transaction: Transaction, org: str, household: str, deed: Deed) -> None:
    """Adds `deed` to a household's log in the transaction of the act itself (NEW-11)."""
    name = new_id()
    transaction.put(f"deed {name}", _item(org, household, deed, name))


def note_look(org: str, household: str, deed: Deed) -> None:
    """Writes down that somebody looked; once for each hour, user and thing. Failing spoils no page (L-04)."""
    seen = (deed.kind, deed.user or _acting.get(), to_iso(deed.at)[:13], *sorted(deed.about.values()))
    begun = deed.at.replace(minute=0, second=0, microsecond=0)
    item = _item(org, household, deed, sha256("\x1f".join(seen).encode()).hexdigest()[:32], placed=begun)
    try:
        write.put(item, DeedItem.pk.does_not_exist())
    except (write.ConditionFailed, Unavailable):
        return


def page(org: str, household: str, first: datetime, last: datetime, *, after_key: str = "") -> Page[Deed]:
    """Acts from `first` until before `last`, the latest first, 25 at a time, beyond `after_key`. One round trip."""
    start, end = (keys.deed(org, household, to_iso(moment)) for moment in (first, last))
    beyond = f"{keys.DEEDS}{after_key}"
    latest = beyond if start.sk < beyond < end.sk else end.sk
    found = read.between(DeedItem, start.pk, start.sk, latest, newest_first=True)
    deeds = sorted(map(_deed, found.rows), key=lambda deed: deed.at, reverse=True)  # looks lie where their hour begins
    return Page(deeds, found.next.removeprefix(keys.DEEDS))


def _item(org: str, household: str, deed: Deed, name: str, placed: datetime | None = None) -> DeedItem:
    pk, sk = keys.deed(org, household, f"{to_iso(placed or deed.at)}#{name}")
    about = {key: value[:_LONGEST] for key, value in deed.about.items()}
    expires = after(deed.at, KEPT_SECONDS)
    user = deed.user or _acting.get()
    return DeedItem(pk, sk, deed=deed.kind, at=to_iso(deed.at), user=user, about=about or None, expires=expires)


def _deed(item: DeedItem) -> Deed:
    return Deed(item.deed, from_iso(item.at), item.user, item.about or {})
