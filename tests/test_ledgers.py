"""The ledgers in docs/ tell the truth: complete, and every "works" or "met" is backed by a test that exists."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.docs import pages

FEATURES = "docs/features.md"
SECURITY = "docs/security.md"

_NUMBERED = {
    "AUTH": 17, "ACC": 15, "DASH": 7, "SCH": 12, "SKILL": 1, "BOOK": 5, "FORM": 2, "DOC": 2, "CARD": 1, "INV": 7,
    "PAY": 2, "STM": 2, "CRED": 2, "PM": 5, "QUO": 4, "REC": 2, "SUB": 4, "PUR": 2, "MSG": 4, "ADM": 11, "DESK": 8,
    "API": 3, "ORG": 2,
}  # fmt: skip
"""How many features of each kind there are."""
_CHOICES = 9
_IDEAS = 20
"""Rules learnt from the field, and as many things that nobody else has."""
_ID = re.compile(r"[A-Z]+-?\d+")
_TEST = re.compile(r"`(tests/[\w/.]+)::(\w+)`")
_BACKED = re.compile(r"(?:works|met)\b")
_STATES = re.compile(r"works|partly: .+|planned|works \(.+\)")


def _rows(ledger: str) -> list[list[str]]:
    """Rows of a ledger: those that begin with an id."""
    text = (pages.ROOT / ledger).read_text("utf-8")
    return [row for row in pages.rows(text) if _ID.fullmatch(row[0])]


def _wanted() -> Iterator[str]:
    for kind, number in _NUMBERED.items():
        yield from (f"{kind}-{each}" for each in range(1, number + 1))
    yield from (f"C{each}" for each in range(1, _CHOICES + 1))
    yield from (f"{kind}-{each}" for kind in ("X", "NEW") for each in range(1, _IDEAS + 1))


@cache
def _tests(path: str) -> frozenset[str]:
    """Names of the test functions that a file defines; none when there is no such file."""
    file = pages.ROOT / path
    if not file.is_file():
        return frozenset()
    nodes = ast.walk(ast.parse(file.read_text("utf-8")))
    return frozenset(node.name for node in nodes if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"))


def test_every_feature_has_one_row() -> None:
    assert [row[0] for row in _rows(FEATURES)] == list(_wanted())


def test_every_feature_has_a_state() -> None:
    assert not [row[0] for row in _rows(FEATURES) if not _STATES.fullmatch(row[2])]


@pytest.mark.parametrize("ledger", [FEATURES, SECURITY])
def test_every_test_that_a_ledger_names_exists(ledger: str) -> None:
    text = (pages.ROOT / ledger).read_text("utf-8")
    named = _TEST.findall(text)

    assert named
    assert not [f"{path}::{name}" for path, name in named if name not in _tests(path)]


@pytest.mark.parametrize("ledger", [FEATURES, SECURITY])
def test_nothing_works_without_a_test(ledger: str) -> None:
    rows = _rows(ledger)

    assert rows
    assert not [row[0] for row in rows if _claims(row) and not _TEST.search(" ".join(row))]


def _claims(row: list[str]) -> bool:
    return any(_BACKED.match(cell) for cell in row[1:])


def test_a_test_that_is_gone_is_noticed() -> None:
    assert "test_nothing_works_without_a_test" in _tests(str(Path(__file__).relative_to(pages.ROOT)))
    assert "test_that_is_gone" not in _tests(str(Path(__file__).relative_to(pages.ROOT)))
    assert not _tests("tests/gone.py")
