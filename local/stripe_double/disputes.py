"""Disputes: opened by a payer at the bank, with or without the money taken at once, won or lost."""

from local.stripe_double import balance
from local.stripe_double.books import Books
from local.stripe_double.errors import Refused, invalid
from local.stripe_double.objects import Thing
from local.stripe_double.parameters import Given

_FEE = 1500
_ANSWER_WITHIN = 7 * 24 * 60 * 60


def open_(books: Books, charge: Thing, *, amount: int | None, reason: str, inquiry: bool, withdraw: bool) -> Thing:
    """A new dispute over `amount` (all that is not refunded, if None); an `inquiry` takes no money.

    Several may be open for a charge, as some card networks do, up to what was charged.

    `withdraw`: the money is taken at once, as Stripe does; otherwise `take` takes it later.
    """
    left = charge["amount"] - sum(each["amount"] for each in books.where("dispute", charge=charge["id"]))
    wanted = charge["amount"] - charge["amount_refunded"] if amount is None else amount
    if charge["status"] != "succeeded" or wanted > left:
        raise invalid(f"Charge {charge['id']} can not be disputed: it is {charge['status']} or disputed already.")
    dispute = books.new(
        "dispute",
        amount=wanted,
        currency=charge["currency"],
        charge=charge["id"],
        payment_intent=charge["payment_intent"],
        reason=reason,
        status="warning_needs_response" if inquiry else "needs_response",
        is_charge_refundable=inquiry,
    )
    dispute["evidence_details"]["due_by"] = books.now() + _ANSWER_WITHIN
    dispute["payment_method_details"]["card"]["case_type"] = "inquiry" if inquiry else "chargeback"
    books.change(charge, "charge.updated", disputed=True)
    books.emit("charge.dispute.created", dispute)
    return take(books, dispute) if withdraw and not inquiry else dispute


def take(books: Books, dispute: Thing) -> Thing:
    """The disputed money leaves the account; `charge.dispute.funds_withdrawn`."""
    if dispute["balance_transactions"] or dispute["status"] not in ("needs_response", "under_review", "lost"):
        raise invalid(f"The money of dispute {dispute['id']} can not be withdrawn: it is {dispute['status']}.")
    return _move(books, dispute, -dispute["amount"], "charge.dispute.funds_withdrawn")


def _move(books: Books, dispute: Thing, amount: int, happened: str) -> Thing:
    fee = _FEE if amount < 0 else 0
    moved = dispute["balance_transactions"] + [balance.book(books, "adjustment", amount, dispute, fee)]
    books.change(dispute, happened, balance_transactions=moved)
    return dispute


def close(books: Books, dispute: Thing, *, won: bool) -> Thing:
    """The bank decides; what was won comes back. `charge.dispute.closed`, `charge.dispute.funds_reinstated`."""
    if dispute["status"] in ("won", "lost", "warning_closed"):
        raise Refused(400, f"Dispute {dispute['id']} is already closed.")
    inquiry = dispute["status"].startswith("warning")
    status = "warning_closed" if inquiry else "won" if won else "lost"
    books.change(dispute, "charge.dispute.closed", status=status, is_charge_refundable=status != "lost")
    if status == "won" and dispute["balance_transactions"]:
        _move(books, dispute, dispute["amount"], "charge.dispute.funds_reinstated")
    return dispute


def accept(books: Books, _given: Given, id_: str) -> Thing:
    """The organisation gives in: the dispute is lost."""
    return close(books, books.get("dispute", id_), won=False)


def update(books: Books, given: Given, id_: str) -> Thing:
    """Evidence or metadata; with `submit` the bank looks at it. `charge.dispute.updated`."""
    dispute = books.get("dispute", id_)
    values: Thing = {"evidence": dispute["evidence"] | (given.get("evidence") or {})}
    values["evidence_details"] = dispute["evidence_details"] | {"has_evidence": any(values["evidence"].values())}
    if given.get("submit", True) and "evidence" in given and dispute["status"].endswith("needs_response"):
        values["status"] = dispute["status"].replace("needs_response", "under_review")
    books.change(dispute, "charge.dispute.updated", **values)
    return dispute
