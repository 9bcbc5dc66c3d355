"""Writing forms: sections and questions put in, changed, moved and taken out; and what publishing needs. Pure.

All of it works on the form as the staff write it. What families answer is the version published last, which none of
this touches.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from chalicelib.forms.documents import content_document
from chalicelib.forms.domain import (
    MAX_FIELDS,
    MAX_QUESTIONS,
    MAX_SECTIONS,
    Catalogue,
    Content,
    Form,
    Listed,
    Option,
    Question,
    Rules,
    Section,
)
from chalicelib.forms.fields import names_of
from chalicelib.shared.ids import named_id
from chalicelib.shared.texts import LANGUAGES, Message, Texts, say

MAX_BYTES = 200_000
"""Of a form as it is stored: an item holds twice that, and pages read it whole."""
_OPTION_ID = 10

T = TypeVar("T", Section, Question)
_Change = Callable[[Section, tuple[Question, ...]], tuple[Question, ...]]


def with_head(form: Form, title: Texts, intro: Texts, rules: Rules) -> Form:
    """The form under another title, asked by other rules."""
    return replace(form, content=form.content._replace(title=title, intro=intro), rules=rules)


def with_section(form: Form, section_id: str, title: Texts) -> Form:
    """The form with a section under another title; one that is not there is added at the end."""
    sections = form.content.sections
    if any(each.id == section_id for each in sections):
        changed = tuple(each._replace(title=title) if each.id == section_id else each for each in sections)
    else:
        changed = (*sections, Section(section_id, title))
    return _with_sections(form, changed)


def with_question(form: Form, section_id: str, question: Question) -> Form:
    """The form with a question put into a section, or in the place of the one that has its id."""
    if form.content.question(question.id):
        return _each_section(
            form, lambda _, questions: tuple(question if each.id == question.id else each for each in questions)
        )
    return _each_section(
        form, lambda section, questions: (*questions, question) if section.id == section_id else questions
    )


def without(form: Form, thing: str) -> Form:
    """The form without a section and its questions, or without a question."""
    sections = tuple(each for each in form.content.sections if each.id != thing)
    return _each_section(
        _with_sections(form, sections), lambda _, questions: tuple(each for each in questions if each.id != thing)
    )


def moved(form: Form, thing: str, step: int) -> Form:
    """The form with a section, or a question within its section, one place earlier (-1) or later (1)."""
    return _each_section(
        _with_sections(form, _moved(form.content.sections, thing, step)),
        lambda _, questions: _moved(questions, thing, step),
    )


def _moved(rows: tuple[T, ...], thing: str, step: int) -> tuple[T, ...]:
    place = next((index for index, each in enumerate(rows) if each.id == thing), None)
    if place is None or not 0 <= place + step < len(rows):
        return rows
    changed = list(rows)
    changed[place], changed[place + step] = changed[place + step], changed[place]
    return tuple(changed)


def _each_section(form: Form, change: _Change) -> Form:
    sections = (each._replace(questions=change(each, each.questions)) for each in form.content.sections)
    return _with_sections(form, tuple(sections))


def _with_sections(form: Form, sections: tuple[Section, ...]) -> Form:
    return replace(form, content=form.content._replace(sections=sections))


def options(lines: Mapping[str, Sequence[str]]) -> tuple[Option, ...]:
    """Options of lines in several languages: those of one place are one option.

    Its id follows from the words in the first language that has them, so that it stays when others are moved.
    """
    longest = max((len(texts) for texts in lines.values()), default=0)
    found = []
    for place in range(longest):
        label = {code: texts[place] for code, texts in lines.items() if place < len(texts) and texts[place]}
        words = next((label[code] for code in lines if code in label), "")
        found.append(Option(named_id(words)[:_OPTION_ID], label))
    return tuple(each for each in found if each.label)


def earlier_choices(content: Content, question_id: str) -> list[Question]:
    """Questions on whose answers this one may depend: those of choice that stand before it (all, for a new one)."""
    found: list[Question] = []
    for question in content.questions:
        if question.id == question_id:
            break
        if question.kind.is_choice:
            found.append(question)
    return found


def problems(form: Form) -> list[Message]:
    """Why the form can not be published yet; empty when nothing is in the way."""
    return [*_size_problems(form.content), *_question_problems(form.content)]


def _size_problems(content: Content) -> Iterator[Message]:
    if not content.questions:
        yield say("The form has no questions yet.")
    if len(content.questions) > MAX_QUESTIONS or len(content.sections) > MAX_SECTIONS:
        yield say("A form has at most %(n)s questions.", n=MAX_QUESTIONS)
    if sum(len(names_of(question)) for question in content.questions) > MAX_FIELDS:
        yield say("The questions have too many fields together: leave out some answers to choose from.")
    if is_too_large(content):
        yield say("The form has too many words.")


def is_too_large(content: Content) -> bool:
    """Whether a form is too large to be stored."""
    return len(json.dumps(content_document(content), ensure_ascii=False).encode()) > MAX_BYTES


def _question_problems(content: Content) -> Iterator[Message]:
    for question in content.questions:
        name = next((question.label[code] for code in LANGUAGES if question.label.get(code)), question.id)
        if question.kind.is_choice and len(question.options) < 2:
            yield say("“%(question)s” needs at least two answers to choose from.", question=name)
        if question.condition and not _stands(content, question):
            yield say("The condition of “%(question)s” names an answer that is not before it.", question=name)


def _stands(content: Content, question: Question) -> bool:
    """Whether the condition of a question names an answer that can have been given before it."""
    earlier = (each for each in earlier_choices(content, question.id))
    return question.condition is not None and any(
        each.id == question.condition.question and option.id == question.condition.option
        for each in earlier
        for option in each.options
    )


def published(catalogue: Catalogue, form: Form, *, ask_again: bool) -> tuple[Catalogue, Form]:
    """Catalogue and form once the form is published as its next version."""
    number = form.published + 1
    known = catalogue.find(form.id)
    good_from = number if ask_again or known is None or not known.version else known.good_from
    listed = Listed(form.id, form.content.title, form.rules, number, good_from)
    return catalogue.with_form(listed), replace(form, published=number)
