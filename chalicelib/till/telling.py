"""What the desk has the family told apart from any document: a statement to look at, a payment method to add (STM-2,
PM-5)."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from chalicelib.billing.books import Books, keep
from chalicelib.billing.period import Period
from chalicelib.billing.reading import Account
from chalicelib.data import outbox
from chalicelib.data.outbox import Notice
from chalicelib.organisations.domain import Organisation
from chalicelib.shared.times import day_begins, local_day, to_iso


def send_statement(
    organisation: Organisation, account: Account, period: Period, now: datetime, on: date | None = None
) -> bool:
    """Tells the household of a statement, and notes it in its log; of the same one once a day, be it today or `on`
    another; whether it was told now.

    Of figures the message holds the balance of the day; behind its link the family signs in, and reads the account as
    it is by then. Raises NotFound, Conflict.
    """
    facts: dict[str, Any] = {
        "first": period.first_day.isoformat(),
        "last": period.last_day.isoformat(),
        "currency": account.currency,
        "payer": account.payer,
        "at": to_iso(day_begins(period.last_day, organisation.zone)),
    }
    days = f"{period.first_day} – {period.last_day}"
    which = f"{period.first_day}-{period.last_day}-{account.currency}-{account.payer or 'home'}"
    notice = Notice("statement", "", facts, household=account.household)

    def told(books: Books) -> dict[str, Any]:
        known = books.summary.account(account.payer, account.currency)
        return {"balance_minor": known.balance if known else 0, "told_on": books.today.isoformat()}

    return _tell(organisation, notice, which, days, now, on, told)


def ask_for_card(organisation: Organisation, household: str, now: datetime) -> None:
    """Asks the household to add a payment method, and notes it in its log; once a day. Raises NotFound, Conflict."""
    _tell(organisation, Notice("card_wanted", "", {}, household=household), "", "", now)


_DEEDS = {"statement": "statement_sent", "card_wanted": "card_asked_for"}


def _tell(
    organisation: Organisation,
    notice: Notice,
    which: str,
    label: str,
    now: datetime,
    on: date | None = None,
    told: Callable[[Books], dict[str, Any]] = lambda _books: {},
) -> bool:
    """Has a household told once a day, with what `told` adds of its books; whether it was told now."""
    day = on or local_day(now, organisation.zone)
    message = f"{notice.template}-{notice.household}-{which}-{day}"

    def work(books: Books) -> bool:
        if outbox.is_there(books.org, message):
            return False
        books.note(_DEEDS[notice.template], label)
        books.tell(notice._replace(facts={**notice.facts, **told(books)}), message=message)
        return True

    return keep(organisation, notice.household, now, work)
