"""How a checked row is laid over what is stored: what each cell says, and how ids of the files become ids here.

A column that a file does not have leaves what is stored as it is; an empty cell clears it.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import Enum
from typing import TypeVar

from chalicelib.admin.imports.staging import Record
from chalicelib.organisations.domain import Organisation
from chalicelib.shared.ids import dated_id, derived_id
from chalicelib.shared.texts import LANGUAGES

S = TypeVar("S", bound=Enum)


def internal_id(organisation: Organisation, kind: str, external: str) -> str:
    """The id here of a record that the organisation calls `external`; always the same."""
    return derived_id(organisation.import_key, kind, external)


def tail(record_id: str) -> str:
    """What `internal_id` made of a record whose id starts with a day."""
    return record_id.partition("-")[2]


def told(record: Record, names: Sequence[str]) -> dict[str, str]:
    """Text columns that the file has."""
    return {name: record.get(name) for name in names if name in record.data}


def titles(record: Record, stored: Mapping[str, str]) -> dict[str, str]:
    """A name in the languages that a row tells."""
    found = {
        **stored,
        **{language: record.get(f"title_{language}") for language in LANGUAGES if _has(record, language)},
    }
    return {language: text for language, text in found.items() if text}


def _has(record: Record, language: str) -> bool:
    return f"title_{language}" in record.data


def status_of(record: Record, kind: type[S], stored: S | None, usual: S) -> S:
    """The state a row tells; without the column the stored one, with an empty cell the usual one."""
    if "status" not in record.data:
        return stored or usual
    cell = record.get("status")
    return kind(cell) if cell else usual


def text_of(record: Record, name: str, stored: str) -> str:
    """A text a row tells; without the column the stored one."""
    return str(record.get(name)) if name in record.data else stored


class Laying:
    """What all makers of records have in common. References come as the internal ids of what they name."""

    def __init__(self, organisation: Organisation) -> None:
        self.organisation = organisation

    def id_of(self, kind: str, external: str) -> str:
        """The id here of a record that the organisation calls `external`."""
        return internal_id(self.organisation, kind, external)

    def named(self, record: Record, field: str, kind: str) -> str:
        """Internal id of the one record that a column names; empty when it names none."""
        found = record.get(field, [])
        return self.id_of(kind, found[0][0]) if found else ""

    def dated(self, record: Record, day: date, stored: str) -> str:
        """A record keeps the id it has, even when its day is corrected later."""
        return stored or dated_id(day, self.id_of(record.kind, record.id))
