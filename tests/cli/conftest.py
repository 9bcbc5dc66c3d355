"""Operators at their terminals say why they work on a family's records."""

import pytest

from cli.asking import REASON


@pytest.fixture(autouse=True)
def has_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reason that every command about a family wants."""
    monkeypatch.setenv(REASON, "The organisation asked for help")
