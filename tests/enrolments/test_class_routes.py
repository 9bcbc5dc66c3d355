"""Pages on which families find classes, take places, give them back and change group."""

from dataclasses import replace
from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest

from chalicelib.households.domain import Household, Person, Role
from chalicelib.schedule.domain import Ages, ClassGroup, EnrolmentStatus
from tests.enrolments.school import School
from tests.support.browser import Browser, Page
from tests.support.clock import TurnedClock
from tests.support.world import World
from tests.web.cast import session_cookie

WEEKS = tuple(range(1, 71, 7))


@pytest.fixture
def school(world: World) -> School:
    """A school under the ready-made rules of Quebec, whose families change group themselves."""
    school = School(world, world.programme("Ballet").id)
    school.rules(preset="quebec_course", transfer=True)
    return school


@pytest.fixture
def family(school: School) -> tuple[Household, Person]:
    """A household with one child."""
    return school.family()


@pytest.fixture
def holder(school: School, browser: Browser, family: tuple[Household, Person]) -> Browser:
    """The holder, signed in."""
    browser.cookies.update(session_cookie(school.world.org, school.world.user(family[0]), family[0].id))
    return browser


def at(school: School, path: str) -> str:
    """An address in the portal."""
    return f"/{school.world.org}/{path}"


def place_path(school: School, place: object) -> str:
    """The page of a place."""
    return at(school, f"members/{place.person}/enrolments/{place.id}")  # type: ignore[attr-defined]


def test_a_family_enrols(school: School, holder: Browser, family: tuple[Household, Person]) -> None:
    """ACC-3: from the list to the invoice in four pages, with nothing bought before the last button."""
    home, lea = family
    group = school.group(*WEEKS, capacity=3, price_minor=20000)

    listed = holder.get(at(school, "classes"))
    assert {"Ballet", "Piano", "3 places left", "$200.00"} <= set(_words(listed))
    page = holder.get(at(school, f"classes/{group.id}"))
    assert "taxes are added" in page.text
    assert "10% of the price" not in page.text
    kept = holder.submit(page, "/hold")
    assert (kept.status, urlsplit(kept.url).path) == (200, at(school, "enrolling"))
    assert "$229.95" in kept.text
    assert school.invoices(home) == []

    bought = holder.submit(kept, "/enrolling")

    (invoice,) = school.invoices(home)
    assert urlsplit(bought.url).path == at(school, f"invoices/{invoice.id}")
    (row,) = school.summary(home).enrolments
    assert (row.member, row.status) == (lea.id, "active")


def _words(page: Page) -> list[str]:
    from tests.support import markup

    return [markup.text(each) for each in page.document.iter() if each.tag in ("a", "span", "h2", "p")]


def test_only_open_classes_with_lessons_to_come_are_listed(school: School, holder: Browser) -> None:
    school.group(*WEEKS)
    school.world.class_group("Closed", school.now + timedelta(days=1), programme=school.programme)
    school.world.class_group("Over", school.now - timedelta(days=1), programme=school.programme, open=True)

    page = holder.get(at(school, "classes"))

    assert "Piano" in page.text
    assert "Closed" not in page.text
    assert "Over" not in page.text


def test_classes_for_one_member_fit_the_age(school: School, holder: Browser, family: tuple[Household, Person]) -> None:
    """X-7: whose age is not known sees all."""
    home, lea = family
    tom = school.world.member(home, "Tom", None)
    school.world.class_group("Toddlers", school.now + timedelta(days=1), ages=Ages(None, 3), open=True)

    assert "Toddlers" not in holder.get(at(school, f"classes?member={lea.id}")).text
    assert "up to 3 years" in holder.get(at(school, f"classes?member={tom.id}")).text


def test_long_lists_go_on(school: School, holder: Browser) -> None:
    for number in range(26):
        school.world.class_group(f"Class {number}", school.now + timedelta(days=1), programme="p", open=True)

    page = holder.get(at(school, "classes"))
    seen = [name for name in page.links if name.startswith("Class ")]
    rest = holder.get(next(href for href in page.links.values() if "after=" in href))

    assert len(seen) == 24
    assert len([name for name in rest.links if name.startswith("Class ")]) == 2


def test_who_can_not_come_is_told_why(school: School, holder: Browser, family: tuple[Household, Person]) -> None:
    home, lea = family
    tom, zoe = school.world.member(home, "Tom", None), school.world.member(home, "Zoé", date(2001, 1, 1))
    group = school.group(*WEEKS, ages=Ages(6, 15), capacity=5)

    page = holder.get(at(school, f"classes/{group.id}"))
    assert "Fill in the birth date first." in page.text
    assert page.links[tom.name] == at(school, f"members/{tom.id}/edit")
    assert page.form("/hold").fields["member"] == lea.id
    for stranger in (zoe.id, tom.id):
        refused = holder.submit(page, "/hold", member=stranger)
        assert refused.status == 409
        assert "error-member" in refused.html


def test_nobody_is_chosen_for_the_family(school: School, holder: Browser, family: tuple[Household, Person]) -> None:
    school.world.member(family[0], "Tom")
    group = school.group(*WEEKS, capacity=5)
    page = holder.get(at(school, f"classes/{group.id}"))

    refused = holder.submit(page, "/hold")

    assert refused.status == 400
    assert "Choose an answer" in refused.text


def test_a_full_class_offers_its_waiting_list(
    school: School, holder: Browser, family: tuple[Household, Person]
) -> None:
    group = school.group(*WEEKS)
    other = school.buy(*school.family("Roy", "Max"), group)
    page = holder.get(at(school, f"classes/{group.id}"))
    assert "Full" in page.text

    waiting = holder.submit(page, "/wait")

    assert waiting.status == 200
    assert "On the waitlist" in waiting.text
    school.leave(other)
    assert "/hold" in holder.get(at(school, f"classes/{group.id}")).html


def test_the_last_place_may_go_between_page_and_button(school: School, holder: Browser) -> None:
    group = school.group(*WEEKS)
    page = holder.get(at(school, f"classes/{group.id}"))
    school.buy(*school.family("Roy", "Max"), group)

    refused = holder.submit(page, "/hold")

    assert refused.status == 409
    assert "There is no place left in this class." in refused.text
    assert "/wait" in refused.html


def test_what_changed_is_shown_before_it_is_bought(
    school: School, holder: Browser, family: tuple[Household, Person], clock: TurnedClock
) -> None:
    group = school.group(1 / 288, 7, price_minor=20000)
    page = holder.submit(holder.get(at(school, f"classes/{group.id}")), "/hold")
    clock.advance(minutes=6)

    again = holder.submit(page, "/enrolling")

    assert again.status == 409
    assert "$114.98" in again.text
    assert school.invoices(family[0]) == []
    holder.submit(again, "/enrolling")
    assert school.invoices(family[0])[0].total_minor == 11498


def test_a_kept_place_is_let_go(school: School, holder: Browser) -> None:
    group = school.group(*WEEKS)
    page = holder.submit(holder.get(at(school, f"classes/{group.id}")), "/hold")
    assert "confirm them" in holder.get(at(school, "classes")).text

    for _ in range(2):
        after = holder.submit(page, "/give-back")
        assert "No places are kept for you." in after.text
    assert school.roll(group).seats == ()


def test_a_family_leaves_after_it_saw_what_it_comes_to(
    school: School, holder: Browser, family: tuple[Household, Person]
) -> None:
    """NEW-1, SCH-5: the page says it to the cent, and the same happens."""
    home, lea = family
    begun = school.group(*range(-15, 55, 7), price_minor=20000)
    place = school.buy(home, lea, begun, school.now - timedelta(days=16))
    school.pay(home, school.invoice(place), 22995)
    page = holder.get(place_path(school, place))

    shown = holder.get(page.links["Cancel this enrolment"])
    assert {"$200.00", "-$60.00", "-$14.00", "$144.87"} <= set(_values(shown))
    assert "paid back within 10 days" in shown.text
    done = holder.submit(shown, "/leave", reason="We move away")

    assert urlsplit(done.url).path == place_path(school, place)
    assert "We move away" in done.text
    assert school.balance(home) == -14487
    again = holder.submit(shown, "/leave")
    assert (again.status, len(school.notes(home))) == (200, 1)


def _values(page: Page) -> list[str]:
    from tests.support import markup

    return [markup.text(each) for each in page.document.iter("dd")]


def test_leaving_asks_again_when_it_comes_to_something_else(
    school: School, holder: Browser, family: tuple[Household, Person], clock: TurnedClock
) -> None:
    home, lea = family
    place = school.buy(home, lea, school.group(1 / 288, 7, price_minor=20000))
    shown = holder.get(f"{place_path(school, place)}/leave")
    clock.advance(minutes=6)

    again = holder.submit(shown, "/leave")

    assert again.status == 409
    assert "Nothing was cancelled." in again.text
    assert school.enrolment(place).status is EnrolmentStatus.ACTIVE
    holder.submit(again, "/leave")
    assert school.enrolment(place).status is EnrolmentStatus.CANCELLED


def test_where_the_rules_say_so_the_organisation_is_asked(
    school: School, holder: Browser, family: tuple[Household, Person]
) -> None:
    school.rules(leave=False)
    place = school.buy(*family, school.group(*WEEKS))

    assert "Cancel this enrolment" not in holder.get(place_path(school, place)).links
    page = holder.get(f"{place_path(school, place)}/leave")
    assert "Please contact us." in page.text
    token = page.form().fields["csrf"]
    assert holder.post(f"{place_path(school, place)}/leave", {"csrf": token, "digest": "x"}).status == 409


def test_a_family_changes_group(school: School, holder: Browser, family: tuple[Household, Person]) -> None:
    """SCH-10."""
    home, lea = family
    old, new = school.group(*WEEKS, price_minor=20000), _other(school, 10000)
    place = school.buy(home, lea, old)
    groups = holder.get(holder.get(place_path(school, place)).links["Change group"])
    shown = holder.get(groups.links["Other piano"])
    assert "$114.98 is given back as credit" in shown.text

    moved = holder.submit(shown, f"/change/{new.id}")

    assert "Enrolled" in moved.text
    assert school.balance(home) == 22995 - 11498
    old_page = holder.get(place_path(school, place))
    assert "Moved to another group" in old_page.text
    assert old_page.links["Go to the new group"] == urlsplit(moved.url).path


def _other(school: School, minor: int = 0, capacity: int = 2) -> ClassGroup:
    return school.world.class_group(
        "Other piano", school.now + timedelta(days=2), programme=school.programme, open=True, price_minor=minor,
        capacity=capacity,
    )  # fmt: skip


def test_a_group_that_filled_up_meanwhile_is_not_changed_to(
    school: School, holder: Browser, family: tuple[Household, Person]
) -> None:
    place, new = school.buy(*family, school.group(*WEEKS)), _other(school, capacity=1)
    shown = holder.get(f"{place_path(school, place)}/change/{new.id}")
    school.buy(*school.family("Roy", "Max"), new)

    refused = holder.submit(shown, f"/change/{new.id}")

    assert refused.status == 409
    assert "There is no place left in this class." in refused.text


def test_a_family_asks_for_another_group(school: School, holder: Browser, family: tuple[Household, Person]) -> None:
    school.rules(transfer_requests=True)
    place, new = school.buy(*family, school.group(*WEEKS)), _other(school)
    groups = holder.get(holder.get(place_path(school, place)).links["Ask for another group"])

    asked = holder.submit(holder.get(groups.links["Other piano"]), f"/change/{new.id}")

    assert "You asked for a place in “Other piano”." in asked.text
    stayed = holder.submit(asked, "/keep-group")
    assert "You asked" not in stayed.text
    assert school.enrolment(place).wanted == ""


def test_viewers_see_and_do_nothing(school: School, browser: Browser, family: tuple[Household, Person]) -> None:
    """C5."""
    place = school.buy(*family, school.group(*WEEKS))
    user = school.world.user(family[0], email="viewer@example.com", role=Role.VIEWER)
    browser.cookies.update(session_cookie(school.world.org, user, family[0].id))
    other = school.group(*WEEKS)

    page = browser.get(place_path(school, place))
    assert {"Cancel this enrolment", "Change group"}.isdisjoint(page.links)
    assert "The account holder or a guardian can take a place." in browser.get(at(school, f"classes/{other.id}")).text
    for path in ("leave", "change"):
        assert browser.get(f"{place_path(school, place)}/{path}").status == 403


def test_another_home_of_a_child_sees_the_place_and_not_its_money(
    school: School, browser: Browser, family: tuple[Household, Person]
) -> None:
    """NEW-2."""
    home, lea = family
    other, _ = school.family("Roy", "Max")
    lea = school.share(lea, other)
    place = school.buy(home, lea, school.group(*WEEKS, price_minor=20000))
    browser.cookies.update(session_cookie(school.world.org, school.world.user(other), other.id))

    page = browser.get(place_path(school, place))
    assert page.status == 200
    assert {"Cancel this enrolment", "Go to the invoice"}.isdisjoint(page.links)
    shown = browser.get(f"{place_path(school, place)}/leave")
    assert _values(shown) == []
    token = shown.form().fields["csrf"]
    assert browser.post(f"{place_path(school, place)}/leave", {"csrf": token, "digest": "x"}).status == 404


def test_a_class_of_another_organisation_is_not_there(school: School, holder: Browser) -> None:
    """T-04."""
    assert holder.get(at(school, "classes/elsewhere")).status == 404
    closed = replace(school).world.class_group("Closed", school.now + timedelta(days=1))
    assert holder.get(at(school, f"classes/{closed.id}")).status == 404
