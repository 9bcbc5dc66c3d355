"""Absences told beforehand: what comes of them, that it is what was shown, and taking them back."""

from datetime import timedelta

import pytest

from chalicelib.enrolments import absence
from chalicelib.enrolments.absence import Changed, Told
from chalicelib.enrolments.foreseeing import Lack, digest
from chalicelib.enrolments.rights import RightStatus
from chalicelib.schedule.domain import Attendance
from chalicelib.shared.errors import Conflict
from chalicelib.shared.times import local_day
from tests.enrolments.studio import Studio
from tests.support.race import together


def test_an_absence_frees_the_seat_gives_a_right_and_is_seen_on_every_page(studio: Studio) -> None:
    """SCH-6, NEW-1."""
    home, child = studio.family()
    group = studio.group(1, 8)
    place = studio.enrol(home, child, group, makeup_days=30)

    after = studio.stay_away(place, group.occurrences[0])

    mark = after.marks[group.occurrences[0].id]
    right = studio.right(child, mark.right)
    assert (mark.attendance, mark.reason, mark.by) == (Attendance.ABSENT_EXCUSED, "A cold", "user")
    assert right.status is RightStatus.ISSUED
    assert right.expires_on == local_day(group.occurrences[0].starts, "America/Toronto") + timedelta(days=30)
    assert (studio.free(group, 0), studio.free(group, 1)) == (1, 0)
    summary = studio.summary(home)
    assert [row.meeting for row in summary.away] == [group.occurrences[0].id]
    assert [(row.id, row.member, row.expires_on) for row in summary.rights] == [(right.id, child.id, right.expires_on)]


def test_told_too_late_it_is_not_excused_and_gives_nothing(studio: Studio) -> None:
    home, child = studio.family()
    group = studio.group(1)
    place = studio.enrol(home, child, group, absence_notice_minutes=24 * 60)
    meeting = group.occurrences[0]
    in_time, late = studio.now, studio.now + timedelta(seconds=1)

    found = [studio.foreseen(place, lambda _: True, now)[0] for now in (in_time, late)]

    assert [(each.excused, each.lack) for each in found] == [(True, None), (False, Lack.NOTICE)]
    after = studio.stay_away(place, meeting, now=late)
    assert after.marks[meeting.id].attendance is Attendance.ABSENT_UNEXCUSED
    assert (after.marks[meeting.id].right, studio.summary(home).rights) == ("", ())
    assert studio.free(group, 0) == 1


def test_an_enrolment_gives_no_more_rights_than_its_terms_say(studio: Studio) -> None:
    home, child = studio.family()
    group = studio.group(1, 2, 3)
    place = studio.enrol(home, child, group, makeup_limit=2)

    studio.stay_away(place, group.occurrences[0])
    found = studio.foreseen(place, lambda _: True)

    assert [each.lack for each in found] == [None, Lack.LIMIT]
    studio.stay_away(place, *group.occurrences)
    assert len(studio.summary(home).rights) == 2


def test_what_is_not_what_was_shown_is_not_done(studio: Studio) -> None:
    """NEW-1: the notice ran out between page and button."""
    home, child = studio.family()
    group = studio.group(1)
    place = studio.enrol(home, child, group, absence_notice_minutes=24 * 60)
    shown = digest(studio.foreseen(place, lambda _: True))

    with pytest.raises(Changed):
        absence.report(
            studio.world.organisation, home.id, (child.id, place.id), lambda _: True, Told("", "user", shown),
            studio.now + timedelta(minutes=1),
        )  # fmt: skip

    assert studio.enrolment(place).marks == {}
    assert studio.free(group) == 0


def test_a_second_click_changes_nothing(studio: Studio) -> None:
    home, child = studio.family()
    group = studio.group(1)
    place = studio.enrol(home, child, group)
    told = Told("", "user", digest(studio.foreseen(place, lambda _: True)))

    def report() -> object:
        return absence.report(
            studio.world.organisation, home.id, (child.id, place.id), lambda _: True, told, studio.now
        )

    outcomes = together([report] * 8)

    assert len({str(getattr(each, "marks", each)) for each in outcomes}) == 1, outcomes
    assert len(studio.summary(home).rights) == 1


def test_an_absence_is_taken_back_with_its_right(studio: Studio) -> None:
    home, child = studio.family()
    group = studio.group(1)
    place = studio.enrol(home, child, group)
    studio.stay_away(place, group.occurrences[0])

    for _ in range(2):
        absence.withdraw(studio.world.organisation, home.id, (child.id, place.id), group.occurrences[0].id, studio.now)

    assert studio.enrolment(place).marks == {}
    assert (studio.free(group), studio.summary(home).rights, studio.summary(home).away) == (0, (), ())


def test_an_absence_stays_once_the_seat_went_to_somebody_else(studio: Studio) -> None:
    home, child = studio.family()
    group = studio.group(1)
    place = studio.enrol(home, child, group)
    other, guest = studio.family("Roy", "Max")
    studio.stay_away(place, group.occurrences[0])
    studio.world.keep_seat(studio.enrol(other, guest, studio.group(1)))
    taken = studio.roll(group)
    assert taken.free(group, group.occurrences[0], "America/Toronto", studio.now) == 1
    studio.world.enrol(other, guest, group, meeting=group.occurrences[0].id)

    with pytest.raises(Conflict):
        absence.withdraw(studio.world.organisation, home.id, (child.id, place.id), group.occurrences[0].id, studio.now)

    assert studio.enrolment(place).marks


def test_the_other_home_sees_it_and_is_told(studio: Studio) -> None:
    """NEW-2: both parents know; who told it is not written to."""
    home, child = studio.family()
    other = studio.world.household("Roy")
    child = studio.share(child, other)
    group = studio.group(1)
    place = studio.enrol(home, child, group)

    studio.stay_away(place, group.occurrences[0], home=other.id)

    for each in (home, other):
        assert len(studio.summary(each).rights) == len(studio.summary(each).away) == 1
    assert [message.household for message in studio.messages("absence_noted")] == [home.id]
