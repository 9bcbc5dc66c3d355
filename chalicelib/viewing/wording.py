"""The words for roles among the staff: what each is called, and what it may."""

from typing import NamedTuple

from chalicelib.identity.domain import StaffRole
from chalicelib.shared.texts import Message, say


class RoleWords(NamedTuple):
    """What a role is called, and what whoever has it may."""

    title: Message
    does: Message


ROLES = {
    StaffRole.OWNER: RoleWords(say("Owner"), say("Everything, with settings and who belongs to the staff.")),
    StaffRole.DESK: RoleWords(
        say("Front desk"), say("Clients, places, bookings, messages and taking money; no refunds and no settings.")
    ),
    StaffRole.FINANCE: RoleWords(say("Finance"), say("Money and papers for taxes.")),
    StaffRole.INSTRUCTOR: RoleWords(say("Instructor"), say("The classes, who is expected, and who came.")),
    StaffRole.READ_ONLY: RoleWords(say("Read only"), say("Looks at what staff look at, and changes nothing.")),
}
