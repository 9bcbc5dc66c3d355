"""Classes and who is in them, for tests: written through the services that staff use."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urljoin

from chalicelib.enrolments.places import Places, keep_places
from chalicelib.households.domain import Household, Person
from chalicelib.schedule import classes, store
from chalicelib.schedule.classes import Staff
from chalicelib.schedule.domain import ClassGroup, Enrolment, EnrolmentKind, EnrolmentStatus, Occurrence
from chalicelib.schedule.roll import with_enrolment
from chalicelib.schedule.terms import EnrolmentTerms
from chalicelib.shared.ids import dated_id, named_id, new_id
from tests.support.browser import Browser, Page
from tests.support.world import World


def staff(world: World) -> Staff:
    """The desk, now."""
    return Staff(world.org, world.now, "desk")


def meetings(*starts: datetime, room: str = "Room 4", hours: int = 1) -> tuple[Occurrence, ...]:
    """A meeting at each of these moments."""
    return tuple(Occurrence(new_id(), start, start + timedelta(hours=hours), room) for start in starts)


def weekly(world: World, count: int = 4, *, first_in: timedelta = timedelta(days=1)) -> tuple[Occurrence, ...]:
    """As many meetings, a week apart, the first so long from now."""
    return meetings(*(world.now + first_in + timedelta(weeks=week) for week in range(count)))


def taught(world: World, found: Sequence[Occurrence] | None = None, **changes: object) -> ClassGroup:
    """A class that is stored, with four meetings unless told otherwise."""
    plain = ClassGroup(
        new_id(), {"en": "Ballet", "fr": "Ballet"}, "dance", "Ann Lee", tuple(found or weekly(world)), capacity=20
    )
    return classes.create(staff(world), replace(plain, **changes), overlap=True).group  # type: ignore[arg-type]


def now_of(world: World, group: ClassGroup) -> ClassGroup:
    """The class as it is stored by now."""
    return store.get_class_groups(world.org, [group.id], consistent=True)[group.id]


def seated(
    world: World,
    group: ClassGroup,
    home: Household,
    person: Person,
    *,
    meeting: str = "",
    kind: EnrolmentKind = EnrolmentKind.COURSE,
    terms: EnrolmentTerms | None = None,
    **changes: object,
) -> Enrolment:
    """Gives somebody a place in a class, for all of its days unless told otherwise."""
    first, last = world.today - timedelta(days=30), world.today + timedelta(days=200)
    enrolment = Enrolment(
        dated_id(first, named_id(f"{group.id} {person.id} {meeting}")), person.id, group.id, home.id,
        EnrolmentStatus.ACTIVE, first, last, world.now - timedelta(days=1), kind=kind, meeting=meeting, terms=terms,
    )  # fmt: skip
    enrolment = replace(enrolment, **changes)  # type: ignore[arg-type]

    def work(places: Places) -> None:
        places.put(enrolment)
        places.put_roll(with_enrolment(places.roll(group.id), enrolment))

    keep_places(world.organisation, home.id, world.now, work)
    return place_of(world, enrolment)


def place_of(world: World, enrolment: Enrolment) -> Enrolment:
    """The enrolment as it is stored by now."""
    found = store.get_enrolment(world.org, enrolment.person, enrolment.id)
    assert found
    return found


def press(browser: Browser, page: Page, action: str, fields: Mapping[str, str] | None = None) -> Page:
    """Fills in a form of `page` by the names of its fields, sends it, and goes where it leads."""
    form = page.form(action)
    return browser.post(urljoin(page.url, form.action), {**form.fields, **(fields or {})}, follow=True)
