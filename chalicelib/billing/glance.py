"""What is to pay and what there is in favour, from the summary alone; the home page needs no invoice whole."""

from datetime import date
from typing import NamedTuple

from chalicelib.households.summary import Summary, UnpaidRow
from chalicelib.shared.texts import Message, say
from chalicelib.web import urls
from chalicelib.web.language import Local

OVERDUE = (say("Overdue"), "danger")
OPEN_WORDS: dict[str, tuple[Message, str]] = {
    "issued": (say("To pay"), "info"),
    "partially_paid": (say("Partly paid"), "warning"),
}
"""What open invoices are called, and the tone of their badge, by their status (`billing.domain.InvoiceStatus`)."""


class InvoiceRow(NamedTuple):
    """An invoice in a list."""

    id: str
    number: str
    href: str
    meta: str
    amount: str
    status: str
    tone: str


class BalanceCard(NamedTuple):
    """What is to pay in one currency, and what there is in the family's favour."""

    due: str
    overdue: str
    """Empty when nothing is."""
    credit: str
    """Empty when there is none."""
    href: str
    """Where the balance is told."""


def balance_cards(home: Summary, local: Local, org: str, today: date) -> list[BalanceCard]:
    """What is due and what is credit, in each currency of which there is any (CRED-1)."""
    due, overdue, credit = home.due(), home.overdue(today), home.credit()

    def money(minor: int, currency: str) -> str:
        return local.money(minor, currency) if minor else ""

    return [
        BalanceCard(
            due=money(due.get(currency, 0), currency),
            overdue=money(overdue.get(currency, 0), currency),
            credit=money(credit.get(currency, 0), currency),
            href=urls.portal(org, "balance", currency=currency),
        )
        for currency in dict.fromkeys((*due, *credit))
    ]


def unpaid_row(row: UnpaidRow, local: Local, org: str, today: date, *, base: str = "") -> InvoiceRow:
    """An invoice that waits for money, in a list: when its next part falls due, and what is left to pay.

    `base` begins the addresses of pages about money: empty for the family's own, the family's place at the desk there.
    """
    words, tone = OVERDUE if row.due_on < today else OPEN_WORDS[row.status]
    return InvoiceRow(
        id=row.id,
        number=row.number,
        href=urls.portal(org, f"{base}invoices/{row.id}"),
        meta=local.say(due_words(row.due_on)),
        amount=local.money(row.balance, row.currency),
        status=local.say(words),
        tone=tone,
    )


def due_words(day: date) -> Message:
    """When something falls due."""
    return say("Due %(day)s", day=day)
