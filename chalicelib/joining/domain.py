"""Who asks for access without the staff, what is told for it, and when two tellings are the same."""

from dataclasses import field
from datetime import date, datetime
from enum import Enum

from chalicelib.shared.frozen import Frozen, frozen
from chalicelib.shared.times import HOUR

BEGUN_SECONDS = HOUR
"""How long somebody has for the steps of a registration."""


class Wish(Enum):
    """What somebody registers for."""

    MATCH = "match"
    """Access to a household that is on file (ACC-5)."""
    NEW = "new"
    """A household of his or her own (AUTH-7)."""


class RequestState(Enum):
    """What became of a request."""

    OPEN = "open"
    APPROVED = "approved"
    """The staff said who it is."""
    PROVED = "proved"
    """A code that went to what is on file came back (C6)."""
    OPENED = "opened"
    """Access to a new household; the staff look whether it is a second one of the same family."""
    SEEN = "seen"
    """The staff looked at the new household."""
    DECLINED = "declined"

    @property
    def waits(self) -> bool:
        """Whether the staff have something to do about it."""
        return self in (RequestState.OPEN, RequestState.OPENED)


@frozen
class Asked(Frozen):
    """What somebody told about himself or herself, as it was typed."""

    wish: Wish
    phone: str
    """E.164."""
    language: str = ""
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    """Where the first code goes; the login address from then on."""
    born: date | None = None
    """Day of birth: of the person who takes part, or for a new household of whoever opens it."""
    member_last_name: str = ""
    """Last name of the person who takes part."""

    @property
    def name(self) -> str:
        """First and last name of who asks."""
        return f"{self.first_name} {self.last_name}".strip()


@frozen
class Begun(Frozen):
    """A registration on its way: nobody at the desk hears of it before the address is proved."""

    id: str
    asked: Asked
    made_at: datetime
    version: int | None = None

    def is_open(self, now: datetime) -> bool:
        """Whether it can still go on."""
        return (now - self.made_at).total_seconds() < BEGUN_SECONDS


@frozen
class Request(Frozen):
    """A registration whose address is proved."""

    id: str
    asked: Asked
    made_at: datetime
    state: RequestState = RequestState.OPEN
    household: str = ""
    """What access was given to; of an open one, the household that what was told points to, if one."""
    decided_by: str = ""
    reason: str = ""
    version: int | None = None


@frozen
class Likeness(Frozen):
    """A household that may be the one somebody means, and what speaks for it."""

    household: str
    name: str
    number: str
    by: frozenset[str] = field(default_factory=frozenset)
    """Of `phone`, `email`, `born` and `last_name`, what is the same."""

    @property
    def fits(self) -> bool:
        """ACC-5: telephone, day of birth and last name are all as they are on file."""
        return {"phone", "born", "last_name"} <= self.by
