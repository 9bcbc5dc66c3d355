"""Bookings of the files: the record itself, and the time it takes of what can be booked online."""

from collections.abc import Iterator
from dataclasses import replace

from chalicelib.admin.imports.plan import Operation
from chalicelib.admin.imports.purchases import Purchases
from chalicelib.admin.imports.staging import Problem, Record
from chalicelib.admin.imports.work import Work, changes, put
from chalicelib.bookings import resource_store
from chalicelib.bookings.domain import Booking, Terms
from chalicelib.bookings.resources import Resource
from chalicelib.bookings.sheets import Sheets
from chalicelib.bookings.store import booking_items, moved_item


class Lettings:
    """The bookings of one household. What the files say is so: nobody asks whether a time was free."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._sheets = Sheets(work.org)
        self._resources: dict[str, Resource | None] = {}
        self._purchases = Purchases(work)

    def plan(self) -> None:
        """Plans every booking that is new or changed."""
        for record in self._work.rows("booking"):
            self._plan(record)

    def _plan(self, record: Record) -> None:
        work, place = self._work, self._work.inner(record)
        stored = work.has.bookings.get(place)
        changed = stored is None or stored.source != record.source
        booking = self._placed(work.build.booking(record, stored)) if changed else stored
        if booking is None:
            work.plan.leave_out(Problem("bookings.csv", record.line, "resource_id", "is nothing that can be booked"))
            return
        work.plan.count("booking", stored, changed=changed)
        if changed:
            work.has.bookings[place] = booking
            told = self._purchases.of_booking(stored, booking)
            writes = [*self._writes(stored, booking), *told, *work.note(record, booking.id, work.id)]
            work.plan.add(*writes, apart=bool(booking.resource_id or (stored and stored.resource_id)))

    def _placed(self, booking: Booking) -> Booking | None:
        """The booking with what it is of; None when that is not there."""
        if not booking.resource_id:
            return booking
        resource = self._resource(booking.resource_id)
        if resource is None:
            return None
        terms = booking.terms._replace(before=resource.terms.before, after=resource.terms.after)
        return replace(booking, kind=resource.kind.value, terms=Terms(*terms))

    def _resource(self, resource_id: str) -> Resource | None:
        if resource_id not in self._resources:
            self._resources[resource_id] = resource_store.get(self._work.org, resource_id)
        return self._resources[resource_id]

    def _writes(self, stored: Booking | None, booking: Booking) -> Iterator[Operation]:
        """A booking under another day gets another key; its time is given back and taken in the same transaction."""
        org = self._work.org
        before = booking_items(org, stored) if stored else {}
        if stored and stored.id != booking.id:
            booking = replace(booking, version=None)
            yield put("moved", moved_item(org, booking))
        yield from changes("booking", before, booking_items(org, booking))
        self._sheets.replace(stored, booking)
        for sheet in self._sheets.items():
            yield put("sheet", sheet)
