"""Catalogues of translations: finds the sentences of the code and of the templates, and keeps `locale/` up to date.

English sentences are the keys. `make messages` adds new ones to each language's `foyer.po`, drops those
that nothing says any more, and marks guesses for changed ones as fuzzy: those are not shown to
anybody before a person has looked at them and taken the mark away.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Entry
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from chalicelib.shared.texts import LANGUAGES
from chalicelib.web.language import LOCALE_FOLDER, SOURCE_LANGUAGE, written

_ROOT = LOCALE_FOLDER.parent
_SOURCES = (
    ("chalicelib", "**.py", "infra.messages:in_python"),
    ("templates", "**.html", "jinja2"),
    ("templates", "**.txt", "jinja2"),
)
_TEMPLATE_OPTIONS = {
    "newstyle_gettext": "true", "trim_blocks": "true", "lstrip_blocks": "true", "silent": "false",
}  # fmt: skip
_KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
_LINE_WIDTH = 120

Found = tuple[int, str, str | tuple[str, str], list[str]]
"""Line, function, sentence or its two forms, comments: what Babel wants of an extractor."""


def in_python(source: IO[bytes], _keywords: object, _tags: object, **_options: object) -> Iterator[Found]:
    """Babel extractor for calls of `say`. Raises ValueError where the sentence is not written in the call itself."""
    for node in ast.walk(ast.parse(source.read())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say":
            one = _literal(node.args[0], node)
            many, context = _option(node, "plural"), _option(node, "context")
            if context:
                yield node.lineno, "pgettext", (context, one), []
            else:
                yield (node.lineno, "ngettext", (one, many), []) if many else (node.lineno, "gettext", one, [])


def _option(call: ast.Call, name: str) -> str:
    return next((_literal(word.value, call) for word in call.keywords if word.arg == name), "")


def _literal(value: ast.expr, call: ast.Call) -> str:
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        return value.value
    raise ValueError(f"line {call.lineno}: the sentence must stand in the call of say(), or it can not be translated")


def sentences() -> Catalog:
    """Every sentence of the product, untranslated, with the files that say it."""
    found = Catalog(project="Foyer", charset="utf-8")
    for folder, pattern, method in _SOURCES:
        options: dict[str, Any] = {pattern: _TEMPLATE_OPTIONS if method == "jinja2" else {}}
        every = extract_from_dir(_ROOT / folder, [(pattern, method)], options, _KEYWORDS)
        for path, _line, sentence, _comments, context in every:
            found.add(sentence, locations=[(f"{folder}/{path}", 0)], context=context)
    return found


def update(language: str, found: Catalog) -> list[Entry]:
    """Brings one language's catalogue up to date. Returns what still needs a translator."""
    path = written(language)
    catalogue = _read(path, language)
    found.creation_date = catalogue.creation_date
    catalogue.update(found)
    catalogue.obsolete.clear()
    _tidy_header(catalogue)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalogue, width=_LINE_WIDTH, sort_by_file=True, include_lineno=False, ignore_obsolete=True)
    return [entry for entry in catalogue if entry.id and needs_translator(entry)]


def _read(path: Path, language: str) -> Catalog:
    if not path.exists():
        return Catalog(language, project="Foyer", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language)


def _tidy_header(catalogue: Catalog) -> None:
    """Leaves out what Babel asks people to fill in: history tells who translated what, and when."""
    catalogue.header_comment = (
        "# The keys are the English sentences of the product; `make messages` keeps them up to date."
    )
    catalogue.fuzzy = False
    catalogue.version = catalogue.msgid_bugs_address = catalogue.last_translator = catalogue.language_team = ""
    catalogue.revision_date = catalogue.creation_date


def needs_translator(entry: Entry) -> bool:
    """Whether a sentence, or one of its plural forms, is missing or only guessed."""
    forms = entry.string if isinstance(entry.string, (tuple, list)) else (entry.string,)
    return entry.fuzzy or not all(forms)


def main() -> int:
    """Updates every catalogue; says what is left to translate."""
    found = sentences()
    for language in LANGUAGES:
        if language == SOURCE_LANGUAGE:
            continue
        left = update(language, found)
        print(f"{language}: {len(found)} sentences, {len(left)} to translate")
        for entry in left:
            print(f"    {entry.id}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
