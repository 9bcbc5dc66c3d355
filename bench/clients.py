"""What finding a client costs among a thousand households and a hundred thousand, and opening the page of one.

A search reads the first hundred rows of a range, whatever lies beyond. DynamoDB goes to where a range begins; the
embedded AWS goes through the whole partition at each query. So all words of all households are worked out, and of each
range that a search asks for, the rows that it gets are stored, and one more that says that there are others.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from bench import pages, world
from bench.figures import Figure
from bench.pages import Portal, Work
from bench.world import ORG, Home
from chalicelib.clients import store
from chalicelib.clients.domain import Client, client_of
from chalicelib.clients.searching import ROWS
from chalicelib.data import write
from chalicelib.data.items import Item
from chalicelib.data.write import Transaction
from chalicelib.households.domain import Address, Household, Person
from chalicelib.households.summary import MemberRow, Summary
from chalicelib.identity import store as identity
from chalicelib.identity import tokens
from chalicelib.identity.domain import Session, StaffRole, User
from chalicelib.identity.guard import SessionCookie
from chalicelib.shared.folding import fold, number_words, typed_words
from chalicelib.shared.ids import new_id

_SOME, _MANY = 1_000, 100_000
_FIRST = ("Marie", "Ann", "Ben", "Cleo", "Dan", "Eve", "Finn", "Gus", "Hugo", "Ivy", "Zoe")
_LAST = ("Tremblay", "Roy", "Gagnon", "Fortin", "Cote", "Bouchard", "Gauthier")
_TYPED = {
    "name": "tremblay", "two-names": "marie tremblay", "everybody": "montreal", "two-of-everybody": "montreal 2026",
    "three-letters": "tre", "telephone": "514 200 00", "last-four-digits": "0012", "invoice": "2026-0",
    "nobody": "marie 514 999",
}  # fmt: skip
_REACHED = 10
"""One household in so many has a telephone number on file."""
_PRUNED = 5_000


class _Found(NamedTuple):
    """That a word leads to a household, or as the number of an invoice to that."""

    word: str
    household: str
    invoice: str
    client: Client

    def items(self) -> Iterator[Item]:
        """What is stored of it."""
        if self.invoice:
            yield store.client_item(ORG, self.client, words=self.client.words, settled=True, version=None)
            yield store.invoice_row(ORG, self.word, self.household, self.invoice, self.invoice)
        else:
            yield store.row(ORG, self.word, self.client)


def measure(portal: Portal, floor: Work, home: Home) -> Iterator[Figure]:
    """Searches with some and with many households, and the page of a client."""
    staff, households = _staff(), _households()
    some = list(islice(households, _SOME))
    _store(_first_of_each_range(some))
    yield from pages.each(_searches(portal, staff, "-some"), floor)
    _store(_first_of_each_range((*some, *households)))
    yield from pages.each(_searches(portal, staff, ""), floor)
    yield from pages.each({"client": portal.get(f"/{ORG}/desk/clients/{home.household}", staff)}, floor)


def _searches(portal: Portal, staff: Home, among: str) -> dict[str, Work]:
    return {
        f"find-{name}{among}": portal.get(f"/{ORG}/desk/clients?q={typed.replace(' ', '+')}", staff)
        for name, typed in _TYPED.items()
    }


def _households() -> Iterator[Client]:
    """All of them, one after the other; each lives in the same city."""
    for number in range(_MANY):
        last, first = _LAST[number % len(_LAST)], _FIRST[number % len(_FIRST)]
        phone = f"+1514200{number // _REACHED % 10_000:04}" if number % _REACHED == 0 else ""
        address = Address(f"{number % 900} rue Saint-Denis", "Montréal", "QC", "H2X 1Y4", "CA")
        home = Household(new_id(), last, f"H-{number}", phone=phone, address=address)
        member = MemberRow(new_id(), first, last, None)
        yield client_of(home, Summary(home.id, home.name, home.number, (member,)), [Person(member.id, first, last)], [])


def _first_of_each_range(households: Iterable[Client]) -> Iterator[_Found]:
    """Of each range that a search asks for, the rows that it gets of all that there are, and one more."""
    ranges: dict[str, list[_Found]] = {word: [] for typed in _TYPED.values() for word in _asked(typed_words(typed))}
    for number, client in enumerate(households):
        invoice = f"2026-{number:06}"
        found = [_Found(word, client.household, "", client) for word in client.words]
        found += [_Found(word, client.household, invoice, client) for word in number_words(invoice)]
        for word, rows in ranges.items():
            rows += [each for each in found if each.word.startswith(word)]
            if len(rows) > _PRUNED:
                rows[:] = _in_order(rows)
    for rows in ranges.values():
        yield from _in_order(rows)


def _asked(words: list[str]) -> Iterator[str]:
    """Words that a search asks for: each, and the first two as one."""
    yield from (*words, fold("".join(words[:2])))


def _in_order(rows: list[_Found]) -> list[_Found]:
    return sorted(rows, key=lambda each: (each.word, each.household, each.invoice))[: ROWS + 1]


def _store(found: Iterable[_Found]) -> None:
    write.batch({item.key: item for each in found for item in each.items()}.values())


def _staff() -> Home:
    """Somebody at the desk, with the second factor passed."""
    now, token = world.moment(), tokens.new_token()
    user = User(new_id(), "Kate Murphy", "en", "kate@example.com", staff_role=StaffRole.DESK)
    transaction = Transaction()
    identity.create_user(transaction, ORG, user)
    identity.create_session(transaction, ORG, Session(tokens.token_hash(token), user.id, now, now, now, "Bench", now))
    transaction.commit()
    return Home("", str(SessionCookie(token, user.id, "")), "", "")
