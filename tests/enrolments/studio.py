"""A studio with one family or several, as tests of absences, make-ups and waiting lists need it."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from chalicelib.billing.books import open_books
from chalicelib.data import read, write
from chalicelib.data.items import Item, connection
from chalicelib.data.keys import Key
from chalicelib.data.outbox import MessageItem
from chalicelib.enrolments import absence, right_store
from chalicelib.enrolments.absence import Told
from chalicelib.enrolments.foreseeing import Foreseen, Which, digest
from chalicelib.enrolments.making_up import Choice
from chalicelib.enrolments.places import Places
from chalicelib.enrolments.rights import Right
from chalicelib.households import store as households
from chalicelib.households.domain import Household, Person, Role
from chalicelib.households.store import member_link_item, person_item
from chalicelib.households.summary import Summary
from chalicelib.schedule import store
from chalicelib.schedule.domain import ClassGroup, Enrolment, Occurrence, OccurrenceStatus
from chalicelib.schedule.roll import Roll
from chalicelib.schedule.terms import EnrolmentTerms
from tests.support.browser import Browser
from tests.support.world import World

DAY = timedelta(days=1)


@dataclass
class Studio:
    """Classes of one programme, and families with a child in them."""

    world: World
    programme: str = ""
    terms: EnrolmentTerms = field(default_factory=EnrolmentTerms)

    @property
    def now(self) -> datetime:
        """The world's moment."""
        return self.world.now

    def group(self, *days: float, capacity: int | None = 1, title: str = "Piano", **changes: object) -> ClassGroup:
        """A class that meets so many days from now."""
        starts = (self.world.now + each * DAY for each in days)
        changes = {"programme": self.programme, "open": True, "capacity": capacity, **changes}
        return self.world.class_group(title, *starts, **changes)

    def family(self, name: str = "Tremblay", child: str = "Léa") -> tuple[Household, Person]:
        """A household with one child."""
        household = self.world.household(name)
        return household, self.world.member(household, child)

    def share(self, person: Person, household: Household) -> Person:
        """Makes a child a member of another home as well (NEW-2)."""
        shared = replace(person, households=(*person.households, household.id))
        write.put(person_item(self.world.org, shared))
        write.put(member_link_item(self.world.org, household.id, person.id))
        row = households.get_summaries(self.world.org, (person.households[0],))[person.households[0]].member(person.id)
        assert row
        self.world.builders[household.id].members.append(row)
        self.world.settle(household)
        return replace(shared, version=2)

    def enrol(self, household: Household, person: Person, group: ClassGroup, **terms: object) -> Enrolment:
        """A place in a class under these terms."""
        return self.world.enrol(household, person, group, terms=replace(self.terms, **terms))  # type: ignore[arg-type]

    def places(self, household: Household, now: datetime | None = None) -> Places:
        """What a use case knows; for looking only."""
        return Places(open_books(self.world.organisation, household.id, now or self.now))

    def enrolment(self, place: Enrolment) -> Enrolment:
        """An enrolment as it is stored."""
        found = store.get_enrolment(self.world.org, place.person, place.id)
        assert found
        return found

    def roll(self, group: ClassGroup) -> Roll:
        """A roll as it is stored."""
        return store.get_rolls(self.world.org, [group.id])[group.id]

    def summary(self, household: Household) -> Summary:
        """A summary as it is stored."""
        return households.get_summaries(self.world.org, (household.id,))[household.id]

    def right(self, person: Person, right_id: str) -> Right:
        """A right as it is stored."""
        found = right_store.get_right(self.world.org, person.id, right_id)
        assert found
        return found

    def free(self, group: ClassGroup, number: int = 0, now: datetime | None = None) -> int | None:
        """Places left at one of a class's meetings."""
        group = store.get_class_groups(self.world.org, [group.id])[group.id]
        at = now or self.now
        return self.roll(group).free(group, group.occurrences[number], self.world.organisation.zone, at)

    def foreseen(self, place: Enrolment, which: Which, now: datetime | None = None) -> list[Foreseen]:
        """The preview of an absence."""
        home = Household(place.household, "")
        return absence.preview(self.places(home, now), place.person, place.id, which)

    def stay_away(
        self, place: Enrolment, *meetings: Occurrence, now: datetime | None = None, home: str = ""
    ) -> Enrolment:
        """Tells an absence as the preview foresees it."""
        ids = {meeting.id for meeting in meetings}
        found = self.foreseen(place, lambda meeting: meeting.id in ids, now)
        return absence.report(
            self.world.organisation, home or place.household, (place.person, place.id),
            lambda meeting: meeting.id in ids, Told("A cold", "user", digest(found)), now or self.now,
        )  # fmt: skip

    def given_right(self, household: Household, person: Person, ahead: float = 1, **terms: object) -> Right:
        """A right in the programme, by an absence from a class of another one."""
        group = self.group(ahead, ahead + 7, capacity=None, programme="elsewhere")
        place = self.enrol(household, person, group, **{"makeup_programmes": (self.programme,), **terms})
        mark = self.stay_away(place, group.occurrences[0]).marks[group.occurrences[0].id]
        return self.right(person, mark.right)

    def cancel(self, group: ClassGroup, *numbers: int) -> ClassGroup:
        """Stores that meetings do not take place; families are not told."""
        stored = store.get_class_groups(self.world.org, [group.id], consistent=True)[group.id]
        meetings = [
            meeting._replace(status=OccurrenceStatus.CANCELLED) if number in numbers else meeting
            for number, meeting in enumerate(stored.occurrences)
        ]
        after = replace(stored, occurrences=tuple(meetings))
        write.put(store.class_group_item(self.world.org, after))
        return after

    def messages(self, template: str) -> list[MessageItem]:
        """Messages of one template that wait in this organisation."""
        waiting = read.many(MessageItem, _waiting_keys())
        return [each for each in waiting.values() if (each.org, each.template) == (self.world.org, template)]


def _waiting_keys() -> list[Key]:
    """Keys of all messages that wait, of whatever test: workers are never asked for more than a hundred."""
    index, keys_found, start = Item.work.Meta.index_name, list[Key](), None
    while True:
        answer = connection().query("outbox", index_name=index, exclusive_start_key=start)
        keys_found += [Key(item["pk"]["S"], item["sk"]["S"]) for item in answer["Items"]]
        start = answer.get("LastEvaluatedKey")
        if not start:
            return keys_found


def choice(right: Right, group: ClassGroup, number: int = 0) -> Choice:
    """A meeting that is wanted by a right."""
    return Choice(right.person, right.id, group.id, group.occurrences[number].id)


def enter(browser: Browser, studio: Studio, home: Household, role: Role = Role.HOLDER) -> Browser:
    """A browser in which somebody of the household is signed in."""
    user = studio.world.user(home, role=role)
    return browser.sign_in_staff(studio.world.org, user, studio.now, second_factor=False)
