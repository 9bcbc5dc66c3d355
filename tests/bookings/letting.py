"""An organisation that lets rooms, for tests: what can be booked, and families that book it."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from chalicelib.bookings import resource_store, service, store
from chalicelib.bookings.domain import Booking, Side, Terms
from chalicelib.bookings.resources import DAY_MINUTES, Opening, PricePer, Resource, ResourceKind
from chalicelib.bookings.wishes import Slot, Wish
from chalicelib.households.domain import Household
from chalicelib.organisations.domain import Organisation
from chalicelib.shared.ids import new_id
from chalicelib.web.language import Local
from tests.support.world import World

ALWAYS = ((Opening(0, DAY_MINUTES),),) * 7
HALF = 500_000


def resource(**changes: object) -> Resource:
    """A room that is always open, an hour or two for 40.00 an hour, free until two days before, half after that."""
    plain = Resource(
        id="studio",
        kind=ResourceKind.ROOM,
        title={"en": "Studio A", "fr": "Studio A", "ru": "Студия A"},
        description={"en": "With a piano"},
        hours=ALWAYS,
        step=30,
        shortest=60,
        longest=120,
        price_minor=4000,
        price_per=PricePer.HOUR,
        terms=Terms(may_cancel=True, may_move=True, free_hours=48, kept_ppm=HALF),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


@dataclass
class Letting:
    """A stored organisation with a room, and a family."""

    world: World
    resource: Resource
    home: Household

    @property
    def organisation(self) -> Organisation:
        """Whose room it is."""
        return self.world.organisation

    @property
    def local(self) -> Local:
        """The family's way of writing."""
        return Local("en", "CA", self.organisation.zone)

    def at(self, days: int, hour: int = 15, minute: int = 0) -> datetime:
        """A time (UTC) some days from today."""
        day = self.world.now.astimezone(UTC).date() + timedelta(days=days)
        return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)

    def wish(self, starts: datetime, minutes: int = 60, note: str = "") -> Wish:
        """What the family wants, having seen what it costs."""
        slot = Slot(starts, minutes)
        shown = service.offer(self.organisation, self.resource, slot, self.local, self.world.now)
        return Wish(self.resource.id, slot, new_id(), shown.digest, note=note)

    def book(self, starts: datetime, minutes: int = 60, home: Household | None = None, note: str = "") -> Booking:
        """Books the room."""
        wish = self.wish(starts, minutes, note)
        made = service.book(self.organisation, (home or self.home).id, wish, self.local, self.world.now)
        return self.find(made)

    def find(self, booking: Booking) -> Booking:
        """The booking as it is stored."""
        return service.require(self.world.org, booking.household, booking.id)

    def cancel(self, booking: Booking, side: Side = Side.FAMILY, now: datetime | None = None) -> Booking:
        """Gives it up, having seen what that comes to."""
        now = now or self.world.now
        step = service.cancelling(self.organisation, booking.household, booking.id, side, now)
        service.cancel(self.organisation, booking.household, booking.id, side, "", step.digest, now)
        return self.find(booking)

    def move(self, booking: Booking, starts: datetime, minutes: int = 60, now: datetime | None = None) -> Booking:
        """Moves it, having seen what that comes to."""
        now, slot = now or self.world.now, Slot(starts, minutes)
        step = service.moving(self.organisation, booking.household, booking.id, slot, self.local, now)
        service.move(self.organisation, booking.household, booking.id, slot, step.digest, self.local, now)
        return self.find(booking)

    def all(self, home: Household | None = None) -> list[Booking]:
        """All bookings of a family."""
        return list(store.list_bookings(self.world.org, (home or self.home).id).rows)


def letting(world: World, **changes: object) -> Letting:
    """A stored room and a family in `world`."""
    room = resource(**changes)
    resource_store.save_all(world.org, [room])
    world.organisation = replace(world.organisation, offers_bookings=True)
    return Letting(world, room, world.household("Choir", "Ann"))
