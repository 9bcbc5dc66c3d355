"""L-01: keys are replaced while people work. What the old one made stays good until it is taken out of use."""

import base64
import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from typer.testing import CliRunner

from chalicelib import settings
from chalicelib.adapters import ssm
from chalicelib.adapters.sealing import KeySealer
from chalicelib.adapters.ssm import ParameterSecrets
from chalicelib.adapters.stripe_gateway import StripeGateway
from chalicelib.admin import rotating
from chalicelib.data import keys, read, write
from chalicelib.gateway import API_VERSION, NotSigned
from chalicelib.identity import authenticators, codes
from chalicelib.identity.domain import Authenticator
from chalicelib.identity.models import AuthenticatorItem
from chalicelib.notifications import preferences
from chalicelib.notifications.purposes import Purpose
from chalicelib.organisations import store as organisations
from chalicelib.organisations.domain import Organisation
from chalicelib.shared.errors import Unavailable
from chalicelib.shared.times import epoch, to_iso
from chalicelib.slips.models import SlipNumberItem
from cli.__main__ import app
from tests.support.clock import TurnedClock
from tests.support.world import World


@pytest.fixture
def names(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """Parameters of this test's own, each with one key in it."""
    told = {key: f"/foyer/{world.org}/{key}" for key in ("pepper", "numbers")}
    monkeypatch.setenv("FOYER_PEPPER_PARAMETER", told["pepper"])
    monkeypatch.setenv("FOYER_NUMBER_KEYS_PARAMETER", told["numbers"])
    monkeypatch.setenv("FOYER_STRIPE_PARAMETERS", f"/foyer/{world.org}/stripe")
    settings.current.cache_clear()
    for name in told.values():
        ssm.put_secret(name, rotating.new_key())
    ssm.put_secret(f"/foyer/{world.org}/stripe/{world.org}/webhook", "whsec_old")
    yield {**told, "stripe-webhook": f"/foyer/{world.org}/stripe/{world.org}/webhook"}
    monkeypatch.undo()
    settings.current.cache_clear()


def _run(*words: str, **more: str) -> Any:
    return CliRunner().invoke(app, ["keys", *words], env={"COLUMNS": "200", **more})


def _value(name: str) -> list[str]:
    found = ssm.stored_secret(name)
    assert found
    return found.value.split()


def _later(clock: TurnedClock) -> None:
    """Half an hour after now: every function has the new key, every code of the old one is over."""
    clock.set(datetime.now(UTC) + timedelta(seconds=rotating.TAKEN_UP_SECONDS + 5))


@pytest.mark.parametrize("key", ["pepper", "numbers"])
def test_a_new_key_stands_in_front_of_the_old_one(names: dict[str, str], key: str) -> None:
    (old,) = _value(names[key])
    done = _run("rotate", key)
    assert done.exit_code == 0, done.output
    new, behind = _value(names[key])
    assert (behind, len(base64.b64decode(new))) == (old, 32)
    assert new != old
    assert new not in done.output
    assert old not in done.output


def test_a_third_is_refused_while_two_are_in_use(names: dict[str, str]) -> None:
    _run("rotate", "pepper")
    before = _value(names["pepper"])
    done = _run("rotate", "pepper")
    assert (done.exit_code, _value(names["pepper"])) == (1, before)
    assert "drop the older one first" in done.output


def test_the_old_one_stays_while_functions_and_codes_may_have_it(names: dict[str, str]) -> None:
    _run("rotate", "pepper")
    done = _run("drop", "pepper")
    assert done.exit_code == 1
    assert re.search(r"in use until \d\d:\d\d UTC", done.output)
    assert len(_value(names["pepper"])) == 2


def test_after_a_leak_the_old_one_goes_at_once(names: dict[str, str]) -> None:
    _run("rotate", "pepper")
    newest = _value(names["pepper"])[0]
    done = _run("drop", "pepper", "--even-if-needed")
    assert (done.exit_code, _value(names["pepper"])) == (0, [newest])


def test_one_alone_is_not_dropped(names: dict[str, str], clock: TurnedClock) -> None:
    _later(clock)
    done = _run("drop", "numbers")
    assert (done.exit_code, len(_value(names["numbers"]))) == (1, 1)
    assert "Only one version" in done.output


def test_a_code_in_flight_outlives_the_rotation_and_not_the_drop(
    names: dict[str, str], world: World, clock: TurnedClock
) -> None:
    """A-04: made under the old key, it is good with both; afterwards only what the new key made is."""
    challenge = secrets.token_hex(8)
    secret = ParameterSecrets(names["pepper"])
    code = codes.code(secret.pepper()[0], challenge, 1)
    _run("rotate", "pepper")
    fresh = ParameterSecrets(names["pepper"]).pepper()
    assert code in {codes.code(key, challenge, 1) for key in fresh}
    assert code != codes.code(fresh[0], challenge, 1), "new codes are of the new key"
    _later(clock)
    done = _run("drop", "pepper", "--even-if-needed")
    assert done.exit_code == 0, done.output
    alone = ParameterSecrets(names["pepper"]).pepper()
    assert alone == fresh[:1]
    assert code not in {codes.code(key, challenge, 1) for key in alone}


def test_the_pepper_stays_while_an_authenticator_waits_for_its_owner(
    names: dict[str, str], world: World, clock: TurnedClock
) -> None:
    """A-27: its secret moves to the newest key at each use; whoever was away would be locked out."""
    user, now = world.staff(), datetime.now(UTC)
    old = ParameterSecrets(names["pepper"]).pepper()
    sealed = authenticators.sealed(old, b"s" * 20)
    pk, sk = keys.authenticator(world.org, user.id)
    step = epoch(now - timedelta(days=1)) // authenticators.STEP_SECONDS
    item = AuthenticatorItem(pk, sk, user=user.id, sealed=sealed, enrolled_at=to_iso(now), last_step=step, recovery=[])
    write.put(item, AuthenticatorItem.pk.does_not_exist())
    _run("rotate", "pepper")
    _later(clock)
    refused = _run("drop", "pepper")
    assert refused.exit_code == 1
    assert "still need the older version" in refused.output

    both = ParameterSecrets(names["pepper"]).pepper()
    versions = rotating.Versions(tuple(_value(names["pepper"])), clock.now() - timedelta(minutes=40))
    before = rotating.waiting_for(rotating.Name.PEPPER, versions)
    found = read.one(AuthenticatorItem, keys.authenticator(world.org, user.id))
    assert found
    known = Authenticator(user.id, found.sealed, now, int(found.last_step), ())
    used_at = clock.now()
    used = authenticators.after_code(known, authenticators.shown(b"s" * 20, used_at), both, used_at)
    assert used
    write.update(found, [AuthenticatorItem.sealed.set(used.sealed), AuthenticatorItem.last_step.set(used.last_step)])
    clock.advance(minutes=5)
    assert rotating.waiting_for(rotating.Name.PEPPER, versions) == before - 1, "this one has moved"


def test_numbers_keep_their_key_until_each_was_sealed_anew(
    names: dict[str, str], world: World, clock: TurnedClock
) -> None:
    """S-08, L-01: what a key sealed is lost with it, so it stays."""
    sealer = KeySealer(ParameterSecrets(names["numbers"]))
    sealed = sealer.seal("046 454 286", "here")
    pk, sk = keys.slip_number(world.org, "h", "p")
    write.put(SlipNumberItem(pk, sk, parent="p", key_id=sealed.key, sealed=sealed.content))
    _run("rotate", "numbers")
    fresh = KeySealer(ParameterSecrets(names["numbers"]))
    assert fresh.open(sealed, "here") == "046 454 286"
    _later(clock)
    assert "still need the older version" in _run("drop", "numbers").output

    anew = fresh.seal(fresh.open(sealed, "here"), "here")
    write.put(SlipNumberItem(pk, sk, parent="p", key_id=anew.key, sealed=anew.content))
    done = _run("drop", "numbers")
    assert done.exit_code == 0, done.output
    alone = KeySealer(ParameterSecrets(names["numbers"]))
    assert alone.open(anew, "here") == "046 454 286"
    with pytest.raises(Unavailable):
        alone.open(sealed, "here")


def test_what_stripe_signs_is_believed_under_both_secrets(
    names: dict[str, str], world: World, clock: TurnedClock
) -> None:
    """P-01: old and new while the dashboard rolls; afterwards the new one alone."""
    done = _run("rotate", "stripe-webhook", world.org, FOYER_STRIPE_WEBHOOK_SECRET="whsec_new")
    assert done.exit_code == 0, done.output
    assert "whsec" not in done.output
    assert _value(names["stripe-webhook"]) == ["whsec_new", "whsec_old"]
    assert _believes(world.org, "whsec_old")
    assert _believes(world.org, "whsec_new")
    _later(clock)
    assert _run("drop", "stripe-webhook", world.org).exit_code == 0
    assert _value(names["stripe-webhook"]) == ["whsec_new"]
    assert _believes(world.org, "whsec_new")
    assert not _believes(world.org, "whsec_old")


def _believes(org: str, secret: str) -> bool:
    """Whether an event that is signed so is taken for Stripe's, by a function that has just started."""
    now = datetime.now(UTC)
    event = {
        "id": "evt_1", "object": "event", "type": "customer.updated", "created": epoch(now), "livemode": False,
        "api_version": API_VERSION, "data": {"object": {"id": "cus_1", "object": "customer"}},
    }  # fmt: skip
    body, stamp = json.dumps(event).encode(), epoch(now)
    told = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    try:
        StripeGateway(settings.current(), org).read_message(body, f"t={stamp},v1={told}", now)
    except NotSigned:
        return False
    return True


@pytest.mark.parametrize("told", ["sk_live_1", "whsec_a whsec_b", "", "whsec_old"])
def test_a_secret_that_is_none_or_in_use_is_refused(names: dict[str, str], world: World, told: str) -> None:
    done = _run("rotate", "stripe-webhook", world.org, FOYER_STRIPE_WEBHOOK_SECRET=told)
    assert done.exit_code == 1
    assert _value(names["stripe-webhook"]) == ["whsec_old"]


def test_how_many_versions_there_are_is_shown_and_no_value(names: dict[str, str], world: World) -> None:
    _run("rotate", "pepper")
    done = _run("status", world.org)
    assert done.exit_code == 0, done.output
    assert re.search(r"pepper\s+│ 2 ", done.output)
    assert re.search(r"numbers\s+│ 1 ", done.output)
    assert not any(value in done.output for name in names.values() for value in _value(name))


def _organisation(world: World) -> Organisation:
    found = organisations.get(world.org)
    assert found
    return found


def _is_taken(world: World, url: str) -> bool:
    return preferences.read_token(_organisation(world), url.rpartition("/")[2]) == ("home", Purpose.MONEY)


def test_unsubscribe_lines_of_mails_that_are_out_work_on_for_sixty_days(world: World, clock: TurnedClock) -> None:
    """M-13, L-01: the newest key signs; a line of the one before is taken until that is dropped, not before the law's
    sixty days, and nobody can make one with it any more."""
    old = preferences.unsubscribe_url(_organisation(world), "home", Purpose.MONEY)
    done = _run("rotate", "unsubscribe", world.org)
    assert done.exit_code == 0, done.output
    assert f"In 60 days at the earliest: ./foyer keys drop unsubscribe {world.org}" in done.output
    new = preferences.unsubscribe_url(_organisation(world), "home", Purpose.MONEY)
    assert new != old
    assert (_is_taken(world, old), _is_taken(world, new)) == (True, True)
    assert not _is_taken(world, new[:-1] + ("a" if new[-1] != "a" else "b"))
    clock.advance(days=59)
    assert _run("drop", "unsubscribe", world.org).exit_code == 1
    clock.advance(days=2)
    assert _run("drop", "unsubscribe", world.org).exit_code == 0
    assert (_is_taken(world, old), _is_taken(world, new)) == (False, True)


def test_settings_that_are_changed_leave_the_keys_of_unsubscribe_lines_alone(world: World) -> None:
    _run("rotate", "unsubscribe", world.org)
    before = _organisation(world).link_keys
    organisations.update(world.organisation)
    assert _organisation(world).link_keys == before
    assert len(before) == 2
    assert before[1] == world.organisation.import_key, "records that were imported keep their names"
    assert _organisation(world).import_key == world.organisation.import_key


def test_a_key_of_unsubscribe_lines_is_an_organisations(world: World) -> None:
    assert "Say of which organisation" in _run("rotate", "unsubscribe").output
    assert _run("rotate", "unsubscribe", "nobody").exit_code == 1
