"""Attendance: many lists at once, and what it does to the rights of those who told an absence."""

from datetime import timedelta

import pytest

from chalicelib.enrolments import attending, right_store
from chalicelib.enrolments.absence import Told, report
from chalicelib.enrolments.foreseeing import digest, foresee
from chalicelib.households import store as households
from chalicelib.schedule import classes
from chalicelib.schedule.domain import Attendance, ClassGroup, Enrolment, EnrolmentStatus
from chalicelib.schedule.terms import EnrolmentTerms
from chalicelib.shared.errors import Conflict, NotFound
from tests.enrolments.teaching import meetings, place_of, seated, staff, taught
from tests.support.race import together
from tests.support.world import World

RIGHTS = EnrolmentTerms(makeups=True)


def _take(world: World, group: ClassGroup, told: dict[str, Attendance], *, after: timedelta = timedelta()) -> None:
    meeting = group.occurrences[0]
    attending.take(world.organisation, group.id, meeting.id, told, "ann", max(world.now, meeting.starts) + after)


def _people(world: World, group: ClassGroup, count: int) -> list[Enrolment]:
    home = world.household("Roy")
    return [seated(world, group, home, world.member(home, f"Child {number}")) for number in range(count)]


def _mark(world: World, group: ClassGroup, place: Enrolment) -> Attendance | None:
    mark = place_of(world, place).marks.get(group.occurrences[0].id)
    return mark.attendance if mark else None


def test_sixteen_lists_saved_at_once_all_count(world: World) -> None:
    """Each marks another child; every mark is there afterwards."""
    group = taught(world, meetings(world.now))
    people = _people(world, group, 16)

    done = together([lambda each=each: _take(world, group, {each.id: Attendance.LATE}) for each in people])  # type: ignore[misc]

    assert [each for each in done if isinstance(each, Exception)] == []
    assert {_mark(world, group, each) for each in people} == {Attendance.LATE}


def test_two_who_mark_the_same_children_differently_leave_one_of_both(world: World) -> None:
    group = taught(world, meetings(world.now))
    people = _people(world, group, 5)

    done = together(
        [
            lambda which=which: _take(world, group, {each.id: which for each in people})  # type: ignore[misc]
            for which in (Attendance.PRESENT, Attendance.LATE)
        ]
    )

    assert [each for each in done if isinstance(each, Exception)] == []
    assert {_mark(world, group, each) for each in people} <= {Attendance.PRESENT, Attendance.LATE}


def test_saving_again_writes_nothing(world: World) -> None:
    group = taught(world, meetings(world.now))
    place = _people(world, group, 1)[0]
    for _ in range(3):
        _take(world, group, {place.id: Attendance.PRESENT})

    assert place_of(world, place).version == (place.version or 0) + 1


def test_a_list_of_more_than_a_transaction_is_saved(world: World) -> None:
    group = taught(world, meetings(world.now), capacity=None)
    people = _people(world, group, 95)

    _take(world, group, {each.id: Attendance.PRESENT for each in people})

    assert {_mark(world, group, each) for each in people} == {Attendance.PRESENT}


def test_only_who_has_a_place_there_is_marked(world: World) -> None:
    group, other = taught(world, meetings(world.now)), taught(world, meetings(world.now))
    stranger = _people(world, other, 1)[0]

    _take(world, group, {stranger.id: Attendance.PRESENT})

    assert place_of(world, stranger).marks == {}


def test_who_rests_is_not_expected(world: World) -> None:
    home = world.household("Roy")
    group = taught(world, meetings(world.now))
    seated(world, group, home, world.member(home, "Lea"), status=EnrolmentStatus.FROZEN)

    found = attending.sheet(world.organisation, group.id, group.occurrences[0].id)

    assert found.expected == ()


def test_attendance_waits_for_the_hour_before(world: World) -> None:
    group = taught(world, meetings(world.now + timedelta(hours=1, minutes=1)))
    place = _people(world, group, 1)[0]
    told, meeting = {place.id: Attendance.PRESENT}, group.occurrences[0].id
    with pytest.raises(Conflict):
        attending.take(world.organisation, group.id, meeting, told, "ann", world.now)

    attending.take(world.organisation, group.id, meeting, told, "ann", world.now + timedelta(minutes=1))

    assert _mark(world, group, place) is Attendance.PRESENT


def test_a_cancelled_meeting_is_not_marked(world: World) -> None:
    group = taught(world, meetings(world.now))
    place = _people(world, group, 1)[0]
    classes.cancel_meetings(staff(world), group.id, [group.occurrences[0].id], {})

    with pytest.raises(Conflict):
        _take(world, group, {place.id: Attendance.PRESENT})


def test_no_list_of_what_is_not_there(world: World) -> None:
    group = taught(world)
    for names in ((group.id, "none"), ("none", "none")):
        with pytest.raises(NotFound):
            attending.sheet(world.organisation, *names)


def _told_absent(world: World) -> tuple[ClassGroup, Enrolment]:
    """A child whose family told an absence in time, which gave a right."""
    home = world.household("Roy")
    group = taught(world)
    place = seated(world, group, home, world.member(home, "Lea"), terms=RIGHTS)
    meeting = group.occurrences[0]

    def which(each: object) -> bool:
        return each == meeting

    found = foresee(place, RIGHTS, group, which, world.organisation.zone, world.now)
    told = Told("A cold", "user", digest(found))
    return group, report(world.organisation, home.id, (place.person, place.id), which, told, world.now)


def _rights(world: World, place: Enrolment) -> int:
    return len(households.get_summaries(world.org, (place.household,))[place.household].rights)


def test_who_comes_after_all_has_no_right_and_who_did_not_has_it_again(world: World) -> None:
    """A wrong tap costs nobody a right."""
    group, place = _told_absent(world)
    assert _rights(world, place) == 1

    _take(world, group, {place.id: Attendance.PRESENT})
    assert (_mark(world, group, place), _rights(world, place)) == (Attendance.PRESENT, 0)

    _take(world, group, {place.id: Attendance.ABSENT_EXCUSED})
    mark = place_of(world, place).marks[group.occurrences[0].id]
    assert (mark.attendance, mark.reason, _rights(world, place)) == (Attendance.ABSENT_EXCUSED, "A cold", 1)
    assert right_store.get_right(world.org, place.person, mark.right)


def test_an_absence_that_was_told_stays_as_it_was_when_all_others_are_present(world: World) -> None:
    group, place = _told_absent(world)
    mark = place.marks[group.occurrences[0].id]

    _take(world, group, {place.id: Attendance.ABSENT_EXCUSED})

    assert place_of(world, place).marks[group.occurrences[0].id] == mark
