"""What the roles in a household are called."""

from collections.abc import Mapping

from chalicelib.households.domain import Role
from chalicelib.shared.texts import Message, say

ROLES: Mapping[Role, tuple[Message, Message]] = {
    Role.HOLDER: (say("Holder"), say("Sees and does everything, and says who else has access")),
    Role.GUARDIAN: (say("Guardian"), say("Sees and does everything for the family")),
    Role.VIEWER: (say("Viewer"), say("Sees everything, money too, and changes nothing")),
    Role.DELEGATE: (say("Delegate"), say("Sees the classes alone, of all members or of some")),
}
"""The name of each role, and what it may do (C5)."""
