"""Papers through the gateway: the right file, its name, the way around the size limit, and nobody else's."""

import urllib.request
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from urllib.parse import urlencode, urlsplit

import pytest

from chalicelib.billing import issuing, receiving
from chalicelib.billing.books import Books, keep
from chalicelib.billing.domain import Invoice, Payment, PaymentStatus
from chalicelib.billing.pricing import LineRequest
from chalicelib.households.domain import Household
from chalicelib.organisations import store as organisations
from chalicelib.organisations.domain import Module
from chalicelib.papers import handing, routes
from chalicelib.ports import File
from chalicelib.shared.ids import dated_id
from tests.papers.writing import read, words
from tests.quotes import quoting
from tests.support.browser import Page
from tests.support.clock import TurnedClock
from tests.support.door import Door
from tests.support.world import World


def issue(world: World, home: Household, minor: int = 18000, name: str = "Piano") -> Invoice:
    """An invoice through the books."""

    def work(books: Books) -> Invoice:
        request = issuing.InvoiceRequest([LineRequest(name, Decimal(1), minor)])
        return issuing.issue(books, issuing.draft(books, request), send=False)

    return keep(world.organisation, home.id, world.now, work)


def pay(world: World, home: Household, minor: int = 15000, **changes: object) -> Payment:
    """A payment through the books."""

    def work(books: Books) -> Payment:
        plain = Payment(dated_id(books.today), home.id, books.today, minor, "CAD", "card", PaymentStatus.PENDING)
        return receiving.receive(books, replace(plain, **changes))  # type: ignore[arg-type]

    return keep(world.organisation, home.id, world.now, work)


@pytest.fixture
def home(world: World) -> Household:
    """The household of the user who is signed in."""
    home = world.household("Tremblay", "Léa")
    world.user(home)
    return home


@pytest.fixture
def inside(door: Door, home: Household) -> Door:
    """Signed in."""
    door.enter("marie@example.com")
    return door


def fetch(door: Door, path: str, **query: str) -> Page:
    return door.browser.get(f"/{door.org}/{path}?{urlencode(query)}")


def test_an_invoice_comes_as_a_file_with_its_name(world: World, home: Household, inside: Door) -> None:
    """INV-4."""
    invoice = issue(world, home)
    page = fetch(inside, f"invoices/{invoice.id}/pdf")

    assert (page.status, page.header("content-type")) == (200, "application/pdf")
    name = f"Invoice-{invoice.number}.pdf"
    assert page.header("content-disposition") == f"attachment; filename=\"{name}\"; filename*=UTF-8''{name}"
    told = words(read(page.body))
    assert invoice.number in told
    assert "$180.00" in told
    assert page.header("cache-control") == "no-store"


def test_a_receipt_of_a_payment(world: World, home: Household, inside: Door) -> None:
    """PAY-2."""
    invoice = issue(world, home)
    payment = pay(world, home)
    told = words(read(fetch(inside, f"payments/{payment.id}/receipt").body))

    assert "$150.00" in told
    assert f"Invoice {invoice.number}" in told


def test_of_money_that_did_not_come_there_is_no_receipt(world: World, home: Household, inside: Door) -> None:
    failed = keep(
        world.organisation, home.id, world.now,
        lambda books: receiving.fail(books, Payment(
            dated_id(books.today), home.id, books.today, 100, "CAD", "card", PaymentStatus.PENDING,
        )),
    )  # fmt: skip

    assert fetch(inside, f"payments/{failed.id}/receipt").status == 404


def test_a_credit_note(world: World, home: Household, inside: Door) -> None:
    """CRED-2."""
    invoice = issue(world, home)
    note = keep(
        world.organisation, home.id, world.now,
        lambda books: issuing.credit(books, books.invoices.get(invoice.id), "Class cancelled"),
    )  # fmt: skip
    told = words(read(fetch(inside, f"credits/{note.id}/pdf").body))

    assert f"Credit note {note.number}" in told
    assert "Class cancelled" in told


def test_a_quote(world: World, home: Household, inside: Door) -> None:
    """QUO-1."""
    quote = quoting.sent(world, home)
    told = words(read(fetch(inside, f"quotes/{quote.id}/pdf").body))

    assert f"Quote {quote.number}" in told
    assert "Summer camp" in told


def test_many_invoices_in_one_file(world: World, home: Household, inside: Door, clock: TurnedClock) -> None:
    """Chosen ones, or those of a period, oldest first; more than a page of the list."""
    made = [issue(world, home, name=f"Lesson {number}") for number in range(30)]
    all_of_them = read(fetch(inside, "papers/invoices").body)
    chosen = read(fetch(inside, "papers/invoices", ids=f"{made[3].id},{made[1].id}").body)

    assert len(all_of_them.pages) == 30
    assert [made[place].number in page.extract_text() for place, page in zip((3, 1), chosen.pages, strict=True)]
    tomorrow = (world.today + timedelta(days=1)).isoformat()
    assert fetch(inside, "papers/invoices", **{"from": tomorrow, "to": tomorrow}).status == 404


def test_invoices_of_one_member(world: World, home: Household, inside: Door) -> None:
    lea = world.builders[home.id].members[0].id
    billed = keep(
        world.organisation, home.id, world.now,
        lambda books: issuing.issue(books, issuing.draft(
            books, issuing.InvoiceRequest([LineRequest("Ballet", Decimal(1), 100, member=lea)])
        )),
    )  # fmt: skip
    issue(world, home)
    pdf = read(fetch(inside, "papers/invoices", member=lea).body)

    assert len(pdf.pages) == 1
    assert billed.number in words(pdf)
    assert fetch(inside, "papers/invoices", member="somebody").status == 404


def test_too_many_invoices_are_a_clear_sentence(
    world: World, home: Household, inside: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "MAX_INVOICES", 2)
    made = [issue(world, home) for _ in range(3)]
    for query in ({}, {"ids": ",".join(invoice.id for invoice in made)}):
        page = fetch(inside, "papers/invoices", **query)
        assert page.status == 400
        assert "These are more than 2 invoices" in page.text


def test_a_statement_adds_up_and_says_the_same_as_the_csv(world: World, home: Household, inside: Door) -> None:
    """STM-1, NEW-4."""
    issue(world, home)
    pay(world, home)
    issue(world, home, 9000)
    told = words(read(fetch(inside, "statement/pdf").body))
    table = fetch(inside, "statement/csv")

    assert "Closing balance $120.00" in told
    assert "Not due yet $120.00" in told
    assert table.header("content-type") == "text/csv; charset=utf-8"
    assert table.header("content-disposition").endswith(".csv")
    assert "120.00,CAD" in table.body.decode("utf-8-sig").splitlines()[-1]


def test_a_statement_of_a_period_and_its_switches(world: World, home: Household, inside: Door) -> None:
    """X-4."""
    issue(world, home)
    pay(world, home)
    day = world.today.isoformat()
    folded = words(read(fetch(inside, "statement/pdf", **{"from": day, "to": day}, payments="no", ageing="no").body))

    assert "Payments and refunds, added up (1)" in folded
    assert "overdue" not in folded
    before = (world.today - timedelta(days=400)).isoformat()
    empty = words(read(fetch(inside, "statement/pdf", **{"from": before, "to": before}).body))
    assert "Closing balance $0.00" in empty
    assert "The balance is now $30.00" in empty


def test_a_statement_before_anything_happened_is_empty(inside: Door) -> None:
    assert "Closing balance $0.00" in words(read(fetch(inside, "statement/pdf").body))


@pytest.mark.parametrize(
    "query",
    [
        {"from": "yesterday"}, {"to": "2026-13-01"}, {"from": "2026-02-01", "to": "2026-01-01"}, {"from": "²"},
        {"from": "9" * 300},
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", ["statement/pdf", "statement/csv", "papers/invoices"])
def test_a_period_that_is_none_is_refused(inside: Door, path: str, query: dict[str, str]) -> None:
    assert fetch(inside, path, **query).status == 400


@pytest.mark.parametrize(
    "query", [{"currency": "XXX"}, {"currency": "#"}, {"payer": "somebody"}, {"payer": "x" * 3000}]
)
def test_a_ledger_that_is_not_the_households_is_not_found(inside: Door, query: dict[str, str]) -> None:
    assert fetch(inside, "statement/pdf", **query).status == 404


def test_papers_of_another_household_are_not_found(world: World, home: Household, inside: Door) -> None:
    """T-03."""
    other = world.household("Gagnon")
    invoice, payment = issue(world, other), pay(world, other)
    quote = quoting.sent(world, other)
    for path in (
        f"invoices/{invoice.id}/pdf", f"payments/{payment.id}/receipt", f"credits/{invoice.id}/pdf",
        f"quotes/{quote.id}/pdf",
    ):  # fmt: skip
        assert fetch(inside, path).status == 404
    mine = issue(world, home)
    for ids in (invoice.id, f"{mine.id},{invoice.id}", "x", "x" * 3000, f"{mine.id},"):
        assert fetch(inside, "papers/invoices", ids=ids).status == 404


def test_an_organisation_without_invoices_has_no_papers(world: World, inside: Door) -> None:
    """DASH-6."""
    organisations.update(replace(world.organisation, modules=frozenset({Module.CLASSES})))

    assert {fetch(inside, path).status for path in ("statement/pdf", "statement/csv", "papers/invoices")} == {404}


def test_a_large_file_is_fetched_by_a_link_that_ends(
    world: World, home: Household, inside: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond what fits through the gateway: signed for a minute, from a bucket, under the same name."""
    monkeypatch.setattr(handing, "MAX_ANSWER_BYTES", 1000)
    invoice = issue(world, home)
    page = fetch(inside, f"invoices/{invoice.id}/pdf")

    assert page.status == 303
    assert "X-Amz-Expires=60" in page.location
    assert "X-Amz-Algorithm=AWS4-HMAC-SHA256" in page.location
    with urllib.request.urlopen(page.location) as answer:
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.headers["Content-Disposition"].startswith(f'attachment; filename="Invoice-{invoice.number}.pdf"')
        assert invoice.number in words(read(answer.read()))
    assert invoice.id not in urlsplit(page.location).path, "names of files tell nothing"


def test_a_file_of_the_greatest_size_fits_through_the_gateway() -> None:
    """Lambda answers with at most 6 MB of JSON, and bytes are base64 in it."""
    reply = handing.hand_over(File(b"x" * handing.MAX_ANSWER_BYTES, "application/pdf", "attachment"))

    assert reply.status == 200
    assert handing.MAX_ANSWER_BYTES * 4 / 3 + 10_000 < 6 * 1024 * 1024


def test_the_same_day_of_a_leap_year(world: World, inside: Door, clock: TurnedClock) -> None:
    """The first of the year is always there."""
    assert fetch(inside, "statement/pdf", to=date(2024, 2, 29).isoformat()).status == 200
