"""Answering a form: drafts that are kept as they stand, and forms that are sent in and never changed again (FORM-1).

What is sent in is written together with the household's summary, so that from this moment on nothing waits for it. An
answer belongs to the household that gave it, also where it is about a child of two homes: it may tell where a parent
lives, which is not the other's to read.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple

from chalicelib.data.write import Transaction
from chalicelib.files.domain import StoredFile
from chalicelib.forms import gate, store
from chalicelib.forms.domain import Answers, Content, Listed, Whom
from chalicelib.forms.fields import file_names, kept, read_answers
from chalicelib.forms.keeping import keep_summary
from chalicelib.households.activity import Deed, note
from chalicelib.households.summary import GivenRow, Summary
from chalicelib.households.summing import with_given, without_draft
from chalicelib.organisations.domain import Organisation
from chalicelib.shared.errors import NotFound
from chalicelib.shared.ids import dated_id, new_id
from chalicelib.shared.texts import in_language
from chalicelib.shared.times import local_day, months_after

HELD = "form"
"""Names the household's forms in its summary (`Summary.holds`)."""


class Author(NamedTuple):
    """Who answers, when, and in which language the questions were read."""

    user: str
    name: str
    language: str
    now: datetime


class Sheet(NamedTuple):
    """A form before somebody, ready to be answered."""

    form: Listed
    content: Content
    whom: Whom
    draft: Answers | None
    fields: Mapping[str, str]
    """What the page begins with: the draft, or what was answered the last time."""
    files: Mapping[str, StoredFile]
    """The files that were sent by now."""


def open_sheet(org: str, whom: Whom) -> Sheet:
    """The published form with what was begun or answered before. Two strong round trips. Raises NotFound."""
    begun = store.get_begun(org, whom)
    form = begun.catalogue.find(whom.form)
    if form is None or not form.is_open or form.rules.audience.household != (not whom.member):
        raise NotFound
    last = begun.answered.answers if begun.answered and not begun.draft else ""
    content, answers = store.get_content(org, whom, form.version, last)
    if content is None:
        raise NotFound
    first = begun.draft or answers
    return Sheet(form, content, whom, begun.draft, first.fields if first else {}, first.files if first else {})


def keep_draft(organisation: Organisation, sheet: Sheet, fields: Mapping[str, str], by: Author) -> None:
    """Keeps what was answered so far, mistakes and all. Raises Conflict when somebody else went on meanwhile."""
    org, whom = organisation.slug, sheet.whom
    draft = Answers(
        whom, sheet.form.version, by.language, by.now, kept(sheet.content, fields), sheet.files, user=by.user,
        by=by.name, stored=sheet.draft.stored if sheet.draft else None,
    )  # fmt: skip

    def work(transaction: Transaction, summary: Summary) -> tuple[Summary, None]:
        store.save_draft(transaction, org, draft)
        return _holding(with_given(summary, given_row(draft, organisation.zone))), None

    keep_summary(org, whom.household, work)


def discard_draft(org: str, whom: Whom) -> None:
    """Throws a draft away; where there is none, nothing changes."""
    draft = store.get_begun(org, whom).draft

    def work(transaction: Transaction, summary: Summary) -> tuple[Summary, None]:
        if draft:
            store.delete_draft(transaction, org, draft)
        return without_draft(summary, gate.KIND, whom.form, whom.member), None

    keep_summary(org, whom.household, work)


def send_in(
    organisation: Organisation, sheet: Sheet, fields: Mapping[str, str], by: Author, *, tail: str = ""
) -> Answers:
    """Stores the answers; with the same `tail` of their id, which the page made up, a repeat gives the same ones.

    Raises Invalid while a mandatory question that is asked is not answered, and Conflict.
    """
    org, whom = organisation.slug, sheet.whom
    today = local_day(by.now, organisation.zone)
    made = Answers(
        whom, sheet.form.version, by.language, by.now, read_answers(sheet.content, fields, organisation.country),
        id=dated_id(today, tail or new_id()), user=by.user, by=by.name, until=_until(sheet.form, today),
    )  # fmt: skip
    answers = replace(
        made, files={name: sheet.files[name] for name in file_names(sheet.content) if name in made.fields}
    )

    def work(transaction: Transaction, summary: Summary) -> tuple[Summary, Answers]:
        known = store.get_answers(org, whom, answers.id)
        if known:
            return summary, known
        _write(transaction, organisation, sheet, answers, summary)
        return _holding(with_given(summary, given_row(answers, organisation.zone))), answers

    return keep_summary(org, whom.household, work)


def given_row(answers: Answers, zone: str) -> GivenRow:
    """The row of answers, or of a draft, in the household's summary."""
    whom, state = answers.whom, gate.DONE if answers.id else gate.DRAFT
    day = local_day(answers.at, zone)
    return GivenRow(gate.KIND, whom.form, answers.version, whom.member, day, state, answers.until)


def _until(form: Listed, today: date) -> date | None:
    return months_after(today, form.rules.valid_months) if form.rules.valid_months else None


def _write(
    transaction: Transaction, organisation: Organisation, sheet: Sheet, answers: Answers, summary: Summary
) -> None:
    org, whom = organisation.slug, sheet.whom
    store.save_answers(transaction, org, answers, _name(summary, whom.member))
    if sheet.draft:
        store.delete_draft(transaction, org, sheet.draft)
    title = in_language(sheet.content.title, organisation.language)
    about = {"label": title, **({"of": whom.member} if whom.member else {})}
    note(transaction, org, whom.household, Deed("form_answered", answers.at, answers.user, about))


def _name(summary: Summary, member: str) -> str:
    """Whom answers are about, as he, she or the household is called now. Raises NotFound."""
    if not member:
        return summary.name
    row = summary.member(member)
    if row is None:
        raise NotFound
    return row.name


def _holding(summary: Summary) -> Summary:
    return replace(summary, holds=summary.holds | {HELD})
