"""The child of two homes whose costs are split: two invoices, two ledgers, one place (NEW-2)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.billing import splits
from chalicelib.billing.sharing_out import Share
from chalicelib.data import write
from chalicelib.enrolments.enrolling import Changed
from chalicelib.enrolments.leaving import STAFF, Ending
from chalicelib.households.domain import Household, Person
from chalicelib.households.store import person_item
from chalicelib.schedule.domain import EnrolmentStatus
from chalicelib.shared.errors import Conflict, NotFound
from tests.enrolments.school import School
from tests.support.race import together
from tests.support.world import World

WEEKS = tuple(range(1, 71, 7))
HALF = 500_000


@pytest.fixture
def school(world: World) -> School:
    """A school under the ready-made rules of Quebec."""
    school = School(world, world.programme().id)
    school.rules(preset="quebec_course")
    return school


@pytest.fixture
def homes(school: School) -> tuple[Household, Household, Person]:
    """Two homes and the child of both."""
    mother, lea = school.family("Tremblay")
    father = school.world.household("Roy")
    return mother, father, school.share(lea, father)


def _agree(school: School, homes: tuple[Household, Household, Person], ppm: int, programme: str = "") -> None:
    mother, father, lea = homes
    splits.propose(school.world.org, mother.id, lea.id, programme, ppm, school.now)
    splits.answer(school.world.org, father.id, lea.id, programme, agrees=True, now=school.now)


def test_without_an_agreement_whoever_enrols_pays(school: School, homes: tuple[Household, Household, Person]) -> None:
    mother, father, lea = homes
    splits.propose(school.world.org, mother.id, lea.id, "", HALF, school.now)
    school.buy(mother, lea, school.group(*WEEKS, price_minor=20001))
    assert school.balance(father) == 0
    assert not school.invoices(father)
    assert school.balance(mother) == school.invoices(mother)[0].total_minor


def test_each_home_has_its_own_invoice_ledger_and_message(
    school: School, homes: tuple[Household, Household, Person]
) -> None:
    """200.01 and taxes, 60 to 40: two invoices that add up to the cent, with numbers of their own."""
    mother, father, lea = homes
    _agree(school, homes, 600_000)
    whole = 20001 + 1000 + 1995

    place = school.buy(mother, lea, school.group(*WEEKS, price_minor=20001))

    (hers,), (his,) = school.invoices(mother), school.invoices(father)
    assert (hers.lines[0].amount_minor, his.lines[0].amount_minor) == (12001, 8000)
    assert hers.total_minor + his.total_minor == whole
    assert (school.balance(mother), school.balance(father)) == (hers.total_minor, his.total_minor)
    assert hers.number != his.number
    assert school.summary(father).unpaid_count() == 1
    assert [message.household for message in school.messages("invoice")] == [father.id]
    assert place.price
    assert (place.price.minor, place.price.invoice) == (12001, hers.id)
    assert [(part.household, part.minor, part.invoice) for part in place.price.parts] == [(father.id, 8000, his.id)]
    assert place.household == mother.id
    assert [row.status for row in school.summary(father).enrolments] == ["active"]


def test_a_home_that_pays_nothing_has_no_invoice(school: School, homes: tuple[Household, Household, Person]) -> None:
    mother, father, lea = homes
    _agree(school, homes, 0)
    place = school.buy(mother, lea, school.group(*WEEKS, price_minor=20000))
    assert not school.invoices(mother)
    assert school.balance(father) == 22995
    assert place.price
    assert (place.price.minor, place.price.invoice) == (0, "")


def test_a_split_of_a_programme_goes_before_that_of_all(
    school: School, homes: tuple[Household, Household, Person]
) -> None:
    mother, father, lea = homes
    _agree(school, homes, HALF)
    _agree(school, homes, 1_000_000, school.programme)
    school.buy(mother, lea, school.group(*WEEKS, price_minor=20000))
    assert not school.invoices(father)
    other = school.world.programme("Dance").id
    school.buy(mother, lea, school.group(*WEEKS, price_minor=20000, programme=other, title="Ballet"))
    assert len(school.invoices(father)) == 1


def test_several_places_of_brothers_and_sisters_stand_on_one_invoice_of_each(
    school: School, homes: tuple[Household, Household, Person]
) -> None:
    """The other home pays for the shared child alone."""
    mother, father, lea = homes
    max_ = school.world.member(mother, "Max")
    _agree(school, homes, HALF)
    piano, judo = school.group(*WEEKS, price_minor=10001), school.group(*WEEKS, price_minor=5000, title="Judo")
    held = [school.hold(mother, max_, judo), school.hold(mother, lea, piano)]
    school.confirm(mother)

    (hers,), (his,) = school.invoices(mother), school.invoices(father)
    assert len(hers.lines) == 2
    assert [line.member for line in his.lines] == [lea.id]
    for place in map(school.enrolment, held):
        assert place.price
        assert hers.lines[place.price.line].member == place.person


def test_what_both_paid_is_given_back_to_both_by_the_same_rules(
    school: School, homes: tuple[Household, Household, Person]
) -> None:
    """NEW-1, NEW-2: three of ten lessons had; each home's credit is reckoned on its own line."""
    mother, father, lea = homes
    _agree(school, homes, 600_000)
    place = school.buy(mother, lea, school.group(*WEEKS, price_minor=20000))
    school.pay(mother, school.invoices(mother)[0], school.invoices(mother)[0].total_minor)
    now = school.now + timedelta(days=16)

    school.leave(place, now, ending=Ending(by=STAFF, back_ppm=1_000_000))

    (hers,), (his,) = school.notes(mother), school.notes(father)
    assert (hers.lines[0].amount_minor, his.lines[0].amount_minor) == (8400, 5600)
    assert school.balance(mother) == -hers.total_minor
    assert school.balance(father) == school.invoices(father)[0].total_minor - his.total_minor
    assert school.enrolment(place).status is EnrolmentStatus.CANCELLED


def test_before_the_start_nothing_is_left_to_pay_for_either(
    school: School, homes: tuple[Household, Household, Person]
) -> None:
    mother, father, lea = homes
    _agree(school, homes, 333_333)
    place = school.buy(mother, lea, school.group(*WEEKS, price_minor=19999))
    school.leave(place)
    assert (school.balance(mother), school.balance(father)) == (0, 0)


def test_only_the_home_that_enrolled_gives_the_place_back(
    school: School, homes: tuple[Household, Household, Person]
) -> None:
    mother, father, lea = homes
    _agree(school, homes, HALF)
    place = school.buy(mother, lea, school.group(*WEEKS, price_minor=20000))
    with pytest.raises(NotFound):
        school.leave(replace(place, household=father.id))


def test_a_place_that_two_pay_is_not_changed_for_another(
    school: School, homes: tuple[Household, Household, Person]
) -> None:
    mother, _, lea = homes
    _agree(school, homes, HALF)
    place = school.buy(mother, lea, school.group(*WEEKS, price_minor=20000))
    other = school.group(*WEEKS, price_minor=30000, title="Piano 2")
    with pytest.raises(Conflict, match="Two homes pay"):
        school.change(place, other)
    assert len(school.invoices(mother)) == 1


def test_an_agreement_that_changes_meanwhile_is_shown_again(
    school: School, homes: tuple[Household, Household, Person]
) -> None:
    """What is confirmed is what was shown."""
    mother, _, lea = homes
    _agree(school, homes, HALF)
    school.hold(mother, lea, school.group(*WEEKS, price_minor=20000))
    shown = school.basket(mother)
    _agree(school, homes, 600_000)
    with pytest.raises(Changed):
        school.confirm(mother, shown)


def test_confirming_at_once_bills_each_home_once(school: School, homes: tuple[Household, Household, Person]) -> None:
    mother, father, lea = homes
    _agree(school, homes, HALF)
    school.hold(mother, lea, school.group(*WEEKS, price_minor=20001))
    shown = school.basket(mother)
    together([lambda: school.confirm(mother, shown)] * 16)
    assert (len(school.invoices(mother)), len(school.invoices(father))) == (1, 1)


def test_an_agreement_with_a_home_that_is_left_counts_no_more(
    school: School, homes: tuple[Household, Household, Person]
) -> None:
    mother, father, lea = homes
    _agree(school, homes, HALF)
    write.put(person_item(school.world.org, replace(lea, households=(mother.id,))))
    school.buy(mother, lea, school.group(*WEEKS, price_minor=20000))
    assert not school.invoices(father)
    assert school.balance(mother) == 22995


def test_a_split_is_only_between_the_homes_of_the_child(
    school: School, homes: tuple[Household, Household, Person]
) -> None:
    """T-02: no stranger agrees, and nobody agrees to what they proposed themselves."""
    mother, father, lea = homes
    stranger = school.world.household("Petrova")
    org, now = school.world.org, school.now
    acts: list[Callable[[], None]] = [
        lambda: splits.propose(org, stranger.id, lea.id, "", HALF, now),
        lambda: splits.answer(org, father.id, lea.id, "", agrees=True, now=now),
        lambda: splits.end(org, mother.id, lea.id, "", now),
    ]
    for act in acts:
        with pytest.raises(NotFound):
            act()
    splits.propose(org, mother.id, lea.id, "", HALF, now)
    with pytest.raises(NotFound):
        splits.answer(org, mother.id, lea.id, "", agrees=True, now=now)
    with pytest.raises(Conflict):
        splits.set_shares(org, lea.id, "", (Share(mother.id, HALF), Share(stranger.id, HALF)), now)


def test_staff_set_a_split_and_either_home_ends_it(school: School, homes: tuple[Household, Household, Person]) -> None:
    mother, father, lea = homes
    org = school.world.org
    splits.set_shares(org, lea.id, "", (Share(mother.id, HALF), Share(father.id, HALF)), school.now)
    school.buy(mother, lea, school.group(*WEEKS, price_minor=20000))
    assert len(school.invoices(father)) == 1
    splits.end(org, father.id, lea.id, "", school.now)
    school.buy(mother, lea, school.group(*WEEKS, price_minor=20000, title="Judo"))
    assert len(school.invoices(father)) == 1
