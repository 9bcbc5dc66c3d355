"""Two homes agree who pays what part for their child."""

from datetime import timedelta

import pytest

from chalicelib.billing import splits
from chalicelib.households.domain import Household, Person
from chalicelib.shared.errors import TooMany
from tests.enrolments.school import School
from tests.support.browser import Browser
from tests.support.door import Door
from tests.support.world import World


@pytest.fixture
def school(world: World) -> School:
    """A school."""
    return School(world, world.programme().id)


@pytest.fixture
def homes(school: School) -> tuple[Household, Household, Person]:
    """Two homes and the child of both."""
    mother, lea = school.family("Tremblay")
    father = school.world.household("Roy")
    return mother, father, school.share(lea, father)


def _at(door: Door, world: World, home: Household, email: str) -> Browser:
    world.user(home, email=email, name=email.partition("@")[0].title())
    theirs = Door(Browser(door.browser.portal), door.sent, world.org)
    theirs.enter(email)
    return theirs.browser


def test_one_home_proposes_and_the_other_agrees(
    school: School, door: Door, homes: tuple[Household, Household, Person]
) -> None:
    """NEW-2: nothing counts before both agree; neither reads who the other is."""
    world, (mother, father, lea) = school.world, homes
    hers, his = _at(door, world, mother, "marie@example.com"), _at(door, world, father, "paul@example.com")
    path = f"/{world.org}/members/{lea.id}/split"

    page = hers.submit(hers.get(path), "split", percent="60")
    assert "You proposed to pay 60" in page.text
    assert splits.list_splits(world.org, lea.id)[0].shares == ()
    offered = his.get(path)
    assert "The other home proposes that you pay 40" in offered.text
    assert "Marie" not in offered.text
    agreed = his.submit(offered, "split/answer", act="agree")

    assert "You pay 40" in agreed.text
    assert "You pay 60" in hers.get(path).text
    his.submit(his.get(path), "split/end")
    assert "You pay" not in hers.get(path).text


def test_a_home_agrees_to_what_it_read_alone(
    school: School, door: Door, homes: tuple[Household, Household, Person]
) -> None:
    """NEW-2: what the other home proposes between reading and agreeing is not agreed to."""
    world, (mother, father, lea) = school.world, homes
    hers, his = _at(door, world, mother, "marie@example.com"), _at(door, world, father, "paul@example.com")
    path = f"/{world.org}/members/{lea.id}/split"
    hers.submit(hers.get(path), "split", percent="60")
    read = his.get(path)
    hers.submit(hers.get(path), "split", percent="0")

    page = his.submit(read, "split/answer", act="agree")

    assert (page.status, "something else by now" in page.text) == (409, True)
    assert splits.list_splits(world.org, lea.id)[0].shares == ()
    assert "You pay 100" in his.submit(page, "split/answer", act="agree").text


def test_a_home_does_not_mail_the_other_without_end(school: School, homes: tuple[Household, Household, Person]) -> None:
    """The same again is no news, and there are ten proposals an hour."""
    world, (mother, _, lea) = school.world, homes
    for _ in range(30):
        splits.propose(world.org, mother.id, lea.id, "", 600_000, world.now)
    for number in range(9):
        splits.propose(world.org, mother.id, lea.id, "", number, world.now)
    with pytest.raises(TooMany):
        splits.propose(world.org, mother.id, lea.id, "", 500_000, world.now)


@pytest.mark.parametrize("percent", ["", "101", "-1", "5.5", "x", "\u0661"])
def test_a_share_is_a_whole_number_of_percent(
    school: School, door: Door, homes: tuple[Household, Household, Person], percent: str
) -> None:
    world, (mother, _, lea) = school.world, homes
    hers = _at(door, world, mother, "marie@example.com")
    page = hers.submit(hers.get(f"/{world.org}/members/{lea.id}/split"), "split", percent=percent)
    assert page.status == 400
    assert not splits.list_splits(world.org, lea.id)


def test_there_is_nothing_to_share_for_a_child_of_one_home(school: School, door: Door) -> None:
    home, lea = school.family()
    browser = _at(door, school.world, home, "marie@example.com")
    page = browser.get(f"/{school.world.org}/members/{lea.id}/split")
    assert "nothing to share" in page.text
    token = browser.get(f"/{school.world.org}/members/{lea.id}/edit").form("edit").fields["csrf"]
    for act in ("split", "split/answer", "split/end"):
        told = {"csrf": token, "programme": "-", "percent": "50", "act": "agree"}
        assert browser.post(f"/{school.world.org}/members/{lea.id}/{act}", told).status == 409
    assert "Sharing the costs" not in browser.get(f"/{school.world.org}/members/{lea.id}").text


def test_each_home_sees_the_schedule_and_not_the_others_money(
    school: School, door: Door, homes: tuple[Household, Household, Person]
) -> None:
    """NEW-2: schedule yes, the other payer's money no."""
    world, (mother, father, lea) = school.world, homes
    school.rules(preset="quebec_course")
    splits.propose(world.org, mother.id, lea.id, "", 600_000, world.now)
    splits.answer(world.org, father.id, lea.id, "", agrees=True, now=world.now)
    place = school.buy(mother, lea, school.group(*range(1, 71, 7), price_minor=20000, title="Ballet"))
    hers, his = school.invoices(mother)[0], school.invoices(father)[0]
    browser = _at(door, world, father, "paul@example.com")

    assert "Ballet" in browser.get(f"/{world.org}/schedule").text
    shown = [browser.get(f"/{world.org}/{path}").text for path in ("invoices", "balance", f"members/{lea.id}/history",
             f"members/{lea.id}/enrolments/{place.id}")]  # fmt: skip
    assert his.number in shown[0]
    assert not any(hers.number in text for text in shown)
    assert browser.get(f"/{world.org}/invoices/{hers.id}").status == 404
    leaving = browser.get(f"/{world.org}/members/{lea.id}/enrolments/{place.id}/leave")
    assert "Price of the place" not in leaving.text
    assert "120.00" not in leaving.text
    assert place.starts_on - timedelta(days=2) <= world.today
