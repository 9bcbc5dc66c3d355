"""The list of what a household bought and gave back, for places and bookings that an import brings (PUR-1, SCH-12).

Each is told once, when it is new: at the moment that its row tells, and one more time when a row first says that it
was given back.
"""

from collections.abc import Iterator
from dataclasses import replace

from chalicelib.admin.imports.plan import Operation
from chalicelib.admin.imports.work import Work, put
from chalicelib.billing.bought import Bought, bought_items
from chalicelib.bookings.buying import line_of
from chalicelib.bookings.domain import Booking, BookingStatus
from chalicelib.enrolments.buying import bought_line, is_bought, is_given_back
from chalicelib.schedule.domain import Enrolment, EnrolmentStatus
from chalicelib.schedule.store import get_class_groups
from chalicelib.shared.texts import Texts

_LET = (BookingStatus.CONFIRMED, BookingStatus.COMPLETED, BookingStatus.NO_SHOW, BookingStatus.CANCELLED)


class Purchases:
    """What one household bought."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._titles: dict[str, Texts] = {}

    def of_enrolment(self, before: Enrolment | None, after: Enrolment) -> Iterator[Operation]:
        """The lines of a place that is new, or given back now."""
        over = is_given_back(after)
        if after.household != self._work.id or not (is_bought(after) or over):
            return
        title, minor = self._title(after.class_group), after.price.minor if after.price else 0
        if before is None:
            yield from self._write(bought_line(replace(after, status=EnrolmentStatus.ACTIVE), title, minor))
        if over and (before is None or is_bought(before)):
            yield from self._write(bought_line(after, title, minor))

    def of_booking(self, before: Booking | None, after: Booking) -> Iterator[Operation]:
        """The lines of a booking that is new, or given up now."""
        work, over = self._work, after.status is BookingStatus.CANCELLED
        if after.status not in _LET:
            return
        at = after.told_at or after.starts
        if before is None:
            made = replace(after, status=BookingStatus.CONFIRMED)
            yield from self._write(line_of(work.organisation, made, at, after.total_minor))
        if over and (before is None or before.status is not BookingStatus.CANCELLED):
            yield from self._write(line_of(work.organisation, after, at, 0))

    def _write(self, line: Bought) -> Iterator[Operation]:
        line = line._replace(at=min(line.at, self._work.now))
        self._work.has.others.append(line)
        for item in bought_items(self._work.org, self._work.id, line):
            yield put("bought", item)

    def _title(self, class_id: str) -> Texts:
        if class_id not in self._titles:
            group = get_class_groups(self._work.org, [class_id], consistent=True).get(class_id)
            self._titles[class_id] = group.title if group else {}
        return self._titles[class_id]
