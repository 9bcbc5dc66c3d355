"""The staff's list of a tax year: one row for each child, kept by whatever changes where the child stands."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from chalicelib.data import keys, read
from chalicelib.data.keys import Key
from chalicelib.data.write import Transaction
from chalicelib.households.summary import Summary
from chalicelib.slips import store
from chalicelib.slips.domain import Missing, SlipFile, SlipStatus, Standing, State
from chalicelib.slips.models import SlipRowItem


class Row(NamedTuple):
    """A child in the staff's list."""

    household: str
    family: str
    child: str
    name: str
    minor: int
    state: State
    missing: tuple[Missing, ...] = ()
    slips: tuple[tuple[str, str], ...] = ()
    """Id of each slip that holds, and of the parent whose it is."""
    to_print: int = 0


def list_rows(org: str, year: int, state: State, after: str = "", *, size: int = read.PAGE) -> read.Page[Row]:
    """Children who stand somewhere in a year, by household, a page at a time. One round trip."""
    start = keys.slip_row(org, year, state.value, "", "")
    prefix = keys.slip_rows(state.value)
    found = read.page(
        SlipRowItem, start.pk, prefix, after=f"{prefix}{after}" if after else "", newest_first=False, size=size
    )
    return read.Page([_row(item, state) for item in found.rows], found.next.removeprefix(prefix))


def each_row(org: str, year: int, state: State) -> Iterator[Row]:
    """All children who stand somewhere in a year, by household."""
    start = keys.slip_row(org, year, state.value, "", "")
    return (_row(item, state) for item in read.each(SlipRowItem, start.pk, keys.slip_rows(state.value)))


def list_again(
    transaction: Transaction, org: str, year: int, summary: Summary, file: SlipFile, found: Sequence[Standing]
) -> SlipFile:
    """Brings a household's rows of a year to where its children stand, and adds the file that remembers them.

    Returns the file as it is written; who was and is in no row costs nothing.
    """
    before = file.listed.get(str(year), {})
    now = {each.child: each.state.value for each in found}
    if not before and not now:
        return file
    for child, state in before.items():
        if now.get(child) != state:
            pk, sk = keys.slip_row(org, year, state, summary.household, child)
            transaction.delete(f"row {child}", SlipRowItem(pk, sk))
    for each in found:
        transaction.put(f"row {each.child}", _item(org, year, summary, each))
    file = replace(file, listed=_listed(file.listed, str(year), now))
    store.save_file(transaction, org, file)
    return file


def rows_of(org: str, file: SlipFile) -> Iterator[Key]:
    """Where the rows of a household are in the lists of all years."""
    for year, children in file.listed.items():
        for child, state in children.items():
            yield keys.slip_row(org, int(year), state, file.household, child)


def _listed(
    listed: Mapping[str, Mapping[str, str]], year: str, now: Mapping[str, str]
) -> Mapping[str, Mapping[str, str]]:
    others = {each: children for each, children in listed.items() if each != year}
    return others | {year: now} if now else others


def _item(org: str, year: int, summary: Summary, standing: Standing) -> SlipRowItem:
    pk, sk = keys.slip_row(org, year, standing.state.value, summary.household, standing.child)
    holding = [slip for slip in standing.slips if slip.status is SlipStatus.RELEASED]
    return SlipRowItem(
        pk,
        sk,
        household=summary.household,
        family=summary.name,
        child=standing.child,
        name=standing.name,
        minor=standing.minor,
        missing=[each.value for each in standing.missing],
        slips=[[slip.id, slip.content.parent] for slip in holding],
        to_print=sum(slip.to_print for slip in holding),
    )


def _row(item: SlipRowItem, state: State) -> Row:
    return Row(
        item.household, item.family, item.child, item.name, int(item.minor), state,
        tuple(Missing(each) for each in item.missing), tuple((slip, parent) for slip, parent in item.slips),
        int(item.to_print),
    )  # fmt: skip
