"""A batch in reverse: everything becomes what it was, but for those who were changed since."""

from dataclasses import replace

import pytest

from chalicelib.data import keys, read, write
from chalicelib.data.items import Item
from chalicelib.data.write import Transaction
from chalicelib.households.store import get_household, household_item
from chalicelib.identity.store import find_login, get_user
from chalicelib.moving import service, undoing, working
from chalicelib.moving.before import entries_of
from chalicelib.moving.domain import Source, Stage, Told
from chalicelib.moving.owning import Owner
from chalicelib.moving.taking_back import Undo
from chalicelib.organisations import audit
from chalicelib.schedule.store import get_class_groups, get_rolls
from tests.billing.keeping import billed
from tests.moving.bringing import INVOICES, KATE, PEOPLE, begun, everything, key_of, rows, taken_back, worker, written
from tests.moving.test_working import home_of
from tests.support.browser import Browser
from tests.support.imports import FAMILY
from tests.support.world import World

OWN = {f"{name}.csv": text for name, text in FAMILY.items()}


def test_a_batch_is_taken_back_without_a_trace(world: World) -> None:
    before = everything(world.org)
    batch = written(world, begun(world, {"students.csv": PEOPLE, "invoices.csv": INVOICES}))
    assert everything(world.org) != before
    batch = taken_back(world, batch)
    assert everything(world.org) == before
    assert batch.stage is Stage.UNDONE
    assert rows(batch, Told.KEPT) == []


def test_every_kind_of_file_of_the_import_is_taken_back(world: World) -> None:
    before = everything(world.org)
    batch = written(world, begun(world, OWN, Source.PLAIN))
    taken_back(world, batch)
    assert everything(world.org) == before


def test_a_change_of_what_was_here_before_is_taken_back_to_that(world: World) -> None:
    written(world, begun(world, {"students.csv": PEOPLE, "invoices.csv": INVOICES}))
    before = everything(world.org)
    more = PEOPLE.replace("2 rue B", "9 rue C") + "200,Andrei,Petrov,andrei@example.com,,Ivan,Petrov,02/20/2018,,,\n"
    paid = INVOICES.replace("80.00,30.00,Partial", "80.00,0.00,Paid")
    batch = written(world, begun(world, {"students.csv": more, "invoices.csv": paid}))
    assert everything(world.org) != before
    taken_back(world, batch)
    assert everything(world.org) == before


def test_who_was_changed_since_stays_with_all_that_is_theirs_and_is_named(world: World) -> None:
    batch = written(world, begun(world, {"students.csv": PEOPLE, "invoices.csv": INVOICES}))
    home = home_of(world, "marie@example.com")
    renamed(world, home)
    kept = {key: item for key, item in everything(world.org).items() if home in key.pk}
    batch = taken_back(world, batch)
    assert [(row.name, row.what, row.link) for row in rows(batch, Told.KEPT)] == [("Marie Tremblay", "changed", home)]
    assert {key: item for key, item in everything(world.org).items() if home in key.pk} == kept
    assert home_of(world, "marie@example.com") == home
    assert find_login(world.org, "email:andrei@example.com") is None


def test_a_family_with_an_invoice_made_here_since_is_kept(world: World) -> None:
    batch = written(world, begun(world, {"students.csv": PEOPLE}))
    home = get_household(world.org, home_of(world, "marie@example.com"))
    assert home
    billed(world, home)
    batch = taken_back(world, batch)
    assert [(row.name, row.what) for row in rows(batch, Told.KEPT)] == [("Marie Tremblay", "changed")]


def test_a_family_that_signed_in_since_is_kept(world: World, browser: Browser) -> None:
    batch = written(world, begun(world, {"students.csv": PEOPLE}))
    found = find_login(world.org, "email:marie@example.com")
    user = get_user(world.org, found[0]) if found else None
    assert user
    browser.sign_in_staff(world.org, user, world.now)
    batch = taken_back(world, batch)
    assert [(row.name, row.what) for row in rows(batch, Told.KEPT)] == [
        ("Marie Tremblay", "belongs"),
        ("Marie Tremblay", "used"),
    ]
    assert find_login(world.org, "email:marie@example.com") == found


def test_a_batch_is_taken_back_in_several_turns(world: World) -> None:
    before = everything(world.org)
    batch = written(world, begun(world, {"students.csv": PEOPLE, "invoices.csv": INVOICES}))
    service.ask_to_undo(batch, KATE, world.now)
    assert working.work(worker(lambda: True), key_of(batch), world.now) == "left"
    assert working.work(worker(), key_of(batch), world.now) == "undone"
    assert everything(world.org) == before


def test_a_class_that_others_have_joined_stays(world: World) -> None:
    batch = written(world, begun(world, OWN, Source.PLAIN))
    place = next(key.pk.rpartition("#")[2] for key in everything(world.org) if key.sk == "CLASS")
    group = get_class_groups(world.org, [place])[place]
    home = world.household("Roy", "Ann")
    member = world.member(home, "Zoe")
    world.enrol(home, member, group)
    seats = get_rolls(world.org, [place])[place].seats
    assert len(seats) > 1
    batch = taken_back(world, batch)
    assert [seat.person for seat in get_rolls(world.org, [place])[place].seats] == [member.id]
    assert get_class_groups(world.org, [place])[place].title == group.title
    assert [row.place for row in rows(batch, Told.KEPT)] == ["class"]


def test_a_family_that_is_changed_while_a_batch_is_taken_back_is_kept_as_well(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Looked at right before it is put back, and not when the work began."""
    batch = written(world, begun(world, {"students.csv": PEOPLE}))
    homes = [home_of(world, f"{name}@example.com") for name in ("marie", "andrei")]
    late: list[str] = []

    def meddle(organisation: object, undo: object, owner: Owner, now: object) -> None:
        if owner.kind == "HH" and not late:
            (other,) = set(homes) - {owner.id}
            late.append(other)
            renamed(world, other)

    monkeypatch.setattr(undoing, "_free_places", meddle)
    batch = taken_back(world, batch)
    assert [(row.what, row.link) for row in rows(batch, Told.KEPT)] == [("changed", late[0])]
    kept = get_household(world.org, late[0])
    assert kept
    assert kept.phone == "+15145550199"


def renamed(world: World, home: str) -> None:
    """A household with another telephone, as somebody at the desk would give it."""
    household = get_household(world.org, home)
    assert household
    transaction = Transaction()
    transaction.put("household", household_item(world.org, replace(household, phone="+15145550199")))
    transaction.commit()


def test_the_next_worker_goes_on_where_a_taking_back_was_left(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = written(world, begun(world, {"students.csv": PEOPLE, "invoices.csv": INVOICES}))
    service.ask_to_undo(batch, KATE, world.now)
    put_back, met = undoing._put_back, list[str]()

    def count(org: str, undo: Undo, owner: Owner) -> None:
        met.append(owner.name)
        put_back(org, undo, owner)

    monkeypatch.setattr(undoing, "_put_back", count)
    outcomes = [working.work(worker(lambda: True), key_of(batch), world.now) for _ in range(40)]
    assert "undone" in outcomes
    assert len(met) == len(set(met)), "an owner was put back twice"


def test_who_brought_in_and_took_back_stands_in_the_log_of_the_organisation(world: World) -> None:
    batch = written(world, begun(world, {"students.csv": PEOPLE}))
    taken_back(world, batch)
    entries = audit.page(world.org).rows
    assert {(entry.act, entry.author, entry.about["label"]) for entry in entries} == {
        (act, KATE, f"Jackrabbit, {world.now:%Y-%m-%d}") for act in ("moving_taken_back", "moving_brought_in")
    }


def test_notes_of_what_was_there_stand_apart_for_each_family(world: World) -> None:
    """So that those of one can be erased, and the batch still be taken back for the others."""
    batch = written(world, begun(world, {"students.csv": PEOPLE}))
    marie, andrei = (home_of(world, f"{name}@example.com") for name in ("marie", "andrei"))
    partition = keys.before_partition(world.org, batch.id)
    of_marie = list(read.under(partition, f"{keys.BEFORE}{marie}#"))
    assert of_marie
    for key in of_marie:
        write.delete(Item(*key))
    assert not any(marie in repr(entry) for _, entry in entries_of(world.org, batch.id) if entry.owner == f"HH#{marie}")
    taken_back(world, batch)
    assert get_household(world.org, marie)
    assert get_household(world.org, andrei) is None
