"""Families are reminded step by step, once each, by what is true when the clock looks."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta
from decimal import Decimal
from functools import partial
from typing import NoReturn

import pytest

from chalicelib.billing import receiving
from chalicelib.billing.domain import Due, Invoice, InvoiceStatus, Payment, PaymentStatus
from chalicelib.billing.issuing import give_credit
from chalicelib.billing.items import AUTOPAY_QUEUE, DUNNING_QUEUE
from chalicelib.billing.models import UnpaidItem
from chalicelib.billing.pricing import LineRequest, price
from chalicelib.billing.store import credit_notes_of
from chalicelib.data import keys, read, write
from chalicelib.data.outbox import MessageItem, MessageState
from chalicelib.dunning import agreeing, checking, mending, store
from chalicelib.dunning.domain import Held
from chalicelib.households import store as households
from chalicelib.messages import service as messages
from chalicelib.messages.domain import About, AboutKind, Author, Side, Words
from chalicelib.messages.service import Beginning
from chalicelib.organisations.domain import Status
from chalicelib.organisations.terms import DunningStep
from chalicelib.payments import parking
from chalicelib.shared.errors import Invalid, NotFound
from chalicelib.shared.ids import dated_id
from chalicelib.shared.times import from_local, to_iso
from tests.dunning.reminding import Reminding
from tests.support.race import together


def _pay(reminding: Reminding, minor: int, *invoices: str, status: PaymentStatus = PaymentStatus.PENDING) -> Payment:
    """Money that came in for some invoices, or is on its way."""
    till = reminding.till
    payment = Payment(
        dated_id(till.world.today), till.home, till.world.today, minor, "CAD", "cheque", PaymentStatus.PENDING
    )
    if status is PaymentStatus.PENDING:
        made: Payment = till.keep(lambda books: receiving.expect(books, payment, invoices))
        return made
    paid: Payment = till.keep(lambda books: receiving.receive(books, payment, invoices))
    return paid


def test_each_step_goes_once_on_its_day_however_often_the_clock_ticks(reminding: Reminding) -> None:
    """MSG-3, M-08: for forty days, three ticks a day."""
    reminding.terms(late_fees=False)
    invoice = reminding.owe()
    days = {}
    for number in range(40):
        for _ in range(3):
            if reminding.tick():
                days[number] = reminding.steps(invoice)[-1]
        reminding.wait(1)
    assert days == {3: 1, 10: 2, 24: 3}
    assert len(reminding.messages()) == 3
    assert not reminding.is_waiting(invoice)


def test_the_message_tells_what_is_overdue_since_when_and_how_long_there_is(reminding: Reminding) -> None:
    reminding.terms(late_fees=False)
    invoice = reminding.owe(late=3)
    reminding.look()
    facts = reminding.facts()
    assert (facts["step"], facts["due_minor"], facts["currency"], facts["fee_minor"]) == (1, 10000, "CAD", 0)
    assert facts["invoices"] == [
        {"invoice": invoice.id, "number": invoice.number, "due_minor": 10000, "due_on": invoice.due_on.isoformat()}
    ]
    assert "by_on" not in facts


def test_nothing_goes_before_ten_on_the_organisations_clock(reminding: Reminding) -> None:
    """M-10."""
    invoice = reminding.owe(late=3)
    till = reminding.till
    till.stand_at(from_local(datetime.combine(till.world.today, time(9, 59)), till.world.organisation.zone))
    assert reminding.look() == 0
    till.wait(minutes=1)
    assert reminding.look() == 1
    assert reminding.steps(invoice) == [1]


def test_after_an_outage_the_friendly_step_comes_first_and_the_others_keep_their_distance(
    reminding: Reminding,
) -> None:
    """M-08: the clock stood still for a month."""
    invoice = reminding.owe(late=30)
    reminding.look()
    assert reminding.steps(invoice) == [1]
    reminding.wait(6)
    reminding.look()
    assert reminding.steps(invoice) == [1]
    reminding.wait(1)
    reminding.look()
    assert reminding.steps(invoice) == [1, 2]


def test_invoices_that_come_to_a_step_on_one_day_go_in_one_message_with_one_invoice_of_fees(
    reminding: Reminding,
) -> None:
    first, second = reminding.owe(10000), reminding.owe(4000)
    for days in (3, 7):
        reminding.wait(days)
        reminding.look()
    assert len(reminding.messages()) == 2
    (fees,) = reminding.fees()
    assert [line.amount_minor for line in fees.lines] == [500, 500]
    assert fees.total_minor == 1000
    assert reminding.steps(first) == reminding.steps(second) == [1, 2]


def test_what_is_billed_to_different_people_or_in_other_money_goes_apart(reminding: Reminding) -> None:
    reminding.owe(), reminding.owe(payer="father"), reminding.owe(currency="EUR")
    reminding.wait(3)
    assert reminding.look() == 3
    assert len(reminding.messages()) == 3


def test_each_instalment_counts_by_itself(reminding: Reminding) -> None:
    """What is not due yet is not reminded of, and what is comes to its own steps."""
    today = reminding.till.world.today
    days = (today, today + timedelta(days=5))
    plan = reminding.till.invoice(2000, schedule=tuple(Due(day, 1000) for day in days))
    taken = []
    for _ in range(12):
        reminding.look()
        taken.append([(each.part.due_on, each.step) for each in reminding.taken(plan)])
        reminding.wait(1)
    assert taken[2] == []
    assert taken[3] == [(days[0], 1)]
    assert taken[8] == [(days[0], 1), (days[1], 1)]
    assert taken[10] == [(days[0], 1), (days[0], 2), (days[1], 1)]


def _ask(reminding: Reminding, invoice: str, line: int = 1) -> None:
    org, home = reminding.till.world.organisation, reminding.till.home
    asked = Beginning("Why?", Words("Why?"), About(AboutKind.INVOICE, invoice, "x", line=line))
    messages.begin(org, home, asked, Author(Side.FAMILY, "", "Marie"), reminding.till.world.now)


@pytest.mark.parametrize("why", ["pause", "pause all", "pending", "credit"])
def test_a_step_waits_and_comes_when_nothing_holds_it_any_more(reminding: Reminding, why: str) -> None:
    """Looked at each day anew; the staff see why."""
    invoice = reminding.owe(late=3)
    till, held = reminding.till, Held.PAUSED
    if why.startswith("pause"):
        which = "" if why == "pause all" else invoice.id
        agreeing.pause(till.world.organisation, till.home, which, till.world.today, till.world.now)
    elif why == "pending":
        held = Held.PAYING
        pending = _pay(reminding, 10000, invoice.id)
    else:
        held = Held.CREDIT
        _credit(reminding, 10000)
    assert reminding.look() == 0
    assert reminding.unpaid(invoice).held == held.value
    if why == "pending":
        till.keep(lambda books: receiving.fail(books, till.check().payments[0], voided=False))
        assert pending.id
    reminding.wait(1)
    assert reminding.look() == (0 if why == "credit" else 1)


def _credit(reminding: Reminding, minor: int) -> None:
    """Something in the family's favour."""
    till = reminding.till
    lines = price([LineRequest("Sorry", Decimal(1), minor, taxes=())], till.world.organisation.billing)
    till.keep(lambda books: give_credit(books, lines, "CAD", "goodwill"))


def test_an_open_page_holds_no_step(reminding: Reminding) -> None:
    """P-11: whoever opens one each day is reminded all the same; money that is on its way holds it."""
    invoice = reminding.owe(late=3)
    page = reminding.till.begin(invoice)
    assert reminding.look() == 1
    assert reminding.steps(invoice) == [1]
    reminding.till.acquirer.account.complete(page.session, "bank_debit")
    reminding.till.hear_all()
    reminding.wait(7)
    assert reminding.look() == 0
    assert reminding.unpaid(invoice).held == Held.PAYING.value


def test_a_question_about_a_line_holds_the_invoice_until_it_is_answered(reminding: Reminding) -> None:
    """NEW-16."""
    invoice, other = reminding.owe(), reminding.owe(late=3)
    _ask(reminding, invoice.id)
    reminding.look()
    assert (reminding.steps(invoice), reminding.steps(other)) == ([], [1])
    assert reminding.unpaid(invoice).held == Held.ASKED.value


def test_a_contested_payment_holds_its_invoice(reminding: Reminding) -> None:
    """P-15: nobody is dunned for what the bank took back for a while."""
    till = reminding.till
    invoice = reminding.owe()
    checkout = till.begin(invoice)
    till.acquirer.account.complete(checkout.session)
    till.hear_all()
    till.acquirer.account.dispute(till.intent_of(checkout))
    till.hear_all()
    assert till.stored(invoice).balance_minor == 10000
    reminding.wait(3)
    assert reminding.look() == 0
    assert reminding.unpaid(invoice).held == Held.DISPUTED.value


def test_what_is_charged_by_itself_is_not_reminded_of_until_that_ended(reminding: Reminding) -> None:
    """NEW-15: an item waits in one queue at a time."""
    invoice = reminding.owe(autopay=True, late=30)
    assert reminding.unpaid(invoice).queue == AUTOPAY_QUEUE
    assert reminding.look() == 0
    item = reminding.unpaid(invoice)
    write.update(item, [UnpaidItem.queue.set(DUNNING_QUEUE)])
    assert reminding.look() == 1


def test_late_fees_are_billed_once_for_each_step_and_never_on_fees(reminding: Reminding) -> None:
    """The ledger adds up, the family reads why, and a hundred days bring no more."""
    invoice = reminding.owe()
    for _ in range(100):
        reminding.look()
        reminding.wait(1)
    fees = reminding.fees()
    assert sorted(each.total_minor for each in fees) == [200, 500]
    assert {each.note for each in fees} == {"Art. 7"}
    assert all(invoice.number in each.lines[0].description for each in fees)
    assert all(line.taxes == () for each in fees for line in each.lines)
    assert [each.fee_minor for each in reminding.taken(invoice)] == [0, 500, 200]
    assert all(taken.fee_minor == 0 for each in fees for taken in reminding.taken(each))
    assert all(reminding.steps(each) == [1, 2, 3] for each in fees)


@pytest.mark.parametrize("why", ["not allowed", "agreed"])
def test_no_fee_where_it_is_not_allowed_or_agreed_otherwise(reminding: Reminding, why: str) -> None:
    if why == "agreed":
        till = reminding.till
        agreeing.set_fees(till.world.organisation, till.home, till.world.now, charged=False)
    else:
        reminding.terms(late_fees=False)
    invoice = reminding.owe(late=3)
    reminding.look()
    reminding.wait(7)
    reminding.look()
    assert reminding.steps(invoice) == [1, 2]
    assert reminding.fees() == []


def test_thirty_two_clocks_take_a_step_once(reminding: Reminding) -> None:
    """One message, one fee, and books that add up."""
    invoice = reminding.owe(late=3)
    reminding.look()
    reminding.wait(7)
    outcomes = together([reminding.look] * 32)
    assert [each for each in outcomes if isinstance(each, Exception)] == []
    assert sum(each for each in outcomes if isinstance(each, int)) == 1
    assert reminding.steps(invoice) == [1, 2]
    assert len(reminding.messages()) == 2
    assert [each.total_minor for each in reminding.fees()] == [500]


def test_money_that_comes_while_a_step_is_taken_is_never_fined(reminding: Reminding) -> None:
    """Whoever is first: a payment and the fee can not miss each other."""
    invoice = reminding.owe(late=3)
    reminding.look()
    reminding.wait(7)
    pay = partial(_pay, reminding, 10000, invoice.id, status=PaymentStatus.COMPLETED)
    acts: list[Callable[[], object]] = [reminding.look, pay, reminding.look]
    together(acts)
    assert reminding.till.stored(invoice).balance_minor == 0
    assert len(reminding.fees()) == len([each for each in reminding.taken(invoice) if each.fee_minor])
    reminding.wait(30)
    reminding.look()
    assert len(reminding.taken(invoice)) <= 2


def test_what_was_paid_since_is_not_sent_and_the_rest_is_told_as_it_is(reminding: Reminding) -> None:
    """M-09: looked at under the claim, right before it goes."""
    first, second = reminding.owe(10000), reminding.owe(4000, late=3)
    reminding.look()
    (message,) = reminding.messages()
    assert checking.still_owed(message, reminding.till.world.now) == ""
    assert message.facts["due_minor"] == 14000
    _pay(reminding, 10000, first.id, status=PaymentStatus.COMPLETED)
    assert checking.still_owed(message, reminding.till.world.now) == ""
    assert [each["invoice"] for each in message.facts["invoices"]] == [second.id]
    assert message.facts["due_minor"] == 4000
    _pay(reminding, 4000, second.id, status=PaymentStatus.COMPLETED)
    assert checking.still_owed(message, reminding.till.world.now) == "paid"


def test_a_question_that_came_since_keeps_the_message_back(reminding: Reminding) -> None:
    """NEW-16."""
    invoice = reminding.owe(late=3)
    reminding.look()
    _ask(reminding, invoice.id)
    message: MessageItem = reminding.messages()[0]
    assert checking.still_owed(message, reminding.till.world.now) == "asked about"


@pytest.mark.parametrize(
    ("since", "why"),
    [
        ("pause", "paused"),
        ("pause all", "paused"),
        ("pending", "being paid"),
        ("dispute", "contested"),
        ("credit", "covered by a credit"),
    ],
)
def test_what_would_hold_a_step_holds_its_message_too(reminding: Reminding, since: str, why: str) -> None:
    """M-09: between the step and its message lies the time in which mail rests, or waits for the morning."""
    till, invoice = reminding.till, reminding.owe(late=3)
    checkout = till.begin(invoice) if since == "dispute" else None
    reminding.look()
    (message,) = reminding.messages()
    assert checking.still_owed(message, till.world.now) == ""
    if since.startswith("pause"):
        which = "" if since == "pause all" else invoice.id
        agreeing.pause(till.world.organisation, till.home, which, till.world.today, till.world.now)
    elif since == "pending":
        _pay(reminding, 10000, invoice.id)
    elif checkout:
        till.acquirer.account.complete(checkout.session)
        till.hear_all()
        till.acquirer.account.dispute(till.intent_of(checkout))
        till.hear_all()
    else:
        _credit(reminding, 10000)
    assert checking.still_owed(message, till.world.now) == why


def test_what_is_held_since_is_left_out_and_the_rest_is_told(reminding: Reminding) -> None:
    """M-09."""
    till = reminding.till
    first, second = reminding.owe(10000), reminding.owe(4000, late=3)
    reminding.look()
    (message,) = reminding.messages()
    agreeing.pause(till.world.organisation, till.home, first.id, till.world.today, till.world.now)
    assert checking.still_owed(message, till.world.now) == ""
    assert [each["invoice"] for each in message.facts["invoices"]] == [second.id]
    assert message.facts["due_minor"] == 4000


def _becomes(message: MessageItem, state: MessageState) -> None:
    """A message goes out, or does not."""
    write.update(message, [MessageItem.state.set(state.value)])


def _second_step(reminding: Reminding) -> Invoice:
    """An invoice that has come to the step that costs something; that step's message waits."""
    invoice = reminding.owe(late=3)
    reminding.look()
    _becomes(reminding.messages()[0], MessageState.SENT)
    reminding.wait(7)
    reminding.look()
    assert [each.total_minor for each in reminding.fees()] == [500]
    return invoice


def _last(reminding: Reminding) -> MessageItem:
    return next(each for each in reminding.messages() if each.state == MessageState.WAITING.value)


@pytest.mark.parametrize("state", [MessageState.SKIPPED, MessageState.PARKED])
def test_a_late_fee_that_nobody_could_be_told_of_is_taken_back(reminding: Reminding, state: MessageState) -> None:
    """MSG-3: within two hours, by a credit note that says why; what was overdue is owed as before, once more looked
    at and sent from the desk there is no fee in it."""
    invoice = _second_step(reminding)
    message = _last(reminding)
    for _ in range(2):
        reminding.wait(1 / 24)
        reminding.tick()
    (fee,) = reminding.fees()
    assert fee.status is InvoiceStatus.ISSUED
    _becomes(message, state)
    for _ in range(2):
        reminding.wait(1 / 24)
        reminding.tick()
    (fee,) = reminding.fees()
    assert (fee.status, fee.balance_minor) == (InvoiceStatus.CANCELLED, 0)
    assert reminding.till.stored(invoice).balance_minor == 10000
    assert reminding.till.check().balances() == {("", "CAD"): 10000}
    assert checking.still_owed(message, reminding.till.world.now) == ""
    assert (message.facts["fee_minor"], message.facts["due_minor"]) == (0, 10000)
    reminding.wait(14)
    reminding.look()
    assert reminding.steps(invoice) == [1, 2, 3]


def test_a_late_fee_that_was_told_of_stays_and_is_not_looked_at_each_hour(reminding: Reminding) -> None:
    _second_step(reminding)
    _becomes(_last(reminding), MessageState.SENT)
    reminding.wait(1 / 24)
    reminding.tick()
    (fee,) = reminding.fees()
    assert fee.status is InvoiceStatus.ISSUED
    assert reminding.unpaid(fee).due > to_iso(reminding.till.world.now + timedelta(days=2))


def test_thirty_two_clocks_take_a_fee_back_once(reminding: Reminding) -> None:
    _second_step(reminding)
    _becomes(_last(reminding), MessageState.SKIPPED)
    reminding.wait(1 / 24)
    outcomes = together([reminding.look] * 32)
    assert [each for each in outcomes if isinstance(each, Exception)] == []
    (fee,) = reminding.fees()
    assert len(credit_notes_of(reminding.org, reminding.till.home, fee.id)) == 1
    assert reminding.till.check().balances() == {("", "CAD"): 10000}


def test_without_steps_nothing_goes_and_nothing_is_looked_at_again(reminding: Reminding) -> None:
    """Sending unasked is worse than not sending: it is off until the organisation says otherwise."""
    reminding.terms(steps=())
    reminding.tick()
    invoice = reminding.owe(late=30)
    assert reminding.tick() == 0
    assert not reminding.is_waiting(invoice)


def test_whoever_sets_steps_later_reminds_of_what_is_overdue_already(reminding: Reminding) -> None:
    """Gone through once, friendly words first."""
    reminding.terms(steps=())
    reminding.tick()
    invoice = reminding.owe(late=30)
    reminding.tick()
    reminding.terms(steps=(DunningStep(3), DunningStep(10)))
    reminding.tick()
    reminding.tick()
    assert reminding.steps(invoice) == [1]


def test_steps_that_come_sooner_now_reach_what_waits_already(reminding: Reminding) -> None:
    """MSG-3: each of them was put off by the steps that there were."""
    reminding.terms(steps=(DunningStep(30), DunningStep(60)))
    first = reminding.owe(late=2)
    reminding.tick()
    assert reminding.tick() == 0
    reminding.terms(steps=(DunningStep(3), DunningStep(10)))
    reminding.wait(1)
    reminding.tick()
    reminding.tick()
    assert reminding.steps(first) == [1]


def test_a_family_that_can_not_be_looked_at_is_put_off_further_each_time_and_told_to_the_staff(
    reminding: Reminding, monkeypatch: pytest.MonkeyPatch
) -> None:
    """M-05, M-08: it keeps no other waiting, and is reminded as soon as it can be."""
    invoice = reminding.owe(late=3)
    key = keys.unpaid(reminding.org, reminding.till.home, invoice.due_on.isoformat(), invoice.id)
    with monkeypatch.context() as broken:
        broken.setattr(store, "each_unpaid", _fail)
        for hours in (1, 2, 4, 8, 16, 24, 24, 24):
            assert parking.waiting(reminding.org) == []
            reminding.tick()
            item = read.one(UnpaidItem, key)
            assert item
            assert item.due == to_iso(reminding.till.world.now + timedelta(hours=hours))
            reminding.wait(hours / 24)
    assert [each.attribute_values["facts"] for each in parking.waiting(reminding.org)] == [{"invoice": invoice.id}]
    assert reminding.tick() == 1
    assert reminding.unpaid(invoice).failed_runs is None


def _fail(*_: object) -> NoReturn:
    raise TypeError


def test_an_organisation_whose_steps_can_not_be_set_up_keeps_no_other_waiting(
    reminding: Reminding, monkeypatch: pytest.MonkeyPatch
) -> None:
    """M-05: it is tried again an hour later."""
    reminding.terms(steps=())
    reminding.tick()
    invoice = reminding.owe(late=30)
    reminding.tick()
    reminding.terms(steps=(DunningStep(3),))
    with monkeypatch.context() as broken:
        broken.setattr(households, "list_owing", _fail)
        reminding.tick()
    reminding.tick()
    assert not reminding.is_waiting(invoice)
    reminding.wait(1.1 / 24)
    reminding.tick()
    assert reminding.is_waiting(invoice)


def test_what_was_stored_before_there_were_queues_is_put_into_one(reminding: Reminding) -> None:
    """D-14: a migration calls it for each record; repeating changes nothing."""
    invoice = reminding.owe(late=3)
    item = reminding.unpaid(invoice)
    write.update(item, [UnpaidItem.queue.remove(), UnpaidItem.due.remove()])
    assert mending.mend(reminding.org, item.key, reminding.till.world.now)
    assert not mending.mend(reminding.org, item.key, reminding.till.world.now)
    assert reminding.tick() == 1


def test_a_suspended_organisation_reminds_nobody(reminding: Reminding) -> None:
    invoice = reminding.owe(late=3)
    world = reminding.till.world
    open_organisation = world.organisation
    world.organisation = replace(world.organisation, status=Status.SUSPENDED)
    assert reminding.look() == 0
    world.organisation = open_organisation
    reminding.wait(1.1)
    assert reminding.look() == 1
    assert reminding.steps(invoice) == [1]


def test_a_look_costs_the_same_however_much_is_not_due(reminding: Reminding, calls: list[str]) -> None:
    """M-08: a run's work grows with what is due."""
    reminding.owe(late=3)
    for _ in range(5):
        reminding.till.invoice(due_on=reminding.till.world.today + timedelta(days=40))
    calls.clear()
    assert reminding.tick() == 1
    first = len(calls)
    reminding.wait(1)
    calls.clear()
    assert reminding.tick() == 0
    assert len(calls) < first


def test_rest_is_for_days_to_come_and_for_the_familys_own_invoices(reminding: Reminding) -> None:
    till = reminding.till
    organisation, today, now = till.world.organisation, till.world.today, till.world.now
    for wrong in (today - timedelta(days=1), today + timedelta(days=367)):
        with pytest.raises(Invalid):
            agreeing.pause(organisation, till.home, "", wrong, now)
    with pytest.raises(NotFound):
        agreeing.pause(organisation, till.home, "20260101-nothing", today, now)
