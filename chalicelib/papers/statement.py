"""A statement of account as a paper, and the same figures as CSV (STM-1, X-4, NEW-4)."""

from collections.abc import Iterator
from decimal import Decimal

from chalicelib.billing.statements import Ageing, Statement
from chalicelib.billing.telling import ageing_parts, entry_words, hidden_words, later_words, total_parts
from chalicelib.papers import composing
from chalicelib.papers.cells import amount, sheet
from chalicelib.papers.composing import Desk, columns, facts
from chalicelib.papers.paper import Column, Fact, Group, Kind, Paper, Passage, Row, Table, Total
from chalicelib.shared.texts import say


def statement_paper(desk: Desk, made: Statement, currency: str, payer: str = "") -> Paper:
    """The statement of one ledger: opening balance, what happened, closing balance, and what is overdue."""
    local = desk.local
    number = f"{local.date(made.first_day)} – {local.date(made.last_day)}"
    blank = composing.paper(
        desk, Kind.STATEMENT, say("Statement of account"), number, composing.billed(desk, say("Account of"), payer)
    )
    return blank._replace(
        facts=facts(
            desk,
            (say("From"), local.date(made.first_day, "long")),
            (say("To"), local.date(made.last_day, "long")),
            (say("Made on"), local.date(made.as_of, "long")),
            (say("Account number"), desk.household.number),
            (say("Currency"), currency),
        ),
        headline=_headline(desk, made, currency),
        tables=(_movements(desk, made, currency),),
        totals=_totals(desk, made, currency),
        annexes=(_ageing_table(desk, made.ageing, currency),) if made.ageing else (),
        notes=_later(desk, made, currency),
    )


def _headline(desk: Desk, made: Statement, currency: str) -> Fact:
    if made.closing_minor < 0:
        words = say("Credit in your favour on %(day)s", day=made.last_day)
        return Fact(desk.say(words), desk.local.money(-made.closing_minor, currency))
    return Fact(
        desk.say(say("Balance to pay on %(day)s", day=made.last_day)), desk.local.money(made.closing_minor, currency)
    )


def _movements(desk: Desk, made: Statement, currency: str) -> Table:
    local = desk.local

    def money(minor: int) -> str:
        return local.money(minor, currency)

    def cells(day: str, what: str, minor: int, balance: int) -> tuple[str, ...]:
        return (day, what, money(minor) if minor > 0 else "", money(-minor) if minor < 0 else "", money(balance))

    opening = Row((local.date(made.first_day), desk.say(say("Opening balance")), "", "", money(made.opening_minor)))
    rows = [
        Row(
            cells(local.date(row.entry.on), entry_words(desk.local, row.entry), row.entry.minor, row.balance_minor),
            row.entry.note,
        )
        for row in made.rows
    ]
    folded = [Row(cells("", hidden_words(desk.local, row), row.minor, row.balance_minor)) for row in made.hidden]
    closing = Row((local.date(made.last_day), desk.say(say("Closing balance")), "", "", money(made.closing_minor)))
    heads = (
        Column(desk.say(say("Date"))),
        *columns(desk, say("What happened"), say("Billed"), say("Paid or credited"), say("Balance")),
    )
    return Table(heads, (Group((opening, *rows, *folded, closing)),))


def _totals(desk: Desk, made: Statement, currency: str) -> tuple[Total, ...]:
    """How the closing balance comes about."""
    *parts, last = total_parts(made)
    return (
        *(Total(desk.say(words), desk.local.money(minor, currency)) for words, minor in parts),
        Total(desk.say(last[0]), desk.local.money(last[1], currency), is_strong=True),
    )


def _ageing_table(desk: Desk, aged: Ageing, currency: str) -> Table:
    rows = tuple(Row((desk.say(words), desk.local.money(minor, currency))) for words, minor in ageing_parts(aged))
    title = desk.say(say("What is open on %(day)s", day=aged.as_of))
    return Table(columns(desk, say("When it falls due"), say("Amount")), (Group(rows),), title)


def _later(desk: Desk, made: Statement, currency: str) -> tuple[Passage, ...]:
    """Why today's balance is another than that of the period's end, where it is."""
    words = later_words(made, currency)
    return (Passage(desk.say(words)),) if words else ()


def statement_csv(desk: Desk, made: Statement, currency: str) -> bytes:
    """The statement's rows as CSV (`cells.sheet`), days as ISO."""
    titles = (say("Date"), say("What happened"), say("Note"), say("Amount"), say("Balance"), say("Currency"))
    return sheet([[desk.say(title) for title in titles], *_csv_rows(desk, made, currency)])


def _csv_rows(desk: Desk, made: Statement, currency: str) -> Iterator[list[str | Decimal]]:
    opening, closing = desk.say(say("Opening balance")), desk.say(say("Closing balance"))
    yield [made.first_day.isoformat(), opening, "", "", amount(made.opening_minor, currency), currency]
    for entry, balance in made.rows:
        sums = amount(entry.minor, currency), amount(balance, currency)
        yield [entry.on.isoformat(), entry_words(desk.local, entry), entry.note, *sums, currency]
    for row in made.hidden:
        sums = amount(row.minor, currency), amount(row.balance_minor, currency)
        yield ["", hidden_words(desk.local, row), "", *sums, currency]
    yield [made.last_day.isoformat(), closing, "", "", amount(made.closing_minor, currency), currency]
