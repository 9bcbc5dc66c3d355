"""Whose money counts of a child of two homes: each home's slip tells what that home paid, to the cent (X-12, NEW-2)."""

import pytest

from chalicelib.billing import splits
from chalicelib.households.domain import Household
from chalicelib.households.store import get_person
from tests.enrolments.school import School
from tests.slips.giving import Giving, settle_on
from tests.support.world import World

WEEKS = tuple(range(1, 71, 7))


@pytest.fixture
def school(world: World) -> School:
    """A school whose only programme counts."""
    school = School(world, world.programme().id)
    school.rules(preset="quebec_course")
    settle_on(world, words=(), programmes=frozenset({school.programme}))
    return school


@pytest.fixture
def homes(school: School) -> tuple[Giving, Giving]:
    """Mother's and father's home, who share what their daughter's place cost: 60 to 40 of 200.01 and taxes."""
    world = school.world
    mother, lea = school.family("Tremblay")
    father = world.household("Roy")
    lea = school.share(lea, father)
    splits.propose(world.org, mother.id, lea.id, "", 600_000, school.now)
    splits.answer(world.org, father.id, lea.id, "", agrees=True, now=school.now)
    school.buy(mother, lea, school.group(*WEEKS, price_minor=20001))
    return _of(world, mother, lea.id), _of(world, father, lea.id)


def _of(world: World, home: Household, child: str) -> Giving:
    found = get_person(world.org, child)
    assert found
    return Giving(world, home, found)


def test_each_payer_is_told_what_that_payer_paid(school: School, homes: tuple[Giving, Giving]) -> None:
    """The home that enrolled, and the one that only pays a part; they add up to what was billed."""
    mother, father = homes
    (hers,), (his,) = school.invoices(mother.home), school.invoices(father.home)
    for family, invoice in ((mother, hers), (father, his)):
        family.pay(invoice.total_minor)

    assert (mother.standing().minor, father.standing().minor) == (hers.total_minor, his.total_minor)
    assert hers.total_minor > his.total_minor > 0
    assert hers.total_minor + his.total_minor == 22996


def test_who_has_not_paid_a_part_is_told_nothing(school: School, homes: tuple[Giving, Giving]) -> None:
    """Reconciled money alone counts: one home's payment is not the other's."""
    mother, father = homes
    (his,) = school.invoices(father.home)
    father.pay(his.total_minor - 100)

    assert mother.look() == []
    assert father.standing().minor == his.total_minor - 100
