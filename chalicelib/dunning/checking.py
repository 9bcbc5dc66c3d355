"""Whether a reminder still stands, asked right before it goes out: what was paid since is not reminded of (M-09)."""

from datetime import date, datetime
from typing import Any

from chalicelib.billing import store as billing
from chalicelib.data.outbox import MessageItem
from chalicelib.dunning.waiting import asked_about


def still_owed(item: MessageItem, _now: datetime) -> str:
    """Why a reminder is not sent any more; "" while something of it is to pay.

    What of it was paid, or is asked about by now, is taken out of what the message tells. Two round trips.
    """
    household = item.household or ""
    facts: dict[str, Any] = dict(item.facts)
    named: list[dict[str, Any]] = facts["invoices"]
    fee = facts.get("fee_invoice") or ""
    wanted = list(dict.fromkeys([*(each["invoice"] for each in named), *([fee] if fee else [])]))
    found = {each.id: each for each in billing.get_invoices(item.org, household, wanted)}
    owed = {(each.id, due.on): due.minor for each in found.values() for due in each.dues}
    asked = asked_about(item.org, household)
    left = [
        {**each, "due_minor": minor}
        for each in named
        if (minor := owed.get((each["invoice"], date.fromisoformat(each["due_on"])))) and each["invoice"] not in asked
    ]
    if not left:
        return "asked about" if any(each["invoice"] in asked for each in named) else "paid"
    fee_minor = found[fee].balance_minor if fee in found else 0
    total = sum(each["due_minor"] for each in left) + fee_minor
    item.facts = {**facts, "invoices": left, "due_minor": total, "fee_minor": fee_minor}
    return ""
