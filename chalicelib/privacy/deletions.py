"""Requests to delete what is kept of a family: what they are, and how they go on (NEW-12, X-17).

A request is confirmed by a fresh code, can be taken back for a fortnight, is checked by the staff, and is carried out
by the clock. What stays by law stays with the request, so that what is left goes in its turn.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime
from enum import Enum
from functools import partial

from pynamodb.attributes import UnicodeAttribute

from chalicelib.data import keys, read
from chalicelib.data.items import Item, JSONAttribute, Version
from chalicelib.data.keys import Key
from chalicelib.data.outbox import Notice, enqueue
from chalicelib.data.write import Transaction
from chalicelib.households.activity import Deed, note
from chalicelib.organisations.domain import Organisation
from chalicelib.shared.errors import Conflict, NotFound
from chalicelib.shared.frozen import Frozen, frozen
from chalicelib.shared.texts import say
from chalicelib.shared.times import DAY, after, day_begins, day_or_none, from_iso, moment_or_none, to_iso

QUEUE = "erasures"
GRACE_SECONDS = 14 * DAY
"""For how long a request can be taken back before anything goes."""


class DeletionState(Enum):
    """How far a request is."""

    RECEIVED = "received"
    VERIFIED = "verified"
    """The staff made sure who asks; it is carried out when the grace period is over."""
    DONE = "done"
    """Nothing is left."""
    PARTLY = "partly"
    """What the law demands is kept, and goes on the day that it may."""
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    @property
    def is_open(self) -> bool:
        """Whether it can still be taken back."""
        return self in (DeletionState.RECEIVED, DeletionState.VERIFIED)


class DeletionItem(Item, discriminator="deletion"):
    """A household's request."""

    org = UnicodeAttribute()
    household = UnicodeAttribute()
    state = UnicodeAttribute()
    asked_at = UnicodeAttribute()
    user = UnicodeAttribute(null=True)
    name = UnicodeAttribute(null=True)
    number = UnicodeAttribute(null=True)
    address = UnicodeAttribute(null=True)
    language = UnicodeAttribute(null=True)
    decided_at = UnicodeAttribute(null=True)
    decided_by = UnicodeAttribute(null=True)
    reason = UnicodeAttribute(null=True)
    kept_until = UnicodeAttribute(null=True)
    gone = JSONAttribute(null=True)
    version = Version()


@frozen
class Deletion(Frozen):
    """A household's request to delete what is kept of it."""

    household: str
    state: DeletionState
    asked_at: datetime
    user: str = ""
    name: str = ""
    """Of the household and of who asks, for the staff; gone once it is carried out."""
    number: str = ""
    address: str = ""
    """Where to tell that it is done: there is no account any more then."""
    language: str = ""
    decided_at: datetime | None = None
    decided_by: str = ""
    reason: str = ""
    kept_until: date | None = None
    """When the last of what stays by law may go."""
    gone: tuple[str, ...] = ()
    """Ids of the households, members, users and registrations that were erased, which name nobody: by them an older
    copy of the table is known to tell of somebody who is forgotten. Written before the first of them goes."""
    version: int | None = None

    @property
    def grace_until(self) -> datetime:
        """Until when it can be taken back for certain."""
        return after(self.asked_at, GRACE_SECONDS)

    @property
    def due(self) -> datetime | None:
        """When there is something to do for the clock."""
        return self.grace_until if self.state is DeletionState.VERIFIED else None


def get(org: str, household: str) -> Deletion | None:
    """A household's request, the last if there were several; None without one. One strong read."""
    item = read.one(DeletionItem, keys.deletion(org, household))
    return _deletion(item) if item else None


def require(org: str, household: str) -> Deletion:
    """The same. Raises NotFound."""
    found = get(org, household)
    if found is None:
        raise NotFound
    return found


def all_of(org: str, beyond: str = "") -> read.Page[Deletion]:
    """Requests of an organisation, 25 at a time, from beyond a household's id. One round trip."""
    found = read.listed(DeletionItem, partial(keys.deletion, org), after=beyond, newest_first=False)
    return read.Page([_deletion(item) for item in found.rows], found.next)


def due(now: datetime) -> list[Key]:
    """Keys of requests that the clock has to see to. Raises Unavailable."""
    return read.waiting(QUEUE, to_iso(now))


def ask(organisation: Organisation, asked: Deletion, now: datetime) -> None:
    """Notes a request, and tells family and staff. Raises Conflict while there is one already."""
    org, before = organisation.slug, get(organisation.slug, asked.household)
    if before and before.state.is_open:
        raise Conflict(say("Deletion was asked for already."))
    transaction = Transaction()
    save(transaction, org, replace(asked, version=before.version, gone=before.gone) if before else asked)
    note(transaction, org, asked.household, Deed("deletion_asked", now, asked.user))
    facts = {"until_at": to_iso(asked.grace_until)}
    enqueue(transaction, org, Notice("deletion_asked", asked.user, facts), now)
    transaction.commit_or_conflict()


def withdraw(org: str, household: str, now: datetime) -> None:
    """Takes a request back. Raises NotFound, Conflict once it is carried out."""
    _move(org, household, "deletion_withdrawn", now, DeletionState.WITHDRAWN)


def verify(org: str, household: str, by: str, now: datetime) -> None:
    """Says that the staff made sure who asks: it is carried out after the grace period. Raises NotFound, Conflict."""
    _move(org, household, "deletion_verified", now, DeletionState.VERIFIED, by)


def refuse(org: str, household: str, by: str, reason: str, now: datetime) -> None:
    """Says no, and why, for the family to read. Raises NotFound, Conflict."""
    _move(org, household, "deletion_refused", now, DeletionState.REFUSED, by, reason)


def _move(
    org: str, household: str, kind: str, now: datetime, state: DeletionState, by: str = "", reason: str = ""
) -> None:
    before = require(org, household)
    if before.state is state:
        return
    if not before.state.is_open:
        raise Conflict(say("This request is closed."))
    transaction = Transaction()
    after_it = replace(before, state=state, decided_at=now, decided_by=by, reason=reason)
    save(transaction, org, after_it)
    note(transaction, org, household, Deed(kind, now))
    if before.user and by:
        facts = {"state": state.value, "reason": reason, "until_at": to_iso(before.grace_until)}
        enqueue(transaction, org, Notice("deletion_decided", before.user, facts), now)
    transaction.commit_or_conflict()


def put_off(org: str, deletion: Deletion, until: datetime) -> None:
    """Has the clock look again later: something stands in the way that staff and family have to settle."""
    transaction = Transaction()
    save(transaction, org, deletion, due_at=until)
    transaction.commit_or_conflict()


def mark(org: str, before: Deletion, gone: Collection[str]) -> Deletion:
    """Notes whose records are about to go, beside what went already. Raises Conflict when it was changed meanwhile."""
    marked = replace(before, gone=tuple(sorted({*before.gone, *gone})))
    if marked == before:
        return before
    put_off(org, marked, before.due or before.asked_at)
    return require(org, before.household)


def close(
    organisation: Organisation, before: Deletion, kept_until: date | None, kept: Sequence[str], now: datetime
) -> None:
    """Notes that it is carried out, tells who asked, and forgets who that was. Raises Conflict."""
    org = organisation.slug
    state = DeletionState.PARTLY if kept_until else DeletionState.DONE
    transaction = Transaction()
    end = day_begins(kept_until, organisation.zone) if kept_until else None
    closed = Deletion(
        before.household, state, before.asked_at, decided_at=now, kept_until=kept_until, gone=before.gone,
        version=before.version,
    )  # fmt: skip
    save(transaction, org, closed, due_at=after(end, DAY) if end else None)
    if before.address and before.state is DeletionState.VERIFIED:
        facts = {"name": before.name, "language": before.language, "kept": list(kept)}
        if end:
            facts["until_at"] = to_iso(end)
        enqueue(transaction, org, Notice("deletion_done", "", facts, before.address), now)
    transaction.commit_or_conflict()


def save(transaction: Transaction, org: str, deletion: Deletion, due_at: datetime | None = None) -> None:
    """Adds the write of a request; refused when it was changed meanwhile."""
    pk, sk = keys.deletion(org, deletion.household)
    due_at = due_at or deletion.due
    item = DeletionItem(
        pk,
        sk,
        org=org,
        household=deletion.household,
        state=deletion.state.value,
        asked_at=to_iso(deletion.asked_at),
        user=deletion.user or None,
        name=deletion.name or None,
        number=deletion.number or None,
        address=deletion.address or None,
        language=deletion.language or None,
        decided_at=to_iso(deletion.decided_at) if deletion.decided_at else None,
        decided_by=deletion.decided_by or None,
        reason=deletion.reason or None,
        kept_until=deletion.kept_until.isoformat() if deletion.kept_until else None,
        gone=list(deletion.gone) or None,
        version=deletion.version,
        queue=QUEUE if due_at else None,
        due=to_iso(due_at) if due_at else None,
    )
    transaction.put("deletion", item)


def _deletion(item: DeletionItem) -> Deletion:
    return Deletion(
        household=item.household,
        state=DeletionState(item.state),
        asked_at=from_iso(item.asked_at),
        user=item.user or "",
        name=item.name or "",
        number=item.number or "",
        address=item.address or "",
        language=item.language or "",
        decided_at=moment_or_none(item.decided_at),
        decided_by=item.decided_by or "",
        reason=item.reason or "",
        kept_until=day_or_none(item.kept_until),
        gone=tuple(item.gone or ()),
        version=item.version,
    )
