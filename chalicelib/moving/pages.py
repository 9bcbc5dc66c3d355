"""View models of the move-in kit: batches, columns with their samples, and what is told of a batch."""

import json
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from chalicelib.moving import service
from chalicelib.moving.domain import Batch, BroughtFile, Holds, Row, Source, Stage, Told
from chalicelib.moving.sources import FIELDS, SOURCE_NAMES
from chalicelib.shared.texts import Message, say
from chalicelib.web import urls
from chalicelib.web.language import Local, dotted

STAGES: Mapping[Stage, tuple[Message, str]] = {
    Stage.MATCHING: (say("Not checked yet"), "neutral"),
    Stage.CHECKING: (say("Being checked"), "info"),
    Stage.CHECKED: (say("Checked"), "info"),
    Stage.WRITING: (say("Being brought in"), "info"),
    Stage.DONE: (say("Brought in"), "success"),
    Stage.UNDOING: (say("Being taken back"), "info"),
    Stage.UNDONE: (say("Taken back", context="batch"), "neutral"),
    Stage.FAILED: (say("Did not work"), "danger"),
    Stage.DISCARDED: (say("Discarded"), "neutral"),
}
KINDS: Mapping[str, Message] = {
    "programme": say("Programmes"),
    "class": say("Classes"),
    "skill": say("Skills"),
    "household": say("Families"),
    "member": say("Members"),
    "enrolment": say("Enrolments"),
    "booking": say("Bookings"),
    "invoice": say("Invoices"),
    "payment": say("Payments"),
    "attendance": say("Attendance"),
    "certificate": say("Certificates"),
    "reached": say("Skills reached"),
    "user": say("People who sign in"),
}
_HOLDS: Mapping[Holds, Message] = {
    Holds.PEOPLE: say("Families and members"),
    Holds.INVOICES: say("Invoices"),
    Holds.OWN: say("In the portal’s own form"),
}
TABS: Sequence[tuple[Told, Message]] = (
    (Told.MISTAKE, say("Mistakes")),
    (Told.LEFT, say("Left out")),
    (Told.DUPLICATE, say("Here already")),
    (Told.CHANGE, say("Differences")),
    (Told.KEPT, say("Not taken back")),
)
_REASONS: Mapping[str, Message] = {
    "changed": say("Changed since"),
    "used": say("Used since"),
    "belongs": say("Belongs to somebody who was changed since"),
}


_NAMED = 6
"""Columns that a list names; a file can have a hundred."""


class BatchView(NamedTuple):
    """A batch in the list."""

    href: str
    title: str
    meta: str
    status: str
    tone: str


class FileView(NamedTuple):
    """A file of a batch."""

    href: str
    """Where its columns are matched; empty when there is nothing to match."""
    name: str
    meta: str


class ColumnView(NamedTuple):
    """A column of a file, and what it may mean."""

    field: str
    """Name of its form field."""
    name: str
    samples: str
    value: str


class RowView(NamedTuple):
    """Something that is told of a batch."""

    title: str
    meta: str
    before: str
    after: str
    href: str


def source_name(source: Source, local: Local) -> str:
    """A source as people call it."""
    return SOURCE_NAMES.get(source) or local.say(say("A plain sheet"))


def batch_view(batch: Batch, local: Local, org: str) -> BatchView:
    """A batch in the list."""
    words, tone = STAGES[batch.stage]
    return BatchView(
        urls.portal(org, f"desk/moving/batches/{batch.id}"),
        source_name(batch.source, local),
        dotted(local.datetime(batch.made_at), batch.made_by),
        local.say(words),
        tone,
    )


def file_view(batch: Batch, file: BroughtFile, local: Local) -> FileView:
    """A file of a batch."""
    rows = local.say(say("%(n)s row", plural="%(n)s rows", n=file.rows))
    can_match = batch.stage.is_open and file.holds is not Holds.OWN
    path = f"desk/moving/batches/{batch.id}/files/{file.id}"
    meta = dotted(local.say(_HOLDS[file.holds]), rows, _unused(file, local))
    return FileView(urls.portal(batch.org, path) if can_match else "", file.name, meta)


def _unused(file: BroughtFile, local: Local) -> str:
    """The columns that bring nothing in: nobody notices otherwise that they are missing."""
    unused = [name for name in file.header if name and not file.columns.get(name)]
    if file.holds is Holds.OWN or not unused:
        return ""
    names = ", ".join(unused[:_NAMED]) + (" …" if len(unused) > _NAMED else "")
    return local.say(say("left out: %(names)s", names=names))


def column_views(file: BroughtFile, told: Mapping[str, str], local: Local) -> list[ColumnView]:
    """The columns of a file; `told` are the fields of a form with mistakes."""
    words = meanings(file.holds, local)
    return [
        ColumnView(
            f"column_{number}",
            name,
            " · ".join(file.samples[number]),
            told.get(f"column_{number}", words[file.columns.get(name, "")]),
        )
        for number, name in enumerate(file.header)
    ]


def meanings(holds: Holds, local: Local) -> dict[str, str]:
    """What a column may mean, in words, by the name of the field.

    They stand on the page once, for all its columns together: a file can have a hundred.
    """
    return {"": local.say(say("Leave this column out"))} | {
        field.name: local.say(field.label) for field in FIELDS[holds]
    }


def fields_meant(file: BroughtFile, told: Mapping[str, str], local: Local) -> dict[str, str]:
    """The fields of a form in which each column's meaning was chosen in words, with the names that these mean."""
    names = {_typed(words): name for name, words in meanings(file.holds, local).items()}
    return {key: names.get(_typed(value), value) for key, value in told.items()}


def _typed(words: str) -> str:
    """Words as people type them: in any case, with any spaces."""
    return " ".join(words.split()).casefold()


def row_view(kind: Told, row: Row, local: Local, org: str) -> RowView:
    """Something that is told of a batch."""
    href = urls.portal(org, f"desk/clients/{row.link}") if row.link else ""
    if kind is Told.KEPT:
        reason = _REASONS.get(row.what)
        return RowView(row.name or row.place, local.say(reason) if reason else "", "", "", href)
    if kind is Told.CHANGE:
        return RowView(row.name, row.what, row.before, row.after, href)
    if kind is Told.DUPLICATE:
        return RowView(row.after, dotted(row.place, row.what), row.before, row.after, href)
    return RowView(_wrong(row, local), dotted(row.place, row.what), "", "", href)


def _wrong(row: Row, local: Local) -> str:
    """What is wrong, in the reader's language, after what was written (`laying_out.row_of`)."""
    said = local.say(Message(row.after, json.loads(row.before))) if row.before else row.after
    return f"“{row.name}” {said}" if row.name else said


class CountView(NamedTuple):
    """How many records of a kind a batch brings."""

    kind: str
    new: int
    changed: int
    untouched: int


def counts(batch: Batch, local: Local) -> list[CountView]:
    """How many records a batch brings, kind by kind."""
    return [
        CountView(local.say(words), *(batch.counts[kind].get(what, 0) for what in ("new", "changed", "untouched")))
        for kind, words in KINDS.items()
        if kind in batch.counts
    ]


def may_write(batch: Batch) -> bool:
    """Whether a batch can be written as it is."""
    changes = sum(each.get(what, 0) for each in batch.counts.values() for what in ("new", "changed"))
    return batch.stage is Stage.CHECKED and not batch.mistakes and changes > 0


def may_check(batch: Batch) -> bool:
    """Whether a batch can be looked through."""
    return (
        batch.stage in (Stage.MATCHING, Stage.CHECKED, Stage.FAILED) and bool(batch.files) and service.is_ready(batch)
    )
