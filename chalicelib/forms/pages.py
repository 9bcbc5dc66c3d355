"""View models of forms as families answer them and read them again."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import NamedTuple

from chalicelib.files.domain import StoredFile
from chalicelib.forms import gate
from chalicelib.forms.domain import Answers, Asked, Catalogue, Content, Kind, Question
from chalicelib.forms.fields import PARTS, YES, chosen, is_asked, names_of
from chalicelib.forms.gate import HOUSEHOLD
from chalicelib.households.summary import GivenRow, Summary
from chalicelib.shared.texts import Message, say
from chalicelib.web import urls
from chalicelib.web.language import Local, dotted

_PART_LABELS: Mapping[str, Message] = {
    "street": say("Street and number"),
    "city": say("City"),
    "region": say("Province or region"),
    "postcode": say("Postal code"),
}
HIDDEN = say("Not shown to your role")


class PartView(NamedTuple):
    """One field of a question that has several."""

    name: str
    label: str
    required: bool = False


class QuestionView(NamedTuple):
    """A question on the page."""

    name: str
    kind: str
    label: str
    hint: str
    required: bool
    options: tuple[tuple[str, str], ...]
    parts: tuple[PartView, ...]
    only_if: str
    """The condition in words; empty where there is none."""
    when: str
    """The field that the condition looks at, and the value that it wants, for the page's script."""
    equals: str
    file: str
    """Name of the file that was sent."""


class SectionView(NamedTuple):
    """Questions under a heading."""

    title: str
    questions: tuple[QuestionView, ...]


class AnswerView(NamedTuple):
    """What was answered to one question."""

    label: str
    text: str
    href: str = ""
    """Where the file opens that was sent."""


class AnswersView(NamedTuple):
    """What was answered under one heading."""

    title: str
    answers: tuple[AnswerView, ...]


class AskedView(NamedTuple):
    """Something that waits for an answer."""

    title: str
    meta: str
    href: str
    is_overdue: bool
    mandatory: bool


def section_views(content: Content, files: Mapping[str, StoredFile], local: Local) -> list[SectionView]:
    """The form, ready to be answered."""
    return [
        SectionView(
            local.text(section.title),
            tuple(_question(content, question, files, local) for question in section.questions),
        )
        for section in content.sections
    ]


def _question(content: Content, question: Question, files: Mapping[str, StoredFile], local: Local) -> QuestionView:
    name = f"q-{question.id}"
    when, equals = _watched(content, question)
    return QuestionView(
        name=name,
        kind=question.kind.value,
        label=local.text(question.label),
        hint=local.text(question.hint),
        required=question.mandatory,
        options=tuple((option.id, local.text(option.label)) for option in question.options),
        parts=_parts(question, local),
        only_if=_condition(content, question, local),
        when=when,
        equals=equals,
        file=files[name].name if name in files else "",
    )


def _parts(question: Question, local: Local) -> tuple[PartView, ...]:
    names = names_of(question)
    if question.kind is Kind.CHOICES:
        pairs = zip(names, question.options, strict=True)
        return tuple(PartView(name, local.text(option.label)) for name, option in pairs)
    if question.kind is Kind.ADDRESS:
        labels = zip(PARTS, names, strict=True)
        return tuple(
            PartView(name, local.say(_PART_LABELS[part]), question.mandatory and part != "region")
            for part, name in labels
        )
    return ()


def _condition(content: Content, question: Question, local: Local) -> str:
    """When the question is asked, in words: so the page says the same with and without its script."""
    earlier = content.question(question.condition.question) if question.condition else None
    if earlier is None or question.condition is None:
        return ""
    wanted = question.condition.option
    answer = next((local.text(option.label) for option in earlier.options if option.id == wanted), "")
    words = say(
        "Only if you answered “%(answer)s” to “%(question)s”", answer=answer, question=local.text(earlier.label)
    )
    return local.say(words)


def _watched(content: Content, question: Question) -> tuple[str, str]:
    earlier = content.question(question.condition.question) if question.condition else None
    if earlier is None or question.condition is None:
        return "", ""
    option = question.condition.option
    return (f"q-{earlier.id}", option) if earlier.kind is Kind.CHOICE else (f"q-{earlier.id}-{option}", YES)


def labels(content: Content, local: Local) -> dict[str, str]:
    """What each field is called in the summary of mistakes."""
    found: dict[str, str] = {}
    for question in content.questions:
        label = local.text(question.label)
        if question.kind is Kind.ADDRESS:
            found |= {part.name: dotted(label, part.label) for part in _parts(question, local)}
        else:
            found |= dict.fromkeys(names_of(question), label)
    return found


def shown_fields(content: Content, fields: Mapping[str, str], local: Local) -> dict[str, str]:
    """Answers as the page shows them before anything is posted: canonical telephones as people write them."""
    phones = {f"q-{question.id}" for question in content.questions if question.kind is Kind.PHONE}
    return {
        name: local.phone(value) if name in phones and value.startswith("+") else value
        for name, value in fields.items()
    }


def answers_views(
    content: Content, answers: Answers, local: Local, *, file_url: Callable[[str], str] | None = None,
    health: bool = True,
) -> list[AnswersView]:  # fmt: skip
    """What was answered, in the form's order. Words about health are left out for whom they do not concern.

    `file_url` makes the address of the file of a field; where there is none, files do not open.
    """
    return [
        AnswersView(
            local.text(section.title),
            tuple(
                _answer(question, answers, local, file_url, health=health)
                for question in section.questions
                if is_asked(content, question, answers.fields)
            ),
        )
        for section in content.sections
    ]


def _answer(
    question: Question, answers: Answers, local: Local, file_url: Callable[[str], str] | None, *, health: bool
) -> AnswerView:
    label, name = local.text(question.label), f"q-{question.id}"
    if question.kind is Kind.HEALTH and not health:
        return AnswerView(label, local.say(HIDDEN))
    text = answer_text(question, answers, local) or local.say(say("Not given"))
    return AnswerView(label, text, file_url(name) if file_url and name in answers.files else "")


def answer_text(question: Question, answers: Answers, local: Local) -> str:
    """One answer in words; empty where none was given."""
    fields = answers.fields
    given = fields.get(f"q-{question.id}", "")
    match question.kind:
        case Kind.CHOICE | Kind.CHOICES:
            picked = chosen(question, fields)
            return ", ".join(local.text(option.label) for option in question.options if option.id in picked)
        case Kind.ADDRESS:
            street, *city = (fields.get(name, "") for name in names_of(question))
            return ", ".join(part for part in (street, " ".join(part for part in city if part)) if part)
        case Kind.DATE:
            return local.date(date.fromisoformat(given), "long") if given else ""
        case Kind.PHONE:
            return local.phone(given) if given else ""
        case Kind.FILE:
            file = answers.files.get(f"q-{question.id}")
            return file.name if file else ""
    return given


def subject(summary: Summary, member: str, local: Local) -> str:
    """Whom something is about, in words."""
    row = summary.member(member) if member else None
    return row.name if row else local.say(say("Your household"))


def asked_views(
    asked: Iterable[Asked], summary: Summary, local: Local, org: str, today: date, *, back: str = ""
) -> list[AskedView]:
    """What waits for an answer; `back` is the page that opens once it is given."""
    return [
        AskedView(
            local.text(each.title),
            dotted(subject(summary, each.member, local), _when(each, local, today)),
            urls.portal(org, each.href, next=back),
            each.is_overdue(today),
            each.mandatory,
        )
        for each in asked
    ]


def _when(asked: Asked, local: Local, today: date) -> str:
    if asked.due_on is None:
        return "" if asked.mandatory else local.say(say("Voluntary"))
    words = say("It was due by %(day)s") if asked.is_overdue(today) else say("By %(day)s")
    return local.say(Message(words.key, {"day": asked.due_on}))


class GivenView(NamedTuple):
    """A form that was filled in, or begun."""

    title: str
    meta: str
    href: str


def given_views(catalogue: Catalogue, summary: Summary, state: str, local: Local, org: str) -> list[GivenView]:
    """The forms of a household in a state, newest first."""
    rows = [row for row in summary.given if row.kind == gate.KIND and row.state == state]
    rows.sort(key=lambda row: row.day, reverse=True)
    return [_given(row, catalogue, summary, local, org) for row in rows]


def _given(row: GivenRow, catalogue: Catalogue, summary: Summary, local: Local, org: str) -> GivenView:
    form = catalogue.find(row.id)
    path = f"forms/{row.id}/for/{row.member or HOUSEHOLD}"
    return GivenView(
        local.text(form.title) if form else row.id,
        dotted(subject(summary, row.member, local), local.date(row.day)),
        urls.portal(org, path if row.state == gate.DRAFT else f"{path}/answers"),
    )
