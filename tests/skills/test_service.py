"""Skills of members: who has which, as staff say (SKILL-1)."""

import pytest

from chalicelib.shared.errors import Invalid, NotFound
from chalicelib.skills import service, store
from chalicelib.skills.domain import Skill
from tests.support.door import Door
from tests.support.world import World

SPLITS = Skill("splits", {"en": "Splits"}, ({"en": "Tries"}, {"en": "Does it"}))
STAGE = Skill("stage", {"en": "On stage"})


@pytest.fixture
def lea(world: World) -> str:
    service.save_skills(world.org, [SPLITS, STAGE])
    return world.member(world.household("Tremblay"), "Léa").id


def test_a_skill_is_assigned_reassigned_and_removed(world: World, lea: str) -> None:
    service.assign(world.org, lea, "splits", 1, world.today, "Well begun")
    service.assign(world.org, lea, "splits", 2, world.today)
    (reached,) = store.list_reached(world.org, lea)
    assert (reached.level, reached.note) == (2, "")
    service.remove(world.org, lea, "splits")
    assert store.list_reached(world.org, lea) == []


def test_telling_the_same_again_changes_nothing(world: World, lea: str) -> None:
    service.assign(world.org, lea, "splits", 1, world.today)
    again = service.assign(world.org, lea, "splits", 1, world.today)
    assert again.version == store.list_reached(world.org, lea)[0].version == 1


@pytest.mark.parametrize(("skill", "level"), [("splits", 0), ("splits", 3), ("splits", -1), ("stage", 1)])
def test_a_level_that_the_skill_does_not_have_is_refused(world: World, lea: str, skill: str, level: int) -> None:
    with pytest.raises(Invalid):
        service.assign(world.org, lea, skill, level, world.today)
    assert store.list_reached(world.org, lea) == []


def test_what_is_not_there_can_not_be_assigned_or_removed(world: World, lea: str) -> None:
    with pytest.raises(NotFound):
        service.assign(world.org, lea, "juggling", 0, world.today)
    with pytest.raises(NotFound):
        service.assign(world.org, "nobody", "stage", 0, world.today)
    with pytest.raises(NotFound):
        service.remove(world.org, lea, "stage")


def test_the_family_sees_the_skills_of_its_members(world: World, door: Door) -> None:
    service.save_skills(world.org, [SPLITS])
    home = world.household("Tremblay")
    lea = world.member(home, "Léa")
    service.assign(world.org, lea.id, "splits", 2, world.today, "Both sides")
    world.user(home)
    door.enter("marie@example.com")

    page = door.browser.get(door.browser.get(f"/{world.org}/members/{lea.id}").links["Skills"])

    assert "Splits" in page.text
    assert "Does it" in page.text
    assert "Both sides" in page.text
