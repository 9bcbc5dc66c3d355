"""From what staff post to the keys of a settings file, and back to what their pages show.

A field of a page is a key of the file, and its name is made of the key: `billing.taxes[1].rate` is
`billing-taxes-1-rate`. What is posted becomes what a file would hold, right or wrong: the file's own reader says
what is wrong with it, so the two can never differ (ADM-7 to ADM-9).
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from enum import Enum
from typing import Any, NamedTuple

from chalicelib.admin.organisation_document import Document
from chalicelib.shared.ids import new_id
from chalicelib.shared.texts import LANGUAGES, Message, Texts
from chalicelib.web.forms import whole

YES, NO = "yes", "no"
OTHER = "other"
"""Chosen instead of a page of the portal: an address is told beside."""
_WHOLE = re.compile(r"-?[0-9]{1,9}")
_DECIMAL = re.compile(r"-?[0-9]{1,9}([.,][0-9]{1,9})?")
_ID = 10


class Kind(Enum):
    """How a field is asked for, and what it becomes."""

    TEXT = "text"
    NUMBER = "number"
    DECIMAL = "decimal"
    FLAG = "flag"
    MAYBE = "maybe"
    """Yes, no, or nothing: as usual."""
    CHOICE = "choice"
    LEVEL = "level"
    """A number, chosen by what it is called."""
    WORDS = "words"
    """Any of several words."""
    LANGUAGES = "languages"
    """The languages spoken, of which the first is the one when nobody chose."""
    CODES = "codes"
    """Words between commas."""
    DAYS = "days"
    """One on each line."""
    TEXTS = "texts"
    LONG_TEXTS = "long_texts"
    COLOUR = "colour"
    TARGET = "target"
    """A page of the portal, or another address."""
    ANSWERS = "answers"
    """Answers to choose from, one on each line, in each language."""
    ID = "id"
    """Made up once, never shown."""
    GROUP = "group"
    """Several of the same kind."""


class Field(NamedTuple):
    """One setting."""

    path: str
    """Its key in the settings file; within a group, that in the group's table."""
    label: Message
    kind: Kind = Kind.TEXT
    hint: Message | None = None
    options: tuple[tuple[str, Message], ...] = ()
    inner: tuple["Field", ...] = ()
    most: int = 0
    """Of a group: up to how many a page offers an empty one."""
    required: bool = False


def name_of(path: str) -> str:
    """The name of the field that stands for a key."""
    return re.sub(r"[.\[]", "-", path).replace("]", "")


def value_at(document: Mapping[str, Any], path: str) -> Any:
    """What a document says under a key; None where it says nothing."""
    found: Any = document
    for key in path.split("."):
        found = found.get(key) if isinstance(found, Mapping) else None
    return found


def with_value(document: Mapping[str, Any], path: str, value: Any) -> Document:
    """The document with another value under a key; without the key, where the value is None."""
    key, _, rest = path.partition(".")
    changed = dict(document)
    told = with_value(document.get(key, {}), rest, value) if rest else value
    if told is None:
        changed.pop(key, None)
    else:
        changed[key] = told
    return changed


def told(field: Field, posted: Mapping[str, str], prefix: str = "") -> Any:
    """What was posted for a field, as a file would hold it; None where it says nothing."""
    name = name_of(f"{prefix}{field.path}")
    match field.kind:
        case Kind.FLAG:
            return posted.get(name) == YES
        case Kind.WORDS:
            return _ticked(posted, f"{name}-")
        case Kind.LANGUAGES:
            return _languages(posted, name)
        case Kind.TEXTS | Kind.LONG_TEXTS:
            return _texts(posted, name)
        case Kind.ANSWERS:
            return _answers(posted, name)
        case Kind.GROUP:
            return _group(field, posted, name)
        case Kind.TARGET:
            chosen = posted.get(f"{name}-page", "")
            return _text(posted, name) if chosen in ("", OTHER) else chosen
        case _:
            return _written(field.kind, _text(posted, name))


def _ticked(posted: Mapping[str, str], prefix: str) -> list[str]:
    """Words whose boxes are ticked; whether they are any that may be, the reader says."""
    names = (name for name, value in posted.items() if name.startswith(prefix) and value == YES)
    return sorted(name.removeprefix(prefix) for name in names)


def _text(posted: Mapping[str, str], name: str) -> str | None:
    return posted.get(name, "").replace("\r\n", "\n").strip() or None


def _written(kind: Kind, text: str | None) -> Any:
    """What a written field says; what can not be read that way stays as it was written, for the reader to refuse."""
    if kind is Kind.CODES:
        return [code.upper() for code in re.split(r"[\s,;]+", text or "") if code]
    if kind is Kind.DAYS:
        return [line.strip() for line in (text or "").split("\n") if line.strip()]
    if kind is Kind.MAYBE:
        return {YES: True, NO: False}.get(text or "")
    if kind is Kind.ID:
        return text or f"q_{new_id()[:_ID]}"
    return _number(kind, text) if text else None


def _number(kind: Kind, text: str) -> Any:
    bare = re.sub(r"\s", "", text)
    if kind in (Kind.NUMBER, Kind.LEVEL) and _WHOLE.fullmatch(bare):
        return int(bare)
    if kind is Kind.DECIMAL and _DECIMAL.fullmatch(bare):
        return Decimal(bare.replace(",", "."))
    return text


def _languages(posted: Mapping[str, str], name: str) -> list[str]:
    first = [code for code in LANGUAGES if posted.get(name) == code]
    return list(dict.fromkeys([*first, *(code for code in LANGUAGES if posted.get(f"{name}-{code}") == YES)]))


def _texts(posted: Mapping[str, str], name: str) -> dict[str, str] | None:
    return {code: text for code in LANGUAGES if (text := _text(posted, f"{name}-{code}"))} or None


def _group(field: Field, posted: Mapping[str, str], name: str) -> list[Document]:
    """Those of a group that say anything, in their order."""
    rows = (_row(field, posted, f"{name}[{at}].") for at in _numbers(posted, f"{name}-"))
    return [row for row in rows if row]


def _numbers(posted: Mapping[str, str], prefix: str) -> list[int]:
    """The numbers that stand behind a prefix in names of fields: a file may have told more than a page would offer."""
    numbers = (whole(name.removeprefix(prefix).partition("-")[0], 3) for name in posted if name.startswith(prefix))
    return sorted({number for number in numbers if number is not None})


def _row(field: Field, posted: Mapping[str, str], prefix: str) -> Document | None:
    """One of a group; None where all its texts are empty, which is how one is taken away."""
    words = [each for each in field.inner if each.kind not in (Kind.FLAG, Kind.CHOICE, Kind.LEVEL, Kind.ID)]
    if all(told(each, posted, prefix) in (None, []) for each in words):
        return None
    values = ((each.path, told(each, posted, prefix)) for each in field.inner)
    return {path: value for path, value in values if value is not None}


def _answers(posted: Mapping[str, str], name: str) -> list[Document] | None:
    """Answers with their ids: one whose words stay keeps its id, and one that was only worded anew does so as well."""
    lines = {code: (_text(posted, f"{name}-{code}") or "").split("\n") for code in LANGUAGES}
    spoken = next((code for code in LANGUAGES if lines[code] != [""]), "")
    if not spoken:
        return None
    ids = _answer_ids(known_answers(posted.get(f"{name}-known", "")), [each.strip() for each in lines[spoken]])
    told = ((each, _nth(lines, at)) for at, each in enumerate(ids))
    return [{"id": each, "label": label} for each, label in told if label]


def _nth(lines: Mapping[str, list[str]], at: int) -> Texts:
    told = {code: each[at].strip() for code, each in lines.items() if at < len(each)}
    return {code: text for code, text in told.items() if text}


def known_answers(text: str) -> list[tuple[str, str]]:
    """Ids and words of the answers that the page was made from."""
    return [(line.partition(" ")[0], line.partition(" ")[2]) for line in text.split("\n") if line.strip()]


def _answer_ids(known: list[tuple[str, str]], words: list[str]) -> list[str]:
    by_words = {label: each for each, label in known}
    kept = [by_words.get(label) for label in words]
    if len(words) == len(known):
        free = {each for each, _ in known} - set(kept)
        kept = [each or (was if was in free else None) for each, (was, _) in zip(kept, known, strict=True)]
    return [each or f"a_{new_id()[:_ID]}" for each in kept]
