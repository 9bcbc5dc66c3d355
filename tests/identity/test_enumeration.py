"""A stranger learns nothing about who is a client: same answer, same work, and silence for the unknown."""

import re
from collections.abc import Callable
from http.cookies import SimpleCookie

import pytest

from chalicelib import bootstrap
from chalicelib.identity.domain import UserStatus
from chalicelib.identity.refusal import WRONG
from tests.support import world as worlds
from tests.support.browser import Browser, Page
from tests.support.clock import TurnedClock
from tests.support.door import Door
from tests.support.sent import Sent
from tests.support.wire import tapped
from tests.support.world import World

ADDRESSES = {
    "known": "known.parent@example.com",
    "unknown": "known.parint@example.com",
    "suspended": "sleeping.one@example.com",
    "another organisation's": "neighbour.b@example.com",
    "address of a household, not of a user": "famille@example.com",
    "known with a number": "withnumber.p@example.com",
}
NUMBERS = {
    "number of somebody with mail": "+15145550123",
    "unknown number": "+15145550199",
    "number of somebody without mail": "+15145550177",
}


@pytest.fixture
def crowd(world: World, org: str) -> World:
    """An organisation with users of every state, and another organisation next door."""
    bootstrap.secrets().pepper()  # read once for the process, whoever comes first
    home = world.household()
    world.user(home, email=ADDRESSES["known"])
    world.user(home, email=ADDRESSES["suspended"], status=UserStatus.SUSPENDED)
    world.user(home, email=ADDRESSES["known with a number"], mobile="+15145550123")
    world.user(home, email="", mobile="+15145550177")
    other = worlds.build(f"{org}-b")
    other.user(other.household(), email=ADDRESSES["another organisation's"])
    return world


def _bare(page: Page, address: str) -> str:
    """The page without what must differ: its token, its request's name, and the address that was typed."""
    bare = re.sub(r'name="csrf" value="[^"]*"', "", page.html)
    digits = re.sub(r"\D", "", address)[-10:] if address.startswith("+") else ""
    local = f"({digits[:3]}) {digits[3:6]}-{digits[6:]}" if digits else address
    return bare.replace(address, "ADDRESS").replace(local, "ADDRESS")


def _seen(page: Page, address: str) -> tuple[object, ...]:
    """All that a stranger can compare."""
    names = [name for name, _ in page.headers]
    lengths = [
        (name, len(morsel.value), sorted(morsel.items()))
        for line in page.header_list("set-cookie")
        for name, morsel in SimpleCookie(line).items()
    ]
    return page.status, names, lengths, page.location, _bare(page, address) if page.is_html else ""


def _visit(crowd: World, browser: Browser, address: str) -> list[object]:
    """Everything a stranger sees, and every AWS call of the pages: asking, waiting, wrong codes, asking again."""
    told: list[object] = []
    with tapped() as wire:
        page = browser.get(f"/{crowd.org}/sign-in")
        for act in _steps(crowd, browser, address):
            page = act(page)
            told.append(_seen(page, address))
    return [*told, *wire.calls]


def _steps(crowd: World, browser: Browser, address: str) -> list[Callable[[Page], Page]]:
    def ask(page: Page) -> Page:
        return browser.submit(page, "sign-in", address=address, follow=False)

    def code_page(_page: Page) -> Page:
        return browser.get(f"/{crowd.org}/sign-in/code")

    def wrong(page: Page) -> Page:
        return browser.submit(page, "sign-in/code", code="000000", follow=False)

    def again(page: Page) -> Page:
        return browser.submit(page, "sign-in/again", follow=False)

    def ask_twice(_page: Page) -> Page:
        return browser.submit(browser.get(f"/{crowd.org}/sign-in"), "sign-in", address=address, follow=False)

    return [ask, code_page, wrong, wrong, again, wrong, wrong, wrong, wrong, ask_twice]


def _visits(crowd: World, browser: Browser, addresses: dict[str, str]) -> dict[str, list[object]]:
    told = {}
    for number, (name, address) in enumerate(addresses.items()):
        stranger = Browser(browser.portal, source=f"198.51.100.{number}")
        told[name] = _visit(crowd, stranger, address)
    return told


@pytest.mark.parametrize("addresses", [ADDRESSES, NUMBERS], ids=["mail", "telephone"])
def test_all_addresses_are_answered_alike(crowd: World, browser: Browser, addresses: dict[str, str]) -> None:
    """A-17, A-18: status, body, header names, cookies with their lengths, and the trace of AWS calls."""
    told = _visits(crowd, browser, addresses)

    one = next(iter(told))
    for name, seen in told.items():
        assert seen == told[one], f"{name} is told from {one}"
    assert len(told[one]) > 30


@pytest.mark.parametrize("minutes", [0, 4, 6, 11])
def test_codes_are_refused_alike_at_any_age(
    crowd: World, browser: Browser, clock: TurnedClock, minutes: int, sent: Sent
) -> None:
    """A-18, A-30: even after the sender ran, a wrong code for a texted, a mailed and an unsent one costs the same."""
    traces = {}
    asked = {
        name: address for name, address in ADDRESSES.items() if name in ("known", "unknown", "known with a number")
    }
    for number, (name, address) in enumerate(asked.items()):
        stranger = Browser(browser.portal, source=f"198.51.100.{number}")
        door = Door(stranger, sent, crowd.org)
        page = door.ask(address)
        clock.advance(minutes=minutes)
        with tapped() as wire:
            refused = stranger.submit(page, "sign-in/code", code="000000", follow=False)
        clock.advance(minutes=-minutes)
        traces[name] = [_seen(refused, address), *wire.calls]

    assert traces["unknown"] == traces["known"] == traces["known with a number"]


def test_the_five_ways_to_fail_read_alike(crowd: World, browser: Browser, clock: TurnedClock, sent: Sent) -> None:
    """A-30: wrong, used, expired, tried too often, another browser's."""
    said = []
    for number, way in enumerate(("wrong", "used", "expired", "too many", "another browser")):
        stranger = Browser(browser.portal, source=f"198.51.100.{number}")
        address = ADDRESSES["known"] if way == "used" else f"{way.replace(' ', '')}@example.com"
        page = Door(stranger, sent, crowd.org).ask(address)
        if way == "used":
            before = dict(stranger.cookies)
            assert stranger.submit(page, "sign-in/code", code=sent.code(address), follow=False).status == 303
            stranger.cookies = before
        if way == "expired":
            clock.advance(minutes=11)
        for _ in range(6 if way == "too many" else 0):
            stranger.submit(page, "sign-in/code", code="000000", follow=False)
        if way == "another browser":
            name = next(name for name in stranger.cookies if "code-" in name)
            stranger.cookies[name] = stranger.cookies[name].partition(".")[0] + "." + "A" * 43
        refused = stranger.submit(page, "sign-in/code", code="000000", follow=False)
        said.append((refused.status, WRONG.key in refused.text, len(refused.document.findall(".//form"))))

    assert set(said) == {said[0]}
    assert said[0][:2] == (400, True)


def test_unknown_addresses_get_nothing(crowd: World, browser: Browser, sent: Sent, clock: TurnedClock) -> None:
    """A-19: 0 messages for 200 unknown addresses, one for the known one after them."""
    for number in range(200):
        stranger = Browser(browser.portal, source=f"198.51.{number}.1")
        page = stranger.get(f"/{crowd.org}/sign-in")
        stranger.submit(page, "sign-in", address=f"nobody{number}@example.com", follow=False)
        assert Door(stranger, sent, crowd.org).dispatch() == {"batchItemFailures": []}
    assert sent() == []

    Door(Browser(browser.portal), sent, crowd.org).ask(ADDRESSES["known"])
    assert [message.to for message in sent()] == [ADDRESSES["known"]]


@pytest.mark.parametrize(
    "name",
    [
        "suspended", "another organisation's", "address of a household, not of a user",
        "number of somebody without mail",
    ],
)  # fmt: skip
def test_who_may_not_come_in_gets_nothing(crowd: World, browser: Browser, sent: Sent, name: str) -> None:
    """A-19, AUTH-6, AUTH-9, C2, S-07: neither mail nor text."""
    Door(browser, sent, crowd.org).ask((ADDRESSES | NUMBERS)[name])

    assert sent() == []


@pytest.mark.parametrize("typed", ["Known.Parent@EXAMPLE.com", " known.parent@example.com "])
def test_a_code_goes_to_the_address_on_file(crowd: World, browser: Browser, sent: Sent, typed: str) -> None:
    """A-20: never to what was typed."""
    Door(browser, sent, crowd.org).ask(typed)

    assert [message.to for message in sent()] == [ADDRESSES["known"]]
