"""What the organisation's log says of moving in and out: who brought records in, took them back, or took them along."""

from datetime import datetime
from enum import Enum

from chalicelib.data.write import Transaction
from chalicelib.moving.domain import Batch
from chalicelib.moving.sources import SOURCE_NAMES
from chalicelib.organisations import audit
from chalicelib.organisations.audit import Author, Entry
from chalicelib.shared.texts import say


class Act(Enum):
    """Something that is told."""

    BROUGHT_IN = say("Files brought in: %(label)s")
    TAKEN_BACK = say("Files taken back: %(label)s")
    EXPORTED = say("Export of everything made")
    FETCHED = say("Export of everything downloaded")


def note(transaction: Transaction, org: str, act: Act, author: Author, now: datetime, label: str = "") -> None:
    """Adds an act to an organisation's log, in the transaction that does it."""
    about = {"what": act.value.key, "label": label}
    audit.note(transaction, org, Entry(f"moving_{act.name.lower()}", now, author, about))


def label_of(batch: Batch) -> str:
    """A batch in the log: where it came from, and when."""
    return f"{SOURCE_NAMES.get(batch.source, 'CSV')}, {batch.made_at:%Y-%m-%d}"
