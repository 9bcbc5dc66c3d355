"""Certificates with their papers: handed in at the desk, opened by the family, gone when taken back."""

import urllib.request

import pytest

from chalicelib import bootstrap
from chalicelib.enrolments import certificate_store
from chalicelib.enrolments.certificates import Certificate
from chalicelib.files import keeping
from chalicelib.households.domain import Household
from chalicelib.identity.domain import StaffRole
from chalicelib.shared.errors import NotFound
from tests.files.samples import EXE, PDF, picture
from tests.support.browser import Browser, Page
from tests.support.door import Door
from tests.support.world import World


@pytest.fixture
def home(world: World) -> Household:
    home = world.household("Tremblay", "Léa")
    world.user(home)
    return home


@pytest.fixture
def desk(world: World, browser: Browser) -> Browser:
    return Browser(browser.portal).sign_in_staff(world.org, world.staff(), world.now)


def record(world: World, desk: Browser, home: Household, **files: tuple[str, bytes]) -> Page:
    page = desk.get(f"/{world.org}/desk/members/{_lea(world, home)}")
    day = world.today.isoformat()
    return desk.upload(page, "/certificates", files, kind="medical", covers_from=day, covers_to=day)


def _lea(world: World, home: Household) -> str:
    return world.builders[home.id].members[0].id


def _found(world: World, home: Household) -> Certificate:
    (found,) = certificate_store.list_certificates(world.org, _lea(world, home)).rows
    return found


def test_the_paper_of_a_certificate_is_there_for_family_and_desk(
    world: World, home: Household, desk: Browser, door: Door
) -> None:
    """SCH-11."""
    done = record(world, desk, home, paper=("certificat.exe", picture("JPEG")))
    found = _found(world, home)
    assert found.paper is not None
    assert found.paper.name == "certificat.jpg"
    door.enter("marie@example.com")
    history = door.browser.get(f"/{world.org}/members/{_lea(world, home)}/history")

    for browser, page in ((desk, done), (door.browser, history)):
        words = next(words for words in page.links if words.startswith("Medical certificate, "))
        with urllib.request.urlopen(browser.get(page.links[words]).location) as answer:
            assert answer.read() == picture("JPEG")


def test_instructors_see_that_there_is_a_certificate_and_not_what_a_doctor_wrote(
    world: World, home: Household, desk: Browser
) -> None:
    record(world, desk, home, paper=("a.pdf", PDF))
    found = _found(world, home)
    teaching = Browser(desk.portal).sign_in_staff(world.org, world.staff(StaffRole.INSTRUCTOR), world.now)
    page = teaching.get(f"/{world.org}/desk/members/{found.person}")
    assert "Medical certificate" in page.text
    assert not any("certificates" in href for href in page.links.values())
    assert teaching.get(f"/{world.org}/desk/members/{found.person}/certificates/{found.id}/open").status == 403


def test_without_a_paper_there_is_nothing_to_open(world: World, home: Household, desk: Browser) -> None:
    done = record(world, desk, home)
    found = _found(world, home)
    assert found.paper is None
    assert not any(words.startswith("Medical certificate, ") for words in done.links)
    assert desk.get(f"/{world.org}/desk/members/{found.person}/certificates/{found.id}/open").status == 404


def test_a_paper_may_follow_and_stays_when_the_same_is_recorded_again(
    world: World, home: Household, desk: Browser
) -> None:
    record(world, desk, home)
    record(world, desk, home, paper=("a.pdf", PDF))
    record(world, desk, home)
    paper = _found(world, home).paper
    assert paper is not None
    assert paper.name == "a.pdf"


def test_a_disguised_file_is_refused_beside_its_field(world: World, home: Household, desk: Browser) -> None:
    """I-12."""
    refused = record(world, desk, home, paper=("certificat.pdf", EXE))
    assert refused.status == 400
    assert 'href="#field-paper"' in refused.html
    assert certificate_store.list_certificates(world.org, _lea(world, home)).rows == []


def test_with_a_certificate_its_paper_goes(world: World, home: Household, desk: Browser) -> None:
    done = record(world, desk, home, paper=("a.pdf", PDF))
    found = _found(world, home)
    assert found.paper is not None
    desk.submit(done, "/certificates/remove")
    with pytest.raises(NotFound):
        bootstrap.vault().get(keeping.key(world.org, found.person, found.paper.id))


def test_another_familys_paper_is_not_found(world: World, home: Household, desk: Browser, door: Door) -> None:
    """T-03."""
    record(world, desk, home, paper=("a.pdf", PDF))
    found = _found(world, home)
    world.user(world.household("Roy", "Tom"), email="roy@example.com")
    door.enter("roy@example.com")
    assert door.browser.get(f"/{world.org}/members/{found.person}/certificates/{found.id}/open").status == 404
