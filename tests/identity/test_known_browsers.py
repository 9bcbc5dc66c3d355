"""A stranger locks nobody out: a browser that signed in before counts for itself (A-10, A-11, A-13, A-14)."""

from contextlib import suppress
from dataclasses import replace

import pytest

from chalicelib.data.write import Transaction
from chalicelib.identity import challenges, devices, logins, signing_in, store, tokens
from chalicelib.identity.challenges import BusyNetwork, NoTriesLeft, Wanted
from chalicelib.identity.domain import (
    BROWSER_SECONDS,
    MAX_BROWSERS,
    Channel,
    KnownBrowser,
    Purpose,
    email_identifier,
)
from chalicelib.identity.refusal import WrongCode
from chalicelib.identity.signing_in import Device
from chalicelib.shared.errors import TooMany
from chalicelib.shared.times import DAY, HOUR, after
from tests.identity.people import ADDRESS, LIMIT, Person, person, resident
from tests.support.wire import Fault, tapped
from tests.support.world import World


def _burn(world: World, address: str = ADDRESS) -> None:
    """A stranger uses up an address's tries for the day, and the codes of the hour."""
    stranger = person(world, source="192.0.2.66")
    stranger.ask(world.now, address)
    for _ in range(8):
        with pytest.raises(WrongCode):
            stranger.verify(stranger.wrong(), world.now)


def _owner(world: World) -> Person:
    """The owner's browser, which signed in a day ago."""
    owner = person(world)
    yesterday = after(world.now, -DAY)
    owner.ask(yesterday)
    owner.sign_in(yesterday)
    return owner


def test_the_owners_browser_gets_in_at_the_first_try_under_attack(world: World) -> None:
    """A-11: troll test."""
    resident(world)
    owner = _owner(world)
    _burn(world)

    owner.ask(world.now)

    assert owner.sign_in(world.now).token


def test_an_unknown_browser_has_to_wait_for_the_day_to_pass(world: World) -> None:
    """A-10: after five failures of an address and day no code is sent, whatever browser or network asks."""
    resident(world)
    _burn(world)
    other = person(world, source="192.0.2.77")
    with pytest.raises(NoTriesLeft):
        other.ask(after(world.now, 61))

    tomorrow = after(world.now, DAY + 1)
    other.ask(tomorrow)
    assert other.sign_in(tomorrow).token


def test_a_right_code_that_was_under_way_is_refused_once_the_days_tries_are_gone(world: World) -> None:
    """A-10: tries are counted for the address, over all challenges; a challenge of one's own brings none."""
    resident(world)
    earlier = person(world, source="192.0.2.77")
    earlier.ask(after(world.now, -61))
    _burn(world)

    with pytest.raises(WrongCode):
        earlier.verify(earlier.code(), world.now)


def test_a_strangers_own_known_browser_does_not_help_against_others(world: World) -> None:
    """A-11: it is known for its own addresses only."""
    resident(world)
    resident(world, "troll@example.com")
    troll = person(world, source="192.0.2.88")
    troll.ask(world.now, "troll@example.com")
    troll.sign_in(world.now)
    _burn(world)

    with pytest.raises(NoTriesLeft):
        troll.ask(after(world.now, 61))


@pytest.mark.parametrize("forged", ["", ".", "x", "{user}.", "{user}.AAAA", ".{token}", "{user}.{token}x", "x.{token}"])
def test_a_forged_memory_is_none(world: World, forged: str) -> None:
    """A-11: the user's id alone proves nothing."""
    resident(world)
    owner = _owner(world)
    user, _, token = owner.known.partition(".")
    _burn(world)
    forger = person(world, source="192.0.2.99", known=forged.format(user=user, token=token))

    with pytest.raises(NoTriesLeft):
        forger.ask(after(world.now, 61))


def test_a_memory_fades_though_its_item_is_still_there(world: World) -> None:
    """D-08: 180 days, by the clock."""
    resident(world)
    owner = _owner(world)
    late = replace(world, now=after(world.now, BROWSER_SECONDS))
    _burn(late)

    with pytest.raises(NoTriesLeft):
        owner.ask(after(late.now, 61))


def test_a_known_browser_has_a_budget_of_its_own_and_no_more(world: World) -> None:
    """A-10: it may not guess for ever either."""
    resident(world)
    owner = _owner(world)
    owner.ask(world.now)
    for _ in range(5):
        with pytest.raises(WrongCode):
            owner.verify(owner.wrong(), world.now)

    with pytest.raises(WrongCode):
        owner.verify(owner.code(), world.now)
    with pytest.raises(NoTriesLeft):
        owner.ask(after(world.now, 5 * HOUR))


def test_signing_in_often_brings_no_further_tries(world: World) -> None:
    """A-10: eight browsers that signed in share one budget; to guess, they get five tries and not forty."""
    resident(world)
    known = []
    for number in range(8):
        began = after(world.now, (number - 8) * 3 * HOUR)
        known.append(person(world, source=f"198.51.100.{number}"))
        known[-1].ask(began)
        known[-1].sign_in(began)
    guessing = []
    for number, browser in enumerate(known):
        with suppress(TooMany):
            browser.ask(after(world.now, number * 301))
            guessing.append(browser)
            for _ in range(5):
                with pytest.raises(WrongCode):
                    browser.verify(browser.wrong(), after(world.now, number * 301))

    assert len(guessing) == 1


def test_signing_out_everywhere_makes_strangers_of_all_browsers(world: World) -> None:
    """A-10, S-05: one write is enough, even if the memories themselves could not be deleted."""
    user = resident(world)
    owner = _owner(world)
    with tapped(Fault.DOWN, 3) as wire:
        devices.end_all(world.org, user.id, world.now)
    assert wire.calls == ["GetItem", "TransactWriteItems", "Query"]
    assert len(store.list_devices(world.org, user.id)[1]) == 1
    _burn(world)
    with pytest.raises(NoTriesLeft):
        owner.ask(after(world.now, 61))

    devices.end_all(world.org, user.id, world.now)
    assert store.list_devices(world.org, user.id) == ([], [])


def test_a_browser_is_known_for_the_addresses_of_today_only(world: World) -> None:
    """A-11: an address that was given up may be somebody else's tomorrow; the new one is known at once."""
    user = resident(world)
    owner = _owner(world)
    owner.ask(world.now, "new@example.com", Purpose.NEW_LOGIN, user=user.id, target="new@example.com")
    logins.replace_login(world.organisation, owner.verify(owner.code(), world.now, Purpose.NEW_LOGIN), world.now)
    later = replace(world, now=after(world.now, HOUR))
    _burn(later)
    _burn(later, "new@example.com")

    with pytest.raises(NoTriesLeft):
        owner.ask(after(later.now, 61))
    owner.ask(after(later.now, 61), "new@example.com")
    assert owner.sign_in(after(later.now, 61)).token


def test_a_sign_in_replaces_the_memory_that_the_browser_had(world: World) -> None:
    """A-10: one browser is remembered once, however often it signs in."""
    user = resident(world)
    owner = _owner(world)
    owner.ask(world.now)
    verified = owner.verify(owner.code(), world.now)

    came = signing_in.sign_in(world.organisation, verified, Device("Firefox, Linux", known=owner.known), world.now)

    kept = store.list_devices(world.org, user.id)[1]
    assert [browser.token_hash for browser in kept] == [tokens.token_hash(came.known.partition(".")[2])]


def test_no_more_than_twenty_browsers_are_remembered(world: World) -> None:
    """The oldest is forgotten first."""
    user = resident(world)
    for number in range(MAX_BROWSERS + 5):
        transaction = Transaction()
        store.save_browser(transaction, world.org, KnownBrowser(f"{number}", user.id, after(world.now, number)))
        transaction.commit()

    signing_in.end_oldest(world.org, user)

    left = {browser.token_hash for browser in store.list_devices(world.org, user.id)[1]}
    assert left == {f"{number}" for number in range(5, MAX_BROWSERS + 5)}


def test_somebody_signed_in_writes_to_five_new_addresses_a_day(world: World) -> None:
    """AUTH-12: a client's account is no way to mail or text strangers, from however many networks."""
    user = resident(world)

    def ask(number: int, user_id: str) -> None:
        target = f"stranger{number}@example.com"
        client = person(world, source=f"198.51.100.{number}")
        client.ask(world.now, target, Purpose.NEW_LOGIN, user=user_id, target=target)

    for number in range(5):
        ask(number, user.id)
    with pytest.raises(TooMany) as told:
        ask(5, user.id)
    assert told.value.retry_after == DAY
    ask(6, resident(world, "other@example.com").id)


def test_one_network_may_ask_for_ten_codes_an_hour(world: World) -> None:
    """A-13: 200 addresses from one source stop at the eleventh; a whole IPv6 /64 is one source."""
    for number in range(10):
        source = f"2001:db8:1:2::{number:x}"
        person(world, source=source).ask(world.now, f"p{number}@example.com")
    with pytest.raises(BusyNetwork):
        person(world, source="2001:db8:1:2:ffff::1").ask(world.now, "p10@example.com")
    assert person(world, source="2001:db8:1:3::1").ask(world.now, "p10@example.com").challenge


def test_two_hundred_networks_count_as_one_for_an_address(world: World) -> None:
    """A-13: 5 an hour for an address, whoever asks."""
    for number in range(5):
        person(world, source=f"198.51.100.{number}").ask(after(world.now, 300 * number))
    for number in range(5, 12):
        with pytest.raises(TooMany) as told:
            person(world, source=f"198.51.100.{number}").ask(after(world.now, 300 * number))
        assert 0 < told.value.retry_after <= HOUR


def test_a_spray_stops_at_the_organisations_hour_but_not_for_known_browsers(world: World) -> None:
    """A-14, A-11."""
    resident(world)
    owner = _owner(world)
    limit = 6

    def ask(browser: Person, address: str) -> None:
        challenges.ask(browser.caller, Wanted(email_identifier(address)), limit, world.now)

    for number in range(limit):
        ask(person(world, source=f"198.51.100.{number}"), f"spray{number}@example.com")
    with pytest.raises(TooMany) as told:
        ask(person(world, source="198.51.100.99"), "next@example.com")
    assert 0 < told.value.retry_after <= HOUR

    ask(owner, ADDRESS)


def test_a_right_code_costs_nothing(world: World) -> None:
    """A-10: seven sign-ins of a day from new browsers, none of which counts as a failure."""
    user = resident(world)
    for number in range(7):
        moment = after(world.now, number * HOUR)
        browser = person(world, source=f"198.51.100.{number}")
        browser.ask(moment)
        browser.sign_in(moment)
    assert len(store.list_sessions(world.org, user.id)) == 7
    assert LIMIT > 7


def test_a_wrong_browser_spends_no_try(world: World) -> None:
    """A-08: the right code in another browser is refused, and the owner's five tries are still five."""
    resident(world)
    owner = person(world)
    owner.ask(world.now)
    thief = person(world, source="192.0.2.1")
    thief.ticket = challenges.Ticket(owner.ticket.challenge, "A" * 43)
    for _ in range(10):
        with pytest.raises(WrongCode):
            thief.verify(owner.code(), world.now)

    for _ in range(4):
        with pytest.raises(WrongCode):
            owner.verify(owner.wrong(), world.now)
    assert owner.sign_in(world.now).token


def test_a_new_sending_ends_the_old_code_and_resets_nothing(world: World) -> None:
    """A-09: four failures before, one after, and the challenge is spent."""
    resident(world)
    owner = person(world)
    ticket = owner.ask(world.now)
    for _ in range(4):
        with pytest.raises(WrongCode):
            owner.verify(owner.wrong(), world.now)
    later = after(world.now, 61)
    challenges.ask_again(owner.caller, ticket, Channel.AUTO, LIMIT, later)

    with pytest.raises(WrongCode):
        owner.verify(owner.code(1), later)
    with pytest.raises(WrongCode):
        owner.verify(owner.code(2), later)
