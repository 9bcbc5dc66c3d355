"""D-14: a thousand items of the old version get their new form while old code goes on reading and writing them."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, ClassVar

import pytest
from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.data import keys, looking, read, write
from chalicelib.data.items import Item, Version
from chalicelib.data.keys import Key
from chalicelib.migrating import running, store
from chalicelib.migrating.changing import mending, renewing
from chalicelib.migrating.domain import Phase, Progress, State, Step
from tests.moving.test_plainly import ROOT
from tests.support.clock import TurnedClock

_MANY = 1000
_KIND = "test_drill"


def _parted(data: dict[str, Any]) -> dict[str, Any]:
    """From `Roy, Claire` to two names; the text stays for as long as old code reads it."""
    family, _, given = str(data["name"]["S"]).partition(", ")
    return {**data, "family": {"S": family}, "given": {"S": given}}


class DrillItem(Item, discriminator=_KIND):
    """The kind in its present form."""

    schema = NumberAttribute(default=2, attr_name="v")
    upgrades: ClassVar = {1: _parted}
    name = UnicodeAttribute()
    family = UnicodeAttribute()
    given = UnicodeAttribute()
    visits = NumberAttribute(default=0)
    version = Version()


_OLD_CODE = """
import json, random, sys
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from chalicelib.data import read, write
from chalicelib.data.items import Item, Version
from chalicelib.data.keys import Key

class DrillItem(Item, discriminator="test_drill"):
    name = UnicodeAttribute()
    visits = NumberAttribute(default=0)
    version = Version()

partition, many, writes = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
chance, done = random.Random(7), {}
print("ready", flush=True)
for _ in range(writes):
    key = Key(partition, f"{chance.randrange(many):04}")
    while True:
        found = read.one(DrillItem, key)
        renamed = found.name.upper() if chance.random() < 0.5 else found.name
        try:
            write.put(DrillItem(*key, name=renamed, visits=found.visits + 1, version=found.version))
            break
        except write.ConditionFailed:
            continue
    visits, _ = done.get(key.sk, (0, ""))
    done[key.sk] = (visits + 1, renamed)
print(json.dumps(done), flush=True)
"""


@pytest.fixture
def step(org: str) -> Step:
    """A step of its own for each test: what is noted of steps is the deployment's."""
    return Step(int(org.removeprefix("org-"), 16), "names in two parts", (_KIND,), renewing(DrillItem))


def _fill(org: str, many: int = _MANY) -> str:
    """Items as the old version wrote them."""
    pk = keys.partition(org, "DRILL")
    items = [
        {
            "pk": {"S": pk}, "sk": {"S": f"{number:04}"}, "kind": {"S": _KIND}, "v": {"N": "1"},
            "name": {"S": f"Roy {number}, Claire"}, "visits": {"N": "0"}, "version": {"N": "1"},
        }
        for number in range(many)
    ]  # fmt: skip
    for start in range(0, many, 25):
        write.restore(items[start : start + 25])
    return pk


def _stored(pk: str) -> dict[str, dict[str, Any]]:
    found = list(read.under(pk, "0"))
    return {key.sk: dict(item) for key, item in read.raw(found).items()}


@contextmanager
def _old_code(pk: str, writes: int) -> Iterator["subprocess.Popen[str]"]:
    """Code of the version before, in a process of its own, that reads and writes the same items."""
    command = [sys.executable, "-c", _OLD_CODE, pk, str(_MANY), str(writes)]
    with subprocess.Popen(command, cwd=ROOT, env=dict(os.environ), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        yield process


def _now() -> datetime:
    return datetime.now(UTC)


def test_nothing_is_lost_while_old_code_reads_and_writes(org: str, aws: object, step: Step) -> None:
    """1,000 items; 600 writes of old code meanwhile: every visit is counted, every name parted, in both versions."""
    pk = _fill(org)
    with _old_code(pk, 600) as old:
        first = running.run(step, "anne", _now)
        assert old.stdout
        done = json.loads(old.stdout.readline())
        assert old.wait(30) == 0
    assert first.state is State.DONE
    for sk, item in _stored(pk).items():
        seen = DrillItem.from_raw_data(item)
        visits, name = done.get(sk, (0, f"Roy {int(sk)}, Claire"))
        assert (seen.visits, seen.name) == (visits, name)
        assert f"{seen.family}, {seen.given}" == name, "what old code wrote last is read in the new form"
        assert "family" in item, "and it lost nothing of what it did not know"
    again = running.run(step, "anne", _now)
    behind = [item for item in _stored(pk).values() if item["v"] != {"N": "2"}]
    assert (again.rounds, behind) == (2, [])
    assert again.changed < _MANY, "only what old code wrote after the first round was left"


def test_twice_is_once(org: str, aws: object, step: Step) -> None:
    pk = _fill(org)
    first = running.run(step, "anne", _now)
    after_one = _stored(pk)
    second = running.run(step, "anne", _now)
    assert (first.changed, second.changed) == (_MANY, 0)
    assert second.seen == first.seen >= _MANY
    assert _stored(pk) == after_one
    assert {item["v"]["N"] for item in after_one.values()} == {"2"}
    assert {item["version"]["N"] for item in after_one.values()} == {"2"}


class _Ended(BaseException):
    """Ctrl-C, or the end of the process."""


def test_ended_at_each_item_it_goes_on(org: str, aws: object, step: Step) -> None:
    """1,000 runs, each ended after the next item that it changed; the last one comes to the end."""
    pk = _fill(org)
    ended = 0

    def end(told: Progress) -> None:
        nonlocal ended
        if told.changed > before.changed:
            ended += 1
            raise _Ended

    while True:
        before = store.progress(step)
        try:
            last = running.run(step, "anne", _now, end)
        except _Ended:
            continue
        break
    assert ended == _MANY
    assert last.state is State.DONE
    items = _stored(pk)
    assert len(items) == _MANY
    assert {(item["v"]["N"], item["version"]["N"], item["given"]["S"]) for item in items.values()} == {
        ("2", "2", "Claire")
    }


def test_one_run_at_a_time_and_one_that_was_cut_off_is_followed(org: str, aws: object, step: Step) -> None:
    pk = _fill(org, 30)
    clock = TurnedClock()
    cut_off = store.claim(step, "anne", clock.now())
    with pytest.raises(store.Taken):
        running.run(step, "bea", clock.now)
    clock.advance(store.LEASE_SECONDS + 1)
    assert running.run(step, "bea", clock.now).changed == 30
    with pytest.raises(store.Taken):
        store.finish(cut_off, Progress(), clock.now())
    assert store.progress(step).by == "bea"
    assert len(_stored(pk)) == 30


def test_a_writer_who_is_quicker_keeps_what_he_wrote(org: str, aws: object) -> None:
    """Between reading an item and writing it anew: the step looks again, and what was written stays."""
    pk = _fill(org, 1)
    key = Key(pk, "0000")
    read_before = dict(read.raw([key])[key])
    write.restore([{**read_before, "name": {"S": "Tremblay, Léa"}, "version": {"N": "2"}}])
    assert not looking.rewrite(read_before, {**read_before, "v": {"N": "2"}})
    assert renewing(DrillItem)(read_before, _now())
    item = _stored(pk)["0000"]
    assert (item["name"], item["family"], item["version"]) == ({"S": "Tremblay, Léa"}, {"S": "Tremblay"}, {"N": "3"})


def test_an_item_without_a_count_of_writes_is_compared_by_what_it_holds(org: str, aws: object) -> None:
    pk = _fill(org, 1)
    key = Key(pk, "0000")
    counted = dict(read.raw([key])[key])
    plain = {name: value for name, value in counted.items() if name != "version"}
    write.restore([plain])
    assert not looking.rewrite({**plain, "visits": {"N": "9"}}, {**plain, "v": {"N": "2"}})
    assert looking.rewrite(plain, {name: value for name, value in plain.items() if name != "visits"})
    assert "visits" not in _stored(pk)["0000"]


def test_an_item_that_went_meanwhile_is_passed(org: str, aws: object) -> None:
    pk = _fill(org, 1)
    item = dict(read.raw([Key(pk, "0000")])[Key(pk, "0000")])
    write.delete(DrillItem(pk, "0000"))
    assert not renewing(DrillItem)(item, _now())
    assert _stored(pk) == {}


def test_what_a_feature_mends_is_told_by_organisation_and_key(org: str, aws: object) -> None:
    told = []

    def mend(slug: str, key: Key, now: datetime) -> bool:
        told.append((slug, key.sk, now.year))
        return True

    pk = _fill(org, 2)
    change = mending(mend)
    assert all(change(item, datetime(2026, 11, 23, tzinfo=UTC)) for item in _stored(pk).values())
    assert told == [(org, "0000", 2026), (org, "0001", 2026)]


def test_what_waits_is_told_by_its_phase(org: str, aws: object, step: Step) -> None:
    before = Step(step.number + 1, "before", (_KIND,), step.change, Phase.BEFORE)
    steps = (step, before)
    assert running.pending(steps) == [step, before]
    assert running.pending(steps, Phase.BEFORE) == [before]
    running.run(before, "anne", _now)
    assert running.pending(steps) == [step]
