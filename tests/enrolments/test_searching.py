"""Looking for places to make up: what is found, window after window, and that the work does not grow."""

from datetime import timedelta
from itertools import pairwise

from chalicelib.enrolments import making_up, searching
from chalicelib.enrolments.rights import Right
from chalicelib.households.domain import Household
from chalicelib.schedule import store
from tests.enrolments.studio import DAY, Studio, choice
from tests.support.wire import tapped


def found(studio: Studio, home: Household, right: Right, after: str = "") -> searching.Window:
    """A window of what suits."""
    return searching.search(studio.world.organisation, studio.summary(home), right, after, studio.now)


def test_places_are_found_with_whether_they_are_free(studio: Studio) -> None:
    home, child = studio.family()
    other = studio.family("Roy", "Max")
    right = studio.given_right(home, child)
    free, full, cancelled = studio.group(3), studio.group(4, capacity=0), studio.group(5)
    studio.cancel(cancelled, 0)
    studio.group(6, level="another")  # a right of no level is good for any
    making_up.hold(studio.world.organisation, other[0].id, choice(studio.given_right(*other), free), studio.now)

    window = found(studio, home, right)

    shown = {each.group.id: each.is_free for each in window.found}
    assert (shown[free.id], shown[full.id]) == (False, False)
    assert cancelled.id not in shown
    assert len(shown) == 3
    assert window.next == ""


def test_windows_follow_each_other_over_several_programmes_and_miss_nothing(studio: Studio) -> None:
    """Of programmes with many meetings, and one with few: each meeting is in exactly one window."""
    home, child = studio.family()
    second = studio.world.programme("Chess").id
    right = studio.given_right(home, child, makeup_programmes=(studio.programme, second))
    many = [studio.group(*(1 + (hour + part / 3) / 24 for hour in range(60)), capacity=None) for part in range(3)]
    few = studio.group(2, 3.3, capacity=None, programme=second)
    windows: list[tuple[list[store.Place], str]] = []
    after = ""
    while not windows or after:
        windows.append(searching._rows(studio.world.organisation, right, after, studio.now))
        after = windows[-1][1]

    rows = [(row.class_group, row.meeting) for window, _ in windows for row in window]
    assert len(rows) == len(set(rows)) == 3 * 60 + 2
    assert {row[0] for row in rows} == {group.id for group in (*many, few)}
    starts = [[row.starts for row in window] for window, _ in windows]
    assert all(max(one) <= min(next_one) for one, next_one in pairwise(starts))
    assert len(windows) == 2


def test_the_work_does_not_grow_with_the_organisation(studio: Studio) -> None:
    """One query a programme, one read of the best: however much there is beside."""
    home, child = studio.family()
    right = studio.given_right(home, child)
    with tapped() as few:
        found(studio, home, right)
    for week in range(20):
        studio.group(*(week / 24 + day for day in range(1, 40)), capacity=None)
    assert len(store.list_meetings(studio.world.org, studio.programme, studio.now, studio.now + 60 * DAY).rows) == 100

    with tapped() as many:
        window = found(studio, home, right)

    assert 0 < len(window.found) <= searching.BEST
    assert len(many.calls) <= len(few.calls) + 1
    assert all(each.meeting.starts <= studio.now + timedelta(days=60) for each in window.found)
