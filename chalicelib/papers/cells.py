"""Tables that spreadsheets open."""

import csv
import io
from collections.abc import Iterable
from decimal import Decimal

from chalicelib.shared.money import exponent

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\0", "＝", "＋", "－", "＠", "'")
"""What a spreadsheet takes for the beginning of a formula, and the apostrophe that keeps it from doing so."""


def sheet(rows: Iterable[Iterable[str | Decimal]]) -> bytes:
    """A table as CSV (RFC 4180), in UTF-8 with the mark that spreadsheets want; numbers have a point, and no text is
    taken for a formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([harmless(cell) if isinstance(cell, str) else f"{cell:f}" for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def amount(minor: int, currency: str) -> Decimal:
    """Minor units as a number in such a table."""
    return Decimal(minor).scaleb(-exponent(currency))


def harmless(text: str) -> str:
    """`text`, with an apostrophe in front where a spreadsheet would take it for a formula (I-04)."""
    return f"'{text}" if text.startswith(_FORMULA) else text
