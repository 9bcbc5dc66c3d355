"""Where codes go when an address does not work: nobody is locked out in silence, and nobody learns it (0076)."""

from collections.abc import Callable

import pytest

from chalicelib import settings
from chalicelib.adapters.sns import failure
from chalicelib.feedback.addresses import code_ways, refusal
from chalicelib.identity import challenges
from chalicelib.identity.challenges import Wanted
from chalicelib.identity.domain import Channel, Purpose, phone_identifier
from chalicelib.joining.finding import on_file
from chalicelib.notifications.codes import Post, send
from chalicelib.organisations.domain import SignInRules
from chalicelib.ports import DeliveryFailed, Texter
from chalicelib.shared.times import DAY, HOUR, after
from tests.feedback.telling import MARIE, bounce, complaint, hand, hand_text
from tests.identity.people import LIMIT, Person, person, resident
from tests.notifications.carriers import Van
from tests.notifications.test_codes import Keys
from tests.support import world as worlds
from tests.support.door import Door
from tests.support.world import World

MOBILE = "+15145550123"


@pytest.fixture
def van() -> Van:
    """Who takes codes."""
    return Van()


def _sent(
    world: World, van: Van, browser: Person, number: int = 1, later: int = 0, texter: Texter | None = None
) -> str:
    post = Post(van.carriers.mailer, texter or van.carriers.texter, Keys(), settings.current(), on_file)
    return send(post, world.org, browser.ticket.challenge, number, after(world.now, later))


def _without_mail(world: World) -> World:
    """An organisation whose families need no address for mails."""
    return worlds.build(f"{world.org}-numbers", world.now, sign_in=SignInRules(require_email=False))


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
    world = _without_mail(world)
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


def test_where_nothing_else_is_on_file_it_is_tried_once_a_day(world: World, van: Van) -> None:
    """The mailbox may work again, and there is no other way in; more would cost our name as a sender."""
    resident(world)
    hand(bounce(world.org, MARIE, world.now), world.now)
    outcomes = []
    for number, hour in enumerate((0, 1, 23, 24, 25, 48)):
        browser = person(world, source=f"198.51.100.{number}")
        browser.ask(after(world.now, hour * HOUR))
        outcomes.append(_sent(world, van, browser, later=hour * HOUR))
    assert outcomes == ["mail", "nobody", "nobody", "mail", "nobody", "mail"]
    assert refusal(world.org, MARIE, after(world.now, 3 * DAY)) == "bounced"


def test_the_one_code_of_a_day_can_be_sent_again(world: World, van: Van) -> None:
    """M-02, M-04: the stream tells of it twice, and the worker may have been cut short in between."""
    resident(world)
    hand(bounce(world.org, MARIE, world.now), world.now)
    browser = person(world)
    browser.ask(world.now)

    assert [_sent(world, van, browser), _sent(world, van, browser)] == ["mail", "mail"]


def test_a_provider_that_fails_uses_up_no_code(world: World, van: Van) -> None:
    """What never went is not counted: the next one that is asked for may go."""
    resident(world)
    hand(bounce(world.org, MARIE, world.now), world.now)
    browser = person(world)
    browser.ask(world.now)
    van.trouble = _raising(DeliveryFailed("Throttling", permanent=False))
    with pytest.raises(DeliveryFailed):
        _sent(world, van, browser)

    van.trouble = lambda: None
    browser.ask(after(world.now, HOUR))
    assert _sent(world, van, browser, later=HOUR) == "mail"


def test_a_stranger_uses_up_no_code_of_a_browser_that_signed_in_before(world: World, van: Van) -> None:
    """A-11: whoever knows the address could lock its owner out, day after day."""
    resident(world)
    owner = person(world)
    owner.ask(after(world.now, -DAY))
    owner.sign_in(after(world.now, -DAY))
    hand(bounce(world.org, MARIE, world.now), world.now)
    stranger = person(world, source="198.51.100.66")
    stranger.ask(world.now)
    assert _sent(world, van, stranger) == "mail"

    owner.ask(after(world.now, HOUR))
    stranger.ask(after(world.now, HOUR))
    assert _sent(world, van, owner, later=HOUR) == "mail"
    assert _sent(world, van, stranger, later=HOUR) == "nobody"


def test_what_came_back_for_the_time_being_holds_back_no_code(world: World, van: Van) -> None:
    """A mailbox that was full for a week may have room; the sendings of an address are counted anyway (A-12)."""
    resident(world)
    for day in range(3):
        hand(bounce(world.org, MARIE, after(world.now, -day * DAY), kind="Transient", sort="MailboxFull"), world.now)
    assert refusal(world.org, MARIE, world.now) == "bounced"
    for number in range(2):
        browser = person(world, source=f"198.51.100.{number}")
        browser.ask(after(world.now, number * HOUR))
        assert _sent(world, van, browser, later=number * HOUR) == "mail"


@pytest.mark.parametrize("failed", [failure("LimitExceeded"), failure("OptedOut")], ids=["spent", "opted out"])
def test_a_code_goes_by_mail_where_no_text_is_taken(world: World, van: Van, failed: DeliveryFailed) -> None:
    """Nobody is locked out because all texts of the month are spent; only the sender knows that there is a mail."""
    resident(world, mobile=MOBILE)
    browser = person(world)
    browser.ask(world.now)

    assert _sent(world, van, browser, texter=_Refusing(failed)) == "mail"
    assert van.mails[0].to == MARIE
    assert browser.sign_in(after(world.now, 400)).token, "what came by mail lives as long as a mail"


@pytest.mark.parametrize("failed", [failure("LimitExceeded"), failure("OptedOut")], ids=["spent", "opted out"])
def test_a_code_for_a_number_alone_fails_as_the_text_did(world: World, van: Van, failed: DeliveryFailed) -> None:
    world = _without_mail(world)
    resident(world, "", mobile=MOBILE)
    browser = person(world)
    order = Wanted(phone_identifier(MOBILE), Purpose.SIGN_IN)
    browser.ticket = challenges.ask(browser.caller, order, LIMIT, world.now)

    with pytest.raises(DeliveryFailed) as told:
        _sent(world, van, browser, texter=_Refusing(failed))
    assert told.value is failed
    assert not van.mails


def test_a_proof_of_a_number_goes_nowhere_else(world: World, van: Van) -> None:
    """A code that shall prove one address proves it alone."""
    user = resident(world, mobile=MOBILE)
    browser = person(world)
    new = "+15145550177"
    order = Wanted(phone_identifier(new), Purpose.NEW_LOGIN, user=user.id, target=new)
    browser.ticket = challenges.ask(browser.caller, order, LIMIT, world.now)

    with pytest.raises(DeliveryFailed):
        _sent(world, van, browser, texter=_Refusing(failure("LimitExceeded")))
    assert not van.mails


def test_an_address_that_works_is_never_in_the_way(world: World) -> None:
    def first(*on_file: str) -> str:
        return code_ways(world.org, on_file, "code", lambda: False, world.now)[0].address

    assert first(MARIE, MOBILE) == MARIE
    assert first(MARIE, "") == MARIE
    assert first("", MOBILE) == MOBILE


def _raising(failed: DeliveryFailed) -> Callable[[], None]:
    def trouble() -> None:
        raise failed

    return trouble


class _Refusing:
    """Takes no text."""

    def __init__(self, failed: DeliveryFailed) -> None:
        self.failed = failed

    def send(self, _number: str, _text: str) -> str:
        raise self.failed


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
