"""Pages of rights to make up: finding a place, taking it, giving it back."""

from chalicelib.enrolments import making_up
from chalicelib.enrolments.rights import RightStatus
from tests.enrolments.studio import Studio, choice, enter
from tests.support.browser import Browser, Page
from tests.support.clock import TurnedClock


def _press(browser: Browser, page: Page) -> Page:
    """Presses the first button of a list of places, as a browser does."""
    button = next(each for each in page.document.iter("button") if each.get("name") == "place")
    form = page.form("hold")
    action = button.get("formaction") or form.action
    return browser.post(action, {**form.fields, "place": button.get("value") or ""}, follow=True)


def test_a_right_is_found_used_and_given_back(studio: Studio, browser: Browser) -> None:
    """SCH-6, SCH-7, NEW-5: the whole way on pages."""
    home, child = studio.family()
    right = studio.given_right(home, child)
    studio.group(3, title="Piano at noon")
    enter(browser, studio, home)
    page = browser.get(f"/{studio.world.org}/makeups")
    assert "Can be used" in page.text

    page = browser.get(f"/{studio.world.org}/makeups/{right.id}")
    assert "Piano at noon" in page.text
    page = _press(browser, page)
    assert "The place is kept for you until" in page.text
    page = browser.submit(page, "confirm")
    assert "The make-up class is booked." in page.text
    assert studio.right(child, right.id).status is RightStatus.RESERVED
    assert "No class to make up" in browser.get(f"/{studio.world.org}/makeups").text
    assert "Make-up booked" in browser.get(f"/{studio.world.org}/makeups?member={child.id}").text

    page = browser.get(page.links["Give this make-up class back"])
    assert "You keep the right to make up" in page.text
    page = browser.submit(page, "give-back")
    assert "Can be used" in page.text
    assert studio.right(child, right.id).status is RightStatus.ISSUED


def test_the_right_counts_as_used_when_it_got_late_and_the_page_says_so_first(
    studio: Studio, browser: Browser, clock: TurnedClock
) -> None:
    """NEW-1."""
    home, child = studio.family()
    right = studio.given_right(home, child, makeup_notice_minutes=3 * 24 * 60)
    group = studio.group(3)
    held = making_up.hold(studio.world.organisation, home.id, choice(right, group), studio.now)
    making_up.confirm(studio.world.organisation, home.id, child.id, held.id, studio.now)
    enter(browser, studio, home)
    here = f"/{studio.world.org}/members/{child.id}/enrolments/{held.id}/meetings/{held.meeting}/give-back"
    page = browser.get(here)
    clock.advance(minutes=1)

    page = browser.submit(page, "give-back")

    assert page.status == 409
    assert "the right counts as used" in page.text
    assert studio.right(child, right.id).status is RightStatus.RESERVED
    page = browser.submit(page, "give-back")
    assert "Used" in page.text
    assert studio.right(child, right.id).status is RightStatus.USED


def test_a_place_that_just_went_is_said_to_be_gone(studio: Studio, browser: Browser) -> None:
    home, child = studio.family()
    right = studio.given_right(home, child)
    other, guest = studio.family("Roy", "Max")
    rival = studio.given_right(other, guest)
    group = studio.group(3)
    enter(browser, studio, home)
    page = browser.get(f"/{studio.world.org}/makeups/{right.id}")
    making_up.hold(studio.world.organisation, other.id, choice(rival, group), studio.now)

    page = _press(browser, page)

    assert page.status == 409
    assert "The last place has just been taken." in page.text
    page = _press(browser, page)
    assert "Number 1 on the list" in page.text


def test_a_held_place_is_let_go_or_runs_out(studio: Studio, browser: Browser, clock: TurnedClock) -> None:
    home, child = studio.family()
    right = studio.given_right(home, child)
    group = studio.group(3)
    enter(browser, studio, home)
    page = _press(browser, browser.get(f"/{studio.world.org}/makeups/{right.id}"))
    assert "A place is kept for you" in browser.get(f"/{studio.world.org}/makeups/{right.id}").text
    browser.submit(page, "release")
    assert studio.roll(group).seats == ()

    page = _press(browser, browser.get(f"/{studio.world.org}/makeups/{right.id}"))
    clock.advance(minutes=11)
    assert "The ten minutes are over" in browser.get(f"/{studio.world.org}/makeups/{right.id}/choice").text
    page = browser.submit(page, "confirm")
    assert "The make-up class is booked." in page.text


def test_an_offer_is_accepted_or_declined(studio: Studio, browser: Browser) -> None:
    """NEW-5."""
    home, child = studio.family()
    right = studio.given_right(home, child)
    other, regular = studio.family("Roy", "Max")
    group = studio.group(3, 10)
    place = studio.enrol(other, regular, group)
    making_up.wait_for(studio.world.organisation, home.id, choice(right, group), studio.now)
    enter(browser, studio, home)
    assert "Number 1 on the list" in browser.get(f"/{studio.world.org}/waiting").text
    studio.stay_away(place, group.occurrences[0])

    page = browser.get(f"/{studio.world.org}/waiting")
    assert "Kept for you until" in page.text
    page = browser.submit(page, "accept")

    assert "The make-up class is booked." in page.text
    assert studio.right(child, right.id).status is RightStatus.RESERVED
    assert "You wait for nothing." in browser.get(f"/{studio.world.org}/waiting").text
