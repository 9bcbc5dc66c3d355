"""What households are told about documents, in every language."""

import pytest

from chalicelib.notifications import compose
from chalicelib.shared.times import day_begins
from tests.support.world import World

_LINKS = {"document": "/documents/20261122-x", "document_wanted": "/documents/requests/20261122-x"}


@pytest.mark.parametrize("language", ["fr", "en", "ru"])
@pytest.mark.parametrize("template", _LINKS)
@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize("title", ["", "Certificat <b>\u202e"])
def test_mail_and_text_lead_there(world: World, template: str, language: str, again: bool, title: str) -> None:
    local = compose.local_for(world.organisation, language)
    facts = {
        "document": "20261122-x", "wanted": "20261122-x", "title": title, "again": again, "is_again": again,
        "reason": "Flou <i>." if again else "", "due_at": day_begins(world.today, world.organisation.zone),
    }  # fmt: skip
    mail = compose.mail(world.organisation, local, template, "a@b.example", "ref", facts)
    text = compose.text_message(world.organisation, local, template, facts)

    for part in (mail.text, mail.html):
        assert _LINKS[template] in part
    assert f"/{world.org}/documents" in text, "a text leads to the list, which is shorter"
    assert (" – " in mail.subject) is bool(title)
    assert mail.subject.endswith(title.replace("\u202e", "")), "what turns the reading about is no letter"
    assert "\n" not in mail.subject
    assert "<b>" not in mail.html
    if template == "document_wanted":
        assert local.date(world.today, "long") in mail.text
        assert ("Flou <i>." in mail.text) is again
        assert "<i>" not in mail.html


def test_without_a_day_none_is_named(world: World) -> None:
    local = compose.local_for(world.organisation, "en")
    facts = {"wanted": "x", "title": "T", "is_again": False, "reason": ""}
    assert (
        "Please send it by" not in compose.mail(world.organisation, local, "document_wanted", "a@b.c", "r", facts).text
    )
