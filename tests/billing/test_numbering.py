"""Numbers of papers: gapless for each organisation and series, however many are issued at once."""

import secrets
from datetime import date
from functools import partial

from chalicelib.billing import issuing
from chalicelib.billing.books import Books, keep, open_books
from chalicelib.billing.domain import InvoiceLine
from chalicelib.billing.numbering import next_number
from tests.billing.test_books import issued, request
from tests.support.race import together
from tests.support.world import World, build


def _issue(world: World, household: str) -> str:
    return keep(world.organisation, household, world.now, issued).number


def _credit(world: World, household: str) -> str:
    line = InvoiceLine("Goodwill", 1, 500, 500)  # type: ignore[arg-type]
    return keep(
        world.organisation, household, world.now, lambda books: issuing.give_credit(books, (line,), "CAD", "sorry")
    ).number


def test_thirty_two_parallel_issues_in_many_households_leave_no_gap_and_no_double(world: World) -> None:
    homes = [world.household(f"Home {number}").id for number in range(8)]
    acts = [partial(_issue, world, homes[number % 8]) for number in range(32)]
    numbers = together(acts)
    assert sorted(map(str, numbers)) == [f"{world.today.year}-{n:05}" for n in range(1, 33)]


def test_each_series_and_each_organisation_counts_for_itself(world: World) -> None:
    other = build(f"org-{secrets.token_hex(6)}", world.now)
    homes = [(each, each.household("Tremblay").id) for each in (world, other)]
    acts = [partial(act, *homes[number % 2]) for number in range(16) for act in (_issue, _credit)]
    numbers = [str(number) for number in together(acts)]
    year = world.today.year
    invoices = [f"{year}-{n:05}" for n in range(1, 9)]
    notes = [f"C{year}-{n:05}" for n in range(1, 9)]
    assert sorted(numbers) == sorted([*invoices, *invoices, *notes, *notes])


def test_what_is_refused_takes_no_number(world: World) -> None:
    home = world.household("Tremblay").id
    assert _issue(world, home).endswith("-00001")
    dropped = open_books(world.organisation, home, world.now)
    issuing.issue(dropped, issuing.draft(dropped, request()))
    assert _issue(world, home).endswith("-00002")


def test_a_pattern_with_the_year_begins_anew_and_any_other_goes_on(world: World) -> None:
    def take(series: str, day: date, pattern: str) -> str:
        def work(books: Books) -> str:
            billing = books.organisation.billing
            numbers = {**billing.numbers, series: pattern}
            object.__setattr__(billing, "numbers", numbers)
            return next_number(books.transaction, books.organisation, series, day)

        return keep(world.organisation, world_home, world.now, work)

    world_home = world.household("Tremblay").id
    assert take("invoice", date(2026, 12, 31), "{year}-{n:05}") == "2026-00001"
    assert take("invoice", date(2027, 1, 1), "{year}-{n:05}") == "2027-00001"
    assert take("invoice", date(2026, 12, 31), "{year}-{n:05}") == "2026-00002"
    assert take("quote", date(2026, 12, 31), "Q{n}") == "Q1"
    assert take("quote", date(2027, 1, 1), "Q{n}") == "Q2"
