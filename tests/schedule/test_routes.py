"""Pages of classes."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from chalicelib.data import write
from chalicelib.schedule.domain import EnrolmentStatus, OccurrenceStatus
from chalicelib.schedule.store import class_group_item, enrolment_item
from chalicelib.shared.times import local
from tests.support import markup
from tests.support.door import Door
from tests.support.world import ZONE, World


def test_upcoming_and_past_classes_are_two_lists(world: World, door: Door) -> None:
    """SCH-1: registered events, past and upcoming, of all members."""
    home = world.household("Tremblay")
    lea, max_ = world.member(home, "Léa"), world.member(home, "Max")
    world.enrolment(home, lea, "Ballet", world.now + timedelta(days=3))
    world.enrolment(home, max_, "Judo", world.now - timedelta(days=3))
    world.user(home)
    door.enter("marie@example.com")

    upcoming = door.browser.get(f"/{world.org}/schedule")
    past = door.browser.get(upcoming.links["Past"])

    assert "Ballet" in upcoming.text
    assert "Judo" not in upcoming.text
    assert "Judo" in past.text
    assert "Ballet" not in past.text


def test_a_schedule_stands_under_its_months(world: World, door: Door) -> None:
    """SCH-1: in order, each month once and with its year."""
    home = world.household("Tremblay")
    days = [datetime(2030, month, day, 15, tzinfo=UTC) for month, day in ((11, 29), (12, 1), (12, 8))]
    world.enrolment(home, world.member(home, "Léa"), "Ballet", *days, datetime(2031, 1, 5, 15, tzinfo=UTC))
    row = world.builders[home.id].enrolments[0]
    world.builders[home.id].enrolments = [row._replace(ends_on=date(2031, 6, 1))]
    world.settle(home)
    world.user(home)
    door.enter("marie@example.com")

    page = door.browser.get(f"/{world.org}/schedule").document

    assert [markup.text(heading) for heading in page.iter("h2")] == ["November 2030", "December 2030", "January 2031"]
    assert [sum(1 for _ in part.iter("time")) for part in page.iter("section")] == [1, 2, 1]


def test_an_enrolment_has_a_page_with_all_its_dates(world: World, door: Door) -> None:
    """SCH-3: teacher, period, what comes and what was."""
    home = world.household("Tremblay")
    lea = world.member(home, "Léa")
    enrolment, _ = world.enrolment(
        home, lea, "Ballet", world.now - timedelta(days=2), world.now + timedelta(days=2), world.now + timedelta(days=9)
    )
    world.user(home)
    door.enter("marie@example.com")

    page = door.browser.get(f"/{world.org}/members/{lea.id}/enrolments/{enrolment.id}")

    assert "Ann Lee" in page.text
    assert page.html.count("<time ") == 3
    assert "1 past date" in page.text


def test_all_enrolments_of_a_member(world: World, door: Door) -> None:
    """SCH-8: programmes attended and attending, on a page of the member's."""
    home = world.household("Tremblay")
    lea = world.member(home, "Léa")
    world.enrolment(home, lea, "Ballet", world.now)
    world.enrolment(home, lea, "Choir", world.now)
    world.user(home)
    door.enter("marie@example.com")

    page = door.browser.get(f"/{world.org}/members/{lea.id}/enrolments")

    assert {"Ballet", "Choir"} <= set(page.links)


def test_enrolments_come_25_at_a_time(world: World, door: Door) -> None:
    """SCH-8: each once, over two pages, however many years somebody has been coming."""
    home = world.household("Tremblay")
    lea = world.member(home, "Léa")
    titles = {f"Class {number:02d}" for number in range(30)}
    for title in titles:
        world.enrolment(home, lea, title)
    world.user(home)
    door.enter("marie@example.com")

    first = door.browser.get(f"/{world.org}/members/{lea.id}/enrolments")
    second = door.browser.get(first.links["Next page"])

    shown = [[text for text in page.links if text in titles] for page in (first, second)]
    assert [len(texts) for texts in shown] == [25, 5]
    assert {*shown[0], *shown[1]} == titles
    assert "Next page" not in second.links
    assert "First page" in second.links


def test_an_enrolment_with_many_dates_shows_25_and_says_how_many_follow(world: World, door: Door) -> None:
    """SCH-3: the next ones first; a season of daily lessons does not make the page heavy."""
    home = world.household("Tremblay")
    lea = world.member(home, "Léa")
    starts = [world.now + timedelta(hours=12 * number + 1) for number in range(32)]
    enrolment, _ = world.enrolment(home, lea, "Ballet", *starts)
    world.user(home)
    door.enter("marie@example.com")

    page = door.browser.get(f"/{world.org}/members/{lea.id}/enrolments/{enrolment.id}")

    assert page.html.count("<time ") == 25
    assert "And 7 later dates." in page.text


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (EnrolmentStatus.TRANSFERRED, "Moved to another group"),
        (EnrolmentStatus.CANCELLED, "Cancelled"),
        (EnrolmentStatus.WAITLISTED, "On the waitlist"),
        (EnrolmentStatus.FROZEN, "Paused"),
    ],
)
def test_a_place_that_is_not_held_says_why_and_fills_no_calendar(
    world: World, door: Door, status: EnrolmentStatus, words: str
) -> None:
    """SCH-10, SCH-12: it stays in the member's list and out of the family's schedule."""
    home = world.household("Tremblay")
    lea = world.member(home, "Léa")
    enrolment, _ = world.enrolment(home, lea, "Ballet", world.now + timedelta(days=3))
    write.put(enrolment_item(world.org, replace(enrolment, status=status)))
    builder = world.builders[home.id]
    builder.enrolments = [row._replace(status=status.value) for row in builder.enrolments]
    world.settle(home)
    world.user(home)
    door.enter("marie@example.com")

    assert words in door.browser.get(f"/{world.org}/members/{lea.id}/enrolments").text
    assert "Ballet" not in door.browser.get(f"/{world.org}/schedule").text


def test_a_meeting_that_does_not_take_place_stays_and_says_so(world: World, door: Door) -> None:
    """SCH-12: a family that looks up the hour must not find a gap, but the word."""
    home = world.household("Tremblay")
    start = world.now + timedelta(days=3)
    _, group = world.enrolment(home, world.member(home, "Léa"), "Ballet", start, start + timedelta(days=7))
    first, second = group.occurrences
    cancelled = first._replace(status=OccurrenceStatus.CANCELLED)
    write.put(class_group_item(world.org, replace(group, occurrences=(cancelled, second), version=1)))
    world.user(home)
    door.enter("marie@example.com")

    page = door.browser.get(f"/{world.org}/schedule")

    assert page.text.count("Ballet") == 2
    assert page.text.count("Cancelled") == 1


def test_times_are_the_organisations(world: World, door: Door) -> None:
    """Classes happen on the organisation's clock: 23:30 UTC is early in the evening in Toronto."""
    home = world.household("Tremblay")
    start = (world.now + timedelta(days=5)).replace(hour=23, minute=30)
    world.enrolment(home, world.member(home, "Léa"), "Ballet", start)
    world.user(home)
    door.enter("marie@example.com")

    hour = local(start, ZONE).hour - 12  # half past six in winter, an hour later in summer
    assert f"{hour}:30" in door.browser.get(f"/{world.org}/schedule").text
