"""Charges by themselves with brakes (NEW-15): told before, capped, moved, and ended after refusals."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from chalicelib import bootstrap
from chalicelib.billing import receiving
from chalicelib.billing.domain import Invoice, InvoiceStatus, Payment, PaymentStatus
from chalicelib.billing.items import AUTOPAY_QUEUE, DUNNING_QUEUE
from chalicelib.billing.models import UnpaidItem
from chalicelib.data import keys, read, write
from chalicelib.data.outbox import CLOSED, MessageItem, MessageState
from chalicelib.organisations import store as organisations
from chalicelib.organisations.terms import BillingTerms, BrakeTerms
from chalicelib.payments import autopay, cards, choosing, methods, noticing, parking, plans, store
from chalicelib.shared.errors import Conflict
from chalicelib.shared.ids import dated_id, named_id
from chalicelib.shared.times import local_day
from tests.payments.till import Till
from tests.support.race import together
from tests.support.world import World
from tests.till.counter import deeds


@pytest.fixture(autouse=True)
def online(till: Till) -> None:
    """Three days between notice and charge; two moves a year by at most ten days. It is ten in the morning, sharp.

    In a January, for a day is 24 hours to these tests: where the clock is put back, it would be nine a day later.
    """
    till.stand_at(noticing.moment(date(till.world.today.year + 1, 1, 10), till.world.organisation.zone))
    brakes = BrakeTerms(notice_days=3, moves=2, move_days=10)
    till.world.organisation = replace(till.world.organisation, billing=BillingTerms(online=True, brakes=brakes))
    organisations.update(till.world.organisation)


def _card(till: Till, card: str = "succeeds", payer: str = "") -> str:
    customer = till.customer(payer)
    saved = till.acquirer.account.save_card(customer, card)
    methods.refresh(till.gateway, till.world.org, customer, till.world.now)
    return str(saved["id"])


def _tick(till: Till) -> None:
    """One run of the clock over what waits for this household."""
    with read.work_of([keys.household_partition(till.world.org, till.home)]):
        autopay.run(bootstrap.gateway, till.world.now)


def _due(till: Till, days: int, minor: int = 10000, **changes: Any) -> Invoice:
    return till.invoice(minor, autopay=True, due_on=till.world.today + timedelta(days=days), **changes)


def _name(invoice: Invoice, day: date) -> str:
    return f"autopay-notice-{invoice.id}-{invoice.due_on:%Y%m%d}-{day:%Y%m%d}"


def _becomes(till: Till, name: str, state: MessageState, outcome: str = "") -> None:
    """A message is sent, or not."""
    item = MessageItem(*keys.outbox(till.world.org, name))
    actions = [MessageItem.state.set(state.value), MessageItem.outcome.set(outcome)]
    write.update(item, [*actions, MessageItem.queue.remove(), MessageItem.due.remove()], MessageItem.pk.exists())


def _goes(till: Till, invoice: Invoice) -> None:
    """The notice of a charge goes out, and is seen gone."""
    _becomes(till, _name(invoice, invoice.due_on), MessageState.SENT)
    till.wait(minutes=30)
    _tick(till)


def _queue(till: Till, invoice: Invoice) -> str | None:
    key = keys.unpaid(till.world.org, till.home, invoice.due_on.isoformat(), invoice.id)
    item = read.one(UnpaidItem, key)
    return item.queue if item else None


def _charged(till: Till) -> int:
    return len(till.acquirer.account.books.all("payment_intent"))


def test_a_family_is_told_three_days_before_and_charged_then_once(till: Till) -> None:
    """NEW-15, M-08: four ticks a day, for a fortnight."""
    _card(till)
    invoice = _due(till, 10)
    told = paid = None
    for number in range(14 * 4):
        _tick(till)
        if told is None and till.message(_name(invoice, invoice.due_on)):
            told = number / 4
            _becomes(till, _name(invoice, invoice.due_on), MessageState.SENT)
        if paid is None and till.stored(invoice).status is InvoiceStatus.PAID:
            paid = number / 4
        till.wait(hours=6)
    assert (told, paid, _charged(till)) == (7, 10, 1)
    message = till.message(_name(invoice, invoice.due_on))
    assert message
    assert (message.facts["due_minor"], message.facts["charge_on"]) == (10000, invoice.due_on.isoformat())
    assert (message.facts["last4"], message.facts["can_move"]) == ("4242", True)


def test_nothing_is_charged_while_the_notice_has_not_gone_out(till: Till) -> None:
    """An outage of mail over the time of the notice: a late notice, and three days more."""
    _card(till)
    invoice = _due(till, 3)
    for _ in range(10):
        _tick(till)
        till.wait(days=1)
    assert _charged(till) == 0
    _goes(till, invoice)
    for _ in range(2):
        till.wait(days=1)
        _tick(till)
    assert _charged(till) == 0
    till.wait(days=1)
    _tick(till)
    assert till.stored(invoice).status is InvoiceStatus.PAID


def test_an_outage_of_the_clock_over_the_notice_charges_only_after_a_late_notice(till: Till) -> None:
    """M-08: the clock stood still until five days after the due day."""
    _card(till)
    invoice = _due(till, 10)
    till.wait(days=15)
    _tick(till)
    message = till.message(_name(invoice, invoice.due_on))
    assert message
    assert message.facts["charge_on"] == (till.world.today + timedelta(days=3)).isoformat()
    assert _charged(till) == 0
    _goes(till, invoice)
    till.wait(days=2)
    _tick(till)
    assert _charged(till) == 0
    till.wait(days=1)
    _tick(till)
    assert _charged(till) == 1


def test_the_mail_of_an_invoice_that_is_due_at_once_is_its_notice(till: Till) -> None:
    """No second mail; three days lie between all the same."""
    _card(till)
    invoice = _due(till, 0)
    _mail(till, invoice)
    _tick(till)
    assert _charged(till) == 0
    _becomes(till, f"invoice-{invoice.id}", MessageState.SENT)
    till.wait(hours=1)
    _tick(till)
    for day in (1, 2, 3):
        till.wait(days=1)
        _tick(till)
        assert _charged(till) == (day == 3)
    assert till.message(_name(invoice, invoice.due_on)) is None


def _mail(till: Till, invoice: Invoice) -> None:
    from chalicelib.billing import issuing

    till.keep(lambda books: issuing.tell(books, books.invoices.get(invoice.id)))


def test_the_mail_of_an_invoice_long_before_is_no_notice(till: Till) -> None:
    _card(till)
    invoice = _due(till, 20)
    _mail(till, invoice)
    _becomes(till, f"invoice-{invoice.id}", MessageState.SENT)
    till.wait(days=17)
    _tick(till)
    assert till.message(_name(invoice, invoice.due_on))


def test_whoever_can_not_be_told_is_not_charged_and_the_staff_see_it(till: Till) -> None:
    """It is reminded of like everything else from then on."""
    _card(till)
    invoice = _due(till, 3)
    _tick(till)
    _becomes(till, _name(invoice, invoice.due_on), MessageState.SKIPPED, "no address")
    till.wait(days=10)
    for _ in range(2):
        _tick(till)
    assert _charged(till) == 0
    assert _queue(till, invoice) == DUNNING_QUEUE
    assert len(parking.waiting(till.world.org)) == 1


def test_a_notice_that_was_overtaken_is_asked_for_anew(till: Till) -> None:
    """M-09: switched off when it was to go, and on again."""
    _card(till)
    invoice = _due(till, 3)
    _tick(till)
    message = till.message(_name(invoice, invoice.due_on))
    assert message
    till.keep(lambda books: books.invoices.put(replace(books.invoices.get(invoice.id), autopay=False)))
    why = noticing.still_planned(message, till.world.now)
    assert why == "nothing to charge"
    _becomes(till, message.message, MessageState.SKIPPED, why)
    till.keep(lambda books: books.invoices.put(replace(books.invoices.get(invoice.id), autopay=True)))
    _tick(till)
    again = till.message(f"{message.message}-2")
    assert again
    assert noticing.still_planned(again, till.world.now) == ""
    _becomes(till, again.message, MessageState.SENT)
    for _ in range(6):
        _tick(till)
        till.wait(days=1)
    assert _charged(till) == 1


def test_a_notice_that_could_not_be_sent_for_days_is_asked_for_again_and_the_charge_comes_after_it(till: Till) -> None:
    """M-05: mail rests for a while; nothing ends, and nothing is charged that was not told of."""
    _card(till)
    invoice = _due(till, 3)
    _tick(till)
    _becomes(till, _name(invoice, invoice.due_on), MessageState.PARKED, "sending is paused")
    till.wait(hours=23)
    _tick(till)
    assert till.message(f"{_name(invoice, invoice.due_on)}-2") is None
    till.wait(hours=2)
    _tick(till)
    again = till.message(f"{_name(invoice, invoice.due_on)}-2")
    assert again
    assert again.facts["charge_on"] > invoice.due_on.isoformat()
    assert _queue(till, invoice) == AUTOPAY_QUEUE
    _becomes(till, again.message, MessageState.SENT)
    till.wait(minutes=30)
    for _ in range(3):
        _tick(till)
        assert _charged(till) == 0
        till.wait(days=1)
    _tick(till)
    assert till.stored(invoice).status is InvoiceStatus.PAID


def test_a_notice_that_the_staff_sent_again_is_a_notice(till: Till) -> None:
    """M-05: from the desk, before another was asked for."""
    _card(till)
    invoice = _due(till, 3)
    _tick(till)
    _becomes(till, _name(invoice, invoice.due_on), MessageState.PARKED, "refused")
    till.wait(hours=2)
    _tick(till)
    _goes(till, invoice)
    for days in (0.05, 4):
        till.wait(days=days)
        _tick(till)
    assert till.stored(invoice).status is InvoiceStatus.PAID
    assert till.message(f"{_name(invoice, invoice.due_on)}-2") is None


def test_where_no_notice_goes_out_for_weeks_it_ends(till: Till) -> None:
    """It is not charged, and not left unpaid without a word for ever either."""
    _card(till)
    invoice = _due(till, 3)
    for _ in range(40):
        _tick(till)
        for number in range(1, 10):
            name = _name(invoice, invoice.due_on) + (f"-{number}" if number > 1 else "")
            item = till.message(name)
            if item and item.state == MessageState.WAITING.value:
                _becomes(till, name, MessageState.PARKED, "sending is paused")
        till.wait(days=1)
    assert _charged(till) == 0
    assert _queue(till, invoice) == DUNNING_QUEUE
    assert len(parking.waiting(till.world.org)) == 1


def test_a_notice_that_was_not_sent_while_the_organisation_rested_is_asked_for_anew(till: Till) -> None:
    _card(till)
    invoice = _due(till, 3)
    _tick(till)
    _becomes(till, _name(invoice, invoice.due_on), MessageState.SKIPPED, CLOSED)
    till.wait(hours=1)
    _tick(till)
    assert till.message(f"{_name(invoice, invoice.due_on)}-2")
    assert _queue(till, invoice) == AUTOPAY_QUEUE


def test_a_payment_of_a_part_begins_nothing_anew_that_had_ended(till: Till) -> None:
    """X-2: after three refusals; nothing is announced, and a notice from the desk's pile is not sent."""
    _card(till, "declines_later")
    invoice = _due(till, 3)
    _told_and_due(till, invoice)
    for _ in range(12):
        _tick(till)
        till.wait(days=1)
    notice = till.message(_name(invoice, invoice.due_on))
    assert notice
    assert noticing.still_planned(notice, till.world.now) == "nothing to charge"
    _card(till)
    _pay_part(till, invoice, 4000)
    assert _queue(till, invoice) == DUNNING_QUEUE
    for _ in range(10):
        _tick(till)
        till.wait(days=1)
    assert till.stored(invoice).balance_minor == 6000
    assert _charged(till) == 3


def test_what_had_ended_and_is_chosen_anew_is_told_of_anew_and_tried_three_times(till: Till) -> None:
    """X-2: not at once, though a notice went out in its day."""
    _card(till, "declines_later")
    invoice = _due(till, 3)
    _told_and_due(till, invoice)
    for _ in range(12):
        _tick(till)
        till.wait(days=1)
    till.keep(lambda books: books.invoices.put(replace(books.invoices.get(invoice.id), autopay=True)))
    _tick(till)
    name = f"{_name(invoice, invoice.due_on)}-again1"
    assert till.message(name)
    assert _charged(till) == 3
    _becomes(till, name, MessageState.SENT)
    for _ in range(14):
        _tick(till)
        till.wait(days=1)
    assert _charged(till) == 6
    assert till.stored(invoice).autopay_ended == 2


def test_what_is_not_paid_online_any_more_is_reminded_of_after_nine_days(till: Till) -> None:
    """The organisation switched it off: its invoices do not wait for ever."""
    invoice = _due(till, 3)
    world = till.world
    world.organisation = replace(world.organisation, billing=replace(world.organisation.billing, online=False))
    organisations.update(world.organisation)
    for _ in range(11):
        _tick(till)
        till.wait(days=1)
        assert _queue(till, invoice) == AUTOPAY_QUEUE
    for _ in range(3):
        _tick(till)
        till.wait(days=1)
    assert _queue(till, invoice) == DUNNING_QUEUE


def _pay_part(till: Till, invoice: Invoice, minor: int) -> None:
    """A cheque for a part of an invoice."""
    today = till.world.today
    payment = Payment(dated_id(today), till.home, today, minor, "CAD", "cheque", PaymentStatus.PENDING)
    till.keep(lambda books: receiving.receive(books, payment, [invoice.id]))


def _told_and_due(till: Till, *invoices: Invoice) -> None:
    """Notices have gone, and the day of the charge has come."""
    _tick(till)
    for invoice in invoices:
        _becomes(till, _name(invoice, invoice.due_on), MessageState.SENT)
    till.wait(minutes=30)
    _tick(till)
    till.wait(days=3)


def test_what_passes_the_cap_waits_for_the_next_month_and_the_family_is_told_once(till: Till) -> None:
    """NEW-15: whole instalments, first come, first charged."""
    _first_of_month(till)
    _card(till)
    choosing.set_cap(till.world.organisation, till.home, "", 15000, till.world.now)
    first, second = _due(till, 3), _due(till, 3, 6000)
    _told_and_due(till, first, second)
    for _ in range(3):
        _tick(till)
        till.wait(hours=6)
    paid = [each for each in (first, second) if till.stored(each).status is InvoiceStatus.PAID]
    assert len(paid) == 1
    (left,) = [each for each in (first, second) if each not in paid]
    name = f"autopay-waits-{left.id}-{left.due_on:%Y%m%d}-{till.world.today:%Y%m}"
    message = till.message(name)
    assert message
    assert message.facts["cap_minor"] == 15000
    assert (
        message.facts["charge_on"] == (till.world.today.replace(day=1) + timedelta(days=32)).replace(day=1).isoformat()
    )
    till.wait(days=31)
    _tick(till)
    assert till.stored(left).status is InvoiceStatus.PAID


def _first_of_month(till: Till) -> None:
    """The third of a month, so that none of what follows falls into the next."""
    days = 33 - till.world.today.day
    till.wait(days=days)
    till.wait(days=(3 - till.world.today.day) % 28)
    till.stand_at(noticing.moment(till.world.today, till.world.organisation.zone))


def test_two_clocks_at_once_can_not_pass_the_cap_together(till: Till) -> None:
    """32 of them, four invoices, room for two."""
    _first_of_month(till)
    _card(till)
    choosing.set_cap(till.world.organisation, till.home, "", 5000, till.world.now)
    invoices = [_due(till, 3, 2500) for _ in range(4)]
    _told_and_due(till, *invoices)
    with read.work_of([keys.household_partition(till.world.org, till.home)]) as found:
        waiting = [item.key for item in found if item.queue == AUTOPAY_QUEUE]
    acts = [lambda key=key: autopay._look(lambda _: till.gateway, key, till.world.now) for key in waiting * 8]
    together(acts)
    for _ in range(4):
        till.wait(hours=1)
        _tick(till)
    assert sum(payment.minor for payment in till.payments()) == 5000


def test_a_refused_charge_does_not_count_towards_the_cap(till: Till) -> None:
    _first_of_month(till)
    card = _card(till, "declines_later")
    choosing.set_cap(till.world.organisation, till.home, "", 10000, till.world.now)
    first, second = _due(till, 3), _due(till, 3)
    _told_and_due(till, first, second)
    _tick(till)
    assert len(till.checkouts()) == 2
    assert card


def test_what_alone_is_more_than_the_cap_is_left_to_the_family(till: Till) -> None:
    _card(till)
    choosing.set_cap(till.world.organisation, till.home, "", 5000, till.world.now)
    invoice = _due(till, 3)
    _told_and_due(till, invoice)
    _tick(till)
    assert _charged(till) == 0
    assert _queue(till, invoice) == DUNNING_QUEUE
    message = till.message(f"autopay-waits-{invoice.id}-{invoice.due_on:%Y%m%d}-over")
    assert message
    assert message.facts["charge_on"] == ""
    assert not message.facts["is_late"]


def test_what_the_cap_never_lets_through_ends_after_a_month_and_is_told(till: Till) -> None:
    """NEW-15: two are billed each month, the cap is for one; nothing waits for ever."""
    _first_of_month(till)
    _card(till)
    choosing.set_cap(till.world.organisation, till.home, "", 10000, till.world.now)
    invoices: list[Invoice] = []
    for _ in range(3):
        pair = [_due(till, 3), _due(till, 3)]
        invoices += pair
        _told_and_due(till, *pair)
        _tick(till)
        _first_of_month(till)
        _tick(till)
        till.wait(days=3)
    for invoice in invoices:
        waited = till.world.today - invoice.due_on > timedelta(days=40)
        assert till.stored(invoice).status is InvoiceStatus.PAID or not waited or _queue(till, invoice) == DUNNING_QUEUE
    ended = [each for each in invoices if till.stored(each).has_autopay_ended]
    assert ended
    for invoice in ended:
        message = till.message(f"autopay-waits-{invoice.id}-{invoice.due_on:%Y%m%d}-over")
        assert message
        assert (message.facts["is_late"], message.facts["charge_on"]) == (True, "")
    assert len(parking.waiting(till.world.org)) == len(ended)


def test_a_moved_instalment_is_charged_on_its_new_day_after_a_notice_of_its_own(till: Till) -> None:
    """NEW-15."""
    _card(till)
    invoice = _due(till, 3)
    _tick(till)
    old = till.message(_name(invoice, invoice.due_on))
    assert old
    to = invoice.due_on + timedelta(days=7)
    for _ in range(2):
        choosing.move(till.world.organisation, till.stored(invoice), to, till.world.now)
    assert len(plans.get(till.world.org, till.home).moves) == 1
    assert noticing.still_planned(old, till.world.now) == "another day"
    _becomes(till, old.message, MessageState.SENT)
    for _ in range(7):
        _tick(till)
        till.wait(days=1)
    _tick(till)
    assert _charged(till) == 0
    _becomes(till, _name(invoice, to), MessageState.SENT)
    for _ in range(6):
        _tick(till)
        till.wait(days=1)
    assert till.stored(invoice).status is InvoiceStatus.PAID
    found = [kind for kind, _ in deeds(_ago(till, 13), _Home(till.home))]  # type: ignore[arg-type]
    assert found.count("autopay_moved") == 1


class _Home:
    def __init__(self, name: str) -> None:
        self.id = name


def test_moving_keeps_to_what_the_organisation_lets_families_do(till: Till) -> None:
    """Days, times a year, and not once the day has come."""
    _card(till)
    organisation = till.world.organisation
    invoices = [_due(till, 5) for _ in range(4)]
    due = invoices[0].due_on

    def move(invoice: Invoice, days: int) -> None:
        choosing.move(organisation, till.stored(invoice), due + timedelta(days=days), till.world.now)

    for wrong in (-1, 0, 11):
        with pytest.raises(Conflict):
            move(invoices[0], wrong)
    move(invoices[0], 10)
    move(invoices[1], 1)
    with pytest.raises(Conflict):
        move(invoices[2], 1)
    plain = till.invoice(due_on=due)
    with pytest.raises(Conflict):
        move(plain, 1)
    till.wait(days=5)
    till.world.organisation = organisation = replace(
        organisation, billing=replace(organisation.billing, brakes=BrakeTerms(3, 9, 10))
    )
    with pytest.raises(Conflict):
        move(invoices[2], 3)


def test_nothing_is_moved_while_somebody_may_be_paying(till: Till) -> None:
    """P-11."""
    _card(till)
    invoice = _due(till, 5)
    till.begin(invoice)
    with pytest.raises(Conflict):
        choosing.move(till.world.organisation, till.stored(invoice), invoice.due_on + timedelta(days=1), till.world.now)


def test_after_three_refusals_it_ends_and_is_reminded_of_like_everything_else(till: Till) -> None:
    """X-2: three days apart; the staff find it in the family's log."""
    _card(till, "declines_later")
    invoice = _due(till, 3)
    _told_and_due(till, invoice)
    for _ in range(20):
        _tick(till)
        till.wait(days=1)
    assert [each.attempt for each in till.checkouts()] == [3]
    assert _queue(till, invoice) == DUNNING_QUEUE
    found = [kind for kind, _ in deeds(_ago(till, 11), _Home(till.home))]  # type: ignore[arg-type]
    assert found.count("autopay_stopped") == 1


def _ago(till: Till, days: int) -> World:
    """The world some days ago."""
    return replace(till.world, now=till.world.now - timedelta(days=days))


def test_without_a_method_the_family_is_told_and_it_ends_after_nine_days(till: Till) -> None:
    invoice = _due(till, 0)
    for _ in range(15):
        _tick(till)
        till.wait(days=1)
    assert till.message(f"autopay-none-{invoice.id}")
    assert _queue(till, invoice) == DUNNING_QUEUE


def test_a_method_added_on_the_last_day_is_charged_only_after_a_notice(till: Till) -> None:
    invoice = _due(till, 3)
    till.wait(days=3)
    _tick(till)
    _card(till)
    till.wait(days=3)
    _tick(till)
    assert _charged(till) == 0
    assert till.message(_name(invoice, invoice.due_on))


def test_a_card_is_told_of_a_month_before_it_ends_and_once(till: Till) -> None:
    """NEW-15."""
    card = _card(till)
    ends = _expires(till, card, till.world.today + timedelta(days=29))
    partition = keys.household_partition(till.world.org, till.home)
    for _ in range(2):
        with read.work_of([partition]):
            cards.run(till.world.now + timedelta(days=31))
    message = till.message(f"card-expiring-{named_id(card)}-{ends}")
    assert message
    assert message.facts["last4"] == "4242"
    assert cards.still_ending(message, till.world.now) == ""
    _expires(till, card, till.world.today + timedelta(days=900))
    assert cards.still_ending(message, till.world.now) == "another method"


def _expires(till: Till, card: str, day: date) -> str:
    """The card's month of end becomes that of a day."""
    stored = till.acquirer.account.books.get("payment_method", card)["card"]
    stored["exp_year"], stored["exp_month"] = day.year, day.month
    customer = store.get_customer(till.world.org, till.home, "")
    methods.refresh(till.gateway, till.world.org, customer, till.world.now)
    return f"{day:%Y-%m}"


def test_a_card_that_will_have_ended_by_a_known_charge_is_told_of_instead_of_a_notice(till: Till) -> None:
    """NEW-15: the first charge that would fail is named."""
    card = _card(till)
    first = till.world.today.replace(day=1)
    invoice = _due(till, (first + timedelta(days=64) - till.world.today).days)
    ends = _expires(till, card, first + timedelta(days=32))
    till.wait(days=(invoice.due_on - till.world.today).days - 3)
    _tick(till)
    message = till.message(f"card-expiring-{named_id(card)}-{ends}-next")
    assert message
    assert message.facts["next_on"] == invoice.due_on.isoformat()
    assert till.message(_name(invoice, invoice.due_on)) is None


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Paris", "America/St_Johns"])
def test_charges_fall_on_the_due_day_of_the_organisation_wherever_it_is(till: Till, zone: str) -> None:
    """M-10: at ten in the morning there, over the change of clocks in spring."""
    till.world.organisation = replace(till.world.organisation, zone=zone)
    for number in range(400):
        day = till.world.today + timedelta(days=number)
        assert local_day(noticing.moment(day, zone), zone) == day
