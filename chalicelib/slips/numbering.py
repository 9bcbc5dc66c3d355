"""People's numbers at tax offices: sealed as they come in, opened only to be reported, and never shown to anybody.

A number is bound to its organisation, household and parent: in the place of another it does not open. Each use is in
the family's log before the number is opened (NEW-9), and seals it anew where its key is not the newest any more.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from chalicelib.data import keys, read, write
from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.households.activity import Deed, note
from chalicelib.ports import Sealed, Sealer
from chalicelib.slips.domain import NumberState, SlipFile
from chalicelib.slips.models import SlipNumberItem
from chalicelib.slips.telling import Teller, change, require_parent, with_parent

_SEPARATOR = "\x1f"
_WRITES = 90
"""Of a transaction's hundred."""


def give_number(sealer: Sealer, teller: Teller, parent_id: str, digits: str) -> None:
    """Seals a parent's number and keeps it over the one before. Raises NotFound, Conflict, Unavailable."""
    household = teller.summary.household
    item = _item(teller.org, household, parent_id, sealer.seal(digits, _place(teller.org, household, parent_id)))

    def work(file: SlipFile) -> SlipFile:
        parent = require_parent(file, parent_id)
        return with_parent(file, replace(parent, number=NumberState.GIVEN, number_at=teller.now))

    deed = Deed("slip_number_given", teller.now, teller.user)
    change(teller, work, deed, lambda transaction: transaction.put("number", item))


def use_numbers(
    sealer: Sealer, org: str, wanted: Iterable[tuple[str, str]], user: str, purpose: str, now: datetime
) -> dict[tuple[str, str], str]:
    """The numbers of parents, by household and parent, of those that there are; each use is written down first.

    Raises Unavailable; ValueError where a stored number was moved or changed.
    """
    pairs = list(dict.fromkeys(wanted))
    found = read.many(SlipNumberItem, [keys.slip_number(org, *pair) for pair in pairs])
    stored = {pair: found[key] for pair in pairs if (key := keys.slip_number(org, *pair)) in found}
    _note_uses(org, stored, user, purpose, now)
    told = {pair: sealer.open(_sealed(item), _place(org, *pair)) for pair, item in stored.items()}
    _seal_anew(sealer, org, stored, told)
    return told


def _note_uses(org: str, used: Iterable[tuple[str, str]], user: str, purpose: str, now: datetime) -> None:
    pairs = list(used)
    for start in range(0, len(pairs), _WRITES):
        transaction = Transaction()
        for household, _ in pairs[start : start + _WRITES]:
            note(transaction, org, household, Deed("slip_number_used", now, user, {"label": purpose}))
        transaction.commit()


def _seal_anew(
    sealer: Sealer, org: str, stored: dict[tuple[str, str], SlipNumberItem], told: dict[tuple[str, str], str]
) -> None:
    """Moves numbers to the newest key, those that nobody changed meanwhile."""
    for pair, item in stored.items():
        if not sealer.is_newest(_sealed(item)):
            fresh = _item(org, *pair, sealer.seal(told[pair], _place(org, *pair)))
            with suppress(ConditionFailed):
                write.put(fresh, SlipNumberItem.sealed == item.sealed)


def _place(org: str, household: str, parent_id: str) -> str:
    """What a number is bound to."""
    return _SEPARATOR.join((org, household, parent_id))


def _sealed(item: SlipNumberItem) -> Sealed:
    return Sealed(item.key_id, bytes(item.sealed))


def _item(org: str, household: str, parent_id: str, sealed: Sealed) -> SlipNumberItem:
    pk, sk = keys.slip_number(org, household, parent_id)
    return SlipNumberItem(pk, sk, parent=parent_id, key_id=sealed.key, sealed=sealed.content)
