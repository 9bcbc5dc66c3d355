"""What a family tells for its slips: who claims, under which name and address, and for which child (X-12)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from chalicelib.data import keys, write
from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.households.activity import Deed, note
from chalicelib.households.domain import Address
from chalicelib.households.summary import Summary
from chalicelib.shared.errors import Conflict, Invalid, NotFound
from chalicelib.shared.ids import new_id
from chalicelib.shared.texts import say
from chalicelib.slips import store
from chalicelib.slips.domain import CLAIMANTS, MAX_PARENTS, NumberState, Parent, SlipFile
from chalicelib.slips.models import SlipNumberItem


class Teller(NamedTuple):
    """Who of which household tells something, and when."""

    org: str
    summary: Summary
    user: str
    now: datetime


class Particulars(NamedTuple):
    """A parent as a form tells it."""

    first_name: str
    last_name: str
    address: Address


def require_parent(file: SlipFile, parent_id: str) -> Parent:
    """The household's parent of this id. Raises NotFound."""
    found = file.parent(parent_id)
    if found is None:
        raise NotFound
    return found


def add_parent(teller: Teller, told: Particulars) -> str:
    """Adds somebody who claims; returns the new id. Raises Invalid when there are enough, Conflict."""
    parent = Parent(new_id(), *told)

    def work(file: SlipFile) -> SlipFile:
        if len(file.parents) >= MAX_PARENTS:
            raise Invalid({"first_name": say("No further parent can be added here: contact us")})
        return replace(file, parents=(*file.parents, parent))

    change(teller, work, Deed("slip_parent_changed", teller.now, teller.user, {"label": parent.name}))
    return parent.id


def change_parent(teller: Teller, parent_id: str, told: Particulars) -> None:
    """Stores another name or address of a parent. Raises NotFound, Conflict."""

    def work(file: SlipFile) -> SlipFile:
        parent = require_parent(file, parent_id)
        return with_parent(file, replace(parent, **told._asdict()))

    label = f"{told.first_name} {told.last_name}"
    change(teller, work, Deed("slip_parent_changed", teller.now, teller.user, {"label": label}))


def remove_parent(teller: Teller, parent_id: str) -> None:
    """Forgets a parent, and the number with it; slips that were released stay.

    Raises NotFound, and Conflict while the parent is named as claiming for a child: somebody else is named first.
    """
    label = require_parent(store.get_file(teller.org, teller.summary.household), parent_id).name

    def work(file: SlipFile) -> SlipFile:
        require_parent(file, parent_id)
        if len(file.parents) > 1 and any(parent_id in ids for ids in file.claims.values()):
            raise Conflict(say("This parent claims for a child. Choose first who claims instead."))
        others = tuple(each for each in file.parents if each.id != parent_id)
        return replace(file, parents=others, claims=file.claims if others else {})

    deed = Deed("slip_parent_removed", teller.now, teller.user, {"label": label})
    change(teller, work, deed, lambda transaction: drop_number(transaction, teller, parent_id))


def claim(teller: Teller, claims: Mapping[str, Sequence[str]]) -> None:
    """Stores who claims for which children: one parent for all, or two for half each. Raises NotFound, Conflict."""

    def work(file: SlipFile) -> SlipFile:
        for child, parents in claims.items():
            known = [file.parent(each) for each in parents]
            if not teller.summary.member(child) or None in known or not 1 <= len(set(parents)) <= CLAIMANTS:
                raise NotFound
        return replace(file, claims={**file.claims, **{child: tuple(ids) for child, ids in claims.items()}})

    change(teller, work, Deed("slip_claims_changed", teller.now, teller.user))


def refuse_number(teller: Teller, parent_id: str) -> None:
    """Notes that a parent gives no number and so gets no slip; one that was given is forgotten. Raises NotFound."""
    _without_number(teller, parent_id, NumberState.REFUSED, "slip_number_refused")


def erase_number(teller: Teller, parent_id: str) -> None:
    """Forgets a parent's number; erasing it again changes nothing more. Raises NotFound, Conflict."""
    _without_number(teller, parent_id, NumberState.NONE, "slip_number_erased")


def _without_number(teller: Teller, parent_id: str, state: NumberState, kind: str) -> None:
    label = require_parent(store.get_file(teller.org, teller.summary.household), parent_id).name

    def work(file: SlipFile) -> SlipFile:
        parent = require_parent(file, parent_id)
        return with_parent(file, replace(parent, number=state, number_at=teller.now))

    deed = Deed(kind, teller.now, teller.user, {"label": label})
    change(teller, work, deed, lambda transaction: drop_number(transaction, teller, parent_id))


def with_parent(file: SlipFile, parent: Parent) -> SlipFile:
    """The file with a parent as he or she is told now."""
    return replace(file, parents=tuple(parent if each.id == parent.id else each for each in file.parents))


def drop_number(transaction: Transaction, teller: Teller, parent_id: str) -> None:
    """Adds the end of a sealed number, whether or not there is one."""
    pk, sk = keys.slip_number(teller.org, teller.summary.household, parent_id)
    transaction.delete("number", SlipNumberItem(pk, sk))


def change(
    teller: Teller,
    work: Callable[[SlipFile], SlipFile],
    deed: Deed,
    beside: Callable[[Transaction], None] = lambda _: None,
) -> None:
    """Writes what `work` makes of the household's file, what is `beside` it and the line in the family's log.

    From the start when somebody else was quicker. Raises Conflict.
    """
    for _ in write.turns():
        transaction = Transaction()
        household = teller.summary.household
        store.save_file(transaction, teller.org, work(store.get_file(teller.org, household)))
        beside(transaction)
        note(transaction, teller.org, household, deed)
        try:
            transaction.commit()
        except ConditionFailed:
            continue
        return
    raise Conflict
