"""Bookings of the files that are of something which can be booked online."""

from datetime import date

from chalicelib.bookings import resource_store, service, store
from chalicelib.bookings.domain import Booking, BookingStatus, Terms
from chalicelib.bookings.sheets import Sheets, held_by
from chalicelib.bookings.slots import weeks
from tests.admin.imports.test_households import inner, without
from tests.bookings.letting import resource
from tests.support.imports import FAMILY, Importer

FILES = {
    "households": FAMILY["households"],
    "bookings": (
        "id;household;resource;starts;ends;status;resource_id\n"
        "B1;H2;Studio B;2026-11-30 18:00;2026-11-30 20:00;;studio\n"
        "B2;H2;Studio B;2026-12-03 18:00;2026-12-03 20:00;;\n"
    ),
}


def _stored(load: Importer) -> dict[str, Booking]:
    org, home = load.organisation.slug, inner(load, "household", "H2")
    return {each.resource_id: each for each in store.list_bookings(org, home).rows}


def _taken(load: Importer, *bookings: Booking) -> list[str]:
    mondays = sorted({monday for each in bookings for monday in weeks(*held_by(each))})
    return sorted({each.booking for each in Sheets(load.organisation.slug).taken("studio", mondays)})


def test_a_booking_of_the_files_takes_its_time(load: Importer) -> None:
    """D-01: nobody can book it online; the family asks the organisation about it, for nobody knows who paid what."""
    resource_store.save_all(load.organisation.slug, [resource(terms=Terms(True, True, 1, 1, 10, 20))])
    load(FILES)
    booking = _stored(load)["studio"]
    assert booking.terms == Terms(before=10, after=20)
    assert not booking.may_cancel(load.now)
    assert _taken(load, booking) == [booking.id]
    assert _stored(load)[""].terms == Terms()


def test_a_corrected_day_moves_the_booking_and_its_time(load: Importer) -> None:
    """Its id begins with the day; the former one still leads to it."""
    resource_store.save_all(load.organisation.slug, [resource()])
    load(FILES)
    before = _stored(load)["studio"]
    load(without(FILES, "bookings", "2026-11-30 18:00;2026-11-30 20:00", "2026-12-10 18:00;2026-12-10 20:00"))
    after = _stored(load)["studio"]
    assert (after.starts.date(), after.sequence, len(_stored(load))) == (date(2026, 12, 10), 1, 2)
    assert service.require(load.organisation.slug, after.household, before.id) == after
    assert _taken(load, before, after) == [after.id]
    gone = "2026-12-10 18:00;2026-12-10 20:00;cancelled"
    load(without(FILES, "bookings", "2026-11-30 18:00;2026-11-30 20:00;", gone))
    assert _stored(load)["studio"].status is BookingStatus.CANCELLED
    assert _taken(load, after) == []


def test_a_booking_of_nothing_that_is_there_is_left_out(load: Importer) -> None:
    """I-15: told with its line; the others come in."""
    outcome = load(FILES)
    assert [(each.line, each.field) for each in outcome.left_out] == [(2, "resource_id")]
    assert list(_stored(load)) == [""]
