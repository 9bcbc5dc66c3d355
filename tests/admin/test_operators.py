"""Operators close, open, end and look, each time with a reason that the organisation reads."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.admin import operators
from chalicelib.admin import organisations as service
from chalicelib.admin.operators import Why, because
from chalicelib.households import activity
from chalicelib.organisations import audit, store
from chalicelib.organisations.domain import Status
from chalicelib.privacy import ending
from chalicelib.privacy.ending import GRACE
from chalicelib.shared.errors import Conflict
from chalicelib.shared.times import after
from tests.support.browser import Browser
from tests.support.door import Door
from tests.support.world import World

WHY = Why("kim", "They did not pay for three months")


def _status(world: World) -> Status:
    found = store.get(world.org)
    assert found
    return found.status


def _log(world: World) -> list[tuple[str, str]]:
    return [(entry.author.name, entry.about["reason"]) for entry in audit.page(world.org).rows]


def test_a_closed_portal_tells_families_whom_to_ask_and_opens_again(world: World, browser: Browser) -> None:
    """S-07."""
    operators.suspend(world.org, WHY, world.now)
    operators.suspend(world.org, WHY, world.now)
    closed = browser.get(f"/{world.org}/sign-in")
    operators.resume(world.org, Why("kim", "They have paid everything"), world.now + timedelta(minutes=1))

    assert closed.status == 403
    assert "contact the organisation" in closed.text
    assert browser.get(f"/{world.org}/sign-in").status == 200
    assert _log(world) == [("kim", "They have paid everything"), ("kim", WHY.reason)]


def test_new_settings_do_not_open_a_closed_portal(world: World) -> None:
    operators.suspend(world.org, WHY, world.now)

    service.update(replace(world.organisation, zone="America/Vancouver"), b"", world.now)

    assert _status(world) is Status.SUSPENDED


def test_a_deletion_closes_at_once_and_can_be_taken_back_within_its_grace(world: World) -> None:
    begins = operators.end(world.org, WHY, world.now)

    assert begins == after(world.now, GRACE) == ending.planned(world.org)
    assert _status(world) is Status.SUSPENDED
    for refused in (operators.end, operators.resume):
        with pytest.raises(Conflict):
            refused(world.org, WHY, world.now)
    operators.keep(world.org, WHY, world.now + timedelta(days=29))
    assert (_status(world), ending.planned(world.org)) == (Status.ACTIVE, None)


def test_a_deletion_that_has_begun_can_not_be_taken_back(world: World) -> None:
    begins = operators.end(world.org, WHY, world.now)

    with pytest.raises(Conflict):
        operators.keep(world.org, WHY, begins)
    assert _status(world) is Status.SUSPENDED


def test_who_looks_is_told_to_the_organisation_with_the_reason_and_to_the_family(world: World) -> None:
    home = world.household("Tremblay")

    operators.look(world.org, home.id, WHY, world.now)

    (entry,) = audit.page(world.org).rows
    day = timedelta(days=1)
    assert (entry.author.name, entry.about["reason"], entry.about["household"]) == ("kim", WHY.reason, home.id)
    assert [deed.kind for deed in activity.page(world.org, home.id, world.now - day, world.now + day).rows] == [
        "operator_viewed"
    ]


@pytest.mark.parametrize("text", ["", "because", " x " * 3, "a" * 301])
def test_a_reason_that_says_nothing_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="a reason has"):
        because("kim", text)


def test_the_family_reads_it_in_its_log(world: World, door: Door) -> None:
    home = world.household("Tremblay")
    world.user(home)
    operators.look(world.org, home.id, WHY, world.now)
    door.enter("marie@example.com")

    page = door.browser.get(f"/{world.org}/activity")

    assert "Opened by whoever runs the portal" in page.text
    assert WHY.reason not in page.text
