"""What people do with a batch: bring files, match their columns, have them checked, written and taken back."""

from collections.abc import Mapping
from datetime import datetime

from chalicelib import bootstrap
from chalicelib.files import keeping
from chalicelib.moving import store
from chalicelib.moving.domain import (
    MAX_FILES,
    MOST_COLUMNS,
    MOST_ROWS,
    Batch,
    BroughtFile,
    DayOrder,
    Holds,
    Source,
    Stage,
    Wishes,
)
from chalicelib.moving.reading import Table, tables
from chalicelib.moving.sources import FIELDS, days_in, holds_what, plain, suggested
from chalicelib.organisations.audit import Author
from chalicelib.organisations.domain import Organisation
from chalicelib.ports import Vault
from chalicelib.shared.errors import Conflict, Invalid
from chalicelib.shared.ids import dated_id, new_id
from chalicelib.shared.texts import say
from chalicelib.shared.times import local_day
from chalicelib.web.uploads import Upload

_CSV = "text/csv"


def begin(organisation: Organisation, source: Source, upload: Upload | None, by: str, now: datetime) -> str:
    """Begins a batch with the files of an upload; returns its id. Raises Invalid at `file`, Unavailable."""
    files = _brought(organisation.slug, source, tables(upload), ())
    batch = dated_id(local_day(now, organisation.zone))
    store.add_batch(organisation.slug, batch, source, files, by, now)
    return batch


def add(batch: Batch, upload: Upload | None, now: datetime) -> None:
    """Adds files to a batch. Raises Invalid at `file`, Conflict when it is under way, Unavailable."""
    _require(batch, Stage.MATCHING, Stage.CHECKED)
    found = tables(upload)
    if len(batch.files) + len(found) > MAX_FILES:
        raise Invalid({"file": say("A batch holds up to %(most)s files.", most=MAX_FILES)})
    if {each.is_own for each in found} != {file.holds is Holds.OWN for file in batch.files}:
        raise Invalid({"file": _MIXED})
    names = {file.name for file in batch.files}
    if any(each.is_own and each.name in names for each in found):
        raise Invalid({"file": say("This batch has a file of that name already.")})
    files = (*batch.files, *_brought(batch.org, batch.source, found, batch.files))
    store.change(batch, now, stage=Stage.MATCHING, files=files, told={}, counts={})


_MIXED = say("Files in the portal’s own form and files of another system go into two batches.")
_STAFF = plain("staff_role")
_NO_ROLES = say("Leave the column “staff_role” out: roles among the staff are given on the page of the staff.")


def _brought(org: str, source: Source, found: list[Table], others: tuple[BroughtFile, ...]) -> tuple[BroughtFile, ...]:
    """Keeps tables in the vault, with a suggestion of what their columns mean. Raises Invalid, also where they are too
    much together with the `others` of their batch."""
    files: list[Table | BroughtFile] = [*found, *others]
    if sum(len(file.header) for file in files) > MOST_COLUMNS:
        raise Invalid({"file": say("A batch holds up to %(most)s columns in all its files.", most=MOST_COLUMNS)})
    if sum(file.rows for file in files) > MOST_ROWS:
        raise Invalid(
            {"file": say("A batch holds up to %(most)s rows. Bring the others in another one.", most=MOST_ROWS)}
        )
    if len({each.is_own for each in found}) > 1:
        raise Invalid({"file": _MIXED})
    if any(each.is_own and _STAFF in map(plain, each.header) for each in found):
        # who is told, who is signed out and what the log says of a role are that page's to see to (S-02, S-07)
        raise Invalid({"file": _NO_ROLES})
    return tuple(_keep(org, source, table) for table in found)


def _keep(org: str, source: Source, table: Table) -> BroughtFile:
    holds = Holds.OWN if table.is_own else holds_what(table.header)
    known, days = store.remembered(org, source, holds.value) if holds is not Holds.OWN else ({}, None)
    file = BroughtFile(
        new_id(), table.name, len(table.content), table.rows, holds, table.header, table.samples,
        suggested(source, holds, table.header, known), days or days_in(source, table.days),
    )  # fmt: skip
    bootstrap.vault().put(keeping.key(org, keeping.ORGANISATION, file.id), table.content, _CSV)
    return file


def match(batch: Batch, file: BroughtFile, columns: Mapping[str, str], days: DayOrder, now: datetime) -> None:
    """Says what the columns of a file mean, and remembers it for the next. Raises Invalid, Conflict, Unavailable.

    `columns` holds the field of each column, empty for one that is left out.
    """
    _require(batch, Stage.MATCHING, Stage.CHECKED)
    chosen = {column: field for column, field in columns.items() if field}
    _check_columns(file, chosen)
    told = file._replace(columns=chosen, days=days)
    files = tuple(told if each.id == file.id else each for each in batch.files)
    store.change(batch, now, stage=Stage.MATCHING, files=files, told={}, counts={})
    store.remember(
        batch.org, batch.source, file.holds.value, {plain(name): each for name, each in columns.items()}, days
    )


def _check_columns(file: BroughtFile, chosen: Mapping[str, str]) -> None:
    """Raises Invalid for a field that two columns fill, and for what is missing altogether."""
    fields = list(chosen.values())
    errors = {
        f"column_{number}": say("Another column fills this already")
        for number, name in enumerate(file.header)
        if fields.count(chosen.get(name, "")) > 1
    }
    if not errors and not _is_enough(file.holds, set(fields)):
        errors[""] = _NEEDS[file.holds]
    if errors:
        raise Invalid(errors)


def _is_enough(holds: Holds, fields: set[str]) -> bool:
    if holds is Holds.INVOICES:
        whom = {"household_id", "household_name", "holder_email"}
        return bool(fields & whom) and {"number", "issued_on"} <= fields and bool(fields & {"total", "balance", "paid"})
    named = {
        "household_name",
        "holder_first",
        "holder_name",
        "holder_last",
        "member_first",
        "member_name",
        "member_last",
    }
    return bool(fields & (named | {"holder_email"}))


_NEEDS = {
    Holds.PEOPLE: say("One column at least has to hold a name or an email address."),
    Holds.INVOICES: say("Invoices need a number, a day of issue, an amount, and whose they are."),
}


def is_ready(batch: Batch) -> bool:
    """Whether all columns are matched that have to be."""
    return all(file.holds is Holds.OWN or _is_enough(file.holds, set(file.columns.values())) for file in batch.files)


def ask_to_check(batch: Batch, wishes: Wishes, now: datetime) -> None:
    """Has a batch looked through; nothing is written yet. Raises Conflict, Unavailable."""
    _require(batch, Stage.MATCHING, Stage.CHECKED, Stage.FAILED)
    if not is_ready(batch):
        raise Conflict
    store.change(batch, now, stage=Stage.CHECKING, wishes=wishes, told={}, counts={})


def ask_to_write(batch: Batch, by: Author, now: datetime) -> None:
    """Has a batch written that has no mistakes. Raises Conflict, Unavailable."""
    _require(batch, Stage.CHECKED)
    if batch.mistakes:
        raise Conflict
    store.change(batch, now, stage=Stage.WRITING, asked_by=list(by))


def ask_to_undo(batch: Batch, by: Author, now: datetime) -> None:
    """Has a batch taken back, whole or what was kept of it before. Raises Conflict, Unavailable."""
    _require(batch, Stage.DONE, Stage.UNDONE, Stage.FAILED)
    store.change(batch, now, stage=Stage.UNDOING, asked_by=list(by))


def discard(batch: Batch, now: datetime) -> None:
    """Forgets a batch that was not written, with its files. Raises Conflict, Unavailable."""
    _require(batch, Stage.MATCHING, Stage.CHECKED)
    store.change(batch, now, stage=Stage.DISCARDED)
    drop_files(bootstrap.vault(), batch)
    store.forget_files(batch)


def drop_files(vault: Vault, batch: Batch) -> None:
    """Forgets the files of a batch: they hold what families told another system. Raises Unavailable."""
    for file in batch.files:
        vault.drop(keeping.key(batch.org, keeping.ORGANISATION, file.id))


def _require(batch: Batch, *stages: Stage) -> None:
    if batch.stage not in stages:
        raise Conflict


def fields_for(holds: Holds) -> tuple[str, ...]:
    """Names of the fields that a column of such a file may fill."""
    return tuple(field.name for field in FIELDS[holds])
