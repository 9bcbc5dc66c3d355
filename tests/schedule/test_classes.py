"""Classes as staff arrange them: creating, cancelling, moving, standing in, and many at once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.data import keys, read
from chalicelib.data.items import Item
from chalicelib.schedule import changes, classes, listing, store
from chalicelib.schedule.changes import Act
from chalicelib.schedule.classes import Done, Overlap
from chalicelib.schedule.domain import ClassGroup, Occurrence, Programme
from chalicelib.schedule.models import MeetingItem
from chalicelib.shared.errors import Conflict, NotFound
from chalicelib.shared.times import local_day, to_iso
from tests.enrolments.teaching import meetings, now_of, staff, taught, weekly
from tests.support.race import together
from tests.support.world import World


def _rows(world: World, group: ClassGroup) -> tuple[set[str], set[str]]:
    """Meetings as the search for places finds them, and as lists of days do."""
    programme = keys.meetings_partition(world.org, group.programme)
    rows = read.between(MeetingItem, programme, "1", "3", size=1000).rows
    found = {row.meeting for row in rows if row.class_group == group.id}
    far = world.now + timedelta(days=2000)
    listed = listing.list_between(world.org, world.now - timedelta(days=60), far)
    return found, {row.meeting for row in listed if row.class_group == group.id and row.takes_place}


def _true(group: ClassGroup) -> set[str]:
    return {meeting.id for meeting in group.occurrences if meeting.takes_place}


def test_a_class_is_found_by_its_programme_its_days_and_in_the_list(world: World) -> None:
    group = taught(world)

    assert _rows(world, group) == (_true(group), _true(group))
    assert [row.class_group for row in listing.list_classes(world.org).rows] == [group.id]
    zone = world.organisation.zone
    day = listing.list_day(world.org, local_day(group.occurrences[0].starts, zone), zone)
    assert [(row.meeting, row.room, row.instructor) for row in day] == [(group.occurrences[0].id, "Room 4", "Ann Lee")]


def test_the_same_form_sent_twice_makes_one_class(world: World) -> None:
    group = taught(world)

    again = classes.create(staff(world), replace(group, version=None, instructor="Other"), overlap=True)

    assert again.group == now_of(world, group)
    assert again.group.instructor == "Ann Lee"


def test_a_cancelled_meeting_counts_its_change_and_leaves_the_search(world: World) -> None:
    group = taught(world)
    first = group.occurrences[0]

    done = classes.cancel_meetings(staff(world), group.id, [first.id], {"fr": "Neige", "en": "Snow"})

    after = now_of(world, group)
    cancelled = after.occurrences[0]
    assert (cancelled.takes_place, cancelled.sequence, cancelled.note) == (False, 1, "Neige")
    assert _rows(world, after) == (_true(after), _true(after))
    change = changes.get(world.org, group.id, done.change)
    assert change
    assert (change.act, [each.id for each in change.meetings], change.reason["en"]) == (
        Act.CANCELLED,
        [first.id],
        "Snow",
    )


def test_cancelling_again_changes_nothing_and_tells_nobody(world: World) -> None:
    group = taught(world)
    classes.cancel_meetings(staff(world), group.id, [group.occurrences[0].id], {})
    before = now_of(world, group)

    again = classes.cancel_meetings(staff(world), group.id, [group.occurrences[0].id], {"en": "Again"})

    assert again == Done(before)
    assert now_of(world, group) == before


def test_a_moved_meeting_keeps_its_id_and_remembers_when_it_was_planned(world: World) -> None:
    group = taught(world)
    first = group.occurrences[0]
    later = first.starts + timedelta(days=40)
    for hours in (2, 3):
        starts = later + timedelta(hours=hours)
        classes.move_meeting(staff(world), group.id, first.id, starts, starts + timedelta(hours=1), "Hall", {})

    after = now_of(world, group)
    moved = after.meeting(first.id)
    assert moved
    assert moved == Occurrence(
        first.id, later + timedelta(hours=3), later + timedelta(hours=4), "Hall", sequence=2, planned=first.starts
    )
    assert after.occurrences[-1] == moved
    assert _rows(world, after) == (_true(after), _true(after))
    row = keys.month_meeting(world.org, to_iso(first.starts), group.id, first.id)
    assert read.one(Item, row) is None


def test_a_stand_in_is_listed_and_the_classs_own_teacher_is_none(world: World) -> None:
    group = taught(world)
    first = group.occurrences[0].id
    classes.substitute(staff(world), group.id, [first], "Bob Ray", {})
    assert {row.instructor for row in listing.list_between(world.org, world.now, world.now + timedelta(days=3))} == {
        "Bob Ray"
    }

    classes.substitute(staff(world), group.id, [first], "Ann Lee", {})

    back = now_of(world, group).meeting(first)
    assert back
    assert (back.instructor, back.sequence) == ("", 2)


def test_a_room_or_a_teacher_is_not_given_twice_unless_told(world: World) -> None:
    taught(world)
    other = ClassGroup("other", {"en": "Jazz"}, instructor="Bob Ray", occurrences=weekly(world), capacity=5)
    with pytest.raises(Overlap) as refused:
        classes.create(staff(world), other)
    assert {clash.what for clash in refused.value.clashes} == {"room"}
    elsewhere = tuple(each._replace(room="Hall") for each in other.occurrences)
    with pytest.raises(Overlap) as refused:
        classes.create(staff(world), replace(other, instructor="ann lee", occurrences=elsewhere))
    assert {clash.what for clash in refused.value.clashes} == {"instructor"}

    classes.create(staff(world), replace(other, occurrences=elsewhere))
    with pytest.raises(Overlap):
        classes.change_room(staff(world), "other", [elsewhere[0].id], "ROOM 4", {})
    classes.change_room(staff(world), "other", [elsewhere[0].id], "ROOM 4", {}, overlap=True)

    changed = now_of(world, other).occurrences[0]
    assert (changed.room, changed.sequence) == ("ROOM 4", 1)


def test_meetings_that_follow_each_other_do_not_clash(world: World) -> None:
    group = taught(world)
    after = meetings(*(each.ends for each in group.occurrences))

    assert classes.create(staff(world), ClassGroup("other", {"en": "Jazz"}, occurrences=after)).group.version == 1


def test_more_meetings_are_added_once(world: World) -> None:
    group = taught(world)
    new = (*group.occurrences, *meetings(world.now + timedelta(days=100)))
    for _ in range(2):
        classes.add_meetings(staff(world), group.id, new)

    after = now_of(world, group)
    assert [each.id for each in after.occurrences] == [each.id for each in new]
    assert after.version == 2
    assert len(listing.list_classes(world.org).rows) == 1


def test_a_class_has_no_more_meetings_than_fit_its_item(world: World) -> None:
    group = taught(world)
    many = meetings(*(world.now + timedelta(hours=hours) for hours in range(1000)))

    with pytest.raises(Conflict):
        classes.add_meetings(staff(world), group.id, many, overlap=True)


def test_rows_of_a_long_class_follow_in_further_writes(world: World) -> None:
    """Created, given to another programme, and cancelled as a whole: the lists always say what is true."""
    group = taught(world, weekly(world, 150))
    assert _rows(world, group) == (_true(group), _true(group))
    before = now_of(world, group)

    classes.edit(staff(world), group.id, lambda stored: replace(stored, programme="music"))

    after = now_of(world, group)
    assert _rows(world, before)[0] == set()
    assert _rows(world, after) == (_true(after), _true(after))
    assert changes.due(world.now + timedelta(days=1)) == [] or all(
        each.org != world.org for each in changes.due(world.now + timedelta(days=1))
    )
    classes.end_class(staff(world), group.id, {})
    assert _rows(world, now_of(world, group)) == (set(), set())
    assert len(listing.list_classes(world.org).rows) == 1


def test_rows_that_a_crash_left_out_are_written_by_the_note_of_them(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as crashing:
        crashing.setattr(classes, "write_rows", _crash)
        with pytest.raises(RuntimeError):
            taught(world, weekly(world, 150))
    waiting = [each for each in changes.due(world.now + timedelta(hours=1)) if each.org == world.org]

    classes.write_rows(waiting[0])

    group = store.get_class_groups(world.org, [waiting[0].class_group])[waiting[0].class_group]
    assert _rows(world, group) == (_true(group), _true(group))
    assert [each for each in changes.due(world.now + timedelta(hours=1)) if each.org == world.org] == []


def _crash(_change: object) -> None:
    raise RuntimeError("the lamp went out")


def test_thirty_two_edits_at_once_all_count(world: World) -> None:
    """Each cancels another meeting; nobody's is lost."""
    group = taught(world, weekly(world, 32))

    done = together(
        [
            lambda each=each: classes.cancel_meetings(staff(world), group.id, [each.id], {})  # type: ignore[misc]
            for each in group.occurrences
        ]
    )

    assert [each for each in done if isinstance(each, Exception)] == []
    after = now_of(world, group)
    assert _true(after) == set()
    assert after.version == 33
    assert len({each.change for each in done if isinstance(each, Done)}) == 32
    assert _rows(world, after) == (set(), set())


def test_the_whole_class_ends_from_now_on(world: World) -> None:
    past = meetings(world.now - timedelta(days=8))
    group = taught(world, (*past, *weekly(world)), open=True)

    done = classes.end_class(staff(world), group.id, {"en": "Too few"})

    after = now_of(world, group)
    assert [each.takes_place for each in after.occurrences] == [True, False, False, False, False]
    assert not after.open
    change = changes.get(world.org, group.id, done.change)
    assert change
    assert change.act is Act.ENDED


@pytest.mark.parametrize(
    ("before", "after", "roomier"), [(5, 6, True), (5, None, True), (5, 4, False), (None, 9, False)]
)
def test_more_places_are_noted_for_those_who_wait(
    world: World, before: int | None, after: int | None, roomier: bool
) -> None:
    group = taught(world, capacity=before)

    done = classes.edit(staff(world), group.id, lambda stored: replace(stored, capacity=after))

    assert bool(done.change) is roomier


def test_opening_and_closing(world: World) -> None:
    group = taught(world)
    for is_open in (True, True, False):
        classes.set_open(staff(world), group.id, is_open=is_open)

    assert (now_of(world, group).open, now_of(world, group).version) == (False, 3)


def test_what_is_not_there_can_not_be_changed(world: World) -> None:
    with pytest.raises(NotFound):
        classes.cancel_meetings(staff(world), "none", ["none"], {})


def test_a_programme_is_stored_over_itself(world: World) -> None:
    for title in ("Dance", "Dancing"):
        classes.save_programme(world.org, Programme("dance", {"en": title}))

    assert [each.title for each in store.list_programmes(world.org)] == [{"en": "Dancing"}]
