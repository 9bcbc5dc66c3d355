"""What is done with bookings: asked for, agreed to, declined, moved, given up, and who gets a time that many want."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from chalicelib.billing import store as billing
from chalicelib.billing.books import keep
from chalicelib.billing.domain import InvoiceStatus, Payment, PaymentStatus
from chalicelib.billing.receiving import receive
from chalicelib.bookings import jobs, resource_store, service, showing, store
from chalicelib.bookings.domain import Booking, BookingStatus, Side, Terms
from chalicelib.bookings.sheets import Sheets, held_by
from chalicelib.bookings.showing import MOST_WAITING
from chalicelib.bookings.slots import weeks
from chalicelib.bookings.wishes import Changed, Slot, Taken, Unsigned
from chalicelib.consents.domain import Rules
from chalicelib.forms.domain import Audience
from chalicelib.households import store as households
from chalicelib.households.summing import MAX_BOOKINGS
from chalicelib.organisations.terms import BillingTerms, Tax
from chalicelib.shared.errors import Conflict, Invalid, NotFound
from chalicelib.shared.ids import dated_id
from tests.bookings.letting import HALF, Letting, letting
from tests.consents.asking import published, says
from tests.support.race import together
from tests.support.world import World

TAXES = BillingTerms(taxes=(Tax("GST", 50_000), Tax("QST", 99_750)))


@pytest.fixture
def place(world: World) -> Letting:
    """A room that is confirmed at once."""
    world.organisation = replace(world.organisation, billing=TAXES)
    return letting(world)


@pytest.fixture
def asking(world: World) -> Letting:
    """A room for which the organisation wants to be asked."""
    world.organisation = replace(world.organisation, billing=TAXES)
    return letting(world, needs_approval=True)


def taken(place: Letting, booking: Booking) -> list[str]:
    """Ids of the bookings that hold something of the weeks of a booking."""
    sheets = Sheets(place.world.org)
    return [each.booking for each in sheets.taken(booking.resource_id, weeks(*held_by(booking)))]


def pay(place: Letting, booking: Booking) -> None:
    """The family pays the booking's invoice."""
    today = place.world.today
    invoice = billing.get_invoice(place.world.org, booking.household, booking.invoice)
    assert invoice
    payment = Payment(
        dated_id(today), booking.household, today, invoice.balance_minor, "CAD", "card", PaymentStatus.PENDING
    )
    keep(place.organisation, booking.household, place.world.now, partial(receive, payment=payment))


def owes(place: Letting) -> tuple[int, int]:
    """What the family has to pay, and what it has in its favour."""
    summary = households.get_summaries(place.world.org, (place.home.id,))[place.home.id]
    return summary.due().get("CAD", 0), summary.credit().get("CAD", 0)


def test_a_booking_is_confirmed_at_once_and_makes_its_invoice(place: Letting) -> None:
    """BOOK-3, BOOK-5: booking, sheet, invoice, summary and message in one; the invoice is the purchase."""
    booking = place.book(place.at(5), 90, note="Bring a stand")

    invoice = billing.get_invoice(place.world.org, place.home.id, booking.invoice)
    summary = households.get_summaries(place.world.org, (place.home.id,))[place.home.id]
    assert (booking.status, booking.note) == (BookingStatus.CONFIRMED, "Bring a stand")
    assert invoice
    assert (invoice.total_minor, invoice.status) == (6899, InvoiceStatus.ISSUED)
    assert invoice.due_on <= booking.starts.date()
    assert taken(place, booking) == [booking.id]
    assert [row.id for row in summary.bookings] == [booking.id]
    assert {row.kind for row in summary.news} == {"booking", "invoice"}
    assert summary.has_bookings


def test_what_is_free_makes_no_invoice(world: World) -> None:
    """BOOK-3: nothing is billed."""
    place = letting(world, price_minor=0)
    assert place.book(place.at(5)).invoice == ""
    assert owes(place) == (0, 0)


def test_the_same_form_sent_twice_books_once(place: Letting) -> None:
    """A double click, even after the booking was moved to another day, finds the first booking."""
    wish = place.wish(place.at(5))
    book = partial(service.book, place.organisation, place.home.id, wish, place.local, place.world.now)
    first = book()
    assert book().id == first.id
    place.move(first, place.at(8))
    assert book().tail == first.tail
    assert len(place.all()) == 1


@pytest.mark.parametrize("capacity", [1, 3])
def test_of_thirty_two_who_want_a_time_as_many_get_it_as_there_is_room_for(world: World, capacity: int) -> None:
    """D-01: overlapping is impossible, however many try at once."""
    place = letting(world, capacity=capacity, step=15)
    homes = [world.household(f"H{number}") for number in range(32)]
    acts = [partial(place.book, place.at(5, 15, 15 * (number % 4)), 60, home) for number, home in enumerate(homes)]
    came = together(acts)

    booked = [each for each in came if isinstance(each, Booking)]
    refused = [each for each in came if isinstance(each, Exception)]
    assert all(isinstance(each, Taken) for each in refused), refused
    moments = [place.at(5, 15) + timedelta(minutes=number) for number in range(105)]
    at_once = [sum(each.starts <= moment < each.ends for each in booked) for moment in moments]
    assert max(at_once) == capacity
    assert sorted(set(taken(place, booked[0]))) == sorted(each.id for each in booked)


@pytest.mark.parametrize("capacity", [1, 2])
def test_thirty_two_of_one_family_at_once(world: World, capacity: int) -> None:
    """D-01: the summary that all write makes them take turns; none is lost and none doubled."""
    place = letting(world, capacity=capacity)
    came = together([partial(place.book, place.at(5)) for _ in range(32)])
    assert sum(isinstance(each, Booking) for each in came) == capacity
    assert len(place.all()) == capacity


def test_what_is_kept_clear_around_a_booking_is_nobodys(world: World) -> None:
    """D-01: buffers before and after."""
    place = letting(world, terms=letting_terms(after=30))
    place.book(place.at(5, 15))
    with pytest.raises(Taken):
        place.book(place.at(5, 16))
    assert place.book(place.at(5, 16, 30)).status is BookingStatus.CONFIRMED


def letting_terms(free_hours: int = 48, kept_ppm: int = HALF, after: int = 0) -> Terms:
    """Terms with which families do all themselves."""
    return Terms(may_cancel=True, may_move=True, free_hours=free_hours, kept_ppm=kept_ppm, after=after)


def test_a_booking_over_the_end_of_a_week_stands_on_both_sheets(place: Letting) -> None:
    """D-01: Sunday 23:30 UTC to Monday; each half alone would be free."""
    to_sunday = (6 - place.at(3).weekday()) % 7 + 3
    sunday = place.at(to_sunday, 23, 30)
    booking = place.book(sunday)
    assert len(weeks(*held_by(booking))) == 2
    for starts in (sunday - timedelta(minutes=30), sunday + timedelta(minutes=30)):
        with pytest.raises(Taken):
            place.book(starts)
    place.cancel(booking)
    assert taken(place, booking) == []
    assert place.book(sunday + timedelta(minutes=30)).status is BookingStatus.CONFIRMED


def test_a_time_that_is_not_offered_is_refused(place: Letting) -> None:
    """BOOK-3: notice, horizon, step and duration."""
    room = replace(place.resource, notice_hours=24, horizon_days=10)
    resource_store.save_all(place.world.org, [room])
    wish = place.wish(place.at(5))
    wrong = [Slot(place.at(0, 23), 60), Slot(place.at(12), 60), Slot(place.at(5, 15, 7), 60), Slot(place.at(5), 45)]
    for slot in wrong:
        told = wish._replace(slot=slot)
        with pytest.raises(Invalid) as refused:
            service.book(place.organisation, place.home.id, told, place.local, place.world.now)
        assert list(refused.value.errors) == ["starts"]
    assert place.all() == []


def test_a_price_or_a_rule_that_changed_is_shown_again(place: Letting) -> None:
    """NEW-1: nobody books at a price that was not shown."""
    wish = place.wish(place.at(5))
    room = place.resource
    changed = (
        replace(room, price_minor=4100), replace(room, terms=letting_terms(free_hours=72)),
        replace(room, needs_approval=True),
    )  # fmt: skip
    for other in changed:
        resource_store.save_all(place.world.org, [other])
        with pytest.raises(Changed):
            service.book(place.organisation, place.home.id, wish, place.local, place.world.now)
    assert place.all() == []


def test_strangers_members_and_resources_are_not_found(place: Letting) -> None:
    """T-03: a member of another household, a room that is not there, a booking of somebody else."""
    other = place.world.household("Other", "Zoe")
    stranger = place.world.builders[other.id].members[0].id
    wish = place.wish(place.at(5))
    for wrong in (wish._replace(member=stranger), wish._replace(resource="nowhere")):
        with pytest.raises(NotFound):
            service.book(place.organisation, place.home.id, wrong, place.local, place.world.now)
    booking = place.book(place.at(5))
    with pytest.raises(NotFound):
        service.require(place.world.org, other.id, booking.id)


def test_a_request_holds_its_time_and_is_confirmed(asking: Letting) -> None:
    """BOOK-2, BOOK-3: nothing is billed before the organisation agrees; the price is the one that was told."""
    booking = asking.book(asking.at(5))
    assert (booking.status, booking.invoice) == (BookingStatus.REQUESTED, "")
    assert [each.id for each in store.list_waiting(asking.world.org)] == [booking.id]
    with pytest.raises(Taken):
        asking.book(asking.at(5))
    dearer = replace(asking.resource, price_minor=9900)
    resource_store.save_all(asking.world.org, [dearer])

    confirm = partial(service.confirm, asking.organisation, asking.home.id, booking.id, "Kate", asking.world.now)
    confirm()
    again = confirm()

    assert (again.status, again.decided_by) == (BookingStatus.CONFIRMED, "Kate")
    assert owes(asking) == (4599, 0)
    assert store.list_waiting(asking.world.org) == []
    assert taken(asking, booking) == [booking.id]


def test_a_request_is_declined_with_a_reason(asking: Letting) -> None:
    """BOOK-2: its time is free again, and it can not be confirmed any more."""
    booking = asking.book(asking.at(5))
    decline = partial(service.decline, asking.organisation, asking.home.id, booking.id, "Kate")
    decline("Concert", asking.world.now)
    decline("Other", asking.world.now)

    stored = asking.find(booking)
    assert (stored.status, stored.reason) == (BookingStatus.DECLINED, "Concert")
    assert taken(asking, booking) == []
    with pytest.raises(Conflict):
        service.confirm(asking.organisation, asking.home.id, booking.id, "Kate", asking.world.now)
    assert asking.book(asking.at(5)).status is BookingStatus.REQUESTED


def test_a_request_expires_at_its_start(asking: Letting) -> None:
    """X-10: for everybody at once, and on record when the schedule comes by; twice does no harm."""
    booking = asking.book(asking.at(1))
    before, at = booking.starts - timedelta(seconds=1), booking.starts
    jobs.run(before)
    assert asking.find(booking).status is BookingStatus.REQUESTED
    assert booking.status_at(at) is BookingStatus.EXPIRED
    with pytest.raises(Conflict):
        service.confirm(asking.organisation, asking.home.id, booking.id, "Kate", at)
    sheets = Sheets(asking.world.org)
    assert not sheets.is_free(asking.resource, held_by(booking), before)
    assert sheets.is_free(asking.resource, held_by(booking), at)

    assert (jobs.run(at) >= 1, jobs.run(at)) == (True, 0)

    assert asking.find(booking).status is BookingStatus.EXPIRED
    assert taken(asking, booking) == []
    assert store.list_waiting(asking.world.org) == []
    summary = households.get_summaries(asking.world.org, (asking.home.id,))[asking.home.id]
    assert summary.bookings == ()


def test_cancelling_in_time_takes_all_of_it_back(place: Letting) -> None:
    """NEW-1: an unpaid invoice is cancelled, its time is free, a second click changes nothing."""
    booking = place.book(place.at(5))
    step = service.cancelling(place.organisation, place.home.id, booking.id, Side.FAMILY, place.world.now)
    assert (step.parting.charged_minor, step.parting.kept_minor, step.parting.credit_minor) == (4599, 0, 0)

    cancel = partial(
        service.cancel, place.organisation, place.home.id, booking.id, Side.FAMILY, "Ill", step.digest, place.world.now
    )
    cancel()
    assert cancel().cancelled_by is Side.FAMILY

    assert owes(place) == (0, 0)
    assert taken(place, booking) == []


def test_cancelling_late_keeps_a_share_to_the_cent(place: Letting) -> None:
    """NEW-1: half of 45.99 is 23.00 after rounding; what was paid beyond it becomes credit."""
    booking = place.book(place.at(3))
    pay(place, booking)
    late = booking.starts - timedelta(hours=47)
    step = service.cancelling(place.organisation, place.home.id, booking.id, Side.FAMILY, late)
    assert step.parting == (4599, 2300, 2299, "CAD")

    place.cancel(booking, now=late)

    assert owes(place) == (0, 2299)


def test_what_the_organisation_cancels_costs_nothing(place: Letting) -> None:
    """BOOK-4: however late."""
    booking = place.book(place.at(3))
    pay(place, booking)
    ended = place.cancel(booking, Side.ORGANISATION, booking.starts + timedelta(minutes=1))
    assert ended.cancelled_by is Side.ORGANISATION
    assert owes(place) == (0, 4599)


def test_a_preview_that_is_out_of_date_is_shown_again(place: Letting) -> None:
    """NEW-1: the free time ran out between looking and clicking."""
    booking = place.book(place.at(3))
    step = service.cancelling(place.organisation, place.home.id, booking.id, Side.FAMILY, place.world.now)
    late = booking.starts - timedelta(hours=47)
    with pytest.raises(Changed):
        service.cancel(place.organisation, place.home.id, booking.id, Side.FAMILY, "", step.digest, late)
    assert place.find(booking).status is BookingStatus.CONFIRMED


def test_the_rules_are_those_of_the_day_it_was_booked(place: Letting) -> None:
    """NEW-1: what the organisation changes later does not reach back."""
    booking = place.book(place.at(3))
    stern = replace(place.resource, terms=letting_terms(free_hours=1000, kept_ppm=1_000_000))
    resource_store.save_all(place.world.org, [stern])
    step = service.cancelling(place.organisation, place.home.id, booking.id, Side.FAMILY, place.world.now)
    assert step.parting.kept_minor == 0


def test_moving_at_the_same_price_leaves_the_invoice_alone(place: Letting) -> None:
    """BOOK-4: another day, another id; the old link still finds it, and so does the list."""
    booking = place.book(place.at(5))
    after = place.move(booking, place.at(7))

    assert (after.invoice, after.moved_from) == (booking.invoice, booking.starts)
    assert after.id != booking.id
    assert [each.id for each in place.all()] == [after.id]
    assert place.find(booking).id == after.id
    assert taken(place, booking).count(booking.id) == 0
    assert owes(place) == (4599, 0)
    summary = households.get_summaries(place.world.org, (place.home.id,))[place.home.id]
    assert [row.id for row in summary.bookings] == [after.id]
    back = place.move(after, booking.starts)
    assert (back.id, back.sequence) == (booking.id, 2)


def test_moving_within_its_own_time(place: Letting) -> None:
    """D-01: its own time is not in its way; somebody else's is."""
    booking = place.book(place.at(5, 15), 120)
    place.book(place.at(5, 18))
    assert place.move(booking, place.at(5, 16), 120).starts == place.at(5, 16)
    with pytest.raises(Taken):
        place.move(booking, place.at(5, 16, 30), 120)
    assert place.find(booking).starts == place.at(5, 16)


def test_moving_to_a_dearer_time_bills_the_difference(place: Letting) -> None:
    """BOOK-4, NEW-1: what was paid covers the new invoice first."""
    booking = place.book(place.at(5))
    pay(place, booking)
    step = service.moving(
        place.organisation, place.home.id, booking.id, Slot(place.at(6), 120), place.local, place.world.now
    )
    assert (step.parting.credit_minor, step.to and step.to.total_minor) == (4599, 9198)

    after = place.move(booking, place.at(6), 120)

    assert after.invoice != booking.invoice
    assert owes(place) == (9198 - 4599, 0)


def test_moving_late_keeps_its_share(place: Letting) -> None:
    """BOOK-4: giving up a time late costs the same whether or not another is taken."""
    booking = place.book(place.at(3))
    pay(place, booking)
    late = booking.starts - timedelta(hours=3)
    place.move(booking, place.at(6), 60, late)
    assert owes(place) == (4599 - 2299, 0)


def test_moving_what_needs_approval_asks_again(asking: Letting) -> None:
    """BOOK-3: a confirmed time is given up for a request; nothing stays billed for it."""
    booking = asking.book(asking.at(5))
    service.confirm(asking.organisation, asking.home.id, booking.id, "Kate", asking.world.now)
    pay(asking, asking.find(booking))

    after = asking.move(booking, asking.at(6))

    assert (after.status, after.invoice) == (BookingStatus.REQUESTED, "")
    assert owes(asking) == (0, 4599)
    assert [each.id for each in store.list_waiting(asking.world.org)] == [after.id]


def test_a_second_click_on_move_changes_nothing(place: Letting) -> None:
    """The form still names the booking's former id."""
    booking = place.book(place.at(5))
    slot = Slot(place.at(7), 60)
    step = service.moving(place.organisation, place.home.id, booking.id, slot, place.local, place.world.now)
    for _ in range(2):
        after = service.move(
            place.organisation, place.home.id, booking.id, slot, step.digest, place.local, place.world.now
        )
    assert after.sequence == 1


def test_a_booking_that_began_is_neither_moved_nor_cancelled_by_the_family(place: Letting) -> None:
    """BOOK-4: nor one whose terms forbid it."""
    booking = place.book(place.at(3))
    for act in (place.cancel, partial(place.move, starts=place.at(9))):
        with pytest.raises(Conflict):
            act(booking, now=booking.starts)
    service.mark_no_show(place.organisation, place.home.id, booking.id, booking.starts)
    assert place.find(booking).status is BookingStatus.NO_SHOW
    assert owes(place) == (4599, 0)


def test_nobody_failed_to_come_before_it_began(place: Letting) -> None:
    """Glossary: no-show is for confirmed bookings that have begun."""
    booking = place.book(place.at(3))
    with pytest.raises(Conflict):
        service.mark_no_show(place.organisation, place.home.id, booking.id, place.world.now)


def test_the_summary_names_the_next_bookings_however_many_there_are(world: World) -> None:
    """BOOK-1: one that goes makes room for one that did not fit in before."""
    place = letting(world, price_minor=0)
    made = [place.book(place.at(2 + number)) for number in range(MAX_BOOKINGS + 2)]
    place.cancel(made[0])
    summary = households.get_summaries(world.org, (place.home.id,))[place.home.id]
    assert [row.id for row in summary.bookings] == [each.id for each in made[1 : MAX_BOOKINGS + 1]]


def test_a_calendar_finds_what_touches_its_days(place: Letting) -> None:
    """SCH: also what was moved there, or reaches in from the day before."""
    first = place.book(place.at(4, 23, 30))
    second = place.book(place.at(9))
    moved = place.move(second, place.at(5, 20))
    place.book(place.at(6, 15))
    begin = place.at(5, 0)
    found = store.list_between(place.world.org, place.home.id, begin, begin + timedelta(days=1))
    assert [each.id for each in found] == [first.id, moved.id]


def test_no_family_asks_for_everything(world: World) -> None:
    """Requests cost nothing and keep times from everybody else: there are not many of one family at once."""
    place = letting(world, needs_approval=True)
    for number in range(MOST_WAITING):
        place.book(place.at(5 + number))

    with pytest.raises(Conflict):
        place.book(place.at(40))

    other = world.household("Band", "Bob")
    assert place.book(place.at(40), home=other).status is BookingStatus.REQUESTED
    place.cancel(place.all()[0])
    assert place.book(place.at(41)).status is BookingStatus.REQUESTED


def test_no_family_books_everything(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(showing, "MOST_AHEAD", MAX_BOOKINGS + 2)
    place = letting(world, price_minor=0)
    for number in range(MAX_BOOKINGS + 2):
        place.book(place.at(5 + number))

    with pytest.raises(Conflict):
        place.book(place.at(50))


def test_a_booking_waits_for_what_has_to_be_signed(place: Letting) -> None:
    """NEW-13: nobody goes round the page; once it is signed, the time is the family's."""
    world = place.world
    waiver = published(world, Rules(Audience(household=True), mandatory=True))
    with pytest.raises(Unsigned) as refused:
        place.book(place.at(5), 90)
    assert [each.id for each in refused.value.asked] == [waiver.id]

    says(world, world.user(place.home), place.home, waiver, None)

    assert place.book(place.at(5), 90).status is BookingStatus.CONFIRMED
