"""One entry of the calendar, by the id that its page and its file have."""

from chalicelib.bookings import store as bookings
from chalicelib.calendar.domain import Entry, Holding, Standing, booking_entry, class_entries, holding_of, holdings
from chalicelib.calendar.gathering import Family
from chalicelib.identity.seeing import hides_schedule
from chalicelib.schedule import store
from chalicelib.shared.errors import NotFound
from chalicelib.shared.ids import is_dated_id


def booked(family: Family, event_id: str) -> Entry:
    """A booking of the household. Raises NotFound, also where it is not for this role to see (C5). One round trip."""
    found = None
    if is_dated_id(event_id) and family.sees_bookings:
        found = bookings.get_booking(family.organisation.slug, family.home.household, event_id)
    if found is None:
        raise NotFound
    return booking_entry(found, family.now)


def meeting(family: Family, event_id: str) -> Entry:
    """A meeting of a place that a member has, or had: `<meeting>-<enrolment>`. Raises NotFound. Two round trips."""
    held = _place(family, event_id.partition("-")[2])
    groups = store.get_class_groups(family.organisation.slug, [held.class_group])
    found = next((each for each in class_entries([held], groups, family.zone) if each.id == event_id), None)
    if found is None or found.standing is Standing.LOST:
        raise NotFound
    return found


def _place(family: Family, enrolment_id: str) -> Holding:
    """The place, whoever of the household has it; one from long ago is in no summary, so each member is looked at."""
    known = next((each.member for each in holdings(family.home) if each.id == enrolment_id), "")
    members = [known] if known else [row.id for row in family.home.members if not hides_schedule(family.home, row.id)]
    found = store.get_enrolments(family.organisation.slug, [(member, enrolment_id) for member in members])
    if not is_dated_id(enrolment_id) or enrolment_id not in found:
        raise NotFound
    return holding_of(found[enrolment_id])
