"""Subscriptions: made, fetched, renewed and ended; what they tell, and to whom they stop telling (NEW-6)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from chalicelib.bookings.domain import Booking, BookingStatus
from chalicelib.calendar import feeds
from chalicelib.calendar.feeds import Feed
from chalicelib.data import keys, read, write
from chalicelib.data.items import Item
from chalicelib.data.write import Transaction
from chalicelib.households import store as households
from chalicelib.households.domain import Household, Person, Role
from chalicelib.identity import store as identity
from chalicelib.identity.domain import HouseholdLink, User, UserStatus
from chalicelib.identity.tokens import token_hash
from chalicelib.schedule.domain import Attendance, EnrolmentStatus, Mark, OccurrenceStatus
from chalicelib.schedule.store import class_group_item, enrolment_item
from chalicelib.shared.errors import Conflict
from chalicelib.shared.ids import dated_id
from tests.support.browser import Browser, Page
from tests.support.clock import TurnedClock
from tests.support.door import Door
from tests.support.world import World

SOON = datetime(2026, 11, 24, 21, 30, tzinfo=UTC)


@pytest.fixture
def clock(clock: TurnedClock) -> TurnedClock:
    clock.set(datetime(2026, 11, 22, 12, tzinfo=UTC))
    return clock


@pytest.fixture
def home(world: World) -> Household:
    return world.household("Tremblay")


@pytest.fixture
def lea(world: World, home: Household) -> Person:
    return world.member(home, "Léa")


@pytest.fixture
def marie(world: World, home: Household) -> User:
    return world.user(home)


def _made(world: World, user: User, **changes: Any) -> str:
    """The path of a new feed."""
    token = feeds.create(world.org, Feed(user.id, "Classes", **changes), (), world.now)
    return f"/{world.org}/{feeds.address(user.id, token)}"


def _events(page: Page) -> dict[str, Any]:
    """Events by their words."""
    assert page.status == 200
    return {str(event["summary"]): event for event in Calendar.from_ical(page.body.decode()).walk("VEVENT")}


def _save_user(world: World, user: User) -> None:
    transaction = Transaction()
    identity.save_user(transaction, world.org, replace(user, version=1))
    transaction.commit()


def test_a_subscription_is_made_on_its_page_and_fetched_without_a_session(
    world: World, door: Door, home: Household, lea: Person, marie: User
) -> None:
    """NEW-6: the address is shown once; whoever fetches it needs no cookie, and gets none."""
    world.enrolment(home, lea, "Ballet", SOON)
    door.enter("marie@example.com")
    page = door.browser.get(door.browser.get(f"/{world.org}/schedule").links["In your own calendar"])

    made = door.browser.submit(page, "schedule/feeds", name="Léa's week", scope=lea.id, alarm="60", language="fr")

    address = made.links["Open in your calendar app"]
    assert address.startswith(f"webcal://portal.test/{world.org}/feeds/")
    stranger = Browser(door.browser.portal)
    file = stranger.get(address.removeprefix("webcal://portal.test"))
    assert list(_events(file)) == ["Ballet (Léa)"]
    assert not stranger.cookies
    assert file.header("content-type") == "text/calendar; charset=utf-8"
    assert file.header("referrer-policy") == "no-referrer"
    assert "noindex" in file.header("x-robots-tag")
    assert file.header("cache-control") == "private, no-cache"
    again = door.browser.get(f"/{world.org}/schedule/feeds")
    assert "Léa's week" in again.text
    assert address.rpartition(".")[0].rpartition(".")[2] not in again.html


def test_the_token_is_stored_nowhere(world: World, browser: Browser, marie: User, lea: Person) -> None:
    """NEW-6: 256 random bits, of which the table has the hash alone."""
    path = _made(world, marie)
    token = path.split(".")[-2]

    assert len(token) == 43
    found = list(read.whole(keys.user(world.org, marie.id).pk))
    assert any(isinstance(item, feeds.FeedItem) for item in found)
    assert not any(token in repr(_stored(item)) for item in found)


def _stored(item: Item) -> Any:
    return item.serialize()


def test_no_log_holds_the_address(
    world: World, browser: Browser, marie: User, lea: Person, caplog: pytest.LogCaptureFixture
) -> None:
    """I-10: lines tell the route, also of a feed that is not there, and of one that fails."""
    path = _made(world, marie)

    browser.get(path)
    browser.get(path.replace(".ics", "x.ics"))

    assert "/{org}/feeds/{token}" in caplog.text
    assert path.split(".")[-2] not in caplog.text
    assert marie.id not in caplog.text


def test_an_ended_feed_looks_like_one_that_never_was(
    world: World, door: Door, home: Household, lea: Person, marie: User
) -> None:
    """NEW-6: revoking bites at once, and tells nobody that there was something."""
    path = _made(world, marie, household=home.id)
    assert door.browser.get(path).status == 200
    door.enter("marie@example.com")

    page = door.browser.submit(door.browser.get(f"/{world.org}/schedule/feeds"), "schedule/feeds/end")

    assert "Your change is saved" in page.text
    never_was = f"/{world.org}/feeds/{marie.id}.{'a' * 43}.ics"
    gone, never = (Browser(door.browser.portal).get(each) for each in (path, never_was))
    assert (gone.status, never.status) == (404, 404)
    assert [name for name, _ in gone.headers] == [name for name, _ in never.headers]
    assert len(gone.body) == len(never.body)


@pytest.mark.parametrize("name", ["x", "x.y", ".ics", "..ics", "a.b.ics", "a.b.c.ics", "%00.a.ics", "a" * 119])
def test_what_is_no_address_of_a_feed_is_not_found(world: World, browser: Browser, name: str) -> None:
    assert browser.get(f"/{world.org}/feeds/{name}").status == 404


def test_a_token_opens_no_feed_of_another_user_or_organisation(
    world: World, browser: Browser, home: Household, marie: User
) -> None:
    """T-04: the hash is looked up under the user that the address names."""
    other = world.user(home, email="other@example.com")
    path = _made(world, marie)

    assert browser.get(path.replace(marie.id, other.id)).status == 404
    assert browser.get(path.replace(f"/{world.org}/", "/elsewhere/")).status == 404


def test_a_new_address_ends_the_former_one(world: World, door: Door, home: Household, lea: Person, marie: User) -> None:
    path = _made(world, marie, household=home.id, member=lea.id)
    door.enter("marie@example.com")

    page = door.browser.submit(door.browser.get(f"/{world.org}/schedule/feeds"), "schedule/feeds/renew")

    assert door.browser.get(path).status == 404
    fresh = page.links["Open in your calendar app"].removeprefix("webcal://portal.test")
    assert door.browser.get(fresh).status == 200
    (kept,) = feeds.list_feeds(world.org, marie.id)
    assert kept.member == lea.id


def test_nobody_renews_or_ends_another_users_feed(world: World, door: Door, home: Household, marie: User) -> None:
    """T-02."""
    path = _made(world, world.user(home, email="other@example.com"))
    hash_ = token_hash(path.split(".")[-2])
    door.enter("marie@example.com")
    csrf = door.browser.get(f"/{world.org}/schedule/feeds").form("schedule/feeds").fields["csrf"]

    for act in ("renew", "end"):
        door.browser.post(f"/{world.org}/schedule/feeds/{act}", {"csrf": csrf, "feed": hash_})
    assert door.browser.post(f"/{world.org}/schedule/feeds/end", {"csrf": csrf, "feed": "x" * 3000}).status == 404

    assert door.browser.get(path).status == 200


@pytest.mark.parametrize("end", ["role taken", "suspended", "household archived", "member gone"])
def test_a_feed_ends_with_the_right_to_see(
    world: World, browser: Browser, home: Household, lea: Person, marie: User, end: str
) -> None:
    """NEW-6, C5: a removed guardian's feed stops with the next look."""
    path = _made(world, marie, household=home.id, member=lea.id)
    assert browser.get(path).status == 200

    if end == "role taken":
        _save_user(world, replace(marie, households=()))
    elif end == "suspended":
        _save_user(world, replace(marie, status=UserStatus.SUSPENDED))
    elif end == "member gone":
        world.builders[home.id].members.clear()
        world.settle(home)
    else:
        gone = world.builders[home.id].build(home.id, home.name, home.number, archived=True)
        version = households.get_summaries(world.org, (home.id,))[home.id].version
        write.put(households.summary_item(world.org, replace(gone, version=version)))

    assert browser.get(path).status == 404


def test_a_feed_tells_what_its_role_may_see(
    world: World, browser: Browser, home: Household, lea: Person, marie: User
) -> None:
    """C5: whoever became a delegate gets classes alone from now on."""
    world.enrolment(home, lea, "Ballet", SOON)
    world.booking(
        Booking(dated_id(SOON.date()), home.id, "Hall", SOON, SOON + timedelta(hours=1), BookingStatus.REQUESTED)
    )
    path, classes = _made(world, marie), _made(world, marie, bookings=False)

    found = _events(browser.get(path))
    assert set(found) == {"Ballet (Léa)", "Hall"}
    assert found["Hall"]["status"] == "TENTATIVE"
    assert set(_events(browser.get(classes))) == {"Ballet (Léa)"}
    _save_user(world, replace(marie, households=(HouseholdLink(home.id, Role.DELEGATE),)))
    assert set(_events(browser.get(path))) == {"Ballet (Léa)"}


def test_whose_dates_a_feed_tells(world: World, browser: Browser, home: Household, lea: Person) -> None:
    """NEW-6: of a member, of the household, or of all one's households."""
    other = world.household("Roy")
    world.enrolment(home, lea, "Ballet", SOON)
    world.enrolment(home, world.member(home, "Max"), "Judo", SOON)
    world.enrolment(other, world.member(other, "Zoé"), "Choir", SOON)
    user = world.user(home, other)

    scopes: tuple[dict[str, str], ...] = ({"household": home.id, "member": lea.id}, {"household": home.id}, {})
    told = [set(_events(browser.get(_made(world, user, **scope)))) for scope in scopes]

    assert told == [
        {"Ballet (Léa)"}, {"Ballet (Léa)", "Judo (Max)"}, {"Ballet (Léa)", "Judo (Max)", "Choir (Zoé)"},
    ]  # fmt: skip


def test_what_changes_is_told_under_the_same_name(
    world: World, browser: Browser, home: Household, lea: Person, marie: User
) -> None:
    """NEW-6: moved, cancelled, stayed away, given up: never silently gone, SEQUENCE never less."""
    place, group = world.enrolment(home, lea, "Ballet", SOON, SOON + timedelta(days=7))
    path = _made(world, marie)
    before = {str(event["uid"]): event for event in _events_all(browser.get(path))}
    first, second = group.occurrences
    moved = first._replace(starts=first.starts + timedelta(days=1), ends=first.ends + timedelta(days=1), sequence=1)
    off = second._replace(status=OccurrenceStatus.CANCELLED, sequence=1)
    write.put(class_group_item(world.org, replace(group, occurrences=(moved, off), version=1)))

    after = {str(event["uid"]): event for event in _events_all(browser.get(path))}
    assert set(after) == set(before)
    assert sorted(str(event["status"]) for event in after.values()) == ["CANCELLED", "CONFIRMED"]
    assert all(after[name]["sequence"] > before[name]["sequence"] for name in before)

    marks = {first.id: Mark(Attendance.ABSENT_EXCUSED, world.now)}
    write.put(enrolment_item(world.org, replace(place, marks=marks, version=1)))
    away = {str(event["uid"]): event for event in _events_all(browser.get(path))}
    assert {str(event["status"]) for event in away.values()} == {"CANCELLED"}
    write.put(enrolment_item(world.org, replace(place, version=2)))
    back = {str(event["uid"]): event for event in _events_all(browser.get(path))}
    assert back[f"{first.id}-{place.id}@{world.org}"]["status"] == "CONFIRMED"
    left = replace(place, status=EnrolmentStatus.CANCELLED, ended_at=world.now, version=3)
    write.put(enrolment_item(world.org, left))
    lost = {str(event["uid"]): event for event in _events_all(browser.get(path))}
    assert set(lost) == set(before)
    assert {str(event["status"]) for event in lost.values()} == {"CANCELLED"}
    ordered = [each[f"{first.id}-{place.id}@{world.org}"]["sequence"] for each in (before, after, away, back, lost)]
    assert ordered == sorted(set(ordered))


def _events_all(page: Page) -> list[Any]:
    return list(Calendar.from_ical(page.body.decode()).walk("VEVENT"))


def test_who_asks_again_is_told_that_nothing_changed(
    world: World, browser: Browser, home: Household, lea: Person, marie: User, clock: TurnedClock
) -> None:
    """NEW-6: calendars ask several times a day; 304 until something changes, hours later, too."""
    place, _ = world.enrolment(home, lea, "Ballet", SOON)
    path = _made(world, marie)
    first = browser.get(path)
    clock.advance(hours=5)

    same = browser.get(path, headers={"If-None-Match": first.header("etag")})
    assert (same.status, same.body) == (304, b"")
    assert same.header("etag") == first.header("etag")
    assert same.header("cache-control") == "private, no-cache"
    assert browser.get(path).body == first.body
    write.put(enrolment_item(world.org, replace(place, status=EnrolmentStatus.CANCELLED, version=1)))
    changed = browser.get(path, headers={"If-None-Match": first.header("etag")})
    assert changed.status == 200
    assert changed.header("etag") != first.header("etag")


def test_a_feed_reaches_sixty_days_back(
    world: World, browser: Browser, home: Household, lea: Person, marie: User
) -> None:
    """What was called off lately is still told; what is long over weighs on nobody."""
    group = world.class_group("Ballet", *(world.now - timedelta(days=days) for days in (59, 61)), SOON)
    world.enrol(home, lea, group, starts_on=world.today - timedelta(days=90), id=dated_id(world.today))

    assert len(_events_all(browser.get(_made(world, marie)))) == 2


def test_the_words_are_in_the_chosen_language(
    world: World, browser: Browser, home: Household, lea: Person, marie: User
) -> None:
    """NEW-19: not in that of whoever fetches."""
    _, group = world.enrolment(home, lea, "Ballet", SOON)
    title = {"en": "Ballet", "ru": "Балет"}
    write.put(class_group_item(world.org, replace(group, title=title, version=1)))

    assert set(_events(browser.get(_made(world, marie, language="ru")))) == {"Балет (Léa)"}


def test_a_form_with_mistakes_makes_nothing(world: World, door: Door, home: Household, marie: User) -> None:
    door.enter("marie@example.com")
    page = door.browser.get(f"/{world.org}/schedule/feeds")

    wrong = door.browser.submit(page, "schedule/feeds", name="", scope="of-somebody-else", alarm="7")

    assert wrong.status == 400
    assert feeds.list_feeds(world.org, marie.id) == []


def test_twenty_subscriptions_are_enough(world: World, marie: User) -> None:
    for _ in range(feeds.MAX_FEEDS):
        _made(world, marie)
    with pytest.raises(Conflict):
        _made(world, marie)
    assert len(feeds.list_feeds(world.org, marie.id)) == feeds.MAX_FEEDS
