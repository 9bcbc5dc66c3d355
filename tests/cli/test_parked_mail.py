"""Mails from senders that nobody knows are listed for a person, whatever they hold (MSG-1)."""

import pytest

from chalicelib.messages.inbound import Envelope, receive
from tests.cli.test_billing_documents import foyer
from tests.messages.talking import talk
from tests.messages.test_mail_parsing import mail
from tests.support.world import World


def test_a_strangers_mail_is_listed_as_it_is(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What looks like markup ends no listing and colours nothing."""
    told = talk(world)
    thread = told.write()
    to = (f"reply+{world.org}.{thread.reply}@answers.example",)
    made = mail("[/] [red]Pay[/red] [link=https://evil.example]", From="eve@evil.example")
    assert receive(Envelope(to, True, "", False), made.as_bytes(), world.now) == "parked"

    monkeypatch.setenv("COLUMNS", "1000")

    said = foyer("payments", "parked", world.org)

    for part in ("sender not known", "eve@evil.example", "[/]", "[red]Pay[/red]", "[link=https://evil.example]"):
        assert part in said
