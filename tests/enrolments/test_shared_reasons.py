"""What the other home of a shared child reads of an absence (NEW-2)."""

from dataclasses import replace

import pytest

from chalicelib.households.domain import Household
from chalicelib.organisations import store as organisations
from tests.enrolments.studio import Studio
from tests.support.browser import Browser
from tests.support.world import World


@pytest.mark.parametrize("shared", [True, False])
def test_why_a_child_stays_away_is_told_to_the_other_home_where_the_organisation_says_so(
    world: World, browser: Browser, shared: bool
) -> None:
    """That it stays away, both homes see; why, the one that told it always does."""
    organisations.update(replace(world.organisation, shares_reasons=shared))
    studio = Studio(world)
    mother, lea = studio.family()
    father = world.household("Roy")
    lea = studio.share(lea, father)
    group = studio.group(1, 8, capacity=None)
    place = studio.enrol(mother, lea, group)
    studio.stay_away(place, group.occurrences[0])
    path = f"/{world.org}/members/{lea.id}/enrolments/{place.id}/meetings/{group.occurrences[0].id}"

    hers, his = _at(browser, studio, mother, "marie@example.com"), _at(browser, studio, father, "paul@example.com")

    assert "A cold" in hers.get(path).text
    page = his.get(path)
    assert page.status == 200
    assert ("A cold" in page.text) is shared


def _at(browser: Browser, studio: Studio, home: Household, email: str) -> Browser:
    user = studio.world.user(home, email=email)
    return Browser(browser.portal).sign_in_staff(studio.world.org, user, studio.now, second_factor=False)
