"""What Stripe tells, kept first and worked off after: the same effect however it comes."""

import ast
import random
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from chalicelib import payments
from chalicelib.adapters import stripe_gateway
from chalicelib.data import write
from chalicelib.shared.errors import Unavailable
from local.stripe_double import Mode
from local.stripe_double.objects import Thing
from tests.payments.endpoint import arrived, listening
from tests.payments.till import Till, facts_of
from tests.support.race import together


def test_events_that_meet_are_each_worked_off_and_pay_once(till: Till) -> None:
    """P-03, P-04: all events of a payment at once, four times each."""
    checkout = till.begin(till.invoice())
    till.fresh()
    till.acquirer.account.complete(checkout.session)
    events = till.fresh()
    together([partial(till.hear, event) for event in events] * 4)
    assert [p.minor for p in till.payments()] == [10000]
    assert set(till.hear_all(events)) <= {"done", "done_before", "later"}


def test_while_stripe_is_down_messages_wait(till: Till) -> None:
    """P-07."""
    checkout = till.begin(till.invoice())
    till.fresh()
    till.acquirer.account.complete(checkout.session)
    event = next(each for each in till.fresh() if each["type"] == "checkout.session.completed")
    till.acquirer.account.fault("*", "drop", 3)
    assert till.hear(event) == "later"
    assert till.work(event) == "done"
    assert len(till.payments()) == 1


@pytest.mark.parametrize(
    "mode",
    [Mode("repeat", times=3), Mode("reorder", seconds=0.5, seed=7), Mode("delay", seconds=0.2), Mode("hold")],
    ids=lambda mode: mode.kind,
)
def test_an_unruly_courier_changes_nothing(till: Till, mode: Mode) -> None:
    """P-03, P-06: everything thrice, shuffled, late, or backwards, over the wire and through the webhook's function."""
    with listening(till):
        account = till.acquirer.account
        account.mode = mode
        checkout = till.begin(till.invoice())
        account.complete(checkout.session)
        account.refund(till.intent_of(checkout), 2000)
        account.release(backwards=True)
        outcomes = arrived(till)
    happened = [each["id"] for each in account.events()]
    brought = [each.event for each in account.deliveries]
    assert len(brought) == len(happened) * (3 if mode.kind == "repeat" else 1)
    assert (brought == happened) is (mode.kind == "delay")
    assert {each.status for each in account.deliveries} == {200}
    assert set(outcomes) == {"done"}
    (payment,) = till.payments()
    assert (payment.minor, payment.refunded_minor) == (10000, 2000)


def _live(till: Till) -> list[Thing]:
    """A payment that is refunded in two parts, one of which comes back, disputed, and won; all that is told of it."""
    account = till.acquirer.account
    till.fresh()
    checkout = till.begin(till.invoice())
    account.complete(checkout.session)
    intent = till.intent_of(checkout)
    account.fail_refund(account.refund(intent, 3000)["id"])
    account.refund(intent, 2000)
    account.close_dispute(account.dispute(intent)["id"], won=True)
    return till.fresh()


def test_events_up_to_three_days_late_and_in_any_order_come_to_the_same(till: Till) -> None:
    """P-06, P-07: each on its own day, as late as Stripe goes on telling; 12 ways."""
    till.hear_all(_live(till))
    expected = facts_of(till.check())
    began = till.world.now
    for seed in range(12):
        chance, family = random.Random(seed), Till(till.world, till.acquirer)
        events = _live(family)
        late = sorted((chance.uniform(0, 3 * 24), number) for number in range(len(events)))
        assert [number for _, number in late] != sorted(range(len(events)))
        for hours, number in late:
            till.world.now = began + timedelta(hours=hours)
            assert family.hear(events[number]) == "done"
        assert facts_of(family.check()) == expected
        till.world.now = began


def test_nothing_is_kept_while_the_table_can_not_be_reached(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    """P-03: then Stripe is told to come again."""
    checkout = till.begin(till.invoice())
    till.acquirer.account.complete(checkout.session)
    event = till.fresh()[-1]
    monkeypatch.setattr(write, "put", lambda *_: (_ for _ in ()).throw(Unavailable()))
    with pytest.raises(Unavailable):
        till.hear(event)


def test_no_idempotency_key_is_made_by_chance() -> None:
    """P-10: no module that asks Stripe for something knows how to make anything random, but for waiting."""
    sources = [*Path(payments.__path__[0]).glob("*.py"), Path(stripe_gateway.__file__)]
    made = {"uuid4", "uuid1", "token_hex", "token_urlsafe", "token_bytes", "urandom", "new_id", "getrandbits"}
    found = {
        (source.name, name)
        for source in sources
        for node in ast.walk(ast.parse(source.read_text("utf-8")))
        for name in [getattr(node, "id", "") or getattr(node, "attr", "")]
        if isinstance(node, ast.Name | ast.Attribute) and name in made
    }
    assert {name for name, _ in found} <= {"links.py"}, found
