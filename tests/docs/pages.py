"""The project's Markdown, and what to read in it: links, tables, blocks of code."""

import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`\n]*`")
_LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


@cache
def files() -> tuple[str, ...]:
    """Paths of all files that are, or are about to be, under version control."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    return tuple(sorted(path for path in set(told.split("\0")) if path and (ROOT / path).is_file()))


def markdown() -> list[str]:
    """Paths of all Markdown files."""
    return [path for path in files() if path.endswith(".md")]


def links(text: str) -> list[str]:
    """Targets of links and pictures; code is not looked at."""
    prose = _CODE.sub("", _FENCE.sub("", text))
    return [one or other for one, other in _LINK.findall(prose)]


def anchors(text: str) -> set[str]:
    """Fragments that a page offers: its headings, as GitHub names them."""
    headings = _HEADING.findall(_FENCE.sub("", text))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def code(text: str, language: str) -> list[str]:
    """Blocks of code in a language."""
    return [block for found, block in _FENCE.findall(text) if found == language]


def rows(text: str) -> Iterator[list[str]]:
    """Rows of all tables, cell by cell, without their headers' underlines."""
    for line in text.splitlines():
        if line.startswith("|") and not re.fullmatch(r"[|\s:-]+", line):
            yield [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
