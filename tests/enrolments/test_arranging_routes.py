"""The staff's pages that create and change classes, as somebody at the desk uses them."""

from datetime import timedelta

import pytest

from chalicelib.identity.domain import StaffRole
from chalicelib.organisations import store as organisations
from chalicelib.schedule import listing, store
from chalicelib.schedule.domain import ClassGroup, EnrolmentStatus
from chalicelib.shared.times import Days, local
from tests.enrolments.teaching import now_of, place_of, press, seated, taught
from tests.support.browser import Browser, Page
from tests.support.world import World, build


@pytest.fixture
def desk(world: World, browser: Browser) -> Browser:
    """Somebody at the desk."""
    return browser.sign_in_staff(world.org, world.staff(StaffRole.DESK), world.now)


def _fields(world: World, **changes: str) -> dict[str, str]:
    first = world.today + timedelta(days=1)
    plain = {
        "title-fr": "Ballet 1", "title-en": "Ballet 1", "instructor": "Ann Lee", "capacity": "12", "price": "180,00",
        "first": first.isoformat(), "count": "3", f"weekday-{first.weekday()}": "yes", "starts": "16:30",
        "minutes": "45", "room": "Studio",
    }  # fmt: skip
    return {**plain, **changes}


def _only_class(world: World) -> ClassGroup:
    found = listing.list_classes(world.org).rows
    assert len(found) == 1
    return store.get_class_groups(world.org, [found[0].class_group])[found[0].class_group]


def _open(browser: Browser, world: World, path: str) -> Page:
    return browser.get(f"/{world.org}/desk/classes/{path}")


def test_a_class_is_created_after_a_look_at_its_dates(world: World, desk: Browser) -> None:
    preview = press(desk, _open(desk, world, "new"), "/desk/classes/new", _fields(world))
    assert "3 meetings" in preview.text
    assert not listing.list_classes(world.org).rows

    page = press(desk, preview, "/desk/classes/new", {"create": "yes"})

    group = _only_class(world)
    assert page.url.startswith(f"https://portal.test/{world.org}/desk/classes/{group.id}")
    assert "The class was created." in page.text
    assert (group.title["en"], group.capacity, group.price_minor, group.open) == ("Ballet 1", 12, 18000, True)
    begins = [local(each.starts, world.organisation.zone) for each in group.occurrences]
    assert [(each.hour, each.minute) for each in begins] == [(16, 30)] * 3
    assert {each.room for each in group.occurrences} == {"Studio"}


def test_a_second_press_creates_nothing(world: World, desk: Browser) -> None:
    preview = press(desk, _open(desk, world, "new"), "/desk/classes/new", _fields(world))

    one, other = (press(desk, preview, "/desk/classes/new", {"create": "yes"}) for _ in range(2))

    assert one.url == other.url
    assert len(_only_class(world).occurrences) == 3


def test_every_mistake_stands_beside_its_field(world: World, desk: Browser) -> None:
    wrong = {
        "title-fr": "", "capacity": "0", "price": "much", "first": "", "count": "", "starts": "late", "minutes": "x",
        "youngest": "9", "oldest": "8", "online": "http://example.com", "weeks": "99", "without": "tomorrow",
    }  # fmt: skip
    fields = {name: value for name, value in _fields(world).items() if not name.startswith("weekday")}

    page = press(desk, _open(desk, world, "new"), "/desk/classes/new", {**fields, **wrong})

    assert page.status == 400
    named = {name for name in page.links.values() if name.startswith("#field-")}
    assert len(named) >= 5
    for name in (*(set(wrong) - {"count", "youngest"}), "last", "weekday-0"):
        assert f'id="error-{name}"' in page.html, name
    assert not listing.list_classes(world.org).rows


def test_holidays_of_the_organisation_are_left_out(org: str, browser: Browser) -> None:
    world = build(org)
    first = world.today + timedelta(days=1)
    world = build(f"{org}-h", holidays=(Days(first, first),))
    browser.sign_in_staff(world.org, world.staff(StaffRole.OWNER), world.now)

    preview = press(browser, _open(browser, world, "new"), "/desk/classes/new", _fields(world))

    assert "Left out:" in preview.text
    stored = organisations.get(world.org)
    assert stored
    assert stored.holidays == (Days(first, first),)


def test_a_room_that_is_taken_is_told_before_and_can_be_taken_all_the_same(world: World, desk: Browser) -> None:
    for _ in range(2):
        preview = press(desk, _open(desk, world, "new"), "/desk/classes/new", _fields(world))
        done = press(desk, preview, "/desk/classes/new", {"create": "yes"})
    assert "Taken at that time" in preview.text
    assert done.status == 400
    assert len(listing.list_classes(world.org).rows) == 1

    press(desk, done, "/desk/classes/new", {"create": "yes", "overlap": "yes"})

    assert len(listing.list_classes(world.org).rows) == 2


def test_a_class_is_edited(world: World, desk: Browser) -> None:
    group = taught(world)

    page = press(desk, _open(desk, world, f"{group.id}/edit"), "/edit", {"title-fr": "Ballet 2", "capacity": ""})

    assert "Saved." in page.text
    assert (now_of(world, group).title["fr"], now_of(world, group).capacity) == ("Ballet 2", None)
    refused = press(desk, _open(desk, world, f"{group.id}/edit"), "/edit", {"title-fr": ""})
    assert refused.status == 400


def test_meetings_are_added_after_a_look_at_their_dates(world: World, desk: Browser) -> None:
    group = taught(world)
    form = _open(desk, world, f"{group.id}/add")
    hour = (local(group.occurrences[0].starts, world.organisation.zone).hour + 6) % 24  # when nobody teaches

    preview = press(desk, form, "/add", _fields(world, starts=f"{hour:02}:00", room="Hall"))
    assert len(now_of(world, group).occurrences) == 4
    for _ in range(2):
        page = press(desk, preview, "/add", {"create": "yes"})

    assert "The meetings were added." in page.text
    assert len(now_of(world, group).occurrences) == 7
    assert press(desk, form, "/add", {"first": ""}).status == 400


def test_meetings_are_cancelled_once_it_is_clear_whom_it_concerns(world: World, desk: Browser) -> None:
    home = world.household("Roy")
    group = taught(world)
    seated(world, group, home, world.member(home, "Lea"))
    first = group.occurrences[0].id
    form = _open(desk, world, f"{group.id}/change/cancel")
    assert press(desk, form, "/change/cancel").status == 400

    sure = press(desk, form, "/change/cancel", {f"meeting-{first}": "yes", "reason-fr": "Neige"})
    assert "1 family will be told." in sure.text
    assert now_of(world, group) == group
    done = press(desk, sure, "/change/cancel")

    assert "The meetings were cancelled. Families told: 1." in done.text
    cancelled = now_of(world, group).meeting(first)
    assert cancelled
    assert (cancelled.takes_place, cancelled.note) == (False, "Neige")
    again = press(desk, sure, "/change/cancel")
    assert again.status == 400, "nothing that takes place is chosen any more"
    assert now_of(world, group).version == 2


@pytest.mark.parametrize(("act", "value"), [("instructor", "Bob Ray"), ("room", "Hall")])
def test_some_meetings_get_another_instructor_or_room(world: World, desk: Browser, act: str, value: str) -> None:
    group = taught(world)
    box = f"meeting-{group.occurrences[1].id}"
    form = _open(desk, world, f"{group.id}/change/{act}")
    assert press(desk, form, f"/change/{act}", {box: "yes"}).status == 400

    sure = press(desk, form, f"/change/{act}", {box: "yes", act: value})
    press(desk, sure, f"/change/{act}")

    changed = [getattr(each, act) for each in now_of(world, group).occurrences]
    assert changed[1] == value
    assert value not in (changed[0], *changed[2:])


def test_a_meeting_is_moved(world: World, desk: Browser) -> None:
    group = taught(world)
    first = group.occurrences[0]
    path = f"{group.id}/meetings/{first.id}/move"
    day = (world.today + timedelta(days=3)).isoformat()

    page = press(
        desk, _open(desk, world, path), "/move", {"day": day, "starts": "18h15", "minutes": "30", "room": "Hall"}
    )

    assert "The change was made." in page.text
    moved = now_of(world, group).meeting(first.id)
    assert moved
    at = local(moved.starts, world.organisation.zone)
    assert (at.date().isoformat(), f"{at:%H:%M}", moved.room, moved.planned) == (day, "18:15", "Hall", first.starts)
    assert moved.ends - moved.starts == timedelta(minutes=30)
    assert press(desk, _open(desk, world, path), "/move", {"starts": ""}).status == 400


def test_a_taken_room_refuses_a_move_until_told(world: World, desk: Browser) -> None:
    group, other = taught(world), taught(world, instructor="Bob Ray")
    path = f"{other.id}/meetings/{other.occurrences[0].id}/move"
    form = _open(desk, world, path)

    refused = press(desk, form, "/move", {"minutes": "50"})
    assert refused.status == 400
    assert "Taken at that time" in refused.text
    press(desk, refused, "/move", {"overlap": "yes"})

    assert now_of(world, other).version == 2
    assert now_of(world, group).version == 1


def test_the_whole_class_is_cancelled(world: World, desk: Browser) -> None:
    home = world.household("Roy")
    group = taught(world)
    place = seated(world, group, home, world.member(home, "Lea"))

    form = _open(desk, world, f"{group.id}/end")
    assert "4 meetings to come are cancelled." in form.text
    done = press(desk, form, "/end", {"reason-en": "Too few"})

    assert "The class was cancelled. Families told: 1." in done.text
    assert place_of(world, place).status is EnrolmentStatus.CANCELLED
    assert press(desk, form, "/end").status == 200, "a second press changes nothing"


def test_a_class_is_opened_and_closed(world: World, desk: Browser) -> None:
    group = taught(world)
    for is_open in (True, False):
        press(desk, _open(desk, world, group.id), "/open")
        assert now_of(world, group).open is is_open


@pytest.mark.parametrize("path", ["none", "none/edit", "none/add", "none/change/cancel", "none/end", "{}/change/none",
                                  "{}/meetings/none/move"])  # fmt: skip
def test_what_is_not_there_is_not_found(world: World, desk: Browser, path: str) -> None:
    assert _open(desk, world, path.format(taught(world).id)).status == 404


@pytest.mark.parametrize("path", ["new", "{}", "{}/edit", "{}/add", "{}/change/cancel", "{}/end"])
def test_instructors_arrange_nothing(world: World, browser: Browser, path: str) -> None:
    browser.sign_in_staff(world.org, world.staff(StaffRole.INSTRUCTOR), world.now)

    assert _open(browser, world, path.format(taught(world).id)).status == 403


def test_the_page_of_a_class_says_what_was_changed(world: World, desk: Browser) -> None:
    group = taught(world, price_minor=18000, level="2")
    form = _open(desk, world, f"{group.id}/change/cancel")
    sure = press(desk, form, "/change/cancel", {f"meeting-{group.occurrences[0].id}": "yes", "reason-en": "Snow"})
    press(desk, sure, "/change/cancel")

    page = _open(desk, world, group.id)

    assert "Meetings cancelled" in page.text
    assert "Snow" in page.text
    assert "$180.00" in page.text
