"""Merging at the desk: who is on file twice, what it would do, doing it and taking it back."""

import pytest

from chalicelib.clients import indexing
from chalicelib.households.service import require_summary
from chalicelib.identity.domain import StaffRole
from chalicelib.joining import merges
from tests.joining.registering import lea
from tests.joining.test_merging import Twice
from tests.support.browser import Browser
from tests.support.world import World


@pytest.fixture
def twice(world: World) -> Twice:
    """A family on file twice, as the index of clients has it."""
    twice = Twice(world)
    for home in (twice.kept, twice.folded):
        indexing.refresh(world.org, home.id)
    return twice


@pytest.fixture
def desk(world: World, browser: Browser) -> Browser:
    """Somebody at the desk."""
    return browser.sign_in_staff(world.org, world.staff(StaffRole.DESK), world.now)


def test_a_family_on_file_twice_is_found_compared_merged_and_parted(world: World, twice: Twice, desk: Browser) -> None:
    """The whole way: what is the same, what moves, what is owed, and back."""
    page = desk.get(f"/{world.org}/desk/duplicates/{twice.kept.id}")
    assert "The same: Email address" in page.text

    page = desk.get(page.links["Tremblay-Roy"])
    for words in ("Invoices 1", "Payments 1", "Places in classes 1", "$50.00", "$95.00", "$145.00"):
        assert words in page.text
    page = desk.submit(page, twice.folded.id)
    assert "Merged" in page.text
    assert "Tremblay-Roy → Tremblay" in page.text
    assert require_summary(world.org, twice.folded.id).archived
    assert "Tremblay-Roy → Tremblay" in desk.get(f"/{world.org}/desk/merges").links

    page = desk.submit(page, "undo")
    assert "Undone" in page.text
    assert not require_summary(world.org, twice.folded.id).archived


def test_what_stops_it_is_said_and_can_not_be_pressed(world: World, twice: Twice, desk: Browser) -> None:
    """The other direction is one link away."""
    path = f"/{world.org}/desk/merge/{twice.kept.id}/{twice.folded.id}"
    page = desk.get(path)
    twice.merge()

    again = desk.submit(page, twice.folded.id)
    assert again.status == 409
    assert "One of them is put away" in again.text
    assert [each.folded for each in merges.page(world.org).rows] == [twice.folded.id]


def test_two_records_of_a_member_are_found_and_merged(world: World, twice: Twice, desk: Browser) -> None:
    """ACC-1: by name and day of birth, within the household."""
    other = lea(world, twice.kept)
    page = desk.get(f"/{world.org}/desk/duplicates/{twice.kept.id}")
    assert "Members who may be the same person" in page.text

    page = desk.get(f"/{world.org}/desk/merge/{twice.kept.id}/members/{twice.lea.id}", other=other.id)
    page = desk.submit(page, twice.lea.id)
    assert "Member" in page.text
    assert {row.id for row in require_summary(world.org, twice.kept.id).members} == {twice.lea.id}
    page = desk.submit(page, "undo")
    assert {row.id for row in require_summary(world.org, twice.kept.id).members} == {twice.lea.id, other.id}


def test_nobody_is_merged_into_himself_or_a_stranger(world: World, twice: Twice, desk: Browser) -> None:
    """T-03."""
    home = twice.kept.id
    assert desk.get(f"/{world.org}/desk/merge/{home}/{home}").status == 404
    assert desk.get(f"/{world.org}/desk/merge/{home}/members/{twice.lea.id}", other=twice.lea.id).status == 404
    assert desk.get(f"/{world.org}/desk/merge/{home}/members/{twice.lea.id}", other=twice.second.id).status == 404


def test_all_who_are_on_file_twice_are_listed_with_the_way_to_compare_them(
    world: World, twice: Twice, desk: Browser
) -> None:
    """ACC-15: nobody has to know of a family to find that it is there twice; two who are not one leave the list."""
    page = desk.get(desk.get(f"/{world.org}/desk/joining").links["On file twice"])
    assert "The same: Email address" in page.text
    [title] = [each for each in page.links if "Tremblay-Roy" in each]
    assert "What moves" in desk.get(page.links[title]).text

    page = desk.submit(page, "apart")
    assert "Nobody seems to be on file twice." in page.text


def test_a_pair_of_another_organisation_can_not_be_parted(world: World, twice: Twice, desk: Browser) -> None:
    """T-04: and one that is none is not found."""
    page = desk.get(f"/{world.org}/desk/duplicates")
    csrf = page.form("apart").fields["csrf"]
    path = f"/{world.org}/desk/duplicates/{twice.kept.id}/{twice.kept.id}/apart"
    assert desk.post(path, {"csrf": csrf}).status == 404
