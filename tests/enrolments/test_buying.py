"""Places in the list of what a family bought and gave back (PUR-1, SCH-12)."""

from datetime import timedelta

import pytest

from chalicelib.billing import bought
from chalicelib.billing.bought import Bought, Thing
from chalicelib.households.domain import Household
from tests.enrolments.school import School
from tests.support.world import World

WEEKS = tuple(range(1, 71, 7))


@pytest.fixture
def school(world: World) -> School:
    """A school under the ready-made rules of Quebec."""
    school = School(world, world.programme().id)
    school.rules(preset="quebec_course")
    return school


def lines(school: School, home: Household, member: str = "") -> list[Bought]:
    return [*bought.list_page(school.world.org, home.id, member).rows]


def test_a_place_is_bought_with_its_taxes_and_given_back(school: School) -> None:
    """PUR-1, SCH-12: in the list of the household and of the member; it leads to place and invoice."""
    home, lea = school.family()
    group = school.group(*WEEKS, price_minor=20000)
    place = school.buy(home, lea, group)
    assert place.price

    [line] = lines(school, home)
    assert line == Bought(
        Thing.ENROLMENT, place.id, group.title, school.now, lea.id, 22995, "CAD", place.price.invoice
    )  # fmt: skip
    school.leave(place, school.now + timedelta(days=2))

    back, first = lines(school, home, lea.id)
    assert first == line
    assert (back.what, back.is_cancelled, back.invoice) == (place.id, True, place.price.invoice)
    assert back.minor < 0


def test_what_is_only_kept_is_not_bought(school: School) -> None:
    home, lea = school.family()
    school.hold(home, lea, school.group(*WEEKS, price_minor=20000))

    assert lines(school, home) == []
    assert "purchase" not in school.summary(home).holds


def test_a_change_of_group_gives_one_back_and_takes_another(school: School) -> None:
    school.rules(leave=True, transfer=True, transfer_limit=2)
    home, lea = school.family()
    place = school.buy(home, lea, school.group(*WEEKS, price_minor=20000))
    new = school.change(place, school.group(*WEEKS, price_minor=20000), school.now)

    seen = {(line.what, line.is_cancelled) for line in lines(school, home)}
    assert seen == {(place.id, False), (place.id, True), (new.id, False)}


def test_a_place_that_costs_nothing_is_in_the_list(school: School) -> None:
    """PUR-1: a registration is one, whatever it costs."""
    home, lea = school.family()
    place = school.buy(home, lea, school.group(*WEEKS))

    assert [(line.what, line.minor, line.invoice) for line in lines(school, home)] == [(place.id, 0, "")]
