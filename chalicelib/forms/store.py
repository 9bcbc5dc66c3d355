"""Reads and writes forms: the catalogue, what is being written, published versions, and answers."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache, partial
from typing import Any, NamedTuple

from chalicelib.data import keys, read
from chalicelib.data.keys import Key
from chalicelib.data.write import Transaction
from chalicelib.files.domain import StoredFile
from chalicelib.forms.documents import (
    catalogue_document,
    content_document,
    content_from,
    forms_from,
    rules_document,
    rules_from,
)
from chalicelib.forms.domain import Answers, Catalogue, Content, Form, Listed, Whom
from chalicelib.forms.models import AnsweredItem, FormAnswersItem, FormItem, FormsItem, FormVersionItem
from chalicelib.shared.times import day_or_none, from_iso, to_iso

Raw = Mapping[Key, dict[str, dict[str, object]]]
"""What `data.read.raw` found."""


def catalogue_key(org: str) -> Key:
    """Where the catalogue lies, for pages that read it together with other items."""
    return keys.forms(org)


def catalogue_in(found: Raw, org: str) -> Catalogue:
    """The catalogue among items that were read; empty where none was ever written."""
    raw = found.get(catalogue_key(org))
    return _catalogue(FormsItem.from_raw_data(raw)) if raw else Catalogue()


def get_catalogue(org: str) -> Catalogue:
    """All forms of the organisation. One strong read."""
    item = read.one(FormsItem, catalogue_key(org))
    return _catalogue(item) if item else Catalogue()


def _catalogue(item: FormsItem) -> Catalogue:
    return Catalogue(_listed(item.document), item.version)


@lru_cache(maxsize=64)
def _listed(stored: str) -> tuple[Listed, ...]:
    """Remembered by all that is stored, so never out of date: home pages need it, and it seldom changes."""
    return forms_from(json.loads(stored))


def save_catalogue(transaction: Transaction, org: str, catalogue: Catalogue) -> None:
    """Adds the write of a changed catalogue; refused when it was changed meanwhile."""
    pk, sk = catalogue_key(org)
    document = json.dumps(catalogue_document(catalogue), ensure_ascii=False)
    transaction.put("catalogue", FormsItem(pk, sk, document=document, version=catalogue.version))


def get_form(org: str, form_id: str) -> Form | None:
    """A form as the staff write it, or None. One strong read."""
    item = read.one(FormItem, keys.form(org, form_id))
    if item is None:
        return None
    return Form(item.form, content_from(item.content), rules_from(item.rules), int(item.published), item.version)


def save_form(transaction: Transaction, org: str, form: Form) -> None:
    """Adds the write of a form; refused when it was changed meanwhile."""
    pk, sk = keys.form(org, form.id)
    content, rules = content_document(form.content), rules_document(form.rules)
    item = FormItem(pk, sk, form=form.id, content=content, rules=rules, published=form.published, version=form.version)
    transaction.put("form", item)


def publish_version(transaction: Transaction, org: str, form: Form) -> None:
    """Adds the write of what is published; a version that is there is never written again."""
    pk, sk = keys.form_version(org, form.id, form.published)
    transaction.create("version", FormVersionItem(pk, sk, content=content_document(form.content)))


def get_version(org: str, form_id: str, version: int) -> Content | None:
    """What a published version says and asks, or None. One read; it never changes."""
    item = read.one(FormVersionItem, keys.form_version(org, form_id, version), consistent=False)
    return content_from(item.content) if item else None


def get_versions(org: str, wanted: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Content]:
    """Published versions by form and number. One round trip a hundred."""
    by_key = {keys.form_version(org, form, version): (form, version) for form, version in wanted}
    found = read.many(FormVersionItem, list(by_key), consistent=False)
    return {by_key[key]: content_from(item.content) for key, item in found.items()}


class Begun(NamedTuple):
    """What there is of a form and of somebody's answers to it, before a version of the form is read."""

    catalogue: Catalogue
    draft: Answers | None
    answered: "Answered | None"
    """The latest that was sent in."""


def get_begun(org: str, whom: Whom) -> Begun:
    """The catalogue, what was begun, and where the latest answers lie. One strong round trip."""
    draft_key = keys.form_draft(org, whom.household, whom.form, whom.member)
    answered_key = keys.answered_form(org, whom.form, whom.household, whom.member)
    found = read.raw([catalogue_key(org), draft_key, answered_key])
    draft, answered = found.get(draft_key), found.get(answered_key)
    return Begun(
        catalogue_in(found, org),
        answers_from(FormAnswersItem.from_raw_data(draft)) if draft else None,
        _answered(AnsweredItem.from_raw_data(answered)) if answered else None,
    )


def get_content(org: str, whom: Whom, version: int, answers_id: str) -> tuple[Content | None, Answers | None]:
    """A version of the form, and answers that were sent in (an empty id: none). One round trip."""
    version_key = keys.form_version(org, whom.form, version)
    answers_key = keys.form_answers(org, whom.household, whom.form, whom.member, answers_id)
    found = read.raw([version_key, answers_key] if answers_id else [version_key])
    content, answers = found.get(version_key), found.get(answers_key)
    return (
        content_from(FormVersionItem.from_raw_data(content).content) if content else None,
        answers_from(FormAnswersItem.from_raw_data(answers)) if answers else None,
    )


def save_draft(transaction: Transaction, org: str, draft: Answers) -> None:
    """Adds the write of a draft; refused when it was changed meanwhile."""
    whom = draft.whom
    key = keys.form_draft(org, whom.household, whom.form, whom.member)
    transaction.put("draft", _item(key, replace(draft, id="")))


def delete_draft(transaction: Transaction, org: str, draft: Answers) -> None:
    """Adds that a draft goes; refused when it was changed meanwhile."""
    whom = draft.whom
    transaction.delete("draft", _item(keys.form_draft(org, whom.household, whom.form, whom.member), draft))


def save_answers(transaction: Transaction, org: str, answers: Answers, name: str) -> None:
    """Adds the write of a form that is sent in, and the row that staff find it by; `name` says about whom it is."""
    whom = answers.whom
    key = keys.form_answers(org, whom.household, whom.form, whom.member, answers.id)
    transaction.create("answers", _item(key, answers))
    pk, sk = keys.answered_form(org, whom.form, whom.household, whom.member)
    row = AnsweredItem(
        pk, sk, form=whom.form, household=whom.household, member=whom.member or None, name=name,
        answers=answers.id, form_version=answers.version, until=answers.until.isoformat() if answers.until else None,
    )  # fmt: skip
    transaction.put("answered", row)


def get_answers(org: str, whom: Whom, answers_id: str) -> Answers | None:
    """A form as it was sent in, or None. One strong read."""
    key = keys.form_answers(org, whom.household, whom.form, whom.member, answers_id)
    item = read.one(FormAnswersItem, key)
    return answers_from(item) if item else None


def list_answers(org: str, whom: Whom, *, size: int) -> list[Answers]:
    """The forms sent in about somebody, newest first, at most `size`. One round trip."""
    shape = partial(keys.form_answers, org, whom.household, whom.form, whom.member)
    found = read.listed(FormAnswersItem, shape, size=size, consistent=True)
    return [answers_from(item) for item in found.rows]


class Answered(NamedTuple):
    """Whom a form was answered about, for the staff's list."""

    whom: Whom
    name: str
    """As it was then."""
    answers: str
    """Id of the latest answers."""
    version: int
    until: date | None = None


def list_answered(org: str, form_id: str, after: str = "", *, size: int = read.PAGE) -> read.Page[Answered]:
    """Whom a form was answered about, by household, a page at a time, from beyond the key `after`. One round trip."""
    start = keys.answered_form(org, form_id, "", "")
    found = read.page(
        AnsweredItem, start.pk, keys.ANSWERED, after=f"{keys.ANSWERED}{after}" if after else "", newest_first=False,
        size=size,
    )  # fmt: skip
    return read.Page([_answered(item) for item in found.rows], found.next.removeprefix(keys.ANSWERED))


def get_answered(org: str, wanted: Sequence[Whom]) -> dict[Whom, Answered]:
    """The same of those who are named. One round trip a hundred."""
    found = read.many(AnsweredItem, [keys.answered_form(org, *_parts(whom)) for whom in wanted], consistent=False)
    rows = (_answered(item) for item in found.values())
    return {row.whom: row for row in rows}


def get_all_answers(org: str, wanted: Sequence[Answered]) -> list[Answers]:
    """The answers that rows of the staff's list name, in their order. One round trip a hundred."""
    places = [keys.form_answers(org, row.whom.household, row.whom.form, row.whom.member, row.answers) for row in wanted]
    found = read.many(FormAnswersItem, places, consistent=False)
    return [answers_from(found[key]) for key in places if key in found]


def _parts(whom: Whom) -> tuple[str, str, str]:
    return whom.form, whom.household, whom.member


def _answered(item: AnsweredItem) -> Answered:
    whom = Whom(item.form, item.household, item.member or "")
    until = day_or_none(item.until)
    return Answered(whom, item.name, item.answers, int(item.form_version), until)


def _item(key: Key, answers: Answers) -> FormAnswersItem:
    told: dict[str, Any] = {
        "form": answers.whom.form,
        "household": answers.whom.household,
        "member": answers.whom.member or None,
        "form_version": answers.version,
        "language": answers.language,
        "fields": dict(answers.fields),
        "files": {name: file.to_json() for name, file in answers.files.items()} or None,
        "answers": answers.id or None,
        "user": answers.user or None,
        "by": answers.by or None,
        "at": to_iso(answers.at),
        "until": answers.until.isoformat() if answers.until else None,
    }
    return FormAnswersItem(*key, **told, version=answers.stored)


def answers_from(item: FormAnswersItem) -> Answers:
    """The answers that `item` stores."""
    return Answers(
        Whom(item.form, item.household, item.member or ""),
        int(item.form_version),
        item.language,
        from_iso(item.at),
        item.fields,
        {name: StoredFile.from_json(file) for name, file in (item.files or {}).items()},
        item.answers or "",
        item.user or "",
        item.by or "",
        day_or_none(item.until),
        item.version,
    )
