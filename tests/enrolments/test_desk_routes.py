"""The staff's pages of classes by day, and attendance."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.data.write import Transaction
from chalicelib.households import store as households
from chalicelib.identity.domain import StaffRole
from chalicelib.schedule import classes
from chalicelib.schedule.domain import Attendance, ClassGroup, EnrolmentKind
from tests.enrolments.teaching import meetings, place_of, press, seated, staff, taught
from tests.support.browser import Browser, Page
from tests.support.world import World


@pytest.fixture
def desk(world: World, browser: Browser) -> Browser:
    """Somebody at the desk."""
    return browser.sign_in_staff(world.org, world.staff(StaffRole.DESK), world.now)


def _running(world: World, **changes: object) -> ClassGroup:
    """A class that began ten minutes ago."""
    return taught(world, meetings(world.now - timedelta(minutes=10)), **changes)


def _sheet(browser: Browser, world: World, group: ClassGroup) -> Page:
    return browser.get(f"/{world.org}/desk/classes/{group.id}/meetings/{group.occurrences[0].id}")


def _save(browser: Browser, page: Page, group: ClassGroup, **fields: str) -> Page:
    return press(browser, page, f"/meetings/{group.occurrences[0].id}", fields)


def test_the_day_shows_its_meetings_and_no_others(world: World, desk: Browser) -> None:
    group = _running(world)
    taught(world, meetings(world.now + timedelta(days=3)), title={"en": "Tomorrow's"})

    page = desk.get(f"/{world.org}/desk/classes")

    assert page.links["Ballet"].endswith(f"/desk/classes/{group.id}/meetings/{group.occurrences[0].id}")
    assert "Tomorrow's" not in page.text
    later = desk.get(f"/{world.org}/desk/classes", day=str(world.today + timedelta(days=3)))
    assert "Tomorrow's" in later.text


def test_an_instructor_sees_the_own_meetings_first(world: World, browser: Browser) -> None:
    browser.sign_in_staff(world.org, world.staff(StaffRole.INSTRUCTOR, name="ANN lee"), world.now)
    _running(world)
    _running(world, title={"en": "Piano"}, instructor="Somebody Else")

    page = browser.get(f"/{world.org}/desk/classes")

    assert "Ballet" in page.text
    assert "Piano" not in page.text
    assert "Piano" in browser.get(f"/{world.org}/desk/classes", who="all").text


def test_attendance_is_marked_in_one_form(world: World, desk: Browser) -> None:
    """A few taps: who is missing, then all others present."""
    home = world.household("Roy")
    lea, tom = world.member(home, "Lea"), world.member(home, "Tom")
    group = _running(world)
    first, second = seated(world, group, home, lea), seated(world, group, home, tom)
    page = _sheet(desk, world, group)

    done = _save(desk, page, group, **{f"mark-{second.id}": "absent_unexcused", "rest": "present"})

    meeting = group.occurrences[0].id
    assert "1 present, 1 absent" in done.text
    assert place_of(world, first).marks[meeting].attendance is Attendance.PRESENT
    assert place_of(world, second).marks[meeting].attendance is Attendance.ABSENT_UNEXCUSED


def test_two_lists_in_two_hands_do_not_undo_each_other(world: World, desk: Browser) -> None:
    """What a page did not show and nobody changed is not written."""
    home = world.household("Roy")
    lea, tom = world.member(home, "Lea"), world.member(home, "Tom")
    group = _running(world)
    first, second = seated(world, group, home, lea), seated(world, group, home, tom)
    one, other = _sheet(desk, world, group), _sheet(desk, world, group)

    _save(desk, one, group, **{f"mark-{first.id}": "late"})
    _save(desk, other, group, **{f"mark-{second.id}": "present"})

    meeting = group.occurrences[0].id
    assert place_of(world, first).marks[meeting].attendance is Attendance.LATE
    assert place_of(world, second).marks[meeting].attendance is Attendance.PRESENT


def test_a_mark_can_be_set_right_later(world: World, desk: Browser) -> None:
    home = world.household("Roy")
    group = _running(world)
    place = seated(world, group, home, world.member(home, "Lea"))
    _save(desk, _sheet(desk, world, group), group, rest="present")

    _save(desk, _sheet(desk, world, group), group, **{f"mark-{place.id}": "absent_excused"})

    assert place_of(world, place).marks[group.occurrences[0].id].attendance is Attendance.ABSENT_EXCUSED


def test_a_meeting_far_ahead_shows_its_list_and_no_form(world: World, desk: Browser) -> None:
    home = world.household("Roy")
    group = taught(world)
    place = seated(world, group, home, world.member(home, "Lea"))

    page = _sheet(desk, world, group)

    assert "Lea Roy" in page.text
    assert not [form for form in page.document.iter("form") if "meetings" in (form.get("action") or "")]
    fields = desk.get(f"/{world.org}/desk/classes/{group.id}").form("/open").fields
    refused = desk.post(page.url, {**fields, "shown": f"{place.id}=", f"mark-{place.id}": "present"})
    assert refused.status == 409
    assert "can not be taken" in refused.text


def test_guests_and_what_families_told_are_marked(world: World, desk: Browser) -> None:
    home = world.household("Roy")
    group = _running(world)
    meeting = group.occurrences[0].id
    seated(world, group, home, world.member(home, "Lea"), meeting=meeting, kind=EnrolmentKind.MAKEUP)

    assert "Makes up" in _sheet(desk, world, group).text


def test_health_notes_are_for_the_desk_and_the_instructor_of_the_meeting(world: World, browser: Browser) -> None:
    home = world.household("Roy")
    lea = replace(world.member(home, "Lea"), health_notes="Allergic to nuts")
    transaction = Transaction()
    households.save_person(transaction, world.org, lea)
    transaction.commit()
    group = _running(world)
    seated(world, group, home, lea)
    seen = {}
    people = (("Kate Murphy", StaffRole.DESK), ("Ann Lee", StaffRole.INSTRUCTOR), ("Joe Roy", StaffRole.INSTRUCTOR))
    for name, role in people:
        browser.sign_in_staff(world.org, world.staff(role, name=name), world.now)
        seen[name] = "Allergic to nuts" in _sheet(browser, world, group).text

    assert seen == {"Kate Murphy": True, "Ann Lee": True, "Joe Roy": False}


def test_a_cancelled_meeting_takes_no_attendance(world: World, desk: Browser) -> None:
    home = world.household("Roy")
    group = _running(world)
    seated(world, group, home, world.member(home, "Lea"))
    classes.cancel_meetings(staff(world), group.id, [group.occurrences[0].id], {"en": "No heating"})

    page = _sheet(desk, world, group)

    assert "was cancelled" in page.text
    assert "No heating" in page.text
    assert not [form for form in page.document.iter("form") if "meetings" in (form.get("action") or "")]


def test_a_family_never_sees_the_staffs_pages(world: World, browser: Browser) -> None:
    home = world.household("Roy", "Lea")
    browser.sign_in_staff(world.org, world.user(home), world.now)

    assert browser.get(f"/{world.org}/desk/classes").status == 403
