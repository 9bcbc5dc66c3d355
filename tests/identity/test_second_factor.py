"""The second factor itself: one code passes once, guesses are few, and the table gives nothing away (A-27)."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from chalicelib import bootstrap
from chalicelib.data import keys, read
from chalicelib.identity import authenticators, keying, second_factor, store
from chalicelib.identity.domain import User
from chalicelib.identity.models import AuthenticatorItem
from chalicelib.identity.refusal import WrongProof
from chalicelib.shared.errors import Conflict, TooMany
from chalicelib.shared.times import DAY, MINUTE, after
from tests.identity.at_desk import ADDRESS, NEXT_STEP, SECRET, enrol, give, place, stand
from tests.support.browser import Browser
from tests.support.clock import TurnedClock
from tests.support.door import Door
from tests.support.race import together
from tests.support.world import World

PEPPER = (b"p" * 32,)
WIDTH = 32


@pytest.fixture
def kate(world: World) -> User:
    """Somebody at the desk, without a household."""
    return world.staff(email=ADDRESS)


def test_codes_are_those_of_the_standard() -> None:
    """RFC 6238, appendix B: the last six of its eight digits."""
    from datetime import UTC, datetime

    secret = b"12345678901234567890"
    known = {59: "287082", 1111111109: "081804", 1234567890: "005924", 20000000000: "353130"}

    assert {at: authenticators.shown(secret, datetime.fromtimestamp(at, UTC)) for at in known} == known


def test_a_sealed_secret_opens_with_its_key_and_for_its_use_alone() -> None:
    sealed = keying.seal(b"k" * 32, b"use", SECRET)

    assert keying.unseal(b"k" * 32, b"use", sealed) == SECRET
    assert keying.unseal(b"j" * 32, b"use", sealed) != SECRET
    assert keying.unseal(b"k" * 32, b"other", sealed) != SECRET
    assert keying.seal(b"k" * 32, b"use", SECRET) != sealed
    with pytest.raises(ValueError, match="too long"):
        keying.seal(b"k" * 32, b"use", b"s" * 33)


def test_a_code_is_taken_once(world: World, kate: User, browser: Browser, clock: TurnedClock) -> None:
    """A-27: neither the same code again, nor the one before it, which would still be in time."""
    give(world, kate)
    before = authenticators.shown(SECRET, clock.now() - timedelta(seconds=30))
    first, second = (stand(world, kate, each, clock) for each in (browser, Browser(browser.portal)))
    assert first.type().url.endswith("/desk")

    for typed in (first.code, before):
        page = second.type(typed)
        assert page.status == 400
        assert "This code does not work" in page.text

    clock.advance(seconds=NEXT_STEP)
    assert second.type().url.endswith("/desk")


@pytest.mark.parametrize(("seconds", "taken"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_clocks_may_differ_by_half_a_minute(world: World, kate: User, seconds: int, taken: bool) -> None:
    """A-27: a window of one step to each side."""
    give(world, kate, pepper=PEPPER)
    typed = authenticators.shown(SECRET, world.now + timedelta(seconds=seconds))

    if taken:
        assert second_factor.prove(place(world, kate), typed, PEPPER)
    else:
        with pytest.raises(WrongProof):
            second_factor.prove(place(world, kate), typed, PEPPER)


@pytest.mark.parametrize("recovery", [False, True])
def test_one_code_passes_once_however_many_type_it(world: World, kate: User, recovery: bool) -> None:
    """A-27: 32 at once, each in a session of its own."""
    (spare,) = authenticators.new_recovery_codes()[:1]
    give(world, kate, spare, pepper=PEPPER)
    code = spare if recovery else authenticators.shown(SECRET, world.now)

    results = together([partial(second_factor.prove, place(world, kate), code, PEPPER) for _ in range(WIDTH)])

    assert len([result for result in results if isinstance(result, str)]) == 1, [repr(result) for result in results]
    passed = [session for session in store.list_sessions(world.org, kate.id) if session.second_factor_at]
    assert len(passed) == 1


def test_one_authenticator_is_enrolled_however_many_confirm_it(world: World, kate: User) -> None:
    """A-28: 32 at once, each in a session of its own, which was offered a secret of its own."""
    places = [place(world, kate) for _ in range(WIDTH)]
    code = authenticators.shown(authenticators.offers(PEPPER, places[0].load())[0], world.now)

    results = together([partial(second_factor.enrol, each, code, PEPPER) for each in places])

    assert len([result for result in results if isinstance(result, second_factor.Enrolled)]) == 1


def test_guesses_at_once_are_five_looks(world: World, kate: User) -> None:
    """A-03: a try is counted first; after 32 wrong codes at once, and what is left of five, a right one is too late."""
    give(world, kate, pepper=PEPPER)
    here, right = place(world, kate), authenticators.shown(SECRET, world.now)
    wrong = f"{(int(right) + 1) % 10**6:06d}"
    together([partial(second_factor.prove, here, wrong, PEPPER)] * WIDTH)
    for _ in range(5):
        with pytest.raises((TooMany, WrongProof)):
            second_factor.prove(here, wrong, PEPPER)

    with pytest.raises(TooMany) as refused:
        second_factor.prove(here, right, PEPPER)

    assert 0 < refused.value.retry_after <= 15 * MINUTE


def test_wrong_codes_make_one_wait(world: World, kate: User, browser: Browser, clock: TurnedClock) -> None:
    """A-27: five in a quarter of an hour, twenty a day; another session brings no further tries."""
    give(world, kate)
    quarter = 15 * MINUTE
    for wait in (quarter, quarter, quarter, DAY - 3 * quarter):
        here = stand(world, kate, browser, clock)
        assert [here.type("none").status for _ in range(5)] == [400] * 5
        refused = stand(world, kate, Browser(browser.portal), clock).type()
        assert (refused.status, refused.header("retry-after")) == (429, str(wait))
        assert f"wait {wait // MINUTE} minutes" in refused.text
        clock.advance(seconds=wait - 1)
        assert stand(world, kate, browser, clock).type().status == 429
        clock.advance(seconds=1)
    assert stand(world, kate, browser, clock).type().url.endswith("/desk")


def test_right_codes_are_not_counted(world: World, kate: User, browser: Browser, clock: TurnedClock) -> None:
    give(world, kate)
    for _ in range(7):
        assert stand(world, kate, browser, clock).type().url.endswith("/desk")
        clock.advance(seconds=NEXT_STEP)


def test_neither_secret_nor_recovery_codes_are_stored(world: World, kate: User, door: Door, clock: TurnedClock) -> None:
    """A-27: whoever copies the table can make no code."""
    app, codes = enrol(door, clock)

    item = read.one(AuthenticatorItem, keys.authenticator(world.org, kate.id))

    assert item
    stored = str(item.attribute_values)
    assert app.secret not in stored
    assert app.byte_secret().hex() not in stored
    assert len(codes) == len(set(codes)) == 10
    for code in codes:
        assert code not in stored
        assert code.replace(" ", "") not in stored


def test_an_authenticator_outlives_its_key_if_it_is_used_while_both_are_there(world: World, kate: User) -> None:
    """A-04: a code given under the older key moves the secret to the newest one."""
    give(world, kate, pepper=PEPPER)
    newer = (b"q" * 32, *PEPPER)
    second_factor.prove(place(world, kate), authenticators.shown(SECRET, world.now), newer)

    later = replace(place(world, kate), now=after(world.now, NEXT_STEP))
    with pytest.raises(WrongProof):
        second_factor.prove(later, authenticators.shown(SECRET, later.now), PEPPER)
    assert second_factor.prove(later, authenticators.shown(SECRET, later.now), newer[:1])


def test_a_second_authenticator_is_not_enrolled_over_the_first(
    world: World, kate: User, door: Door, clock: TurnedClock
) -> None:
    """A-28: a session that was offered one before is too late."""
    enrol(door, clock)
    held, other, pepper = authenticators.get(world.org, kate.id), place(world, kate), bootstrap.secrets().pepper()
    code = authenticators.shown(authenticators.offers(pepper, other.load())[0], other.now)

    with pytest.raises(Conflict):
        second_factor.enrol(other, code, pepper)

    assert authenticators.get(world.org, kate.id) == held


def test_a_session_that_was_ended_passes_nothing(world: World, kate: User) -> None:
    """S-05."""
    give(world, kate, pepper=PEPPER)
    here = place(world, kate)
    store.end_session(world.org, kate.id, here.session)

    with pytest.raises(Conflict):
        second_factor.prove(here, authenticators.shown(SECRET, world.now), PEPPER)
