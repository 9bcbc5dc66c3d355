"""Gapless numbers of invoices, quotes and credit notes: one series for each, for each organisation.

The number is taken in the transaction that issues the document, so none is ever lost or given
twice, however many issue at once. Two that meet take turns.
"""

from datetime import date

from chalicelib.billing.models import SeriesItem
from chalicelib.data import keys, read
from chalicelib.data.write import Transaction
from chalicelib.organisations.domain import Organisation


def next_number(transaction: Transaction, organisation: Organisation, series: str, day: date) -> str:
    """The next number of `series` (`invoice`, `quote`, `credit_note`), taken when `transaction` is committed.

    A pattern that holds the year starts again at 1 each year; any other goes on for ever.
    """
    pattern = organisation.billing.numbers[series]
    counter = f"{series} {day.year}" if "{year" in pattern else series
    pk, sk = keys.series(organisation.slug, counter)
    taken = transaction.pending(keys.series(organisation.slug, counter))
    if isinstance(taken, SeriesItem):  # another document of the same use case took one already
        taken.last += 1
        return pattern.format(year=day.year, n=int(taken.last))
    stored = read.one(SeriesItem, keys.series(organisation.slug, counter))
    before = int(stored.last) if stored else 0
    same = SeriesItem.last == before if stored else SeriesItem.pk.does_not_exist()
    transaction.put("number", SeriesItem(pk, sk, last=before + 1), same)
    return pattern.format(year=day.year, n=before + 1)
