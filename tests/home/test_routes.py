"""The dashboard: what is due, next and new, at a glance."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from chalicelib.billing.domain import InvoiceStatus
from chalicelib.bookings.domain import Booking, BookingStatus
from chalicelib.households.summary import NewsRow, RightRow
from chalicelib.organisations import store as organisations
from chalicelib.organisations.domain import ActionButton, Module
from chalicelib.schedule.domain import Attendance, Mark
from chalicelib.shared.ids import dated_id
from tests.support.door import Door
from tests.support.world import World


def test_what_is_overdue_stands_on_top(world: World, door: Door) -> None:
    """DASH-1: the amount due and the amount overdue, each with its way to the invoices."""
    home = world.household("Tremblay", "Léa")
    world.user(home)
    world.invoice(home, "2026-7", minor=18000, due_on=world.today - timedelta(days=6))
    world.invoice(home, "2026-8", minor=2050)

    page = door.enter("marie@example.com")

    assert "A payment is overdue" in page.text
    assert "$200.50" in page.text, "everything that is to pay"
    assert "$180.00" in page.text, "the part that is overdue"
    assert "2026-7" in page.links
    assert "2026-8" in page.links


def test_what_is_partly_paid_says_so_and_shows_what_is_left(world: World, door: Door) -> None:
    """DASH-1: a family that paid a part must not think it was lost; once overdue, that is what counts."""
    home = world.household("Tremblay")
    world.user(home)
    part: dict[str, Any] = {"minor": 18000, "paid_minor": 5000, "status": InvoiceStatus.PARTIALLY_PAID}
    world.invoice(home, "PART", **part)
    world.invoice(home, "LATE", due_on=world.today - timedelta(days=1), **part)
    world.invoice(home, "WHOLE", due_on=world.today + timedelta(days=9))

    text = door.enter("marie@example.com").text

    rows = {number: text[text.index(number) :][:60] for number in ("LATE", "PART", "WHOLE")}
    assert "Partly paid $130.00" in rows["PART"]
    assert "Overdue $130.00" in rows["LATE"]
    assert "To pay $180.00" in rows["WHOLE"]


def test_nothing_due_says_so(world: World, door: Door) -> None:
    """DASH-1: no alarm where there is nothing to pay."""
    world.user(world.household())

    page = door.enter("marie@example.com")

    assert "Everything is paid" in page.text
    assert "overdue" not in page.text


def test_a_family_without_members_is_led_to_add_them(world: World, door: Door) -> None:
    home = world.household()
    world.user(home)
    assert "Who takes part?" in door.enter("marie@example.com").text
    world.member(home, "Léa")
    assert "Who takes part?" not in door.enter("marie@example.com").text


def test_the_next_class_of_any_member_is_shown(world: World, door: Door) -> None:
    """DASH-3, SCH-3: of all members' classes the earliest that is not over."""
    home = world.household("Tremblay")
    lea, max_ = world.member(home, "Léa"), world.member(home, "Max")
    world.enrolment(home, lea, "Ballet", world.now - timedelta(days=2), world.now + timedelta(days=3))
    world.enrolment(home, max_, "Judo", world.now + timedelta(days=1))
    world.user(home)

    page = door.enter("marie@example.com")

    assert page.text.index("Judo") < page.text.index("Ballet")
    assert page.text.count("Max") == page.text.count("Judo") == 1, "the next class is not listed again"
    assert "Judo" in door.browser.get(page.links["See this class"]).text


def test_who_stays_away_reads_so(world: World, door: Door) -> None:
    """DASH-3, SCH-5: an absence that was told is on the dashboard, so that nobody wonders whether it arrived."""
    home = world.household("Tremblay")
    lea = world.member(home, "Léa")
    group = world.class_group("Ballet", world.now + timedelta(days=1))
    world.enrol(home, lea, group, marks={group.occurrences[0].id: Mark(Attendance.ABSENT_EXCUSED, world.now)})
    world.user(home)

    assert door.enter("marie@example.com").text.count("Not coming") == 1


def test_what_may_be_made_up_is_told_with_its_last_day(world: World, door: Door) -> None:
    """SCH-7, DASH-3: the soonest to expire; nothing of it where there is nothing."""
    home = world.household("Tremblay")
    lea = world.member(home, "Léa")
    world.builders[home.id].rights = [RightRow(name, lea.id, date(2027, 1, day)) for name, day in (("a", 8), ("b", 9))]
    world.settle(home)
    world.user(home)

    page = door.enter("marie@example.com")

    assert page.links["2 classes to make up, the first by Jan 8, 2027"] == f"/{world.org}/makeups"


def test_a_class_under_way_is_still_next(world: World, door: Door) -> None:
    """DASH-3: a parent who looks while waiting in the corridor sees the class that is on."""
    home = world.household("Tremblay")
    world.enrolment(home, world.member(home, "Léa"), "Ballet", world.now - timedelta(minutes=20))
    world.user(home)

    assert "Ballet" in door.enter("marie@example.com").text


def test_what_came_since_the_last_visit_is_marked_as_new(world: World, door: Door) -> None:
    """DASH-2: of the news, what is younger than the visit before this one; each leads to its page."""
    home = world.household("Tremblay")
    builder = world.builders[home.id]
    builder.add_news(NewsRow("invoice", dated_id(world.today), "2026-12", world.now - timedelta(days=1)))
    builder.add_news(NewsRow("payment", dated_id(world.today), "4000 CAD", world.now - timedelta(days=9)))
    world.settle(home)
    world.user(home, last_sign_in=world.now - timedelta(days=3))

    page = door.enter("marie@example.com")

    news = page.text.partition("What is new")[2]
    assert news.index("Invoice 2026-12") < news.index("Payment received: $40.00"), "newest first"
    assert news.count("New") == 1
    assert "New" in news.partition("Payment received")[0]
    assert (
        page.links[next(words for words in page.links if "Invoice 2026-12" in words)]
        .rpartition("/")[0]
        .endswith("/invoices")
    )


def test_at_the_first_visit_nothing_is_marked_as_new(world: World, door: Door) -> None:
    """DASH-2: to somebody who never was here, everything is; a mark on all of it would say nothing."""
    home = world.household("Tremblay")
    world.builders[home.id].add_news(NewsRow("invoice", dated_id(world.today), "2026-12", world.now))
    world.settle(home)
    world.user(home)

    news = door.enter("marie@example.com").text.partition("What is new")[2]

    assert "Invoice 2026-12" in news
    assert "New" not in news


def test_news_of_an_enrolment_lead_to_it(world: World, door: Door) -> None:
    """DASH-2: and to the schedule when it is not among those the household holds any more."""
    home = world.household("Tremblay")
    lea = world.member(home, "Léa")
    enrolment, group = world.enrolment(home, lea, "Ballet", world.now + timedelta(days=3))
    builder = world.builders[home.id]
    builder.add_news(NewsRow("enrolment", enrolment.id, group.id, world.now - timedelta(days=1)))
    builder.add_news(NewsRow("enrolment", dated_id(world.today), "gone", world.now - timedelta(days=2)))
    world.settle(home)
    world.user(home)

    links = door.enter("marie@example.com").links

    assert links["Enrolment: Ballet"] == f"/{world.org}/members/{lea.id}/enrolments/{enrolment.id}"
    assert links["Enrolment:"] == f"/{world.org}/schedule"


def test_who_has_several_households_reads_which_one_is_shown(world: World, door: Door) -> None:
    """C5: families with one do not need to be told."""
    first, second = world.household("Tremblay"), world.household("Nguyen")
    world.user(first, second)
    world.user(first, email="one@example.com")

    choice = door.enter("marie@example.com")
    home = door.browser.submit(choice, "households", household=second.id)
    door.browser.cookies.clear()
    alone = door.enter("one@example.com")

    assert "Nguyen" in home.text.partition("Hello Marie")[2]
    assert "Tremblay" not in alone.text.partition("Hello Marie")[2]


def test_bookings_appear_only_where_there_are_any(world: World, door: Door) -> None:
    """DASH-6, BOOK-1: a renter sees bookings, a family without any sees no such page."""
    renter, family = world.household("Choir"), world.household("Tremblay")
    start = world.now + timedelta(days=2)
    world.booking(
        Booking(dated_id(start.date()), renter.id, "Room 4", start, start + timedelta(hours=2), BookingStatus.REQUESTED)
    )
    world.user(renter, email="choir@example.com")
    world.user(family)

    with_bookings = door.enter("choir@example.com")
    assert "Room 4" in with_bookings.text
    assert "Waiting for an answer" in with_bookings.text
    door.browser.cookies.clear()
    assert "Bookings" not in door.enter("marie@example.com").text


def test_modules_the_organisation_does_not_use_are_not_shown(world: World, door: Door) -> None:
    """DASH-6: no invoices page, link or card where invoices are not used."""
    organisations.update(replace(world.organisation, modules=frozenset({Module.CLASSES})))
    world.user(world.household())

    page = door.enter("marie@example.com")

    assert "Invoices" not in page.text
    assert "To pay" not in page.text
    assert door.browser.get(f"/{world.org}/invoices").status == 404


def test_the_organisations_buttons_lead_where_it_said(world: World, door: Door) -> None:
    """DASH-5: at most four, and a button to a page that this household does not have is left out."""
    buttons = (
        ActionButton({"en": "Call us"}, "tel:+15145550100"),
        ActionButton({"en": "Our shop"}, "https://shop.example"),
        ActionButton({"en": "My bookings"}, "bookings"),
        ActionButton({"en": "My invoices"}, "invoices"),
        ActionButton({"en": "A fifth"}, "members"),
    )
    organisations.update(replace(world.organisation, actions=buttons))
    world.user(world.household())

    page = door.enter("marie@example.com")

    assert "tel:+15145550100" in page.html
    assert "https://shop.example" in page.html
    assert "My invoices" in page.text
    assert "My bookings" not in page.text
    assert "A fifth" not in page.text


def test_somebody_with_several_households_chooses_first(world: World, door: Door) -> None:
    """C5, ACC-4: after signing in, never before, and only among one's own."""
    one, two = world.household("Tremblay", "Léa"), world.household("Gagnon", "Max")
    world.user(one, two)

    choice = door.enter("marie@example.com")
    assert "Choose a household" in choice.text
    assert {"Tremblay", "Gagnon"} <= set(choice.text.split())

    home = door.browser.submit(choice, "households", household=two.id)
    assert "Hello Marie" in home.text
    assert "Gagnon" in home.text


def test_somebody_without_a_household_is_told_whom_to_ask(world: World, door: Door) -> None:
    """AUTH-6: a user whom nothing is linked to sees no household's data, and a way on."""
    world.user()

    page = door.enter("marie@example.com")

    assert "No household yet" in page.text
    assert "desk@northside.example" in page.text


def test_the_bare_address_is_a_page_even_without_an_organisation(world: World, door: Door) -> None:
    """A real 404 page, not the gateway's."""
    page = door.browser.get("/")

    assert page.status == 404
    assert page.is_html
