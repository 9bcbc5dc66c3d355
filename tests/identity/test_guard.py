"""Sessions as pages see them: begun anew, renewed, ended here, there and everywhere, and by time (S-02 to S-07)."""

from dataclasses import replace

import pytest

from app import tables
from chalicelib.data.items import Item
from chalicelib.data.outbox import MessageItem
from chalicelib.data.write import Transaction
from chalicelib.identity import store, tokens
from chalicelib.identity.domain import (
    ABSOLUTE_SECONDS,
    IDLE_SECONDS,
    MAX_SESSIONS,
    TOUCH_SECONDS,
    Session,
    User,
    UserStatus,
)
from chalicelib.organisations import store as organisations
from chalicelib.organisations.domain import Status
from chalicelib.shared.times import DAY, after
from tests.support.browser import Browser
from tests.support.clock import TurnedClock
from tests.support.door import Door
from tests.support.sent import Sent
from tests.support.wire import Fault, tapped
from tests.support.world import World

ADDRESS = "marie@example.com"


@pytest.fixture
def marie(world: World) -> User:
    """A user with a household, who signed in before."""
    home = world.household("Tremblay", "Léa")
    return world.user(home, last_sign_in=after(world.now, -DAY), activated_at=after(world.now, -DAY))


@pytest.fixture
def inside(marie: User, door: Door) -> Browser:
    """Her browser, signed in."""
    assert door.enter(ADDRESS).status == 200
    return door.browser


def _session(browser: Browser) -> str:
    return next((value for name, value in browser.cookies.items() if "session-" in name), "")


def _is_in(browser: Browser, org: str) -> bool:
    page = browser.get(f"/{org}")
    assert page.status == 200 or page.location.startswith(f"/{org}/sign-in")
    return page.status == 200


def _twin(browser: Browser) -> Browser:
    """A thief's browser with the same cookies."""
    return Browser(browser.portal, cookies=dict(browser.cookies), source="198.51.100.9")


def test_a_planted_session_is_not_continued_and_ends(world: World, inside: Browser, sent: Sent) -> None:
    """S-02: signing in makes a new token; the one the browser held before is dead at once."""
    planted = _twin(inside)

    Door(inside, sent, world.org).enter(ADDRESS)

    assert _session(inside) != _session(planted)
    assert _is_in(inside, world.org)
    assert not _is_in(planted, world.org)


def test_a_token_of_the_attackers_choice_is_not_taken(world: World, marie: User, browser: Browser, sent: Sent) -> None:
    """S-02: fixation."""
    planted = f"{'A' * 43}.{marie.id}.x"
    browser.cookies[f"__Host-session-{world.org}"] = planted

    Door(browser, sent, world.org).enter(ADDRESS)

    assert _session(browser) != planted
    assert not _is_in(Browser(browser.portal, cookies={f"__Host-session-{world.org}": planted}), world.org)


def test_an_act_that_wants_a_new_code_lies_below_the_page_on_which_it_is_asked_for() -> None:
    """Whoever confirms comes back to that page, not to a dead end."""
    policies = [route.policy for table in tables for route in table]
    pages = {policy.path for policy in policies if policy.method == "GET"}
    acts = {each.path for each in policies if each.method == "POST" and each.step_up and not each.has_page}
    below = {path for path in acts if not path.startswith("/{org}/settings/")}
    assert {path for path in below if path.rpartition("/")[0] not in pages} == set()


def test_confirming_renews_the_token(world: World, inside: Browser, sent: Sent, clock: TurnedClock) -> None:
    """S-02, A-28: the old token is dead, the new one is fresh, and the page asked for is reached."""
    thief = _twin(inside)
    clock.advance(minutes=11)
    page = inside.get(f"/{world.org}/settings/login", follow=True)
    assert page.url.endswith("confirm?next=settings%2Flogin")

    page = inside.submit(page, "confirm")
    door = Door(inside, sent, world.org)
    door.dispatch()
    page = inside.submit(page, "confirm/code", code=sent.code(ADDRESS))

    assert (page.status, page.url) == (200, f"https://portal.test/{world.org}/settings/login")
    assert _session(inside) != _session(thief)
    assert not _is_in(thief, world.org)


@pytest.mark.parametrize(("seconds", "alive"), [(IDLE_SECONDS - 1, True), (IDLE_SECONDS + 1, False)])
def test_a_session_ends_when_it_is_not_used(
    world: World, inside: Browser, clock: TurnedClock, seconds: int, alive: bool
) -> None:
    """S-03, D-08: the item is still there; the clock decides."""
    clock.advance(seconds)

    assert _is_in(inside, world.org) is alive
    assert len(store.list_sessions(world.org, _session(inside).split(".")[1] if alive else _user(world))) >= 1


def _user(world: World) -> str:
    login = store.find_login(world.org, f"email:{ADDRESS}")
    assert login is not None
    return login[0]


@pytest.mark.parametrize(("seconds", "alive"), [(-1, True), (1, False)])
def test_a_session_ends_after_fourteen_days_of_use(
    world: World, inside: Browser, clock: TurnedClock, seconds: int, alive: bool
) -> None:
    """S-03: used every 20 hours, so idle time never ends it."""
    steps = ABSOLUTE_SECONDS // (20 * 3600)
    for _ in range(steps):
        clock.advance(hours=20)
        assert _is_in(inside, world.org)
    clock.advance(ABSOLUTE_SECONDS - steps * 20 * 3600 + seconds)

    assert _is_in(inside, world.org) is alive


def test_use_is_written_down_every_few_minutes_only(world: World, inside: Browser, clock: TurnedClock) -> None:
    """The one write that a page may cause; and not being able to write it spoils no page (L-04)."""
    clock.advance(TOUCH_SECONDS)
    with tapped() as wire:
        assert _is_in(inside, world.org)
    assert wire.writes == []

    clock.advance(1)
    with tapped(Fault.DOWN, 2) as wire:
        assert _is_in(inside, world.org)
    assert wire.writes == ["UpdateItem"]

    with tapped() as wire:
        assert _is_in(inside, world.org)
        assert _is_in(inside, world.org)
    assert wire.writes == ["UpdateItem"]


def test_sessions_are_read_by_key_with_a_strong_read(world: World, inside: Browser) -> None:
    """S-04, D-02: one BatchGetItem, consistent, no index."""
    with tapped() as wire:
        inside.get(f"/{world.org}/settings")

    assert wire.calls[0] == "BatchGetItem"
    assert b'"ConsistentRead": true' in wire.bodies[0] or b'"ConsistentRead":true' in wire.bodies[0]
    assert not any(b"IndexName" in body for body in wire.bodies)


def test_signing_out_ends_this_session_and_clears_the_browser(world: World, inside: Browser) -> None:
    """S-05, S-11."""
    thief = _twin(inside)
    page = inside.submit(inside.get(f"/{world.org}"), "sign-out", follow=False)

    assert page.header("clear-site-data") == '"cache", "storage"'
    assert _session(inside) == ""
    assert not _is_in(thief, world.org)


@pytest.mark.parametrize(("act", "left"), [("sign-out", ["known"]), ("devices/end-all", [])])
def test_signing_out_leaves_nothing_of_a_code_behind(world: World, inside: Browser, act: str, left: list[str]) -> None:
    """S-11: a code that was asked for and not typed; the browser stays known, unless one signs out everywhere."""
    here = f"/{world.org}"
    inside.submit(inside.get(f"{here}/settings/login"), "settings/login", address="new@example.com")
    inside.get(f"{here}/privacy")
    assert {name.split("-")[1] for name in inside.cookies} == {"session", "known", "code", "browser"}

    inside.submit(inside.get(f"{here}/settings"), act, follow=False)

    assert [name.split("-")[1] for name in inside.cookies] == left


def _further(world: World, first: Browser, sent: Sent, clock: TurnedClock) -> Browser:
    clock.advance(minutes=6)
    further = Browser(first.portal, source="198.51.100.20", agent="Mozilla/5.0 (iPhone) Safari/604.1")
    assert Door(further, sent, world.org).enter(ADDRESS).status == 200
    return further


def test_one_device_is_ended_from_another(world: World, inside: Browser, sent: Sent, clock: TurnedClock) -> None:
    """S-06: the list names both, ending one leaves the other."""
    further = _further(world, inside, sent, clock)
    page = inside.get(f"/{world.org}/settings")
    assert "Safari, iPhone" in page.text
    assert "Firefox, Linux" in page.text

    inside.submit(page, "settings/devices/end")

    assert _is_in(inside, world.org)
    assert not _is_in(further, world.org)


def test_a_device_of_somebody_else_can_not_be_ended(world: World, inside: Browser) -> None:
    """T-03."""
    other = world.user(world.household("Roy"), email="roy@example.com")
    session = tokens.token_hash("roy")
    transaction = Transaction()
    now = world.now
    store.create_session(transaction, world.org, Session(session, other.id, now, now, now, "Firefox"))
    transaction.commit()
    page = inside.get(f"/{world.org}/settings")

    token = page.form("devices/end-all").fields["csrf"]
    refused = inside.post(f"/{world.org}/settings/devices/end", {"csrf": token, "device": session})

    assert refused.status == 404
    assert store.get_session(world.org, other.id, session)


def test_signing_out_everywhere_ends_every_session(
    world: World, inside: Browser, sent: Sent, clock: TurnedClock
) -> None:
    """S-05: even where deleting them fails, one write is enough."""
    further = _further(world, inside, sent, clock)
    clock.advance(1)
    page = inside.get(f"/{world.org}/settings")
    with tapped(Fault.DOWN, 4) as wire:
        page = inside.submit(page, "devices/end-all", follow=False)
    assert wire.calls[2:4] == ["TransactWriteItems", "Query"]

    assert page.location == f"/{world.org}/sign-in?left=everywhere"
    assert not _is_in(further, world.org)
    assert not _is_in(_twin(further), world.org)


def test_the_twenty_first_device_ends_the_oldest(world: World, marie: User, clock: TurnedClock) -> None:
    """S-06."""
    from chalicelib.identity import signing_in

    for number in range(MAX_SESSIONS + 5):
        moment = after(world.now, number)
        session = Session(tokens.token_hash(str(number)), marie.id, moment, moment, moment, "Firefox")
        transaction = Transaction()
        store.create_session(transaction, world.org, session)
        transaction.commit()

    signing_in.end_oldest(world.org, marie)

    left = {session.token_hash for session in store.list_sessions(world.org, marie.id)}
    assert left == {tokens.token_hash(str(number)) for number in range(5, MAX_SESSIONS + 5)}


def test_a_suspended_user_is_out_at_the_next_request(world: World, inside: Browser, marie: User) -> None:
    """S-07."""
    transaction = Transaction()
    user = store.require_user(world.org, marie.id)
    store.save_user(transaction, world.org, replace(user, status=UserStatus.SUSPENDED))
    transaction.commit()

    assert not _is_in(inside, world.org)


def test_a_suspended_organisation_is_closed_at_the_next_request(world: World, inside: Browser) -> None:
    """S-07: for those inside, at the door, and it says whom to ask."""
    organisations.update(replace(world.organisation, status=Status.SUSPENDED))

    for path in ("", "/invoices", "/sign-in", "/settings"):
        assert inside.get(f"/{world.org}{path}").status == 403
    assert Browser(inside.portal).get(f"/{world.org}/sign-in").status == 403


def test_a_user_whose_household_was_taken_away_sees_nothing_of_it(world: World, inside: Browser, marie: User) -> None:
    """T-04: the link decides, at the next request."""
    transaction = Transaction()
    store.save_user(transaction, world.org, replace(store.require_user(world.org, marie.id), households=()))
    transaction.commit()

    assert inside.get(f"/{world.org}/invoices").location == f"/{world.org}/households"


def test_a_new_device_is_told_to_the_owner_and_a_known_one_is_not(
    world: World, marie: User, browser: Browser, sent: Sent, clock: TurnedClock
) -> None:
    """A-11: only a browser that proves it was here before goes without word; a claim is no proof."""
    Door(browser, sent, world.org).enter(ADDRESS)
    assert len(_notices(world)) == 1

    clock.advance(minutes=6)
    Door(browser, sent, world.org).enter(ADDRESS)
    assert len(_notices(world)) == 1

    clock.advance(minutes=6)
    forger = Browser(browser.portal, source="198.51.100.8")
    forger.cookies[f"__Host-known-{world.org}"] = f"{marie.id}.{'A' * 43}"
    Door(forger, sent, world.org).enter(ADDRESS)
    assert len(_notices(world)) == 2


def _notices(world: World) -> list[MessageItem]:
    """Messages of this organisation that wait."""
    from chalicelib.data.items import Item, connection

    answer = connection().query("outbox", index_name=Item.work.Meta.index_name)
    keys = [(item["pk"]["S"], item["sk"]["S"]) for item in answer["Items"] if f"ORG#{world.org}#" in item["pk"]["S"]]
    return [MessageItem.get(*key) for key in keys]


def test_the_table_holds_no_session_token(world: World, inside: Browser, marie: User) -> None:
    """S-01: only its hash."""
    token = _session(inside).partition(".")[0]
    stored = [item.attribute_values for item in _items(world, marie)]

    assert token not in str(stored)
    assert tokens.token_hash(token) in str(stored)


def _items(world: World, user: User) -> list[Item]:
    from chalicelib.data import keys, read

    return list(read.whole(keys.user_partition(world.org, user.id)))


@pytest.mark.parametrize("path", ["invoices", "members/add", "settings/login"])
def test_a_page_that_was_asked_for_opens_after_signing_in(
    world: World, marie: User, browser: Browser, sent: Sent, path: str
) -> None:
    """AUTH-17."""
    page = browser.get(f"/{world.org}/{path}", follow=True)
    page = browser.submit(page, "sign-in", address=ADDRESS)
    Door(browser, sent, world.org).dispatch()
    page = browser.submit(page, "sign-in/code", code=sent.code(ADDRESS))

    assert page.url == f"https://portal.test/{world.org}/{path}"
