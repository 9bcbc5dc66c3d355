"""Weeks of an organisation, made up at random: nobody is reminded of what is not so, nobody twice (M-08, M-09).

Classes move and fall, families change their minds, ticks are lost, late, doubled and overlap; whoever had to be
reminded was.
"""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from chalicelib.data import outbox, read
from chalicelib.data.outbox import Lane, MessageItem, MessageState
from chalicelib.data.write import Transaction
from chalicelib.households import store as households
from chalicelib.households.domain import Household
from chalicelib.households.summary import AwayRow
from chalicelib.notifications.delivery import deliver
from chalicelib.organisations.word import Lead, WordTerms
from chalicelib.schedule import classes
from chalicelib.schedule.classes import Staff
from chalicelib.schedule.domain import ClassGroup, Occurrence
from chalicelib.schedule.store import get_class_groups
from chalicelib.shared.times import from_iso, local_day, to_iso
from tests.notifications.carriers import Van
from tests.reminders.clockwork import at, reminders, starts, tick, wants
from tests.support.race import together
from tests.support.world import ZONE, World, build

DAYS = 16
LEADS = (Lead.HOUR, Lead.THREE_HOURS, Lead.EVENING, Lead.DAY, Lead.TWO_DAYS)


@dataclass
class Family:
    """A household with a child in a class, and what it wants, as the test knows."""

    home: Household
    place: str
    group: str
    lead: Lead = Lead.DAY
    away: set[str] = field(default_factory=set)
    since: dict[str, datetime] = field(default_factory=dict)
    """When something about a meeting was last otherwise."""


@dataclass
class Life:
    """The organisation, and what happened to it."""

    world: World
    dice: random.Random
    families: list[Family]
    groups: dict[str, ClassGroup]
    now: datetime
    told: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    again: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """How often that which was told became so once more: an absence taken back, a move undone."""
    looks: list[datetime] = field(default_factory=list)
    sweeps: list[datetime] = field(default_factory=list)

    def change(self) -> None:
        """Somebody does something."""
        acts = (self.move, self.move, self.move, self.stay_away, self.come_after_all, self.choose)
        act = self.cancel if self.dice.random() < 0.05 else self.dice.choice(acts)
        act()

    def move(self) -> None:
        group, meeting = self._meeting()
        if meeting is None:
            return
        to = meeting.starts + timedelta(hours=self.dice.choice((-30, -5, -2, 2, 4, 26, 50)))
        if to <= self.now + timedelta(minutes=90):
            return
        classes.move_meeting(
            Staff(self.world.org, self.now), group.id, meeting.id, to, to + timedelta(hours=1), "", {}, overlap=True
        )
        self._changed(group, meeting)

    def cancel(self) -> None:
        group, meeting = self._meeting()
        if meeting:
            classes.cancel_meetings(Staff(self.world.org, self.now), group.id, [meeting.id], {})
            self._changed(group, meeting)

    def stay_away(self) -> None:
        family = self.dice.choice(self.families)
        meeting = self.dice.choice(self.groups[family.group].occurrences)
        if meeting.starts > self.now:
            self._away(family, family.away | {meeting.id}, meeting)

    def come_after_all(self) -> None:
        family = self.dice.choice(self.families)
        for meeting in self.groups[family.group].occurrences:
            if meeting.id in family.away and meeting.starts > self.now:
                self._away(family, family.away - {meeting.id}, meeting)
                self._so_again(family, meeting)
                return

    def choose(self) -> None:
        family = self.dice.choice(self.families)
        family.lead = self.dice.choice((*LEADS, *LEADS, Lead.NONE))
        wants(self.world, family.home, class_lead=family.lead)
        for meeting in self.groups[family.group].occurrences:
            family.since[meeting.id] = self.now

    def _away(self, family: Family, away: set[str], meeting: Occurrence) -> None:
        family.away = away
        family.since[meeting.id] = self.now
        [stored] = households.get_summaries(self.world.org, (family.home.id,)).values()
        rows = tuple(AwayRow(family.place, each, local_day(self.now, ZONE)) for each in sorted(away))
        transaction = Transaction()
        households.save_summary(transaction, self.world.org, replace(stored, away=rows))
        transaction.commit()

    def _meeting(self) -> tuple[ClassGroup, Occurrence | None]:
        group = self.dice.choice(list(self.groups.values()))
        ahead = [each for each in group.occurrences if each.takes_place and each.starts > self.now]
        return group, self.dice.choice(ahead) if ahead else None

    def _changed(self, group: ClassGroup, meeting: Occurrence) -> None:
        self.groups |= get_class_groups(self.world.org, [group.id], consistent=True)
        [changed] = [each for each in self.groups[group.id].occurrences if each.id == meeting.id]
        for family in self.families:
            if family.group == group.id:
                family.since[meeting.id] = self.now
                self._so_again(family, changed)

    def _so_again(self, family: Family, meeting: Occurrence) -> None:
        name = (family.home.id, meeting.id, to_iso(meeting.starts))
        self.again[name] += bool(self.told[name])

    def look(self) -> None:
        """A tick of the clock, or several at once."""
        self.looks.append(self.now)
        if self.dice.random() < 0.2:
            together([lambda: tick(self.now)] * 3)
        else:
            tick(self.now)

    def sweep(self, van: Van) -> None:
        """The outbox takes out what is due; each message that goes out is held against what is so."""
        self.sweeps.append(self.now)
        while waiting := [key for key in outbox.due(self.now, Lane.BULK) if f"#{self.world.org}#" in f"{key.pk}#"]:
            for key in waiting:
                became = deliver(van.carriers, key, self.now)
                item = read.one(MessageItem, key)
                assert item
                assert became in ("sent", "skipped"), (became, item.outcome)
                if became == "sent":
                    self._judge(item)

    def _judge(self, item: MessageItem) -> None:
        [family] = [each for each in self.families if each.home.id == item.household]
        group = self.groups[family.group]
        assert family.lead is not Lead.NONE
        for begins in starts(item):
            [meeting] = [each for each in group.occurrences if each.starts == begins and each.takes_place]
            assert begins > self.now, "too late"
            assert meeting.id not in family.away
            self.told[(family.home.id, meeting.id, to_iso(begins))] += 1


def _born(seed: int) -> Life:
    dice = random.Random(seed)
    world = build(f"org-life-{seed}-{dice.randrange(10**9)}-{random.SystemRandom().randrange(10**9)}"[:40],
                  word=WordTerms(quiet_from=0, quiet_until=0))  # fmt: skip
    groups, families = {}, []
    for number in range(3):
        times = [at(world, day, 9 + 3 * number) for day in range(1, DAYS, 2 + number)]
        group = world.class_group(f"Class {number}", *times)
        groups[group.id] = group
        for _ in range(2):
            home = world.household(f"Family {number}")
            place = world.enrol(home, world.member(home, "Léa"), group, enrolled_at=world.now - timedelta(days=60))
            families.append(Family(home, place.id, group.id))
    return Life(world, dice, families, groups, world.now)


def _moments(life: Life) -> Iterator[datetime]:
    """A tick every hour and a half or so; some are lost, for hours or for days."""
    end = life.now + timedelta(days=DAYS)
    while life.now < end:
        yield life.now
        gap = life.dice.choice((30, 60, 90, 150, 300)) if life.dice.random() > 0.02 else 60 * 40
        life.now += timedelta(minutes=gap)


@pytest.mark.parametrize("seed", range(4))
def test_each_is_reminded_once_of_what_is_so_or_there_is_a_reason(aws: object, seed: int) -> None:
    """M-08, M-09: nothing wrong, nothing twice, nothing forgotten."""
    life, van = _born(seed), Van()
    for _ in _moments(life):
        for _ in range(life.dice.choice((0, 0, 0, 1, 1, 2))):
            life.change()
        life.look()
        if life.dice.random() < 0.3:
            life.change()
        if life.dice.random() < 0.9:
            life.sweep(van)
    life.look()
    life.sweep(van)

    assert not [name for name, often in life.told.items() if often > 1 + life.again[name]]
    assert sum(life.told.values()) > 5
    _judge_the_end(life)


def _judge_the_end(life: Life) -> None:
    made = reminders(life.world)
    assert all(each.state in (MessageState.SENT.value, MessageState.SKIPPED.value) and each.outcome for each in made)
    written = Counter((str(each.household), begins) for each in made for begins in starts(each))
    for family in life.families:
        for meeting in life.groups[family.group].occurrences:
            if _had_to_be_told(life, family, meeting):
                key = (family.home.id, meeting.id, to_iso(meeting.starts))
                assert life.told[key] >= 1, (family.lead, meeting, family.since.get(meeting.id))
            elif _was_due(life, family, meeting):
                assert written[(family.home.id, meeting.starts)] >= 1, "no word about why"


def _was_due(life: Life, family: Family, meeting: Occurrence) -> bool:
    """Whether the time to remind came while all was as it was in the end."""
    due = family.lead.moment(meeting.starts, ZONE)
    since = family.since.get(meeting.id, life.world.now)
    stands = meeting.takes_place and meeting.id not in family.away
    return stands and due is not None and since < due and any(due <= look for look in life.looks)


def _had_to_be_told(life: Life, family: Family, meeting: Occurrence) -> bool:
    """Whether, besides, the clock and then the outbox came by before it began."""
    due = family.lead.moment(meeting.starts, ZONE)
    if due is None or not _was_due(life, family, meeting):
        return False
    looks = [look for look in life.looks if due <= look < meeting.starts]
    return bool(looks) and any(looks[0] <= sweep < meeting.starts for sweep in life.sweeps)


def test_the_oracle_sees_something(aws: object) -> None:
    """A life without changes and without losses: every meeting of every family is reminded of."""
    life, van = _born(99), Van()
    end = life.now + timedelta(days=DAYS)
    while life.now < end:
        life.look()
        life.sweep(van)
        life.now += timedelta(hours=6)
    wanted = {
        (family.home.id, meeting.id, to_iso(meeting.starts))
        for family in life.families
        for meeting in life.groups[family.group].occurrences
        if from_iso(to_iso(meeting.starts)) - timedelta(days=1) > life.world.now
    }
    assert wanted <= set(life.told)
    assert set(life.told.values()) == {1}
