"""Signing in through the pages, as a browser does it."""

import json

import pytest

from chalicelib.identity import store
from tests.support.browser import Browser
from tests.support.clock import TurnedClock
from tests.support.door import Door
from tests.support.wire import tapped
from tests.support.world import World

_READS = ("GetItem", "BatchGetItem", "Query")


def test_a_parent_signs_in_with_a_mailed_code(world: World, door: Door) -> None:
    """AUTH-1, AUTH-3, AUTH-5: an address, a code of six digits, the household's account."""
    world.user(world.household("Tremblay", "Léa"))

    page = door.enter("marie@example.com")

    assert page.status == 200
    assert "Hello Marie" in page.text


def test_the_first_sign_in_confirms_the_address_for_good(world: World, door: Door, clock: TurnedClock) -> None:
    """AUTH-11."""
    user = world.user(world.household("Tremblay", "Léa"))
    assert user.activated_at is None

    door.enter("marie@example.com")
    clock.advance(days=1)
    door.browser.cookies.clear()
    door.enter("marie@example.com")

    after = store.require_user(world.org, user.id)
    assert (after.activated_at, after.previous_sign_in) == (world.now, world.now)


def test_signing_in_reads_by_key_and_strongly(world: World, door: Door) -> None:
    """D-02: no index, and nothing that may be a moment old."""
    world.user(world.household("Tremblay", "Léa"))
    with tapped() as asking:
        page = door.browser.get(f"/{world.org}/sign-in")
        door.browser.submit(page, "sign-in", address="marie@example.com", follow=False)
    door.dispatch()
    with tapped() as typing:
        page = door.browser.get(f"/{world.org}/sign-in/code")
        door.browser.submit(page, "sign-in/code", code=door.sent.code("marie@example.com"), follow=False)

    calls, bodies = asking.calls + typing.calls, asking.bodies + typing.bodies
    reads = [body for call, body in zip(calls, bodies, strict=True) if call in _READS]
    assert len(reads) >= 6
    assert not [body for body in reads if b"IndexName" in body]
    assert not [body for body in reads if b'"ConsistentRead":true' not in body.replace(b" ", b"")]


def test_transactions_of_a_sign_in_are_small(world: World, door: Door) -> None:
    """D-07: at most eight writes each, from asking to the session."""
    world.user(world.household("Tremblay", "Léa"))
    with tapped() as wire:
        door.enter("marie@example.com")

    sizes = [
        len(json.loads(body)["TransactItems"])
        for call, body in zip(wire.calls, wire.bodies, strict=True)
        if call == "TransactWriteItems"
    ]
    assert len(sizes) >= 3
    assert max(sizes) <= 8


def test_a_code_opens_the_door_once(world: World, door: Door) -> None:
    """A-06: the second use of a right code is refused like a wrong one."""
    world.user(world.household())
    code_page = door.ask("marie@example.com")
    code = door.sent.code("marie@example.com")
    saved = dict(door.browser.cookies)
    assert door.browser.submit(code_page, "sign-in/code", code=code).status == 200

    again = Browser(door.browser.portal, cookies=saved)
    refused = again.submit(code_page, "sign-in/code", code=code)

    assert refused.status == 400
    assert "This code does not work" in refused.text


def test_a_form_that_is_sent_twice_orders_one_code(world: World, door: Door) -> None:
    """A-15, without JavaScript: the second answer holds the same challenge, and its browser can type the code."""
    world.user(world.household("Tremblay", "Léa"))
    page = door.browser.get(f"/{world.org}/sign-in")
    before = dict(door.browser.cookies)
    door.browser.submit(page, "sign-in", address="marie@example.com")
    door.browser.cookies = before

    code_page = door.browser.submit(page, "sign-in", address="marie@example.com")
    door.dispatch()

    assert "code" in code_page.url
    assert len(door.sent("marie@example.com")) == 1
    home = door.browser.submit(code_page, "sign-in/code", code=door.sent.code("marie@example.com"))
    assert "Hello Marie" in home.text


@pytest.mark.parametrize(
    ("path", "fields"),
    [("confirm", {}), ("settings/login", {"address": "new@example.com"})],
)
def test_a_form_behind_the_door_that_is_sent_twice_orders_one_code(
    world: World, door: Door, clock: TurnedClock, path: str, fields: dict[str, str]
) -> None:
    """A-15: the second answer leads to the same code; only the session that asked can have it again."""
    world.user(world.household("Tremblay", "Léa"))
    door.enter("marie@example.com")
    clock.advance(minutes=2)
    form = door.browser.get(f"/{world.org}/{path}")
    first = door.browser.submit(form, path, follow=False, **fields)
    ticket = _ticket(door)

    second = door.browser.submit(form, path, follow=False, **fields)

    assert (first.status, second.status, second.location) == (303, 303, first.location)
    assert _ticket(door) == ticket
    session = next(value for name, value in door.browser.cookies.items() if "session-" in name)
    assert session.partition(".")[0] not in ticket


def test_a_code_that_can_not_be_sent_yet_is_told_on_the_page(world: World, door: Door, clock: TurnedClock) -> None:
    """A-12, NEW-3: codes of a browser, and those to an address, are a minute apart; the form stays."""
    world.user(world.household("Tremblay", "Léa"))
    door.enter("marie@example.com")
    clock.advance(minutes=2)
    door.enter("marie@example.com")
    stranger = Browser(door.browser.portal)
    stranger.submit(stranger.get(f"/{world.org}/sign-in"), "sign-in", address="new@example.com")

    page = door.browser.submit(door.browser.get(f"/{world.org}/confirm"), "confirm")
    assert (page.status, page.header("Retry-After")) == (429, "60")
    assert "Wait a minute, then ask again" in page.text
    assert "Send me a code" in page.text

    form = door.browser.get(f"/{world.org}/settings/login")
    page = door.browser.submit(form, "settings/login", address="new@example.com")
    assert (page.status, page.header("Retry-After")) == (429, "60")
    assert 'value="new@example.com"' in page.html


def _ticket(door: Door) -> str:
    return next(value for name, value in door.browser.cookies.items() if "code-" in name)


def test_another_browser_gets_no_share_in_a_code_that_was_just_ordered(world: World, door: Door) -> None:
    """A-08, A-12: within the gap a second browser is told to wait, and holds nothing."""
    world.user(world.household("Tremblay", "Léa"))
    door.ask("marie@example.com")

    stranger = Browser(door.browser.portal)
    page = stranger.submit(stranger.get(f"/{world.org}/sign-in"), "sign-in", address="marie@example.com")

    assert page.status == 429
    assert not any("code" in name for name in stranger.cookies)


def test_a_code_that_somebody_else_asked_for_at_this_browser_is_nobodys(
    world: World, door: Door, clock: TurnedClock
) -> None:
    """Two people at one browser: the second neither sees the first one's new address, nor has a code sent there."""
    world.user(world.household())
    world.user(world.household("Roy"), email="roy@example.com")
    door.enter("marie@example.com")
    form = door.browser.get(f"/{world.org}/settings/login")
    door.browser.submit(form, "settings/login", address="secret@example.com")
    kept = next((name, value) for name, value in door.browser.cookies.items() if "code-" in name)

    clock.advance(minutes=2)
    Door(door.browser, door.sent, world.org).enter("roy@example.com")
    door.browser.cookies.update([kept])

    assert door.browser.get(f"/{world.org}/settings/login/code").location == f"/{world.org}/settings/login"
    token = door.browser.get(f"/{world.org}/settings").form("sign-out").fields["csrf"]
    with tapped() as wire:
        again = door.browser.post(f"/{world.org}/code/again", {"csrf": token})
    assert again.location == f"/{world.org}/settings"
    assert wire.writes == []


def test_a_new_address_is_put_in_place_freshly_signed_in_only(world: World, door: Door, clock: TurnedClock) -> None:
    """A-28: asking for the code is not enough; whoever types it ten minutes after signing in confirms first."""
    user = world.user(world.household())
    door.enter("marie@example.com")
    clock.advance(minutes=9)
    page = door.browser.submit(
        door.browser.get(f"/{world.org}/settings/login"), "settings/login", address="new@example.com"
    )
    door.dispatch()
    clock.advance(minutes=2)

    refused = door.browser.submit(page, "settings/login/code", code=door.sent.code("new@example.com"), follow=False)

    assert refused.location == f"/{world.org}/confirm?next=settings%2Flogin%2Fcode"
    assert store.require_user(world.org, user.id).email == "marie@example.com"


def test_a_busy_network_is_told_why_and_whom_to_ask(world: World, door: Door) -> None:
    """A-13: eleven families on the wireless of one lobby are no attack; the eleventh can come to the desk."""
    for number in range(10):
        door.browser.submit(door.browser.get(f"/{world.org}/sign-in"), "sign-in", address=f"p{number}@example.com")

    page = door.browser.submit(door.browser.get(f"/{world.org}/sign-in"), "sign-in", address="p10@example.com")

    assert page.status == 429
    assert "Many codes were asked for from this network: wait" in page.text
    assert "Contact us: (514) 555-0100 desk@northside.example" in page.text
    assert "Contact us" not in door.browser.get(f"/{world.org}/sign-in").text


def test_the_code_page_helps_when_nothing_comes(world: World, door: Door) -> None:
    """AUTH-15, NEW-3: the slip in the domain is shown, with general advice and the organisation's contact."""
    page = door.ask("marie@gmial.com")

    assert "marie@gmail.com" in page.text
    assert "Nothing arrived?" in page.text
    assert "desk@northside.example" in page.text
