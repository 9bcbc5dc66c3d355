"""A family books, moves and cancels at its browser."""

from dataclasses import replace
from datetime import date, timedelta
from urllib.parse import urlencode

import pytest

from chalicelib.bookings import resource_store, store
from chalicelib.bookings.domain import BookingStatus, Terms
from chalicelib.consents.domain import Rules as ConsentRules
from chalicelib.households.domain import Role
from chalicelib.identity.store import list_household
from chalicelib.identity.users import tell_birth_date
from chalicelib.shared.times import to_iso
from tests.bookings.letting import HALF, Letting, letting
from tests.consents.asking import published, says
from tests.support.browser import Page
from tests.support.clock import TurnedClock
from tests.support.door import Door
from tests.support.world import World


@pytest.fixture
def place(world: World, door: Door) -> Letting:
    """A room, and a family that is signed in."""
    found = letting(world)
    world.user(found.home)
    door.enter("marie@example.com")
    return found


def pick(place: Letting, door: Door, starts: str = "", **query: str) -> Page:
    """The page on which a time is agreed to."""
    starts = starts or to_iso(place.at(5))
    told = {"resource": place.resource.id, "starts": starts, "minutes": "60", **query}
    return door.browser.get(f"/{place.world.org}/bookings/confirm?{urlencode(told)}")


def free_times(page: Page) -> list[str]:
    """The times that a page offers."""
    return [button.get("value", "") for button in page.document.iter("button") if button.get("name") == "starts"]


def send(door: Door, page: Page, action: str, **fields: str) -> Page:
    """Sends a form as it stands, with some fields filled in."""
    form = page.form(action)
    return door.browser.post(form.action, {**form.fields, **fields})


def test_a_family_finds_a_time_and_books_it(place: Letting, door: Door) -> None:
    """BOOK-1, BOOK-3, DASH-6: from the navigation to the booking, price and rules told before."""
    start = door.browser.get(f"/{place.world.org}/")
    listed = door.browser.get(start.links["Bookings"])
    what = door.browser.get(listed.links["Book"])
    assert "Studio A" in what.links
    times = door.browser.get(what.links["Studio A"] + "&minutes=60")
    later = door.browser.get(door.browser.get(times.links["Week after"]).links["Week after"])
    offer = pick(place, door, free_times(later)[0])
    assert "$40.00" in offer.text
    assert "After that we keep 50% of the price" in offer.text

    done = door.browser.follow(send(door, offer, "/bookings/confirm", note="Please heat"))

    assert "Confirmed" in done.text
    assert "Please heat" in done.text
    assert "Invoice" in " ".join(done.links)
    assert [each.status for each in place.all()] == [BookingStatus.CONFIRMED]
    assert "Studio A" in door.browser.get(f"/{place.world.org}/").text


def test_taken_times_are_not_shown_and_not_given(place: Letting, door: Door) -> None:
    """D-01: somebody was quicker; the free times are shown, with what happened."""
    offer = pick(place, door)
    place.book(place.at(5), home=place.world.household("Quick"))

    refused = send(door, offer, "/bookings/confirm")

    assert refused.status == 409
    assert "Somebody else just took this time" in refused.text
    assert place.all() == []
    times = door.browser.get(
        f"/{place.world.org}/bookings/times", resource="studio", week=place.at(5).date().isoformat()
    )
    assert to_iso(place.at(5)) not in free_times(times)
    assert to_iso(place.at(5, 16)) in free_times(times)


def test_a_form_sent_twice_leads_to_one_booking(place: Letting, door: Door) -> None:
    """A double click is harmless."""
    offer = pick(place, door)
    first, second = (send(door, offer, "/bookings/confirm") for _ in range(2))
    assert first.location == second.location
    assert len(place.all()) == 1


@pytest.mark.parametrize(
    ("field", "value", "status", "words"),
    [
        ("member", "x" * 32, 400, "Choose one of the answers offered"),
        ("participants", "", 400, "Fill in this field"),
        ("participants", "0", 400, "Enter a number from 1 to 12"),
        ("participants", "13", 400, "Enter a number from 1 to 12"),
        ("participants", "two", 400, "Enter a number from 1 to 12"),
        ("participants", "²", 400, "Enter a number from 1 to 12"),
        ("note", "x" * 501, 400, "Use at most 500 characters"),
        ("starts", "tomorrow", 400, "Choose one of the times"),
        ("starts", "2026-11-27T15:00:00", 400, "Choose one of the times"),
        ("starts", "9999-12-31T23:59:59Z", 400, "Choose one of the times"),
        ("minutes", "61", 400, "This time can not be booked"),
        ("minutes", "99999", 400, "Choose one of the times"),
        ("minutes", "-60", 400, "Choose one of the times"),
        ("once", "", 409, "Please look at it once more"),
        ("agreed", "x", 409, "Please look at it once more"),
        ("resource", "nowhere", 404, ""),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    place: Letting, door: Door, field: str, value: str, status: int, words: str
) -> None:
    """T-07, I-15: nothing is changed, whatever is sent."""
    resource_store.save_all(place.world.org, [replace(place.resource, people=12)])
    refused = send(door, pick(place, door), "/bookings/confirm", **{"participants": "3", field: value})
    assert refused.status == status
    assert words in refused.text
    assert place.all() == []


@pytest.mark.parametrize("query", [{"week": "9999-12-31"}, {"week": "0001-01-01"}, {"week": "x"}, {"minutes": "7"}])
def test_odd_weeks_and_durations_show_what_there_is(place: Letting, door: Door, query: dict[str, str]) -> None:
    """I-15: an address that people typed."""
    for path in ("bookings/times", "bookings/new"):
        page = door.browser.get(f"/{place.world.org}/{path}?{urlencode({'resource': 'studio', **query})}")
        assert page.status == 200
        assert "Studio A" in page.text


def test_kinds_can_be_looked_at_apart(place: Letting, door: Door) -> None:
    """BOOK-3: rooms here, appointments there; what is withdrawn is nowhere."""
    kind = type(place.resource.kind)
    lesson = replace(place.resource, id="ann", kind=kind.APPOINTMENT, title={"en": "Lesson with Ann"})
    gone = replace(place.resource, id="gone", title={"en": "Cellar"}, is_offered=False)
    resource_store.save_all(place.world.org, [lesson, gone])
    everything = door.browser.get(f"/{place.world.org}/bookings/new")
    appointments = door.browser.get(everything.links["Appointments"])
    assert {"Studio A", "Lesson with Ann"} <= set(everything.links)
    assert "Lesson with Ann" in appointments.links
    assert "Studio A" not in appointments.links
    assert "Cellar" not in everything.text
    assert door.browser.get(f"/{place.world.org}/bookings/times", resource="gone").status == 404


def test_a_booking_is_moved_after_a_look_at_what_that_comes_to(place: Letting, door: Door) -> None:
    """BOOK-4, NEW-1."""
    booking = place.book(place.at(5))
    shown = door.browser.get(f"/{place.world.org}/bookings/{booking.id}")
    times = door.browser.get(shown.links["Choose another time"], week=place.at(7).date().isoformat())
    assert to_iso(place.at(7)) in free_times(times)
    preview = door.browser.get(shown.links["Choose another time"], starts=to_iso(place.at(7)), minutes="60")
    assert "The price stays the same" in preview.text

    done = door.browser.follow(send(door, preview, "/move"))

    assert "Your booking is moved" in done.text
    assert [each.starts for each in place.all()] == [place.at(7)]
    again = door.browser.follow(send(door, preview, "/move"))
    assert again.status == 200
    assert place.all()[0].sequence == 1


def test_a_move_to_a_time_that_somebody_took_is_refused(place: Letting, door: Door) -> None:
    """D-01: the booking stays where it is."""
    booking = place.book(place.at(5))
    address = f"/{place.world.org}/bookings/{booking.id}/move"
    preview = door.browser.get(address, starts=to_iso(place.at(7)), minutes="60")
    place.book(place.at(7), home=place.world.household("Quick"))
    assert send(door, preview, "/move").status == 409
    assert send(door, preview, "/move", starts="x").status == 400
    assert send(door, preview, "/move", minutes="61").status == 400
    assert send(door, preview, "/move", agreed="x", starts=to_iso(place.at(8))).status == 409
    assert place.find(booking).starts == place.at(5)
    assert door.browser.get(address, starts="x", minutes="60").status == 400


def test_a_booking_is_cancelled_after_a_look_at_what_that_comes_to(
    place: Letting, door: Door, clock: TurnedClock
) -> None:
    """BOOK-4, NEW-1: the free time ran out meanwhile, so the page asks again and then does what it said."""
    booking = place.book((place.world.now + timedelta(hours=50)).replace(minute=0, second=0))
    address = f"/{place.world.org}/bookings/{booking.id}/cancel"
    preview = door.browser.get(address)
    assert "$40.00" in preview.text
    clock.set(booking.free_until + timedelta(seconds=1))

    changed = send(door, preview, "/cancel", reason="Ill")
    assert changed.status == 409
    assert "$20.00" in changed.text
    assert place.find(booking).status is BookingStatus.CONFIRMED
    too_long = send(door, changed, "/cancel", reason="x" * 501)
    assert too_long.status == 400

    done = door.browser.follow(send(door, changed, "/cancel", reason="Ill"))
    assert "Your booking is cancelled" in done.text
    assert place.find(booking).reason == "Ill"
    assert door.browser.get(address).status == 409


def test_what_the_terms_forbid_is_not_offered(place: Letting, door: Door) -> None:
    """BOOK-4: neither on the page nor by its address."""
    resource_store.save_all(place.world.org, [replace(place.resource, terms=Terms(kept_ppm=HALF))])
    place.resource = replace(place.resource, terms=Terms(kept_ppm=HALF))
    booking = place.book(place.at(5))
    page = door.browser.get(f"/{place.world.org}/bookings/{booking.id}")
    assert "Choose another time" not in page.links
    assert "Cancel this booking" not in page.links
    for path in ("move", "cancel"):
        assert door.browser.get(f"/{place.world.org}/bookings/{booking.id}/{path}").status == 409


def test_whoever_only_looks_may_not_book(world: World, door: Door) -> None:
    """C5: a viewer sees bookings, but no way to make one."""
    place = letting(world)
    world.user(place.home, role=Role.VIEWER)
    door.enter("marie@example.com")
    booking = place.book(place.at(5))
    assert "Book" not in door.browser.get(f"/{world.org}/bookings").links
    assert "Cancel this booking" not in door.browser.get(f"/{world.org}/bookings/{booking.id}").links
    assert door.browser.get(f"/{world.org}/bookings/new").status == 403


def test_where_nothing_is_offered_nobody_is_led_there(world: World, door: Door) -> None:
    """DASH-6: the organisation lets nothing online."""
    world.user(world.household())
    page = door.enter("marie@example.com")
    assert "Bookings" not in page.links
    assert "Book" not in door.browser.get(f"/{world.org}/bookings").links
    assert "Nothing can be booked" in door.browser.get(f"/{world.org}/bookings/new").text


def test_a_request_says_that_it_waits(world: World, door: Door) -> None:
    """BOOK-2, BOOK-3."""
    place = letting(world, needs_approval=True)
    world.user(place.home)
    door.enter("marie@example.com")
    offer = pick(place, door)
    assert "We look at each request" in offer.text
    done = door.browser.follow(send(door, offer, "/bookings/confirm"))
    assert "Waiting for an answer" in done.text
    assert [each.household for each in store.list_waiting(world.org)] == [place.home.id]


def test_a_booking_waits_for_what_must_be_signed(place: Letting, door: Door) -> None:
    """NEW-13: the page leads there and back; nothing is booked before, and what is optional stops nobody."""
    world = place.world
    lea = world.member(place.home, "Léa")
    waiver = published(world, ConsentRules(mandatory=True))
    published(world)
    offer = pick(place, door)
    assert "To sign before you book" in offer.text
    assert "Photographs – Léa" in offer.text

    refused = send(door, offer, "/bookings/confirm", member=lea.id)

    assert (refused.status, "Your booking is not made yet." in refused.text) == (409, True)
    assert place.all() == []
    user = next(iter(list_household(world.org, place.home.id)))
    says(world, user, place.home, waiver, lea)
    offer = pick(place, door)
    assert "Photographs – Léa" not in offer.text
    assert send(door, offer, "/bookings/confirm", member=lea.id).status == 303
    assert [each.member for each in place.all()] == [lea.id]


def test_what_is_to_be_signed_about_another_member_stops_nobody_else(place: Letting, door: Door) -> None:
    """NEW-13: but a booking for the whole household waits for all."""
    world = place.world
    lea, max_ = world.member(place.home, "Léa"), world.member(place.home, "Max")
    waiver = published(world, ConsentRules(mandatory=True))
    user = next(iter(list_household(world.org, place.home.id)))
    says(world, user, place.home, waiver, lea)
    offer = pick(place, door)

    assert send(door, offer, "/bookings/confirm", member="").status == 409
    assert send(door, offer, "/bookings/confirm", member=max_.id).status == 409
    assert send(door, offer, "/bookings/confirm", member=lea.id).status == 303


def test_a_minor_books_nothing(place: Letting, door: Door) -> None:
    """ACC-7."""
    offer = pick(place, door)
    user = next(iter(list_household(place.world.org, place.home.id)))
    tell_birth_date(place.world.org, user.id, date(place.world.today.year - 15, 1, 1))

    assert send(door, offer, "/bookings/confirm").status == 403
    assert place.all() == []
