"""D-13: records of a restored table come back into the one in use, and nobody comes in who may not any more."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from chalicelib import bootstrap
from chalicelib.admin import operators
from chalicelib.admin.operators import Why
from chalicelib.data import keys, read, write
from chalicelib.data.items import Item
from chalicelib.data.keys import Key
from chalicelib.data.outbox import Notice, enqueue
from chalicelib.data.write import Transaction
from chalicelib.identity import signing_in
from chalicelib.identity import store as identity
from chalicelib.identity.domain import HouseholdLink, StaffRole, email_identifier
from chalicelib.moving.plainly import LEFT_OUT
from chalicelib.privacy import deletions, ending, erasing
from chalicelib.privacy.deletions import GRACE_SECONDS
from chalicelib.shared.times import after
from infra import restore
from infra.reckoning import reckon
from infra.returning import Fate, put_back
from infra.target import Target
from local.demonstration import load_once
from local.portal import DEMONSTRATION
from tests.clients.finding import catch_up
from tests.privacy.full import Full, full
from tests.privacy.test_pointers import around, erase
from tests.support import tables
from tests.support.browser import Browser
from tests.support.door import Door
from tests.support.stored import StoredItem, stored_items
from tests.support.world import World

_MADE_ANEW = ("client", "found")


def test_records_come_back_into_the_table_in_use(target: Target, table: str, new: str, world: World) -> None:
    """What was deleted is there again, what people wrote since stays, and no message goes out twice."""
    home, gone = world.household("Roy", "Claire"), world.household("Tremblay", "Léa")
    user = world.user(home)
    transaction = Transaction()
    message = enqueue(transaction, world.org, Notice("new_device", user.id, {}), world.now)
    transaction.commit()
    restore.restore(target, table, new)
    dynamodb = target.client("dynamodb")
    before = read.raw([keys.household(world.org, gone.id), keys.summary(world.org, gone.id)])
    for pk, sk in (*before, keys.outbox(world.org, message)):
        dynamodb.delete_item(TableName=table, Key={"pk": {"S": pk}, "sk": {"S": sk}})
    changed = world.invoice(home, "2026-0099")

    first = put_back(dynamodb, new, table)
    assert first[Fate.WRITTEN] == len(before)
    assert read.raw(list(before)) == before
    assert not read.raw([keys.outbox(world.org, message)]), "it was on its way then"
    assert read.raw([keys.invoice(world.org, home.id, changed.id)]), "what was written since stays"
    assert first[Fate.KEPT], "the summary of that home has changed since"
    again = put_back(dynamodb, new, table)
    assert (again[Fate.WRITTEN], again[Fate.KEPT]) == (0, first[Fate.KEPT])


def test_what_differs_is_written_over_only_when_that_is_said(
    target: Target, table: str, new: str, world: World
) -> None:
    home = world.household("Roy", "Claire")
    key = keys.summary(world.org, home.id)
    before = read.raw([key])
    restore.restore(target, table, new)
    world.invoice(home, "2026-0099")
    assert read.raw([key]) != before
    put_back(target.client("dynamodb"), new, table, exactly=True)
    assert read.raw([key]) == before


def test_who_was_signed_out_since_stays_signed_out(
    target: Target, table: str, new: str, world: World, door: Door, browser: Browser
) -> None:
    """S-05: a session of the copy, with a cookie that somebody kept."""
    world.user(world.household("Tremblay", "Léa"))
    door.enter("marie@example.com")
    kept = dict(browser.cookies)
    restore.restore(target, table, new)
    assert browser.get(f"/{world.org}").status == 200
    browser.submit(browser.get(f"/{world.org}"), "sign-out", follow=False)

    for exactly in (False, True):
        assert put_back(target.client("dynamodb"), new, table, exactly=exactly)[Fate.LEFT_BEHIND]
        browser.cookies.update(kept)
        assert browser.get(f"/{world.org}").status == 303


@pytest.mark.parametrize("exactly", [False, True])
def test_nothing_that_opens_something_or_was_on_its_way_comes_back(
    target: Target, table: str, new: str, world: World, exactly: bool
) -> None:
    """Sessions, authenticators, tokens, invitations, links …: they may have been ended since the copy was taken."""
    pk = keys.partition(world.org, "DRILL")
    items = [{"pk": {"S": pk}, "sk": {"S": f"KIND#{kind}"}, "kind": {"S": kind}} for kind in LEFT_OUT]
    for start in range(0, len(items), 25):
        write.restore(items[start : start + 25])
    restore.restore(target, table, new)
    for key in list(read.under(pk, "KIND#")):
        write.delete(Item(*key))

    put_back(target.client("dynamodb"), new, table, exactly=exactly)

    assert {key.sk.removeprefix("KIND#") for key in read.under(pk, "KIND#")} == set(_MADE_ANEW)


@pytest.mark.parametrize("exactly", [False, True])
def test_an_address_or_a_role_that_was_taken_away_since_opens_nothing(
    target: Target, table: str, new: str, world: World, exactly: bool
) -> None:
    """A-20, AUTH-13: the former address of a user, a delegate who was let go, and somebody who worked here once."""
    home, other = world.household("Tremblay"), world.household("Roy")
    marie, kate = world.user(home, other), world.staff(StaffRole.DESK)
    dynamodb, org = target.client("dynamodb"), world.org
    restore.restore(target, table, new)
    moved = replace(marie, email="new@example.com", households=(HouseholdLink(home.id, marie.households[0].role),))
    transaction = Transaction()
    identity.save_user(transaction, org, replace(moved, version=1))
    identity.release_login(transaction, org, email_identifier(marie.email), marie.id)
    identity.claim_login(transaction, org, email_identifier(moved.email), marie.id, moved.email)
    identity.forget_link(transaction, org, other.id, marie.id)
    identity.save_user(transaction, org, replace(kate, staff_role=None, version=1))
    transaction.delete("staff", Item(*keys.staff(org, kate.id)))
    transaction.commit()
    before = _of(org)

    put_back(dynamodb, new, table, exactly=exactly)

    assert signing_in.find_user(world.organisation, email_identifier(marie.email)) is None
    assert read.raw([keys.staff(org, kate.id), keys.household_user(org, other.id, marie.id)]) == {}
    assert _of(org, "user", "login") == {key: item for key, item in before.items() if _kind(item) in ("user", "login")}


def test_a_table_that_lost_everything_gets_all_back_but_what_opens_and_passes(
    target: Target, table: str, new: str, record_property: Callable[[str, object], None]
) -> None:
    """The whole demonstration, into an empty table; how long it took is published."""
    load_once(DEMONSTRATION)
    tables.drop_what_is_over()
    there = restore.restore(target, table, new)
    dynamodb = target.client("dynamodb")
    empty = _empty_like(dynamodb, table)
    begun = time.monotonic()
    told = put_back(dynamodb, new, empty)
    seconds, found = time.monotonic() - begun, reckon(dynamodb, empty)
    dynamodb.delete_table(TableName=empty)
    opened = ("login", "household_user", "staff")
    wanted = {kind for kind in there.after if kind not in LEFT_OUT or kind in _MADE_ANEW}
    assert {kind: found[kind] for kind in wanted - {*opened}} == {
        kind: there.after[kind] for kind in wanted - {*opened}
    }
    assert set(found) == wanted
    items = sum(told.values())
    assert told[Fate.WRITTEN] == sum(each.items for each in found.values()) > 500
    record_property("restored and compared", f"{1000 * there.seconds / items:.1f} s for 1,000 records")
    record_property("put back", f"{1000 * seconds / items:.1f} s for 1,000 records, all of them lost")


def _empty_like(dynamodb: Any, table: str) -> str:
    """Another table of the same form."""
    told, name = dynamodb.describe_table(TableName=table)["Table"], f"foyer-empty-{time.monotonic_ns()}"
    index = [
        {key: each[key] for key in ("IndexName", "KeySchema", "Projection")} for each in told["GlobalSecondaryIndexes"]
    ]
    dynamodb.create_table(
        TableName=name, BillingMode="PAY_PER_REQUEST", KeySchema=told["KeySchema"], GlobalSecondaryIndexes=index,
        AttributeDefinitions=told["AttributeDefinitions"],
    )  # fmt: skip
    return name


def test_who_was_lost_with_all_ways_in_comes_back_with_them(target: Target, table: str, new: str, world: World) -> None:
    home = world.household("Tremblay")
    marie = world.user(home)
    places = [
        keys.user(world.org, marie.id), keys.login(world.org, email_identifier(marie.email)),
        keys.household_user(world.org, home.id, marie.id),
    ]  # fmt: skip
    before = read.raw(places)
    restore.restore(target, table, new)
    for key in places:
        write.delete(Item(*key))

    put_back(target.client("dynamodb"), new, table)

    assert read.raw(places) == before
    found = signing_in.find_user(world.organisation, email_identifier(marie.email))
    assert found
    assert found.id == marie.id


def test_a_family_that_was_erased_since_stays_forgotten(target: Target, table: str, new: str, world: World) -> None:
    """NEW-12: it used everything there is; of what the law keeps nothing is written over with what it was before."""
    family, dynamodb = _a_whole_family(world), target.client("dynamodb")
    other = world.household("Roy", "Claire")
    lost = keys.household(world.org, other.id)
    restore.restore(target, table, new)
    _erase(world, family)
    bare = _of(world.org)
    write.delete(Item(*lost))

    told = put_back(dynamodb, new, table)
    assert _of(world.org) == bare, "the other family's record is there again, and nothing else"
    assert told[Fate.FORGOTTEN] > 50

    put_back(dynamodb, new, table, exactly=True)
    names = (family.home.id, family.child.id, family.user.id, "Tremblay", "marie@example.com")
    assert _telling(_of(world.org), *names) == _telling(bare, *names)


def test_what_the_law_keeps_of_an_erased_family_comes_back_from_a_copy_of_later(
    target: Target, table: str, new: str, world: World
) -> None:
    family = _a_whole_family(world)
    _erase(world, family)
    [invoice, *_] = read.under(keys.household_partition(world.org, family.home.id), keys.INVOICES)
    before = read.raw([invoice])
    restore.restore(target, table, new)
    write.delete(Item(*invoice))

    put_back(target.client("dynamodb"), new, table)

    assert read.raw([invoice]) == before


def test_an_erasure_that_is_under_way_is_honoured(
    target: Target, table: str, new: str, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was cut short in the middle: whom it is about was noted before the first record went."""
    family = _a_whole_family(world)
    restore.restore(target, table, new)
    real, left = write.delete, [40]

    def delete(item: Item) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise RuntimeError("died")
        real(item)

    with monkeypatch.context() as patched:
        patched.setattr(write, "delete", delete)
        with pytest.raises(RuntimeError, match="died"):
            _erase(world, family)
    half = _of(world.org)

    put_back(target.client("dynamodb"), new, table)

    assert _of(world.org) == half


def test_an_organisation_that_ended_since_does_not_come_back(
    target: Target, table: str, new: str, world: World
) -> None:
    """T-15: not even where another has its name by now."""
    world.user(world.household("Tremblay", "Léa"))
    restore.restore(target, table, new)
    why = Why("kim", "The organisation asked for it in writing")
    begins = operators.end(world.org, why, world.now)
    assert ending.run(bootstrap.vault(), keys.ending(world.org), begins, lambda: False) == "gone"

    put_back(target.client("dynamodb"), new, table)

    assert _of(world.org) == {}


def _a_whole_family(world: World) -> Full:
    """With a trace in every list of the organisation's."""
    family = full(world)
    around(world, family)
    catch_up(world.org)
    return family


def _erase(world: World, family: Full) -> None:
    key, late = keys.deletion(world.org, family.home.id), after(world.now, GRACE_SECONDS)
    erase(world, family, lambda: erasing.run(bootstrap.vault(), key, late))
    assert family.user.id in deletions.require(world.org, family.home.id).gone


def _of(org: str, *kinds: str) -> dict[Key, StoredItem]:
    """What an organisation has; of these kinds alone if any are named."""
    return {Key(*key): item for key, item in stored_items(org).items() if not kinds or _kind(item) in kinds}


def _kind(item: StoredItem) -> str:
    return str(item["kind"]["S"])


def _telling(items: dict[Key, StoredItem], *names: str) -> dict[Key, StoredItem]:
    return {key: item for key, item in items.items() if any(name in repr(item) for name in names)}
