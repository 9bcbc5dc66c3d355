"""What staff type, and the households that they find by it (ADM-2)."""

from dataclasses import replace

import pytest

from chalicelib.clients.searching import Found, search
from chalicelib.data.write import Transaction
from chalicelib.households import store as households
from chalicelib.households.domain import Address, Household
from tests.clients.finding import catch_up
from tests.support.world import World, build


def _furnished(world: World) -> Household:
    """A household with all that somebody may remember of it."""
    home = world.household("Tremblay-Иванов", "Zoé")
    told = replace(
        home, phone="+15145550123", number="H-204", email="zoe.t@example.com", version=1,
        address=Address("12 rue des Érables", "Montréal", "QC", "H2X 1Y4", "CA"),
    )  # fmt: skip
    transaction = Transaction()
    households.save_household(transaction, world.org, told)
    transaction.commit()
    world.user(home, email="Юлия.петрова@example.com", mobile="+33612345678", name="Юлия Петрова")
    world.invoice(replace(home, number="H-204"), "2026-0041")
    return replace(told, version=2)


def _names(found: Found) -> list[str]:
    return [hit.name for hit in found.hits]


@pytest.mark.parametrize(
    "typed",
    [
        "tremb", "TREMBLAY", "ivanov", "Иванов", "zoe", "zoé tremblay", "tremblay zo", "zoe erables", "Petrova yulia",
        "julia", "H-204", "h204", "5550123", "514 555", "(514) 555-0123", "+1 514 555 0123", "0123", "06 12 34",
        "+33 6 12 34 56 78", "zoe.t@example.com", "ZOE.T@exam", "montreal tremblay", "erables", "h2x1y4", "H2X 1Y4",
        "2026-0041", "20260041", "tremblay 2026-0041", "юлия",
    ],
)  # fmt: skip
def test_whatever_somebody_remembers_finds_the_household(world: World, typed: str) -> None:
    home = _furnished(world)
    world.household("Somebody Else", "Nina")
    catch_up(world.org)

    assert [hit.household for hit in search(world.org, typed).hits] == [home.id]


@pytest.mark.parametrize("typed", ["", "t", "nobody", "zoe nobody", "blay", "2026-0042", "514 556", "#", "a#b", "%"])
def test_what_does_not_fit_finds_nothing(world: World, typed: str) -> None:
    _furnished(world)
    catch_up(world.org)

    assert search(world.org, typed) == Found()


def test_another_organisations_households_are_not_found(world: World) -> None:
    """T-04: the index begins with the organisation like everything else."""
    other = build(f"{world.org}-b", world.now)
    _furnished(other)
    catch_up(other.org)

    assert search(world.org, "tremblay") == Found()
    assert _names(search(other.org, "tremblay")) == ["Tremblay-Иванов"]


def test_an_invoice_is_found_by_its_number_with_its_household(world: World) -> None:
    home = _furnished(world)
    catch_up(world.org)

    [hit] = search(world.org, "2026-00").hits
    assert (hit.household, hit.name, hit.invoice_number) == (home.id, "Tremblay-Иванов", "2026-0041")
    assert hit.invoice


def test_more_households_than_fit_are_said_to_be_more(world: World) -> None:
    for number in range(27):
        world.household(f"Tremblay {number:02}")
    catch_up(world.org)

    found = search(world.org, "tremblay")
    assert len(found.hits) == 25
    assert found.has_more
    assert _names(search(world.org, "tremblay 13")) == ["Tremblay 13"]
    assert not search(world.org, "tremblay 13").has_more


def test_of_two_frequent_names_the_one_person_who_has_both_is_found(world: World) -> None:
    """More than a hundred rows of each word: the name as one word is the short way."""
    for number in range(101):
        world.household(f"Marie House{number}")
        world.household(f"Roy House{number}")
    home = world.household("Somewhere", "Marie")
    world.user(home, name="Marie Roy", email="mr@example.com")
    catch_up(world.org)

    assert _names(search(world.org, "marie roy"))[0] == "Somewhere"
    assert _names(search(world.org, "roy marie"))[0] == "Somewhere"
