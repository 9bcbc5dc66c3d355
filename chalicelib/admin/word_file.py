"""The part of a settings file about word that goes out by itself."""

import re

from chalicelib.admin.tables import Table
from chalicelib.organisations.word import Lead, WordTerms
from chalicelib.shared.texts import say

_CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")


def read_word(table: Table) -> WordTerms:
    """The rules of word of one organisation; mistakes are noted on the table."""
    table.only("quiet_from", "quiet_until", "class_lead", "booking_lead")
    usual = WordTerms()
    return WordTerms(
        quiet_from=_minutes(table, "quiet_from", usual.quiet_from),
        quiet_until=_minutes(table, "quiet_until", usual.quiet_until),
        class_lead=table.one_of("class_lead", Lead, Lead(usual.class_lead)).value,
        booking_lead=table.one_of("booking_lead", Lead, Lead(usual.booking_lead)).value,
    )


def _minutes(table: Table, key: str, usual: int) -> int:
    """A time of the day as minutes."""
    text = table.text(key)
    found = _CLOCK.fullmatch(text)
    if text and not found:
        table.wrong(key, say("must be a time of day such as 21:00"))
    return int(found[1]) * 60 + int(found[2]) if found else usual
