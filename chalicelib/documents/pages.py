"""View models of documents and of papers that are asked for: states, days and files as words."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from chalicelib.documents.domain import Document, Wanted, WantedState
from chalicelib.documents.models import SentPaperItem
from chalicelib.documents.reading import name_of
from chalicelib.files.domain import StoredFile
from chalicelib.files.showing import about
from chalicelib.households.summary import Summary
from chalicelib.shared.texts import Message, Texts, say
from chalicelib.shared.times import from_iso
from chalicelib.web import urls
from chalicelib.web.language import Local, dotted

_STATES: dict[WantedState, tuple[Message, str]] = {
    WantedState.ASKED: (say("To send"), "warning"),
    WantedState.SENT: (say("We are looking at it"), "info"),
    WantedState.ACCEPTED: (say("Accepted", context="document"), "success"),
    WantedState.REJECTED: (say("Please send it again"), "danger"),
    WantedState.WITHDRAWN: (say("Not needed any more"), "neutral"),
}
_STATES_AT_DESK: dict[WantedState, tuple[Message, str]] = {
    WantedState.ASKED: (say("Waiting for the family"), "neutral"),
    WantedState.SENT: (say("To look at"), "warning"),
    WantedState.ACCEPTED: (say("Accepted", context="document"), "success"),
    WantedState.REJECTED: (say("Asked for again"), "neutral"),
    WantedState.WITHDRAWN: (say("Not needed any more"), "neutral"),
}


class Row(NamedTuple):
    """A document or a request in a list."""

    title: str
    href: str
    meta: str
    badge: str = ""
    tone: str = "neutral"


class FileView(NamedTuple):
    """A file that can be fetched."""

    name: str
    href: str
    meta: str
    badge: str = ""


class DocumentView(NamedTuple):
    """One document with its versions side by side."""

    title: str
    note: str
    facts: list[tuple[str, str]]
    files: list[FileView]
    """Newest first."""


class WantedView(NamedTuple):
    """One request with what was sent for it."""

    title: str
    note: str
    state: str
    tone: str
    reason: str
    facts: list[tuple[str, str]]
    files: list[FileView]
    takes_files: bool
    is_to_look_at: bool


def member_name(home: Summary, member: str) -> str:
    """Whom of the household something is about; empty for all, or for somebody who is no member any more."""
    found = home.member(member) if member else None
    return found.name if found else ""


def document_row(document: Document, home: Summary, local: Local, org: str) -> Row:
    """A household's document in its list; marked while nobody has opened it (DASH-2)."""
    meta = dotted(
        local.date(document.current.at), member_name(home, document.member), about(document.current.file, local)
    )
    fresh = "" if document.opened_at else local.say(say("New"))
    return Row(document.title, urls.portal(org, f"documents/{document.id}"), meta, fresh, "info")


def document_desk_row(document: Document, home: Summary, local: Local, org: str) -> Row:
    """A household's document in the desk's list, with whether it was opened."""
    meta = dotted(
        local.date(document.current.at), member_name(home, document.member), about(document.current.file, local)
    )
    words = local.say(say("Opened") if document.opened_at else say("Not opened"))
    href = urls.portal(org, f"desk/documents/{document.household}/{document.id}")
    return Row(document.title, href, meta, words, "success" if document.opened_at else "neutral")


def class_desk_row(document: Document, local: Local, org: str) -> Row:
    """A class group's document in the desk's list."""
    meta = dotted(local.date(document.current.at), about(document.current.file, local))
    return Row(document.title, urls.portal(org, f"desk/documents/classes/documents/{name_of(document)}"), meta)


def class_row(document: Document, titles: Mapping[str, Texts], is_new: bool, local: Local, org: str) -> Row:
    """A class group's document in a household's list."""
    title = local.text(titles.get(document.class_group, {}))
    meta = dotted(local.date(document.current.at), title, about(document.current.file, local))
    href = urls.portal(org, f"documents/classes/{name_of(document)}")
    return Row(document.title, href, meta, local.say(say("New")) if is_new else "", "info")


def document_view(document: Document, path: str, whose: str, local: Local, org: str) -> DocumentView:
    """A document; `path` is where its files are opened, `whose` says whom it is about or which class it is for."""
    facts = [(local.say(say("For", context="document")), whose)] if whose else []
    facts.append((local.say(say("Shared on")), local.date(document.editions[-1].at, "long")))
    newest = document.current.file.id
    files = [
        _file_view(each.file, path, local.date(each.at), local, org, each.file.id == newest)
        for each in document.editions
    ]
    return DocumentView(document.title, document.note, facts, files)


def _file_view(file: StoredFile, path: str, when: str, local: Local, org: str, is_current: bool) -> FileView:
    badge = local.say(say("Current version")) if is_current else ""
    return FileView(file.name, urls.portal(org, path, file=file.id), dotted(when, about(file, local)), badge)


def wanted_row(wanted: Wanted, home: Summary, local: Local, path: str, today: date, *, at_desk: bool = False) -> Row:
    """A request in a list."""
    words, tone = (_STATES_AT_DESK if at_desk else _STATES)[wanted.state]
    due = _due(wanted, today) if wanted.state.waits_for_family else None
    meta = dotted(member_name(home, wanted.member), local.say(due) if due else local.date(wanted.asked_at))
    return Row(wanted.title, path, meta, local.say(words), tone)


def _due(wanted: Wanted, today: date) -> Message | None:
    if wanted.due_on is None:
        return None
    if wanted.is_late(today):
        return say("was due by %(day)s", day=wanted.due_on)
    return say("by %(day)s", day=wanted.due_on)


def wanted_view(
    wanted: Wanted, home: Summary, path: str, local: Local, org: str, *, at_desk: bool = False
) -> WantedView:
    """A request; `path` is where its files are opened."""
    words, tone = (_STATES_AT_DESK if at_desk else _STATES)[wanted.state]
    facts = [
        (say("About", context="document"), member_name(home, wanted.member)),
        (say("Asked for on"), local.date(wanted.asked_at, "long")),
        (say("To send by"), local.date(wanted.due_on, "long") if wanted.due_on else ""),
    ]
    return WantedView(
        title=wanted.title,
        note=wanted.note,
        state=local.say(words),
        tone=tone,
        reason=wanted.reason if wanted.state is WantedState.REJECTED else "",
        facts=[(local.say(label), value) for label, value in facts if value],
        files=[_file_view(each.file, path, local.datetime(each.at), local, org, False) for each in wanted.sent],
        takes_files=wanted.state.takes_files,
        is_to_look_at=wanted.state is WantedState.SENT,
    )


def sent_row(item: SentPaperItem, local: Local, org: str) -> Row:
    """What a family sent, in the desk's list."""
    href = urls.portal(org, f"desk/documents/{item.household}/requests/{item.wanted}")
    return Row(f"{item.title}, {item.household_name}", href, local.datetime(from_iso(item.sent_at)))
