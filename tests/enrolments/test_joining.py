"""Where a class is joined online: told to whoever comes, when the door opens, once, and never afterwards (MSG-4)."""

import html
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from chalicelib.data import read, write
from chalicelib.data.keys import Key
from chalicelib.data.outbox import MessageItem
from chalicelib.enrolments import absence, jobs, joining
from chalicelib.households import store as households
from chalicelib.households.domain import Household
from chalicelib.households.domain import Status as HouseholdStatus
from chalicelib.notifications import archive, preferences
from chalicelib.notifications.delivery import deliver
from chalicelib.notifications.purposes import Purpose, Way
from chalicelib.organisations import store as organisations
from chalicelib.organisations.domain import Module, Organisation, Status
from chalicelib.ports import DeliveryFailed
from chalicelib.schedule import classes, store
from chalicelib.schedule.domain import ClassGroup, Enrolment, EnrolmentKind, EnrolmentStatus
from chalicelib.schedule.models import MeetingItem
from chalicelib.schedule.store import DOORS
from chalicelib.shared.errors import Unavailable
from chalicelib.shared.times import to_iso
from tests.enrolments.studio import DAY, Studio
from tests.enrolments.teaching import now_of, staff
from tests.notifications.carriers import Van
from tests.support.browser import Browser
from tests.support.race import together
from tests.support.wire import Fault, Killed, tapped
from tests.support.world import ZONE, World, build

DOOR = "https://zoom.example/j/1?pwd=a&b=c"
HOSTILE = "Ballet <script>alert(1)</script>\r\nBcc: x@evil.example {{7919*7919}} \u202e"
SOON = timedelta(minutes=15)
HOUR = timedelta(hours=1)


@pytest.fixture
def van() -> Van:
    return Van()


def online(studio: Studio, *days: float, **changes: object) -> ClassGroup:
    """A class that is joined online, tomorrow unless told otherwise."""
    return studio.group(*(days or (1,)), capacity=9, **{"online": DOOR, **changes})  # type: ignore[arg-type]


def at(group: ClassGroup, offset: timedelta, number: int = 0) -> None:
    """Has the clock's work done so long after a meeting begins."""
    jobs.run(group.occurrences[number].starts + offset)


def told(studio: Studio) -> list[str]:
    """The households that have a message, one entry for each."""
    return sorted(str(each.household) for each in studio.messages("class_online"))


def waits(world: World, group: ClassGroup) -> list[Key]:
    """Rows of a class that wait for the clock, whenever they are due."""
    rows = read.each(MeetingItem, f"ORG#{world.org}#MEETINGS#{group.programme or '-'}", "2")
    return [row.key for row in rows if row.class_group == group.id and row.queue == DOORS]


def row_of(world: World, group: ClassGroup) -> MeetingItem:
    """The only row of a class."""
    [key] = waits(world, group)
    found = read.one(MeetingItem, key)
    assert found
    return found


def change_home(world: World, home: Household, **changes: object) -> None:
    stored = households.get_household(world.org, home.id)
    assert stored
    write.put(households.household_item(world.org, replace(stored, **changes)))  # type: ignore[arg-type]


def test_a_family_is_told_when_the_door_opens_and_not_before(studio: Studio, van: Van) -> None:
    """MSG-4, SCH-4: the moment at which the page shows the address, too; with name, hour, address and page."""
    home, child = studio.family()
    group = online(studio)
    place = studio.enrol(home, child, group)
    meeting = group.occurrences[0]

    at(group, -SOON - timedelta(seconds=1))
    assert told(studio) == []
    at(group, -SOON)

    [message] = studio.messages("class_online")
    assert deliver(van.carriers, message.key, meeting.starts - SOON) == "sent"
    [mail] = van.mails
    page = f"/{studio.world.org}/members/{child.id}/enrolments/{place.id}/meetings/{meeting.id}"
    local = meeting.starts.astimezone(ZoneInfo(ZONE))
    for part in (mail.text, html.unescape(mail.html)):
        assert DOOR in part
        assert f"https://portal.test{page}" in part
        assert "Piano" in part
        assert "Léa" in part
        hour = f"{local.hour} h {local:%M}" if local.minute else f"{local.hour} h"
        assert hour in part.replace("\u202f", " ").replace("\u00a0", " ")
    assert f'href="{html.escape(DOOR)}"' in mail.html
    assert "Piano" in mail.subject
    assert mail.unsubscribe


def test_the_page_that_a_mail_leads_to_shows_the_same_address(studio: Studio, browser: Browser) -> None:
    home, child = studio.family()
    group = online(studio, SOON / DAY / 2)
    studio.enrol(home, child, group)
    jobs.run(studio.now)
    [message] = studio.messages("class_online")
    browser.sign_in_staff(studio.world.org, studio.world.user(home), studio.now, second_factor=False)

    page = browser.get(f"/{studio.world.org}/{message.facts['page']}")

    assert page.status == 200
    assert DOOR in html.unescape(page.html)


@pytest.mark.parametrize("language", ["en", "fr", "ru"])
@pytest.mark.parametrize("phone", ["", "+15145550123"])
def test_it_can_be_read_in_every_language_by_mail_and_by_text(
    studio: Studio, van: Van, language: str, phone: str
) -> None:
    home, child = studio.family()
    change_home(studio.world, home, language=language, phone=phone)
    if phone:
        choose(studio.world, home, Way.TEXT)
    studio.enrol(home, child, group := online(studio))

    at(group, -SOON)

    [message] = studio.messages("class_online")
    assert deliver(van.carriers, message.key, group.occurrences[0].starts - SOON) == "sent"
    text = van.texts[0][1] if phone else van.mails[0].text
    assert (len(van.texts), len(van.mails)) == ((1, 0) if phone else (0, 1))
    assert DOOR in text
    assert "Piano" in text
    assert "{" not in text
    assert "%(" not in text
    words = {"en": "online", "fr": "en ligne", "ru": "онлайн"}
    assert words[language] in text


def choose(world: World, home: Household, way: Way) -> None:
    preferences.change(world.org, home.id, lambda before: before.having(Purpose.ONLINE, way), "", world.now)


def test_a_household_that_does_without_gets_nothing(studio: Studio, van: Van) -> None:
    """MSG-2: looked at when it is sent; the others are told."""
    homes = [studio.family(), studio.family("Roy", "Tom")]
    group = online(studio)
    for home, child in homes:
        studio.enrol(home, child, group)
    choose(studio.world, homes[0][0], Way.NONE)

    at(group, -SOON)

    states = {
        message.household: deliver(van.carriers, message.key, group.occurrences[0].starts - SOON)
        for message in studio.messages("class_online")
    }
    assert states == {homes[0][0].id: "skipped", homes[1][0].id: "sent"}
    assert len(van.mails) == 1


def test_an_archived_household_gets_nothing(studio: Studio, van: Van) -> None:
    home, child = studio.family()
    studio.enrol(home, child, group := online(studio))
    change_home(studio.world, home, status=HouseholdStatus.ARCHIVED)

    at(group, -SOON)

    [message] = studio.messages("class_online")
    assert deliver(van.carriers, message.key, group.occurrences[0].starts) == "skipped"


def test_two_children_of_a_home_are_one_message_and_both_homes_of_a_child_have_one_each(
    studio: Studio, van: Van
) -> None:
    home, lea = studio.family()
    tom = studio.world.member(home, "Tom")
    other = studio.world.household("Roy")
    tom = studio.share(tom, other)
    group = online(studio)
    for child in (lea, tom):
        studio.enrol(home, child, group)

    at(group, -SOON)

    names = {str(each.household): each.facts["members"] for each in studio.messages("class_online")}
    assert names == {home.id: ["Léa", "Tom"], other.id: ["Tom"]}
    page = next(each.facts["page"] for each in studio.messages("class_online") if each.household == other.id)
    assert tom.id in page, "each home is led to a member of its own"


def test_whoever_is_not_expected_is_not_told(studio: Studio) -> None:
    """A place that is given up, rests, waits, is not bought yet, or is for other days."""
    group = online(studio, 1, 8)
    for status in EnrolmentStatus:
        home, child = studio.family(status.value, "Léa")
        studio.enrol(home, child, group)
        held = {"until": studio.now + 9 * DAY} if status is EnrolmentStatus.HELD else {}
        place = studio.world.enrol(home, child, group, status=status, **held)
        if not status.is_bought:
            first = next(each for each in places(studio, group) if each.person == child.id and each.id != place.id)
            write.put(store.enrolment_item(studio.world.org, replace(first, status=EnrolmentStatus.CANCELLED)))
    home, child = studio.family("Guest", "Guy")
    studio.world.enrol(home, child, group, kind=EnrolmentKind.TRIAL, meeting=group.occurrences[1].id)

    at(group, -SOON)

    stored = {status: status.value for status in EnrolmentStatus if status.is_bought}
    names = {households_name(studio, each) for each in told(studio)}
    assert names == set(stored.values()) == {"active", "completed"}


def places(studio: Studio, group: ClassGroup) -> list[Enrolment]:
    roll = studio.roll(group)
    wanted = [(seat.person, seat.enrolment) for seat in roll.seats]
    return list(store.get_enrolments(studio.world.org, wanted).values())


def households_name(studio: Studio, home: str) -> str:
    found = households.get_household(studio.world.org, home)
    assert found
    return found.name


def test_whoever_told_to_stay_away_is_not_told_and_whoever_took_that_back_is(studio: Studio) -> None:
    group = online(studio)
    families = [studio.family(), studio.family("Roy", "Tom")]
    for home, child in families:
        place = studio.enrol(home, child, group)
        studio.stay_away(place, group.occurrences[0])
    home, child = families[1]
    absence.withdraw(studio.world.organisation, home.id, (child.id, place.id), group.occurrences[0].id, studio.now)

    at(group, -SOON)

    assert told(studio) == [home.id]


def test_a_class_without_an_address_or_a_safe_one_waits_for_nothing(studio: Studio) -> None:
    for address in ("", "javascript:alert(1)", "http://zoom.example"):
        group = online(studio, online=address)
        assert waits(studio.world, group) == []


def test_a_cancelled_meeting_is_told_to_nobody(studio: Studio) -> None:
    home, child = studio.family()
    group = online(studio, 1, 8)
    studio.enrol(home, child, group)
    classes.cancel_meetings(staff(studio.world), group.id, [group.occurrences[0].id], {"fr": "Neige"})
    assert len(waits(studio.world, group)) == 1

    at(group, -SOON)

    assert told(studio) == []


def test_a_row_that_is_behind_its_class_tells_nobody(studio: Studio) -> None:
    """The class says what is true; a list that was not written yet does not."""
    home, child = studio.family()
    studio.enrol(home, child, group := online(studio))
    studio.cancel(group, 0)
    assert len(waits(studio.world, group)) == 1

    at(group, -SOON)

    assert told(studio) == []
    assert waits(studio.world, group) == []


def test_a_meeting_that_was_moved_is_told_at_its_new_time_once(studio: Studio) -> None:
    home, child = studio.family()
    group = online(studio)
    studio.enrol(home, child, group)
    meeting = group.occurrences[0]
    starts = meeting.starts + 3 * HOUR
    classes.move_meeting(staff(studio.world), group.id, meeting.id, starts, starts + HOUR, "Room 4", {}, overlap=True)

    at(group, -SOON)
    assert told(studio) == []
    at(now_of(studio.world, group), -SOON)

    [message] = studio.messages("class_online")
    assert message.facts["starts_at"] == to_iso(starts)


def test_a_meeting_that_was_moved_after_it_was_told_is_told_anew(studio: Studio) -> None:
    home, child = studio.family()
    group = online(studio)
    studio.enrol(home, child, group)
    meeting = group.occurrences[0]
    at(group, -SOON)
    starts = meeting.starts + 3 * HOUR
    classes.move_meeting(staff(studio.world), group.id, meeting.id, starts, starts + HOUR, "Room 4", {}, overlap=True)

    at(now_of(studio.world, group), -SOON)

    hours = sorted(each.facts["starts_at"] for each in studio.messages("class_online"))
    assert hours == [to_iso(meeting.starts), to_iso(starts)]


def test_however_often_and_however_many_at_once_each_home_is_told_once(studio: Studio) -> None:
    group = online(studio)
    homes = [studio.family(f"Family {number}") for number in range(4)]
    for home, child in homes:
        studio.enrol(home, child, group)
    opens = group.occurrences[0].starts - SOON

    assert not [each for each in together([lambda: jobs.run(opens)] * 4) if isinstance(each, Exception)]
    jobs.run(opens)
    classes.edit(staff(studio.world), group.id, lambda stored: replace(stored, level="II"))
    assert len(waits(studio.world, group)) == 1, "the row was written anew"
    jobs.run(opens + timedelta(minutes=1))
    jobs.run(opens + SOON)

    assert told(studio) == sorted(home.id for home, _ in homes)
    assert waits(studio.world, group) == []


def test_whoever_came_after_the_door_opened_is_told_at_the_start(studio: Studio) -> None:
    first, second = studio.family(), studio.family("Roy", "Tom")
    group = online(studio)
    studio.enrol(*first, group)
    at(group, -SOON)
    studio.enrol(*second, group)

    at(group, timedelta())

    assert told(studio) == sorted(home.id for home, _ in (first, second))


def test_a_late_run_tells_until_the_end_and_not_after_it(studio: Studio) -> None:
    home, child = studio.family()
    late, over = online(studio, 1), online(studio, 2)
    for group in (late, over):
        studio.enrol(home, child, group)

    at(late, HOUR - timedelta(seconds=1))
    at(over, HOUR)

    assert [each.until for each in studio.messages("class_online")] == [to_iso(late.occurrences[0].ends)]
    assert waits(studio.world, late) == waits(studio.world, over) == []


def test_what_could_not_be_sent_in_time_is_not_sent_afterwards(studio: Studio, van: Van) -> None:
    home, child = studio.family()
    studio.enrol(home, child, group := online(studio))
    at(group, -SOON)
    [message] = studio.messages("class_online")
    meeting = group.occurrences[0]

    def trouble() -> None:
        raise DeliveryFailed("away", permanent=False)

    van.trouble = trouble
    assert deliver(van.carriers, message.key, meeting.starts) == "later"
    van.trouble = lambda: None
    assert deliver(van.carriers, message.key, meeting.ends) == "skipped"

    assert van.mails == []
    stored = read.one(MessageItem, message.key)
    assert stored
    assert stored.outcome == "past its use"


def test_what_could_not_be_sent_at_first_is_sent_once_in_time(studio: Studio, van: Van) -> None:
    home, child = studio.family()
    studio.enrol(home, child, group := online(studio))
    at(group, -SOON)
    [message] = studio.messages("class_online")
    opens = group.occurrences[0].starts - SOON

    def trouble() -> None:
        raise DeliveryFailed("away", permanent=False)

    van.trouble = trouble
    deliver(van.carriers, message.key, opens)
    van.trouble = lambda: None
    assert deliver(van.carriers, message.key, opens + SOON) == "sent"
    assert deliver(van.carriers, message.key, opens + SOON) == "not_due"

    assert len(van.mails) == 1


@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.parametrize("number", range(1, 8))
def test_a_breakdown_at_any_call_is_made_good_by_the_next_run(studio: Studio, fault: Fault, number: int) -> None:
    """Two homes make seven calls: class, places, people, messages, a message each, the row."""
    homes = [studio.family(), studio.family("Roy", "Tom")]
    group = online(studio)
    for home, child in homes:
        studio.enrol(home, child, group)
    row, opens = row_of(studio.world, group), group.occurrences[0].starts - SOON
    with tapped(fault, number) as wire:
        with suppress(Killed, Unavailable):
            joining.open_door(studio.world.organisation, row, opens)
        assert wire.met

    joining.open_door(studio.world.organisation, row_of(studio.world, group), opens + timedelta(minutes=2))

    assert told(studio) == sorted(home.id for home, _ in homes)


def test_the_work_grows_with_whoever_comes_and_not_with_the_organisation(studio: Studio) -> None:
    """No scan, and nothing read of classes that do not begin or have no address."""
    for number in range(5):
        home, child = studio.family(f"Other {number}")
        studio.enrol(home, child, online(studio, 30 + number))
        studio.enrol(home, child, studio.group(1, capacity=9))
    group = online(studio)
    for number in range(3):
        home, child = studio.family(f"Family {number}")
        studio.enrol(home, child, group)
    opens = group.occurrences[0].starts - SOON

    due = [key for key in read.waiting(DOORS, to_iso(opens)) if f"#{studio.world.org}#" in key.pk]
    row = row_of(studio.world, group)
    with tapped() as wire:
        joining.open_door(studio.world.organisation, row, opens)

    assert due == waits(studio.world, group)
    assert wire.calls == [*["BatchGetItem"] * 4, *["TransactWriteItems"] * 3, "UpdateItem"]


def test_what_fails_is_tried_again_a_minute_later_and_keeps_nobody_waiting(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    families = [studio.family(), studio.family("Roy", "Tom")]
    groups = [online(studio), online(studio)]
    for family, group in zip(families, groups, strict=True):
        studio.enrol(*family, group)
    open_door = joining.open_door

    def stumbling(organisation: Organisation, row: MeetingItem, now: object) -> None:
        if row.class_group == groups[0].id:
            raise Unavailable
        open_door(organisation, row, now)  # type: ignore[arg-type]

    with monkeypatch.context() as broken:
        broken.setattr(joining, "open_door", stumbling)
        at(groups[0], -SOON)
    assert told(studio) == [families[1][0].id]

    at(groups[0], timedelta(minutes=1) - SOON)
    assert told(studio) == sorted(home.id for home, _ in families)


@pytest.mark.parametrize("changes", [{"status": Status.SUSPENDED}, {"modules": frozenset({Module.INVOICES})}])
def test_an_organisation_that_is_closed_or_has_no_classes_tells_nobody(
    studio: Studio, changes: dict[str, object]
) -> None:
    home, child = studio.family()
    studio.enrol(home, child, group := online(studio))
    found = organisations.get(studio.world.org)
    assert found
    organisations.update(replace(found, **changes))  # type: ignore[arg-type]

    at(group, -SOON)

    assert told(studio) == []


def test_another_organisation_is_told_nothing(studio: Studio) -> None:
    """Its classes have the same ids and hours."""
    home, child = studio.family()
    group = online(studio)
    studio.enrol(home, child, group)
    twin = Studio(build(f"{studio.world.org}-b", studio.now), studio.programme)
    away, other = twin.family("Autre", "Zoé")
    same = twin.group(1, capacity=9, id=group.id, occurrences=group.occurrences, online="https://other.example/9")
    twin.enrol(away, other, same)

    at(group, -SOON)

    [mine], [theirs] = studio.messages("class_online"), twin.messages("class_online")
    assert (mine.household, mine.facts["door"]) == (home.id, DOOR)
    assert (theirs.household, theirs.facts["door"]) == (away.id, "https://other.example/9")
    assert mine.message != theirs.message
    assert "zoom" not in str(theirs.facts)


def test_hostile_words_change_no_mail_and_no_text(studio: Studio, van: Van) -> None:
    """I-01, I-08: of the class, of the member, and in the address itself."""
    home, child = studio.family("Tremblay", HOSTILE)
    address = 'https://zoom.example/"><img src=x>\r\nBcc: y@evil.example'
    group = online(studio, title=HOSTILE, online=address)
    studio.enrol(home, child, group)

    at(group, -SOON)

    [message] = studio.messages("class_online")
    deliver(van.carriers, message.key, group.occurrences[0].starts)
    [mail] = van.mails
    assert "<script" not in mail.html
    assert "<img" not in mail.html
    assert "62710561" not in mail.subject + mail.html
    assert "\n" not in mail.subject
    assert "\r" not in mail.subject
    assert "https://zoom.example/%22%3E%3Cimg%20src=x%3E%0D%0ABcc:%20y@evil.example" in mail.text


def test_the_address_is_not_kept_with_what_was_sent(studio: Studio, van: Van) -> None:
    """SCH-4: it often opens every meeting of the class, also to whoever gave the place up."""
    home, child = studio.family()
    change_home(studio.world, home, phone="+15145550123")
    studio.enrol(home, child, group := online(studio, 1, 2))
    for number, way in enumerate((Way.MAIL, Way.TEXT)):
        choose(studio.world, home, way)
        at(group, -SOON, number)
        [message] = studio.messages("class_online")
        assert deliver(van.carriers, message.key, group.occurrences[number].starts) == "sent"

    kept = archive.page(archive.household_shelf(studio.world.org, home.id)).rows

    assert (len(van.mails), len(van.texts), len(kept)) == (1, 1, 2)
    assert all("zoom.example" not in each.text for each in kept)
    assert all("Piano" in each.text for each in kept)
