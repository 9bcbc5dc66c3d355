"""A season: pages of time, of families that have many dates, and of an organisation that teaches and lets much."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

from bench import pages, world
from bench.figures import Figure
from bench.pages import Portal, Work
from bench.world import ORG, Family, Home
from chalicelib.admin.summaries import rebuild
from chalicelib.bookings import resource_store
from chalicelib.bookings.domain import Booking, BookingStatus
from chalicelib.bookings.resources import Opening, Resource, ResourceKind
from chalicelib.bookings.sheets import Place, Sheets
from chalicelib.bookings.store import booking_item
from chalicelib.calendar import feeds
from chalicelib.data.items import Item
from chalicelib.enrolments.right_store import right_item
from chalicelib.enrolments.rights import Right
from chalicelib.households.domain import Person
from chalicelib.organisations.domain import Organisation
from chalicelib.schedule.domain import Attendance, ClassGroup, Enrolment, EnrolmentStatus, Mark, Programme
from chalicelib.schedule.store import programme_item
from chalicelib.shared.ids import dated_id, new_id
from chalicelib.shared.times import from_local, local_day, months_after

_MEMBERS = ("Ann", "Ben", "Cleo", "Dan", "Eve", "Finn")
_WEEKLY, _BOOKED = 14, 4
"""Classes and bookings of the family of six: each class meets four times a month, which makes sixty dates."""
_LAST_DAY = 28
"""Of a month on which there are classes, so that all months have as many."""
_FED = range(-7, 43)
"""Weeks from now in which each of the ten classes of a feed meets: five hundred dates."""
_FEW, _FULL, _MANY = 20, 100, 500
"""Classes of a programme, ten meetings each: two hundred, enough to fill a page of the search, and five thousand."""
_LESSONS, _PUPILS = 10, 8
_PLACES = 20
"""That a page of make-ups shows."""
_ROOMS, _TAKEN_A_DAY = 50, 4
_OPEN, _CLOSED = 9, 21
"""Hours of the rooms."""


def measure(told: Organisation, portal: Portal, floor: Work) -> Iterator[Figure]:
    """A month of sixty dates, a feed of five hundred, places to make up, and what is free of fifty rooms."""
    season = _Season(told)
    rooms = season.rooms()
    family = season.family_of_six(rooms[0])
    month = portal.get(f"/{ORG}/schedule/month/{season.today:%Y-%m}", family)
    feed = portal.get(f"/{ORG}/{season.feed()}")
    small, full, large = (portal.get(*season.makeup(classes)) for classes in (_FEW, _FULL, _MANY))
    week = portal.get(f"/{ORG}/bookings/new?week={season.let(rooms)}", family)
    _require(month, '<li class="entry', _WEEKLY * 4 + _BOOKED)
    _require(feed, "BEGIN:VEVENT", len(_FED) * 10)
    for found in (small, full, large):
        _require(found, 'name="place"', _PLACES)
    _require(week, "free times", _ROOMS)
    makeups = {"makeups": large, "makeups-small": small, "makeups-full-page": full}
    yield from pages.each({"month": month, "feed": feed, "rooms": week, **makeups}, floor)
    yield pages.growth("large-to-full-page.makeups", full, large)


def _require(work: Work, words: str, count: int) -> None:
    """Raises RuntimeError unless what is measured is what the figure says."""
    found = work()["body"].count(words)
    if found != count:
        raise RuntimeError(f"{found} of {words!r}, not {count}")


class _Season:
    """What families and the organisation have, stored as it is asked for."""

    def __init__(self, told: Organisation) -> None:
        self._told = told
        self._now = world.moment()
        self.today = local_day(self._now, told.zone)

    def _at(self, day: date, hour: int) -> datetime:
        return from_local(datetime.combine(day, time(hour)), self._told.zone)

    def family_of_six(self, room: Resource) -> Home:
        """A family with sixty dates in this month: classes, some of them attended, and bookings."""
        family = world.family("Six", *_MEMBERS)
        begins = months_after(self.today.replace(day=1), -3)
        days = [begins + timedelta(days=number) for number in range(180)]
        for number in range(_WEEKLY):
            met = [day for day in days if day.weekday() == number % 7 and day.day <= _LAST_DAY]
            self._enrol(family, family.members[number % len(_MEMBERS)], [self._at(day, 16) for day in met])
        booked = [self._at(self.today.replace(day=7 * week + 3), 20) for week in range(_BOOKED)]
        self._book([(room, starts, family.household.id) for starts in booked])
        return self._settled(family)

    def feed(self) -> str:
        """Path of a feed of five hundred dates, with reminders."""
        family = world.family("Feed", *_MEMBERS)
        for number in range(10):
            days = [self.today + timedelta(weeks=week, days=number % 7) for week in _FED]
            self._enrol(family, family.members[number % len(_MEMBERS)], [self._at(day, 16) for day in days])
        home = self._settled(family)
        made = feeds.Feed(family.user, "Our dates", home.household, alarm_minutes=60)
        return feeds.address(family.user, feeds.create(ORG, made, (home.household,), self._now))

    def makeup(self, classes: int) -> tuple[str, Home]:
        """Path of a right's page, good in a programme of so many classes, and who may see it."""
        programme = Programme(new_id(), {"en": "Ballet", "fr": "Ballet"})
        world.save([programme_item(ORG, programme)])
        for number in range(classes):
            step = timedelta(minutes=number * 7 * 24 * 60 // classes)
            starts = [self._now + timedelta(hours=26, weeks=week) + step for week in range(_LESSONS)]
            self._teach(world.class_group(f"Ballet {number}", starts, programme.id))
        family = world.family(f"Right {classes}", "Ann", "Ben")
        missed = self._enrol(family, family.members[0], [self._now - timedelta(days=2)])
        self._enrol(family, family.members[1], [self._now + timedelta(days=day) for day in (2, 9, 16)])
        right = Right(
            dated_id(self.today), missed.person, missed.household, missed.id, missed.class_group,
            next(iter(missed.marks)), (programme.id,), "", self._now, self.today + timedelta(days=90),
        )  # fmt: skip
        world.save([right_item(ORG, right, self._told.zone)])
        return f"/{ORG}/makeups/{right.id}", self._settled(family)

    def rooms(self) -> list[Resource]:
        """Fifty rooms, open all day."""
        hours = ((Opening(_OPEN * 60, _CLOSED * 60),),) * 7
        rooms = [
            Resource(f"room-{number:02}", ResourceKind.ROOM, {"en": f"Room {number}"}, hours=hours)
            for number in range(_ROOMS)
        ]
        resource_store.save_all(ORG, rooms)
        return rooms

    def let(self, rooms: Sequence[Resource]) -> date:
        """Lets each room several times a day in a week, and tells the Monday of it."""
        monday = self.today + timedelta(days=14 - self.today.weekday())
        days = [monday + timedelta(days=number) for number in range(7)]
        hours = range(_OPEN + 1, _OPEN + 1 + 2 * _TAKEN_A_DAY, 2)
        self._book([(room, self._at(day, hour), new_id()) for room in rooms for day in days for hour in hours])
        return monday

    def _book(self, wanted: Sequence[tuple[Resource, datetime, str]]) -> None:
        """Stores bookings of an hour each, and that their times are taken."""
        sheets, items = Sheets(ORG), list[Item]()
        mondays = {starts.date() - timedelta(days=starts.weekday()) for _, starts, _ in wanted}
        sheets.load({Place(room.id, monday) for room, _, _ in wanted for monday in mondays})
        for room, starts, household in wanted:
            booking = Booking(
                dated_id(local_day(starts, self._told.zone)), household, "Room", starts, starts + timedelta(hours=1),
                BookingStatus.CONFIRMED, resource_id=room.id, kind=room.kind.value,
            )  # fmt: skip
            sheets.replace(None, booking)
            items.append(booking_item(ORG, booking))
        world.save([*items, *sheets.items()])

    def _enrol(self, family: Family, member: Person, starts: Sequence[datetime]) -> Enrolment:
        """A member's place in a class; of each meeting that is over it is written that he or she was there."""
        group = world.class_group("Piano", starts)
        first, last = (local_day(each, self._told.zone) for each in (min(starts), max(starts)))
        place = Enrolment(
            dated_id(first), member.id, group.id, family.household.id, EnrolmentStatus.ACTIVE, first, last, self._now,
            marks={each.id: Mark(Attendance.PRESENT, each.ends) for each in group.occurrences if each.ends < self._now},
        )  # fmt: skip
        world.save(world.taught(group, [place]))
        return place

    def _teach(self, group: ClassGroup) -> None:
        """A class with pupils who have nothing else."""
        first, last = self.today, self.today + timedelta(weeks=_LESSONS + 1)
        places = [
            Enrolment(dated_id(first), new_id(), group.id, new_id(), EnrolmentStatus.ACTIVE, first, last, self._now)
            for _ in range(_PUPILS)
        ]
        world.save(world.taught(group, places))

    def _settled(self, family: Family) -> Home:
        rebuild(self._told, family.household.id, self._now)
        return Home(family.household.id, family.cookie, "", family.members[0].id)
