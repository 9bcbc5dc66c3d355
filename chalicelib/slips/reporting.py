"""The table of a year's slips with which an organisation reports them to the tax office, with the parents' numbers.

It is the only thing that numbers are opened for. Days are ISO.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from chalicelib.organisations.domain import Organisation
from chalicelib.papers.cells import amount, sheet
from chalicelib.ports import Sealer
from chalicelib.shared.times import local_day
from chalicelib.slips import listing, numbering, store
from chalicelib.slips.domain import Slip, State
from chalicelib.slips.standing import Season

_COLUMNS = (
    "number", "code", "amends", "year", "parent_number", "parent", "address", "child", "born", "amount", "total",
    "currency", "released_on",
)  # fmt: skip


def table(sealer: Sealer, organisation: Organisation, season: Season, user: str, now: datetime) -> bytes:
    """All slips of a year that hold, as CSV (`cells.sheet`). Raises Unavailable without the keys."""
    org = organisation.slug
    rows = [row for state in (State.RELEASED, State.CHANGED) for row in listing.each_row(org, season.year, state)]
    named = [(row.household, slip, parent) for row in rows for slip, parent in row.slips]
    slips = store.get_slips(org, [(household, slip) for household, slip, _ in named])
    purpose = f"{season.rules.kind.value} {season.year}"
    wanted = [(household, parent) for household, _, parent in named]
    numbers = numbering.use_numbers(sealer, org, wanted, user, purpose, now)
    found = [(slips[slip], numbers.get((household, parent), "")) for household, slip, parent in named if slip in slips]
    return sheet([_COLUMNS, *_cells(found, organisation.zone)])


def _cells(found: Sequence[tuple[Slip, str]], zone: str) -> Iterator[list[str | Decimal]]:
    for slip, number in sorted(found, key=lambda pair: pair[0].number):
        content = slip.content
        yield [
            slip.number, slip.code, slip.replaces, str(slip.year), number, content.parent_name,
            ", ".join(content.address), content.child_name, content.born.isoformat(),
            amount(content.minor, slip.currency), amount(content.total_minor, slip.currency), slip.currency,
            local_day(slip.released_at, zone).isoformat(),
        ]  # fmt: skip
