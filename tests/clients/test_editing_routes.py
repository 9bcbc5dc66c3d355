"""Staff change a household's particulars by section, and put it away and bring it back."""

from datetime import timedelta

import pytest

from chalicelib.clients.searching import search
from chalicelib.households.domain import Status
from chalicelib.households.service import require_household, require_summary
from tests.clients.finding import catch_up
from tests.clients.test_routes import at_desk
from tests.support.browser import Browser
from tests.support.world import World


def test_how_to_reach_a_household_is_changed(browser: Browser, world: World) -> None:
    """ACC-12, ADM-6: the address for messages, a telephone; and the summary follows name and number."""
    home = world.household("Tremblay")
    user = world.user(home)
    desk = at_desk(browser, world)
    form = desk.get(f"/{world.org}/desk/clients/{home.id}/edit/contact")

    page = desk.submit(
        form, "/edit/contact", name="Tremblay-Roy", number="H-77", email="news@example.com", phone="514 555 0199"
    )

    assert "Your change is saved" in page.text
    stored, summary = require_household(world.org, home.id), require_summary(world.org, home.id)
    assert (stored.email, stored.phone, stored.language) == ("news@example.com", "+15145550199", "fr")
    assert (summary.name, summary.number) == ("Tremblay-Roy", "H-77")
    from chalicelib.identity.store import require_user

    assert require_user(world.org, user.id).email == user.email
    catch_up(world.org)
    assert [hit.household for hit in search(world.org, "h77").hits] == [home.id]


def test_a_section_leaves_the_others_alone(browser: Browser, world: World) -> None:
    home = world.household("Tremblay")
    desk = at_desk(browser, world)

    desk.submit(desk.get(f"/{world.org}/desk/clients/{home.id}/edit/address"), "/edit/address", street="12 rue A")

    stored = require_household(world.org, home.id)
    assert (stored.address.street, stored.name, stored.email) == ("12 rue A", "Tremblay", "famille@example.com")


@pytest.mark.parametrize(("field", "told"), [("name", ""), ("email", "nobody"), ("phone", "12"), ("language", "de")])
def test_what_can_not_be_is_refused(browser: Browser, world: World, field: str, told: str) -> None:
    home = world.household("Tremblay")
    desk = at_desk(browser, world)
    path = f"/{world.org}/desk/clients/{home.id}/edit/contact"
    page = desk.post(path, {**desk.get(path).form("/edit/contact").fields, field: told})

    assert page.status == 400
    assert require_household(world.org, home.id).version == 1


def test_what_somebody_else_changed_meanwhile_is_not_written_over(browser: Browser, world: World) -> None:
    home = world.household("Tremblay")
    desk = at_desk(browser, world)
    form = desk.get(f"/{world.org}/desk/clients/{home.id}/edit/contact")
    desk.submit(form, "/edit/contact", email="first@example.com")

    assert desk.submit(form, "/edit/contact", email="second@example.com").status == 409
    assert require_household(world.org, home.id).email == "first@example.com"


def test_there_are_no_other_sections(browser: Browser, world: World) -> None:
    home = world.household("Tremblay")
    assert at_desk(browser, world).get(f"/{world.org}/desk/clients/{home.id}/edit/login").status == 404


def test_a_household_is_closed_and_opened_again(browser: Browser, world: World) -> None:
    home = world.household("Tremblay")
    desk = at_desk(browser, world)
    path = f"/{world.org}/desk/clients/{home.id}/archive"

    page = desk.submit(desk.get(path), "/archive", act="close")
    assert "Archived" in page.text
    assert require_household(world.org, home.id).status is Status.ARCHIVED

    desk.submit(desk.get(path), "/archive", act="open")
    assert require_household(world.org, home.id).status is Status.ACTIVE


def test_what_is_still_open_keeps_it_open(browser: Browser, world: World) -> None:
    home = world.household("Tremblay")
    world.invoice(home)
    desk = at_desk(browser, world)

    page = desk.submit(desk.get(f"/{world.org}/desk/clients/{home.id}/archive"), "/archive", act="close")

    assert (page.status, "There are unpaid invoices" in page.text) == (409, True)


def test_a_member_is_put_away_and_brought_back(browser: Browser, world: World) -> None:
    home = world.household("Tremblay", "Zoé")
    member = require_summary(world.org, home.id).members[0]
    desk = at_desk(browser, world)
    path = f"/{world.org}/desk/clients/{home.id}/archive"

    page = desk.submit(desk.get(path), "/archive", act="away", member=member.id)
    assert "Somebody was put away" in page.text
    assert require_summary(world.org, home.id).members == ()

    desk.submit(desk.get(path), "/archive", act="back", member=member.id)
    assert [row.id for row in require_summary(world.org, home.id).members] == [member.id]


def test_a_member_with_classes_to_come_stays(browser: Browser, world: World) -> None:
    home = world.household("Tremblay")
    member = world.member(home, "Zoé")
    world.enrolment(home, member, "Piano", world.now + timedelta(days=3))
    desk = at_desk(browser, world)

    page = desk.submit(
        desk.get(f"/{world.org}/desk/clients/{home.id}/archive"), "/archive", act="away", member=member.id
    )

    assert (page.status, "There are classes to come" in page.text) == (409, True)


@pytest.mark.parametrize("act", ["", "delete"])
def test_no_other_act_is_known(browser: Browser, world: World, act: str) -> None:
    home = world.household("Tremblay")
    desk = at_desk(browser, world)
    assert desk.submit(desk.get(f"/{world.org}/desk/clients/{home.id}/archive"), "/archive", act=act).status == 409


def test_staff_add_a_member(browser: Browser, world: World) -> None:
    """ACC-8: with the same form, and back to the client."""
    home = world.household("Tremblay")
    desk = at_desk(browser, world)
    form = desk.get(f"/{world.org}/desk/clients/{home.id}/members/add")

    page = desk.submit(form, "/members/add", first_name="Zoé", last_name="Tremblay", birth_date="2015-05-31")

    assert page.url.partition("?")[0].endswith(f"/desk/clients/{home.id}")
    assert [row.first_name for row in require_summary(world.org, home.id).members] == ["Zoé"]
