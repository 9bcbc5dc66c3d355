from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from chalicelib.admin import summaries
from chalicelib.admin.imports.laying import internal_id
from chalicelib.admin.summaries import Part
from chalicelib.billing.domain import Invoice, InvoiceStatus, Payment, PaymentStatus
from chalicelib.bookings.domain import Booking, BookingStatus
from chalicelib.data import write
from chalicelib.households import store
from chalicelib.households.domain import Household, Person, Status
from chalicelib.households.summary import MAX_ENROLMENTS, Summary
from chalicelib.households.summing import MAX_BOOKINGS, MAX_NEWS, MAX_UNPAID
from chalicelib.organisations.domain import Organisation
from chalicelib.quotes import service as quotes
from chalicelib.recurring import service as recurring
from chalicelib.schedule.domain import Enrolment, EnrolmentStatus
from tests.memberships.subscribing import plan, subscribed
from tests.quotes.quoting import request, sent
from tests.recurring.billing_again import monthly
from tests.support.imports import FAMILY, Importer
from tests.support.world import World

NOW = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)
ORGANISATION = Organisation("x", {"fr": "X"}, "CA", "America/Toronto", "CAD", ("fr",))
DAY = timedelta(days=1)


def summarise(parts: Sequence[Part], status: Status = Status.ACTIVE) -> Summary:
    return summaries.summarise(ORGANISATION, Household("h", "Roy", status=status), parts, NOW, lambda _: {})


def invoice(status: InvoiceStatus, issued_on: date = TODAY) -> Invoice:
    return Invoice("i", "h", "1", "CAD", issued_on, TODAY, status, (), 1000, 400)


def booking(status: BookingStatus, starts: datetime) -> Booking:
    return Booking("b", "h", "Studio", starts, starts + timedelta(hours=1), status, requested_at=NOW - DAY)


def enrolment(
    ends_on: date, enrolled_at: datetime = NOW, status: EnrolmentStatus = EnrolmentStatus.ACTIVE
) -> Enrolment:
    return Enrolment("e", "p", "c", "h", status, TODAY - 900 * DAY, ends_on, enrolled_at)


@pytest.mark.parametrize("status", InvoiceStatus)
def test_only_issued_and_partially_paid_invoices_are_due(status: InvoiceStatus) -> None:
    open_ones = (InvoiceStatus.ISSUED, InvoiceStatus.PARTIALLY_PAID)
    assert dict(summarise([invoice(status)]).due()) == ({"CAD": 600} if status in open_ones else {})


@pytest.mark.parametrize("status", InvoiceStatus)
def test_a_draft_alone_does_not_open_the_page_of_invoices(status: InvoiceStatus) -> None:
    """INV-2, DASH-6."""
    assert summarise([invoice(status)]).has_invoices is (status is not InvoiceStatus.DRAFT)


@pytest.mark.parametrize(("days", "is_news"), [(0, True), (59, True), (61, False), (-1, False)])
def test_news_are_sixty_days_old_at_most_and_never_of_the_future(days: int, is_news: bool) -> None:
    parts: list[Part] = [
        invoice(InvoiceStatus.ISSUED, TODAY - days * DAY),
        Payment("r", "h", TODAY - days * DAY, 400, "CAD", "card", PaymentStatus.COMPLETED),
        enrolment(TODAY, NOW - days * DAY),
        replace(booking(BookingStatus.CONFIRMED, NOW + DAY), requested_at=NOW - days * DAY),
    ]
    kinds = {row.kind for row in summarise(parts).news}
    assert kinds == ({"invoice", "payment", "enrolment", "booking"} if is_news else set())


@pytest.mark.parametrize("status", PaymentStatus)
def test_money_that_did_not_come_is_no_news(status: PaymentStatus) -> None:
    came = status in (PaymentStatus.COMPLETED, PaymentStatus.PARTIALLY_REFUNDED)
    assert bool(summarise([Payment("r", "h", TODAY, 400, "CAD", "card", status)]).news) is came


@pytest.mark.parametrize(
    ("status", "hours", "kept"),
    [
        (BookingStatus.CONFIRMED, 1, True),
        (BookingStatus.CONFIRMED, -0.5, True),
        (BookingStatus.CONFIRMED, -1, False),
        (BookingStatus.REQUESTED, 1, True),
        (BookingStatus.REQUESTED, -0.5, False),
        (BookingStatus.DECLINED, 1, False),
        (BookingStatus.CANCELLED, 1, False),
    ],
)
def test_bookings_are_kept_until_they_end_and_requests_until_they_begin(
    status: BookingStatus, hours: float, kept: bool
) -> None:
    found = summarise([booking(status, NOW + timedelta(hours=hours))])
    assert (bool(found.bookings), found.has_bookings) == (kept, True)


@pytest.mark.parametrize(("days", "kept"), [(-30, True), (365, True), (366, False)])
def test_enrolments_are_kept_for_a_year_after_their_end(days: int, kept: bool) -> None:
    assert bool(summarise([enrolment(TODAY - days * DAY)]).enrolments) is kept


def test_a_summary_names_the_first_and_counts_all() -> None:
    """DASH-1: however much a household has, its summary stays small; money is never left out."""
    parts: list[Part] = []
    for number in range(70):
        each = replace(invoice(InvoiceStatus.ISSUED), id=f"i{number:02}", due_on=TODAY + number * DAY)
        starts = NOW + (number + 1) * DAY
        parts += [
            each,
            replace(booking(BookingStatus.CONFIRMED, starts), id=f"b{number:02}"),
            replace(enrolment(TODAY + number * DAY, NOW - 900 * DAY), id=f"e{number:02}"),
        ]

    found = summarise(list(reversed(parts)))

    assert [row.id for row in found.unpaid] == [f"i{number:02}" for number in range(MAX_UNPAID)]
    assert (found.due(), found.unpaid_count()) == ({"CAD": 70 * 600}, 70)
    assert [row.id for row in found.bookings] == [f"b{number:02}" for number in range(MAX_BOOKINGS)]
    assert {row.id for row in found.enrolments} == {f"e{number:02}" for number in range(70 - MAX_ENROLMENTS, 70)}
    assert len(found.news) == MAX_NEWS


def test_members_are_the_active_people_of_this_household() -> None:
    people = [
        Person("a", "Zoé", "Roy", households=("h",)),
        Person("b", "Ada", "Roy", households=("other", "h")),
        Person("c", "Gone", "Roy", households=("h",), status=Status.ARCHIVED),
        Person("d", "Moved", "Roy", households=("other",)),
    ]
    assert [row.first_name for row in summarise(people).members] == ["Ada", "Zoé"]


def test_an_archived_household_says_so() -> None:
    assert summarise([], Status.ARCHIVED).archived
    assert not summarise([]).archived


def test_a_summary_that_was_lost_is_built_again_from_what_is_stored(load: Importer) -> None:
    load(FAMILY)
    organisation, home = load.organisation, internal_id(load.organisation, "household", "H1")
    before = store.get_summaries(organisation.slug, (home,))[home]
    transaction = write.Transaction()
    store.save_summary(transaction, organisation.slug, Summary(home, "wrong", version=before.version))
    transaction.commit()
    rebuilt = summaries.rebuild(organisation, home, load.now)
    after = store.get_summaries(organisation.slug, (home,))[home]
    assert rebuilt is not None
    assert replace(after, version=before.version) == before


def test_a_summary_that_is_right_is_not_written(load: Importer) -> None:
    load(FAMILY)
    home = internal_id(load.organisation, "household", "H2")
    before = store.get_summaries(load.organisation.slug, (home,))[home]
    summaries.rebuild(load.organisation, home, load.now)
    assert store.get_summaries(load.organisation.slug, (home,))[home] == before


def test_a_household_that_does_not_exist_has_no_summary(load: Importer) -> None:
    assert summaries.rebuild(load.organisation, "nobody", load.now) is None


def test_quotes_recurring_invoices_and_subscriptions_are_known_after_a_repair(world: World) -> None:
    """DASH-6: their pages stay shown, and a new quote stays news; drafts are nothing a family knows of."""
    home, other = world.household(), world.household("Gagnon")
    plan(world)
    subscribed(world, home, world.today)
    sent(world, home)
    quotes.create(world.organisation, other.id, request(), world.now)
    recurring.create(world.organisation, other.id, monthly(world.today), world.now, start=False)
    before = store.get_summaries(world.org, (home.id, other.id))

    for household in (home, other):
        transaction = write.Transaction()
        blank = Summary(household.id, "lost", version=before[household.id].version)
        store.save_summary(transaction, world.org, blank)
        transaction.commit()
        summaries.rebuild(world.organisation, household.id, world.now)

    after = store.get_summaries(world.org, (home.id, other.id))
    assert after[home.id].holds == {"quote", "recurring", "subscription", "purchase"}
    assert after[home.id].news == before[home.id].news
    assert after[other.id].holds == frozenset()
