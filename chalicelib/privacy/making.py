"""Makes a family's copy of everything: walks through all that is kept, in steps that can be taken up by another worker.

What it holds in memory is a few hundred records and one piece of the ZIP, however much there is (NEW-12).
"""

import json
import struct
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple

from chalicelib.data import keys, read
from chalicelib.data.items import Item
from chalicelib.data.keys import Key
from chalicelib.files import keeping
from chalicelib.files.naming import neutral
from chalicelib.households import absorbed
from chalicelib.households import store as households
from chalicelib.identity import store as identity
from chalicelib.organisations import store as organisations
from chalicelib.papers.composing import Desk
from chalicelib.ports import Archives, Vault
from chalicelib.privacy import papering, sparing, takeaways
from chalicelib.privacy.describing import read_me, schema
from chalicelib.privacy.gathering import files_of, holding_of, owner_of
from chalicelib.privacy.packing import Bag
from chalicelib.privacy.papering import Press
from chalicelib.privacy.plain import plain, written
from chalicelib.privacy.sparing import Reader
from chalicelib.privacy.takeaways import Takeaway
from chalicelib.shared.errors import NotFound
from chalicelib.web.language import Local, choose

_BATCH = 400
"""Records of a step."""
_LEFT = ".left"
"""What the note is called of where the work was left."""


class Place(NamedTuple):
    """How far the work is."""

    source: int = 0
    """Which of the sources is walked through."""
    after: str = ""
    """Sort key that was done last."""
    done: int = 0


class Worker(NamedTuple):
    """What making a copy needs from the world."""

    archives: Archives
    vault: Vault
    is_late: Callable[[], bool]
    """Whether it is time to leave the rest to the next worker."""


class _Source(NamedTuple):
    partition: str
    home: str
    """The household in whose folder its files lie."""


class _Work(NamedTuple):
    worker: Worker
    copy: Takeaway
    press: Press
    reader: Reader
    bag: Bag
    sources: Sequence["_Source"]


def make(worker: Worker, key: Key, now: datetime) -> str:
    """Works on the copy at `key` until it is ready or time is up; returns what came of it, for the log.

    Raises Conflict when another worker took it over, Unavailable; what was done until then is not lost.
    """
    copy = takeaways.claim(key, now)
    if copy is None:
        return "not due"
    place, bag = _begin(worker, copy)
    press = _press(copy, now)
    work = _Work(worker, copy, press, _reader(copy, press.desk), bag, _sources(copy))
    for reached in _walk(work, place):
        place = reached
        if worker.is_late():
            takeaways.leave(copy, place.done, now)
            return "left"
    return _finish(work, place, now)


def _begin(worker: Worker, copy: Takeaway) -> tuple[Place, Bag]:
    """From where it was left, else from the beginning."""
    try:
        left = worker.archives.noted(copy.name + _LEFT)
    except NotFound:
        return Place(), Bag(worker.archives, copy.name, copy.asked_at)
    (size,) = struct.unpack(">I", left[:4])
    place = Place(*json.loads(left[4 : 4 + size]))
    return place, Bag.go_on(worker.archives, copy.name, copy.asked_at, left[4 + size :])


def _leave(work: _Work, place: Place) -> None:
    told = json.dumps(place).encode()
    work.worker.archives.note(work.copy.name + _LEFT, struct.pack(">I", len(told)) + told + work.bag.leave())
    takeaways.progress(work.copy, place.done)


def _press(copy: Takeaway, now: datetime) -> Press:
    organisation, household = organisations.get(copy.org), households.get_household(copy.org, copy.household)
    summary = households.get_summaries(copy.org, (copy.household,)).get(copy.household)
    if organisation is None or household is None or summary is None:
        raise NotFound
    language = choose(copy.language, "", organisation.languages)
    logo = organisations.get_logo(copy.org) if organisation.brand.logo else None
    local = Local(language, organisation.country, organisation.zone)
    return Press(Desk(organisation, household, summary, local), logo[1] if logo else b"", now)


def _reader(copy: Takeaway, desk: Desk) -> Reader:
    user = identity.get_user(copy.org, copy.user)
    return Reader(desk.organisation, desk.summary, copy.user, user.person if user else "")


def _sources(copy: Takeaway) -> list[_Source]:
    """Partitions in which the family's things are: its own, its members', its log, that of who asks, and what stayed
    with households that were merged into its own."""
    org, home = copy.org, copy.household
    start = keys.membership_link(org, home, "")
    members = [item.sk.removeprefix(start.sk) for item in read.each(Item, start.pk, start.sk)]
    return [
        _Source(keys.household_partition(org, home), home),
        *(_Source(keys.person_partition(org, each), home) for each in sorted(members)),
        _Source(keys.user_partition(org, copy.user), home),
        _Source(keys.deed(org, home, "").pk, home),
        *(_Source(made, each) for each in absorbed.homes(org, home)[1:] for made in _left_with(org, each)),
    ]


def _left_with(org: str, home: str) -> tuple[str, str]:
    return keys.household_partition(org, home), keys.deed(org, home, "").pk


def _walk(work: _Work, place: Place) -> Iterator[Place]:
    """Does step after step, and tells after each how far it is; leaves a note whenever a piece went out."""
    noted = work.bag.pieces
    for source in range(place.source, len(work.sources)):
        partition, home = work.sources[source]
        items = read.whole(partition, place.after if source == place.source else "")
        while batch := list(islice(items, _BATCH)):
            done = _pack(work, batch, home)
            place = Place(source, batch[-1].sk, place.done + done)
            if work.bag.pieces > noted or work.worker.is_late():
                _leave(work, place)
                noted = work.bag.pieces
            yield place
        place = Place(source + 1, "", place.done)
    yield place


def _pack(work: _Work, batch: Sequence[Item], home: str) -> int:
    """Puts a batch into the bag: records by kind, and their papers and files. Returns how many there were."""
    found: dict[str, list[Any]] = {}
    for item in batch:
        holding = holding_of(item)
        if holding is None or not holding.name or not item.sk.startswith(holding.under):
            continue
        record = holding.read(item) if holding.read else None
        if holding.hides(record):
            continue
        plainly = sparing.told(work.reader, holding, item, record)
        if plainly is None:
            continue
        found.setdefault(holding.name, []).append(plainly)
        _add_paper(work, record)
        _add_files(work, owner_of(item, home), plainly)
    for name, records in found.items():
        work.bag.add(f"data/{name}.json", written({"kind": name, "records": records}))
    return sum(map(len, found.values()))


def _add_paper(work: _Work, record: object) -> None:
    found = papering.paper_of(work.press, record)
    if found:
        work.bag.add(found[0], work.press.pdf(found[1]))


def _add_files(work: _Work, owner: str, record: Any) -> None:
    """The files that a record names; one that is not there any more is left out."""
    for told in files_of(record):
        try:
            content = work.worker.vault.get(keeping.key(work.copy.org, owner, told.id))
        except NotFound:
            continue
        work.bag.add(f"files/{neutral(told.name, told.kind.ending)}", content)


def _finish(work: _Work, place: Place, now: datetime) -> str:
    """What is made of everything: statements, the calendar, and the description of it all."""
    press, bag, count = work.press, work.bag, place.done
    for path, paper in papering.statements(press):
        bag.add(path, press.pdf(paper))
    if made := papering.calendar(press, work.reader.person):
        bag.add("calendar.ics", made)
    bag.add("data/schema.json", written(plain(schema(press.desk.local))))
    bag.add("read-me.txt", read_me(press.desk, count, now).encode())
    takeaways.finish(work.copy, count, bag.close(), now)
    return "ready"
