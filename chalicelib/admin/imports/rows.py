"""Reading: every file row by row, every cell by its column, every mistake kept with its place."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chalicelib.admin.imports.columns import SHEETS
from chalicelib.admin.imports.files import Line, Unreadable, lines
from chalicelib.admin.imports.sheets import Column, Sheet
from chalicelib.admin.imports.staging import Problem, Record, Reference, Staging, problem_of
from chalicelib.admin.imports.values import SEPARATOR, Context, Mistake, clean, is_relative
from chalicelib.billing.domain import PaymentStatus
from chalicelib.identity.domain import email_identifier, phone_identifier
from chalicelib.schedule.domain import EnrolmentKind, EnrolmentStatus
from chalicelib.shared.texts import LANGUAGES, Message, say

_MOST_BYTES = 1 << 30
"""Of a file: a larger one is no list of families, and a single line of it could need all memory."""
_GIVEN_BACK = (PaymentStatus.REFUNDED.value, PaymentStatus.PARTIALLY_REFUNDED.value)


@dataclass(slots=True)
class _Row:
    """One row while it is read."""

    sheet: Sheet
    line: int
    data: dict[str, Any]
    meant: dict[str, Any]
    """What the fingerprint is made of: values, but days that are told relative to today as they were told."""
    problems: list[Problem]

    def wrong(self, field: str, told: Message, cell: str = "") -> None:
        self.problems.append(problem_of(self.sheet.file, self.line, field, told, cell))


def read_folder(folder: Path, context: Context, staging: Staging, tick: Callable[[], None]) -> None:
    """Reads every known file of `folder` into `staging`; mistakes too. `tick` is called for each row."""
    known = {sheet.file for sheet in SHEETS}
    files = sorted(path.name for path in folder.iterdir() if path.suffix.lower() == ".csv")
    for name in files:
        if name not in known:
            staging.report(Problem(name, 0, "", f"is not a file of the import; it knows {', '.join(sorted(known))}"))
    if not known & set(files):
        staging.report(Problem(str(folder), 0, "", "holds none of the files of the import"))
    for sheet in SHEETS:
        if sheet.file in files:
            _read_file(folder / sheet.file, sheet, context, staging, tick)


def _read_file(path: Path, sheet: Sheet, context: Context, staging: Staging, tick: Callable[[], None]) -> None:
    if path.stat().st_size > _MOST_BYTES:
        staging.report(Problem(sheet.file, 0, "", "is larger than 1 GB; bring it in parts"))
        return
    try:
        found = lines(path)
        columns = _header(next(found, Line(1, [])), sheet, context, staging)
        if columns is None:
            return
        for row in _rows(found, sheet, columns, context):
            tick()
            _keep(row, staging)
    except Unreadable as error:
        staging.report(Problem(sheet.file, error.line, "", str(error)))


def _header(line: Line, sheet: Sheet, context: Context, staging: Staging) -> list[Column] | None:
    """The columns of a file, in its order; None when the header has mistakes."""
    names = [clean(cell).lower().replace(" ", "_") for cell in line.cells]
    while names and not names[-1]:
        names.pop()
    columns = [sheet.column(name, context.organisation) for name in names]
    wrong = [(name, "is not a column of this file") for name, column in zip(names, columns, strict=True) if not column]
    wrong += [(name, "stands in the header twice") for name in dict.fromkeys(names) if names.count(name) > 1]
    wrong += [(name, "is missing from the header") for name in sheet.required if name not in names]
    for name, message in wrong:
        staging.report(Problem(sheet.file, line.number, name, message))
    return None if wrong else [column for column in columns if column]


def _rows(found: Iterator[Line], sheet: Sheet, columns: list[Column], context: Context) -> Iterator[_Row]:
    for line in found:
        row = _Row(sheet, line.number, {}, {}, [])
        if any(cell.strip() for cell in line.cells[len(columns) :]):
            row.wrong("", say("has more cells than the %(n)s columns of the header", n=len(columns)))
        for column, cell in zip(columns, [*line.cells, *[""] * len(columns)], strict=False):
            _read_cell(row, column, cell, context)
        if not row.problems:
            _check_row(row)
        yield row


def _read_cell(row: _Row, column: Column, cell: str, context: Context) -> None:
    told = clean(cell)
    if not told:
        row.data[column.name] = row.meant[column.name] = None
        if column.required:
            row.wrong(column.name, say("must not be empty"))
        return
    try:
        value = column.type.parse(told, context)
    except Mistake as error:
        row.wrong(column.name, error.told, told[:60])
        return
    row.data[column.name] = value
    row.meant[column.name] = told if column.type.dated and is_relative(told) else value


def _keep(row: _Row, staging: Staging) -> None:
    for problem in row.problems:
        staging.report(problem)
    record_id = _name(row)
    if not record_id:
        return
    record = Record(row.sheet.kind, record_id, row.line, row.data, fingerprint(row.meant))
    if earlier := staging.add(record):
        told = say("is also the id in line %(line)s", line=earlier)
        staging.report(problem_of(row.sheet.file, row.line, row.sheet.names[0], told, record_id))
        return
    for column in row.sheet.columns:
        for target, detail in (row.data.get(column.name) or []) if column.type.target else []:
            staging.refer(Reference(record.kind, record.id, row.line, column.name, column.type.target, target, detail))
    for field, what in _claims(row):
        if place := staging.claim(what, row.sheet.file, row.line):
            told = say("is used already in %(place)s", place=place)
            staging.report(problem_of(row.sheet.file, row.line, field, told, row.data[field]))


def _name(row: _Row) -> str:
    """The id of a row's record, out of one column or several; empty when one is missing."""
    cells = [row.data.get(name) for name in row.sheet.names]
    parts = [cell if isinstance(cell, str) else cell[0][0] for cell in cells if cell]
    return SEPARATOR.join(parts) if len(parts) == len(cells) else ""


def _claims(row: _Row) -> Iterator[tuple[str, str]]:
    """What only one row may have: login addresses (D-01) and numbers of invoices."""
    if row.sheet.kind == "user" and row.data.get("email"):
        yield "email", email_identifier(row.data["email"])
    if row.sheet.kind == "user" and row.data.get("mobile"):
        yield "mobile", phone_identifier(row.data["mobile"])
    if row.sheet.kind == "invoice" and row.data.get("number"):
        yield "number", f"invoice:{row.data['number']}"


def fingerprint(meant: object) -> str:
    """A short name for what a row says: it changes when, and only when, the row says something else."""
    told = json.dumps(meant, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def _check_row(row: _Row) -> None:
    """Rules between the cells of one row."""
    check = _ROW_CHECKS.get(row.sheet.kind)
    if check:
        check(row)


def _check_titles(row: _Row) -> None:
    if not any(row.data.get(f"title_{language}") for language in LANGUAGES):
        row.wrong(f"title_{LANGUAGES[0]}", say("needs a name in at least one language"))


def _check_moments(row: _Row) -> None:
    if row.data["ends"] <= row.data["starts"]:
        row.wrong("ends", say("is not after the begin"))


def _check_days(row: _Row) -> None:
    if row.data["ends_on"] < row.data["starts_on"]:
        row.wrong("ends_on", say("is before the first day"))


def _check_enrolment(row: _Row) -> None:
    _check_days(row)
    single = (row.data.get("kind") or EnrolmentKind.COURSE.value) != EnrolmentKind.COURSE.value
    if single != bool(row.data.get("meeting")):
        row.wrong("meeting", say("goes together with a kind other than course"))
    if row.data.get("successor") and row.data.get("status") != EnrolmentStatus.TRANSFERRED.value:
        row.wrong("successor", say("says that the place was changed for another; then the status is transferred"))


def _check_class(row: _Row) -> None:
    _check_titles(row)
    youngest, oldest = row.data.get("age_min"), row.data.get("age_max")
    if youngest is not None and oldest is not None and oldest < youngest:
        row.wrong("age_max", say("is below the youngest age"))


def _check_certificate(row: _Row) -> None:
    if row.data["covers_to"] < row.data["covers_from"]:
        row.wrong("covers_to", say("is before the first day"))


def _check_skill(row: _Row) -> None:
    """Levels are told in each language or not: the same number everywhere."""
    _check_titles(row)
    told = {f"levels_{language}": row.data.get(f"levels_{language}") for language in LANGUAGES}
    counts = {name: len(levels) for name, levels in told.items() if levels}
    for name, count in counts.items():
        if count != max(counts.values()):
            row.wrong(name, Message(f"has {count} names where another language has {max(counts.values())}"))


def _check_due(row: _Row) -> None:
    if row.data["due_on"] < row.data["issued_on"]:
        row.wrong("due_on", say("is before the day of issue"))


def _check_user(row: _Row) -> None:
    if not row.data.get("email") and not row.data.get("mobile"):
        row.wrong("email", say("is empty, and mobile too: nobody can sign in without an address"))


def _check_line(row: _Row) -> None:
    """Also works out what the line adds to the invoice, for the check of totals."""
    worked_out = _line_amount(row.data)
    told = row.data.get("amount")
    if told is not None and told != worked_out:
        row.wrong("amount", say("is not quantity times unit price less discount"))
    for number in (1, 2):
        name, amount = row.data.get(f"tax_{number}_name"), row.data.get(f"tax_{number}_amount")
        if (name is None) != (amount is None):
            row.wrong(f"tax_{number}_name", say("needs both a name and an amount"))
    row.data["amount"] = worked_out
    row.data["charge"] = worked_out + (row.data.get("tax_1_amount") or 0) + (row.data.get("tax_2_amount") or 0)


def _line_amount(data: dict[str, Any]) -> int:
    """Minor units of an invoice line: quantity times unit price less discount."""
    return int((data.get("quantity") or 1) * data["unit_price"] - (data.get("discount") or 0))


def _check_payment(row: _Row) -> None:
    shares, back = row.data.get("invoices") or [], row.data.get("refunded") or 0
    if back and row.data.get("status") not in _GIVEN_BACK:
        row.wrong("refunded", say("says that money was given back; then the status is refunded or partially_refunded"))
    elif _is_part(row) and not 0 < back < row.data["amount"]:
        row.wrong("refunded", say("must be a part of the amount, for the status is partially_refunded"))
    elif back > row.data["amount"]:
        row.wrong("refunded", say("is more than the payment"))
    if sum(minor for _, minor in shares if minor) > row.data["amount"] - (back if _is_part(row) else 0):
        row.wrong("invoices", say("takes more than the payment"))


def _is_part(row: _Row) -> bool:
    return bool(row.data.get("status") == PaymentStatus.PARTIALLY_REFUNDED.value)


_ROW_CHECKS: dict[str, Callable[[_Row], None]] = {
    "programme": _check_titles,
    "class": _check_class,
    "occurrence": _check_moments,
    "booking": _check_moments,
    "enrolment": _check_enrolment,
    "certificate": _check_certificate,
    "skill": _check_skill,
    "invoice": _check_due,
    "user": _check_user,
    "line": _check_line,
    "payment": _check_payment,
}
