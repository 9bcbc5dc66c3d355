"""Reads what a balance and a statement tell: the ledger, and what is open now; neither is shown unless it adds up."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import NamedTuple, Self, TypeVar

from chalicelib.billing import ledger, statements, store
from chalicelib.billing.domain import Due
from chalicelib.billing.ledger import DoesNotAddUp, LedgerEntry
from chalicelib.billing.models import LedgerItem
from chalicelib.billing.period import Period
from chalicelib.billing.statements import Ageing, Statement, Switches
from chalicelib.data import keys, read
from chalicelib.households.summary import Summary
from chalicelib.shared.errors import NotFound, Unavailable
from chalicelib.web.http import Request

T = TypeVar("T")

_TRIES = 3
_PAGE = 100


class Account(NamedTuple):
    """One ledger: whose, in which currency."""

    org: str
    household: str
    payer: str
    """Empty: the household itself."""
    currency: str

    @classmethod
    def read(cls, request: Request, home: Summary | None = None) -> Self:
        """The one that the address names; that of the household in the organisation's currency where it names none.

        It is of the household in view, at the desk of `home`. Raises NotFound for one that the household does not have.
        """
        home = home or request.me.home
        currency = request.query.get("currency", "") or request.organisation.currency
        payer = request.query.get("payer", "")
        usual = (payer, currency) == ("", request.organisation.currency)
        if not usual and home.account(payer, currency) is None:
            raise NotFound
        return cls(request.org, home.household, payer, currency)


class Broken(Unavailable):
    """An account that does not add up, however often it is read."""


class Timeline(NamedTuple):
    """A page of what made a balance, newest first, each entry following from the one below it."""

    balance_minor: int
    entries: Sequence[LedgerEntry]
    next: str


def timeline(summary: Summary, account: Account, after: str) -> Timeline:
    """The story of a balance from beyond the entry `after` (`<day booked>#<sequence>`), 25 entries. One strong read.

    Raises Unavailable where it does not add up, be it within the page, to the page before, to the ledger's beginning
    or to the balance itself: a wrong page is never shown (NEW-4).
    """
    found = store.list_entries(*account, after, consistent=True)
    known = summary.account(account.payer, account.currency)
    try:
        _check_story(found.rows, known.sequence if known else 0, known.balance if known else 0, after)
    except DoesNotAddUp as error:
        raise Unavailable from error
    newest = found.rows[0].balance_minor if found.rows and not after else known.balance if known else 0
    return Timeline(newest, found.rows, found.next)


def _check_story(newest_first: Sequence[LedgerEntry], sequence: int, balance: int, after: str) -> None:
    """`sequence` and `balance` are those of the last entry as the summary knows it; more may have been booked since."""
    ledger.check(reversed(newest_first))
    if not newest_first:
        if sequence and not after:
            raise DoesNotAddUp("the ledger is empty")
        return
    first, last = newest_first[-1], newest_first[0]
    if first.sequence == 1 and first.balance_minor != first.minor:
        raise DoesNotAddUp("the first entry is not where the balance begins")
    if after and last.sequence != int(after.rpartition("#")[2]) - 1:
        raise DoesNotAddUp(f"entry {last.sequence} does not come before {after}")
    if not after and (last.sequence < sequence or (last.sequence == sequence and last.balance_minor != balance)):
        raise DoesNotAddUp(f"the ledger comes to {last.balance_minor}, the summary to {balance}")


def switches(request: Request) -> Switches:
    """What a statement shall tell in detail, as the address says: `payments=no`, `credits=no`, `ageing=no` (X-4)."""
    return Switches(*(request.query.get(name, "") != "no" for name in Switches._fields))


def statement(summary: Summary, account: Account, period: Period, today: date, switches: Switches) -> Statement:
    """The statement of a period. Raises Broken where it does not add up: it is never shown then (NEW-4).

    Its reads can meet a payment that is being booked; a moment later they agree.
    """
    for _ in range(_TRIES):
        try:
            return _statement(summary, account, period, today, switches)
        except DoesNotAddUp as error:
            reason = error
    raise Broken from reason


def _statement(summary: Summary, account: Account, period: Period, today: date, switches: Switches) -> Statement:
    entries = list(_entries(account, period.first_day))
    known = summary.account(account.payer, account.currency)
    opening = entries[0].balance_minor - entries[0].minor if entries else known.balance if known else 0
    aged = _ageing(account, today)
    return statements.statement(entries, opening, period.first_day, period.last_day, today, switches, aged)


def _entries(account: Account, since: date) -> Iterator[LedgerEntry]:
    """The ledger's entries booked since a day, oldest first."""
    partition = keys.household_partition(account.org, account.household)
    prefix = keys.ledger_prefix(account.payer, account.currency)
    after = f"{prefix}{since.isoformat()}"
    while after:
        found = read.page(LedgerItem, partition, prefix, after=after, newest_first=False, size=_PAGE, consistent=True)
        yield from (store.entry_from(item) for item in found.rows)
        after = found.next


def _ageing(account: Account, today: date) -> Ageing:
    """What is open now, by days overdue, and the credit that covers nothing yet."""
    org, household = account.org, account.household
    unpaid = _all(lambda after: store.list_unpaid(org, household, after, consistent=True))
    ids = [row.id for row in unpaid if row.currency == account.currency]
    dues: list[Due] = []
    for invoice in store.get_invoices(org, household, ids):
        dues += invoice.dues if invoice.payer == account.payer else ()
    credits_left = _all(lambda after: store.list_credits(org, household, after, consistent=True))
    unapplied = sum(
        credit.left_minor
        for credit in credits_left
        if (credit.payer, credit.currency) == (account.payer, account.currency)
    )
    return statements.ageing(dues, unapplied, today)


def _all(page_after: Callable[[str], read.Page[T]]) -> Iterator[T]:
    """Every row of a list, page after page."""
    after = ""
    while True:
        page = page_after(after)
        yield from page.rows
        if not page.next:
            return
        after = page.next
