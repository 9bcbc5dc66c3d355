"""The log of the organisation: what was decided, by whom, and how it was before."""

from datetime import timedelta

from chalicelib.data.write import Transaction
from chalicelib.organisations import audit
from chalicelib.organisations.audit import Author, Change, Entry
from tests.support.world import World


def _note(world: World, *entries: Entry) -> None:
    for entry in entries:
        transaction = Transaction()
        audit.note(transaction, world.org, entry)
        transaction.commit()


def test_an_entry_is_read_back_whole_by_its_place(world: World) -> None:
    told = Entry("settings", world.now, Author("u", "Diane"), {"label": "X"}, (Change("billing.due_days", "14", "30"),))

    _note(world, told)
    [found] = audit.page(world.org).rows

    assert (found.act, found.at, found.author, found.about, found.changes) == (
        told.act, told.at, told.author, told.about, told.changes,
    )  # fmt: skip
    assert audit.get(world.org, found.id) == found
    assert audit.get(world.org, "none") is None


def test_the_latest_stands_first_and_pages_go_on(world: World) -> None:
    _note(world, *(Entry(f"act-{n}", world.now + timedelta(minutes=n)) for n in range(27)))

    first = audit.page(world.org)
    rest = audit.page(world.org, after=first.next)

    assert [entry.act for entry in (*first.rows, *rest.rows)] == [f"act-{n}" for n in reversed(range(27))]
    assert rest.next == ""


def test_nothing_of_another_organisation_is_told(world: World) -> None:
    """T-04."""
    _note(world, Entry("settings", world.now))

    assert audit.page("another").rows == []


def test_changes_are_told_by_their_keys() -> None:
    before = {"a": 1, "b": {"c": True, "d": ["x"]}, "e": [{"f": "1"}], "gone": "g"}
    after = {"a": 1, "b": {"c": False, "d": ["x", "y"]}, "e": [{"f": "1"}, {"f": "2"}]}

    assert audit.changes(before, after) == (
        Change("b.c", "true", "false"),
        Change("b.d", "x", "x, y"),
        Change("e[2].f", "", "2"),
        Change("gone", "g", ""),
    )
