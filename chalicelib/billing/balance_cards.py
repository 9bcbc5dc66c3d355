"""Cards of what is to pay and what there is in favour; apart, for the home page shows them and needs no statement."""

from datetime import date
from typing import NamedTuple

from chalicelib.households.summary import Summary
from chalicelib.web import urls
from chalicelib.web.language import Local


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
