"""Every word a reader sees goes through the catalogues: nothing in templates or code is written past them."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import nodes

from chalicelib.shared.texts import LANGUAGES
from chalicelib.web import render

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted(
    path.relative_to(ROOT / "templates") for path in (ROOT / "templates").rglob("*.*") if "pdf" not in path.parts
)
MODULES = sorted(
    path.relative_to(ROOT)
    for path in (ROOT / "chalicelib").rglob("*.py")
    # what operators read on their terminal is English
    if path.relative_to(ROOT).parts[1] not in ("admin", "migrating")
    and (path.relative_to(ROOT).parts[1] != "api" or path.stem.endswith("_routes"))  # so is what programs are told
)

_SAME_EVERYWHERE = {"Foyer", "narrow", "wide", "required", "script-src"}
"""The product's name; the layout's names of widths and an attribute, which blocks and macros print into tags; a
directive of browsers."""
_ATTRIBUTE = re.compile(r'[a-z-]+="[^"]*"')
_READ_ALOUD = {"alt", "title", "placeholder", "aria-label", "aria-description", "content", "data-copied"}
_MACHINE_READ = re.compile(
    r"width=device-width.*|light dark|#[0-9a-f]{6}|telephone=no(?:,\w+=no)*|\(prefers-color-scheme: \w+\)"
)
_WORD = re.compile(r"[^\W\d_]{2,}")
_SENTENCE = re.compile(r"[A-Z][a-z]+ [a-z]+")
_TRANSLATORS = {"gettext", "ngettext", "_"}
_CALLS_PAST_READERS = {"say", "getLogger", "TypeVar", "NewType"}


class _Words(HTMLParser):
    """Words in text and in attributes that are read to people; style sheets and scripts are not."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, _tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attributes if name in _READ_ALOUD and value]

    def handle_data(self, data: str) -> None:
        if self.lasttag != "style":
            self.found.append(data)


def untranslated(source: str) -> list[str]:
    """Words of a template that stand outside of gettext."""
    tree = render.html().parse(source)
    reader = _Words()
    reader.feed("".join(_literal_text(tree)))
    reader.close()
    strings = [value for value in _strings(tree, translated=False) if _SENTENCE.search(value)]
    words = [text for text in (_ATTRIBUTE.sub("", text).strip(" ,\n") for text in reader.found) if _WORD.search(text)]
    return [text for text in words + strings if text not in _SAME_EVERYWHERE and not _MACHINE_READ.fullmatch(text)]


def _literal_text(tree: nodes.Node) -> Iterator[str]:
    """The template's own text in its order; what expressions print is left out."""
    for output in tree.find_all(nodes.TemplateData):
        yield output.data


def _strings(node: nodes.Node, *, translated: bool) -> Iterator[str]:
    """String constants of expressions that no translator function gets."""
    if isinstance(node, nodes.Const) and isinstance(node.value, str) and not translated:
        yield node.value
    called = node.node if isinstance(node, nodes.Call) else None
    inside = isinstance(called, nodes.Name) and called.name in _TRANSLATORS
    for child in node.iter_child_nodes():
        yield from _strings(child, translated=translated or inside)


@pytest.mark.parametrize("template", TEMPLATES, ids=str)
def test_templates_say_nothing_untranslated(template: Path) -> None:
    assert untranslated((ROOT / "templates" / template).read_text()) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>Hello</p>", ["Hello"]),
        ("<p>{{ name }} owes</p>", ["owes"]),
        ('<p aria-label="Main menu"></p>', ["Main menu"]),
        ('<a href="/x" class="button">{{ _("Open") }}</a>', []),
        ("{% trans a=1 %}Open {{ a }} now{% endtrans %}", []),
        ('{{ "Open it" if a else _("Close it") }}', ["Open it"]),
        ('{% if a %}<b title="{{ _("Open") }}">·</b>{% endif %}', []),
        ("<p>Foyer</p>", []),
        ("{# A comment for authors #}", []),
    ],
)
def test_the_check_of_templates_sees_what_it_should(source: str, found: list[str]) -> None:
    assert untranslated(source) == found


def bare_sentences(source: str) -> list[str]:
    """Sentences in code that no `say` gets: neither docstrings nor what an exception tells a developer."""
    tree = ast.parse(source)
    meant = {id(part) for node in ast.walk(tree) if _not_for_readers(node) for part in ast.walk(node)}
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in meant
        and _SENTENCE.match(node.value)
    ]


def _not_for_readers(node: ast.AST) -> bool:
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)  # a docstring
    if isinstance(node, ast.Raise):
        return True
    if isinstance(node, ast.Dict):  # what is said in every language at once
        return {key.value for key in node.keys if isinstance(key, ast.Constant)} == set(LANGUAGES)
    called = node.func if isinstance(node, ast.Call) else None
    return isinstance(called, ast.Name) and called.id in _CALLS_PAST_READERS


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_code_says_nothing_untranslated(module: Path) -> None:
    assert bare_sentences((ROOT / module).read_text()) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('A = say("Fill in this field")', []),
        ('A = "Fill in this field"', ["Fill in this field"]),
        ('def f():\n    """Fill in this field."""', []),
        ('raise ValueError("Nothing like that")', []),
        ('A = f("Fill in", "danger")', ["Fill in"]),
        ('A = "application/json"', []),
        ('A = {"fr": "Il pleut fort", "en": "It rains hard", "ru": "Идёт дождь"}', []),
        ('A = {"fr": "Il pleut fort", "en": "It rains hard"}', ["Il pleut fort", "It rains hard"]),
    ],
)
def test_the_check_of_code_sees_what_it_should(source: str, found: list[str]) -> None:
    assert bare_sentences(source) == found
