"""What Stripe tells, kept first and worked off after: the same effect however it comes."""

import ast
from functools import partial
from pathlib import Path

import pytest

from chalicelib import payments
from chalicelib.adapters import stripe_gateway
from chalicelib.data import write
from chalicelib.shared.errors import Unavailable
from local.stripe_double import Mode
from tests.payments.till import Till
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


def test_an_unruly_courier_changes_nothing(till: Till) -> None:
    """P-03, P-06: everything thrice and backwards."""
    assert Mode("repeat", times=3).times == 3
    checkout = till.begin(till.invoice())
    till.acquirer.account.complete(checkout.session)
    till.acquirer.account.refund(till.intent_of(checkout), 2000)
    till.hear_all([event for event in reversed(till.fresh()) for _ in range(3)])
    (payment,) = till.payments()
    assert (payment.minor, payment.refunded_minor) == (10000, 2000)


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
