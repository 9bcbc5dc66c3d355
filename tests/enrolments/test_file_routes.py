"""The staff's page of a member's certificates and skills."""

import pytest

from chalicelib.enrolments import certificate_store
from chalicelib.households.domain import Person
from chalicelib.identity.domain import StaffRole
from chalicelib.skills import service, store
from chalicelib.skills.domain import Skill
from tests.support.browser import Browser
from tests.support.world import World

SPLITS = Skill("splits", {"en": "Splits"}, ({"en": "Tries"}, {"en": "Does it"}))


@pytest.fixture
def lea(world: World, browser: Browser) -> Person:
    """A member, while somebody of the desk is signed in."""
    service.save_skills(world.org, [SPLITS])
    browser.sign_in_staff(world.org, world.staff(StaffRole.DESK), world.now)
    return world.member(world.household("Tremblay"), "Léa")


def test_a_certificate_is_recorded_and_taken_back(world: World, browser: Browser, lea: Person) -> None:
    """SCH-11."""
    page = browser.get(f"/{world.org}/desk/members/{lea.id}")
    day = world.today.isoformat()
    done = browser.upload(page, "/certificates", kind="other", covers_from=day, covers_to=day, note="School trip")
    assert "School trip" in done.text
    (found,) = certificate_store.list_certificates(world.org, lea.id).rows
    assert found.by
    assert found.received_on == world.today
    browser.submit(done, "/certificates/remove")
    assert not certificate_store.list_certificates(world.org, lea.id).rows


@pytest.mark.parametrize(
    ("field", "value"), [("kind", "dog"), ("covers_from", "soon"), ("covers_to", "2020-01-01"), ("note", "x" * 501)]
)
def test_a_certificate_with_a_mistake_is_told_beside_its_field(
    world: World, browser: Browser, lea: Person, field: str, value: str
) -> None:
    page = browser.get(f"/{world.org}/desk/members/{lea.id}")
    day = world.today.isoformat()
    told = {"kind": "medical", "covers_from": day, "covers_to": day, "note": "", field: value}
    wrong = browser.upload(page, "/certificates", **told)  # type: ignore[arg-type]
    assert wrong.status == 400
    assert f'href="#field-{field}"' in wrong.html
    assert not certificate_store.list_certificates(world.org, lea.id).rows


def test_a_skill_is_noted_raised_and_removed(world: World, browser: Browser, lea: Person) -> None:
    """SKILL-1."""
    page = browser.get(f"/{world.org}/desk/members/{lea.id}")
    page = browser.submit(page, "/skills", level="splits=1")
    page = browser.submit(page, "/skills", level="splits=2", remark="Well done")
    (reached,) = store.list_reached(world.org, lea.id)
    assert (reached.level, reached.note, bool(reached.by)) == (2, "Well done", True)
    assert "Does it" in page.text
    browser.submit(page, "/skills/remove")
    assert store.list_reached(world.org, lea.id) == []


@pytest.mark.parametrize("level", ["splits=3", "splits=x", "splits", ""])
def test_a_level_that_is_none_is_told(world: World, browser: Browser, lea: Person, level: str) -> None:
    page = browser.get(f"/{world.org}/desk/members/{lea.id}")
    assert browser.submit(page, "/skills", level=level).status == 400
    assert store.list_reached(world.org, lea.id) == []
