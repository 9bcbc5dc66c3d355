"""What a merge moves, what it leaves, and what stops it: read from all that is stored of the record to be folded."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from chalicelib.admin import kinds
from chalicelib.data import keys, read
from chalicelib.data.items import Item
from chalicelib.data.keys import Key
from chalicelib.households.models import MemberLinkItem, PersonItem
from chalicelib.joining.fates import FATES, STOPS, Fate
from chalicelib.joining.rewriting import Rename, Unit, found_at
from chalicelib.organisations.domain import Organisation
from chalicelib.privacy.gathering import files_of, holding_of, kind_of
from chalicelib.privacy.pointers import pointers
from chalicelib.schedule.models import EnrolmentItem
from chalicelib.shared.texts import Message

assert kinds.MODULES, "all kinds of items are known before a partition is read whole"

_OF_A_PERSON = (PersonItem, MemberLinkItem)
"""What a merge of members sees to itself."""


@dataclass(slots=True)
class Load:
    """All that there is to move."""

    name: str
    """The id that another takes the place of."""
    units: list[Unit] = field(default_factory=list)
    moved: Counter[str] = field(default_factory=Counter)
    """How many of each kind move."""
    left: Counter[str] = field(default_factory=Counter)
    stops: dict[str, Message] = field(default_factory=dict)
    """Why it does not, by kind."""
    places: list[EnrolmentItem] = field(default_factory=list)
    """Enrolments among them: the rolls of their classes follow."""
    _moving: list[tuple[Item, list[Key]]] = field(default_factory=list)
    """What moves, with the places of what may point at it."""

    def tells_of(self, name: str) -> bool:
        """Whether something of what moves names the other record too: it could not be told apart afterwards."""
        return any(names(item, name) for unit in self.units for item in unit.items)

    def put(self, organisation: Organisation, household: str, item: Item) -> None:
        """Takes a record into account."""
        kind = kind_of(type(item))
        fate = FATES.get(kind, Fate.STAYS)
        if fate is Fate.STOPS:
            self.stops[kind] = STOPS[kind]
        elif fate is Fate.MOVES and not _has_files(item):
            self.moved[kind] += 1
            if isinstance(item, EnrolmentItem):
                self.places.append(item)
                self._moving.append((item, []))
            else:
                self._moving.append((item, list(pointers(organisation, household, item))))
        elif fate is not Fate.APART:
            self.left[kind] += 1

    def gathered(self) -> "Load":
        """The load with what points at its records from elsewhere, which goes with them. A round trip for a hundred."""
        found = {item.key: item for item in found_at(key for _, places in self._moving for key in places)}
        for item, places in self._moving:
            beside = [each for place in places if (each := found.pop(place, None)) and names(each, self.name)]
            self.units.append(Unit([item, *beside]))
        return self


def of_household(organisation: Organisation, household: str) -> Load:
    """All that a household has, with what names it in its members' own histories."""
    load, org = Load(household), organisation.slug
    for item in read.whole(keys.household_partition(org, household)):
        load.put(organisation, household, item)
        if isinstance(item, MemberLinkItem):
            for own in read.whole(keys.person_partition(org, item.person)):
                if names(own, household):
                    load.put(organisation, household, own)
    return load.gathered()


def of_member(organisation: Organisation, household: str, person: str) -> Load:
    """All that a member has, and what names the member among the household's things."""
    load, org = Load(person), organisation.slug
    for item in (*read.whole(keys.person_partition(org, person)), *_naming(org, household, person)):
        if not isinstance(item, _OF_A_PERSON):
            load.put(organisation, household, item)
    load.stops = {kind: why for kind, why in load.stops.items() if kind in ("split", "slip")}
    return load.gathered()


def _naming(org: str, household: str, person: str) -> Iterator[Item]:
    return (item for item in read.whole(keys.household_partition(org, household)) if names(item, person))


def names(item: Item, name: str) -> bool:
    """Whether an id stands anywhere in a record."""
    return name in repr(item.serialize(null_check=False))


def fitting(units: list[Unit], rename: Rename) -> list[Unit]:
    """The units without what would come where something is already: that stays where it is."""
    goals = {rename.key(item.key): item.key for unit in units for item in unit.items}
    taken = {item.key for item in found_at(key for key, old in goals.items() if key != old)}
    kept = [Unit([item for item in unit.items if not _is_taken(item, rename, taken)]) for unit in units]
    return [unit for unit in kept if unit.items]


def _is_taken(item: Item, rename: Rename, taken: set[keys.Key]) -> bool:
    goal = rename.key(item.key)
    return goal != item.key and goal in taken


def _has_files(item: Item) -> bool:
    holding = holding_of(item)
    return bool(holding and holding.name and any(files_of(holding.record(item))))
