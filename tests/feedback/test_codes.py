"""Where codes go when an address does not work: nobody is locked out in silence, and nobody learns it (0076)."""

import pytest

from chalicelib import settings
from chalicelib.feedback.addresses import code_address, refusal
from chalicelib.identity import challenges
from chalicelib.identity.challenges import Wanted
from chalicelib.identity.domain import Channel, Purpose, phone_identifier
from chalicelib.joining.finding import on_file
from chalicelib.notifications.codes import Post, send
from chalicelib.shared.times import DAY, HOUR, after
from tests.feedback.telling import MARIE, bounce, complaint, hand, hand_text
from tests.identity.people import LIMIT, Person, person, resident
from tests.notifications.carriers import Van
from tests.notifications.test_codes import Keys
from tests.support.door import Door
from tests.support.world import World

MOBILE = "+15145550123"


@pytest.fixture
def van() -> Van:
    """Who takes codes."""
    return Van()


def _sent(world: World, van: Van, browser: Person, number: int = 1, later: int = 0) -> str:
    post = Post(van.carriers.mailer, van.carriers.texter, Keys(), settings.current(), on_file)
    return send(post, world.org, browser.ticket.challenge, number, after(world.now, later))


def _stop(world: World) -> None:
    assert refusal(world.org, MOBILE, world.now) == ""
    hand_text(MOBILE, "STOP", world.now)


def test_a_code_goes_by_text_where_mails_come_back(world: World, van: Van) -> None:
    """Whoever wished for mail gets it by the other way on file: without, there would be no way in."""
    resident(world, mobile=MOBILE)
    hand(bounce(world.org, MARIE, world.now), world.now)
    browser = person(world)
    ticket = browser.ask(world.now)
    challenges.ask_again(browser.caller, ticket, Channel.MAIL, LIMIT, after(world.now, 60))

    assert _sent(world, van, browser, 2, 60) == "text"
    assert van.texts[0][0] == MOBILE
    assert not van.mails


def test_a_code_goes_by_mail_where_texts_were_stopped(world: World, van: Van) -> None:
    resident(world, mobile=MOBILE)
    _stop(world)
    browser = person(world)
    browser.ask(world.now)

    assert _sent(world, van, browser) == "mail"
    assert van.mails[0].to == MARIE
    assert not van.texts


def test_who_stopped_texts_and_has_no_mail_gets_none(world: World, van: Van) -> None:
    """STOP holds whatever it costs; the page of the code tells everybody how to take it back."""
    resident(world, "", mobile=MOBILE)
    _stop(world)
    browser = person(world)
    order = Wanted(phone_identifier(MOBILE), Purpose.SIGN_IN)
    browser.ticket = challenges.ask(browser.caller, order, LIMIT, world.now)

    assert _sent(world, van, browser) == "nobody"
    assert not van.texts


def test_a_complaint_holds_back_no_code(world: World, van: Van) -> None:
    """Somebody asked for it a moment ago."""
    resident(world)
    hand(complaint(world.org, MARIE, world.now), world.now)
    browser = person(world)
    browser.ask(world.now)

    assert _sent(world, van, browser) == "mail"


def test_where_nothing_else_is_on_file_it_is_tried_once_a_day(world: World) -> None:
    """The mailbox may work again, and there is no other way in; more would cost our name as a sender."""
    hand(bounce(world.org, MARIE, world.now), world.now)
    tries = [code_address(world.org, MARIE, "", after(world.now, hour * HOUR)) for hour in (0, 1, 23, 24, 25, 48)]
    assert tries == [MARIE, "", "", MARIE, "", MARIE]
    assert refusal(world.org, MARIE, after(world.now, 3 * DAY)) == "bounced"


def test_an_address_that_works_is_never_in_the_way(world: World) -> None:
    assert code_address(world.org, MARIE, MOBILE, world.now) == MARIE
    assert code_address(world.org, MARIE, "", world.now) == MARIE
    assert code_address(world.org, "", MOBILE, world.now) == MOBILE


@pytest.mark.parametrize("known", ["works", "bounced", "complained", "nobody"])
def test_the_page_says_the_same_whatever_is_known_of_the_address(world: World, door: Door, known: str) -> None:
    """A-17, A-19: neither that there is an account, nor that its mails come back."""
    if known != "nobody":
        resident(world)
    if known == "bounced":
        hand(bounce(world.org, MARIE, world.now), world.now)
    if known == "complained":
        hand(complaint(world.org, MARIE, world.now), world.now)

    page = door.ask(MARIE)

    assert page.status == 200
    assert f"If {MARIE} belongs to an account, a code is on its way." in page.text
    assert "Did you once answer STOP to one of our texts?" in page.text
    assert "come back" not in page.text
    assert "unwanted" not in page.text
