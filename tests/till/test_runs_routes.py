"""Statements for many families at once (STM-2): for whom, in the background, once for each, and ended at the desk."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.billing.models import LedgerItem
from chalicelib.data import keys, read, write
from chalicelib.data.outbox import MessageItem
from chalicelib.households.domain import Household
from chalicelib.identity.domain import StaffRole
from chalicelib.organisations import store as organisations
from chalicelib.organisations.domain import Status
from chalicelib.shared.errors import Unavailable
from chalicelib.till import runs, telling
from tests.billing.keeping import billed
from tests.support.browser import Browser, Page
from tests.support.world import World
from tests.till.counter import at_the_desk, deeds

_PATH = "desk/money/statements"


def shown(books: Browser, world: World, **query: str) -> Page:
    return books.get(f"/{world.org}/{_PATH}?" + "&".join(f"{name}={value}" for name, value in query.items()))


def send(books: Browser, world: World, whom: str, **query: str) -> Page:
    day = world.today.isoformat()
    fields = {"whom": whom, "from": day, "to": day}
    page = shown(books, world, **query)
    return books.post(f"/{world.org}/{_PATH}", {**page.form(_PATH).fields, **fields}, follow=True)


def owing(world: World, count: int) -> list[Household]:
    """Families with an invoice of a hundred each."""
    found = [world.household(f"Family {number}") for number in range(count)]
    for home in found:
        billed(world, home)
    return found


def told(world: World, home: Household) -> bool:
    day = world.today
    name = f"statement-{home.id}-{day}-{day}-CAD-home-{day}"
    return read.one(MessageItem, keys.outbox(world.org, name)) is not None


def test_all_families_are_told_some_at_once_and_the_others_by_the_clock(world: World, books: Browser) -> None:
    """Each once; who has nothing to read is not told, and the log says who sent it."""
    homes, quiet = owing(world, runs.AT_ONCE + 3), world.household("Quiet")
    page = send(books, world, "all")
    assert "The statements are being sent." in page.text
    assert "Under way" in page.text
    assert sum(told(world, home) for home in homes) < len(homes)

    for minute in (1, 2):
        runs.run(world.now + timedelta(minutes=minute))
    assert all(told(world, home) for home in homes)
    assert not told(world, quiet)
    (sent,) = runs.latest(world.org)
    assert (sent.seen, sent.sent, sent.failed) == (len(homes) + 1, len(homes), 0)
    assert sent.ended_at
    assert {deed for home in homes for deed in deeds(world, home)} >= {("statement_sent", sent.user)}
    page = shown(books, world)
    assert f"{len(homes)} statements sent" in page.text
    assert "Under way" not in page.text


def test_sent_again_on_the_same_day_it_tells_nobody_twice(world: World, books: Browser) -> None:
    (home,) = owing(world, 1)
    send(books, world, "owing")
    send(books, world, "owing")
    assert [kind for kind, _ in deeds(world, home)].count("statement_sent") == 1
    assert [run.sent for run in runs.latest(world.org)].count(1) == 1


def test_only_families_of_the_class_are_told_where_it_is_for_a_class(world: World, books: Browser) -> None:
    """The way there is on the class's own page; a class of nobody knows where is not found."""
    inside, outside = world.household("Inside"), world.household("Outside")
    _, group = world.enrolment(inside, world.member(inside, "Lea"))
    for home in (inside, outside):
        billed(world, home)
    owner = at_the_desk(world, StaffRole.OWNER)
    page = owner.get(f"/{world.org}/desk/classes/{group.id}")
    page = owner.get(page.links["Statements"])
    assert "Families of the class Piano" in page.text
    send(books, world, "class", **{"class": group.id})
    assert (told(world, inside), told(world, outside)) == (True, False)
    day = world.today.isoformat()
    fields = {**page.form(_PATH).fields, "csrf": shown(books, world).form(_PATH).fields["csrf"]}
    gone = books.post(f"/{world.org}/{_PATH}", {**fields, "whom": "class", "from": day, "to": day, "class": "none"})
    assert gone.status == 404


def test_what_is_under_way_is_waited_for_or_ended(world: World, books: Browser) -> None:
    homes = owing(world, runs.AT_ONCE + 2)
    send(books, world, "all")
    refused = send(books, world, "owing")
    assert (refused.status, "Statements are being sent." in refused.text) == (409, True)

    page = books.submit(shown(books, world), "statements/end")
    assert "Nobody else is told." in page.text
    assert runs.run(world.now + timedelta(minutes=1)) == 0
    assert sum(told(world, home) for home in homes) <= runs.AT_ONCE


def test_an_account_that_does_not_add_up_is_told_nothing_and_stops_nobody(world: World, books: Browser) -> None:
    """NEW-4."""
    broken, sound = owing(world, 2)
    partition = keys.household_partition(world.org, broken.id)
    (entry,) = read.each(LedgerItem, partition, keys.ledger_prefix("", "CAD"))
    write.update(entry, [LedgerItem.balance.set(entry.balance + 1)], LedgerItem.pk.exists())
    page = send(books, world, "all")
    assert "1 account does not add up" in page.text
    assert (told(world, broken), told(world, sound)) == (False, True)


def test_when_the_table_is_away_the_clock_goes_on_where_it_was(
    world: World, books: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """M-08: what was told before stays told once."""
    homes = owing(world, runs.AT_ONCE + 2)
    send(books, world, "all")
    real, calls = telling.send_statement, iter(range(10))

    def failing(*given: Any) -> Any:
        if next(calls) == 1:
            raise Unavailable
        return real(*given)

    monkeypatch.setattr(telling, "send_statement", failing)
    assert runs.run(world.now + timedelta(minutes=1)) == 0
    runs.run(world.now + timedelta(minutes=2))
    for home in homes:
        assert [kind for kind, _ in deeds(world, home)].count("statement_sent") == 1


def test_nothing_goes_out_while_the_organisation_is_closed(world: World, books: Browser) -> None:
    owing(world, runs.AT_ONCE + 2)
    send(books, world, "all")
    organisations.update(replace(world.organisation, status=Status.SUSPENDED))
    assert runs.run(world.now + timedelta(minutes=1)) == 0


def test_mistakes_are_said_and_only_who_keeps_the_books_sends(world: World, books: Browser) -> None:
    form = shown(books, world).form(_PATH)
    page = books.post(form.action, {**form.fields, "from": "2026-05-02", "to": "2026-05-01", "whom": "everybody"})
    assert page.status == 400
    for words in ("Choose one of the answers offered", "not before it, a last day"):
        assert words in page.text
    for role in (StaffRole.DESK, StaffRole.READ_ONLY, StaffRole.INSTRUCTOR):
        assert shown(at_the_desk(world, role), world).status == 403
    assert books.post(f"/{world.org}/{_PATH}/end", {"csrf": form.fields["csrf"], "run": "2026-01-01"}).status == 404
