"""The family's own log (NEW-11)."""

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.data import write
from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.households import activity, store
from chalicelib.households.activity import Deed
from chalicelib.shared.errors import Unavailable
from tests.support.world import World

NOW = datetime(2026, 11, 22, 18, 30, tzinfo=UTC)
OCTOBER = (datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC))
NOVEMBER = (OCTOBER[1], datetime(2026, 12, 1, tzinfo=UTC))


@pytest.fixture(autouse=True)
def nobody_signed_in() -> None:
    """No request of an earlier test says who acts."""
    activity.act_for("")


def _note(world: World, household: str, *deeds: Deed) -> None:
    transaction = Transaction()
    for deed in deeds:
        activity.note(transaction, world.org, household, deed)
    transaction.commit()


def test_what_was_done_is_told_latest_first_and_of_its_month_alone(world: World) -> None:
    """NEW-11: a list by month."""
    home = world.household().id
    october = Deed("signed_in", NOW - timedelta(days=30), "ann")
    first, second = Deed("signed_in", NOW, "ann"), Deed("invoice_paid", NOW + timedelta(hours=1), "", {"label": "7"})
    _note(world, home, october, first, second)
    assert activity.page(world.org, home, *NOVEMBER).rows == [second, first]
    assert activity.page(world.org, home, *OCTOBER).rows == [october]


def test_a_long_month_is_told_25_at_a_time_and_nothing_is_left_out(world: World) -> None:
    """NEW-11: 60 acts of one second are three pages."""
    home = world.household().id
    _note(world, home, *(Deed("signed_in", NOW, str(number)) for number in range(60)))
    users: list[str] = []
    sizes: list[int] = []
    after = ""
    while after or not sizes:
        page = activity.page(world.org, home, *NOVEMBER, after_key=after)
        users += [deed.user for deed in page.rows]
        sizes.append(len(page.rows))
        after = page.next
    assert sizes == [25, 25, 10]
    assert sorted(users) == sorted(str(number) for number in range(60))


def test_an_act_that_does_not_happen_is_not_noted(world: World) -> None:
    """NEW-11: the note and the act are one transaction."""
    home = world.household()
    transaction = Transaction()
    store.save_household(transaction, world.org, home)  # without its version: refused, for it exists
    activity.note(transaction, world.org, home.id, Deed("profile_changed", NOW))
    with pytest.raises(ConditionFailed):
        transaction.commit()
    assert activity.page(world.org, home.id, *NOVEMBER).rows == []


def test_looking_again_within_the_hour_is_one_note(world: World) -> None:
    """NEW-11: the log of a page that is opened again and again can still be read."""
    home = world.household().id
    for minute in (1, 2, 59, 61):
        at = NOW.replace(minute=0) + timedelta(minutes=minute)
        activity.note_look(world.org, home, Deed("staff_viewed", at, "kate", {"label": "invoices"}))
    activity.note_look(world.org, home, Deed("staff_viewed", NOW, "kate", {"label": "calendar"}))
    told = activity.page(world.org, home, *NOVEMBER).rows
    assert sorted((deed.about["label"], deed.at.hour, deed.at.minute) for deed in told) == [
        ("calendar", 18, 30),
        ("invoices", 18, 1),
        ("invoices", 19, 1),
    ]


def test_a_look_stands_among_the_acts_of_its_hour(world: World) -> None:
    """It lies where its hour begins, and is told when it was."""
    home = world.household().id
    _note(world, home, Deed("signed_in", NOW - timedelta(minutes=5), "ann"))
    activity.note_look(world.org, home, Deed("viewed", NOW, "kate", {"label": "invoices"}))
    assert [deed.kind for deed in activity.page(world.org, home, *NOVEMBER).rows] == ["viewed", "signed_in"]


def test_the_log_of_one_home_is_no_other_s(world: World) -> None:
    """T-03: neither another household's nor another organisation's."""
    one, other = world.household("One").id, world.household("Other").id
    _note(world, one, Deed("signed_in", NOW, "marker"))
    assert activity.page(world.org, other, *NOVEMBER).rows == []
    assert activity.page(f"{world.org}-x", one, *NOVEMBER).rows == []


def test_a_key_of_another_month_or_of_nothing_begins_at_the_beginning(world: World) -> None:
    """A page that somebody made up goes nowhere."""
    home = world.household().id
    _note(world, home, Deed("signed_in", NOW, "ann"))
    assert len(activity.page(world.org, home, *NOVEMBER, after_key="2025-01-01T00:00:00Z#x").rows) == 1
    assert len(activity.page(world.org, home, *NOVEMBER, after_key="\x00" * 3000).rows) == 1
    assert activity.page(world.org, home, *NOVEMBER, after_key="2026-11-15" + "x" * 3000).rows == []


def test_notes_end_after_400_days_and_hold_no_long_texts(world: World) -> None:
    """L-10: time to live of the note itself; a name of ten thousand letters is cut."""
    home = world.household().id
    _note(world, home, Deed("form_answered", NOW, "ann", {"label": "x" * 10_000}))
    deed = activity.page(world.org, home, *NOVEMBER).rows[0]
    assert deed.about == {"label": "x" * 200}
    stored = next(iter(_items(world, home)))
    assert stored.expires == NOW + timedelta(days=400)


def _items(world: World, home: str) -> list[activity.DeedItem]:
    from chalicelib.data import keys, read

    start = keys.deed(world.org, home, "")
    return list(read.each(activity.DeedItem, start.pk, start.sk))


def test_a_look_that_cannot_be_written_spoils_no_page(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """L-04."""
    home = world.household().id

    def refuse(*_: object) -> None:
        raise Unavailable

    monkeypatch.setattr(write, "put", refuse)
    activity.note_look(world.org, home, Deed("document_opened", NOW, "ann"))
    assert activity.page(world.org, home, *NOVEMBER).rows == []


def test_who_is_signed_in_is_named_without_being_told(world: World) -> None:
    """T-12: no use case can forget it; the next request starts with nobody."""
    home = world.household().id
    activity.act_for("marie")
    _note(world, home, Deed("signed_in", NOW))
    activity.act_for("")
    _note(world, home, Deed("invoice_paid", NOW + timedelta(hours=1)))
    assert [deed.user for deed in activity.page(world.org, home, *NOVEMBER).rows] == ["", "marie"]
