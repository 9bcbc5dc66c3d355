"""What of a household's payments counts: the money that covers invoice lines which count, to the cent (X-12).

Money that was given back covers nothing any more, and a credit note takes off the lines that it names: no more money
counts on an invoice than credit notes left of it. Where a credit note of an invoice that was paid covers another
invoice, its money counts there, on the day of the note, as if it had been given back and paid again; a second such
step is not followed, which never makes anything count twice. What is left of an invoice is covered in proportion:

* what takes off a member's lines (a line below zero) lowers that member's share, and one for the household everybody's;
* each payment's part is laid over the lines in whole cents that add up to it; of equal remainders the first line wins;
* payments are laid one after another, in the order of their days, each making up for the rounding of those before it,
  so that an invoice paid in full has each line paid in full, and adding the years up gives the lines;
* two parents who share get halves, the first named the odd cent.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction

from chalicelib.billing.crediting import uncredited
from chalicelib.billing.domain import CREDIT_NOTE, Coverage, CreditNote, Invoice, InvoiceLine
from chalicelib.billing.pricing import settle, split
from chalicelib.slips.domain import Paid

Counts = Callable[[Invoice, int], bool]
"""Whether the line of an invoice at a place counts."""


def paid_in(year: int, invoices: Sequence[Invoice], notes: Sequence[CreditNote], counts: Counts) -> tuple[Paid, ...]:
    """Parts of the year's payments that cover lines of members which count; `notes` are the household's."""
    weights = {invoice.id: _weights(_left(invoice, notes)) for invoice in invoices}
    money = _money(invoices, notes, weights)
    found = (
        Paid(line.member, invoice.id, invoice.number, line.description, coverage.on, minor)
        for invoice in invoices
        for coverage, parts in laid(weights[invoice.id], money[invoice.id])
        if coverage.on.year == year
        for place, (line, minor) in enumerate(zip(invoice.lines, parts, strict=True))
        if minor and line.member and counts(invoice, place)
    )
    return tuple(sorted(found, key=lambda paid: (paid.on, paid.invoice, paid.member, paid.line)))


def laid(weights: Sequence[Fraction], money: Sequence[Coverage]) -> Iterator[tuple[Coverage, list[int]]]:
    """What of each sum of money covers each line, as far as there is anything to cover."""
    whole = sum(weights, Fraction())
    done, covered = [0] * len(weights), 0
    for coverage in sorted(money, key=lambda each: (each.on, each.document)):
        minor = min(coverage.minor, int(whole) - covered)
        if minor <= 0:
            continue
        covered += minor
        wanted = [max(Fraction(), covered * weight / whole - had) for weight, had in zip(weights, done, strict=True)]
        parts = settle(minor, _scaled(wanted, minor))
        done = [had + part for had, part in zip(done, parts, strict=True)]
        yield coverage, parts


def shares(minor: int, parents: int) -> list[int]:
    """What each of the parents may claim; they add up to `minor`, and the first has the odd cent."""
    return split(minor, [1] * parents)


def _money(
    invoices: Sequence[Invoice], notes: Sequence[CreditNote], weights: Mapping[str, Sequence[Fraction]]
) -> dict[str, list[Coverage]]:
    """What covers each invoice and was once paid: payments, and credit notes of others that were paid."""
    money = {each.id: [part for part in each.coverages if part.method != CREDIT_NOTE] for each in invoices}
    beyond = {place: sum(part.minor for part in parts) - int(sum(weights[place])) for place, parts in money.items()}
    for note in sorted(notes, key=lambda each: each.id):
        for part in note.allocations:
            backed = min(part.minor, beyond.get(note.invoice, 0))
            if part.invoice != note.invoice and part.invoice in money and backed > 0:
                beyond[note.invoice] -= backed
                money[part.invoice].append(Coverage(note.id, note.issued_on, backed, CREDIT_NOTE))
    return money


def _left(invoice: Invoice, notes: Sequence[CreditNote]) -> Sequence[InvoiceLine]:
    """What credit notes left of the lines; all of them, where a note from elsewhere does not say which it means."""
    try:
        return uncredited(invoice.lines, [line for note in notes if note.invoice == invoice.id for line in note.lines])
    except ValueError:
        return invoice.lines


def _weights(lines: Sequence[InvoiceLine]) -> list[Fraction]:
    """In what proportion money covers lines: by member what all lines come to, within by those above zero."""
    nets: dict[str, int] = {}
    above: dict[str, int] = {}
    for line in lines:
        nets[line.member] = nets.get(line.member, 0) + line.total_minor
        above[line.member] = above.get(line.member, 0) + max(0, line.total_minor)
    return [Fraction(max(0, line.total_minor) * max(0, nets[line.member]), above[line.member] or 1) for line in lines]


def _scaled(wanted: Sequence[Fraction], minor: int) -> list[Fraction]:
    """`wanted`, brought to add up to `minor`: what a line had too much before is taken back from nobody."""
    whole = sum(wanted, Fraction())
    return [each * minor / whole for each in wanted]
