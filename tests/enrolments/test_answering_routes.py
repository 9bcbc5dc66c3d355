"""Staff answer families that ask for another group."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.data import keys, read
from chalicelib.data.outbox import MessageItem
from chalicelib.enrolments import transferring
from chalicelib.enrolments.places import keep_places
from chalicelib.identity.domain import StaffRole
from chalicelib.notifications.delivery import deliver
from chalicelib.schedule.domain import ClassGroup, Enrolment, EnrolmentStatus
from chalicelib.shared.times import epoch
from tests.enrolments.teaching import place_of, press, seated, taught
from tests.notifications.carriers import Van
from tests.support.browser import Browser
from tests.support.world import World


@pytest.fixture
def desk(world: World, browser: Browser) -> Browser:
    """Somebody at the desk."""
    return browser.sign_in_staff(world.org, world.staff(StaffRole.DESK), world.now)


def _asking(world: World, capacity: int = 5) -> tuple[Enrolment, ClassGroup]:
    """A child whose family asks for the group on another day."""
    home = world.household("Roy")
    old = taught(world)
    new = taught(world, title={"en": "Jazz", "fr": "Jazz"}, open=True, capacity=capacity)
    place = seated(world, old, home, world.member(home, "Lea"))
    asking = replace(place, wanted=new.id, wanted_at=world.now - timedelta(days=1))
    keep_places(world.organisation, home.id, world.now, lambda places: places.put(asking))
    return place_of(world, asking), new


PATH = "desk/classes/requests"


def test_a_request_is_granted_in_a_tap(world: World, desk: Browser) -> None:
    place, new = _asking(world)
    page = desk.get(f"/{world.org}/{PATH}")
    assert "Lea Roy" in page.text
    assert "Ballet → Jazz" in page.text

    for _ in range(2):
        done = press(desk, page, PATH, {"answer": "approve"})

    assert "The group was changed." in done.text
    assert "Nobody asks" in done.text
    moved = place_of(world, place)
    assert moved.status is EnrolmentStatus.TRANSFERRED
    assert place_of(world, replace(place, id=moved.successor)).class_group == new.id


def test_a_request_is_declined_and_the_family_told_once(world: World, desk: Browser) -> None:
    place, _ = _asking(world)
    page = desk.get(f"/{world.org}/{PATH}")
    for _ in range(2):
        done = press(desk, page, PATH, {"answer": "decline"})

    assert "was told" in done.text
    after = place_of(world, place)
    assert (after.status, after.wanted) == (EnrolmentStatus.ACTIVE, "")
    assert place.wanted_at
    message = read.one(MessageItem, keys.outbox(world.org, f"declined-{place.id}-{epoch(place.wanted_at)}"))
    assert message
    van = Van()
    assert deliver(van.carriers, message.key, world.now) == "sent"
    assert "Jazz" in van.mails[0].text
    assert "Lea" in van.mails[0].html


def test_a_full_group_is_not_changed_to(world: World, desk: Browser) -> None:
    place, new = _asking(world, capacity=1)
    other = world.household("Other")
    seated(world, new, other, world.member(other, "Tom"))

    page = press(desk, desk.get(f"/{world.org}/{PATH}"), PATH, {"answer": "approve"})

    assert page.status == 409
    assert place_of(world, place).wanted == new.id


def test_what_is_not_asked_for_any_more_is_not_done(world: World, desk: Browser) -> None:
    place, _ = _asking(world)
    page = desk.get(f"/{world.org}/{PATH}")

    assert press(desk, page, PATH, {"answer": "approve", "wanted": place.class_group}).status == 409
    assert press(desk, page, PATH, {"answer": "approve", "enrolment": "none"}).status == 404


def test_a_request_that_was_withdrawn_is_not_granted(world: World, desk: Browser) -> None:
    """The family stays and is billed nothing, however old the page is at which somebody says yes."""
    place, _ = _asking(world)
    page = desk.get(f"/{world.org}/{PATH}")
    transferring.withdraw(world.organisation, place.household, place.person, place.id, world.now)

    assert press(desk, page, PATH, {"answer": "approve"}).status == 409
    assert place_of(world, place).status is EnrolmentStatus.ACTIVE
