"""What names a family anywhere: each shape of key is erased with the family, or kept for a reason that is told here."""

import inspect
from collections.abc import Callable, Iterator

from chalicelib import bootstrap
from chalicelib.adapters import aws
from chalicelib.data import keys, read
from chalicelib.data.items import Item
from chalicelib.data.keys import Key
from chalicelib.data.write import Transaction
from chalicelib.files import keeping
from chalicelib.joining import merges
from chalicelib.joining import store as joining
from chalicelib.joining.domain import Asked, Request, RequestState, Wish
from chalicelib.joining.merges import Merge, What
from chalicelib.moving import store as batches
from chalicelib.moving.before import WritingDown
from chalicelib.moving.domain import Row, Source, Told
from chalicelib.privacy import deletions, erasing
from chalicelib.privacy.deletions import GRACE_SECONDS, Deletion, DeletionState
from chalicelib.settings import current
from chalicelib.shared.ids import dated_id
from chalicelib.shared.times import after
from tests.clients.finding import catch_up, follow
from tests.privacy.full import Full, full
from tests.support.stored import StoredItem, stored_items
from tests.support.world import World

ERASED = {
    "answered_form": "answered_form",
    "card": "card",
    "batch_row": "moving_row",
    "before_batch": "moving_before",
    "client": "client",
    "customer_owner": "customer_owner",
    "desk_thread": "desk_thread",
    "found": "found",
    "join_request": "join_request",
    "journal_entry": "journal",
    "known_address": "known_address",
    "login": "login",
    "merge": "merge",
    "order": "order",
    "pair": "pair",
    "parked": "parked",
    "pay_link": "pay_link",
    "received": "received",
    "refused_address": "refused_address",
    "reply_address": "reply_address",
    "seen_document": "seen_document",
    "sent_paper": "sent_paper",
    "slip_row": "slip_row",
    "stranger_report": "stranger",
}
"""Shapes of keys outside a family's own partitions, and the kind of item that is there."""
STAYS = {
    "deletion": "That it was asked for, and what became of it; without a name.",
    "imported": "Random names, so that the organisation's files are not taken for new ones; gone to nowhere.",
    "agendas": "A random name at most, of whose agenda was looked at last; gone when all were.",
    "migration": "A random name at most, of the record that was looked at last.",
    "roll": "Random names of who had a place in a class that is over: how many there were is still told.",
    "week_sheet": "Random names of who had which hour; gone by itself after 60 days.",
    "outbox": "Mail that is on its way or went out; gone by itself.",
    "challenge": "Codes for signing in; gone by themselves.",
    "code_dispatch": "Codes for signing in; gone by themselves.",
    "limit": "Counts under fingerprints of addresses; gone by themselves.",
    "mail_report": "That something was reported of a mail or a text, under a fingerprint; gone by itself.",
    "inbound_mail": "That a mail came in, by a fingerprint; gone by itself.",
    "stripe_event": "What the payment provider told; gone by itself.",
    "joining_begun": "A registration on its way; gone by itself.",
    "human_check": "That a check against programs was used; gone by itself.",
    "merge_part": "Random names of where what was merged lies; gone by itself after 60 days.",
    "audit": "What was decided about the organisation: a family by its random name at most.",
    "api_call": "What a program was answered; gone by itself after a day.",
    "delivery": "Random names of what programs were told about; gone by itself after 30 days.",
    "staff": "That somebody works here, which has nothing to do with the family.",
}
ORGANISATION = {
    "organisation", "logo", "programme", "class_group", "meeting", "meetings_partition", "month_meeting",
    "month_partition", "listed_class", "class_change", "offered_class", "offered_prefix", "plan", "product",
    "reconcile", "resource", "skill", "forms", "form", "form_version", "consents", "consent", "consent_edition",
    "slip_settings", "slip_year", "class_documents", "series", "till_close", "statement_run", "api_token", "endpoint",
    "ended", "ending", "demo", "lane", "own_words", "stirred_class", "moving_batch", "moving_columns", "moving_export",
}  # fmt: skip
"""Shapes of keys that name no family, and whose items do not either."""
KEPT_BY_LAW = {
    "client", "found", "invoice", "payment", "received", "ledger", "journal", "slip", "signature", "household",
    "summary",
}  # fmt: skip


def shapes() -> Iterator[tuple[str, str]]:
    """Every shape of key, with the partition that it makes for one family."""
    for name, make in inspect.getmembers(keys, inspect.isfunction):
        told = inspect.signature(make).parameters
        if make.__annotations__.get("return") is Key:
            given = {each: 7 if part.annotation is int else _given(each) for each, part in told.items()}
            yield name, make(**given).pk


def _given(parameter: str) -> str:
    return {"org": "o", "household_id": "home", "person_id": "person", "user_id": "user"}.get(parameter, "2026-11-22")


def test_every_shape_of_key_is_erased_or_kept_for_a_reason() -> None:
    """NEW-12: a new one has to say here what becomes of it; those in a family's own partitions go with these."""
    own = {
        keys.household_partition("o", "home"), keys.person_partition("o", "person"), keys.user_partition("o", "user"),
        keys.deed("o", "home", "").pk,
    }  # fmt: skip
    elsewhere = {name for name, partition in shapes() if partition not in own}
    assert elsewhere - {name for name in ORGANISATION if "partition" not in name and "prefix" not in name} == {
        *ERASED, *STAYS,
    }  # fmt: skip


def naming(world: World, family: Full, *words: str) -> dict[str, list[StoredItem]]:
    """All stored items in which the family, its child, its user or words are named, by kind."""
    wanted = (family.home.id, family.child.id, family.user.id, *words)
    found: dict[str, list[StoredItem]] = {}
    for item in stored_items(world.org).values():
        if any(each in repr(item) for each in wanted):
            found.setdefault(item["kind"]["S"], []).append(item)
    return found


def around(world: World, family: Full) -> None:
    """What tells of the family in the staff's own lists: whom it may double, what it was merged with, that it asked."""
    world.household("Whose address is the same")
    asked = Asked(Wish.MATCH, "+15145550199", "en", "Marie", "Tremblay", family.user.email, None, "Tremblay")
    transaction = Transaction()
    for state in (RequestState.OPEN, RequestState.PROVED):
        request = Request(dated_id(world.today), asked, world.now, state)
        transaction.create(state.value, joining.request_item(world.org, request))
    home = family.home.id
    merge = Merge(dated_id(world.today), What.HOUSEHOLDS, home, home, "gone", "Tremblay", "Roy", "Kate", world.now)
    merges.save(transaction, world.org, merge)
    transaction.commit()
    brought(world, family)


def brought(world: World, family: Full) -> None:
    """Files that changed the family, its child and its user, and say so."""
    batch, rows = "20261122-files", [Row("household", "Tremblay", "name", "Tremblay", "Roy", family.home.id)]
    batches.add_batch(world.org, batch, Source.PLAIN, (), "Kate", world.now)
    batches.put_rows(world.org, batch, Told.CHANGE, rows, world.now)
    transaction, org = Transaction(), world.org
    wanted = (
        keys.household(org, family.home.id), keys.person(org, family.child.id), keys.user(org, family.user.id),
    )  # fmt: skip
    for key in wanted:
        [stored] = read.raw([key]).values()
        transaction.put(key.sk, Item.from_raw_data(stored))
    WritingDown(org, batch, 1, world.now).carry(transaction)


def erase(world: World, family: Full, carry_out: Callable[[], str]) -> str:
    """Asks for it, has it checked, and lets the clock come."""
    asked = Deletion(
        family.home.id, DeletionState.RECEIVED, world.now, family.user.id, "x", "", family.user.email, "en"
    )
    deletions.ask(world.organisation, asked, world.now)
    deletions.verify(world.org, family.home.id, "Kate", world.now)
    return carry_out()


def test_nothing_names_an_erased_family_but_what_has_to(world: World) -> None:
    """NEW-12: first all but what the law demands, then that as well, in lists of the organisation's too."""
    family = full(world)
    around(world, family)
    catch_up(world.org)
    key = keys.deletion(world.org, family.home.id)
    before, stored = naming(world, family, family.user.email), stored_items(world.org)
    assert set(ERASED.values()) <= set(before)

    came = erase(world, family, lambda: erasing.run(bootstrap.vault(), key, after(world.now, GRACE_SECONDS)))

    assert came == "partly"
    follow(world.org, stored)
    left, stored = naming(world, family), stored_items(world.org)
    assert all("Tremblay" not in repr(item) for kind in ("client", "found") for item in left.get(kind, ()))
    stays = {"deletion", "roll", "message"}
    assert set(left) - stays <= KEPT_BY_LAW
    assert {"invoice", "payment", "received", "slip", "signature"} <= set(left)

    until = deletions.require(world.org, family.home.id).kept_until
    assert until
    later = world.now.replace(year=until.year + 1, month=1, day=3)
    assert erasing.run(bootstrap.vault(), key, later) == "done"
    follow(world.org, stored)
    left = naming(world, family, "Tremblay", "Léa", "marie@example.com")
    assert set(left) <= stays
    named = [item for items in left.values() for item in items if "Tremblay" in repr(item) or "Léa" in repr(item)]
    assert all("expires" in item for item in named)


def kept_files(world: World, family: Full) -> list[str]:
    """Names of all that lies in the vault for the family."""
    place = {"Bucket": current().vault_bucket, "Prefix": keeping.folder(world.org, family.home.id)}
    return [each["Key"] for each in aws.client("s3").list_objects_v2(**place).get("Contents", ())]


def test_files_of_an_erased_family_are_dropped(world: World) -> None:
    """NEW-12: what it sent, and what was shared with it alone."""
    family = full(world)
    assert len(kept_files(world, family)) == 3
    key = keys.deletion(world.org, family.home.id)
    erase(world, family, lambda: erasing.run(bootstrap.vault(), key, after(world.now, GRACE_SECONDS)))
    assert kept_files(world, family) == []
