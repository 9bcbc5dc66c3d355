"""The time clock: every minute, ends holds, offers and requests that ran out, and tells families what changed, where to
join, what begins soon, and of their statements."""

from typing import Any

from chalicelib import bootstrap
from chalicelib.bookings import jobs as bookings
from chalicelib.enrolments import changes
from chalicelib.enrolments import jobs as places
from chalicelib.entry import loaded
from chalicelib.growing import jobs as growing
from chalicelib.reminders import jobs as reminders
from chalicelib.slips import work as slips
from chalicelib.till import runs as statements
from chalicelib.web import logs, running
from chalicelib.web.running import Job


def tick(_event: dict[str, Any], context: Any) -> dict[str, int]:
    """Changes of classes first, so that places that they free are offered now. Missed or doubled it does no harm."""
    logs.configure()
    jobs = (
        Job("changes", changes.run),
        Job("places", lambda now: places.run(now)._asdict()),
        Job("requests", bookings.run),
        Job("grown", growing.run),
        Job("slips", slips.run),
        Job("statements", statements.run),
        Job("reminded", lambda now: reminders.run(now).made),
    )
    return running.run(jobs, context, bootstrap.clock().now())


loaded()
