"""What a household's holder grants: a role to somebody who signs in, or a link to somebody who does not. Pure rules."""

from datetime import date, datetime, timedelta
from enum import Enum
from typing import NamedTuple

from chalicelib.households.domain import Role
from chalicelib.identity.domain import HouseholdLink
from chalicelib.shared.frozen import Frozen, frozen

INVITATION_LIFE = timedelta(days=14)
LONGEST = timedelta(days=366)
"""How far ahead the last day of a limited access lies at most: what is meant for longer is renewed by a person."""
MAX_SHARES = 20
"""Links of one household."""
SEEN_SECONDS = 300
"""How exactly the last use of a link is known: it is written down no more often than that."""


class Section(Enum):
    """A part of a household that a link opens."""

    SCHEDULE = "schedule"


class Grant(NamedTuple):
    """What somebody shall be to a household."""

    role: Role
    until: date | None = None
    members: tuple[str, ...] = ()
    """The only members that a delegate sees; empty: all."""

    def link(self, household: str) -> HouseholdLink:
        """The grant as the user's link to the household."""
        return HouseholdLink(household, self.role, self.until, self.members)


@frozen
class Invitation(Frozen):
    """An offer of a role, to whoever proves to have an address. Its id is no secret: a code to the address proves."""

    id: str
    household: str
    name: str
    """What the holder calls the invited."""
    address: str
    """Email address or number in E.164 form."""
    grant: Grant
    by: str
    """User who invites."""
    by_name: str
    language: str
    made_at: datetime
    person: str = ""
    """The member whom the invited is himself or herself (NEW-14)."""

    @property
    def reference(self) -> str:
        """How addresses name it: the household only says where to look."""
        return f"{self.household}.{self.id}"

    def is_open(self, now: datetime) -> bool:
        """Whether it can still be accepted."""
        return now - self.made_at <= INVITATION_LIFE


@frozen
class Share(Frozen):
    """A link to one section of one member, until a day."""

    hash: str
    """Of its token: what it is stored under, and called in the list."""
    household: str
    member: str
    section: Section
    name: str
    """For whom it was made, in the family's words."""
    until: date
    by: str
    made_at: datetime
    seen_at: datetime | None = None
    """When it was last opened."""

    def is_open(self, today: date) -> bool:
        """Whether it still opens anything."""
        return today <= self.until
