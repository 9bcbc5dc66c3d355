"""What a run of the clock costs that reminds a thousand families, with how many reminders ever stored for later.

`python -m bench.reminders --later 1000000` stores a million; without it, `make bench` stores a few thousand. A run goes
by what is due, so that both cost the same. Its rate is told against the floor of what sends the same messages: one call
of SES for each.
"""

import argparse
import logging
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from bench import pages
from bench.figures import Figure
from chalicelib import bootstrap
from chalicelib.data import keys, write
from chalicelib.data.items import Item
from chalicelib.data.outbox import Lane, due
from chalicelib.households import agendas
from chalicelib.households import store as households
from chalicelib.households.domain import Household
from chalicelib.households.models import AgendaItem
from chalicelib.households.summary import EnrolmentRow, MemberRow, Summary
from chalicelib.notifications.delivery import Carriers, deliver
from chalicelib.organisations import store as organisations
from chalicelib.organisations.domain import Organisation
from chalicelib.organisations.word import WordTerms
from chalicelib.reminders import jobs
from chalicelib.schedule.domain import ClassGroup, Occurrence
from chalicelib.schedule.store import class_group_item
from chalicelib.shared.ids import new_id
from chalicelib.shared.times import local_day, to_iso
from local import engine, setup
from tests.support.wire import tapped
from tests.support.world import organisation

LATER, DUE = 5000, 1000
_CLASS = 12
"""Families of one class."""
_MEETINGS = 40
_PATIENT = 600
_PACK, _HANDS = 25, 4
"""Items that DynamoDB takes at once, and requests that are under way at once."""
_TOLD = 2000
_SENT = 100
"""Messages that are sent for the rate of sending."""


def main() -> None:
    """Stores, runs and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--later", type=int, default=LATER, help="reminders stored for later")
    parser.add_argument("--due", type=int, default=DUE, help="reminders that are due")
    wanted = parser.parse_args()
    Item.Meta.read_timeout_seconds = _PATIENT  # the embedded AWS goes through all that it has for each query
    with engine.running() as running:
        setup.configure(running.endpoint, stage="bench", base_url="https://portal.test")
        setup.make_resources()
        logging.getLogger("foyer").addHandler(logging.NullHandler())
        for figure in measure(later=wanted.later, due_now=wanted.due):
            print(figure.line(), flush=True)


def measure(*, later: int = LATER, due_now: int = DUE) -> Iterator[Figure]:
    """Calls and read units of a run, alone and with `later` reminders stored beside; reminders in a second."""
    alone = _run(0, due_now)
    beside = _run(later, due_now)
    calls, reads = sum(beside.calls.values()), beside.units
    yield Figure("reminders.stored-for-later", later, "agendas")
    yield Figure("reminders.calls", calls, "calls", calls / max(1, sum(alone.calls.values())))
    yield Figure("reminders.queries", beside.calls["Query"], "calls")
    yield Figure("reminders.read-units", reads, "units", reads / max(1.0, alone.units))
    yield Figure("reminders.read-units-each", reads / due_now, "units")
    yield Figure("reminders.made", beside.made, "messages")
    yield Figure("reminders.made-in-a-second", beside.made / beside.seconds, "messages")
    yield from _sending(alone.org, beside.now)


class _Run:
    """One run of the clock over an organisation of its own."""

    def __init__(self, org: str, now: datetime) -> None:
        self.org, self.now = org, now
        with tapped() as wire, pages.counting() as spent:
            begun = time.perf_counter()
            self.made = jobs.run(now).made
            self.seconds = time.perf_counter() - begun
        self.calls = Counter(wire.calls)
        self.units = float(spent.units)


def _run(later: int, due_now: int) -> _Run:
    """A new organisation with so much stored, on the minute at which all that is due becomes due."""
    now = bootstrap.clock().now().replace(microsecond=0)
    here = organisation(f"bench-{new_id()[:12]}", word=WordTerms(0, 0))
    organisations.create(here)
    _store(here, due_now, now)
    _store_later(here.slug, later, now + timedelta(days=30))
    return _Run(here.slug, now)


def _store_later(org: str, count: int, moment: datetime) -> None:
    """Agendas that are due at a later moment, several hands writing at once: there may be a million."""
    one = AgendaItem(*keys.agenda(org, new_id()), queue=agendas.QUEUE, due=to_iso(moment), turn=1).serialize()

    def some(many: int) -> None:
        places = (keys.agenda(org, new_id()) for _ in range(many))
        write.restore([{**one, "pk": {"S": pk}, "sk": {"S": sk}} for pk, sk in places])

    with ThreadPoolExecutor(_HANDS) as hands:
        for done, _ in enumerate(hands.map(some, _packs(count)), start=1):
            if done % _TOLD == 0:
                print(f"{done * _PACK:,} agendas are stored", file=sys.stderr, flush=True)


def _packs(count: int) -> Iterator[int]:
    """How many of so many each request writes."""
    for start in range(0, count, _PACK):
        yield min(_PACK, count - start)


def _store(here: Organisation, count: int, now: datetime) -> None:
    """Families with a place in a class that begins in a day, and that was looked at before."""
    begins = now + timedelta(days=1)
    groups = [_class(begins) for _ in range(-(-count // _CLASS))]
    write.batch(class_group_item(here.slug, group) for group in groups)
    homes = [Household(new_id(), f"Family {number}", email=f"family{number}@example.com") for number in range(count)]
    write.batch(households.household_item(here.slug, home) for home in homes)
    today = local_day(now, here.zone)
    first, last = today - timedelta(days=60), today + timedelta(days=120)
    for number, home in enumerate(homes):
        member, group = new_id(), groups[number // _CLASS]
        row = EnrolmentRow(new_id(), member, group.id, "active", first, last)
        summary = Summary(home.id, home.name, members=(MemberRow(member, "Ann", "Roy"),), enrolments=(row,))
        write.batch([households.summary_item(here.slug, summary), _agenda(here.slug, home.id, now)])


def _class(begins: datetime) -> ClassGroup:
    weeks = (begins + timedelta(weeks=week) for week in range(-_MEETINGS // 2, _MEETINGS // 2))
    meetings = tuple(Occurrence(new_id(), at, at + timedelta(hours=1), "Room 4") for at in weeks)
    return ClassGroup(new_id(), {"en": "Piano", "fr": "Piano"}, instructor="Ann Lee", occurrences=meetings)


def _agenda(org: str, household: str, now: datetime) -> AgendaItem:
    looked_at = to_iso(now - timedelta(days=6))
    place = keys.agenda(org, household)
    return AgendaItem(*place, queue=agendas.QUEUE, due=to_iso(now), turn=1, told={}, looked_at=looked_at)


def _sending(org: str, now: datetime) -> Iterator[Figure]:
    """What sending takes, a message after the other, against the bare call of SES that each makes."""
    carriers = Carriers(bootstrap.mailer(), bootstrap.texter())
    waiting = [key for key in due(now, Lane.BULK) if key.pk.split("#")[1] == org][:_SENT]
    with tapped() as wire:
        begun = time.perf_counter()
        sent = sum(deliver(carriers, key, now) == "sent" for key in waiting)
        took = time.perf_counter() - begun
    calls = Counter(wire.calls)
    floor = _floor(sent)
    yield Figure("reminders.sent-in-a-second", sent / took, "messages", took / floor)
    yield Figure("reminders.calls-for-each-sent", sum(calls.values()) / max(1, sent), "calls")


def _floor(count: int) -> float:
    """Seconds that so many calls of SES take by themselves."""
    from chalicelib.ports import Mail

    mailer = bootstrap.mailer()
    mail = Mail("floor@example.com", "Floor", "Floor\n", "<p>Floor</p>", "Floor", "floor")
    begun = time.perf_counter()
    for _ in range(max(1, count)):
        mailer.send(mail)
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
