"""Pages of classes."""

from datetime import timedelta

from tests.support.door import Door
from tests.support.world import World


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


def test_a_long_schedule_has_pages(world: World, door: Door) -> None:
    """Fifty entries at a time, so that a page stays light."""
    home = world.household("Tremblay")
    starts = [world.now + timedelta(hours=12 * number + 1) for number in range(60)]
    world.enrolment(home, world.member(home, "Léa"), "Ballet", *starts)
    world.user(home)
    door.enter("marie@example.com")

    first = door.browser.get(f"/{world.org}/schedule")
    second = door.browser.get(first.links["Next page"])

    assert first.html.count("<time ") == 50
    assert second.html.count("<time ") == 10


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


def test_times_are_the_organisations(world: World, door: Door) -> None:
    """Classes happen on the organisation's clock: 23:30 UTC is the evening before midnight in Toronto."""
    home = world.household("Tremblay")
    start = (world.now + timedelta(days=5)).replace(month=12, day=15, hour=23, minute=30)
    world.enrolment(home, world.member(home, "Léa"), "Ballet", start)
    world.user(home)
    door.enter("marie@example.com")

    assert "6:30" in door.browser.get(f"/{world.org}/schedule").text
