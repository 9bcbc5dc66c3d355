"""Finding households by what somebody at the desk types: ranges of words in the index, however many there are.

Of several words the one that leads to fewest rows is read, and the others are looked for in what these rows say. A
first and a last name are also one word together, in either order: of two that are both frequent, that is the short way.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from chalicelib.clients import store
from chalicelib.clients.domain import Client
from chalicelib.clients.models import FoundItem
from chalicelib.shared.folding import fold, typed_words

SHOWN = 25
ROWS = 100
"""Rows that are read for a word; a word with more is frequent."""


class Hit(NamedTuple):
    """A household that fits, or an invoice of one."""

    household: str
    name: str
    number: str
    members: tuple[str, ...]
    archived: bool
    invoice: str = ""
    invoice_number: str = ""


class Found(NamedTuple):
    """What fits, and whether there is more than this."""

    hits: tuple[Hit, ...] = ()
    has_more: bool = False


def search(org: str, typed: str) -> Found:
    """Households that all words fit, at most 25. One round trip for a word, or two with invoices; for several words one
    more for each. Raises Unavailable.
    """
    words = typed_words(typed)
    if not words:
        return Found()
    rows, is_cut = _rows(org, words)
    hits = list({(hit.household, hit.invoice): hit for hit in reversed(_fitting(org, rows, words))}.values())[::-1]
    return Found(tuple(hits[:SHOWN]), is_cut or len(hits) > SHOWN)


def _rows(org: str, words: Sequence[str]) -> tuple[list[FoundItem], bool]:
    """Rows of the rarest word, and whether there are others that might fit."""
    if len(words) == 1:
        page = store.find(org, words[0], ROWS)
        return list(page.rows), bool(page.next)
    together = list(store.find(org, fold(words[0] + words[1]), ROWS).rows)
    pages = []
    for word in sorted(words, key=_rarity, reverse=True):
        pages.append(store.find(org, word, ROWS))
        if not pages[-1].next:
            return together + list(pages[-1].rows), False
    return together + list(pages[0].rows), True


def _rarity(word: str) -> tuple[bool, int]:
    """What is likely to lead to few rows goes first: numbers, which alone lead to invoices too, then long words."""
    return any(map(str.isdigit, word)), len(word)


def _fitting(org: str, rows: Sequence[FoundItem], words: Sequence[str]) -> list[Hit]:
    """What fits all words. Of an invoice, what its household is called is read beside; one round trip for all.

    One word fits every row: so no more of them is read than is shown, and one that says that there are others.
    """
    invoices = [row.household for row in rows if row.invoice]
    clients = store.get_all(org, invoices if len(words) > 1 else invoices[: SHOWN + 1])
    hits = (_invoice_hit(row, clients, words) if row.invoice else _hit(row, words) for row in rows)
    return [hit for hit in hits if hit]


def _hit(row: FoundItem, words: Sequence[str]) -> Hit | None:
    if not _has(row.words, words):
        return None
    return Hit(row.household, row.name, row.number, tuple(row.members), row.archived)


def _invoice_hit(row: FoundItem, clients: Mapping[str, Client], words: Sequence[str]) -> Hit | None:
    client = clients.get(row.household)
    if client is None or not _has(" ".join((*client.words, row.sk.partition("#")[0])), words):
        return None
    return Hit(client.household, client.name, client.number, client.members, client.archived, row.invoice, row.number)


def _has(known: str, words: Iterable[str]) -> bool:
    """Whether each of the words begins one of those that are known."""
    spaced = f" {known}"
    return all(f" {word}" in spaced for word in words)
