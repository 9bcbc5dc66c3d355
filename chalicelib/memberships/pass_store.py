"""Reads and writes passes."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from chalicelib.data import keys, read
from chalicelib.data.write import Transaction
from chalicelib.memberships.models import PassItem
from chalicelib.memberships.passes import Pass, Use
from chalicelib.memberships.reminding import waits
from chalicelib.shared.ids import is_dated_id
from chalicelib.shared.times import day_or_none, from_iso, to_iso


def get(org: str, household_id: str, pass_id: str) -> Pass | None:
    """The household's pass, or None. One strong read."""
    if not is_dated_id(pass_id):
        return None
    item = read.one(PassItem, keys.pass_(org, household_id, pass_id))
    return pass_from(item) if item else None


def list_page(org: str, household_id: str, after: str = "", *, consistent: bool = False) -> read.Page[Pass]:
    """Passes, newest first, a page at a time. One round trip."""
    found = read.listed(PassItem, partial(keys.pass_, org, household_id), after=after, consistent=consistent)
    return read.Page([pass_from(item) for item in found.rows], found.next)


def save(transaction: Transaction, org: str, each: Pass) -> None:
    """Adds the write of a new or changed pass; refused when it was changed meanwhile."""
    transaction.put("pass", pass_item(org, each))


def pass_item(org: str, each: Pass) -> PassItem:
    """The item that stores a pass; it waits in a queue for the day on which the family is told of its end."""
    return PassItem(
        *keys.pass_(org, each.household, each.id),
        pass_id=each.id,
        household=each.household,
        title=dict(each.title),
        product=each.product,
        uses=each.uses,
        days=each.days,
        bought_at=to_iso(each.bought_at),
        bought_on=each.bought_on.isoformat() if each.bought_on else None,
        card=each.card,
        member=each.member or None,
        starts_on=each.starts_on.isoformat() if each.starts_on else None,
        expires_on=each.expires_on.isoformat() if each.expires_on else None,
        from_first_use=each.from_first_use or None,
        used=each.used,
        taken=list(map(_use_row, each.taken)) or None,
        invoice=each.invoice or None,
        is_cancelled=each.is_cancelled or None,
        **waits(each.reminded_on),
        version=each.version,
    )


def pass_from(item: PassItem) -> Pass:
    """The pass that `item` stores."""
    return Pass(
        id=item.pass_id,
        household=item.household,
        title=item.title,
        product=item.product,
        uses=int(item.uses),
        days=int(item.days),
        bought_at=from_iso(item.bought_at),
        bought_on=day_or_none(item.bought_on),
        card=item.card,
        member=item.member or "",
        starts_on=day_or_none(item.starts_on),
        expires_on=day_or_none(item.expires_on),
        from_first_use=bool(item.from_first_use),
        used=int(item.used),
        taken=tuple(map(_use_from, item.taken or ())),
        invoice=item.invoice or "",
        is_cancelled=bool(item.is_cancelled),
        version=item.version,
    )


def _use_row(use: Use) -> list[str]:
    return [use.id, to_iso(use.at), use.by, use.member, use.about, use.undone_by]


def _use_from(row: Sequence[Any]) -> Use:
    use_id, at, *rest = row
    return Use(use_id, from_iso(at), *rest)
