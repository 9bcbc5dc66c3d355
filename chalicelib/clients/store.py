"""Reads and writes the index of clients: the list of all, and the row of each word that leads to one."""

from collections.abc import Iterable, Sequence

from chalicelib.clients.domain import Client
from chalicelib.clients.models import ClientItem, FoundItem
from chalicelib.data import keys, read
from chalicelib.data.items import Item
from chalicelib.shared.folding import LEAST


def get(org: str, household_id: str) -> ClientItem | None:
    """The stored entry of a household in the list, or None. One strong read."""
    return read.one(ClientItem, keys.client(org, household_id))


def get_all(org: str, household_ids: Sequence[str], *, consistent: bool = False) -> dict[str, Client]:
    """Entries of households, by id. One round trip a hundred."""
    found = read.many(ClientItem, [keys.client(org, each) for each in household_ids], consistent=consistent)
    return {item.household: client_from(item) for item in found.values()}


def client_item(org: str, client: Client, *, words: Iterable[str], settled: bool, version: int | None) -> ClientItem:
    """The entry that stores `client`, with all `words` that have a row."""
    pk, sk = keys.client(org, client.household)
    return ClientItem(
        pk,
        sk,
        household=client.household,
        name=client.name,
        number=client.number,
        members=list(client.members),
        users=list(client.users),
        archived=client.archived,
        words=" ".join(sorted(words)),
        marks=sorted(client.marks),
        settled=settled,
        version=version,
    )


def client_from(item: ClientItem) -> Client:
    """The household that an entry stands for."""
    words, marks = frozenset(item.words.split()), frozenset(item.marks)
    return Client(
        item.household, item.name, item.number, tuple(item.members), tuple(item.users), item.archived, words, marks
    )


def row(org: str, word: str, client: Client) -> FoundItem:
    """That `word` leads to a household."""
    pk, sk = keys.found(org, word[:LEAST], word, client.household, "")
    return FoundItem(
        pk,
        sk,
        household=client.household,
        name=client.name,
        number=client.number,
        members=list(client.members),
        archived=client.archived,
        words=" ".join(sorted(client.words)),
    )


def gone(org: str, word: str, household_id: str) -> Item:
    """The place of a row that goes."""
    return Item(*keys.found(org, word[:LEAST], word, household_id, ""))


def invoice_row(org: str, word: str, household_id: str, invoice_id: str, number: str) -> FoundItem:
    """That a number leads to an invoice. What the household is called stands in the list of all: this row stays."""
    pk, sk = keys.found(org, word[:LEAST], word, household_id, invoice_id)
    return FoundItem(pk, sk, household=household_id, number=number, invoice=invoice_id)


def find(org: str, word: str, size: int, *, consistent: bool = False) -> read.Page[FoundItem]:
    """Rows of all words that begin with `word`, in alphabetical order. One round trip."""
    partition = keys.found_partition(org, word[:LEAST])
    return read.page(FoundItem, partition, word, newest_first=False, size=size, consistent=consistent)


def homes_by(org: str, word: str, most: int, *, consistent: bool = False) -> set[str]:
    """Ids of households that the whole word leads to; nobody where that many or more have it. One round trip."""
    rows = find(org, word, most, consistent=consistent).rows
    homes = {row.household for row in rows if row.sk.startswith(f"{word}#") and not row.invoice}
    return homes if len(homes) < most else set()
