"""Staff open an account for a family, after three looks at the address (ADM-3, AUTH-10, AUTH-11)."""

from functools import partial

import pytest

from chalicelib.clients import opening
from chalicelib.clients.opening import Opening
from chalicelib.data.outbox import MessageItem
from chalicelib.households.service import require_household, require_summary
from chalicelib.identity import store as identity
from chalicelib.identity.domain import email_identifier
from chalicelib.shared.errors import Invalid
from tests.clients.finding import catch_up
from tests.clients.test_routes import at_desk
from tests.support.browser import Browser, Page
from tests.support.race import together
from tests.support.stored import messages_of
from tests.support.world import World

_TOLD = {"first_name": "Odile", "last_name": "Fortin", "email": "odile@example.com", "language": "fr"}


def _opened(browser: Browser, world: World, **told: str) -> Page:
    desk = at_desk(browser, world)
    form = desk.get(f"/{world.org}/desk/clients/new")
    return desk.post(f"/{world.org}/desk/clients/new", {**form.form("/new").fields, **_TOLD, **told}, follow=True)


def _messages(world: World) -> list[MessageItem]:
    return messages_of(world.org)


def test_an_account_is_opened_whole_and_its_holder_told(browser: Browser, world: World) -> None:
    page = _opened(browser, world, mobile="514 555 0177", number="H-9", street="3 rue B", takes_part="yes")

    assert "The account is open" in page.text
    assert "Odile Fortin" in page.text
    household = page.url.partition("?")[0].rpartition("/")[2]
    stored = require_household(world.org, household)
    assert (stored.name, stored.number, stored.email, stored.address.street) == (
        "Fortin", "H-9", "odile@example.com", "3 rue B",
    )  # fmt: skip
    assert [row.name for row in require_summary(world.org, household).members] == ["Odile Fortin"]
    login = identity.find_login(world.org, email_identifier("odile@example.com"))
    assert login
    user = identity.require_user(world.org, login[0])
    assert (user.mobile, user.language, user.activated_at) == ("+15145550177", "fr", None)
    assert [(each.template, each.user) for each in _messages(world)] == [("activation", user.id)]


def test_who_opens_may_keep_quiet_and_leave_the_address_out(browser: Browser, world: World) -> None:
    """AUTH-9: without any address nobody signs in, and the organisation looks after the account."""
    desk = at_desk(browser, world)
    form = desk.get(f"/{world.org}/desk/clients/new")
    fields = {**form.form("/new").fields, **_TOLD, "email": ""}
    fields.pop("tell")

    page = desk.post(f"/{world.org}/desk/clients/new", fields, follow=True)

    assert "Nobody signs in for this household" in page.text
    assert _messages(world) == []


def test_the_new_client_is_found_at_once(browser: Browser, world: World) -> None:
    _opened(browser, world)
    assert "Fortin" in browser.get(f"/{world.org}/desk/clients", q="odile").links


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"email": "nobody"}, "Enter an email address"), ({"first_name": ""}, "Fill in this field"),
        ({"mobile": "12"}, "Enter a telephone number"),
    ],
)  # fmt: skip
def test_the_first_look_is_at_the_address_itself(
    browser: Browser, world: World, told: dict[str, str], words: str
) -> None:
    page = _opened(browser, world, **told)
    assert (page.status, words in page.text) == (400, True)


def test_a_slip_of_a_common_provider_is_asked_about_once(browser: Browser, world: World) -> None:
    """AUTH-15."""
    page = _opened(browser, world, email="odile@gmial.com")
    assert page.status == 400
    assert "Did you mean odile@gmail.com?" in page.text

    page = browser.submit(page, "/new", sure="yes")
    assert "The account is open" in page.text


def test_the_second_look_finds_who_signs_in_already(browser: Browser, world: World) -> None:
    """The account is to be found, not made: no word that one is sure helps."""
    home = world.household("Fortin-Roy")
    world.user(home, email="odile@example.com")
    catch_up(world.org)

    page = _opened(browser, world)
    assert page.status == 400
    assert "Somebody signs in with this already" in page.text
    assert page.links["Fortin-Roy"] == f"/{world.org}/desk/clients/{home.id}"

    assert _opened(browser, world, sure="yes").status == 400


def test_the_third_look_finds_who_is_known_otherwise(browser: Browser, world: World) -> None:
    """As an address for messages, a telephone or a name; whoever knows better goes on."""
    home = world.household("Fortin")
    world.member(home, "Odile")
    catch_up(world.org)

    page = _opened(browser, world)
    assert (page.status, "We know somebody like this" in page.text) == (400, True)
    assert page.links["Fortin"] == f"/{world.org}/desk/clients/{home.id}"

    page = browser.submit(page, "/new", sure="yes")
    assert "The account is open" in page.text
    assert page.url.partition("?")[0].rpartition("/")[2] != home.id


def test_of_two_who_open_the_same_account_at_once_one_does(world: World) -> None:
    told = Opening("Odile", "Fortin", "odile@example.com", tell=True)

    outcomes = together([partial(opening.open_account, world.organisation, told, world.now)] * 2)

    assert sum(isinstance(outcome, str) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, Invalid) for outcome in outcomes) == 1
    assert len(_messages(world)) == 1
