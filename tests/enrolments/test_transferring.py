"""Changing group: what is left of one place counts for the other, both rolls change together, and the past stays."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest

from chalicelib.data import keys, read
from chalicelib.enrolments import answering, transferring
from chalicelib.enrolments.enrolling import Changed
from chalicelib.enrolments.places import keep_places
from chalicelib.schedule.domain import Ages, EnrolmentStatus
from chalicelib.schedule.store import transfer_requests
from chalicelib.shared.errors import Conflict, NotFound
from tests.enrolments.school import School
from tests.support.race import together
from tests.support.world import World

MONDAYS, TUESDAYS = tuple(range(1, 71, 7)), tuple(range(2, 72, 7))


@pytest.fixture
def school(world: World) -> School:
    """A school whose families change group themselves, twice."""
    school = School(world, world.programme().id)
    school.rules(leave=True, refund=[[-9000, 1_000_000]], transfer=True, transfer_limit=2)
    return school


def later(school: School, weeks: int) -> datetime:
    """Between the Monday and the Tuesday lesson of a week."""
    return school.now + timedelta(days=7 * weeks, hours=36)


def test_a_group_that_costs_as_much_needs_no_papers(school: School) -> None:
    home, lea = school.family()
    old, new = (school.group(*days, price_minor=20000) for days in (MONDAYS, TUESDAYS))
    place = school.buy(home, lea, old)
    told = school.exchange(place, new)

    moved = school.change(place, new, digest=told.digest)

    before = school.enrolment(place)
    assert (before.status, before.successor, before.ended_by) == (EnrolmentStatus.TRANSFERRED, moved.id, "family")
    assert (told.difference_minor, school.notes(home), len(school.invoices(home))) == (0, [], 1)
    assert moved.price
    assert (moved.price.minor, moved.price.invoice) == (20000, school.invoices(home)[0].id)
    assert (school.roll(old).seats, [seat.enrolment for seat in school.roll(new).seats]) == ((), [moved.id])
    assert {row.id: row.status for row in school.summary(home).enrolments} == {
        place.id: "transferred", moved.id: "active"
    }  # fmt: skip
    (message,) = school.messages("enrolment_moved")
    assert message.facts["difference"] == 0


def test_a_cheaper_group_gives_the_difference_back(school: School) -> None:
    """140.00 are left of seven lessons; the new one costs 105.00 for seven: 35.00 and taxes come back."""
    home, lea = school.family()
    old, new = school.group(*MONDAYS, price_minor=20000), school.group(*TUESDAYS, price_minor=13125)
    place, now = school.buy(home, lea, old), later(school, 2)
    told = school.exchange(place, new, now)

    moved = school.change(place, new, now, digest=told.digest)

    assert (told.left_minor, told.new_minor) == (14000, 10500)
    assert told.difference_minor == -4024
    assert school.balance(home) == 22995 - 4024
    assert school.preview(moved, now).back_minor == 10500


def test_a_dearer_group_is_billed_and_the_rest_of_the_old_one_covers_it(school: School) -> None:
    home, lea = school.family()
    old, new = school.group(*MONDAYS, price_minor=10000), school.group(*TUESDAYS, price_minor=20000)
    place = school.buy(home, lea, old)
    school.pay(home, school.invoice(place), 11498)
    told = school.exchange(place, new)

    moved = school.change(place, new, digest=told.digest)

    assert told.difference_minor == 22995 - 11498 == school.balance(home)
    assert (school.invoice(moved).balance_minor, school.notes(home)[0].unapplied_minor) == (11497, 0)
    assert moved.price
    assert moved.price.minor == 20000


def test_leaving_after_changing_gives_back_what_is_left_in_all(school: School) -> None:
    """However often: nothing is charged twice, nothing given back twice."""
    home, lea = school.family()
    groups = [school.group(*days, price_minor=minor) for days, minor in
              ((MONDAYS, 10000), (TUESDAYS, 20000), (MONDAYS, 5000))]  # fmt: skip
    place = school.buy(home, lea, groups[0])
    for group in groups[1:]:
        place = school.change(place, group)
    school.leave(place)

    assert school.balance(home) == 0
    assert [invoice.balance_minor for invoice in school.invoices(home)] == [0, 0]
    assert all(school.roll(group).seats == () for group in groups)


def test_the_limit_goes_along(school: School) -> None:
    home, lea = school.family()
    groups = [school.group(*days) for days in (MONDAYS, TUESDAYS, MONDAYS, TUESDAYS)]
    place = school.buy(home, lea, groups[0])
    for group in groups[1:3]:
        place = school.change(place, group)

    with pytest.raises(Conflict):
        school.change(place, groups[3])
    assert place.terms
    assert place.terms.transfer_limit == 0
    assert school.change(place, groups[3], by="staff").class_group == groups[3].id


def test_changing_twice_is_changing_once(school: School) -> None:
    home, lea = school.family()
    old, new = school.group(*MONDAYS, price_minor=20000), school.group(*TUESDAYS, price_minor=30000)
    place = school.buy(home, lea, old)
    told = school.exchange(place, new)

    results = together([partial(school.change, place, new, digest=told.digest)] * 8)

    assert len({getattr(each, "id", each) for each in results}) == 1
    assert (len(school.invoices(home)), len(school.notes(home))) == (2, 1)


def test_the_last_place_of_a_group_is_changed_to_once(school: School) -> None:
    new = school.group(*TUESDAYS)
    old = school.group(*MONDAYS, capacity=8)
    places = [school.buy(*school.family(f"Family {number}"), old) for number in range(8)]

    results = together([partial(school.change, place, new) for place in places])

    assert sum(isinstance(each, Conflict) for each in results) == 7
    assert (len(school.roll(new).seats), len(school.roll(old).seats)) == (1, 7)


@pytest.mark.parametrize("why", ["full", "another programme", "not for this age", "over", "there already", "closed"])
def test_a_group_must_fit(school: School, why: str) -> None:
    home, lea = school.family()
    place = school.buy(home, lea, school.group(*MONDAYS))
    new = {
        "full": lambda: school.group(*TUESDAYS, capacity=0),
        "another programme": lambda: replace(school, programme="").group(*TUESDAYS),
        "not for this age": lambda: school.group(*TUESDAYS, ages=Ages(30)),
        "over": lambda: school.group(-3),
        "there already": lambda: school.group(*TUESDAYS),
        "closed": lambda: school.world.class_group(
            "Closed", school.now + timedelta(days=3), programme=school.programme
        ),
    }[why]()  # fmt: skip
    if why == "there already":
        school.buy(home, lea, new)

    with pytest.raises(Conflict):
        school.change(place, new)
    assert school.enrolment(place).status is EnrolmentStatus.ACTIVE


def test_it_asks_again_when_it_comes_to_something_else(school: School) -> None:
    home, lea = school.family()
    old, new = (school.group(*days, price_minor=20000) for days in (MONDAYS, TUESDAYS))
    place = school.buy(home, lea, old)
    told = school.exchange(place, new)

    with pytest.raises(Changed):
        school.change(place, new, later(school, 0), digest=told.digest)


def test_where_families_do_not_change_they_ask(school: School) -> None:
    """The wish waits in a queue until staff do it, or it is taken back."""
    school.rules(transfer=False, transfer_requests=True)
    org, (home, lea) = school.world.organisation, school.family()
    old, new = (school.group(*days, price_minor=20000) for days in (MONDAYS, TUESDAYS))
    place = school.buy(home, lea, old)
    named = (org, home.id, lea.id, place.id)
    with pytest.raises(Conflict):
        school.change(place, new)

    for _ in range(2):
        transferring.request(*named, new.id, school.now)
    assert _queue(school) == [keys.enrolment(org.slug, lea.id, place.id)]
    assert transferring.list_requests(org, school.now)[0].wanted == new.id

    transferring.withdraw(*named, school.now)
    assert _queue(school) == []

    transferring.request(*named, new.id, school.now)
    moved = school.change(place, new, by="staff")
    assert (_queue(school), moved.class_group) == ([], new.id)


def _queue(school: School) -> list[keys.Key]:
    return read.waiting(transfer_requests(school.world.org), "9999")


def test_nobody_is_billed_more_than_they_agreed_to_when_they_asked(school: School) -> None:
    """NEW-1: the group got dearer while the request waited."""
    school.rules(transfer=False, transfer_requests=True)
    org, (home, lea) = school.world.organisation, school.family()
    old, new = (school.group(*days, price_minor=20000) for days in (MONDAYS, TUESDAYS))
    place = school.buy(home, lea, old)
    transferring.request(org, home.id, lea.id, place.id, new.id, school.now)
    before = school.balance(home)
    school.alter(new, price_minor=30000)

    with pytest.raises(Conflict):
        answering.approve(org, home.id, lea.id, place.id, new.id, school.now)

    assert (school.enrolment(place).wanted, school.balance(home)) == (new.id, before)


def test_what_a_family_is_shown_when_it_asks_is_what_it_agrees_to(school: School) -> None:
    school.rules(transfer=False, transfer_requests=True)
    org, (home, lea) = school.world.organisation, school.family()
    old, new = (school.group(*days, price_minor=minor) for days, minor in ((MONDAYS, 20000), (TUESDAYS, 30000)))
    place = school.buy(home, lea, old)

    with pytest.raises(Changed):
        transferring.request(org, home.id, lea.id, place.id, new.id, school.now, digest="of another day")

    transferring.request(org, home.id, lea.id, place.id, new.id, school.now)
    assert school.enrolment(place).wanted_minor > 0
    answering.approve(org, home.id, lea.id, place.id, new.id, school.now)
    assert school.enrolment(place).status is EnrolmentStatus.TRANSFERRED


def test_a_place_of_unknown_price_is_not_changed_for_a_dear_one_by_the_family(school: School) -> None:
    """Places of an import have no invoice here."""
    home, lea = school.family()
    old, new = (school.group(*days, price_minor=20000) for days in (MONDAYS, TUESDAYS))
    place = school.buy(home, lea, old)
    imported = replace(school.enrolment(place), price=None)
    keep_places(school.world.organisation, home.id, school.now, lambda places: places.put(imported))

    with pytest.raises(Conflict):
        school.change(place, new)
    assert school.change(place, new, by="staff").class_group == new.id


def test_nobody_asks_where_they_may_not(school: School) -> None:
    school.rules(transfer=False)
    home, lea = school.family()
    old, new = (school.group(*days) for days in (MONDAYS, TUESDAYS))
    place = school.buy(home, lea, old)

    with pytest.raises(Conflict):
        transferring.request(school.world.organisation, home.id, lea.id, place.id, new.id, school.now)


def test_a_place_waited_for_is_given_up_by_changing_there(school: School) -> None:
    """The offer that was kept for the child is what the change takes."""
    (home, lea), (other, max_) = school.family(), school.family("Roy", "Max")
    old, new = (school.group(*days) for days in (MONDAYS, TUESDAYS))
    taken = school.buy(other, max_, new)
    place = school.buy(home, lea, old)
    wish = school.join(home, lea, new)
    school.leave(taken)

    school.change(place, new)

    assert school.enrolment(wish).status is EnrolmentStatus.CANCELLED
    assert (len(school.roll(new).seats), school.roll(new).waiting) == (1, ())


def test_a_right_for_a_lesson_that_was_missed_stays(school: School) -> None:
    """One for a lesson still to come goes, for that lesson counts for the new place."""
    home, lea = school.family()
    old, new = (school.group(*days, capacity=None, price_minor=20000) for days in (MONDAYS, TUESDAYS))
    place = school.buy(home, lea, old)
    kept = school.stay_away(place, old.occurrences[0]).marks[old.occurrences[0].id].right
    gone = school.stay_away(place, old.occurrences[5]).marks[old.occurrences[5].id].right
    now = later(school, 2)

    assert school.exchange(place, new, now).rights == (gone,)
    school.change(place, new, now)

    assert [row.id for row in school.summary(home).rights] == [kept]


def test_nobody_changes_what_is_not_theirs(school: School) -> None:
    """T-03."""
    (home, lea), (other, _) = school.family(), school.family("Roy", "Max")
    old, new = (school.group(*days) for days in (MONDAYS, TUESDAYS))
    place = school.buy(home, lea, old)

    with pytest.raises(NotFound):
        school.change(replace(place, household=other.id), new)


def test_changing_group_gives_no_new_time_to_leave(school: School) -> None:
    """Who has begun and would get nothing back gets nothing by changing to a group that begins later."""
    school.rules(leave=True, refund=[[0, 1_000_000]], free_before_start=True, transfer=True)
    home, lea = school.family()
    old, new = school.group(*MONDAYS, price_minor=20000), school.group(*TUESDAYS, price_minor=20000)
    place, now = school.buy(home, lea, old), later(school, 2)
    assert school.preview(place, now).back_minor == 0

    moved = school.change(place, new, now)

    assert school.preview(moved, now).back_minor == 0
    assert moved.terms
    assert not moved.terms.free_before_start
