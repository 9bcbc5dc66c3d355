"""A crash before and after each call of a step, then the same again: nothing is lost and nothing doubled."""

from collections.abc import Callable
from datetime import timedelta

import botocore.httpsession
import pytest

from chalicelib.dunning import jobs
from tests.dunning.reminding import Reminding
from tests.payments.till import Till
from tests.support.crashes import Wire, everywhere


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    """All of this process's calls to AWS go through it."""
    found = Wire()
    real = botocore.httpsession.URLLib3Session.send
    monkeypatch.setattr(botocore.httpsession.URLLib3Session, "send", lambda self, *args: found.call(real, self, *args))
    return found


def test_a_step_with_a_fee(reminding: Reminding, wire: Wire) -> None:
    """M-02: what was taken, the fee and the message are one transaction."""
    world, acquirer = reminding.till.world, reminding.till.acquirer
    family, invoice = reminding, reminding.owe()

    def setting() -> Callable[[], object]:
        nonlocal family, invoice
        family = Reminding(Till(world, acquirer))
        invoice = family.till.invoice(due_on=world.today)
        home = family.till.home
        jobs.look(world.organisation, home, world.now + timedelta(days=3))
        return lambda: jobs.look(world.organisation, home, world.now + timedelta(days=10))

    def proof() -> None:
        assert family.steps(invoice) == [1, 2]
        assert len(family.messages()) == 2
        assert [each.total_minor for each in family.fees()] == [500]

    assert everywhere(wire, setting, proof) > 8
