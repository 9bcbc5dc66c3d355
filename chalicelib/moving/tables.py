"""The most asked-for records of an export as tables for spreadsheets; no cell is taken for a formula (I-04)."""

import csv
import io
import json
from collections.abc import Mapping
from typing import Any

from chalicelib.moving.plainly import within
from chalicelib.papers.cells import harmless
from chalicelib.privacy.packing import Bag

Raw = Mapping[str, Mapping[str, Any]]


class Tables:
    """Tables of one worker's part of an export."""

    def __init__(self) -> None:
        self._texts: dict[str, io.StringIO] = {}

    def add(self, item: Raw) -> None:
        """Adds a record to its table, if it has one."""
        kind = str(item["kind"]["S"])
        if kind in _TABLES:
            name, columns = _TABLES[kind]
            text = self._texts.setdefault(name, _begun(tuple(columns)))
            parts = _parts(item)
            csv.writer(text, lineterminator="\r\n").writerow(
                [harmless(_cell(parts.get(key))) for key in columns.values()]
            )

    def into(self, bag: Bag, number: int) -> None:
        """Puts all tables into a bag; those of another worker's part have another number."""
        for name, text in self._texts.items():
            bag.add(f"tables/{name}-{number}.csv", text.getvalue().encode("utf-8-sig"))


def _begun(columns: tuple[str, ...]) -> io.StringIO:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(columns)
    return text


def _parts(item: Raw) -> dict[str, Any]:
    """What a record says, by name; what stands in one text together, by both names."""
    found: dict[str, Any] = {}
    for name, value in item.items():
        ((form, told),) = value.items()
        found[name] = [each.get("S") for each in told] if form == "L" else told
        parts = within(told)
        if isinstance(parts, dict) and form == "S":
            found |= {f"{name}.{part}": each for part, each in parts.items()}
    return found | {
        f"{name}.{part}": each
        for name, value in list(found.items()) if isinstance(value, dict)
        for part, each in value.items()
    }  # fmt: skip


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


_TABLES: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "household": ("households", {
        "id": "household", "name": "profile.name", "number": "profile.number", "language": "profile.language",
        "email": "profile.email", "phone": "profile.phone", "address": "profile.address", "status": "profile.status",
    }),
    "person": ("members", {
        "id": "person", "households": "households", "first_name": "profile.first_name",
        "last_name": "profile.last_name", "birth_date": "profile.birth_date", "email": "profile.email",
        "phone": "profile.phone", "status": "profile.status",
    }),
    "user": ("users", {
        "id": "user", "name": "profile.name", "language": "profile.language", "email": "profile.email",
        "mobile": "profile.mobile", "households": "profile.households", "staff_role": "profile.staff_role",
    }),
    "enrolment": ("enrolments", {
        "id": "enrolment", "member": "person", "class": "class_group", "household": "household",
        "starts_on": "starts_on", "ends_on": "ends_on", "status": "status",
    }),
    "invoice": ("invoices", {
        "id": "invoice", "household": "household", "number": "number", "issued_on": "issued_on", "due_on": "due_on",
        "currency": "currency", "total_minor": "total", "paid_minor": "paid", "status": "status",
    }),
    "payment": ("payments", {
        "id": "payment", "household": "household", "received_on": "received_on", "currency": "currency",
        "amount_minor": "amount", "method": "method", "reference": "reference", "status": "status",
    }),
}  # fmt: skip
"""Name of the table of a kind, and which part of the record stands in each column. Money is in the smallest unit."""
