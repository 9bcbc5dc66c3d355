"""Tokens with which programs use the API: what one may do, and until when. Pure."""

from datetime import date, datetime
from enum import Enum

from chalicelib.shared.frozen import Frozen, frozen
from chalicelib.shared.texts import Message, say

PREFIX = "foyer_"
"""How every token begins, so that programs that look for leaked secrets know one when they see it."""
CALLS_A_MINUTE = 120
"""Calls of one token within a minute; further ones wait."""
MOST_TOKENS = 25
"""Tokens of an organisation: all of them fit on one page, and nobody loses sight of one."""
MOST_DAYS = 366
"""Longest life of a token."""


class Scope(Enum):
    """What a token may do; a call names the one that it needs."""

    READ_HOUSEHOLDS = "households:read"
    WRITE_HOUSEHOLDS = "households:write"
    READ_INVOICES = "invoices:read"
    WRITE_INVOICES = "invoices:write"
    READ_PAYMENTS = "payments:read"
    WRITE_PAYMENTS = "payments:write"
    READ_BOOKINGS = "bookings:read"
    WRITE_BOOKINGS = "bookings:write"


SCOPES: dict[Scope, Message] = {
    Scope.READ_HOUSEHOLDS: say("Read households and members"),
    Scope.WRITE_HOUSEHOLDS: say("Add and change households and members"),
    Scope.READ_INVOICES: say("Read invoices"),
    Scope.WRITE_INVOICES: say("Make, issue and cancel invoices"),
    Scope.READ_PAYMENTS: say("Read payments"),
    Scope.WRITE_PAYMENTS: say("Note payments that came in by another way than Stripe"),
    Scope.READ_BOOKINGS: say("Read bookings"),
    Scope.WRITE_BOOKINGS: say("Make and cancel bookings"),
}
"""What people read about each scope."""


@frozen
class Token(Frozen):
    """A program's way in. The token itself is nowhere stored."""

    id: str
    """Hash of the token, which finds it."""
    name: str
    """What the staff call the program."""
    hint: str
    """The token's last four characters, by which people tell one from another."""
    scopes: frozenset[Scope]
    made_by: str
    """Id of the user who made it, and in whose name it acts."""
    made_at: datetime
    last_day: date
    """The last day on which it opens anything, in the organisation's zone."""
    used_at: datetime | None = None

    def is_live(self, today: date) -> bool:
        """Whether it still opens anything."""
        return today <= self.last_day
