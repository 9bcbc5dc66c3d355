"""The waiting list, shared by new enrolments and make-ups: in order, for a while, and never more than is free."""

from datetime import timedelta

import pytest

from chalicelib.enrolments import jobs, making_up, waiting
from chalicelib.enrolments.places import keep_places
from chalicelib.enrolments.rights import RightStatus
from chalicelib.households.domain import Household, Person
from chalicelib.schedule.domain import ClassGroup, Enrolment, EnrolmentStatus
from chalicelib.shared.errors import Conflict
from chalicelib.shared.ids import dated_id
from tests.enrolments.studio import DAY, Studio, choice


def wish(studio: Studio, home: Household, child: Person, group: ClassGroup) -> Enrolment:
    """Somebody waits for the class."""
    first, last = studio.world.today, studio.world.today + 60 * DAY
    plain = Enrolment(
        dated_id(first), child.id, group.id, home.id, EnrolmentStatus.WAITLISTED, first, last, studio.now,
        terms=studio.terms,
    )  # fmt: skip
    return keep_places(studio.world.organisation, home.id, studio.now, lambda places: waiting.wait(places, plain))


def test_a_seat_that_comes_free_is_offered_in_order_to_whom_it_fits(studio: Studio) -> None:
    """NEW-5: one list of those who want the class, and those who want one meeting of it."""
    home, child = studio.family()
    group = studio.group(2, 9)
    place = studio.enrol(home, child, group)
    others = [studio.family(name) for name in ("Roy", "Lavoie", "Gagnon")]
    right = studio.given_right(*others[1])
    regular = wish(studio, *others[0], group)
    guest = making_up.wait_for(studio.world.organisation, others[1][0].id, choice(right, group), studio.now)
    later = wish(studio, *others[2], group)
    assert [studio.enrolment(each).status for each in (regular, guest, later)] == [EnrolmentStatus.WAITLISTED] * 3

    studio.stay_away(place, group.occurrences[0])

    kept = studio.enrolment(guest)
    assert (kept.status, kept.until) == (EnrolmentStatus.OFFERED, studio.now + DAY)
    assert [studio.enrolment(each).status for each in (regular, later)] == [EnrolmentStatus.WAITLISTED] * 2
    assert [message.household for message in studio.messages("place_offered")] == [others[1][0].id]
    assert studio.free(group, 0) == 0, "what is offered is kept"
    making_up.confirm(studio.world.organisation, others[1][0].id, guest.person, guest.id, studio.now)
    assert studio.right(others[1][1], right.id).status is RightStatus.RESERVED
    assert (studio.free(group, 0), len(studio.roll(group).waiting)) == (0, 2)


def test_an_offer_nobody_takes_goes_to_the_next(studio: Studio) -> None:
    first, second = studio.family("Roy"), studio.family("Gagnon")
    group = studio.group(5, 12, capacity=0)
    one, two = wish(studio, *first, group), wish(studio, *second, group)
    _grow(studio, group, 1)
    waiting.look_through(studio.world.organisation, group.id, studio.now)
    assert studio.enrolment(one).status is EnrolmentStatus.OFFERED

    jobs.run(studio.now + DAY - timedelta(seconds=1))
    assert studio.enrolment(one).status is EnrolmentStatus.OFFERED
    for _ in range(2):
        jobs.run(studio.now + DAY)

    assert studio.enrolment(one).status is EnrolmentStatus.OFFER_EXPIRED
    after = studio.enrolment(two)
    assert (after.status, after.until) == (EnrolmentStatus.OFFERED, studio.now + 2 * DAY)


def test_declining_hands_the_place_on(studio: Studio) -> None:
    first, second = studio.family("Roy"), studio.family("Gagnon")
    group = studio.group(5, capacity=0)
    one, two = wish(studio, *first, group), wish(studio, *second, group)
    _grow(studio, group, 1)
    waiting.look_through(studio.world.organisation, group.id, studio.now)

    for _ in range(2):
        waiting.leave(studio.world.organisation, first[0].id, one.person, one.id, studio.now)

    assert studio.enrolment(one).status is EnrolmentStatus.CANCELLED
    assert studio.enrolment(two).status is EnrolmentStatus.OFFERED


def test_an_offer_ends_when_the_meeting_begins(studio: Studio) -> None:
    home, child = studio.family()
    group = studio.group(0.5, capacity=0)
    right = studio.given_right(home, child)
    guest = making_up.wait_for(studio.world.organisation, home.id, choice(right, group), studio.now)
    _grow(studio, group, 1)

    waiting.look_through(studio.world.organisation, group.id, studio.now)

    assert studio.enrolment(guest).until == group.occurrences[0].starts
    jobs.run(group.occurrences[0].starts)
    assert studio.enrolment(guest).status is EnrolmentStatus.OFFER_EXPIRED
    right = studio.right(child, right.id)
    assert (right.status, right.place) == (RightStatus.ISSUED, "")


def test_a_wish_that_is_of_no_use_any_more_leaves_the_list(studio: Studio) -> None:
    home, child = studio.family()
    group = studio.group(0.5, capacity=0)
    right = studio.given_right(home, child)
    guest = making_up.wait_for(studio.world.organisation, home.id, choice(right, group), studio.now)

    jobs.run(group.occurrences[0].starts)

    ended = studio.enrolment(guest)
    assert (ended.status, ended.ended_by) == (EnrolmentStatus.CANCELLED, "time")
    assert (studio.roll(group).waiting, studio.right(child, right.id).place) == ((), "")


def test_nobody_waits_twice_nor_on_an_endless_list(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    home, child = studio.family()
    group = studio.group(5, capacity=0)
    wish(studio, home, child, group)
    with pytest.raises(Conflict):
        wish(studio, home, child, group)
    monkeypatch.setattr(waiting, "MAX_WAITING", 1)
    with pytest.raises(Conflict):
        wish(studio, *studio.family("Roy"), group)


def _grow(studio: Studio, group: ClassGroup, capacity: int) -> None:
    """The class gets room for so many."""
    from dataclasses import replace

    from chalicelib.data import write
    from chalicelib.schedule import store

    stored = store.get_class_groups(studio.world.org, [group.id], consistent=True)[group.id]
    write.put(store.class_group_item(studio.world.org, replace(stored, capacity=capacity)))
