"""Keeps the index of clients true: whatever wrote a household, the table's stream tells of it, and it is read anew.

Nothing is worked out from what the stream says: all of the household is read as it is now. So events may come twice,
late or in any order, and making the index anew does the same for each household there is.
"""

from collections.abc import Set as AbstractSet

from chalicelib.clients import pairs, store
from chalicelib.clients.domain import Client, client_of
from chalicelib.clients.models import ClientItem
from chalicelib.data import keys, read, write
from chalicelib.data.keys import Key
from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.households import store as households
from chalicelib.households.domain import Person
from chalicelib.households.models import MemberLinkItem, PersonItem
from chalicelib.identity import store as identity
from chalicelib.shared.errors import Conflict
from chalicelib.shared.folding import number_words

_NOBODY: frozenset[str] = frozenset()


def refresh(org: str, household_id: str) -> bool:
    """Makes what leads to a household what it is now; returns whether anything changed. Raises Conflict, Unavailable.

    The entry is written first with all words, old and new, and last with the new ones: whoever is cut short or meets
    another leaves an entry that is not settled, and the next writes every row again.
    """
    written: frozenset[str] = _NOBODY
    for _ in write.turns():
        entry, now = store.get(org, household_id), _read(org, household_id)
        if not written and _is_settled(entry, now):
            return False
        before = written.union(entry.words.split() if entry else ())
        try:
            _write(org, household_id, entry, now, before)
        except ConditionFailed:
            written = before | (now.words if now else _NOBODY)
        else:
            return True
    raise Conflict


def _is_settled(entry: ClientItem | None, now: Client | None) -> bool:
    return now is None if entry is None else entry.settled and store.client_from(entry) == now


def _read(org: str, household_id: str) -> Client | None:
    """The household as it is, by strong reads; None once it is erased."""
    household = households.get_household(org, household_id)
    summary = households.get_summaries(org, (household_id,)).get(household_id)
    if household is None or summary is None:
        return None
    return client_of(household, summary, _people(org, household_id), identity.list_household(org, household_id))


def _people(org: str, household_id: str) -> list[Person]:
    """Members, and those who were put away."""
    start, after, people = keys.membership_link(org, household_id, ""), "", list[Key]()
    while True:
        page = read.page(MemberLinkItem, start.pk, start.sk, after=after, size=100, consistent=True)
        people += [keys.person(org, item.person) for item in page.rows]
        after = page.next
        if not after:
            return [households.person_from(item) for item in read.many(PersonItem, people).values()]


def _write(org: str, household_id: str, entry: ClientItem | None, now: Client | None, before: AbstractSet[str]) -> None:
    """Writes entry and rows; `before` are words that may have one. Raises ConditionFailed when overtaken by another."""
    told = now or (store.client_from(entry) if entry else None)
    if told is None:
        return
    wanted = now.words if now else _NOBODY
    version = entry.version if entry else None
    claim = store.client_item(org, told, words=before | wanted, settled=False, version=version)
    write.put(claim)
    rows = [store.row(org, word, now) for word in sorted(wanted)] if now else []
    write.batch(rows, [store.gone(org, word, household_id) for word in sorted(before - wanted)])
    pairs.follow(org, household_id, now)
    if now:
        write.put(store.client_item(org, now, words=wanted, settled=True, version=claim.version))
    else:
        transaction = Transaction()
        transaction.delete("client", claim)
        transaction.commit()


def note_invoice(org: str, household_id: str, invoice_id: str, number: str) -> None:
    """Lets an invoice be found by its number, which never changes once it is issued. Raises Unavailable."""
    write.batch(store.invoice_row(org, word, household_id, invoice_id, number) for word in number_words(number))
