"""Which roles among the staff may use what: the sets that route tables name (`Policy.staff`)."""

from chalicelib.identity.domain import StaffRole


def _set(*roles: StaffRole) -> frozenset[str]:
    return frozenset(role.value for role in roles)


DESK = _set(StaffRole.OWNER, StaffRole.DESK)
"""Runs the front desk: approves bookings, changes places in classes."""
CLIENTS = _set(StaffRole.OWNER, StaffRole.DESK, StaffRole.FINANCE, StaffRole.READ_ONLY)
"""Looks families up and sees what is kept of them."""
TEACHING = _set(StaffRole.OWNER, StaffRole.DESK, StaffRole.INSTRUCTOR)
"""Sees who is expected today, and writes down who came."""
VIEWING = DESK
"""See the portal as a family does, for all of it is open to them at the desk anyway: messages, answers about health and
documents too. To nobody else it is, so nobody else may; and who may act for a family with its code (NEW-10, C7)."""
OWNING = _set(StaffRole.OWNER)
"""Says who belongs to the staff, and as what."""
GOVERNING = OWNING
"""Decides how the portal looks and what its rules are, and reads who decided what."""
MOVING = OWNING
"""Brings everybody's records in, takes them back, and takes everything along."""
READING = _set(*StaffRole)
"""Looks at what staff look at and changes nothing; what everybody on the staff may do about themselves."""
OFFICE = _set(StaffRole.OWNER, StaffRole.DESK, StaffRole.FINANCE)
"""Prepares families' papers for taxes."""
TILL = _set(StaffRole.OWNER, StaffRole.DESK, StaffRole.FINANCE)
"""Bills families and takes their money."""
BOOKS = _set(StaffRole.OWNER, StaffRole.DESK, StaffRole.FINANCE, StaffRole.READ_ONLY)
"""Sees what families are billed and what they paid."""
REFUNDING = _set(StaffRole.OWNER, StaffRole.FINANCE)
"""Gives money back, gives up what is owed, and looks after money that fits nothing."""
REPORTING = _set(StaffRole.OWNER, StaffRole.FINANCE)
"""Reports to tax offices, and may have people's numbers there."""
