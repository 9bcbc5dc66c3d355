"""Which roles among the staff may use what: the sets that route tables name (`Policy.staff`)."""

from chalicelib.identity.domain import StaffRole


def _set(*roles: StaffRole) -> frozenset[str]:
    return frozenset(role.value for role in roles)


DESK = _set(StaffRole.OWNER, StaffRole.DESK)
"""Runs the front desk: approves bookings, changes places in classes."""
TEACHING = _set(StaffRole.OWNER, StaffRole.DESK, StaffRole.INSTRUCTOR)
"""Sees who is expected today, and writes down who came."""
READING = _set(*StaffRole)
"""Looks at what staff look at and changes nothing; what everybody on the staff may do about themselves."""
OFFICE = _set(StaffRole.OWNER, StaffRole.DESK, StaffRole.FINANCE)
"""Prepares families' papers for taxes."""
REPORTING = _set(StaffRole.OWNER, StaffRole.FINANCE)
"""Reports to tax offices, and may have people's numbers there."""
