"""Make-ups: holding, taking and giving back a place by a right."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest

from chalicelib.enrolments import making_up
from chalicelib.enrolments.absence import Changed
from chalicelib.enrolments.called_off import organisation_cancelled
from chalicelib.enrolments.places import Places, keep_places
from chalicelib.enrolments.rights import RightStatus
from chalicelib.schedule import store
from chalicelib.schedule.domain import Enrolment, EnrolmentStatus, Occurrence
from chalicelib.shared.errors import Conflict, NotFound
from tests.enrolments.studio import DAY, Studio, choice
from tests.support.race import together


def test_a_place_is_held_taken_and_given_back_in_time(studio: Studio) -> None:
    """SCH-6: the right is reserved by the booking, and as it was after giving back."""
    home, child = studio.family()
    right = studio.given_right(home, child, makeup_notice_minutes=60)
    group, org = studio.group(3, capacity=1), studio.world.organisation

    held = making_up.hold(org, home.id, choice(right, group), studio.now)
    assert (held.status, held.until) == (EnrolmentStatus.HELD, studio.now + timedelta(minutes=10))
    assert (studio.free(group), studio.right(child, right.id).place) == (0, held.id)
    taken = making_up.confirm(org, home.id, child.id, held.id, studio.now)
    assert (taken.status, studio.right(child, right.id).status) == (EnrolmentStatus.ACTIVE, RightStatus.RESERVED)
    assert studio.summary(home).rights == ()
    last = group.occurrences[0].starts - timedelta(hours=1)
    making_up.give_back(org, home.id, (child.id, held.id), last, keeps=True)

    after = studio.right(child, right.id)
    assert (after.status, after.place, after.expires_on) == (RightStatus.ISSUED, "", right.expires_on)
    assert (studio.free(group), studio.enrolment(held).status) == (1, EnrolmentStatus.CANCELLED)
    assert [row.id for row in studio.summary(home).rights] == [right.id]


def test_given_back_too_late_the_right_counts_as_used_and_the_family_knew(studio: Studio) -> None:
    home, child = studio.family()
    right = studio.given_right(home, child, makeup_notice_minutes=60)
    group, org = studio.group(3), studio.world.organisation
    held = making_up.hold(org, home.id, choice(right, group), studio.now)
    making_up.confirm(org, home.id, child.id, held.id, studio.now)
    late = group.occurrences[0].starts - timedelta(minutes=59)

    with pytest.raises(Changed):
        making_up.give_back(org, home.id, (child.id, held.id), late, keeps=True)
    assert studio.right(child, right.id).status is RightStatus.RESERVED
    making_up.give_back(org, home.id, (child.id, held.id), late, keeps=False)

    assert studio.right(child, right.id).status is RightStatus.USED
    assert studio.free(group, now=late) == 1


def test_the_last_seat_goes_to_exactly_one_of_thirty_two(studio: Studio) -> None:
    group, org = studio.group(3, capacity=1), studio.world.organisation
    acts: list[Callable[[], Enrolment]] = []
    for number in range(32):
        home, child = studio.family(f"Family {number}")
        right = studio.given_right(home, child)
        acts.append(partial(making_up.hold, org, home.id, choice(right, group), studio.now))

    outcomes = together(acts)

    assert sum(isinstance(each, Enrolment) for each in outcomes) == 1, outcomes
    assert sum(isinstance(each, Conflict) for each in outcomes) == 31
    assert (len(studio.roll(group).seats), studio.free(group)) == (1, 0)


def test_double_clicks_hold_and_take_once(studio: Studio) -> None:
    home, child = studio.family()
    right = studio.given_right(home, child)
    group, org = studio.group(3, capacity=5), studio.world.organisation

    held = together([partial(making_up.hold, org, home.id, choice(right, group), studio.now)] * 8)
    ids = {each.id for each in held if isinstance(each, Enrolment)}
    assert len(ids) == 1, held
    taken = together([partial(making_up.confirm, org, home.id, child.id, ids.pop(), studio.now)] * 8)

    assert all(isinstance(each, Enrolment) and each.status is EnrolmentStatus.ACTIVE for each in taken), taken
    assert studio.free(group) == 4


def test_another_choice_lets_the_first_go(studio: Studio) -> None:
    home, child = studio.family()
    right = studio.given_right(home, child)
    first, second, org = studio.group(3), studio.group(4), studio.world.organisation

    held = making_up.hold(org, home.id, choice(right, first), studio.now)
    again = making_up.hold(org, home.id, choice(right, second), studio.now)

    assert (studio.free(first), studio.free(second)) == (1, 0)
    assert studio.right(child, right.id).place == again.id
    with pytest.raises(NotFound):
        making_up.confirm(org, home.id, child.id, held.id, studio.now)
    assert [row.id for row in studio.summary(home).enrolments if row.kind == "makeup"] == [again.id]


def test_a_right_is_good_for_one_make_up_only(studio: Studio) -> None:
    home, child = studio.family()
    right = studio.given_right(home, child)
    first, second, org = studio.group(3), studio.group(4), studio.world.organisation
    held = making_up.hold(org, home.id, choice(right, first), studio.now)
    making_up.confirm(org, home.id, child.id, held.id, studio.now)

    with pytest.raises(Conflict):
        making_up.hold(org, home.id, choice(right, second), studio.now)


def test_what_the_right_is_not_good_for_is_refused(studio: Studio) -> None:
    home, child = studio.family()
    right, org = studio.given_right(home, child, makeup_days=20), studio.world.organisation
    elsewhere = studio.world.class_group("Judo", studio.now + DAY, programme="other", capacity=1)
    clash = studio.group(8)  # the class that the right comes from meets then, too

    for group in (elsewhere, clash, studio.group(40), studio.group(-1)):
        with pytest.raises(Conflict):
            making_up.hold(org, home.id, choice(right, group), studio.now)


def test_the_organisation_cancels_and_the_right_is_back_with_the_days_it_lost(studio: Studio) -> None:
    """X-11: a right is used by a class that takes place."""
    home, child = studio.family()
    right, org = studio.given_right(home, child, makeup_days=20), studio.world.organisation
    group = studio.group(3)
    held = making_up.hold(org, home.id, choice(right, group), studio.now)
    taken = making_up.confirm(org, home.id, child.id, held.id, studio.now)
    group = studio.cancel(group, 0)

    for _ in range(2):
        keep_places(
            org, home.id, studio.now + 2 * DAY,
            lambda places: organisation_cancelled(
                places, places.enrolment(child.id, taken.id), group.occurrences[0]
            ),
        )  # fmt: skip

    after = studio.right(child, right.id)
    assert (after.status, after.expires_on) == (RightStatus.ISSUED, right.expires_on + 2 * DAY)
    ended = studio.enrolment(taken)
    assert (ended.status, ended.ended_by) == (EnrolmentStatus.CANCELLED, "organisation")
    assert studio.roll(group).seats == ()
    assert [row.expires_on for row in studio.summary(home).rights] == [after.expires_on]


def _called_off(places: Places, place: Enrolment, meeting: Occurrence) -> Enrolment:
    return organisation_cancelled(places, places.enrolment(place.person, place.id), meeting)


def test_a_cancelled_meeting_gives_a_right_beyond_the_limit_where_the_terms_say_so(studio: Studio) -> None:
    for gives in (True, False):
        home, child = studio.family(f"Family {gives}")
        group = studio.group(1, 8)
        place = studio.enrol(home, child, group, makeup_limit=0, makeup_on_cancel=gives)
        group = studio.cancel(group, 0)
        for _ in range(2):
            keep_places(
                studio.world.organisation, home.id, studio.now,
                partial(_called_off, place=place, meeting=group.occurrences[0]),
            )  # fmt: skip

        assert len(studio.summary(home).rights) == gives
        assert store.get_enrolment(studio.world.org, child.id, place.id)


def test_an_absence_before_the_cancelling_gives_one_right_not_two(studio: Studio) -> None:
    home, child = studio.family()
    group = studio.group(1, 8)
    place = studio.enrol(home, child, group)
    studio.stay_away(place, group.occurrences[0])
    group = studio.cancel(group, 0)

    keep_places(
        studio.world.organisation, home.id, studio.now,
        lambda places: organisation_cancelled(places, places.enrolment(child.id, place.id), group.occurrences[0]),
    )  # fmt: skip

    assert len(studio.summary(home).rights) == 1
    assert studio.summary(home).away == ()
