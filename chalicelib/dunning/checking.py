"""Whether a reminder still stands, asked right before it goes out: what was paid, or is held since, is not reminded of
(M-09)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from chalicelib.billing import store as billing
from chalicelib.billing.domain import Invoice
from chalicelib.data.outbox import MessageItem
from chalicelib.dunning import store, waiting
from chalicelib.dunning.domain import Held, Part
from chalicelib.organisations import store as organisations
from chalicelib.shared.times import local_day

_WHY = {
    Held.PAUSED: "paused",
    Held.ASKED: "asked about",
    Held.PAYING: "being paid",
    Held.DISPUTED: "contested",
    Held.CREDIT: "covered by a credit",
}


def still_owed(item: MessageItem, now: datetime) -> str:
    """Why a reminder is not sent any more; "" while something of it is to pay.

    What of it was paid, or waits by now as a step would, is taken out of what the message tells. A round trip for each
    kind of record that holds steps.
    """
    facts: dict[str, Any] = dict(item.facts)
    fee = facts.get("fee_invoice") or ""
    named: list[dict[str, Any]] = facts["invoices"]
    wanted = list(dict.fromkeys([*(each["invoice"] for each in named), *([fee] if fee else [])]))
    found = {each.id: each for each in billing.get_invoices(item.org, item.household or "", wanted)}
    minor = {Part(each.id, due.on): due.minor for each in found.values() for due in each.dues}
    owed = {part: {**each, "due_minor": minor[part]} for each in named if (part := _part(each)) in minor}
    if not owed:
        return "paid"
    held = _held(item, {part: found[part.invoice] for part in owed}, now)
    left = [each for part, each in owed.items() if part not in held]
    if not left:
        return _WHY[next(iter(held.values()))]
    fee_minor = found[fee].balance_minor if fee in found else 0
    total = sum(each["due_minor"] for each in left) + fee_minor
    item.facts = {**facts, "invoices": left, "due_minor": total, "fee_minor": fee_minor}
    return ""


def _part(named: Mapping[str, str]) -> Part:
    return Part(named["invoice"], date.fromisoformat(named["due_on"]))


def _held(item: MessageItem, owed: Mapping[Part, Invoice], now: datetime) -> dict[Part, Held]:
    """What is not to be told of now, though it is owed."""
    organisation, household = organisations.get(item.org), item.household or ""
    if organisation is None:
        return dict.fromkeys(owed, Held.PAUSED)
    rules, today = store.get_rules(item.org, household), local_day(now, organisation.zone)
    waits = waiting.load(item.org, household, rules, list(owed.values()), today)
    found = {part: waits.why(invoice, part) for part, invoice in owed.items()}
    return {part: why for part, why in found.items() if why}
