"""The time clock: every minute, ends holds, offers and requests that ran out, and tells families what changed and where
to join, and of their statements."""

from typing import Any

from chalicelib import bootstrap
from chalicelib.bookings import jobs as bookings
from chalicelib.enrolments import changes
from chalicelib.enrolments import jobs as places
from chalicelib.entry import loaded
from chalicelib.growing import jobs as growing
from chalicelib.slips import work as slips
from chalicelib.till import runs as statements
from chalicelib.web import logs


def tick(_event: dict[str, Any], _context: Any) -> dict[str, int]:
    """Changes of classes first, so that places that they free are offered now. Missed or doubled it does no harm."""
    logs.configure()
    now = bootstrap.clock().now()
    told = changes.run(now)
    done = places.run(now)
    asked = bookings.run(now)
    return {
        "changes": told, "doors": done.doors, "rolls": done.rolls, "rights": done.rights, "requests": asked,
        "grown": growing.run(now), "slips": slips.run(now),
        "statements": statements.run(now),
    }  # fmt: skip


loaded()
