"""The function that mails start: what the mail service found out decides whether a sender is believed."""

import pytest

from chalicelib import bootstrap
from chalicelib.entry import inbound_mail
from chalicelib.messages import store
from chalicelib.messages.domain import Thread
from chalicelib.payments import parking
from chalicelib.shared.errors import NotFound
from tests.messages.talking import Talk, talk
from tests.messages.test_mail_parsing import mail
from tests.support.clock import TurnedClock
from tests.support.world import World

PASS, FAIL, GRAY = ({"status": status} for status in ("PASS", "FAIL", "GRAY"))


@pytest.fixture
def told(world: World) -> Talk:
    return talk(world)


def take(told: Talk, thread: Thread, name: str, source: str = "marie@mail.example", **verdicts: object) -> None:
    """Starts the function for a mail of the holder's."""
    made = mail("Black ones.", From=told.holder.email, Message_ID=f"<{name}@x>")
    bootstrap.mails().put(f"mail/{name}", made.as_bytes(), "message/rfc822")
    usual = dict.fromkeys(("spamVerdict", "virusVerdict", "spfVerdict", "dkimVerdict", "dmarcVerdict"), PASS)
    receipt = {"recipients": [f"reply+{told.world.org}.{thread.reply}@answers.example"], **usual, **verdicts}
    event = {"Records": [{"ses": {"mail": {"messageId": name, "source": source}, "receipt": receipt}}]}
    assert inbound_mail.handler(event, None) == {"taken": 1}


def test_a_mail_that_passed_is_in_its_thread(told: Talk) -> None:
    thread = told.write()

    take(told, thread, "one")

    assert [post.words.text for post in store.list_posts(told.world.org, thread)][1:] == ["Black ones."]


@pytest.mark.parametrize(
    ("verdicts", "source", "posts", "parked"),
    [
        ({"dmarcVerdict": FAIL}, "x@example.com", 1, 0),
        ({"spamVerdict": FAIL}, "x@example.com", 1, 0),
        ({"virusVerdict": FAIL}, "x@example.com", 1, 0),
        ({"dmarcVerdict": GRAY}, "x@evil.example", 1, 1),
        ({"dmarcVerdict": GRAY, "spfVerdict": FAIL}, "x@example.com", 1, 1),
        ({"dmarcVerdict": GRAY}, "<bounce@EXAMPLE.com>", 2, 0),
    ],
)
def test_who_hands_a_mail_in_must_stand_for_its_sender(
    told: Talk, verdicts: dict[str, object], source: str, posts: int, parked: int
) -> None:
    """SPF proves who handed it in: that counts only for that domain's own senders."""
    thread = told.write()

    take(told, thread, f"{told.world.org}-mail", source, **verdicts)

    assert len(store.list_posts(told.world.org, thread)) == posts
    assert len(parking.waiting(told.world.org)) == parked


def test_a_mail_that_can_not_be_read_is_asked_for_again(told: Talk, clock: TurnedClock) -> None:
    """The mail service tries twice more, and then puts it where an alarm sees it (M-06)."""
    receipt = {"recipients": ["reply+x.y@answers.example"]}
    with pytest.raises(NotFound):
        inbound_mail.handler({"Records": [{"ses": {"mail": {"messageId": "none"}, "receipt": receipt}}]}, None)
