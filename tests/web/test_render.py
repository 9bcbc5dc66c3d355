"""Templates: escaped always in HTML, never with code or style inside, strict about what they are given (I-01)."""

import re
from pathlib import Path

import jinja2
import pytest

from chalicelib.web import render

TEMPLATES = sorted(Path(__file__).parents[2].glob("templates/**/*.*"))
HTML = [path for path in TEMPLATES if path.suffix == ".html"]
_MAILS = [path for path in HTML if "messages" in path.parts]
"""Mail programs know styles in the mail itself and nothing else."""
_FORBIDDEN = {
    "the safe filter": re.compile(r"\|\s*safe\b"),
    "Markup": re.compile(r"\bMarkup\("),
    "escaping switched off": re.compile(r"autoescape\s+false"),
    "a handler in an attribute": re.compile(r"<[^>]+\son[a-z]+\s*=", re.IGNORECASE),
    "a style in an attribute": re.compile(r"<[^>]+\sstyle\s*=", re.IGNORECASE),
    "a script in the page": re.compile(r"<script(?![^>]*\ssrc=)", re.IGNORECASE),
    "a style in the page": re.compile(r"<style\b", re.IGNORECASE),
    "an attribute without quotes": re.compile(r"<[a-z][^>]*\s[a-z-]+=\{\{", re.IGNORECASE),
    "something from elsewhere": re.compile(r"(?:src|href)=\"(?:https?:)?//", re.IGNORECASE),
}


def test_there_are_templates_to_look_at() -> None:
    assert len(HTML) >= 30


@pytest.mark.parametrize("what", _FORBIDDEN)
def test_no_template_holds(what: str) -> None:
    """I-01, W-02, W-10."""
    found = [path for path in HTML if _FORBIDDEN[what].search(path.read_text())]

    assert not [path for path in found if path not in _MAILS or "a style" not in what]


def test_no_style_of_a_mail_holds_a_value() -> None:
    """I-01: what a person typed can not become style; colours of the brand are six hexadecimal digits and nothing else
    (`notifications.colours`).
    """
    assert len(_MAILS) >= 4
    for path in _MAILS:
        text = re.sub(r"\{\{ colours\.[a-z_]+ \}\}", "", path.read_text())
        assert not re.search(r"style=\"[^\"]*\{\{", text), path
        assert not re.search(r"<style>(?:(?!</style>).)*\{\{", text, re.DOTALL), path


@pytest.mark.parametrize("hostile", ["<script>x</script>", '" onload="x', "' x='", "</title>", "{{7919*7919}}", "&lt;"])
def test_values_are_escaped_in_html_and_plain_in_text(aws: object, hostile: str) -> None:
    """I-01: for every kind of template name."""
    template = "{{ value }}"
    shown = render.html().from_string(template).render(value=hostile)

    assert not set("<>\"'") & set(shown)
    assert "62710561" not in shown
    assert render.text().from_string(template).render(value=hostile) == hostile


def test_a_name_that_nobody_gave_is_an_error(aws: object) -> None:
    with pytest.raises(jinja2.UndefinedError):
        render.html().from_string("{{ nothing }}").render()
