"""Whatever somebody types, and however many households there are, a search reads no more than a few pages of rows."""

from collections.abc import Iterator
from urllib.parse import quote

import pytest

from chalicelib.clients import store
from chalicelib.clients.domain import client_of
from chalicelib.clients.searching import search
from chalicelib.data import write
from chalicelib.data.items import Item
from chalicelib.households.domain import Household, Person
from chalicelib.households.summary import MemberRow, Summary
from chalicelib.identity.domain import StaffRole
from chalicelib.shared.ids import new_id
from local.engine import Engine
from tests.clients.counting import reads
from tests.support.browser import Browser
from tests.support.world import World

_MANY = 300
"""Households, with some five thousand rows; those of a frequent word fill three pages."""
_WORDS = 6
"""Words that count of what is typed; one more query finds first and last name together."""
_PAGE = 100
"""Rows of a query."""
_HOSTILE = (
    "#", "martin#", "%", "martin%", "_", "*", "\x00", "martin\x00", "'", '"', "\\", "a" * 5000, "martin " * 500,
    "😀", "martin 😀", "\u202emartin", "\u200f", "\ud800", "<script>", "ORG#", "\u0130", "\ufdfa" * 40,
    "-", "(((((", "+" * 60, "1" * 90, "\u0966\u0967\u0968",
)  # fmt: skip


@pytest.fixture(scope="module")
def crowd(aws: Engine) -> Iterator[str]:
    """An organisation's index in which everybody is called Martin, lives in one street and was billed in one year."""
    org = f"crowd-{new_id()[:8]}"
    rows = [row for number in range(_MANY) for row in _rows(org, number)]
    write.batch(rows)
    yield org
    write.batch([], rows)


def _rows(org: str, number: int) -> Iterator[Item]:
    name = f"id{number:030}"
    home = Household(name, "Martin", f"H-{number}", phone=f"+1514555{number % 2:04}", email="desk@martin.example")
    person = Person(f"p{number}", ("Marie", "Paul")[number % 2], "Martin")
    member = MemberRow(person.id, person.first_name, person.last_name, None)
    client = client_of(home, Summary(name, home.name, home.number, (member,)), [person], [])
    yield from (store.row(org, word, client) for word in sorted(client.words))
    yield store.client_item(org, client, words=client.words, settled=True, version=None)
    yield store.invoice_row(org, f"2026{number:06}", name, f"invoice{number}", f"2026-{number:06}")
    yield store.invoice_row(org, "2026", name, f"invoice{number}", f"2026-{number:06}")


@pytest.mark.parametrize(
    ("typed", "calls"),
    [
        ("martin", 1), ("marie martin", 3), ("martin marie", 3), ("mar", 1), ("ma", 1), ("m", 0), ("0001", 1),
        ("5550001", 1), ("desk@martin.example", 1), ("2026", 2), ("2026-0000", 2), ("h-1", 1),
        ("martin 2026", 4), ("5550001 martin marie paul desk 2026", 8),
    ],
)  # fmt: skip
def test_frequent_words_read_no_more_than_a_page_each(crowd: str, typed: str, calls: int) -> None:
    """ADM-2: a name that everybody has costs what a rare one does."""
    with reads() as read:
        found = search(crowd, typed)

    assert read.calls <= calls
    assert read.items <= calls * _PAGE
    assert len(found.hits) <= 25
    assert found.has_more or typed == "m"


def test_of_invoices_whose_numbers_begin_alike_only_those_that_are_shown_are_read(crowd: str) -> None:
    """Of each, what the household is called costs a read of its own."""
    with reads() as read:
        found = search(crowd, "2026-0000")

    assert [hit.invoice_number for hit in found.hits] == [f"2026-{number:06}" for number in range(25)]
    assert read.items <= _PAGE + 26


def test_one_of_many_is_found_by_what_is_rare(crowd: str) -> None:
    for typed in ("martin h-234", "h234", "2026-000234", "martin marie H-234"):
        found = search(crowd, typed)
        assert {hit.number for hit in found.hits} == {"H-234"} or found.hits[0].invoice_number == "2026-000234"
        assert not found.has_more


@pytest.mark.parametrize("typed", _HOSTILE, ids=range(len(_HOSTILE)))
def test_whatever_is_typed_stays_within_the_organisations_own_words(crowd: str, typed: str) -> None:
    """T-04: no sign leads out of the range of one word, into another organisation, or to an error."""
    with reads() as read:
        found = search(crowd, typed)
        search(f"{crowd}-other", typed)

    assert read.calls <= 2 * (_WORDS + 2)
    assert all(hit.name == "Martin" for hit in found.hits)
    assert search(f"{crowd}-other", typed).hits == ()


@pytest.mark.parametrize("typed", ["martin\x00", "a" * 3000, "\u202e😀", "<script>alert(1)</script>", "\ud800"])
def test_the_page_answers_whatever_is_typed(world: World, browser: Browser, typed: str) -> None:
    """I-15: as text, and never with an error of ours."""
    browser.sign_in_staff(world.org, world.staff(StaffRole.DESK), world.now)

    page = browser.get(f"/{world.org}/desk/clients?q={quote(typed.encode('utf-8', 'surrogatepass'))}")

    assert page.status == 200
    assert "<script>alert" not in page.html


def test_too_many_to_look_through_is_not_said_to_be_nobody(world: World, browser: Browser) -> None:
    """Of two frequent words that few have together, the first hundred rows may hold none."""
    rows = []
    for number in range(101):
        for name in ("Aaberg", "Zzyzx"):
            home = Household(f"{name}{number:030}", name)
            client = client_of(home, Summary(home.id, home.name, ""), [], [])
            rows += [store.row(world.org, word, client) for word in client.words]
    write.batch(rows)
    browser.sign_in_staff(world.org, world.staff(StaffRole.DESK), world.now)

    page = browser.get(f"/{world.org}/desk/clients", q="aaberg zzyzx")

    assert "Nobody fits this." not in page.text
    assert "Write more, or something rarer." in page.text
