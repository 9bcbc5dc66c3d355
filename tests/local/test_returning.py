"""On one machine, mails to the addresses of SES's simulator come back, and texts are answered below them."""

import time

import pytest

from chalicelib import bootstrap
from chalicelib.feedback.addresses import refusal
from chalicelib.ports import Mail
from local import answering, inbox, returning
from local.engine import Engine
from tests.support.sent import Sent
from tests.support.world import World

_PATIENCE = 60.0


def _mail(world: World, to: str) -> Mail:
    return Mail(to, "Subject", "Text", "<p>Text</p>", "Northside", "reference", org=world.org, message="x")


def _wait_for(world: World, address: str) -> str:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        if found := refusal(world.org, address, world.now):
            return found
        time.sleep(0.05)
    return ""


@pytest.mark.parametrize(("name", "comes_of_it"), [("bounce", "bounced"), ("complaint+anna", "complained")])
def test_a_mail_to_the_simulator_comes_back(
    world: World, monkeypatch: pytest.MonkeyPatch, name: str, comes_of_it: str
) -> None:
    """All the way: sent, told in a notice that is signed, verified, written down."""
    monkeypatch.setattr(returning, "_SECONDS", 0.01)
    address = f"{name}@{returning.DOMAIN}"
    with returning.returning():
        bootstrap.mailer().send(_mail(world, address))
        assert _wait_for(world, address) == comes_of_it


@pytest.mark.parametrize("address", ["success@simulator.amazonses.com", "bounce@example.com"])
def test_all_other_mail_arrives(world: World, address: str) -> None:
    told = {"Destination": {"ToAddresses": [address]}, "EmailTags": []}
    assert returning.told_of(told, "x", world.now) is None


def test_who_is_away_is_told_as_ses_tells_it(world: World) -> None:
    told = returning.told_of({"Destination": {"ToAddresses": [f"ooto@{returning.DOMAIN}"]}}, "x", world.now)
    assert told
    assert told["bounce"]["bounceType"] == "Transient"
    assert "action" not in told["bounce"]["bouncedRecipients"][0]


def test_outside_of_it_nothing_comes_back(world: World, sent: Sent) -> None:
    address = f"bounce@{returning.DOMAIN}"
    bootstrap.mailer().send(_mail(world, address))
    assert sent.last(address).to == address
    assert refusal(world.org, address, world.now) == ""


def test_a_text_of_the_inbox_is_answered(world: World, aws: Engine, sent: Sent) -> None:
    number = "+15145550166"
    assert refusal(world.org, number, world.now) == ""
    bootstrap.texter().send(number, "Hello")
    message = next(each for each in inbox.read(aws.endpoint, number) if each.kind == "text")
    assert answering.can_be_answered(message)

    answering.answer(message, "Stop!")

    assert refusal(world.org, number, world.now) == "stopped"
