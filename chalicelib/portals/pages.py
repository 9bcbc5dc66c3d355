"""View models of the pages of settings, and of the log that tells who changed them."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from chalicelib.organisations.audit import Change, Entry
from chalicelib.portals.fields import NO, OTHER, YES, Field, Kind, name_of
from chalicelib.portals.sections import CHOICE, PAGES, SECTIONS, Section
from chalicelib.shared.texts import LANGUAGES, Message, say
from chalicelib.web.language import Local, own_names

_NEW = 1
"""Empty ones of a group that a page offers beside those there are."""
_SHOWN = 300
"""Characters of a value in the log."""
Options = Sequence[tuple[str, str]]


class Row(NamedTuple):
    """One field of a page, ready to show."""

    kind: str
    name: str
    label: str
    value: str = ""
    hint: str | None = None
    error: str | None = None
    options: Options = ()
    checked: frozenset[str] = frozenset()
    required: bool = False
    inner: tuple["Row", ...] = ()


class Drawing:
    """Makes the rows of one page: in the reader's language, for the languages of the organisation, with mistakes."""

    def __init__(
        self, local: Local, languages: Sequence[str], errors: Mapping[str, Message], offered: Mapping[str, Options]
    ) -> None:
        self.local = local
        self.spoken = dict(own_names(languages))
        self.errors = {name: self._sentence(message) for name, message in errors.items()}
        self.offered = offered
        self.labels: dict[str, str] = {}

    def _sentence(self, message: Message) -> str:
        """What is wrong, beginning as a sentence does: the label stands above it, and not before it."""
        text = self.local.say(message)
        return text[:1].upper() + text[1:]

    def rows(self, fields: Sequence[Field], values: Mapping[str, Any], prefix: str = "") -> tuple[Row, ...]:
        """The rows of some fields."""
        return tuple(row for field in fields for row in self._rows(field, values.get(field.path), prefix))

    def _rows(self, field: Field, value: Any, prefix: str) -> list[Row]:
        name = name_of(f"{prefix}{field.path}")
        if field.kind is Kind.GROUP:
            return self._group(field, value or [], name)
        if field.kind in (Kind.TEXTS, Kind.LONG_TEXTS):
            return self._texts(field, value or {}, name)
        if field.kind is Kind.ANSWERS:
            return self._answers(field, value or [], name)
        row = self._row(field, name)._replace(options=self._options(field))
        return [_filled(row, field.kind, value)]

    def _row(self, field: Field, name: str, label: str = "") -> Row:
        said = label or self.local.say(field.label)
        self.labels[name] = said
        hint = self.local.say(field.hint) if field.hint else None
        return Row(field.kind.value, name, said, hint=hint, error=self.errors.get(name), required=field.required)

    def _options(self, field: Field) -> Options:
        if field.path in self.offered:
            return self.offered[field.path]
        if field.kind is Kind.MAYBE:
            usual, yes, no = map(self.local.say, (say("As usual"), say("Yes"), say("No")))
            return [("", usual), (YES, yes), (NO, no)]
        if field.kind is Kind.LANGUAGES:
            return own_names(LANGUAGES)
        return [(word, self.local.say(words)) for word, words in field.options]

    def _texts(self, field: Field, value: Mapping[str, str], name: str) -> list[Row]:
        """A field for each language that is spoken; what is told in another one goes along unseen."""
        rows = [self._text(field, value, name, code) for code in self.spoken]
        unseen = (code for code in value if code not in self.spoken)
        return rows + [Row("hidden", f"{name}-{code}", "", value[code]) for code in unseen]

    def _text(self, field: Field, value: Mapping[str, str], name: str, code: str) -> Row:
        row = self._row(field, f"{name}-{code}", self._label(field, code))
        is_first = code == next(iter(self.spoken))
        return row._replace(value=value.get(code, ""), required=field.required and is_first)

    def _label(self, field: Field, code: str) -> str:
        label = self.local.say(field.label)
        return f"{label} ({self.spoken[code]})" if len(self.spoken) > 1 else label

    def _answers(self, field: Field, value: Sequence[Mapping[str, Any]], name: str) -> list[Row]:
        codes = [*self.spoken, *{code for each in value for code in each["label"] if code not in self.spoken}]
        lines = {code: "\n".join(each["label"].get(code, "") for each in value) for code in codes}
        rows = [
            self._row(field, f"{name}-{code}", self._label(field, code))._replace(value=lines[code])
            for code in self.spoken
        ]
        wrong = [Row("wrong", name, "", error=self.errors[name])] if name in self.errors else []
        unseen = [Row("hidden", f"{name}-{code}", "", lines[code]) for code in codes if code not in self.spoken]
        spoken = next((code for code in LANGUAGES if lines.get(code)), "")
        known = "\n".join(f"{each['id']} {each['label'].get(spoken, '')}" for each in value)
        return [*wrong, *rows, *unseen, Row("hidden", f"{name}-known", "", known)]

    def _group(self, field: Field, value: Sequence[Mapping[str, Any]], name: str) -> list[Row]:
        head = self._row(field, name)._replace(kind="heading")
        count = min(len(value) + _NEW, max(field.most, len(value)))
        told = [*value, *({} for _ in range(count - len(value)))]
        return [head, *(self._one(field, each, name, at) for at, each in enumerate(told, start=1))]

    def _one(self, field: Field, value: Mapping[str, Any], name: str, at: int) -> Row:
        numbered = say("%(what)s %(number)s", what=self.local.say(field.label), number=at)
        fields = [each for each in field.inner if each.kind is not Kind.ANSWERS or value.get("kind") == CHOICE]
        inner = self.rows(fields, value, f"{name}[{at}].")
        return Row("group", f"{name}-{at}", self.local.say(numbered), inner=inner)


def _filled(row: Row, kind: Kind, value: Any) -> Row:
    """The row with what is stored in it, or with what was posted and could not be read."""
    if kind is Kind.FLAG:
        return row._replace(checked=frozenset({YES}) if value is True else frozenset())
    if kind is Kind.WORDS:
        return row._replace(checked=frozenset(value or ()))
    if kind is Kind.LANGUAGES:
        return row._replace(checked=frozenset(value or ()), value=value[0] if value else "")
    if kind is Kind.TARGET:
        chosen = value if value in PAGES else OTHER
        return row._replace(checked=frozenset({chosen}), value="" if value in PAGES else value or "")
    return row._replace(value=_written(kind, value))


def _written(kind: Kind, value: Any) -> str:
    if kind is Kind.MAYBE:
        return {True: YES, False: NO}.get(value, "")
    if isinstance(value, list):
        return ("\n" if kind is Kind.DAYS else ", ").join(map(str, value))
    if isinstance(value, Decimal):
        return f"{value:f}"
    return "" if value is None else str(value)


class ChangeView(NamedTuple):
    """What one setting was, and is now."""

    label: str
    before: str
    after: str


class EntryView(NamedTuple):
    """One act of the log."""

    id: str
    what: str
    when: str
    who: str
    changes: tuple[ChangeView, ...]


ACTS: Mapping[str, Message] = {
    "settings": say("Settings changed"),
    "words": say("Words of a message changed: %(label)s"),
}
"""Sentences by act. An act of another feature brings its own: `about["what"]` is the key of a sentence that it says."""


def entry_view(entry: Entry, local: Local, most: int = 0) -> EntryView:
    """An act with its changes; with at most so many of them."""
    changes = entry.changes[:most] if most else entry.changes
    return EntryView(
        entry.id,
        _what(entry, local),
        local.datetime(entry.at),
        entry.author.name or local.say(say("Command line")),
        tuple(_change_view(each, local) for each in changes),
    )


def _what(entry: Entry, local: Local) -> str:
    words = ACTS.get(entry.act)
    sentence = local.gettext(words.key if words else entry.about.get("what", entry.act))
    return sentence % entry.about if "%(" in sentence else sentence


def _change_view(change: Change, local: Local) -> ChangeView:
    field = _field_of(change.path)
    label = local.say(field.label) if field else change.path
    return ChangeView(label, _value(change.before, field, local), _value(change.after, field, local))


def _field_of(path: str) -> Field | None:
    """The field that asks for a key, or for the tables that it is within."""
    fields = (field for section in SECTIONS for field in section.fields)
    return next((each for each in fields if f"{path}.".startswith((f"{each.path}.", f"{each.path}["))), None)


def _value(text: str, field: Field | None, local: Local) -> str:
    words = dict(field.options).get(text) if field else None
    if words:
        return local.say(words)
    if text in ("true", "false"):
        return local.say(say("Yes") if text == "true" else say("No"))
    return f"{text[:_SHOWN]}…" if len(text) > _SHOWN else text


class SectionCard(NamedTuple):
    """A page of settings in the list of them."""

    path: str
    title: str
    lead: str
    icon: str


def section_cards(local: Local) -> list[SectionCard]:
    """All pages of settings."""
    return [_card(section, local) for section in SECTIONS]


def _card(section: Section, local: Local) -> SectionCard:
    return SectionCard(section.path, local.say(section.title), local.say(section.lead), section.icon)
