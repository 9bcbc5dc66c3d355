"""Commands about the organisation's people."""

import pytest

from chalicelib.identity import authenticators
from chalicelib.organisations import audit
from tests.cli.test_main import foyer
from tests.identity.at_desk import ADDRESS, give, told
from tests.support.browser import Browser
from tests.support.world import World


def test_a_lost_authenticator_is_reset_and_its_owner_hears_of_it(world: World, browser: Browser) -> None:
    """A-28: whoever held the lost phone, or is signed in anywhere, is out."""
    kate = world.staff(email=ADDRESS)
    give(world, kate)
    browser.sign_in_staff(world.org, kate, world.now)

    said = foyer("staff", "reset-authenticator", world.org, ADDRESS.upper())

    assert "Reset the authenticator of Kate Murphy" in said
    assert authenticators.get(world.org, kate.id) is None
    assert browser.get(f"/{world.org}/desk").location == f"/{world.org}/sign-in?next=desk"
    assert told(world) == ["removed"]
    (entry,) = audit.page(world.org).rows
    assert entry.about["what"].startswith("The authenticator of %(label)s was forgotten")
    assert entry.about["label"] == "Kate Murphy"
    assert entry.about["reason"] == "The organisation asked for help"


@pytest.mark.parametrize(
    ("address", "words"),
    [
        (ADDRESS, "Kate Murphy has no authenticator."),
        ("nobody@northside.example", "Nobody signs in with nobody@northside.example."),
        ("kate", "kate is neither an email address nor a telephone number."),
    ],
)
def test_what_can_not_be_reset_is_said(world: World, address: str, words: str) -> None:
    world.staff(email=ADDRESS)

    assert words in foyer("staff", "reset-authenticator", world.org, address, code=1)


def test_an_organisation_that_is_not_there_is_said(world: World) -> None:
    assert "There is no organisation none." in foyer("staff", "reset-authenticator", "none", ADDRESS, code=1)
