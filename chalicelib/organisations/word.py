"""What an organisation decided about word that goes out by itself: when nobody is to be disturbed, and how long before
a class or a booking a family is reminded that chose nothing else."""

from datetime import datetime, time, timedelta
from enum import Enum

from chalicelib.shared.frozen import Frozen, frozen
from chalicelib.shared.times import from_local, local

_DAY = 24 * 60
_EVENING = time(18)


class Lead(Enum):
    """How long before it begins somebody is reminded of something (MSG-3).

    Hours are hours; days are days of the calendar where it takes place: the day before at the same time of day, though
    the clocks were changed in between (M-10).
    """

    NONE = "none"
    HOUR = "hour"
    THREE_HOURS = "three_hours"
    EVENING = "evening"
    """At six in the evening of the day before."""
    DAY = "day"
    TWO_DAYS = "two_days"

    def moment(self, starts: datetime, zone: str) -> datetime | None:
        """When to remind of what begins at `starts`, in UTC; None: never.

        A time that does not exist on that day moves on by as much as the clock was; one that comes twice is the first.
        """
        if self in _HOURS:
            return starts - timedelta(hours=_HOURS[self])
        if self not in _DAYS:
            return None
        wall = local(starts, zone).replace(tzinfo=None) - timedelta(days=_DAYS[self])
        return from_local(datetime.combine(wall.date(), _EVENING) if self is Lead.EVENING else wall, zone)


_HOURS = {Lead.HOUR: 1, Lead.THREE_HOURS: 3}
_DAYS = {Lead.EVENING: 1, Lead.DAY: 1, Lead.TWO_DAYS: 2}


@frozen
class WordTerms(Frozen):
    """The rules of word of one organisation; minutes are those of the local day, from midnight on."""

    quiet_from: int = 21 * 60
    """From when on what can wait does (M-11)."""
    quiet_until: int = 8 * 60
    """Until when. The same as `quiet_from`: there are no quiet hours."""
    class_lead: str = Lead.DAY.value
    """How long before a class families are reminded that chose nothing else (value of `Lead`)."""
    booking_lead: str = Lead.DAY.value
    """The same for bookings."""

    def is_quiet(self, now: datetime, zone: str) -> bool:
        """Whether nobody of a zone is to be disturbed at this moment."""
        wall = local(now, zone)
        minute = wall.hour * 60 + wall.minute
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= minute < self.quiet_until
        return minute >= self.quiet_from or minute < self.quiet_until

    def quiet_ends(self, now: datetime, zone: str) -> datetime:
        """When the quiet hours end, in UTC, of which `now` is one; a local time that does not exist moves on (M-10).

        Where the clock is turned back over that time, they end when the clock shows it first.
        """
        wall = local(now, zone)
        day = wall.date() + timedelta(days=int(wall.hour * 60 + wall.minute >= self.quiet_until))
        ends = from_local(datetime.combine(day, time(*divmod(self.quiet_until % _DAY, 60))), zone)
        return ends if ends > now else now + timedelta(minutes=1)
