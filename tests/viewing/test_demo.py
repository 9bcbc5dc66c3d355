"""The demo client of an organisation, and its time machine (ADM-5, NEW-17)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from chalicelib import bootstrap
from chalicelib.billing import store as billing
from chalicelib.data import keys, read
from chalicelib.data.outbox import MessageState
from chalicelib.households.store import get_summaries
from chalicelib.households.summary import Summary
from chalicelib.identity import store
from chalicelib.identity.domain import StaffRole
from chalicelib.notifications.delivery import Carriers, deliver
from chalicelib.organisations import store as organisations
from chalicelib.organisations.domain import Status
from chalicelib.organisations.terms import DunningStep, DunningTerms
from chalicelib.shared.errors import Conflict
from chalicelib.shared.times import to_iso
from chalicelib.viewing import clockwork, demo
from chalicelib.viewing.demo import Demo
from tests.support.browser import Browser
from tests.support.clock import TurnedClock
from tests.support.door import Door
from tests.support.sent import Sent
from tests.support.stored import messages_of, stored_items
from tests.support.world import World

MONTH = timedelta(days=30)


@pytest.fixture
def desk(world: World, browser: Browser, clock: TurnedClock) -> Browser:
    """Somebody at the front desk."""
    return browser.sign_in_staff(world.org, world.staff(StaffRole.DESK), clock.now())


def summary(made: Demo) -> Summary:
    """All that the family has."""
    return get_summaries(made.organisation.slug, (made.family.household,))[made.family.household]


def invoices(made: Demo) -> list[str]:
    """Numbers of the family's invoices, the latest first."""
    found = billing.list_invoices(made.organisation.slug, made.family.household)
    return [invoice.number for invoice in found.rows]


def test_the_family_has_lived_for_four_months(world: World) -> None:
    """NEW-17: enrolled, billed month by month and paid, but for what came last."""
    made = demo.make(world.organisation, world.now)

    home = summary(made)
    assert [member.first_name for member in home.members] == ["Camille", "Léo"]
    assert len(home.enrolments) == 1
    assert len(invoices(made)) >= 5
    assert home.unpaid_count() == 1
    paid = billing.list_payments(made.organisation.slug, made.family.household).rows
    assert {payment.method for payment in paid} == {"transfer"}


def test_nothing_of_the_organisations_own_is_touched(world: World) -> None:
    """NEW-17: not one item beside the note where the demonstration is."""
    before = stored_items(world.org)

    made = demo.make(world.organisation, world.now)
    demo.move(world.org, world.now + MONTH, world.now)

    after = stored_items(world.org)
    assert {key for key in after if after[key] != before.get(key)} == {tuple(keys.demo(world.org))}
    assert made.organisation.slug == f"{world.org}-demo"


def test_the_clock_makes_happen_what_falls_due(world: World) -> None:
    """NEW-17: an invoice for each month that passes, made in its month."""
    made = demo.make(world.organisation, world.now)
    before = set(invoices(made))

    moved = demo.move(world.org, world.now + 2 * MONTH, world.now)

    found = billing.list_invoices(made.organisation.slug, made.family.household).rows
    fresh = [invoice for invoice in found if invoice.number not in before]
    assert len(fresh) == 2
    assert fresh[0].issued_on.month != fresh[1].issued_on.month
    assert moved.now(world.now) == world.now + 2 * MONTH


def test_a_child_grows_up_while_the_clock_is_moved(world: World) -> None:
    """NEW-14, NEW-17: the family hears of it, at the birthday."""
    made = demo.make(world.organisation, world.now)
    slug = made.organisation.slug
    assert not [each for each in messages_of(slug) if each.template == "growing"]

    demo.move(world.org, world.now + timedelta(days=730), world.now)

    assert len([each for each in messages_of(slug) if each.template == "growing"]) == 1


def test_the_clock_does_not_stop_each_hour_for_a_late_fee(world: World) -> None:
    """M-09, NEW-17: elsewhere it is seen each hour whether its message went; here nobody reads it before it stands."""
    steps = (DunningStep(3), DunningStep(10, tone=2, fee_minor=500))
    terms = DunningTerms(steps, late_fees=True, late_fee_note={"fr": "Art. 7", "en": "Art. 7"})
    made = demo.make(replace(world.organisation, billing=replace(world.organisation.billing, dunning=terms)), world.now)
    slug = made.organisation.slug

    moments = clockwork.run(lambda: made.family.partitions(slug), world.now, world.now + 2 * MONTH)

    fees = [each for each in billing.list_invoices(slug, made.family.household).rows if each.late_for]
    assert fees
    assert moments < 60


def test_no_mail_leaves_a_demonstration(world: World, sent: Sent) -> None:
    """ADM-5: the family reads what it would have got; at its time, however far that is."""
    made = demo.make(world.organisation, world.now)
    demo.move(world.org, world.now + MONTH, world.now)
    slug = made.organisation.slug
    carriers = Carriers(bootstrap.mailer(), bootstrap.texter())
    there = to_iso(demo.require(world.org).now(world.now))
    waiting = [
        each for each in messages_of(slug) if each.state == MessageState.WAITING.value and (each.due or "") <= there
    ]
    assert waiting

    outcomes = {deliver(carriers, each.key, world.now) for each in waiting}

    assert "sent" in outcomes
    assert "not_due" not in outcomes
    assert [mail for mail in sent() if "alex.martin" in mail.to] == []


def test_staff_go_in_as_the_family_and_see_what_day_it_is_there(
    world: World, desk: Browser, clock: TurnedClock
) -> None:
    """ADM-5, NEW-17: by a press; the session at the desk stays."""
    made = desk.submit(desk.get(f"/{world.org}/desk/demo"), "desk/demo")
    moved = desk.submit(made, "demo/clock", step="month")
    there = demo.require(world.org).now(clock.now()).date()

    home = desk.submit(moved, "demo/enter")

    assert home.url.endswith(f"/{world.org}-demo")
    assert '<aside class="viewing ' in home.html
    assert str(there.day) in home.text
    assert "Camille" in home.text
    assert desk.get(f"/{world.org}/desk").status == 200
    assert desk.get(f"/{world.org}-demo/invoices").status == 200


def test_it_is_closed_with_its_organisation(world: World, desk: Browser) -> None:
    """S-07: also to whoever was in it."""
    desk.submit(desk.submit(desk.get(f"/{world.org}/desk/demo"), "desk/demo"), "demo/enter")
    assert desk.get(f"/{world.org}-demo/members").status == 200

    organisations.update(replace(world.organisation, status=Status.SUSPENDED))

    for path in ("members", "sign-in"):
        assert desk.get(f"/{world.org}-demo/{path}").status == 403


def test_nobody_comes_in_by_the_door(world: World, browser: Browser, sent: Sent) -> None:
    """ADM-5: no code goes out for a demonstration."""
    made = demo.make(world.organisation, world.now)
    slug = made.organisation.slug
    user = store.require_user(slug, made.family.user)
    door = Door(browser, sent, slug)

    door.ask(user.email)

    assert sent(user.email) == []


def test_the_clock_goes_neither_back_nor_beyond(world: World, desk: Browser) -> None:
    made = demo.make(world.organisation, world.now)
    demo.move(world.org, world.now + MONTH, world.now)

    for to in (world.now, world.now + timedelta(days=800)):
        with pytest.raises(Conflict):
            demo.move(world.org, to, world.now)

    page = desk.get(f"/{world.org}/desk/demo")
    refused = desk.submit(page, "demo/clock", day=date(2020, 1, 1).isoformat())
    assert refused.status == 400
    assert demo.require(world.org).now(world.now) == world.now + MONTH
    assert made.organisation.ahead == 0


def test_made_anew_another_family_takes_its_place(world: World) -> None:
    """NEW-17: nothing of the one before is left but what runs out by itself."""
    first = demo.make(world.organisation, world.now)
    demo.move(world.org, world.now + MONTH, world.now)

    second = demo.make(world.organisation, world.now)

    slug = second.organisation.slug
    assert second.family.household != first.family.household
    assert organisations.get(slug) == second.organisation
    for partition in (*first.family.partitions(slug), keys.user_partition(slug, first.family.user)):
        if partition != keys.meetings_partition(slug, ""):
            assert list(read.whole(partition)) == []


def test_an_address_that_is_anothers_is_not_taken(world: World) -> None:
    organisations.create(replace(world.organisation, slug=f"{world.org}-demo"))

    with pytest.raises(Conflict):
        demo.make(world.organisation, world.now)
