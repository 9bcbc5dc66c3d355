"""Invoices of other systems as files of the import: one line for each, and a payment for what was paid of it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from chalicelib.moving.sources import plain

Cells = Mapping[str, str]
Told = tuple[int, str, str, Cells]
"""Place, id, family and cells of an invoice."""
Lines = Iterator[tuple[int, tuple[str, ...]]]

_STATES = {
    **dict.fromkeys(("draft", "brouillon", "черновик"), "draft"),
    **dict.fromkeys(("cancelled", "canceled", "void", "voided", "annulee", "annule", "отменен"), "cancelled"),
    **dict.fromkeys(("reversed", "inversee", "сторнирован"), "reversed"),
}
_PAID = frozenset({"paid", "payee", "paye", "оплачен", "complete", "completed", "closed"})
_HEADS = {
    "invoices.csv": ("id", "household", "number", "issued_on", "due_on", "status", "total"),
    "invoice_lines.csv": ("id", "invoice", "description", "unit_price"),
    "payments.csv": ("id", "household", "received_on", "amount", "method", "invoices"),
}
_LONGEST_TEXT = 200


class _Money(NamedTuple):
    """What an invoice comes to, and what came in for it."""

    total: str
    paid: Decimal


def lines_of(found: Callable[[], Iterable[Told]], source: str) -> dict[str, tuple[tuple[str, ...], Lines]]:
    """Header and rows of each file; all invoices are found anew for each, so that none have to be held."""
    makers: dict[str, Callable[[Told], tuple[str, ...] | None]] = {
        "invoices.csv": _invoice, "invoice_lines.csv": lambda each: _line(each, source),
        "payments.csv": lambda each: _payment(each, source),
    }  # fmt: skip
    return {file: (head, _made(found(), makers[file])) for file, head in _HEADS.items()}


def _made(invoices: Iterable[Told], make: Callable[[Told], tuple[str, ...] | None]) -> Lines:
    for told in invoices:
        row = make(told)
        if row:
            yield told[0], row


def _invoice(told: Told) -> tuple[str, ...]:
    _, invoice, home, cells = told
    issued = cells["issued_on"]
    due = max(cells["due_on"] or issued, issued)
    return invoice, home, cells["number"], issued, due, _state(cells), _money(cells).total


def _state(cells: Cells) -> str:
    return _STATES.get(plain(cells["status"]), "")


def _line(told: Told, source: str) -> tuple[str, ...]:
    _, invoice, _, cells = told
    text = cells["description"][:_LONGEST_TEXT] or f"{source.replace('_', ' ').title()} {cells['number']}"
    return f"{invoice}-1", invoice, text, _money(cells).total


def _payment(told: Told, source: str) -> tuple[str, ...] | None:
    _, invoice, home, cells = told
    paid = _money(cells).paid
    if paid <= 0 or _state(cells):
        return None
    day = cells["paid_on"] or cells["issued_on"]
    return f"{invoice}-paid", home, day, f"{paid:f}", cells["method"][:40] or source.replace("_", " "), invoice


def _money(cells: Cells) -> _Money:
    """What was paid is told, or follows from what is left, or from the state. An amount that can not be read stays for
    the import to complain of."""
    total, paid, left = _amount(cells["total"]), _amount(cells["paid"]), _amount(cells["balance"])
    if total is None and cells["total"]:
        return _Money(cells["total"], Decimal(0))
    total = total if total is not None else (paid or Decimal(0)) + (left or Decimal(0))
    if paid is None and left is not None:
        paid = total - left
    if paid is None:
        paid = total if plain(cells["status"]) in _PAID else Decimal(0)
    return _Money(f"{total:f}", min(paid, total))


def _amount(cell: str) -> Decimal | None:
    """`$1,234.50`, `1 234,50 $` or `1234.5`."""
    bare = "".join(each for each in cell if each.isdigit() or each in ".,-")
    comma, point = bare.rfind(","), bare.rfind(".")
    bare = (
        bare.replace(".", "").replace(",", ".") if comma > point and len(bare) - comma <= 3 else bare.replace(",", "")
    )
    try:
        return Decimal(bare) if bare else None
    except InvalidOperation:
        return None
