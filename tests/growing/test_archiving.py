"""Members and households that are put away, and come back with all they had."""

from dataclasses import replace
from datetime import timedelta

import pytest
from typer.testing import CliRunner

from chalicelib.admin.summaries import rebuild
from chalicelib.data.write import Transaction
from chalicelib.growing import archiving
from chalicelib.households import store
from chalicelib.households.domain import Household, Person, Status
from chalicelib.households.summary import MemberRow, Summary
from chalicelib.recurring import service as recurring
from chalicelib.shared.errors import Conflict, NotFound
from chalicelib.shared.texts import say
from cli.__main__ import app
from tests.recurring.billing_again import made, monthly
from tests.support.door import Door
from tests.support.race import together
from tests.support.world import World

WHY = {"FOYER_REASON": "The organisation asked for help"}


@pytest.fixture
def home(world: World) -> Household:
    """A household with one child."""
    return world.household("Tremblay")


@pytest.fixture
def lea(world: World, home: Household) -> Person:
    """The child."""
    return world.member(home, "Léa")


def _summary(world: World, home: Household) -> Summary:
    return store.get_summaries(world.org, (home.id,))[home.id]


def _person(world: World, person: Person) -> Person:
    found = store.get_person(world.org, person.id)
    assert found
    return found


def test_a_family_archives_a_member_and_brings_the_member_back(
    world: World, home: Household, lea: Person, door: Door
) -> None:
    """X-6: in no list, nothing deleted, back as before."""
    ends = {"starts_on": world.today - timedelta(days=90), "ends_on": world.today - timedelta(days=1)}
    world.enrol(home, lea, world.class_group("Ballet", world.now - timedelta(days=9)), **ends)
    world.user(home)
    door.enter("marie@example.com")
    before = _person(world, lea)

    page = door.browser.submit(door.browser.get(f"/{world.org}/members/{lea.id}/archive"), "archive")

    assert "Léa Tremblay" in page.text
    assert "Léa" not in door.browser.get(f"/{world.org}/members").text
    assert door.browser.get(f"/{world.org}/members/{lea.id}").status == 404
    assert _person(world, lea).status is Status.ARCHIVED

    door.browser.submit(door.browser.get(f"/{world.org}/members/archived"), "members/archived")
    assert replace(_person(world, lea), version=before.version) == before
    assert "Ballet" in door.browser.get(f"/{world.org}/members/{lea.id}/history").text


def test_whoever_has_classes_to_come_is_not_archived(world: World, home: Household, lea: Person, door: Door) -> None:
    world.enrolment(home, lea, "Ballet", world.now + timedelta(days=1))
    world.user(home)
    door.enter("marie@example.com")
    page = door.browser.submit(door.browser.get(f"/{world.org}/members/{lea.id}/archive"), "archive")
    assert (page.status, "classes to come" in page.text) == (409, True)
    assert _summary(world, home).member(lea.id)


def test_a_shared_child_is_archived_in_one_home_and_goes_on_in_the_other(
    world: World, home: Household, lea: Person
) -> None:
    """NEW-2."""
    other = world.household("Roy")
    transaction = Transaction()
    shared = replace(_person(world, lea), households=(home.id, other.id))
    store.save_person(transaction, world.org, shared)
    store.save_member_link(transaction, world.org, other.id, lea.id)
    transaction.commit()
    world.builders[other.id].members.append(MemberRow(lea.id, "Léa", "Tremblay", lea.birth_date))
    world.settle(other)

    archiving.archive_member(world.organisation, home.id, lea.id, world.now)

    assert _person(world, lea).status is Status.ACTIVE
    assert _person(world, lea).households == (other.id,)
    assert _summary(world, other).member(lea.id)
    assert [person.id for person in store.list_archived(world.org, home.id)] == [lea.id]
    assert not store.list_archived(world.org, other.id)


def test_another_household_archives_and_brings_back_nobody(world: World, home: Household, lea: Person) -> None:
    """T-02."""
    other = world.household("Roy")
    with pytest.raises(NotFound):
        archiving.archive_member(world.organisation, other.id, lea.id, world.now)
    archiving.archive_member(world.organisation, home.id, lea.id, world.now)
    with pytest.raises(NotFound):
        archiving.bring_member_back(world.organisation, other.id, lea.id, world.now)


def test_a_rebuilt_summary_knows_who_is_archived(world: World, home: Household, lea: Person) -> None:
    archiving.archive_member(world.organisation, home.id, lea.id, world.now)
    kept = _summary(world, home)
    rebuild(world.organisation, home.id, world.now)
    built = _summary(world, home)
    assert (built.members, built.holds) == (kept.members, kept.holds)


def test_archiving_at_once_happens_once(world: World, home: Household, lea: Person) -> None:
    found = together([lambda: archiving.archive_member(world.organisation, home.id, lea.id, world.now)] * 32)
    assert sum(outcome is None for outcome in found) == 1
    assert _person(world, lea).archived_in == (home.id,)


def test_a_household_is_closed_and_opened_again(world: World, home: Household, lea: Person, door: Door) -> None:
    """X-6: nobody of it comes in; staff bring it back."""
    world.user(home)
    door.enter("marie@example.com")
    done = CliRunner(env=WHY).invoke(app, ["archive", "household", world.org, home.id])
    assert done.exit_code == 0, done.output
    assert "No household yet" in door.browser.get(f"/{world.org}", follow=True).text

    assert CliRunner(env=WHY).invoke(app, ["archive", "household-back", world.org, home.id]).exit_code == 0
    assert "Léa" in door.browser.get(f"/{world.org}/members").text


def test_a_household_with_anything_open_is_not_closed(world: World, home: Household, lea: Person) -> None:
    world.invoice(home, "2026-7")
    with pytest.raises(Conflict):
        archiving.archive_household(world.organisation, home.id, world.now)
    other = world.household("Roy")
    world.enrolment(other, world.member(other, "Zoé"), "Judo", world.now + timedelta(days=1))
    with pytest.raises(Conflict):
        archiving.archive_household(world.organisation, other.id, world.now)


def test_staff_archive_a_member_by_command(world: World, home: Household, lea: Person) -> None:
    assert CliRunner(env=WHY).invoke(app, ["archive", "member", world.org, home.id, lea.id]).exit_code == 0
    again = CliRunner(env=WHY).invoke(app, ["archive", "member", world.org, home.id, lea.id])
    assert (again.exit_code, "no such" in again.output) == (1, True)
    assert CliRunner(env=WHY).invoke(app, ["archive", "member-back", world.org, home.id, lea.id]).exit_code == 0
    assert _summary(world, home).member(lea.id)


def test_a_household_with_an_old_recurring_invoice_is_not_archived(world: World, home: Household) -> None:
    """However many began and were paused after it."""
    made(world, home, monthly(world.today))
    for _ in range(26):
        later = made(world, home, monthly(world.today))
        recurring.pause(world.organisation, home.id, later.id, world.now)
    with pytest.raises(Conflict) as refused:
        archiving.archive_household(world.organisation, home.id, world.now)
    assert refused.value.message == say("There is a recurring invoice. It comes to an end first.")
