"""Messages about offers and absences, as they reach the reader in each language."""

from datetime import UTC, datetime

import pytest

from chalicelib.notifications import compose
from local.engine import Engine
from tests.support.world import organisation

_FACTS = {"title": {"en": "Ballet 1", "fr": "Ballet 1"}, "member": "Léa", "at": datetime(2026, 11, 24, 23, tzinfo=UTC)}


@pytest.mark.parametrize("language", ["en", "fr", "ru"])
@pytest.mark.parametrize(
    ("template", "facts", "leads_to"),
    [
        ("place_offered", {}, "/waiting"),
        ("absence_noted", {"more": 0}, "/schedule"),
        ("absence_noted", {"more": 2}, "/schedule"),
    ],
)
def test_a_message_names_who_what_and_when(
    aws: Engine, template: str, facts: dict[str, object], leads_to: str, language: str
) -> None:
    org = organisation("studio")
    local = compose.local_for(org, language)

    told = {**_FACTS, **facts, "name": "Tremblay", "is_other": False}
    mail = compose.mail(org, local, template, "a@example.com", "m", told)
    text = compose.text_message(org, local, template, told)

    for words in (mail.text, mail.html, text):
        assert "Léa" in words
        assert "Ballet 1" in words
    assert "Léa" in mail.subject
    assert leads_to in mail.text
    assert leads_to in mail.html
    assert ("2" in mail.text.partition("2026")[2]) is (facts.get("more") == 2) or template == "place_offered"
