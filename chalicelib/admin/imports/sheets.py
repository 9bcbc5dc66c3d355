"""What a file of the import is: its columns, and which of them name the record of a row."""

from dataclasses import dataclass

from chalicelib.admin.imports import values
from chalicelib.admin.imports.values import IDENTIFIER, Type, text
from chalicelib.organisations.domain import Organisation, Question, QuestionKind
from chalicelib.shared.texts import LANGUAGES

ANSWER = "answer:"
"""Columns of members.csv that hold answers start with this; the id of the question follows."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: how it is called, what may stand in it, and what it means."""

    name: str
    type: Type
    meaning: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """One file: the kind of record that a row of it is, and its columns."""

    kind: str
    file: str
    meaning: str
    columns: tuple[Column, ...]
    names: tuple[str, ...] = ("id",)
    """Columns that together name the record of a row."""

    def column(self, name: str, organisation: Organisation) -> Column | None:
        """The column of this name, or None when the file has no such column."""
        if self.kind == "member" and name.startswith(ANSWER):
            wanted = name.removeprefix(ANSWER)
            return next((_answer(question) for question in organisation.questions if question.id == wanted), None)
        return next((column for column in self.columns if column.name == name), None)

    @property
    def required(self) -> tuple[str, ...]:
        """Names of columns that must be there and be filled in."""
        return tuple(column.name for column in self.columns if column.required)


def _answer(question: Question) -> Column:
    if question.kind is QuestionKind.YES_NO:
        parse = values.option(values.YES_NO_OPTIONS)
    elif question.kind is QuestionKind.CHOICE:
        labels = {label.casefold(): key for key, texts in question.choices for label in (key, *texts.values())}
        parse = values.option(labels)
    else:
        parse = text(500, lines=True).parse
    return Column(f"{ANSWER}{question.id}", Type("answer", parse), "Answer to a question of the organisation")


def own_id(words: str) -> Column:
    """The column of a record's own id."""
    return Column("id", IDENTIFIER, f"Your own id of the {words}; it must stay the same", required=True)


def titles(words: str) -> tuple[Column, ...]:
    """The columns of a name in each language."""
    return tuple(
        Column(f"title_{language}", text(120), f"Name of the {words} in this language; at least one is needed")
        for language in LANGUAGES
    )
