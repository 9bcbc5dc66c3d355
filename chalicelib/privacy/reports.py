"""Reports of strangers: somebody says that it was not he or she who was in the account (NEW-11)."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from pynamodb.attributes import UnicodeAttribute

from chalicelib.data import keys, read, write
from chalicelib.data.items import Item
from chalicelib.data.outbox import Notice, enqueue
from chalicelib.data.write import Transaction
from chalicelib.households.activity import Deed, note
from chalicelib.identity.account import Account
from chalicelib.organisations.domain import Organisation
from chalicelib.shared.errors import NotFound
from chalicelib.shared.times import DAY, after, from_iso, to_iso

DEED = "not_me"
"""What the family's log calls it."""
_KEPT = 400 * DAY
"""As long as the log that it is about (L-10)."""


class StrangerItem(Item, discriminator="stranger"):
    """A report; it waits for the staff until somebody dealt with it."""

    user = UnicodeAttribute()
    household = UnicodeAttribute(default="")
    at = UnicodeAttribute()


class Report(NamedTuple):
    """Who reported a stranger, and when."""

    id: str
    user: str
    household: str
    """The one that was in view; "" where none was."""
    at: datetime


def report(transaction: Transaction, organisation: Organisation, me: Account, now: datetime) -> None:
    """Adds a report of a stranger in the account of `me`: at the desk, in the family's log, by mail to the staff."""
    org, household = organisation.slug, me.summary.household if me.summary else ""
    pk, sk = keys.stranger_report(org, to_iso(now), me.user)
    item = StrangerItem(pk, sk, user=me.user, household=household, at=to_iso(now), expires=after(now, _KEPT))
    transaction.put("stranger", item)
    if household:
        note(transaction, org, household, Deed(DEED, now, me.user))
    if organisation.contact.email:
        facts = {"name": organisation.slug, "language": organisation.language, "who": me.user_name, "at": to_iso(now)}
        enqueue(transaction, org, Notice("stranger", "", facts, organisation.contact.email), now)


def waiting(org: str) -> Sequence[Report]:
    """Reports that nobody has dealt with, the latest first, at most 25. One round trip."""
    start = keys.stranger_report(org, "", "")
    found = read.page(StrangerItem, start.pk, keys.STRANGERS, consistent=True)
    return [
        Report(item.sk.removeprefix(keys.STRANGERS), item.user, item.household, from_iso(item.at))
        for item in found.rows
    ]


def close(org: str, report_id: str) -> None:
    """Takes a report off the desk. Raises NotFound for what is none."""
    moment, mark, user = report_id.partition("#")
    if not mark or len(report_id) > 100:
        raise NotFound
    write.delete(StrangerItem(*keys.stranger_report(org, moment, user)))
