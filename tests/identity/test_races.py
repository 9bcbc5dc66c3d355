"""Many at once: one code opens one door, five tries are five, and a code that is ordered goes out once."""

import secrets
import threading
from collections.abc import Sequence
from functools import partial
from typing import TypeVar

import pytest

from chalicelib.data import keys, read
from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.identity import challenges, codes, devices, logins, store, tokens
from chalicelib.identity.counting import Counts
from chalicelib.identity.domain import CLOCK_SKEW_SECONDS, Channel, Purpose, Session, User, email_identifier
from chalicelib.identity.models import ChallengeItem, CodeDispatchItem, LoginItem
from chalicelib.identity.signing_in import SignedIn
from chalicelib.shared.errors import TooMany
from chalicelib.shared.times import after
from tests.identity.people import ADDRESS, LIMIT, Person, person, resident
from tests.support.race import together
from tests.support.world import World

T = TypeVar("T")
WIDTH = 32
ROUNDS = 8


def _succeeded(results: Sequence[T | Exception]) -> list[T]:
    return [result for result in results if not isinstance(result, Exception)]


def test_one_code_gives_one_session_however_many_type_it(world: World) -> None:
    """A-06: 8 rounds of 32 at once."""
    for number in range(ROUNDS):
        address = f"parent{number}@example.com"
        user = resident(world, address)
        browser = person(world, source=f"198.51.100.{number}")
        browser.ask(world.now, address)

        results = together([partial(browser.sign_in, world.now, browser.code())] * WIDTH)

        assert len(_succeeded(results)) == 1, [repr(result) for result in results]
        assert len(store.list_sessions(world.org, user.id)) == 1


def _session(world: World, user: User) -> Session:
    session = Session(tokens.token_hash(secrets.token_hex()), user.id, world.now, world.now, world.now, "Firefox")
    transaction = Transaction()
    store.create_session(transaction, world.org, session)
    transaction.commit()
    return session


def test_one_step_up_code_renews_a_session_once(world: World) -> None:
    """A-06, S-02: and the old token is dead."""
    for number in range(3):
        address = f"parent{number}@example.com"
        user = resident(world, address)
        session = _session(world, user)
        browser = person(world, source=f"198.51.100.{number}")
        browser.ask(world.now, address, Purpose.STEP_UP, user=user.id)

        def renew(browser: Person = browser, user: User = user, session: Session = session) -> str:
            verified = browser.verify(browser.code(), world.now, Purpose.STEP_UP)
            return logins.refresh_session(world.organisation, verified, user.id, session.token_hash, world.now)

        results = together([renew] * WIDTH)

        renewed = _succeeded(results)
        assert len(renewed) == 1
        assert [each.token_hash for each in store.list_sessions(world.org, user.id)] == [tokens.token_hash(renewed[0])]


def test_one_code_changes_a_login_address_once(world: World) -> None:
    """A-06, A-29: one of 32 passes, with one word to the old address and one to the new."""
    for number in range(3):
        user = resident(world, f"old{number}@example.com")
        new = f"new{number}@example.com"
        browser = person(world, source=f"198.51.100.{number}")
        browser.ask(world.now, new, Purpose.NEW_LOGIN, user=user.id, target=new)

        def change(browser: Person = browser) -> User:
            return logins.replace_login(
                world.organisation, browser.verify(browser.code(), world.now, Purpose.NEW_LOGIN), world.now
            )

        results = together([change] * WIDTH)

        assert len(_succeeded(results)) == 1
        assert store.find_login(world.org, email_identifier(new)) == (user.id, new)
        assert store.find_login(world.org, email_identifier(user.email)) is None


@pytest.mark.parametrize("buckets", [True, False], ids=["with all limits", "with the challenge's own limit alone"])
def test_of_64_wrong_guesses_at_once_five_are_looked_at(
    world: World, monkeypatch: pytest.MonkeyPatch, buckets: bool
) -> None:
    """A-03, A-15: the try is counted before the code is compared; all others meet a dummy challenge (sending 0)."""
    looked_at: list[str] = []
    fits = codes.fits

    def look(pepper: tuple[bytes, ...], challenge: str, sending: int, guess: str) -> bool:
        if sending > 0:
            looked_at.append(guess)
        return fits(pepper, challenge, sending, guess)

    monkeypatch.setattr(codes, "fits", look)
    if not buckets:
        monkeypatch.setattr(Counts, "may_try", lambda _counts: True)
        monkeypatch.setattr(Counts, "add_failure", lambda _counts, _transaction: None)
    for number in range(3):
        looked_at.clear()
        browser = person(world, source=f"198.51.100.{number}")
        browser.ask(world.now, f"somebody{number}@example.com")
        typed = [guess for guess in (f"{guess:06d}" for guess in range(65)) if guess != browser.code()][:64]

        results = together([partial(browser.verify, guess, world.now) for guess in typed])

        assert not _succeeded(results)
        assert 1 <= len(looked_at) <= 5
        item = read.one(ChallengeItem, keys.challenge(world.org, browser.ticket.challenge))
        assert item is not None
        assert int(item.tries) == len(looked_at)


def test_of_64_requests_at_once_one_code_is_ordered(world: World) -> None:
    """A-15: the others are asked to wait."""
    browsers = [person(world, source=f"198.51.100.{number}") for number in range(64)]

    results = together([partial(each.ask, world.now) for each in browsers])

    assert len(_succeeded(results)) == 1
    assert all(isinstance(result, TooMany) for result in results if isinstance(result, Exception))
    assert sum(_orders(world.org, each.ticket.challenge) for each in browsers if each.ticket.challenge) == 1


def _orders(org: str, challenge: str) -> int:
    partition = keys.code_dispatch(org, challenge, 1).pk
    return len(list(read.each(CodeDispatchItem, partition, "DISPATCH#")))


def test_of_32_requests_for_a_new_code_one_is_ordered(world: World) -> None:
    """A-09, A-15: twice clicked is once sent."""
    browser = person(world)
    ticket = browser.ask(world.now)
    later = after(world.now, 61)

    results = together([lambda: challenges.ask_again(browser.caller, ticket, Channel.MAIL, LIMIT, later)] * WIDTH)

    assert len(_succeeded(results)) == 1
    assert _orders(world.org, ticket.challenge) == 2


def test_after_signing_out_everywhere_no_session_is_read_as_live(world: World) -> None:
    """S-05: 64 reads around the write; none that began after it finds a live session."""
    user = resident(world)
    sessions = [_session(world, user) for _ in range(8)]
    later, done = after(world.now, 1), threading.Event()
    late: list[bool] = []

    def read_one(session: Session) -> None:
        began_after = done.is_set()
        found = store.get_session(world.org, user.id, session.token_hash)
        live = found is not None and found.is_live(later, store.require_user(world.org, user.id))
        if began_after:
            late.append(live)

    def sign_out() -> None:
        devices.end_all(world.org, user.id, later)
        done.set()

    together([sign_out, *[lambda session=session: read_one(session) for session in sessions * 8]])
    for session in sessions:
        read_one(session)

    assert len(late) >= 8
    assert not any(late)
    assert devices.live_sessions(world.org, store.require_user(world.org, user.id), later) == []


def test_a_sign_in_that_meets_signing_out_everywhere_stays_or_is_refused_whole(world: World) -> None:
    """S-05: whichever comes first, no session of before survives, and a refusal leaves the code usable."""
    user = resident(world)
    browser = person(world)
    browser.ask(world.now)
    later = after(world.now, 2)

    came, _ = together([lambda: browser.sign_in(world.now), lambda: devices.end_all(world.org, user.id, later)])

    live = devices.live_sessions(world.org, store.require_user(world.org, user.id), after(later, 1))
    assert live == [] or not isinstance(came, SignedIn)
    if isinstance(came, Exception):
        later = after(later, CLOCK_SKEW_SECONDS + 1)
        browser.sign_in(later)
        assert len(devices.live_sessions(world.org, store.require_user(world.org, user.id), later)) == 1


def test_an_address_that_32_users_claim_belongs_to_one(world: World) -> None:
    """D-01: 1 wins, 31 are refused, nothing of theirs is left."""
    ids = [f"user{number:028d}" for number in range(WIDTH)]

    def claim(user_id: str) -> str:
        transaction = Transaction()
        store.create_user(transaction, world.org, User(user_id, "Somebody", email=ADDRESS))
        transaction.commit()
        return user_id

    results = together([partial(claim, each) for each in ids])

    winners = _succeeded(results)
    assert len(winners) == 1
    assert all(isinstance(result, ConditionFailed) for result in results if isinstance(result, Exception))
    assert store.find_login(world.org, email_identifier(ADDRESS)) == (winners[0], ADDRESS)
    assert [each for each in ids if store.get_user(world.org, each)] == winners
    assert read.one(LoginItem, keys.login(world.org, "email:nobody@example.com")) is None
