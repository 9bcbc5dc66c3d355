"""The templates of papers say nothing by themselves: every word is the paper's, and so in its language."""

import re
from pathlib import Path

import pytest

from chalicelib.papers.typesetting import TEMPLATES

_COMMENT = re.compile(r"//.*")
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
_NAMES = re.compile(r"[a-z0-9_.{}-]*|start-|end-|Inter|Noto Sans (Hebrew|Arabic)|#[0-9a-f]{6}|\\[Sun].*")
_CONTENT = re.compile(r"(?<![\w.)])\[([^\]#]*[^\W\d_]{2,}[^\]]*)\]")


def spoken(source: str) -> list[str]:
    """Words that a template would print by itself."""
    code = _COMMENT.sub("", source)
    strings = [text.strip() for text in _STRING.findall(code)]
    return [text for text in strings if not _NAMES.fullmatch(text)] + _CONTENT.findall(code)


@pytest.mark.parametrize("template", sorted(TEMPLATES.glob("*.typ")), ids=lambda path: path.stem)
def test_templates_of_papers_say_nothing_untranslated(template: Path) -> None:
    """NEW-19."""
    assert spoken(template.read_text()) == []


@pytest.mark.parametrize("source", ['text("Total due")', "align(end, [Total due])", 'box("Заплатить")'])
def test_a_word_of_a_templates_own_is_noticed(source: str) -> None:
    assert spoken(source)
