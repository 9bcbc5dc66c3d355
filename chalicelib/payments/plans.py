"""Reads and writes what a household chose about charges by themselves, in one small item (NEW-15)."""

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from chalicelib.data import keys, read, write
from chalicelib.data.items import Item, JSONAttribute, Version
from chalicelib.data.write import ConditionFailed, Transaction
from chalicelib.payments.brakes import Cap, Move, Plan, Spent
from chalicelib.shared.errors import Conflict


class AutopayPlanItem(Item, discriminator="autopay_plan"):
    """What a household chose about charges by themselves, and what it was told and charged."""

    caps = JSONAttribute()
    moves = JSONAttribute()
    told = JSONAttribute()
    spent = JSONAttribute()
    version = Version()


def get(org: str, household: str) -> Plan:
    """A household's plan; an empty one where it chose nothing yet. One strong read."""
    item = read.one(AutopayPlanItem, keys.autopay_plan(org, household))
    return plan_from(item, household) if item else Plan(household)


def plan_from(item: AutopayPlanItem, household: str = "") -> Plan:
    """The plan that `item` stores."""
    return Plan(
        household,
        caps=tuple(Cap(*cap) for cap in item.caps),
        moves=tuple(_move(*row) for row in item.moves),
        told={name: date.fromisoformat(day) for name, day in item.told.items()},
        spent=tuple(_spent(*row) for row in item.spent),
        version=item.version,
    )


class Choices(NamedTuple):
    """What of a plan a family reads in a copy of its data."""

    caps: tuple[Cap, ...]
    moves: tuple[Move, ...]


def choices_from(item: AutopayPlanItem) -> Choices:
    """What the family chose: its caps, and the charges that it moved."""
    plan = plan_from(item)
    return Choices(plan.caps, plan.moves)


def save(transaction: Transaction, org: str, plan: Plan) -> None:
    """Adds the write of a plan; refused when it was changed meanwhile."""
    pk, sk = keys.autopay_plan(org, plan.household)
    item = AutopayPlanItem(
        pk,
        sk,
        caps=[list(cap) for cap in plan.caps],
        moves=[[each.invoice, _text(each.due_on), _text(each.to), _text(each.moved_on)] for each in plan.moves],
        told={name: day.isoformat() for name, day in plan.told.items()},
        spent=[[each.checkout, each.payer, each.currency, each.minor, _text(each.on)] for each in plan.spent],
        version=plan.version,
    )
    transaction.put("autopay plan", item)


def change(
    org: str, household: str, changed: Callable[[Plan], Plan], also: Callable[[Transaction], None] | None = None
) -> Plan:
    """Writes what `changed` makes of the plan, which is asked again when somebody else was quicker; `also` adds what
    belongs to it. Raises what `changed` raises, Conflict, Unavailable."""
    for _ in write.turns():
        before = get(org, household)
        after = changed(before)
        if after == before:
            return before
        transaction = Transaction()
        save(transaction, org, after)
        if also:
            also(transaction)
        try:
            transaction.commit()
        except ConditionFailed as refused:
            if refused.names - {"autopay plan"}:
                raise Conflict from refused
            continue
        return after
    raise Conflict


def _move(invoice: str, due_on: str, to: str, moved_on: str) -> Move:
    return Move(invoice, date.fromisoformat(due_on), date.fromisoformat(to), date.fromisoformat(moved_on))


def _spent(checkout: str, payer: str, currency: str, minor: int, on: str) -> Spent:
    return Spent(checkout, payer, currency, minor, date.fromisoformat(on))


def _text(day: date) -> str:
    return day.isoformat()
