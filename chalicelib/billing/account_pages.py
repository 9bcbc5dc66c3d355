"""View models of the account: the story of a balance, and the statement of a period (NEW-4, X-4)."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from chalicelib.billing.ledger import LedgerEntry
from chalicelib.billing.reading import Account, Timeline
from chalicelib.billing.statements import Statement
from chalicelib.billing.telling import (
    Part,
    ageing_parts,
    balance_words,
    entry_page,
    entry_words,
    hidden_words,
    later_words,
    total_parts,
)
from chalicelib.households.summary import Summary
from chalicelib.shared.texts import Message, say
from chalicelib.web import urls
from chalicelib.web.language import Local, dotted
from chalicelib.web.tabs import Tab


class EntryView(NamedTuple):
    """One thing that changed a balance."""

    title: str
    href: str
    meta: str
    amount: str
    """With its sign: a plus is more to pay."""
    balance: str
    """After it."""


class BalanceView(NamedTuple):
    """A balance and a page of its story."""

    amount: str
    caption: str
    entries: tuple[EntryView, ...]
    accounts: list[Tab]
    """All ledgers of the household, when it has several."""


class StatementView(NamedTuple):
    """A statement as a page."""

    title: str
    opening: EntryView
    rows: tuple[EntryView, ...]
    closing: EntryView
    totals: list[tuple[str, str]]
    ageing_title: str
    ageing: list[tuple[str, str]]
    later: str


def balance_view(story: Timeline, account: Account, home: Summary, local: Local, today: date) -> BalanceView:
    """The balance of a ledger, said in plain words and as of today, with what made it."""
    words = say(
        "%(what)s, as of %(day)s", what=local.say(balance_words(story.balance_minor)), day=local.date(today, "long")
    )
    return BalanceView(
        amount=local.money(abs(story.balance_minor), account.currency),
        caption=local.say(words),
        entries=tuple(_entry(entry, entry.balance_minor, account, local) for entry in story.entries),
        accounts=account_tabs(account, home, "balance") if len(home.accounts) > 1 else [],
    )


def account_tabs(current: Account, home: Summary, path: str) -> list[Tab]:
    """All ledgers of a household, each at `path` of the portal."""
    tabs = []
    for row in home.accounts:
        member = home.member(row.payer)
        tabs.append(
            Tab(
                dotted(member.name if member else home.name, row.currency),
                urls.portal(current.org, path, currency=row.currency, payer=row.payer),
                (row.payer, row.currency) == (current.payer, current.currency),
            )
        )
    return tabs


def _entry(entry: LedgerEntry, balance: int, account: Account, local: Local, base: str = "") -> EntryView:
    page = entry_page(entry)
    return EntryView(
        title=entry_words(local, entry),
        href=urls.portal(account.org, f"{base}{page}") if page else "",
        meta=dotted(local.date(entry.on), entry.note),
        amount=_signed(entry.minor, account.currency, local),
        balance=local.money(balance, account.currency),
    )


def _signed(minor: int, currency: str, local: Local) -> str:
    return f"{'+' if minor > 0 else ''}{local.money(minor, currency)}"


def statement_view(made: Statement, account: Account, local: Local, *, base: str = "") -> StatementView:
    """A statement from its opening to its closing balance, and what is open.

    `base` begins the addresses of pages about money: empty for the family's own, the family's place at the desk there.
    """
    currency = account.currency
    told = tuple(_entry(row.entry, row.balance_minor, account, local, base) for row in made.rows)
    folded = tuple(
        EntryView(
            hidden_words(local, row),
            "",
            "",
            _signed(row.minor, currency, local),
            local.money(row.balance_minor, currency),
        )
        for row in made.hidden
    )
    title = say(
        "From %(first)s to %(last)s", first=local.date(made.first_day, "long"), last=local.date(made.last_day, "long")
    )
    ageing_title = say("What is open on %(day)s", day=made.ageing.as_of) if made.ageing else None
    later = later_words(made, currency)
    return StatementView(
        title=local.say(title),
        opening=_edge(say("Opening balance"), made.first_day, made.opening_minor, currency, local),
        rows=told + folded,
        closing=_edge(say("Closing balance"), made.last_day, made.closing_minor, currency, local),
        totals=_amounts(total_parts(made), currency, local),
        ageing_title=local.say(ageing_title) if ageing_title else "",
        ageing=_amounts(ageing_parts(made.ageing), currency, local) if made.ageing else [],
        later=local.say(later) if later else "",
    )


def _edge(words: Message, day: date, minor: int, currency: str, local: Local) -> EntryView:
    return EntryView(local.say(words), "", local.date(day), "", local.money(minor, currency))


def _amounts(parts: Sequence[Part], currency: str, local: Local) -> list[tuple[str, str]]:
    return [(local.say(words), local.money(minor, currency)) for words, minor in parts]
