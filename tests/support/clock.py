"""A clock that stands still until a test turns it."""

from datetime import UTC, datetime, timedelta


class TurnedClock:
    """Starts at the machine's time, so that items written elsewhere agree with it."""

    def __init__(self) -> None:
        self._now = datetime.now(UTC).replace(microsecond=0)

    def now(self) -> datetime:
        """The moment the clock stands at."""
        return self._now

    def set(self, moment: datetime) -> None:
        """Turns it to an aware moment."""
        self._now = moment.astimezone(UTC)

    def advance(self, seconds: float = 0, *, minutes: float = 0, hours: float = 0, days: float = 0) -> datetime:
        """Turns it on, and returns the new moment."""
        self._now += timedelta(seconds=seconds, minutes=minutes, hours=hours, days=days)
        return self._now
