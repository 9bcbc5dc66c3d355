"""Lists by day: what begins on a local day, whatever months and clocks do."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from chalicelib.schedule import listing
from chalicelib.schedule.domain import Occurrence
from tests.enrolments.teaching import meetings, taught
from tests.support.wire import tapped
from tests.support.world import World

ZONE = "America/Toronto"


def test_a_day_is_whole_where_its_hours_lie_in_two_months(world: World) -> None:
    """The evening of 30 November in Toronto is December in UTC."""
    starts = [datetime(2026, 12, 1, 0, 30, tzinfo=UTC), datetime(2026, 11, 30, 15, tzinfo=UTC)]
    other = [datetime(2026, 12, 1, 5, tzinfo=UTC), datetime(2026, 11, 30, 4, 59, tzinfo=UTC)]
    taught(world, meetings(*starts, *other))

    found = listing.list_day(world.org, date(2026, 11, 30), ZONE)

    assert [each.starts for each in found] == sorted(starts)


def test_a_day_costs_one_round_trip_however_many_classes_there_are(world: World) -> None:
    day = date(2026, 11, 24)
    noon = datetime(2026, 11, 24, 17, tzinfo=UTC)
    for _ in range(5):
        taught(world, meetings(noon, *(noon + timedelta(weeks=week) for week in range(1, 5))))

    with tapped() as wire:
        found = listing.list_day(world.org, day, ZONE)

    assert len(found) == 5
    assert wire.calls == ["Query"]


def test_more_meetings_than_a_page_are_all_listed(world: World) -> None:
    noon = datetime(2026, 11, 24, 17, tzinfo=UTC)
    many = tuple(Occurrence(f"m{number:03}", noon, noon + timedelta(hours=1)) for number in range(120))
    taught(world, many)

    assert len(listing.list_day(world.org, date(2026, 11, 24), ZONE)) == 120


def test_the_list_of_classes_goes_on_page_after_page(world: World) -> None:
    for number in range(27):
        start = world.now + timedelta(days=number)
        group = taught(world, meetings(start), title={"en": f"Class {number:02}"})
    first = listing.list_classes(world.org)
    rest = listing.list_classes(world.org, first.next)

    assert (len(first.rows), len(rest.rows), rest.next) == (25, 2, "")
    assert first.rows[0].class_group == group.id
    assert replace(group, id="").title == first.rows[0].title
