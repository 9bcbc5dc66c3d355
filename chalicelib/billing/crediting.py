"""What a credit note takes back of an invoice: all of it, some of its lines, or an amount with its share of taxes.

Credit notes have the invoice's own signs: a line that was billed with 100 is credited with 100. All credit
notes of an invoice together never take back more than it billed, line by line and tax by tax, and the one
that takes back the rest makes both add up to the minor unit.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from chalicelib.billing.domain import Invoice, InvoiceLine, TaxAmount, tax_totals
from chalicelib.billing.pricing import rounded, settle, total

_Kind = tuple[str, int, bool]
"""What makes tax amounts parts of the same tax: name, rate, and whether prices hold it."""
_AMOUNT: _Kind = ("", -1, False)
"""The kind of a line's amount itself."""


def credit_lines(
    invoice: Invoice,
    credited: Iterable[InvoiceLine] = (),
    *,
    chosen: Collection[int] | None = None,
    minor: int | None = None,
) -> tuple[InvoiceLine, ...]:
    """Lines of a credit note for what the lines `credited` by others left of the invoice.

    Of everything; or of the lines at the places `chosen`; or for `minor` units of its total, spread in proportion
    together with the taxes. Raises ValueError when there is no such line, or not as much left.
    """
    left = uncredited(invoice.lines, credited)
    if minor is not None:
        return _spread(left, minor)
    places = range(len(left)) if chosen is None else sorted(set(chosen))
    if any(place not in range(len(left)) for place in places):
        raise ValueError("no such line")
    lines = tuple(left[place] for place in places if not _is_nothing(left[place]))
    if not lines:
        raise ValueError("nothing is left to credit")
    return lines


def part_of_line(line: InvoiceLine, minor: int) -> InvoiceLine:
    """`minor` units of a line's amount with their share of each of its taxes, rounded with halves away from zero.

    Raises ValueError when the line has not as much.
    """
    if not 0 <= minor <= line.amount_minor:
        raise ValueError(f"{minor} of {line.amount_minor}")
    ratio = Fraction(minor, line.amount_minor or 1)
    return _rewritten(line, {kind: rounded(part * ratio) for kind, part in _parts(line).items()})


def uncredited(lines: Sequence[InvoiceLine], credited: Iterable[InvoiceLine]) -> tuple[InvoiceLine, ...]:
    """What is left of each of an invoice's lines, in their places.

    Raises ValueError for credit of what was not billed, or was credited before.
    """
    left = list(lines)
    for credit in credited:
        alike = [place for place, line in enumerate(left) if _names(line) == _names(credit)]
        rest = credit
        for place in sorted(alike, key=lambda place: left[place] != credit):
            left[place], rest = _without(left[place], rest)
        if not _is_nothing(rest):
            raise ValueError(f"{credit.description} was not billed, or is credited already")
    return tuple(left)


def _without(line: InvoiceLine, credit: InvoiceLine) -> tuple[InvoiceLine, InvoiceLine]:
    """What is left of `line`, and of the credit, when as much of it as fits is taken off the line."""
    there, wanted = _parts(line), _parts(credit)
    taken = {kind: _within(part, there.get(kind, 0)) for kind, part in wanted.items()}
    return (
        _rewritten(line, {kind: part - taken.get(kind, 0) for kind, part in there.items()}),
        _rewritten(credit, {kind: part - taken[kind] for kind, part in wanted.items()}),
    )


def _within(part: int, there: int) -> int:
    """`part`, or what of it lies between nothing and all that is `there`."""
    return max(min(0, there), min(part, max(0, there)))


def _spread(lines: Sequence[InvoiceLine], minor: int) -> tuple[InvoiceLine, ...]:
    """Lines that come to `minor` units, as like to `lines` as whole units allow."""
    whole = total(lines)
    if not 0 < minor <= whole:
        raise ValueError(f"{minor} of {whole}")
    parts = [_parts(line) for line in lines]
    ratio = Fraction(minor, whole)
    exact = {kind: [each.get(kind, 0) * ratio for each in parts] for kind in dict.fromkeys(k for p in parts for k in p)}
    found = {kind: settle(there, exact[kind]) for kind, there in _sums(exact, minor).items()}
    told = (_rewritten(line, {kind: found[kind][place] for kind in parts[place]}) for place, line in enumerate(lines))
    return tuple(line for line in told if not _is_nothing(line))


def _sums(exact: Mapping[_Kind, Sequence[Fraction]], minor: int) -> dict[_Kind, int]:
    """The sum of each kind in whole units. Those that add to the total add up to `minor`."""
    sums = {kind: sum(shares, Fraction()) for kind, shares in exact.items()}
    adding = [kind for kind in sums if not kind[2]]
    settled = dict(zip(adding, settle(minor, [sums[kind] for kind in adding]), strict=True))
    return {kind: settled[kind] if kind in settled else rounded(share) for kind, share in sums.items()}


def _names(line: InvoiceLine) -> tuple[str, str]:
    return line.description, line.member


def _parts(line: InvoiceLine) -> dict[_Kind, int]:
    """A line's amount and taxes by kind."""
    return {_AMOUNT: line.amount_minor} | {
        (tax.name, tax.rate_ppm, tax.included): tax.minor for tax in tax_totals([line])
    }


def _rewritten(line: InvoiceLine, parts: Mapping[_Kind, int]) -> InvoiceLine:
    """`line` with other amounts, as one piece; itself when they are the same."""
    if parts == _parts(line):
        return line
    taxes = (TaxAmount(name, minor, rate, held) for (name, rate, held), minor in parts.items() if rate >= 0)
    amount = parts[_AMOUNT]
    return line._replace(
        quantity=Decimal(1), unit_minor=amount, amount_minor=amount, discount_minor=0, taxes=tuple(taxes)
    )


def _is_nothing(line: InvoiceLine) -> bool:
    return not any(_parts(line).values())
