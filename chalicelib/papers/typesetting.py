"""From papers to PDF: typst with our templates. The only module that knows typst.

Words reach the templates as data (a JSON file beside them), so nothing that people wrote is ever read as markup.
What comes out is tagged and valid PDF/UA-1; typst refuses to write a file that is not.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any, NamedTuple

from chalicelib.papers.characters import FONTS, writable
from chalicelib.papers.paper import Look, Paper

TEMPLATES = FONTS.parent
_STANDARD = "ua-1"


class Bundle(NamedTuple):
    """Papers of one organisation that become one file, in this order; at least one."""

    title: str
    papers: Sequence[Paper]
    look: Look
    made_at: datetime
    """Written into the file; the same bundle at the same moment gives the same bytes."""


def make(bundle: Bundle) -> bytes:
    """The PDF file. Each paper begins on a page of its own and counts its own pages."""
    made: bytes = _compiler().compile(
        _files(bundle), format="pdf", pdf_standards=_STANDARD, timestamp=int(bundle.made_at.timestamp())
    )
    return made


def pictures(bundle: Bundle, dots_per_inch: float = 110) -> list[bytes]:
    """The pages as PNG images, for people who work on the templates."""
    made = _compiler().compile(
        _files(bundle), format="png", ppi=dots_per_inch, timestamp=int(bundle.made_at.timestamp())
    )
    return made if isinstance(made, list) else [made]


@cache
def _compiler() -> Any:
    """Finds the fonts once, and keeps what it has worked out about templates between papers.

    It takes files by name, as its manual says; its type hints know only single files.
    """
    import typst

    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
    return typst.Compiler(font_paths=fonts)


def _files(bundle: Bundle) -> dict[str, bytes]:
    """Everything that typst sees: it has no other files, and no way to fetch any."""
    told = {"title": bundle.title, "papers": bundle.papers, "look": bundle.look}
    return {**_templates(), "bundle.json": json.dumps(_plain(told), ensure_ascii=False).encode()}


@cache
def _templates() -> Mapping[str, bytes]:
    return {path.name: path.read_bytes() for path in TEMPLATES.glob("*.typ")}


def _plain(value: Any) -> Any:
    """`value` as JSON can hold it: texts as the fonts can write them, images as numbers, for typst's files are text."""
    if isinstance(value, str):
        return writable(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, bytes):
        return list(value)
    if hasattr(value, "_asdict"):
        return _plain(value._asdict())
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, (list, tuple)) else value
