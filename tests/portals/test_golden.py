"""The words of all messages, as they were last looked at."""

import pytest

from tests.portals import golden


@pytest.mark.parametrize("language", ["fr", "en", "ru"])
def test_messages_say_what_they_said_when_they_were_last_looked_at(aws: object, language: str) -> None:
    """MSG-3: a change of words is seen. Renewed by `.venv/bin/python -m tests.portals.golden`."""
    assert golden.written(language) == golden.path(language).read_text(encoding="utf-8")
