"""The desk answers requests, takes bookings back, and notes who did not come."""

import pytest

from chalicelib.bookings.domain import Booking, BookingStatus
from chalicelib.identity.domain import StaffRole
from tests.bookings.letting import Letting, letting
from tests.support.browser import Browser, Page
from tests.support.clock import TurnedClock
from tests.support.world import World


@pytest.fixture
def place(world: World, browser: Browser) -> Letting:
    """A room for which the organisation wants to be asked, and somebody at its desk."""
    browser.sign_in_staff(world.org, world.staff(StaffRole.DESK), world.now)
    return letting(world, needs_approval=True)


def page_of(place: Letting, browser: Browser, booking: Booking) -> Page:
    """The desk's page of a booking."""
    return browser.get(f"/{place.world.org}/desk/bookings/{booking.household}/{booking.id}")


def answer(place: Letting, browser: Browser, booking: Booking, **fields: str) -> Page:
    """Answers a request."""
    form = page_of(place, browser, booking).form("/answer")
    return browser.post(form.action, {**form.fields, **fields})


def test_a_request_is_confirmed_in_one_tap(place: Letting, browser: Browser) -> None:
    """BOOK-2: those that begin first are on top; the family's name, time, price and note are told."""
    later = place.book(place.at(9))
    sooner = place.book(place.at(5), note="With the piano")
    listed = browser.get(f"/{place.world.org}/desk/bookings")
    assert "With the piano" in listed.text
    assert "Choir" in listed.text
    assert listed.html.index(sooner.id) < listed.html.index(later.id)

    form = listed.form("/answer")
    done = browser.follow(browser.post(form.action, form.fields))

    assert "The family is told" in done.text
    assert place.find(sooner).status is BookingStatus.CONFIRMED
    assert place.find(sooner).decided_by == "Kate Murphy"
    assert place.find(later).status is BookingStatus.REQUESTED
    assert browser.post(form.action, form.fields).status == 303


def test_a_request_is_declined_with_a_reason(place: Letting, browser: Browser) -> None:
    """BOOK-2: not without one."""
    booking = place.book(place.at(5))
    missing = answer(place, browser, booking, answer="decline", reason=" ")
    assert missing.status == 400
    assert "Fill in this field" in missing.text
    assert answer(place, browser, booking, answer="maybe").status == 400
    assert place.find(booking).status is BookingStatus.REQUESTED

    assert answer(place, browser, booking, answer="decline", reason="Concert").status == 303
    assert (place.find(booking).status, place.find(booking).reason) == (BookingStatus.DECLINED, "Concert")
    assert "No request waits" in browser.get(f"/{place.world.org}/desk/bookings").text


def test_what_began_unanswered_waits_no_more(place: Letting, browser: Browser, clock: TurnedClock) -> None:
    """X-10: before the schedule came by."""
    booking = place.book(place.at(1))
    page = page_of(place, browser, booking).form("/answer")
    clock.set(booking.starts)
    browser.sign_in_staff(place.world.org, place.world.staff(StaffRole.OWNER), clock.now())
    assert "No request waits" in browser.get(f"/{place.world.org}/desk/bookings").text
    form = browser.get(f"/{place.world.org}/desk/bookings").form("sign-out")
    assert browser.post(page.action, {**page.fields, "csrf": form.fields["csrf"]}).status == 409
    assert "Not answered in time" in page_of(place, browser, booking).text


def test_the_desk_takes_a_booking_back(place: Letting, browser: Browser) -> None:
    """BOOK-4: with a reason, and what the family gets back."""
    booking = place.book(place.at(2))
    answer(place, browser, booking, answer="confirm")
    page = page_of(place, browser, booking)
    assert "$40.00" in page.text
    form = page.form("/cancel")
    assert browser.post(form.action, {**form.fields, "reason": ""}).status == 400
    assert browser.post(form.action, {**form.fields, "reason": "Flood", "agreed": "x"}).status == 409
    done = browser.follow(browser.post(form.action, {**form.fields, "reason": "Flood"}))
    assert "Cancelled" in done.text
    assert place.find(booking).status is BookingStatus.CANCELLED


def test_nobody_came(place: Letting, browser: Browser, clock: TurnedClock) -> None:
    """Glossary: no-show, once it has begun."""
    booking = place.book(place.at(2))
    answer(place, browser, booking, answer="confirm")
    assert "Nobody came" not in page_of(place, browser, booking).html
    clock.set(booking.starts)
    browser.sign_in_staff(place.world.org, place.world.staff(StaffRole.OWNER), clock.now())
    form = page_of(place, browser, booking).form("/no-show")
    assert browser.post(form.action, form.fields).status == 303
    assert place.find(booking).status is BookingStatus.NO_SHOW


@pytest.mark.parametrize(("role", "status"), [("owner", 200), ("desk", 200), ("instructor", 403), ("finance", 403)])
def test_the_desk_is_for_the_desk(world: World, browser: Browser, role: str, status: int) -> None:
    """T-01: and a family never gets there."""
    browser.sign_in_staff(world.org, world.staff(StaffRole(role)), world.now)
    assert browser.get(f"/{world.org}/desk/bookings").status == status
