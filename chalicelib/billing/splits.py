"""Who pays for the child of two homes: a split for each programme, agreed by both homes or set by staff (NEW-2).

A split counts for what is bought from then on. What was billed before stays as it was billed, and is given back as it
was billed. Only places in classes are divided; what else a home buys is its own.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from pynamodb.attributes import UnicodeAttribute

from chalicelib.billing.sharing_out import Share, is_whole
from chalicelib.data import keys, read
from chalicelib.data.items import Item, JSONAttribute, Version
from chalicelib.data.outbox import Notice, enqueue
from chalicelib.data.write import Transaction
from chalicelib.households import store as households
from chalicelib.households.activity import Deed, note
from chalicelib.households.domain import Person
from chalicelib.identity import braking
from chalicelib.identity.braking import Counted
from chalicelib.identity.limits import Rule
from chalicelib.shared.errors import Conflict, NotFound
from chalicelib.shared.frozen import Frozen, frozen
from chalicelib.shared.texts import say

_PROPOSING = Rule((), sends_an_hour=10, sends_a_day=20, failures=0, failure_window=0)
"""Proposals of a home about a child."""
HOLDS = "split"
"""What `Summary.holds` names where a home shares costs with another."""


class SplitItem(Item, discriminator="split"):
    """How homes share what a programme costs for a child."""

    person = UnicodeAttribute()
    programme = UnicodeAttribute(null=True)
    shares = JSONAttribute()
    wished = JSONAttribute(null=True)
    by = UnicodeAttribute(null=True)
    version = Version()


@frozen
class Split(Frozen):
    """How homes share what a programme costs for a child, and what one of them wishes instead."""

    person: str
    programme: str = ""
    """Empty: all that have no split of their own."""
    shares: tuple[Share, ...] = ()
    """What both agreed to, or staff set; none: whoever buys pays."""
    wished: tuple[Share, ...] | None = None
    """What one home proposed and the other has not answered; empty: that whoever buys pays."""
    by: str = ""
    """The home that proposed."""
    version: int | None = None


def list_splits(org: str, person_id: str) -> list[Split]:
    """All splits of a child, that for all programmes first. One strong round trip."""
    start = keys.split(org, person_id, "")
    prefix = start.sk.removesuffix("-")
    found = read.page(SplitItem, start.pk, prefix, size=100, newest_first=False, consistent=True)
    return [_split(item) for item in found.rows]


def shares_of(org: str, wanted: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], tuple[Share, ...]]:
    """What was agreed for persons in programmes: for the programme, else for all. One strong round trip."""
    pairs = set(wanted)
    places = {keys.split(org, person, each) for person, programme in pairs for each in (programme, "")}
    found = {key: _split(item).shares for key, item in read.many(SplitItem, sorted(places)).items()}
    return {pair: found.get(keys.split(org, *pair)) or found.get(keys.split(org, pair[0], "")) or () for pair in pairs}


def propose(org: str, household: str, person_id: str, programme: str, own_ppm: int, now: datetime) -> None:
    """Has a home propose that it pays so much of a child's programme; the other home hears of it, and answers.

    Proposing the same again changes nothing. Raises NotFound for whoever is no child of two homes, this one among
    them; Conflict; TooMany, for each proposal is a mail to the other home.
    """
    person = _shared(org, person_id, household)
    other = next(home for home in person.households if home != household)
    wished = (Share(household, own_ppm), Share(other, 1_000_000 - own_ppm))
    stored = _stored(org, person_id, programme)
    if (stored.wished, stored.by) == (wished, household):
        return
    brake = braking.load(org, [Counted("split", f"{household} {person_id}", _PROPOSING)], now)
    brake.check()
    transaction = Transaction()
    brake.add(transaction)
    _save(transaction, org, replace(stored, wished=wished, by=household))
    _note(transaction, org, person, "split_proposed", now)
    facts = {"member": person.first_name, "path": f"members/{person.id}/split"}
    enqueue(transaction, org, Notice("split_proposed", "", facts, household=other), now)
    transaction.commit_or_conflict()


def answer(
    org: str, household: str, person_id: str, programme: str, *, agrees: bool, now: datetime, read: int | None = None
) -> None:
    """Agrees to what the other home proposed, or declines it. Raises NotFound when it proposed nothing; Conflict.

    Who agrees says which share (millionths) was `read`: what the other home proposes meanwhile is read anew.
    """
    person, stored = _shared(org, person_id, household), _stored(org, person_id, programme)
    if stored.wished is None or stored.by == household:
        raise NotFound
    if agrees and read is not None and Share(household, read) not in stored.wished:
        raise Conflict(say("The other home proposes something else by now. Please read it again."))
    changed = replace(stored, shares=stored.wished if agrees else stored.shares, wished=None, by="")
    _write(org, person, changed, "split_agreed" if agrees else "split_declined", now)


def withdraw(org: str, household: str, person_id: str, programme: str, now: datetime) -> None:
    """Takes a proposal of one's own back. Raises NotFound, Conflict."""
    person, stored = _shared(org, person_id, household), _stored(org, person_id, programme)
    if stored.by != household:
        raise NotFound
    _write(org, person, replace(stored, wished=None, by=""), "split_declined", now)


def set_shares(org: str, person_id: str, programme: str, shares: Sequence[Share], now: datetime) -> None:
    """Sets what staff decided; no shares: whoever buys pays. Raises NotFound, Conflict for what can not be."""
    person = households.get_person(org, person_id)
    if person is None:
        raise NotFound
    if shares and not (is_whole(shares) and {share.household for share in shares} <= set(person.households)):
        raise Conflict(say("The shares must be of the member’s own homes, and add up to the whole."))
    stored = _stored(org, person_id, programme)
    _write(org, person, replace(stored, shares=tuple(shares), wished=None, by=""), "split_set", now)


def end(org: str, household: str, person_id: str, programme: str, now: datetime) -> None:
    """Ends an agreement for what is bought from now on; either home may. Raises NotFound, Conflict."""
    person, stored = _shared(org, person_id, household), _stored(org, person_id, programme)
    if not stored.shares:
        raise NotFound
    _write(org, person, replace(stored, shares=(), wished=None, by=""), "split_ended", now)


def _shared(org: str, person_id: str, household: str) -> Person:
    """A child of two homes, this one among them. Raises NotFound."""
    person = households.get_person(org, person_id)
    if person is None or household not in person.households or len(person.households) != 2:
        raise NotFound
    return person


def _stored(org: str, person_id: str, programme: str) -> Split:
    item = read.one(SplitItem, keys.split(org, person_id, programme))
    return _split(item) if item else Split(person_id, programme)


def _write(org: str, person: Person, split: Split, kind: str, now: datetime) -> None:
    """Stores a split, tells both homes' logs, and notes in their summaries that there is one."""
    transaction = Transaction()
    _save(transaction, org, split)
    _note(transaction, org, person, kind, now)
    for home, summary in households.get_summaries(org, person.households).items():
        if split.shares and HOLDS not in summary.holds:
            marked = replace(summary, holds=summary.holds | {HOLDS})
            households.save_summary(transaction, org, marked, name=f"summary {home}")
    transaction.commit_or_conflict()


def _note(transaction: Transaction, org: str, person: Person, kind: str, now: datetime) -> None:
    for home in person.households:
        note(transaction, org, home, Deed(kind, now, about={"label": person.name}))


def _save(transaction: Transaction, org: str, split: Split) -> None:
    pk, sk = keys.split(org, split.person, split.programme)
    item = SplitItem(
        pk,
        sk,
        person=split.person,
        programme=split.programme or None,
        shares=_rows(split.shares),
        wished=None if split.wished is None else _rows(split.wished),
        by=split.by or None,
        version=split.version,
    )
    transaction.put("split", item)


def _split(item: SplitItem) -> Split:
    wished = None if item.wished is None else _shares(item.wished)
    return Split(item.person, item.programme or "", _shares(item.shares), wished, item.by or "", item.version)


def _rows(shares: Iterable[Share]) -> list[list[Any]]:
    return [list(share) for share in shares]


def _shares(rows: Iterable[Any]) -> tuple[Share, ...]:
    return tuple(Share(household, int(ppm)) for household, ppm in rows)
