"""Reads and writes class groups and enrolments."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache, partial
from hashlib import sha256
from typing import Any, NamedTuple

from chalicelib.data import keys, read
from chalicelib.data.items import Item
from chalicelib.data.keys import Key
from chalicelib.data.write import Transaction
from chalicelib.households.agendas import AT_ONCE
from chalicelib.schedule import listing
from chalicelib.schedule.documents import enrolment_document, enrolment_parts, roll_document, roll_parts
from chalicelib.schedule.domain import (
    Ages,
    ClassGroup,
    Enrolment,
    EnrolmentStatus,
    Occurrence,
    OccurrenceStatus,
    Programme,
)
from chalicelib.schedule.models import (
    ClassGroupItem,
    EnrolmentItem,
    MeetingItem,
    OfferedClassItem,
    ProgrammeItem,
    RollItem,
    StirredClassItem,
)
from chalicelib.schedule.roll import Roll
from chalicelib.shared.times import from_iso, moment_or_none, to_iso

ROLLS = "rolls"
"""Queue of rolls on which a hold or an offer runs out."""
DOORS = "doors"
"""Queue of meetings that can be joined online: due when families are told where, and at the start once more."""
STIRRED = "stirred_classes"
"""Queue of classes whose meetings are others than before: the agendas of their families are looked at again."""
_DIGITS = 16


def get_class_groups(
    org: str, class_ids: Iterable[str], *, consistent: bool = False, since: datetime | None = None
) -> dict[str, ClassGroup]:
    """The class groups that exist, by id; with `since`, only their later meetings. One round trip a hundred."""
    wanted = [keys.class_group(org, class_id) for class_id in class_ids]
    return class_groups_in(read.raw(wanted, consistent=consistent), wanted, since=since) if wanted else {}


def class_groups_in(
    found: Mapping[Key, dict[str, dict[str, object]]], wanted: Iterable[Key], *, since: datetime | None = None
) -> dict[str, ClassGroup]:
    """The class groups at `wanted`, by id, among items that were read together with others."""
    items = (ClassGroupItem.from_raw_data(found[key]) for key in wanted if key in found)
    return {item.class_group: class_group_from(item, since) for item in items}


def get_enrolment(org: str, person_id: str, enrolment_id: str) -> Enrolment | None:
    """The enrolment, or None. One strong read."""
    item = read.one(EnrolmentItem, keys.enrolment(org, person_id, enrolment_id))
    return enrolment_from(item) if item else None


class Place(NamedTuple):
    """A meeting as the search for places finds it, in the order of time."""

    class_group: str
    meeting: str
    starts: datetime
    ends: datetime
    level: str
    ages: Ages

    @property
    def key(self) -> str:
        """Where it stands in the order of time."""
        return keys.meeting("", "", to_iso(self.starts), self.class_group, self.meeting).sk


def list_meetings(
    org: str, programme: str, since: datetime, until: datetime, after: str = "", *, size: int = 100
) -> read.Page[Place]:
    """Meetings of a programme that begin between two moments, earliest first, from beyond the key `after`.

    One round trip, whatever the organisation's size. What is found is a hint: the class says what takes place.
    """
    partition = keys.meetings_partition(org, programme)
    found = read.between(MeetingItem, partition, after or to_iso(since), to_iso(until), size=size)
    return read.Page([_place(item) for item in found.rows], found.next)


def _place(item: MeetingItem) -> Place:
    ages: list[int | None] = item.ages
    return Place(
        item.class_group, item.meeting, from_iso(item.starts), from_iso(item.ends), item.level or "", Ages(*ages)
    )


def get_rolls(org: str, class_ids: Iterable[str]) -> dict[str, Roll]:
    """The rolls of class groups, by class; one that was never written is empty. Strong; one round trip a hundred."""
    return get_classes_and_rolls(org, class_ids)[1]


def get_classes_and_rolls(org: str, class_ids: Iterable[str]) -> tuple[dict[str, ClassGroup], dict[str, Roll]]:
    """Class groups that exist, with their rolls. Strong; one round trip for fifty classes."""
    wanted = list(dict.fromkeys(class_ids))
    found = read.raw([shape(org, one) for one in wanted for shape in (keys.class_group, keys.roll)])
    groups, rolls = dict[str, ClassGroup](), dict[str, Roll]()
    for one in wanted:
        if (key := keys.class_group(org, one)) in found:
            groups[one] = class_group_from(ClassGroupItem.from_raw_data(found[key]))
        key = keys.roll(org, one)
        rolls[one] = roll_from(RollItem.from_raw_data(found[key])) if key in found else Roll(one)
    return groups, rolls


def get_enrolments(org: str, wanted: Iterable[tuple[str, str]], *, consistent: bool = True) -> dict[str, Enrolment]:
    """Enrolments that exist, by id, of pairs of person and enrolment. One round trip a hundred."""
    found = read.many(EnrolmentItem, [keys.enrolment(org, *pair) for pair in wanted], consistent=consistent)
    return {item.enrolment: enrolment_from(item) for item in found.values()}


def enrolments_at(places: Sequence[Key]) -> list[Enrolment]:
    """The enrolments that exist at keys, such as those of a queue, in their order. One round trip a hundred."""
    found = read.many(EnrolmentItem, places)
    return [enrolment_from(found[key]) for key in places if key in found]


def get_calendar(
    org: str, class_ids: Iterable[str], enrolments: Iterable[tuple[str, str]]
) -> tuple[dict[str, ClassGroup], dict[str, Enrolment]]:
    """Class groups, and enrolments with what was written about each meeting. One round trip for a hundred in all."""
    classes = [keys.class_group(org, one) for one in dict.fromkeys(class_ids)]
    places = [keys.enrolment(org, *pair) for pair in enrolments]
    found = read.raw([*classes, *places], consistent=False)
    groups = [class_group_from(ClassGroupItem.from_raw_data(found[key])) for key in classes if key in found]
    marked = [enrolment_from(EnrolmentItem.from_raw_data(found[key])) for key in places if key in found]
    return {group.id: group for group in groups}, {enrolment.id: enrolment for enrolment in marked}


def list_enrolments(org: str, person_id: str, after: str = "") -> read.Page[Enrolment]:
    """A person's enrolments, latest start first, a page at a time, from beyond the enrolment `after`."""
    found = read.listed(EnrolmentItem, partial(keys.enrolment, org, person_id), after=after)
    return read.Page([enrolment_from(item) for item in found.rows], found.next)


def list_enrolments_until(org: str, person_id: str, last: date, *, size: int) -> Sequence[Enrolment]:
    """A person's enrolments that begin on `last` or before, latest start first, at most `size`. One round trip."""
    beyond = f"{last + timedelta(days=1):%Y%m%d}"
    found = read.listed(EnrolmentItem, partial(keys.enrolment, org, person_id), after=beyond, size=size)
    return [enrolment_from(item) for item in found.rows]


def programme_item(org: str, programme: Programme) -> ProgrammeItem:
    """The item that stores `programme`."""
    pk, sk = keys.programme(org, programme.id)
    return ProgrammeItem(
        pk,
        sk,
        programme=programme.id,
        title=dict(programme.title),
        terms=dict(programme.terms) or None,
        source=programme.source,
    )


def programme_from(item: ProgrammeItem) -> Programme:
    """The programme that `item` stores."""
    return Programme(item.programme, item.title, item.source or "", item.terms or {})


def get_programme(org: str, programme_id: str) -> Programme | None:
    """The programme, or None. One strong read."""
    item = read.one(ProgrammeItem, keys.programme(org, programme_id))
    return programme_from(item) if item else None


def list_programmes(org: str) -> list[Programme]:
    """The organisation's programmes, at most a hundred. One round trip."""
    start = keys.programme(org, "")
    found = read.page(ProgrammeItem, start.pk, start.sk, newest_first=False, size=100)
    return [programme_from(item) for item in found.rows]


def class_items(org: str, group: ClassGroup) -> dict[Key, Item]:
    """All items of a class group but its roll: itself, and its rows in the lists that find it and its meetings."""
    items: list[Item] = [class_group_item(org, group)]
    items += [_meeting_item(org, group, meeting) for meeting in group.occurrences if meeting.takes_place]
    items += listing.items(org, group)
    if group.open and group.occurrences:
        items.append(_offered_item(org, group))
    if group.occurrences:
        items.append(_stirred_item(org, group))
    return {item.key: item for item in items}


def _offered_item(org: str, group: ClassGroup) -> OfferedClassItem:
    pk, sk = keys.offered_class(org, group.programme, group.id)
    over = max(meeting.ends for meeting in group.occurrences)
    return OfferedClassItem(pk, sk, class_group=group.id, programme=group.programme or None, expires=over)


def _stirred_item(org: str, group: ClassGroup) -> StirredClassItem:
    """Put anew whenever it says something else, so that whoever changes meetings need not think of agendas."""
    pk, sk = keys.stirred_class(org, group.id)
    told = json.dumps([[each.id, to_iso(each.starts), each.takes_place] for each in group.occurrences])
    digest = sha256(told.encode()).hexdigest()[:_DIGITS]
    return StirredClassItem(pk, sk, class_group=group.id, digest=digest, queue=STIRRED, due=AT_ONCE)


def list_offered(org: str, programme: str = "", after: str = "", *, size: int = 24) -> read.Page[str]:
    """Ids of the classes that families may take places in, by programme, a page at a time, from beyond the key `after`.

    One round trip, however many classes the organisation has. The class itself says whether it is open.
    """
    partition = keys.offered_class(org, "", "").pk
    prefix = keys.offered_prefix(programme) if programme else keys.OFFERED
    found = read.page(OfferedClassItem, partition, prefix, after=after, newest_first=False, size=size)
    return read.Page([item.class_group for item in found.rows], found.next)


def get_programmes(org: str, programme_ids: Iterable[str]) -> dict[str, Programme]:
    """Programmes that exist, by id. One round trip a hundred."""
    wanted = [keys.programme(org, each) for each in dict.fromkeys(programme_ids)]
    found = read.many(ProgrammeItem, wanted, consistent=False) if wanted else {}
    return {item.programme: programme_from(item) for item in found.values()}


def _meeting_item(org: str, group: ClassGroup, meeting: Occurrence) -> MeetingItem:
    starts = to_iso(meeting.starts)
    pk, sk = keys.meeting(org, group.programme, starts, group.id, meeting.id)
    opens = to_iso(group.opens(meeting)) if group.is_online else None
    return MeetingItem(
        pk,
        sk,
        class_group=group.id,
        meeting=meeting.id,
        starts=starts,
        ends=to_iso(meeting.ends),
        level=group.level or None,
        ages=list(group.ages),
        queue=DOORS if opens else None,
        due=opens,
    )


def class_changes(
    org: str, before: ClassGroup | None, after: ClassGroup
) -> tuple[ClassGroupItem, Sequence[Item], Sequence[Item]]:
    """What saving a class group takes: itself, the items to put, and those to delete beside it.

    Itself comes first, under its version; the others are only found by it, and may follow in further writes.
    """
    old: Mapping[Key, Item] = class_items(org, before) if before else {}
    new = class_items(org, after)
    own = keys.class_group(org, after.id)
    puts = [
        item
        for key, item in new.items()
        if key != own and (key not in old or old[key].attribute_values != item.attribute_values)
    ]
    deletes = [item for key, item in old.items() if key not in new]
    return class_group_item(org, after), puts, deletes


def save_roll(transaction: Transaction, org: str, roll: Roll) -> None:
    """Adds the write of a roll; refused (`roll`) when somebody else changed it meanwhile."""
    transaction.put("roll", roll_item(org, roll))


def check_class(transaction: Transaction, org: str, group: ClassGroup) -> None:
    """Requires that a class group is still the one that was decided on (`class`)."""
    pk, sk = keys.class_group(org, group.id)
    transaction.check("class", ClassGroupItem, pk, sk, ClassGroupItem.version == group.version)


def roll_item(org: str, roll: Roll) -> RollItem:
    """The item that stores `roll`; it waits in the queue while something on it runs out."""
    pk, sk = keys.roll(org, roll.class_group)
    due = roll.due()
    return RollItem(
        pk,
        sk,
        class_group=roll.class_group,
        document=roll_document(roll),
        version=roll.version,
        queue=ROLLS if due else None,
        due=to_iso(due) if due else None,
    )


def roll_from(item: RollItem) -> Roll:
    """The roll that `item` stores."""
    return Roll(class_group=item.class_group, version=item.version, **roll_parts(item.document))


def save_enrolment(transaction: Transaction, org: str, enrolment: Enrolment) -> None:
    """Adds the write of an enrolment; refused (`enrolment`) when it was changed meanwhile."""
    transaction.put("enrolment", enrolment_item(org, enrolment))


def delete_enrolment(transaction: Transaction, org: str, enrolment: Enrolment) -> None:
    """Adds the removal of an enrolment that was never taken; refused (`enrolment`) when it was changed meanwhile."""
    transaction.delete("enrolment", enrolment_item(org, enrolment))


def class_group_item(org: str, group: ClassGroup) -> ClassGroupItem:
    """The item that stores `group`."""
    pk, sk = keys.class_group(org, group.id)
    return ClassGroupItem(
        pk,
        sk,
        class_group=group.id,
        profile=_profile(group),
        occurrences=json.dumps([_told(meeting) for meeting in group.occurrences]),
        source=group.source,
        version=group.version,
    )


def _profile(group: ClassGroup) -> dict[str, Any]:
    """What is known of a class; what is as usual takes no room."""
    usual = ClassGroup("", {})
    rest = {
        "capacity": group.capacity,
        "level": group.level,
        "ages": list(group.ages),
        "online": group.online,
        "online_opens_minutes": group.online_opens_minutes,
        "price_minor": group.price_minor,
        "open": group.open,
        "terms": dict(group.terms),
    }
    told = {name: value for name, value in rest.items() if value not in (getattr(usual, name), list(usual.ages))}
    return {"title": dict(group.title), "programme": group.programme, "instructor": group.instructor, **told}


def _told(meeting: Occurrence) -> list[str | int]:
    """A meeting as a row; what was never changed has a short one."""
    row: list[str | int] = [
        meeting.id,
        to_iso(meeting.starts),
        to_iso(meeting.ends),
        meeting.room,
        meeting.status.value,
    ]
    if meeting.sequence or meeting.instructor or meeting.planned or meeting.note:
        row += [meeting.instructor, meeting.sequence, to_iso(meeting.planned) if meeting.planned else "", meeting.note]
    return row


def class_group_from(item: ClassGroupItem, since: datetime | None = None) -> ClassGroup:
    """The class group that `item` stores; with `since`, only its meetings that end later."""
    told: dict[str, Any] = item.profile
    return ClassGroup(
        id=item.class_group,
        title=told["title"],
        programme=told["programme"],
        instructor=told["instructor"],
        occurrences=tuple(
            meeting for meeting in _occurrences(item.occurrences) if since is None or meeting.ends > since
        ),
        source=item.source or "",
        version=item.version,
        **{name: value for name, value in told.items() if name not in ("title", "programme", "instructor", "ages")},
        ages=Ages(*told.get("ages", ())),
    )


@lru_cache(maxsize=256)
def _occurrences(stored: str) -> tuple[Occurrence, ...]:
    """The meetings in a stored text. Remembered by the text itself, so never out of date: a class is on the pages of
    all its families, and reading its dates was a tenth of each.
    """
    return tuple(
        Occurrence(meeting, from_iso(starts), from_iso(ends), room, OccurrenceStatus(status), *_changes(rest))
        for meeting, starts, ends, room, status, *rest in json.loads(stored)
    )


def _changes(rest: list[Any]) -> tuple[Any, ...]:
    """What a row tells of a meeting that was changed."""
    if not rest:
        return ()
    instructor, sequence, planned, note = rest
    return instructor, sequence, moment_or_none(planned), note


def transfer_requests(org: str) -> str:
    """Queue of an organisation's enrolments whose family asks for another group."""
    return f"transfers#{org}"


def enrolment_item(org: str, enrolment: Enrolment) -> EnrolmentItem:
    """The item that stores `enrolment`; it waits in a queue while the family asks for another group."""
    pk, sk = keys.enrolment(org, enrolment.person, enrolment.id)
    return EnrolmentItem(
        pk,
        sk,
        enrolment=enrolment.id,
        person=enrolment.person,
        class_group=enrolment.class_group,
        household=enrolment.household,
        status=enrolment.status.value,
        starts_on=enrolment.starts_on.isoformat(),
        ends_on=enrolment.ends_on.isoformat(),
        enrolled_at=to_iso(enrolment.enrolled_at),
        document=enrolment_document(enrolment) or None,
        source=enrolment.source,
        version=enrolment.version,
        queue=transfer_requests(org) if enrolment.wanted_at else None,
        due=to_iso(enrolment.wanted_at) if enrolment.wanted_at else None,
    )


def enrolment_from(item: EnrolmentItem) -> Enrolment:
    """The enrolment that `item` stores."""
    return Enrolment(
        id=item.enrolment,
        person=item.person,
        class_group=item.class_group,
        household=item.household,
        status=EnrolmentStatus(item.status),
        starts_on=date.fromisoformat(item.starts_on),
        ends_on=date.fromisoformat(item.ends_on),
        enrolled_at=from_iso(item.enrolled_at),
        source=item.source or "",
        version=item.version,
        **enrolment_parts(item.document or {}),
    )
