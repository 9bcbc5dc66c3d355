"""Pages of the calendar."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from urllib.parse import quote

import pytest

from chalicelib.bookings.domain import Booking, BookingStatus
from chalicelib.data import write
from chalicelib.households.domain import Role
from chalicelib.organisations import store as organisations
from chalicelib.organisations.domain import Module
from chalicelib.schedule.domain import Attendance, EnrolmentKind, EnrolmentStatus, Mark, OccurrenceStatus
from chalicelib.schedule.store import class_group_item, enrolment_item
from chalicelib.shared.ids import dated_id
from chalicelib.web import cookies
from tests.support import markup
from tests.support.clock import TurnedClock
from tests.support.door import Door
from tests.support.world import World

SOON = datetime(2026, 11, 24, 21, 30, tzinfo=UTC)
"""16:30 on a Tuesday in Toronto."""


@pytest.fixture
def clock(clock: TurnedClock) -> TurnedClock:
    """Sunday, 22 November 2026, noon in London."""
    clock.set(datetime(2026, 11, 22, 12, tzinfo=UTC))
    return clock


def _enter(door: Door, world: World, *homes: object, **changes: object) -> None:
    world.user(*homes, **changes)  # type: ignore[arg-type]
    door.enter("marie@example.com")


def test_upcoming_and_past_classes_are_two_lists(world: World, door: Door) -> None:
    """SCH-1: registered events, past and upcoming, of all members."""
    home = world.household("Tremblay")
    lea, max_ = world.member(home, "Léa"), world.member(home, "Max")
    world.enrolment(home, lea, "Ballet", world.now + timedelta(days=3))
    world.enrolment(home, max_, "Judo", world.now - timedelta(days=3))
    _enter(door, world, home)

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
    group = world.class_group("Ballet", *days, datetime(2031, 1, 5, 15, tzinfo=UTC))
    world.enrol(home, world.member(home, "Léa"), group, ends_on=date(2031, 6, 1))
    _enter(door, world, home)

    page = door.browser.get(f"/{world.org}/schedule").document

    assert [markup.text(heading) for heading in page.iter("h2")] == ["November 2030", "December 2030", "January 2031"]
    assert [sum(1 for _ in part.iter("time")) for part in page.iter("section")] == [1, 2, 1]


@pytest.mark.parametrize("when", ["", "past"])
def test_a_long_schedule_has_pages(world: World, door: Door, when: str) -> None:
    """Fourteen entries at a time, so that a page stays light."""
    home, sign = world.household("Tremblay"), -1 if when else 1
    starts = [world.now + sign * timedelta(hours=12 * number + 2) for number in range(24)]
    world.enrolment(home, world.member(home, "Léa"), "Ballet", *starts)
    _enter(door, world, home)

    first = door.browser.get(f"/{world.org}/schedule" + (f"?when={when}" if when else ""))
    second = door.browser.get(first.links["Next page"])

    assert first.html.count("<time ") == 14
    assert second.html.count("<time ") == 10
    assert "Next page" not in second.links
    assert "First page" in second.links


@pytest.mark.parametrize("view", ["day/2026-11-24", "week/2026-11-24", "month/2026-11"])
def test_each_view_shows_what_falls_into_it(world: World, door: Door, view: str) -> None:
    """SCH-2: day, week and month, of all members, each with an address of its own."""
    home = world.household("Tremblay")
    world.enrolment(home, world.member(home, "Léa"), "Ballet", SOON)
    world.enrolment(home, world.member(home, "Max"), "Judo", SOON + timedelta(hours=1))
    world.enrolment(home, world.member(home, "Zoé"), "Choir", SOON + timedelta(days=40))
    _enter(door, world, home)

    page = door.browser.get(f"/{world.org}/schedule/{view}")
    after = door.browser.get(page.links["Later"])
    before = door.browser.get(page.links["Earlier"])

    assert {"Ballet", "Judo"} <= set(page.text.replace("Ballet", " Ballet ").split())
    assert "Choir" not in page.text
    assert "Ballet" not in after.text + before.text
    assert door.browser.get(before.links["Later"]).url == door.browser.get(after.links["Earlier"]).url
    assert "Ballet" in door.browser.get(after.links["Earlier"]).text


def test_today_leads_back(world: World, door: Door) -> None:
    home = world.household("Tremblay", "Léa")
    _enter(door, world, home)

    far = door.browser.get(f"/{world.org}/schedule/month/2019-02")

    assert far.links["Today"] == f"/{world.org}/schedule/month/2026-11"
    assert "Today" not in door.browser.get(far.links["Today"]).links


def test_a_filter_by_member_stays_on_all_ways(world: World, door: Door) -> None:
    """SCH-2: one member's days, on each view and in each direction."""
    home = world.household("Tremblay")
    lea, max_ = world.member(home, "Léa"), world.member(home, "Max")
    world.enrolment(home, lea, "Ballet", SOON)
    world.enrolment(home, max_, "Judo", SOON + timedelta(hours=1))
    _enter(door, world, home)

    page = door.browser.get(door.browser.get(f"/{world.org}/schedule").links["Max"])
    month = door.browser.get(page.links["Month"])

    for one in (page, month, door.browser.get(month.links["Week"])):
        assert f"member={max_.id}" in one.url
        assert "Judo" in door.browser.get(one.links["Month"]).text
        assert "Ballet" not in one.text
    assert f"member={max_.id}" in month.links["Later"]
    assert "Ballet" in door.browser.get(month.links["Everyone"]).text


def test_a_family_of_one_has_nothing_to_choose(world: World, door: Door) -> None:
    home = world.household("Tremblay", "Léa")
    _enter(door, world, home)

    assert "Everyone" not in door.browser.get(f"/{world.org}/schedule").links


@pytest.mark.parametrize("path", ["schedule", "schedule/month/2026-11", "schedule/day/2026-11-22"])
def test_a_member_of_somebody_else_is_not_found(world: World, door: Door, path: str) -> None:
    """T-02."""
    home, other = world.household("Tremblay", "Léa"), world.household("Roy")
    theirs = world.member(other, "Max")
    _enter(door, world, home)

    assert door.browser.get(f"/{world.org}/{path}", member=theirs.id).status == 404
    assert door.browser.get(f"/{world.org}/{path}", member="none").status == 404


@pytest.mark.parametrize("path", ["day/2026-02-30", "week/x", "month/2026-11-01", "month/9999-12", "day/0001-01-01"])
def test_a_day_that_there_is_not_is_not_found(world: World, door: Door, path: str) -> None:
    _enter(door, world, world.household("Tremblay", "Léa"))

    assert door.browser.get(f"/{world.org}/schedule/{path}").status == 404


def test_a_month_is_a_table(world: World, door: Door) -> None:
    """SCH-2: caption, a heading for each weekday, whole weeks."""
    home = world.household("Tremblay")
    world.enrolment(home, world.member(home, "Léa"), "Ballet", SOON)
    _enter(door, world, home)

    page = door.browser.get(f"/{world.org}/schedule/month/2026-11").document
    table = next(page.iter("table"))

    assert markup.text(table.find("caption")) == "November 2026"  # type: ignore[arg-type]
    assert [markup.text(head) for head in table.iter("th")] == ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    assert {head.get("scope") for head in table.iter("th")} == {"col"}
    assert [len(row) for row in table.iter("tr")] == [7] * 6
    (cell,) = [cell for cell in table.iter("td") if "Ballet" in markup.text(cell)]
    assert markup.text(cell).startswith("24Tuesday, November 24, 2026")


def test_weeks_begin_as_the_country_has_them(world: World, door: Door) -> None:
    """NEW-19: with Monday in Russia, with Sunday in Canada."""
    _enter(door, world, world.household("Tremblay", "Léa"), language="ru")

    table = next(door.browser.get(f"/{world.org}/schedule/month/2026-11").document.iter("table"))

    assert markup.text(next(table.iter("th"))) == "пн"


def test_what_is_not_as_usual_is_said_in_words(world: World, door: Door) -> None:
    """SCH-6, SCH-12: cancelled, moved, away, a make-up: on the month, on the day and on its own page."""
    home = world.household("Tremblay")
    lea = world.member(home, "Léa")
    _, ballet = world.enrolment(home, lea, "Ballet", SOON)
    off = ballet.occurrences[0]._replace(status=OccurrenceStatus.CANCELLED, note="The hall is flooded")
    write.put(class_group_item(world.org, replace(ballet, occurrences=(off,), version=1)))
    _, judo = world.enrolment(home, lea, "Judo", SOON + timedelta(hours=2))
    moved = judo.occurrences[0]._replace(planned=SOON - timedelta(days=1), sequence=1)
    write.put(class_group_item(world.org, replace(judo, occurrences=(moved,), version=1)))
    choir = world.class_group("Choir", SOON + timedelta(hours=3))
    meeting = choir.occurrences[0].id
    world.enrol(home, lea, choir, marks={meeting: Mark(Attendance.ABSENT_EXCUSED, world.now)})
    piano = world.class_group("Piano", SOON + timedelta(hours=4))
    world.enrol(home, lea, piano, kind=EnrolmentKind.MAKEUP, meeting=piano.occurrences[0].id)
    _enter(door, world, home)

    for path in ("schedule", "schedule/day/2026-11-24", "schedule/week/2026-11-24", "schedule/month/2026-11"):
        page = door.browser.get(f"/{world.org}/{path}")
        assert "<s>Ballet</s>" in page.html, path
        assert page.text.count("Cancelled") == 1, path
        assert "Moved from Nov 23, 2026, 4:30" in page.text.replace("\N{NO-BREAK SPACE}", " "), path
        assert page.text.count("Not coming") == 1, path
        assert page.text.count("Make-up class") == 1, path
    event = door.browser.get(f"/{world.org}/schedule").links["Ballet"]
    assert "The hall is flooded" in door.browser.get(event).text


def test_a_place_that_is_not_held_fills_no_calendar(world: World, door: Door) -> None:
    """SCH-10, SCH-12: a group that was left is gone from what is ahead; what was attended stays in what was."""
    home = world.household("Tremblay")
    lea = world.member(home, "Léa")
    group = world.class_group("Ballet", world.now - timedelta(days=9), world.now + timedelta(days=2))
    left = {"status": EnrolmentStatus.CANCELLED, "ended_at": world.now - timedelta(days=1)}
    world.enrol(home, lea, group, **left)
    world.enrol(home, lea, world.class_group("Judo", SOON), status=EnrolmentStatus.WAITLISTED)
    _enter(door, world, home)

    assert "Ballet" not in door.browser.get(f"/{world.org}/schedule").text
    assert "Ballet" in door.browser.get(f"/{world.org}/schedule", when="past").text
    assert door.browser.get(f"/{world.org}/schedule/month/2026-11").text.count("Ballet") == 1
    assert "Judo" not in door.browser.get(f"/{world.org}/schedule/month/2026-11").text


def test_what_is_over_says_who_was_there(world: World, door: Door) -> None:
    """SCH-9: as far as somebody wrote it down."""
    home = world.household("Tremblay")
    group = world.class_group("Ballet", *(world.now - timedelta(days=days) for days in (3, 10, 17)))
    came, late, _ = (meeting.id for meeting in group.occurrences)
    marks = {came: Mark(Attendance.PRESENT, world.now), late: Mark(Attendance.LATE, world.now)}
    world.enrol(home, world.member(home, "Léa"), group, marks=marks)
    _enter(door, world, home)

    page = door.browser.get(f"/{world.org}/schedule", when="past")

    assert page.text.count("Was there") == page.text.count("Came late") == 1


def test_a_month_long_ago_is_still_there(world: World, door: Door) -> None:
    """SCH-1: events beyond what the summary remembers are found through each member's history."""
    home = world.household("Tremblay")
    lea = world.member(home, "Léa")
    group = world.class_group("Ballet", datetime(2021, 3, 9, 21, tzinfo=UTC))
    days = {"starts_on": date(2021, 1, 5), "ends_on": date(2021, 6, 20)}
    place = world.enrol(home, lea, group, id=dated_id(days["starts_on"]), status=EnrolmentStatus.COMPLETED, **days)
    world.builders[home.id].enrolments.clear()  # as a repair leaves it: what ended more than a year ago is not in it
    world.settle(home)
    _enter(door, world, home)

    assert "Ballet" in door.browser.get(f"/{world.org}/schedule/month/2021-03").text
    assert "Ballet" in door.browser.get(f"/{world.org}/schedule/day/2021-03-09", member=lea.id).text
    assert "Ballet" not in door.browser.get(f"/{world.org}/schedule/month/2021-04").text
    assert door.browser.get(f"/{world.org}/schedule/events/{group.occurrences[0].id}-{place.id}").status == 200
    past = door.browser.get(f"/{world.org}/schedule", when="past")
    assert past.links["Everything before that is in the months"] == f"/{world.org}/schedule/month/2026-11"


def test_more_places_than_the_summary_holds_lose_no_month(world: World, door: Door) -> None:
    """SCH-1: a summary names sixty places; a family with more still finds those of last spring."""
    home = world.household("Tremblay")
    lea = world.member(home, "Léa")
    spring = {"starts_on": date(2026, 3, 1), "ends_on": date(2026, 5, 30)}
    old = world.class_group("Ballet", datetime(2026, 4, 7, 21, tzinfo=UTC))
    world.enrol(home, lea, old, id=dated_id(spring["starts_on"]), **spring)
    group = world.class_group("Judo", SOON)
    for _ in range(60):
        world.builders[home.id].enrolments.append(
            world.builders[home.id]
            .enrolments[0]
            ._replace(id=dated_id(world.today), class_group=group.id, starts_on=world.today, ends_on=date(2027, 1, 1))
        )
    world.builders[home.id].enrolments = world.builders[home.id].enrolments[1:]
    world.settle(home)
    _enter(door, world, home)

    assert "Ballet" in door.browser.get(f"/{world.org}/schedule/month/2026-04").text


def _booking(world: World, household: str, **changes: object) -> Booking:
    starts = SOON + timedelta(hours=1)
    plain = Booking(
        dated_id(date(2026, 11, 24)), household, "Grand hall", starts, starts + timedelta(hours=2),
        BookingStatus.CONFIRMED,
    )  # fmt: skip
    return world.booking(replace(plain, **changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("path", ["schedule", "schedule/week/2026-11-24", "schedule/month/2026-11"])
def test_bookings_stand_among_the_classes(world: World, door: Door, path: str) -> None:
    """BOOK-1, BOOK-2: with the word for what they are, requests as such, and what was declined not at all."""
    home = world.household("Tremblay")
    world.enrolment(home, world.member(home, "Léa"), "Ballet", SOON)
    hall = _booking(world, home.id)
    _booking(world, home.id, resource="Small hall", status=BookingStatus.REQUESTED)
    _booking(world, home.id, resource="Cellar", status=BookingStatus.DECLINED)
    _enter(door, world, home)

    page = door.browser.get(f"/{world.org}/{path}")

    assert "Grand hall" in page.text
    assert path.startswith("schedule/month") or page.links["Grand hall"].endswith(f"/bookings/{hall.id}")
    assert page.text.count("Waiting for an answer") == 1
    assert "Booking" in page.text
    assert "Cellar" not in page.text


def test_a_member_filter_holds_for_bookings(world: World, door: Door) -> None:
    home = world.household("Tremblay")
    lea, max_ = world.member(home, "Léa"), world.member(home, "Max")
    _booking(world, home.id, member=lea.id)
    _enter(door, world, home)

    for path in ("schedule", "schedule/month/2026-11"):
        assert "Grand hall" in door.browser.get(f"/{world.org}/{path}", member=lea.id).text
        assert "Grand hall" not in door.browser.get(f"/{world.org}/{path}", member=max_.id).text


@pytest.mark.parametrize(
    "path", ["schedule", "schedule/day/2026-11-24", "schedule/month/2026-11", "schedule?when=past"]
)
def test_a_delegate_sees_classes_alone(world: World, door: Door, path: str) -> None:
    """C5: no bookings, and nothing that leads to what is the account's."""
    home = world.household("Tremblay")
    world.enrolment(home, world.member(home, "Léa"), "Ballet", SOON, world.now - timedelta(days=2))
    _booking(world, home.id)
    _enter(door, world, home, role=Role.DELEGATE)

    page = door.browser.get(f"/{world.org}/{path}")

    assert "Ballet" in page.text
    assert "Grand hall" not in page.text
    assert not [href for href in page.links.values() if "/members/" in href or "/bookings" in href]


def test_where_no_bookings_are_used_none_are_shown(world: World, door: Door) -> None:
    """DASH-6."""
    home = world.household("Tremblay", "Léa")
    _booking(world, home.id)
    organisations.update(replace(world.organisation, modules=frozenset({Module.CLASSES})))
    _enter(door, world, home)

    assert "Grand hall" not in door.browser.get(f"/{world.org}/schedule/month/2026-11").text


def test_times_are_the_organisations(world: World, door: Door) -> None:
    """Classes happen on the organisation's clock: 23:30 UTC is the evening before midnight in Toronto."""
    home = world.household("Tremblay")
    world.enrolment(home, world.member(home, "Léa"), "Ballet", datetime(2026, 12, 15, 23, 30, tzinfo=UTC))
    _enter(door, world, home)

    assert "6:30" in door.browser.get(f"/{world.org}/schedule").text
    assert "Ballet" in door.browser.get(f"/{world.org}/schedule/day/2026-12-15").text


@pytest.mark.parametrize("path", ["schedule", "schedule/day/2026-11-24", "schedule/month/2026-11"])
def test_the_readers_own_clock_is_shown_beside(world: World, door: Door, path: str) -> None:
    """SCH-2: once the browser told its zone, and only where it differs."""
    home = world.household("Tremblay")
    world.enrolment(home, world.member(home, "Léa"), "Ballet", SOON)
    _enter(door, world, home)
    name = cookies.name(cookies.ZONE, world.org)

    door.browser.cookies[name] = "Europe/Paris"
    there = door.browser.get(f"/{world.org}/{path}").text.replace("\N{NO-BREAK SPACE}", " ")
    assert "10:30 p.m.–11:30 p.m. in your zone (Paris)" in there
    door.browser.cookies[name] = "America/Montreal"
    assert "in your zone" not in door.browser.get(f"/{world.org}/{path}").text


@pytest.mark.parametrize(
    "zone", ["", "Nowhere", "America", "../../etc/passwd", "/etc/hosts", "a" * 199, "<b>", "UTC\x00"]
)
def test_a_zone_that_there_is_not_is_left_alone(world: World, door: Door, zone: str) -> None:
    """S-10: whatever the cookie says, the page comes."""
    home = world.household("Tremblay")
    world.enrolment(home, world.member(home, "Léa"), "Ballet", SOON)
    _enter(door, world, home)
    door.browser.cookies[cookies.name(cookies.ZONE, world.org)] = zone

    page = door.browser.get(f"/{world.org}/schedule")

    assert page.status == 200
    assert "in your zone" not in page.text


def test_a_zone_is_chosen_without_a_script(world: World, door: Door) -> None:
    """Every page works without JavaScript: the choice is a form, and a cookie that no script can read."""
    _enter(door, world, world.household("Tremblay", "Léa"))
    name = cookies.name(cookies.ZONE, world.org)
    page = door.browser.get(f"/{world.org}/schedule/feeds")

    wrong = door.browser.submit(page, "schedule/zone", zone="Atlantis")
    assert wrong.status == 400
    assert "such as Europe/Paris" in wrong.text
    door.browser.submit(page, "schedule/zone", zone="Asia/Tokyo")
    assert door.browser.cookies[name] == "Asia/Tokyo"
    door.browser.submit(page, "schedule/zone", zone="")
    assert name not in door.browser.cookies


def test_an_event_has_a_page(world: World, door: Door) -> None:
    """SCH-3: when, where, with whom, and the way to the place's other dates."""
    home = world.household("Tremblay")
    lea = world.member(home, "Léa")
    place, _ = world.enrolment(home, lea, "Ballet", SOON)
    _enter(door, world, home)

    page = door.browser.get(door.browser.get(f"/{world.org}/schedule").links["Ballet"])

    assert all(word in page.text for word in ("Léa Tremblay", "Tuesday, November 24, 2026", "Room 4", "Ann Lee"))
    assert page.links["All dates of this class"] == f"/{world.org}/members/{lea.id}/enrolments/{place.id}"
    assert door.browser.get(page.links["Save in your calendar"]).header("content-type").startswith("text/calendar")
    assert page.links["Schedule"]


@pytest.mark.parametrize(
    ("minutes", "shown"), [(-16, False), (-15, True), (30, True), (59, True), (60, False), (120, False)]
)
def test_the_link_to_join_is_there_while_one_can_join(
    world: World, door: Door, clock: TurnedClock, minutes: int, shown: bool
) -> None:
    """SCH-4: on the event's page and its day; before that, the page says when it comes."""
    home = world.household("Tremblay")
    group = world.class_group("Ballet", SOON, online="https://zoom.example/j/1")
    place = world.enrol(home, world.member(home, "Léa"), group)
    clock.set(SOON + timedelta(minutes=minutes))
    _enter(door, world, home)

    for path in (f"schedule/events/{group.occurrences[0].id}-{place.id}", "schedule/day/2026-11-24"):
        page = door.browser.get(f"/{world.org}/{path}")
        assert (page.links.get("Join online") == "https://zoom.example/j/1") == shown, path
        assert ("zoom.example" in page.html) == shown, path
    page = door.browser.get(f"/{world.org}/schedule/events/{group.occurrences[0].id}-{place.id}")
    assert ("appears here" in page.text) == (minutes == -16)


def test_a_file_of_one_event_has_its_name(world: World, door: Door) -> None:
    """NEW-6: saved under the event's own name, and not shown as a page."""
    home = world.household("Tremblay")
    place, group = world.enrolment(home, world.member(home, "Léa"), "Ballet", SOON)
    hall = _booking(world, home.id)
    _enter(door, world, home)

    for event in (f"{group.occurrences[0].id}-{place.id}", hall.id):
        file = door.browser.get(f"/{world.org}/schedule/events/{event}.ics")
        assert file.status == 200
        assert file.header("content-disposition") == f'attachment; filename="{event}.ics"'
        assert file.header("cache-control") == "no-store"


@pytest.mark.parametrize("name", ["x", "-", "x-y", "a-20261124-b", "..%2F..", quote("é-20261124-" + "a" * 32)])
def test_an_event_that_there_is_not_is_not_found(world: World, door: Door, name: str) -> None:
    home = world.household("Tremblay")
    place, _ = world.enrolment(home, world.member(home, "Léa"), "Ballet", SOON)
    _enter(door, world, home)

    for path in (name, f"{name}.ics", f"nothing-{place.id}", f"{dated_id(world.today)}.ics"):
        assert door.browser.get(f"/{world.org}/schedule/events/{path}").status == 404, path


def test_a_place_that_was_given_up_has_no_page(world: World, door: Door) -> None:
    home = world.household("Tremblay")
    place, group = world.enrolment(home, world.member(home, "Léa"), "Ballet", SOON)
    write.put(enrolment_item(world.org, replace(place, status=EnrolmentStatus.CANCELLED, ended_at=world.now)))
    _enter(door, world, home)

    for ending in ("", ".ics"):
        path = f"/{world.org}/schedule/events/{group.occurrences[0].id}-{place.id}{ending}"
        assert door.browser.get(path).status == 404


def test_a_full_month_is_light(world: World, door: Door) -> None:
    """Sixty events of a family of six, some of them not as usual: less than half of the page's 50 KB is HTML."""
    home = world.household("Tremblay")
    for number, name in enumerate(("Léa", "Maximilien", "Zoé", "Élisabeth", "Théo", "Anne-Sophie")):
        starts = [datetime(2026, 11, 1 + day * 2 + number % 2, 20, tzinfo=UTC) for day in range(10)]
        world.enrolment(home, world.member(home, name), f"Classical ballet for beginners {number}", *starts)
    _enter(door, world, home)

    page = door.browser.get(f"/{world.org}/schedule/month/2026-11")

    assert page.html.count('<li class="entry') == 60
    assert len(page.body) < 21 * 1024, len(page.body)
