"""Passkeys of staff: what a device signed opens the desk, and nothing else does (A-28)."""

import json
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib import bootstrap
from chalicelib import settings as deployment
from chalicelib.identity import authenticators, passkeys, second_factor, store, tokens
from chalicelib.identity.domain import Authenticator, Passkey, StaffRole, User
from chalicelib.identity.refusal import WrongProof
from chalicelib.identity.second_factor import Place
from chalicelib.shared.errors import Conflict, NotFound, TooMany
from tests.identity import at_desk
from tests.identity.at_desk import ADDRESS, SECRET, app_on, give, keys_on, stand, told
from tests.identity.device import Device
from tests.support.browser import Browser, Page
from tests.support.clock import TurnedClock
from tests.support.door import Door
from tests.support.race import together
from tests.support.world import World

PEPPER = (b"k" * 32,)


@pytest.fixture
def kate(world: World) -> User:
    return world.staff(StaffRole.DESK, email=ADDRESS)


def _asked(page: Page) -> dict[str, Any]:
    """What a page's script hands to a device."""
    [part] = [each for each in page.document.iter("div") if each.get("data-passkey")]
    asked: dict[str, Any] = json.loads(part.get("data-passkey") or "")
    return asked


def _made(world: World, user: User, device: Device) -> Place:
    """A session that made a passkey with a device."""
    here = at_desk.place(world, user)
    asked = passkeys.to_make(here, user, None, "Northside Music")
    made = passkeys.make(here, device.make(asked), "Firefox")
    return replace(here, session=tokens.token_hash(made.token))


def _prove(world: World, user: User, device: Device) -> str:
    here = at_desk.place(world, user)
    held = authenticators.get(world.org, user.id)
    assert held
    return passkeys.prove(here, device.prove(passkeys.to_prove(here, held)))


def test_a_first_sign_in_makes_a_passkey_in_the_place_of_an_app(world: World, kate: User, door: Door) -> None:
    offered, device = door.enter(ADDRESS), Device()

    codes = door.browser.submit(offered, "settings/passkeys", answer=device.make(_asked(offered)))

    assert len(keys_on(codes)) == 10
    assert door.browser.get(codes.links["I have kept them"]).status == 200
    assert told(world) == ["passkey"]


def test_a_later_sign_in_wants_what_the_device_signs(
    world: World, kate: User, browser: Browser, clock: TurnedClock
) -> None:
    """S-02: the session's token is another one afterwards, and the old one is worth nothing."""
    device = Device()
    _made(world, kate, device)
    here = stand(world, kate, browser, clock)
    page = browser.get(here.path, next="desk/classes")
    thief = Browser(browser.portal, cookies=dict(browser.cookies))

    reply = browser.submit(page, "second-factor/passkey", answer=device.prove(_asked(page)), follow=False)

    assert reply.location == f"/{world.org}/desk/classes"
    assert browser.get(f"/{world.org}/desk").status == 200
    assert thief.get(f"/{world.org}/desk").location.startswith(f"/{world.org}/sign-in")


WRONG: dict[str, dict[str, Any]] = {
    "of another portal's page": {"origin": "https://evil.example"},
    "for another portal": {"host": "evil.example"},
    "by another device": {"key": ec.generate_private_key(ec.SECP256R1())},
    "by a device that is not known": {"id": b"another"},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=list(WRONG))
def test_what_is_signed_elsewhere_opens_nothing(world: World, kate: User, wrong: dict[str, Any]) -> None:
    """A-28: a false page may pass on what it likes."""
    device = Device()
    _made(world, kate, device)
    with pytest.raises(WrongProof):
        _prove(world, kate, replace(device, **wrong))


@pytest.mark.parametrize("wrong", list(WRONG.values())[:2], ids=list(WRONG)[:2])
def test_no_passkey_is_made_for_another_page(world: World, kate: User, wrong: dict[str, Any]) -> None:
    with pytest.raises(WrongProof):
        _made(world, kate, Device(**wrong))
    assert authenticators.get(world.org, kate.id) is None


def test_what_one_session_was_asked_is_no_answer_in_another(world: World, kate: User) -> None:
    """A-06: nor is it one twice, for the session that was asked is gone by then."""
    device, first, second = Device(), at_desk.place(world, kate), at_desk.place(world, kate)
    _made(world, kate, device)
    held = authenticators.get(world.org, kate.id)
    assert held
    answer = device.prove(passkeys.to_prove(first, held))

    with pytest.raises(WrongProof):
        passkeys.prove(second, answer)
    passkeys.prove(first, answer)
    with pytest.raises(Conflict):
        passkeys.prove(first, answer)


def test_what_was_signed_to_make_one_is_no_proof(world: World, kate: User) -> None:
    device, here = Device(), at_desk.place(world, kate)
    _made(world, kate, device)
    asked = passkeys.to_make(here, kate, None, "Northside Music")
    with pytest.raises(WrongProof):
        passkeys.prove(here, device.prove(asked))


def test_a_copied_device_is_noticed(world: World, kate: User) -> None:
    """A device that counts never counts back."""
    device = Device(count=5)
    _made(world, kate, device)
    _prove(world, kate, replace(device, count=6))
    with pytest.raises(WrongProof):
        _prove(world, kate, replace(device, count=6))


def test_one_answer_opens_one_session_however_often_it_is_sent_at_once(world: World, kate: User) -> None:
    device = Device()
    _made(world, kate, device)
    here, held = at_desk.place(world, kate), authenticators.get(world.org, kate.id)
    assert held
    answer = device.prove(passkeys.to_prove(here, held))

    results = together([partial(passkeys.prove, here, answer) for _ in range(3)])

    assert sum(isinstance(each, str) for each in results) == 1


def test_a_mailbox_alone_adds_nothing_to_a_passkey(world: World, kate: User) -> None:
    """A-28: neither an app nor another passkey, and the app that is not there shows no code."""
    _made(world, kate, Device())
    here = at_desk.place(world, kate)
    secret = authenticators.offers(PEPPER, here.load())[0]
    with pytest.raises(Conflict):
        second_factor.enrol(here, authenticators.shown(secret, here.now), PEPPER)
    with pytest.raises(Conflict):
        passkeys.make(here, Device(id=b"b").make(passkeys.to_make(here, kate, None, "Northside Music")), "")
    with pytest.raises(WrongProof):
        second_factor.prove(here, "123456", PEPPER)


def test_whoever_has_an_app_adds_a_passkey_and_either_opens(
    world: World, kate: User, browser: Browser, clock: TurnedClock
) -> None:
    give(world, kate, "abcdefghijklmnop")
    here, device = stand(world, kate, browser, clock), Device()
    here.type()
    page = browser.get(f"/{world.org}/settings/authenticator")

    added = browser.submit(page, "settings/passkeys", answer=device.make(_asked(page)))

    assert "Forget this passkey" in added.text
    assert _asked(added)["excludeCredentials"], "the same device is not asked twice"
    assert _prove(world, kate, device)
    other = at_desk.place(world, kate)
    clock.advance(minutes=1)
    later = replace(other, now=clock.now())
    assert second_factor.prove(later, authenticators.shown(SECRET, clock.now()), _pepper())


def _pepper() -> tuple[bytes, ...]:
    return bootstrap.secrets().pepper()


def test_whoever_has_a_passkey_sets_up_an_app_as_well(world: World, kate: User, door: Door, clock: TurnedClock) -> None:
    offered, device = door.enter(ADDRESS), Device()
    door.browser.submit(offered, "settings/passkeys", answer=device.make(_asked(offered)))
    page = door.browser.get(f"/{world.org}/settings/authenticator/app")
    assert "data-passkey" not in page.html

    held = door.browser.submit(page, "settings/authenticator", code=app_on(page).at(clock.now()))

    assert "Forget this passkey" in held.text
    known = authenticators.get(world.org, kate.id)
    assert known
    assert (bool(known.sealed), len(known.passkeys), len(known.recovery)) == (True, 1, 10)
    assert door.browser.get(f"/{world.org}/settings/authenticator/app").status == 303
    door.browser.submit(held, "settings/passkeys/remove")
    assert told(world) == ["enrolled", "passkey", "passkey_removed"]


def test_a_passkey_is_forgotten_unless_it_is_all_there_is(world: World, kate: User) -> None:
    device = Device()
    here = _made(world, kate, device)
    held = authenticators.get(world.org, kate.id)
    assert held
    with pytest.raises(Conflict):
        passkeys.remove(here, held.passkeys[0].id)
    with pytest.raises(NotFound):
        passkeys.remove(here, "other")
    asked = passkeys.to_make(here, kate, held, "Northside Music")
    passkeys.make(here, Device(id=b"second").make(asked), "Chrome")

    passkeys.remove(replace(here), held.passkeys[0].id)

    with pytest.raises(WrongProof):
        _prove(world, kate, device)
    assert told(world) == ["passkey", "passkey", "passkey_removed"]


def test_a_reset_forgets_passkeys_as_well(world: World, kate: User) -> None:
    _made(world, kate, Device())
    second_factor.remove(world.org, kate.id, world.now)
    assert authenticators.get(world.org, kate.id) is None


def test_tries_are_counted_with_those_of_codes(world: World, kate: User) -> None:
    """A-03."""
    _made(world, kate, Device())
    for _ in range(50):
        try:
            _prove(world, kate, Device())
        except WrongProof:
            continue
        except TooMany:
            return
    pytest.fail("never too many")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_ANSWERS = st.text(max_size=80) | _JSON.map(json.dumps) | st.fixed_dictionaries(
    {"id": _JSON, "rawId": _JSON, "type": st.just("public-key") | _JSON},
    optional={
        "response": st.dictionaries(
            st.sampled_from(["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]),
            st.text(alphabet="abcABC012_-", max_size=60) | _JSON,
        )
    },
).map(json.dumps)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(answer=_ANSWERS)
def test_whatever_is_answered_is_refused_in_one_way(world: World, answer: str) -> None:
    """I-15: no shape of an answer is an error of ours."""
    here = Place(world.org, "nobody", "none", world.now)
    held = Authenticator("nobody", "", world.now, 0, (), (Passkey("YQ", "YQ", 0, "", world.now),))
    with pytest.raises(WrongProof):
        passkeys._made(here, answer, "")
    assert passkeys._used(here, held, answer) is None


def test_an_address_of_numbers_has_no_passkeys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Browsers make none for it, so none is offered."""
    for url, possible in {
        "http://127.0.0.1:8000": False, "http://[::1]:8000": False,
        "http://localhost:8000": True, "https://portal.example.org": True,
    }.items():  # fmt: skip
        monkeypatch.setenv("FOYER_BASE_URL", url)
        deployment.current.cache_clear()
        assert passkeys.are_possible() is possible, url
    monkeypatch.undo()
    deployment.current.cache_clear()


def test_nobody_makes_more_than_ten(world: World, kate: User) -> None:
    here = _made(world, kate, Device())
    for number in range(passkeys.MOST - 1):
        asked = passkeys.to_make(here, kate, None, "Northside Music")
        made = passkeys.make(here, Device(id=f"{number}".encode()).make(asked), "")
        here = replace(here, session=tokens.token_hash(made.token))
    with pytest.raises(Conflict):
        passkeys.make(here, Device(id=b"one more").make(passkeys.to_make(here, kate, None, "")), "")
    assert store.list_sessions(world.org, kate.id)
