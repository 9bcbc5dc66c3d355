"""From posted fields to answers, or to every mistake at once (FORM-1, ACC-13).

Answers are kept as the flat fields that the page posts, so that a draft is shown again just as it was left. A question
is one field by its id; a choice of several has a field for each option, an address one for each of its parts.
Whatever is asked under a condition that does not hold is not looked at and not kept.
"""

from collections.abc import Iterator, Mapping
from datetime import date

from chalicelib.files.domain import StoredFile
from chalicelib.forms.domain import Content, Kind, Question
from chalicelib.shared.texts import say
from chalicelib.web.forms import LONG, Form

PARTS = ("street", "city", "region", "postcode")
"""Parts of an address, in the order they are asked."""
NEEDED_PARTS = ("street", "city", "postcode")
YES = "yes"
_LONGEST_PART = {"postcode": 20}
_OLDEST = date(1900, 1, 1)


def names_of(question: Question) -> tuple[str, ...]:
    """The fields of a question."""
    name = f"q-{question.id}"
    if question.kind is Kind.CHOICES:
        return tuple(f"{name}-{option.id}" for option in question.options)
    if question.kind is Kind.ADDRESS:
        return tuple(f"{name}-{part}" for part in PARTS)
    return (name,)


def is_asked(content: Content, question: Question, fields: Mapping[str, str]) -> bool:
    """Whether the condition of a question holds; one that hangs on a question that is not asked does not."""
    if question.condition is None:
        return True
    earlier = content.question(question.condition.question)
    if earlier is None or not is_asked(content, earlier, fields):
        return False
    return question.condition.option in chosen(earlier, fields)


def chosen(question: Question, fields: Mapping[str, str]) -> tuple[str, ...]:
    """Options chosen at a question."""
    if question.kind is Kind.CHOICE:
        given = fields.get(f"q-{question.id}", "")
        return (given,) if given else ()
    return tuple(option.id for option in question.options if fields.get(f"q-{question.id}-{option.id}") == YES)


def kept(content: Content, fields: Mapping[str, str]) -> dict[str, str]:
    """Of posted fields those of the form's questions that say something: a draft, mistakes and all."""
    names = [name for question in content.questions for name in names_of(question)]
    return {name: fields[name] for name in names if fields.get(name)}


def read_answers(content: Content, fields: Mapping[str, str], country: str) -> dict[str, str]:
    """The answers in canonical form. Raises Invalid; mandatory questions that are asked must all be answered."""
    form = Form(fields)
    answers: dict[str, str] = {}
    for question in content.questions:
        if is_asked(content, question, fields):
            answers.update(_read(form, question, country))
    form.done()
    return {name: value for name, value in answers.items() if value}


def _read(form: Form, question: Question, country: str) -> Iterator[tuple[str, str]]:
    name, needed = f"q-{question.id}", question.mandatory
    match question.kind:
        case Kind.CHOICE:
            yield name, form.choice(name, tuple(option.id for option in question.options), required=needed)
        case Kind.CHOICES:
            yield from _several(form, question)
        case Kind.DATE:
            yield name, _day(form, name, required=needed)
        case Kind.PHONE:
            yield name, form.phone(name, country, required=needed)
        case Kind.ADDRESS:
            yield from _address(form, question)
        case Kind.LONG_TEXT | Kind.HEALTH:
            yield name, form.lines(name, required=needed, maximum=LONG)
        case Kind.TEXT | Kind.SIGNATURE | Kind.FILE:
            yield name, form.text(name, required=needed, maximum=200)


def _several(form: Form, question: Question) -> Iterator[tuple[str, str]]:
    names = names_of(question)
    answers = [(name, form.choice(name, (YES,))) for name in names]
    if question.mandatory and not any(value for _, value in answers):
        form.errors[names[0]] = say("Choose at least one answer")
    yield from answers


def _day(form: Form, name: str, *, required: bool) -> str:
    day = form.day(name, required=required)
    if day and day < _OLDEST:
        form.errors[name] = say("Enter a date such as 2014-05-31")
    return day.isoformat() if day else ""


def _address(form: Form, question: Question) -> Iterator[tuple[str, str]]:
    """A part of an address is asked for when the question is mandatory, or when another part is there."""
    names = dict(zip(PARTS, names_of(question), strict=True))
    begun = question.mandatory or any(form.text(name) for name in names.values())
    for part, name in names.items():
        required = begun and part in NEEDED_PARTS
        yield name, form.text(name, required=required, maximum=_LONGEST_PART.get(part, 100))


def file_names(content: Content) -> list[str]:
    """The fields of questions that are answered with a file."""
    return [f"q-{question.id}" for question in content.questions if question.kind is Kind.FILE]


def with_files(content: Content, fields: Mapping[str, str], files: Mapping[str, StoredFile]) -> dict[str, str]:
    """Posted fields, with the files that were really kept: nobody names a file of somebody else's."""
    names = file_names(content)
    told = {name: value for name, value in fields.items() if name not in names}
    return told | {name: files[name].id for name in names if name in files}
