"""Refunds: whole, in parts, failing, and those that somebody makes on Stripe's dashboard."""

from local.stripe_double import balance, fields
from local.stripe_double.books import Books
from local.stripe_double.errors import Refused, invalid
from local.stripe_double.objects import Thing, letters, new_id
from local.stripe_double.parameters import Given


def create(books: Books, given: Given) -> Thing:
    """Gives money back. Raises Refused for more than is left, or for what was never taken or is disputed."""
    charge = _charge(books, given)
    amount = given.get("amount", charge["amount"] - charge["amount_refunded"])
    _check(books, charge, amount)
    card = charge["payment_method_details"]["type"] == "card"
    refund = books.new(
        "refund",
        id=new_id("refund" if card else "payment_refund"),
        amount=amount,
        currency=charge["currency"],
        charge=charge["id"],
        payment_intent=charge["payment_intent"],
        reason=given.get("reason"),
        status="succeeded" if card else "pending",
        destination_details=_destination(charge["payment_method_details"]["type"]),
    )
    refund["metadata"] = fields.metadata({}, given.get("metadata"))
    refund["balance_transaction"] = balance.book(books, "refund", -amount, refund)["id"]
    _count(books, charge, amount)
    books.emit("refund.created", refund)
    return refund


def _destination(kind: str) -> Thing:
    if kind != "card":
        return {"type": kind, kind: {}}
    reference = {
        "reference": letters(23),
        "reference_status": "available",
        "reference_type": "acquirer_reference_number",
    }
    return {"type": "card", "card": {"type": "refund", **reference}}


def _charge(books: Books, given: Given) -> Thing:
    if ("charge" in given) == ("payment_intent" in given):
        raise invalid("One of the following params should be provided for this request: payment_intent or charge.")
    if "charge" in given:
        return books.get("charge", given["charge"], "charge")
    intent = books.get("payment_intent", given["payment_intent"], "payment_intent")
    charge = books.find("charge", intent["latest_charge"])
    if charge is None:
        message = f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund."
        raise invalid(message, "payment_intent", "intent_invalid_state")
    return charge


def _check(books: Books, charge: Thing, amount: int) -> None:
    if charge["status"] != "succeeded":
        raise invalid(f"Charge {charge['id']} is {charge['status']} and can not be refunded.", "charge")
    if books.where("dispute", charge=charge["id"], is_charge_refundable=False):
        raise invalid(f"Charge {charge['id']} has been charged back; cannot issue a refund.", code="charge_disputed")
    left = charge["amount"] - charge["amount_refunded"]
    if left == 0:
        raise invalid(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    if amount < 1:
        raise invalid("Invalid positive integer", "amount", "parameter_invalid_integer")
    if amount > left:
        raise invalid(f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})", "amount")


def _count(books: Books, charge: Thing, amount: int, happened: str = "charge.refunded") -> None:
    refunded = charge["amount_refunded"] + amount
    books.change(charge, happened, amount_refunded=refunded, refunded=refunded == charge["amount"])


def update(books: Books, given: Given, id_: str) -> Thing:
    """Changes the metadata of a refund."""
    refund = books.get("refund", id_)
    books.change(refund, ("refund.updated", "charge.refund.updated"), **fields.taken(refund, given, ()))
    return refund


def arrive(books: Books, refund: Thing) -> Thing:
    """A pending refund has reached the bank account."""
    if refund["status"] != "pending":
        raise Refused(400, f"Refund {refund['id']} is {refund['status']}.")
    books.change(refund, ("refund.updated", "charge.refund.updated"), status="succeeded")
    return refund


def fail(books: Books, refund: Thing, reason: str) -> Thing:
    """The bank sends a refund back: the money is with the organisation again."""
    if refund["status"] not in ("succeeded", "pending"):
        raise Refused(400, f"Refund {refund['id']} is {refund['status']}.")
    back = balance.book(books, "refund_failure", refund["amount"], refund)
    values = {"status": "failed", "failure_reason": reason, "failure_balance_transaction": back["id"]}
    _count(books, books.get("charge", refund["charge"]), -refund["amount"], "charge.updated")
    books.change(refund, ("refund.updated", "charge.refund.updated", "refund.failed"), **values)
    return refund
