"""The work on a batch: what becomes of another system's rows, what is told before, and how it is resumed."""

import time
from pathlib import Path

import pytest

from chalicelib.data import read, write
from chalicelib.households.store import get_household, get_summaries
from chalicelib.identity.store import find_login, get_user
from chalicelib.moving import comparing, service, store, working
from chalicelib.moving.domain import BroughtFile, DayOrder, Duplicates, Holds, Source, Stage, Told, Wishes
from chalicelib.moving.models import BatchItem
from chalicelib.moving.translating import translation
from chalicelib.shared.errors import Conflict
from chalicelib.shared.times import after
from tests.moving.bringing import INVOICES, KATE, PEOPLE, begun, everything, key_of, looked, rows, worker, written
from tests.support.world import World


def home_of(world: World, address: str) -> str:
    login = find_login(world.org, f"email:{address}")
    assert login, f"nobody signs in with {address}"
    user = get_user(world.org, login[0])
    assert user
    return user.households[0].household


def test_rows_of_students_become_families_with_members_users_and_paid_invoices(world: World) -> None:
    batch = written(world, begun(world, {"students.csv": PEOPLE, "invoices.csv": INVOICES}))
    home = home_of(world, "marie@example.com")
    summary, household = get_summaries(world.org, (home,))[home], get_household(world.org, home)
    assert household
    assert (household.name, household.number, household.address.city) == ("Marie Tremblay", "100", "Montréal")
    assert sorted(member.name for member in summary.members) == ["Léa Tremblay", "Tom Tremblay"]
    assert {str(member.birth_date) for member in summary.members} == {"2014-05-12", "2016-06-30"}
    assert summary.open == ()
    other = get_summaries(world.org, (home_of(world, "andrei@example.com"),))
    assert [row.minor for each in other.values() for row in each.open] == [3000]
    assert batch.stage is Stage.DONE
    assert batch.counts["household"] == {"new": 2}
    assert batch.files == ()


def test_checking_writes_nothing_and_says_what_would_come(world: World) -> None:
    before = everything(world.org)
    batch = looked(world, begun(world, {"students.csv": PEOPLE}))
    assert everything(world.org) == before
    assert batch.counts["member"] == {"new": 3}
    assert batch.stage is Stage.CHECKED


def test_the_same_file_again_changes_nothing(world: World) -> None:
    written(world, begun(world, {"students.csv": PEOPLE, "invoices.csv": INVOICES}))
    again = looked(world, begun(world, {"students.csv": PEOPLE, "invoices.csv": INVOICES}))
    assert all(set(each) == {"untouched"} for each in again.counts.values()), again.counts


def test_differences_stand_side_by_side(world: World) -> None:
    written(world, begun(world, {"students.csv": PEOPLE}))
    batch = looked(world, begun(world, {"students.csv": PEOPLE.replace("2 rue B", "9 rue C")}))
    (row,) = rows(batch, Told.CHANGE)
    assert (row.place, row.what) == ("household", "address")
    assert "2 rue B" in row.before
    assert "9 rue C" in row.after


def test_mistakes_are_told_in_the_file_and_the_column_of_whoever_brought_them(world: World) -> None:
    batch = looked(world, begun(world, {"students.csv": PEOPLE.replace("02/20/2015", "soon")}))
    (row,) = rows(batch, Told.MISTAKE)
    assert (row.place, row.what, row.name) == ("students.csv:4", "Birth Date", "soon")


def test_what_can_not_be_read_is_left_out_where_that_is_wished(world: World) -> None:
    files = {"students.csv": PEOPLE.replace("02/20/2015", "soon").replace("andrei@example.com", "nowhere")}
    batch = written(world, begun(world, files), Wishes(mends=True))
    assert batch.counts["member"] == {"new": 3}
    assert batch.counts["user"] == {"new": 1}
    assert {row.what for row in rows(batch, Told.LEFT)} >= {"Birth Date"}, "still told once all is in"


def test_families_who_are_here_already_are_left_out_or_brought_in_without_their_address(world: World) -> None:
    home = world.household("Tremblay", "Rose")
    world.user(home, email="marie@example.com")
    batch = looked(world, begun(world, {"students.csv": PEOPLE}))
    (row,) = rows(batch, Told.DUPLICATE)
    assert (row.after, row.before, row.what, row.link) == ("Marie Tremblay", "Tremblay", "marie@example.com", home.id)
    assert batch.counts["household"] == {"new": 1}
    service.ask_to_check(batch, Wishes(Duplicates.BRING_IN), world.now)
    working.work(worker(), key_of(batch), world.now)
    batch = store.get_batch(world.org, batch.id)
    assert batch.counts["household"] == {"new": 2}
    assert batch.counts["user"] == {"new": 1}


def test_members_of_two_families_with_one_name_and_birth_date_are_told(world: World) -> None:
    twice = PEOPLE + "300,Ann,Roy,ann@example.com,,Emma,Petrov,02/20/2015,3 rue D,Laval,H7A 1B1\n"
    batch = looked(world, begun(world, {"students.csv": twice}))
    assert [(row.after, row.what) for row in rows(batch, Told.DUPLICATE)] == [("Emma Petrov", "2015-02-20")]


def test_a_worker_whose_time_is_up_leaves_the_rest_to_the_next(world: World) -> None:
    batch = looked(world, begun(world, {"students.csv": PEOPLE, "invoices.csv": INVOICES}))
    service.ask_to_write(batch, KATE, world.now)
    assert [working.work(worker(lambda: True), key_of(batch), world.now) for _ in range(3)] == ["left"] * 3
    assert working.work(worker(), key_of(batch), world.now) == "done"
    done = store.get_batch(world.org, batch.id)
    assert done.stage is Stage.DONE
    assert done.counts["household"] == {"new": 2}
    assert home_of(world, "andrei@example.com")


def test_a_batch_that_nobody_goes_on_with_is_discarded_with_its_files(world: World) -> None:
    batch = begun(world, {"students.csv": PEOPLE})
    assert working.work(worker(), key_of(batch), world.now) == "not due"
    assert working.work(worker(), key_of(batch), after(world.now, store.IDLE_SECONDS)) == "tidied"
    assert store.get_batch(world.org, batch.id).stage is Stage.DISCARDED


def test_a_list_of_clients_of_invoice_ninja_needs_no_members(world: World) -> None:
    clients = "Name,Contact First Name,Contact Last Name,Contact Email,Number\nRoy Ltd,Ann,Roy,ann@example.com,7\n"
    written(world, begun(world, {"clients.csv": clients}, Source.INVOICE_NINJA))
    home = home_of(world, "ann@example.com")
    assert get_summaries(world.org, (home,))[home].name == "Roy Ltd"


def test_a_batch_that_was_given_up_can_be_checked_again_or_taken_back(world: World) -> None:
    before = everything(world.org)
    batch = looked(world, begun(world, {"students.csv": PEOPLE}))
    service.ask_to_write(batch, KATE, world.now)
    working.work(worker(lambda: True), key_of(batch), world.now)
    item = read.one(BatchItem, key_of(batch))
    assert item
    write.update(item, [BatchItem.tries.set(store.MAX_TRIES)])
    assert working.work(worker(), key_of(batch), world.now) == "not due"
    given_up = store.get_batch(world.org, batch.id)
    assert given_up.stage is Stage.FAILED
    service.ask_to_undo(given_up, KATE, world.now)
    assert working.work(worker(), key_of(batch), world.now) == "undone"
    assert everything(world.org) == before


def test_a_check_whose_time_is_up_is_gone_on_with_and_tells_the_same(world: World) -> None:
    """A hundred thousand families take longer than one worker lives."""
    written(world, begun(world, {"students.csv": PEOPLE}))
    files = {"students.csv": PEOPLE.replace("2 rue B", "9 rue C").replace("1 rue A", "8 rue D")}
    batch = begun(world, files)
    service.ask_to_check(batch, Wishes(), world.now)
    outcomes = [working.work(worker(lambda: True), key_of(batch), world.now) for _ in range(10)]
    assert outcomes.count("left") > 1
    assert outcomes.count("checked") == 1
    done, once = store.get_batch(world.org, batch.id), looked(world, begun(world, files))
    assert (done.counts, done.told) == (once.counts, once.told)
    assert rows(done, Told.CHANGE) == rows(once, Told.CHANGE) != []


def test_only_one_worker_has_a_batch(world: World) -> None:
    """Its lease is another's for a quarter of an hour, and what a worker does after losing it is refused."""
    batch = begun(world, {"students.csv": PEOPLE})
    service.ask_to_check(batch, Wishes(), world.now)
    first = store.claim(BatchItem, key_of(batch), world.now)
    assert first
    assert store.claim(BatchItem, key_of(batch), world.now) is None
    later = after(world.now, store.LEASE_SECONDS)
    assert store.claim(BatchItem, key_of(batch), later)
    with pytest.raises(Conflict):
        store.finish(first, Stage.CHECKED, later)
    assert store.get_batch(world.org, batch.id).stage is Stage.CHECKING


def test_a_batch_that_is_being_checked_keeps_its_files_whoever_discards_it(world: World) -> None:
    seen = begun(world, {"students.csv": PEOPLE})
    service.ask_to_check(seen, Wishes(), world.now)
    with pytest.raises(Conflict):
        service.discard(seen, world.now)
    assert working.work(worker(), key_of(seen), world.now) == "checked"


def test_namesakes_are_found_whatever_their_accents_and_however_many_were_born_on_one_day(tmp_path: Path) -> None:
    """Old systems write the same day of birth for everybody whose own they do not know."""
    columns = {name: name for name in ("household_id", "member_first", "member_last", "birth_date")}
    header = tuple(columns)
    lines = [f"{n},Ann{n},Roy,2000-01-01" for n in range(20_000)] + ["a,Léa,Roy,2000-01-01", "b,LEA,roy,2000-01-01"]
    path = tmp_path / "people.csv"
    path.write_text("\n".join([",".join(header), *lines]), "utf-8")
    file = BroughtFile("x", "people.csv", 0, len(lines), Holds.PEOPLE, header, (), columns, DayOrder.DAY_FIRST)
    with translation(Source.PLAIN, tmp_path / "database") as translated:
        translated.add(file, path)
        began = time.process_time()
        [(_, day, one, other)] = translated.namesakes()
        assert time.process_time() - began < 5
        assert (day, translated.at(one).line, translated.at(other).line) == ("2000-01-01", 20_002, 20_003)


def test_of_many_differences_so_many_are_kept_and_the_rest_are_counted(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(world, begun(world, {"students.csv": PEOPLE}))
    for module in (store, comparing):
        monkeypatch.setattr(module, "MOST_ROWS", 2)
    other = PEOPLE.replace("Montréal", "Laval").replace("Andrei", "Igor").replace("Emma", "Anna").replace("Tom", "Tim")
    batch = looked(world, begun(world, {"students.csv": other}))
    assert len(rows(batch, Told.CHANGE)) == 2
    assert batch.told["change+"] >= 1
