"""Pages of a meeting: what they tell, telling an absence on them, and taking it back."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.data import write
from chalicelib.households.domain import Role
from chalicelib.schedule import store
from chalicelib.schedule.domain import Enrolment
from tests.enrolments.studio import Studio, enter
from tests.support.browser import Browser
from tests.support.clock import TurnedClock


def path(studio: Studio, place: Enrolment, meeting: str, rest: str = "") -> str:
    """The address of a meeting."""
    return f"/{studio.world.org}/members/{place.person}/enrolments/{place.id}/meetings/{meeting}{rest}"


def test_an_absence_is_shown_told_and_taken_back(studio: Studio, browser: Browser) -> None:
    """NEW-1, SCH-6: page, preview, button."""
    home, child = studio.family()
    group = studio.group(1, 8)
    place = studio.enrol(home, child, group, makeup_days=30)
    enter(browser, studio, home)
    page = browser.get(path(studio, place, group.occurrences[0].id))
    assert "Room 4" in page.text

    page = browser.get(page.links["Report an absence"])
    assert "The absence is excused. It gives a right to make up, good until" in page.text
    page = browser.submit(page, "absence", reason="A cold")

    assert "The absence is noted" in page.text
    assert "Absent, excused" in page.text
    assert "A cold" in page.text
    assert "Report an absence" not in page.text
    assert len(studio.summary(home).rights) == 1
    page = browser.submit(page, "absence/withdraw")
    assert "The absence is taken back" in page.text
    assert studio.summary(home).rights == ()


def test_what_changed_since_the_page_was_shown_is_shown_again(
    studio: Studio, browser: Browser, clock: TurnedClock
) -> None:
    """NEW-1: 409, and the new preview."""
    home, child = studio.family()
    group = studio.group(1)
    place = studio.enrol(home, child, group, absence_notice_minutes=24 * 60)
    enter(browser, studio, home)
    page = browser.get(path(studio, place, group.occurrences[0].id, "/absence"))
    clock.advance(minutes=1)

    page = browser.submit(page, "absence", reason="A cold")

    assert page.status == 409
    assert "This has changed in the meantime" in page.text
    assert "too late for an excused absence" in page.text
    assert studio.enrolment(place).marks == {}
    assert browser.submit(page, "absence").status == 200
    assert studio.enrolment(place).marks[group.occurrences[0].id].right == ""


def test_days_away_are_told_in_one_go(studio: Studio, browser: Browser) -> None:
    home, child = studio.family()
    first, second = studio.group(1, 3, 20), studio.group(2)
    places = [studio.enrol(home, child, group) for group in (first, second)]
    enter(browser, studio, home)
    page = browser.get(f"/{studio.world.org}/members/{child.id}/absence")
    today = studio.world.today
    days = f"from={today}&to={today + timedelta(days=5)}"

    page = browser.get(f"/{studio.world.org}/members/{child.id}/absence?{days}")
    assert page.text.count("The absence is excused") == 3
    page = browser.submit(page, "absence", reason="Holidays")

    assert "The absence is noted" in page.text
    assert sorted(len(studio.enrolment(place).marks) for place in places) == [1, 2]
    again = browser.get(f"/{studio.world.org}/members/{child.id}/absence?{days}")
    assert "has no class on these days" in again.text


@pytest.mark.parametrize(
    ("days", "mistake"),
    [
        ("from=&to=", "Fill in this field"),
        ("from=2026-11-20&to=2026-11-19", "The last day is before the first"),
        ("from=2026-01-01&to=2026-12-31", "Choose at most 92 days"),
        ("from=soon&to=2026-11-19", "Enter a date"),
    ],
)
def test_days_that_are_none_are_said_to_be(studio: Studio, browser: Browser, days: str, mistake: str) -> None:
    home, child = studio.family()
    enter(browser, studio, home)

    page = browser.get(f"/{studio.world.org}/members/{child.id}/absence?{days}")

    assert mistake in page.text


def test_the_online_address_is_for_whoever_holds_the_place_and_only_around_the_meeting(
    studio: Studio, browser: Browser, clock: TurnedClock
) -> None:
    """SCH-4."""
    home, child = studio.family()
    group = studio.group(1, capacity=9, online="https://zoom.example/j/1")
    place = studio.enrol(home, child, group)
    enter(browser, studio, home)
    here = path(studio, place, group.occurrences[0].id)
    begins = group.occurrences[0].starts

    def shown_at(offset: timedelta) -> bool:
        clock.advance(seconds=int((begins + offset - clock.now()).total_seconds()))
        page = browser.get(here)
        assert page.status == 200
        return "zoom.example" in page.html

    assert not shown_at(timedelta(minutes=-16))
    assert shown_at(timedelta(minutes=-15))
    assert shown_at(timedelta(minutes=59))
    assert not shown_at(timedelta(minutes=60))
    stored = store.get_enrolment(studio.world.org, child.id, place.id)
    assert stored
    from chalicelib.schedule.domain import EnrolmentStatus

    write.put(store.enrolment_item(studio.world.org, replace(stored, status=EnrolmentStatus.CANCELLED)))
    assert not shown_at(timedelta(minutes=30))


def test_a_viewer_sees_the_meeting_and_changes_nothing(studio: Studio, browser: Browser) -> None:
    home, child = studio.family()
    group = studio.group(1)
    place = studio.enrol(home, child, group)
    enter(browser, studio, home, Role.VIEWER)

    page = browser.get(path(studio, place, group.occurrences[0].id))

    assert page.status == 200
    assert "Report an absence" not in page.text
    assert browser.get(path(studio, place, group.occurrences[0].id, "/absence")).status == 403


def test_a_meeting_outside_the_place_is_not_there(studio: Studio, browser: Browser) -> None:
    home, child = studio.family()
    group = studio.group(1, 90)
    place = studio.enrol(home, child, group)
    enter(browser, studio, home)

    for meeting in (group.occurrences[1].id, "none"):
        assert browser.get(path(studio, place, meeting)).status == 404
