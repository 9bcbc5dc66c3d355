"""Which characters a paper can show: people's words, as the paper's fonts can write them.

A PDF that everybody can read (PDF/UA) may not hold a character without a shape, so every text passes here.
"""

import unicodedata
from bisect import bisect_right
from functools import cache
from pathlib import Path

FONTS = Path(__file__).parents[2] / "templates" / "pdf" / "fonts"
UNKNOWN = "\N{WHITE SQUARE}"
"""Stands for a character that no font has."""
_SPACES = frozenset(" \N{NO-BREAK SPACE}\n")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
"""Categories without a shape: control and format characters (overrides of direction among them), and no characters."""


def writable(text: str) -> str:
    """`text` in composed form, without what can not be seen; what the fonts lack becomes □."""
    composed = unicodedata.normalize("NFC", text.replace("\t", " ").replace("\r\n", "\n"))
    return "".join(_written(letter) for letter in composed)


@cache
def _written(letter: str) -> str:
    if letter in _SPACES:
        return letter
    category = unicodedata.category(letter)
    if category in _UNSEEN:
        return ""
    if category in ("Zl", "Zp"):
        return "\n"
    return letter if _has(ord(letter)) else " " if category == "Zs" else UNKNOWN


def _has(code: int) -> bool:
    firsts, lasts = _ranges()
    place = bisect_right(firsts, code) - 1
    return place >= 0 and code <= lasts[place]


@cache
def _ranges() -> tuple[list[int], list[int]]:
    """First and last code points of what the fonts have, as `infra.fonts` wrote them down."""
    pairs = [line.split("-") for line in (FONTS / "coverage.txt").read_text().split()]
    return [int(first, 16) for first, _ in pairs], [int(last, 16) for _, last in pairs]
