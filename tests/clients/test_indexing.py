"""The index follows the households, whoever writes them, however often and in whatever order it is told."""

from dataclasses import replace
from functools import partial

from chalicelib.clients import indexing, store
from chalicelib.clients.models import FoundItem
from chalicelib.clients.rebuilding import rebuild
from chalicelib.clients.searching import Found, search
from chalicelib.data import write
from chalicelib.data.keys import Key
from chalicelib.data.write import Transaction
from chalicelib.growing import archiving
from chalicelib.households import service
from chalicelib.households import store as households
from chalicelib.households.domain import Household
from chalicelib.households.models import HouseholdItem
from chalicelib.identity import store as identity
from chalicelib.identity.models import HouseholdUserItem
from tests.clients.finding import catch_up, handed_over
from tests.support.race import together
from tests.support.stored import stored_items
from tests.support.stream import record
from tests.support.world import World


def index_of(org: str) -> dict[Key, str]:
    """What is in the index: household or invoice, by key."""
    return {
        Key(*key): item["household"]["S"]
        for key, item in stored_items(org).items()
        if item["kind"]["S"] in ("found", "client")
    }


def _renamed(world: World, home: Household, name: str) -> None:
    summary = service.require_summary(world.org, home.id)
    stored = service.require_household(world.org, home.id)
    service.change_household(world.org, replace(stored, name=name), summary, world.now)


def _hits(world: World, typed: str) -> list[str]:
    return [hit.household for hit in search(world.org, typed).hits]


def test_a_changed_name_is_found_and_the_former_one_no_more(world: World) -> None:
    home = world.household("Tremblay")
    catch_up(world.org)

    _renamed(world, home, "Gagnon")
    catch_up(world.org)

    assert _hits(world, "gagnon") == [home.id]
    assert search(world.org, "tremblay") == Found()


def test_being_told_again_writes_nothing(world: World) -> None:
    home = world.household("Tremblay", "Zoé")
    catch_up(world.org)
    before = store.get(world.org, home.id)

    assert not indexing.refresh(world.org, home.id)
    after = store.get(world.org, home.id)
    assert before
    assert after
    assert before.version == after.version


def test_a_member_who_joins_or_leaves_is_told_by_the_link_alone(world: World) -> None:
    """Of what is deleted the stream has the keys: whose household it was says the partition."""
    home = world.household("Tremblay")
    catch_up(world.org)
    person = world.member(home, "Zoé")
    link = households.member_link_item(world.org, home.id, person.id)
    handed_over(record(link.serialize(null_check=False)))
    assert _hits(world, "zoé") == [home.id]

    transaction = Transaction()
    summary = service.require_summary(world.org, home.id)
    households.drop_member_link(transaction, world.org, home.id, person.id)
    households.save_summary(transaction, world.org, summary.without_member(person.id))
    transaction.commit()
    handed_over(record(link.serialize(null_check=False), "REMOVE"))
    assert search(world.org, "zoé") == Found()


def test_who_signs_in_no_more_is_found_no_more(world: World) -> None:
    home = world.household("Tremblay")
    user = world.user(home, email="aunt@example.com", name="Odile Fortin")
    catch_up(world.org)
    assert _hits(world, "fortin odile") == [home.id]

    transaction = Transaction()
    stored = identity.require_user(world.org, user.id)
    identity.forget_link(transaction, world.org, home.id, user.id)
    identity.save_user(transaction, world.org, stored.unlinked(home.id))
    transaction.commit()
    link = HouseholdUserItem(f"ORG#{world.org}#HH#{home.id}", f"ACCESS#USER#{user.id}", user=user.id)
    handed_over(record(link.serialize(null_check=False), "REMOVE"))

    assert search(world.org, "fortin") == Found()


def test_a_child_of_two_homes_leads_to_both(world: World) -> None:
    one, other = world.household("Tremblay"), world.household("Roy")
    child = world.member(one, "Zoé")
    transaction = Transaction()
    households.save_person(transaction, world.org, replace(child, households=(one.id, other.id)))
    households.save_member_link(transaction, world.org, other.id, child.id)
    transaction.commit()
    catch_up(world.org)

    assert set(_hits(world, "zoé")) == {one.id, other.id}


def test_an_archived_household_is_still_found_and_says_so(world: World) -> None:
    home = world.household("Tremblay")
    archiving.archive_household(world.organisation, home.id, world.now)
    catch_up(world.org)

    [hit] = search(world.org, "tremblay").hits
    assert hit.archived


def test_of_an_erased_household_nothing_is_left(world: World) -> None:
    """NEW-12: rows and entry go, with the words that only the entry knows."""
    home = world.household("Tremblay", "Zoé")
    catch_up(world.org)
    assert len(index_of(world.org)) > 3

    for key, image in stored_items(world.org).items():
        if key[0] == f"ORG#{world.org}#HH#{home.id}":
            write.delete(HouseholdItem(*key))
            handed_over(record(image, "REMOVE"))

    assert index_of(world.org) == {}


def test_of_what_the_law_keeps_the_number_alone_is_found(world: World) -> None:
    """NEW-12: the summary of a family that was deleted is bare, and so is the index."""
    home = world.household("Tremblay")
    catch_up(world.org)
    summary = service.require_summary(world.org, home.id)
    transaction = Transaction()
    bare = replace(summary, name=summary.number, members=(), archived=True)
    households.save_summary(transaction, world.org, bare)
    transaction.commit()

    catch_up(world.org)

    assert search(world.org, "tremblay") == Found()
    assert search(world.org, "famille@example.com") == Found()
    assert _hits(world, "h-1") == [home.id]


def test_whoever_writes_at_once_leaves_what_is_true_then(world: World) -> None:
    """Ten readings of a household that changes all the while: the last word is that of the records."""
    home = world.household("Tremblay")

    def renamed(name: str) -> bool:
        _renamed(world, home, name)
        return indexing.refresh(world.org, home.id)

    for turn in range(3):
        together([
            partial(renamed, f"Name{turn}"),
            *(partial(indexing.refresh, world.org, home.id) for _ in range(4)),
        ])  # fmt: skip

    expected = {"name2", "famile", "h1"}
    words = {key.sk.partition("#")[0] for key in index_of(world.org) if "#FIND#" in key.pk}
    assert expected <= words
    assert not words & {"name0", "name1", "tremblay", "tremblai"}
    entry = store.get(world.org, home.id)
    assert entry
    assert entry.settled
    assert set(entry.words.split()) == words


def test_the_index_made_anew_is_the_same(world: World) -> None:
    for name in ("Tremblay", "Roy"):
        world.invoice(world.household(name, "Zoé"), f"F-{name}")
    catch_up(world.org)
    before = index_of(world.org)
    for key in before:
        write.delete(FoundItem(*key))

    done = list(rebuild(world.org))

    assert len(done) == 2
    assert index_of(world.org) == before
