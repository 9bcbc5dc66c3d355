"""Buying for a family at the desk: the shop, places in classes, bookings (PUR-1, PUR-2, ACC-13, ACC-14)."""

from datetime import datetime, timedelta

import pytest

from chalicelib.billing import store as billing
from chalicelib.billing.books import open_books
from chalicelib.bookings import resource_store
from chalicelib.bookings import store as bookings
from chalicelib.consents.domain import Rules
from chalicelib.data import keys, read
from chalicelib.data.outbox import MessageItem
from chalicelib.enrolments import enrolling
from chalicelib.enrolments.asking import Unanswered
from chalicelib.enrolments.places import Places
from chalicelib.households.domain import Household, Person
from chalicelib.households.service import require_summary
from chalicelib.schedule.domain import ClassGroup, EnrolmentStatus
from chalicelib.shared.errors import Conflict
from tests.bookings.letting import resource
from tests.consents.asking import published as consent_published
from tests.consents.asking import says
from tests.forms.asking import AT_ENROLMENT, answered
from tests.forms.asking import published as form_published
from tests.purchases.selling import SIZES, buy, product, stored
from tests.support.browser import Browser
from tests.support.clock import TurnedClock
from tests.support.terms import with_terms
from tests.support.world import World
from tests.till.counter import deeds, page_of


@pytest.fixture
def ballet(world: World) -> ClassGroup:
    starts = [world.now + timedelta(days=7 * week + 1) for week in range(3)]
    return world.class_group("Ballet", *starts, open=True, price_minor=9000, capacity=5)


def statuses(world: World, home: Household) -> list[str]:
    """Where the household's places stand."""
    return [row.status for row in require_summary(world.org, home.id).enrolments]


def keep_a_place(world: World, home: Household, desk: Browser, group: ClassGroup, member: Person) -> Browser:
    """Keeps a place, as the desk's pages lead to it."""
    page = page_of(desk, world, home, "purchases/classes")
    page = desk.get(page.links[group.title["en"]])
    page = desk.submit(page, f"classes/{group.id}", member=member.id)
    assert page.url.endswith("purchases/places")
    return desk


def test_goods_are_bought_for_a_family_and_billed(world: World, home: Household, lea: Person, desk: Browser) -> None:
    """PUR-1, PUR-2: price as shown, once for each form; the log says that staff did it."""
    with_terms(world)
    product(world, "shirt", variants=SIZES)
    page = desk.get(page_of(desk, world, home, "purchases").links["Shop"])
    page = desk.get(page.links["Shirt"])
    assert "$23.00" in page.text
    assert desk.submit(page, "products/shirt").status == 400
    told = {"variant": "Large", "quantity": "2", "member": lea.id}
    for _ in range(2):
        desk.submit(page, "products/shirt", follow=False, **told)

    [invoice] = billing.list_invoices(world.org, home.id).rows
    assert invoice.total_minor == 4599
    assert stored(world, "shirt").variants[1].left == 1
    assert ("bought", True) in [(kind, bool(user)) for kind, user in deeds(world, home)]
    page = page_of(desk, world, home, "purchases")
    assert page.links["Invoice Shirt Large"].endswith(f"/desk/clients/{home.id}/billing/invoices/{invoice.id}")


def test_what_changed_meanwhile_is_shown_again_and_not_bought(world: World, home: Household, desk: Browser) -> None:
    product(world, "cap")
    page = page_of(desk, world, home, "purchases/products/cap")
    product(world, "cap", 2500)
    late = desk.submit(page, "products/cap")
    assert late.status == 409
    assert "Please look at them again" in late.text
    assert not billing.list_invoices(world.org, home.id).rows


def test_the_list_shows_what_was_bought_newest_first_and_goes_on(world: World, home: Household, desk: Browser) -> None:
    cap = product(world, minor=0)
    for _ in range(27):
        buy(world, home, cap)
    page = page_of(desk, world, home, "purchases")
    assert page.text.count("Cap") == 25
    assert desk.get(page.links["Next page"]).text.count("Cap") == 2


def test_a_place_is_taken_for_a_member_as_it_was_shown(
    world: World, home: Household, lea: Person, desk: Browser, ballet: ClassGroup
) -> None:
    """PUR-2: one invoice, and the same message that families get when they enrol themselves."""
    keep_a_place(world, home, desk, ballet, lea)
    page = page_of(desk, world, home, "purchases/places")
    assert "$90.00" in page.text
    for _ in range(2):
        desk.submit(page, "purchases/places", follow=False)

    [invoice] = billing.list_invoices(world.org, home.id).rows
    assert (invoice.total_minor, statuses(world, home)) == (9000, ["active"])
    [row] = require_summary(world.org, home.id).enrolments
    assert read.one(MessageItem, keys.outbox(world.org, f"enrolled-{row.id}"))
    assert ("enrolled", True) in [(kind, bool(user)) for kind, user in deeds(world, home)]


def test_a_place_waits_for_a_form_that_staff_may_answer(
    world: World, home: Household, lea: Person, desk: Browser, ballet: ClassGroup
) -> None:
    """ACC-13: mandatory questions hold for staff too; ACC-14: they may complete what is missing."""
    form = form_published(world, rules=AT_ENROLMENT)
    keep_a_place(world, home, desk, ballet, lea)
    page = page_of(desk, world, home, "purchases/places")
    assert page.links["Health form"] == f"/{world.org}/desk/forms/{form.id}/fill/{home.id}/{lea.id}"
    assert "Enrol for this family" not in page.text
    named = page.form("leave").fields["places"]
    with pytest.raises(Unanswered):
        enrolling.confirm(world.organisation, home.id, named.split(), _digest(world, home, world.now), world.now)
    assert statuses(world, home) == ["held"]

    answered(world, form, home, lea)
    page = page_of(desk, world, home, "purchases/places")
    desk.submit(page, "purchases/places", follow=False)
    assert statuses(world, home) == ["active"]


def _digest(world: World, home: Household, now: datetime) -> str:
    """What would be confirmed of what is kept for a household."""
    return enrolling.basket(Places(open_books(world.organisation, home.id, now))).digest


def test_a_consent_is_never_signed_by_staff_and_the_place_is_left_to_the_family(
    world: World, home: Household, lea: Person, desk: Browser, ballet: ClassGroup, clock: TurnedClock
) -> None:
    """C7, ACC-14: the page names it without a way to sign; the family signs, and takes the place that was kept."""
    consent = consent_published(world, Rules(mandatory=True))
    keep_a_place(world, home, desk, ballet, lea)
    page = page_of(desk, world, home, "purchases/places")
    assert "only the family signs this" in page.text
    assert "Photographs" not in page.links
    assert desk.submit(page, "places/leave", days="99").status == 400
    for _ in range(2):
        page_after = desk.submit(page, "places/leave", days="2")
    assert "The family is told" in page_after.text
    assert statuses(world, home) == ["offered"]
    [row] = require_summary(world.org, home.id).enrolments
    message = read.one(MessageItem, keys.outbox(world.org, f"place-left-{row.id}"))
    assert message
    assert (message.template, message.facts["member"]) == ("place_offered", "Léa")

    clock.advance(days=1)
    signer = world.user(home)
    says(world, signer, home, consent, lea)
    enrolling.hold(world.organisation, home.id, lea.id, ballet.id, clock.now())
    digest = _digest(world, home, clock.now())
    enrolling.confirm(world.organisation, home.id, [row.id], digest, clock.now())
    assert statuses(world, home) == ["active"]


def test_a_place_that_nobody_takes_goes_to_others(
    world: World, home: Household, lea: Person, desk: Browser, clock: TurnedClock
) -> None:
    """What is left to a family is kept for it, and no longer than was said."""
    single = world.class_group("Duo", world.now + timedelta(days=9), open=True, capacity=1)
    keep_a_place(world, home, desk, single, lea)
    desk.submit(page_of(desk, world, home, "purchases/places"), "places/leave", days="2")
    other = world.household("Roy")
    max_ = world.member(other, "Max")
    with pytest.raises(Conflict):
        enrolling.hold(world.organisation, other.id, max_.id, single.id, clock.now())
    assert not statuses(world, other)
    clock.advance(days=2, minutes=1)
    held = enrolling.hold(world.organisation, other.id, max_.id, single.id, clock.now())
    assert held.status is EnrolmentStatus.HELD


def test_a_place_is_let_go_and_a_full_class_is_waited_for(
    world: World, home: Household, lea: Person, desk: Browser
) -> None:
    single = world.class_group("Duo", world.now + timedelta(days=9), open=True, capacity=1)
    keep_a_place(world, home, desk, single, lea)
    page = desk.submit(page_of(desk, world, home, "purchases/places"), "give-back")
    assert "No places are kept for this family." in page.text
    other = world.household("Roy")
    max_ = world.member(other, "Max")
    enrolling.hold(world.organisation, other.id, max_.id, single.id, world.now)

    page = page_of(desk, world, home, f"purchases/classes/{single.id}")
    page = desk.submit(page, f"classes/{single.id}", member=lea.id)
    assert "on the waiting list" in page.text
    assert statuses(world, home) == ["waitlisted"]
    again = page_of(desk, world, home, f"purchases/classes/{single.id}")
    assert "Already on the waiting list." in again.text


def test_a_time_is_booked_for_a_family(world: World, home: Household, lea: Person, desk: Browser) -> None:
    """PUR-2, BOOK-3: the price and rules that families see; the same form books once; the family is told."""
    resource_store.save_all(world.org, [resource()])
    week = (world.today + timedelta(days=7)).isoformat()
    page = page_of(desk, world, home, "purchases/bookings", week=week)
    page = desk.get(page.links["Studio A"])
    starts = next(each.get("value") for each in page.document.iter("button") if each.get("name") == "starts")
    assert starts
    page = page_of(desk, world, home, "purchases/bookings/confirm", resource="studio", minutes="60", starts=starts)
    assert "$40.00" in page.text
    for _ in range(2):
        assert "It is done, and the family is told." in desk.submit(page, "bookings/confirm", member=lea.id).text

    [row] = require_summary(world.org, home.id).bookings
    booking = bookings.get_booking(world.org, home.id, row.id)
    assert booking
    [invoice] = billing.list_invoices(world.org, home.id).rows
    assert (booking.member, invoice.total_minor) == (lea.id, 4000)
    assert ("booking_confirmed", True) in [(kind, bool(user)) for kind, user in deeds(world, home)]
    other = world.household("Roy")
    taken = page_of(desk, world, other, "purchases/bookings/confirm", resource="studio", minutes="60", starts=starts)
    assert desk.submit(taken, "bookings/confirm").status == 409


def test_a_booking_waits_for_what_the_family_signs(world: World, home: Household, lea: Person, desk: Browser) -> None:
    """NEW-13, C7."""
    consent_published(world, Rules(mandatory=True))
    resource_store.save_all(world.org, [resource()])
    week = (world.today + timedelta(days=7)).isoformat()
    page = page_of(desk, world, home, "purchases/bookings/times", resource="studio", week=week)
    starts = next(each.get("value") for each in page.document.iter("button") if each.get("name") == "starts")
    page = page_of(
        desk, world, home, "purchases/bookings/confirm", resource="studio", minutes="60", starts=starts or ""
    )
    refused = desk.submit(page, "bookings/confirm", member=lea.id)
    assert refused.status == 409
    assert "only the family signs this" in refused.text
    assert not require_summary(world.org, home.id).bookings
