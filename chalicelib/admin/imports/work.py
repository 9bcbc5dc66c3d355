"""The import's work on one household: what its rows say, what it has, and the plan of what to write."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import partial

from chalicelib.admin.imports.holdings import Holdings
from chalicelib.admin.imports.laying import internal_id
from chalicelib.admin.imports.places import Place, note_place
from chalicelib.admin.imports.plan import Operation, Plan
from chalicelib.admin.imports.records import Builder
from chalicelib.admin.imports.rolls import left
from chalicelib.admin.imports.staging import Record, Staging
from chalicelib.admin.imports.teaching import TeachingBuilder
from chalicelib.data.items import Item
from chalicelib.data.keys import Key
from chalicelib.data.write import Transaction
from chalicelib.organisations.domain import Organisation
from chalicelib.schedule.domain import Enrolment
from chalicelib.schedule.roll import Roll
from chalicelib.schedule.store import get_rolls, save_roll
from chalicelib.shared.ids import dated_id


class Work:
    """What all steps of one household share."""

    def __init__(
        self, organisation: Organisation, staging: Staging, name: str, now: datetime, holdings: Holdings
    ) -> None:
        self.organisation = organisation
        self.staging = staging
        self.name = name
        """The household's own id in the files."""
        self.now = now
        self.has = holdings
        self.id = internal_id(organisation, "household", name)
        self.build = Builder(organisation)
        self.teaching = TeachingBuilder(organisation)
        self.plan = Plan()
        self._rolls: dict[str, Roll] = {}
        """Rolls that somebody leaves, as they are planned so far."""

    @property
    def org(self) -> str:
        """The organisation's slug."""
        return self.organisation.slug

    def rows(self, kind: str) -> list[Record]:
        """Rows of a kind that name the household."""
        return self.staging.naming(kind, "household", self.name)

    def inner(self, record: Record) -> str:
        """The id here of a row's record; without its day, for a record that is stored under one."""
        return internal_id(self.organisation, record.kind, record.id)

    def note(self, record: Record, record_id: str, owner: str) -> Iterator[Operation]:
        """Notes where the record of a row lies, unless an earlier import did."""
        if not self.staging.has_place(record.kind, record.id):
            place = Place(owner, record_id)
            yield partial(note_place, org=self.org, record_id=self.inner(record), place=place)

    def successor(self, record: Record, stored: Enrolment | None) -> str:
        """The whole id of the place that an enrolment's row says it was changed for: another of the same person's."""
        if "successor" not in record.data:
            return stored.successor if stored else ""
        name = record.data["successor"][0][0] if record.data["successor"] else ""
        place = internal_id(self.organisation, "enrolment", name)
        row = self.staging.record("enrolment", name)
        if place in self.has.enrolments:
            return self.has.enrolments[place].id
        return dated_id(date.fromisoformat(row.get("starts_on")), place) if row else ""

    def leave_class(self, enrolment: Enrolment) -> None:
        """Takes an enrolment off the roll of its class before its row puts it into another; a crash between the two
        leaves it without a seat, and the next import goes on."""
        place = enrolment.class_group
        if place not in self._rolls:
            self._rolls[place] = get_rolls(self.org, [place])[place]
        roll = self._rolls[place]
        if roll.seat(enrolment.id) or roll.wish(enrolment.id):
            self.plan.add(partial(save_roll, org=self.org, roll=roll.without(enrolment.id)), apart=True)
            self._rolls[place] = left(roll, enrolment.id)


def put(name: str, item: Item) -> Operation:
    """Writes an item; a versioned one only over the version that was read."""
    return partial(Transaction.put, name=name, item=item)


def remove(name: str, item: Item) -> Operation:
    """Deletes an item."""
    return partial(Transaction.delete, name=name, item=item)


def changes(name: str, before: Mapping[Key, Item], after: Mapping[Key, Item]) -> Iterator[Operation]:
    """Writes what is there after and takes away what is not; what stays as it is costs nothing."""
    for key, item in after.items():
        if key not in before or before[key].attribute_values != item.attribute_values:
            yield put(name, item)
    for key, item in before.items():
        if key not in after:
            yield remove(name, item)
