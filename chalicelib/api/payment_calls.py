"""Payments, for programs: what came in, and noting money that came by another way than Stripe, as at the till."""

from datetime import date
from typing import Any

from chalicelib.admin import desk
from chalicelib.admin.desk import Received
from chalicelib.api.domain import Scope
from chalicelib.api.operations import Answer, Call, Operations, day, page_of_household, versioned
from chalicelib.billing import store
from chalicelib.billing.domain import Payment
from chalicelib.organisations.domain import Module
from chalicelib.shared.errors import Invalid
from chalicelib.shared.texts import say

operations = Operations(Scope.READ_PAYMENTS, Scope.WRITE_PAYMENTS, Module.INVOICES)

_PATH = "/households/{household}/payments"


@operations.get(_PATH, "listPayments", "A household's payments, the latest first", "Payments")
def list_payments(call: Call) -> Answer:
    """A page of payments. Raises NotFound."""
    return page_of_household(call, store.list_payments, _payment)


@operations.get(f"{_PATH}/{{payment}}", "getPayment", "One payment", "Payment")
def get_payment(call: Call) -> Answer:
    """A payment. Raises NotFound."""
    found = desk.payment_of(call.organisation, call.params["household"], call.params["payment"])
    return versioned(_payment(found))


@operations.change(
    "POST", _PATH, "recordPayment", "Notes money that came in by another way than Stripe (PAY-1)",
    takes="NewPayment", gives="Payment", status=201,
)  # fmt: skip
def record_payment(call: Call) -> Answer:
    """Notes a payment; what the chosen invoices, else those due first, do not need is the family's credit.

    Raises NotFound, Invalid, and Conflict where nothing is to pay on a chosen invoice.
    """
    received = Received(
        call.body["minor"],
        call.body["method"],
        _received_on(call),
        call.body.get("reference", ""),
        tuple(call.body.get("invoices", ())),
        asked=call.new_id,
        receipt=call.body.get("receipt", False),
    )
    noted, _ = desk.record(call.organisation, call.params["household"], received, call.now)
    return versioned(_payment(noted))


def _received_on(call: Call) -> date:
    """The day on which the money came: told each time, so that a call that is tried again after midnight is the same.

    Raises Invalid.
    """
    told = day(call, "received_on")
    if told > call.today:
        raise Invalid({"received_on": say("Choose today or an earlier day")})
    return told


def _payment(payment: Payment) -> dict[str, Any]:
    return {
        "id": payment.id,
        "version": payment.version or 1,
        "household": payment.household,
        "received_on": payment.received_on.isoformat(),
        "minor": payment.minor,
        "currency": payment.currency,
        "method": payment.method,
        "status": payment.status.value,
        "reference": payment.reference,
        "refunded_minor": payment.refunded_minor,
        "unapplied_minor": payment.unapplied_minor,
        "invoices": [{"invoice": part.invoice, "minor": part.minor} for part in payment.allocations],
    }
