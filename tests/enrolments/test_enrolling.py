"""Taking places: kept, confirmed, billed; the last one goes to exactly one, and twice is once."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from chalicelib.enrolments import enrolling, queueing, waiting
from chalicelib.enrolments.enrolling import Changed
from chalicelib.households.summary import MAX_ENROLMENTS
from chalicelib.households.summing import with_enrolment
from chalicelib.schedule import classes
from chalicelib.schedule.domain import Ages, ClassGroup, EnrolmentStatus
from chalicelib.schedule.summing import enrolment_row
from chalicelib.schedule.terms import EnrolmentTerms
from chalicelib.shared.errors import Conflict, NotFound
from chalicelib.shared.times import months_after, zone
from tests.enrolments.school import School
from tests.support.race import together
from tests.support.world import ZONE, World

MINUTE = timedelta(minutes=1)
WEEKS = tuple(range(1, 71, 7))


@pytest.fixture
def school(world: World) -> School:
    """A school under the ready-made rules of Quebec."""
    school = School(world, world.programme().id)
    school.rules(preset="quebec_course")
    return school


def test_a_place_is_kept_then_bought(school: School) -> None:
    """ACC-3, NEW-1: with its price, its invoice, and a copy of the rules."""
    home, lea = school.family()
    group = school.group(*WEEKS, price_minor=20000)
    held = school.hold(home, lea, group)
    assert (held.status, held.until) == (EnrolmentStatus.HELD, school.now + 15 * MINUTE)
    assert school.free(group) == 0

    invoice = school.confirm(home)

    bought = school.enrolment(held)
    assert invoice
    assert bought.price
    assert (invoice.total_minor, invoice.lines[0].member) == (22995, lea.id)
    assert (bought.status, bought.until) == (EnrolmentStatus.ACTIVE, None)
    assert (bought.price.minor, bought.price.invoice, bought.price.line) == (20000, invoice.id, 0)
    assert bought.terms == EnrolmentTerms().with_({"preset": "quebec_course"})
    assert [(row.id, row.status) for row in school.summary(home).enrolments] == [(bought.id, "active")]
    assert ("enrolment", bought.id) in [(row.kind, row.id) for row in school.summary(home).news]
    (message,) = school.messages("enrolled")
    assert (message.facts["number"], message.facts["minor"]) == (invoice.number, 22995)
    assert school.messages("invoice") == []


def test_rules_that_change_later_do_not_change_the_place(school: School) -> None:
    """NEW-1: programme over organisation, class over programme, as they were on the day."""
    home, lea = school.family()
    place = school.buy(home, lea, school.group(*WEEKS, terms={"withdrawal_days": 3}))

    school.rules(leave=False)

    terms = school.enrolment(place).terms
    assert terms
    assert (terms.leave, terms.preset, terms.withdrawal_days) == (True, "quebec_course", 3)


def test_several_classes_and_relatives_come_on_one_invoice(school: School) -> None:
    """ACC-3."""
    home, lea = school.family()
    tom = school.world.member(home, "Tom")
    piano, ballet = school.group(*WEEKS, price_minor=10000), school.group(2, 9, capacity=2, price_minor=5050)
    free = school.group(3, capacity=None)
    held = [school.hold(home, *each) for each in ((lea, piano), (tom, ballet), (lea, ballet), (tom, free))]

    invoice = school.confirm(home)

    assert invoice
    assert invoice.total_minor == sum(line.total_minor for line in invoice.lines)
    bought = [school.enrolment(each) for each in held]
    for place, person, minor in zip(bought[:3], (lea, tom, lea), (10000, 5050, 5050), strict=True):
        assert place.price
        assert place.price.invoice == invoice.id
        line = invoice.lines[place.price.line]
        assert (line.amount_minor, line.member) == (minor, person.id)
    assert bought[3].price
    assert (bought[3].price.minor, bought[3].price.invoice) == (0, "")
    assert len(invoice.lines) == 3


def test_a_free_class_has_no_invoice(school: School) -> None:
    home, lea = school.family()
    held = school.hold(home, lea, school.group(*WEEKS))

    assert school.confirm(home) is None
    assert school.enrolment(held).status is EnrolmentStatus.ACTIVE
    again = enrolling.confirm(school.world.organisation, home.id, [held.id], "", school.now)
    assert again is None


def test_twice_is_once(school: School) -> None:
    """A double click on each button: one hold, one place, one invoice."""
    home, lea = school.family()
    group = school.group(*WEEKS, capacity=5, price_minor=20000)
    first, second = (school.hold(home, lea, group, school.now + each * MINUTE) for each in (0, 1))
    wanted = school.basket(home)
    invoices = [school.confirm(home, wanted) for _ in range(2)]

    assert first.id == second.id
    assert invoices[0]
    assert invoices[1]
    assert invoices[0].id == invoices[1].id
    assert len(school.invoices(home)) == 1
    assert len(school.roll(group).seats) == 1
    with pytest.raises(Conflict):
        school.hold(home, lea, group)


def test_parallel_confirmations_buy_once(school: School) -> None:
    home, lea = school.family()
    group = school.group(*WEEKS, price_minor=20000)
    school.hold(home, lea, group)
    wanted = school.basket(home)

    results = together([partial(school.confirm, home, wanted)] * 8)

    assert {getattr(each, "id", each) for each in results} == {school.invoices(home)[0].id}
    assert len(school.invoices(home)) == 1
    assert school.balance(home) == 22995


def test_the_last_place_goes_to_exactly_one_of_32(school: School) -> None:
    """SCH, with real threads: all others are told that there is none left."""
    group = school.group(*WEEKS, capacity=3)
    families = [school.family(f"Family {number}") for number in range(32)]
    for home, child in families[:2]:
        school.buy(home, child, group)

    results = together([partial(school.hold, home, child, group) for home, child in families[2:]])

    held = [each for each in results if not isinstance(each, Exception)]
    refused = [each for each in results if isinstance(each, Conflict)]
    assert (len(held), len(refused)) == (1, 29)
    assert len(school.roll(group).seats) == 3


def test_a_hold_ends_by_itself(school: School) -> None:
    """Nothing need run for it: the next who asks gets the place, and what was kept can not be confirmed."""
    (home, lea), (other, max_) = school.family(), school.family("Roy", "Max")
    group = school.group(*WEEKS, price_minor=20000)
    school.hold(home, lea, group)
    wanted = school.basket(home)
    late = school.now + 15 * MINUTE
    with pytest.raises(Conflict):
        school.hold(other, max_, group, late - MINUTE)

    held = school.hold(other, max_, group, late)

    assert [seat.enrolment for seat in school.roll(group).seats] == [held.id]
    with pytest.raises(Changed):
        school.confirm(home, wanted, late)
    assert school.basket(home, late).places == ()
    assert school.summary(home).enrolments == ()


def test_whoever_comes_late_may_keep_the_place_again(school: School) -> None:
    home, lea = school.family()
    group = school.group(*WEEKS, price_minor=20000)
    school.hold(home, lea, group)
    late = school.now + 20 * MINUTE

    again = school.hold(home, lea, group, late)

    assert again.until == late + 15 * MINUTE
    assert school.confirm(home, now=late)
    assert len(school.roll(group).seats) == 1


def test_what_was_shown_is_what_is_bought(school: School) -> None:
    """A lesson began meanwhile, and the place costs less: it is shown again before anything is bought."""
    home, lea = school.family()
    group = school.group(1 / 288, 7, price_minor=20000)
    school.hold(home, lea, group)
    wanted = school.basket(home)
    begun = school.now + 6 * MINUTE

    with pytest.raises(Changed):
        school.confirm(home, wanted, begun)

    assert school.invoices(home) == []
    invoice = school.confirm(home, now=begun)
    assert invoice
    assert invoice.lines[0].amount_minor == 10000


def test_a_class_that_has_begun_costs_its_part(school: School) -> None:
    """Three of seven lessons are left: 30.00 of 70.01, halves away from zero."""
    home, lea = school.family()
    group = school.group(*range(-27, 16, 7), price_minor=7001)
    place = school.buy(home, lea, group)

    assert place.price
    assert place.price.minor == 3000
    assert place.starts_on == (school.now + timedelta(days=1)).astimezone(zone(ZONE)).date()


@pytest.mark.parametrize(("age", "fits"), [(11, True), (25, False), (None, False)])
def test_an_age_is_asked_and_never_assumed(school: School, age: int | None, fits: bool) -> None:
    """X-7."""
    home = school.world.household()
    born = months_after(school.world.today, -12 * age) if age else None
    child = school.world.member(home, "Léa", born)
    group = school.group(*WEEKS, ages=Ages(6, 15))

    if fits:
        assert school.hold(home, child, group).status is EnrolmentStatus.HELD
    else:
        with pytest.raises(Conflict, match="birth date first" if born is None else "does not fit"):
            school.hold(home, child, group)


def test_the_age_counts_on_the_first_day(school: School) -> None:
    home = school.world.household()
    day = school.world.today + timedelta(days=10)
    child = school.world.member(home, "Léa", months_after(day, -6 * 12) - timedelta(days=1))
    group = school.group(10, 17, ages=Ages(6, None), capacity=2)

    assert school.hold(home, child, group).status is EnrolmentStatus.HELD
    with pytest.raises(Conflict):
        school.hold(home, child, school.group(3, 17, ages=Ages(6, None)))


def test_nobody_takes_a_place_for_somebody_else(school: School) -> None:
    """T-03: another household's child, and a class of another organisation, are not there."""
    (home, _), (_, max_) = school.family(), school.family("Roy", "Max")
    group = school.group(*WEEKS)

    for person, class_id in ((max_.id, group.id), (max_.id, "elsewhere")):
        with pytest.raises(NotFound):
            enrolling.hold(school.world.organisation, home.id, person, class_id, school.now)
    with pytest.raises(NotFound):
        school.hold(*school.family("Côté"), _closed(school))


def _closed(school: School) -> ClassGroup:
    return school.world.class_group("Closed", school.now + timedelta(days=1))


def test_nobody_confirms_what_is_kept_for_another_family(school: School) -> None:
    (home, lea), (other, _) = school.family(), school.family("Roy", "Max")
    school.hold(home, lea, school.group(*WEEKS, price_minor=20000))

    with pytest.raises(Changed):
        school.confirm(other, school.basket(home))
    assert school.invoices(other) == []


def test_a_place_that_is_let_go_is_free_at_once(school: School) -> None:
    (home, lea), (other, max_) = school.family(), school.family("Roy", "Max")
    group = school.group(*WEEKS)
    held = school.hold(home, lea, group)

    for _ in range(2):
        enrolling.give_back(school.world.organisation, home.id, held.id, school.now)

    assert school.hold(other, max_, group).status is EnrolmentStatus.HELD
    assert school.summary(home).enrolments == ()


def test_a_full_class_has_a_waiting_list(school: School) -> None:
    """NEW-5: joining twice is joining once; the place that comes free is taken by the same button."""
    (home, lea), (other, max_) = school.family(), school.family("Roy", "Max")
    group = school.group(*WEEKS, price_minor=20000)
    place = school.buy(home, lea, group)
    first, second = (school.join(other, max_, group) for _ in range(2))
    assert (first.status, first.id) == (EnrolmentStatus.WAITLISTED, second.id)

    school.leave(place)

    assert school.enrolment(first).status is EnrolmentStatus.OFFERED
    third, child = school.family("Côté", "Zoé")
    with pytest.raises(Conflict):
        school.hold(third, child, group)
    held = school.hold(other, max_, group)
    assert (held.id, held.status) == (first.id, EnrolmentStatus.HELD)
    assert school.confirm(other)
    assert school.roll(group).waiting == ()


def test_a_child_of_two_homes_has_one_place(school: School) -> None:
    """NEW-2: both homes see it; the one that enrolled pays."""
    (home, lea), (other, _) = school.family(), school.family("Roy", "Max")
    lea = school.share(lea, other)
    group = school.group(*WEEKS, capacity=5, price_minor=20000)
    place = school.buy(home, lea, group)

    assert [row.id for row in school.summary(other).enrolments] == [place.id]
    assert school.invoices(other) == []
    with pytest.raises(Conflict):
        school.hold(other, lea, group)
    with pytest.raises(NotFound):
        school.leave(replace(place, household=other.id))


def test_no_more_places_are_kept_than_can_be_confirmed_at_once(school: School) -> None:
    home, lea = school.family()
    groups = [school.group(*WEEKS, price_minor=100 + number) for number in range(enrolling.MOST_HELD + 1)]
    for group in groups[:-1]:
        school.hold(home, lea, group)

    with pytest.raises(Conflict):
        school.hold(home, lea, groups[-1])
    invoice = school.confirm(home)
    assert invoice
    assert len(invoice.lines) == enrolling.MOST_HELD


def test_an_offer_stands_as_long_as_was_promised(school: School) -> None:
    """NEW-5: looking at the price of a place that is offered for a day does not lose it within a quarter of an hour."""
    (home, lea), (other, max_) = school.family(), school.family("Roy", "Max")
    group = school.group(*WEEKS, price_minor=20000)
    place = school.buy(home, lea, group)
    wish = school.join(other, max_, group)
    school.leave(place)
    promised = school.enrolment(wish).until

    school.hold(other, max_, group)

    assert school.enrolment(wish).until == promised
    assert school.confirm(other, now=school.now + timedelta(hours=20))


def test_nobody_comes_before_those_who_wait(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    """NEW-5: not even while places that came free are still being offered, a few at a time."""
    monkeypatch.setattr(queueing, "AT_ONCE", 1)
    (home, lea), (second, max_), (third, zoe) = (
        school.family(),
        school.family("Roy", "Max"),
        school.family("Lee", "Zoe"),
    )
    newcomer, ann = school.family("Kim", "Ann")
    group = school.group(*WEEKS, capacity=1)
    school.buy(home, lea, group)
    for family, child in ((second, max_), (third, zoe)):
        school.join(family, child, group)
    school.alter(group, capacity=3)

    with pytest.raises(Conflict):
        school.hold(newcomer, ann, group)


def test_what_is_over_meanwhile_is_not_bought(school: School) -> None:
    """The last lesson begins, or the class is cancelled, while its place is kept: it is shown again, without it."""
    home, lea = school.family()
    group = school.group(*WEEKS, price_minor=20000)
    held = school.hold(home, lea, group)
    wanted = school.basket(home)
    classes.end_class(classes.Staff(school.world.org, school.now, "desk"), group.id, {})

    assert school.basket(home).places == ()
    for digest in (wanted.digest, school.basket(home).digest):
        for ids in ([held.id], []):
            with pytest.raises(Changed):
                enrolling.confirm(school.world.organisation, home.id, ids, digest, school.now)
    assert school.invoices(home) == []


def test_a_wish_is_given_up_by_the_home_that_has_it(school: School) -> None:
    """NEW-2: the other home of a child neither takes nor spoils the place in the list."""
    (home, lea), (other, _) = school.family(), school.family("Roy", "Max")
    lea = school.share(lea, other)
    group = school.group(*WEEKS, price_minor=20000)
    school.buy(*school.family("Côté", "Zoé"), group)
    wish = school.join(home, lea, group)

    with pytest.raises(Conflict):
        waiting.leave(school.world.organisation, other.id, lea.id, wish.id, school.now)

    assert school.enrolment(wish).status is EnrolmentStatus.WAITLISTED


def test_nobody_pushes_classes_out_of_a_summary(school: School) -> None:
    """Wishes that one home joins and leaves over and over do not take the child's classes from the calendar."""
    home, lea = school.family()
    place = school.buy(home, lea, school.group(*WEEKS, price_minor=20000))
    rows = school.summary(home)
    for number in range(MAX_ENROLMENTS + 5):
        gone = enrolment_row(replace(place, id=f"{place.id}{number}", status=EnrolmentStatus.CANCELLED,
                                     ends_on=place.ends_on + timedelta(days=9)))  # fmt: skip
        rows = with_enrolment(rows, gone)

    assert len(rows.enrolments) == MAX_ENROLMENTS
    assert rows.enrolments[0].id == place.id
