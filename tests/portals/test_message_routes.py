"""The organisation's own words in mails: written at the desk, seen there, and sent with what the portal writes."""

from pathlib import Path

import pytest

from chalicelib.identity.domain import StaffRole
from chalicelib.notifications import own_words
from chalicelib.notifications.own_words import OwnWords
from chalicelib.organisations import audit
from chalicelib.portals import message_routes
from chalicelib.portals.samples import samples
from tests.forms.asking import typed
from tests.support.browser import Browser
from tests.support.world import World

ROOT = Path(__file__).parents[2]


@pytest.fixture
def desk(world: World, browser: Browser) -> Browser:
    return browser.sign_in_staff(world.org, world.staff(StaffRole.OWNER), world.now)


HOSTILE = "{{ org.import_key }} %(name)s {% raw %} <script>alert(1)</script>"


def test_words_are_written_noted_and_taken_away(world: World, desk: Browser) -> None:
    """ADM-9: words that look like code are words."""
    path = f"/{world.org}/desk/settings/messages"
    page = desk.get(f"{path}/invoice")

    listed = desk.submit(page, "invoice", **typed({"above-fr": "Chers parents,", "below-en": HOSTILE}))

    assert listed.text.count("With own words") == 1
    assert own_words.get(world.org, "invoice") == OwnWords({"fr": "Chers parents,"}, {"en": HOSTILE})
    page = desk.get(f"{path}/invoice")
    assert HOSTILE in page.text
    assert "<script>alert" not in page.html
    assert "Chers parents," in page.text
    desk.submit(page, "invoice", **typed({"above-fr": "", "below-en": ""}))
    assert own_words.written(world.org) == frozenset()
    assert [len(entry.changes) for entry in audit.page(world.org).rows] == [2, 2]
    assert "invoice" in desk.get(f"/{world.org}/desk/settings/log").text


def test_words_are_seen_before_they_are_stored(world: World, desk: Browser) -> None:
    page = desk.get(f"/{world.org}/desk/settings/messages/quote")

    seen = desk.submit(page, "quote", **typed({"above-ru": "Добрый день!", "act": "preview"}))

    in_the_field, in_each_message = 1, 3  # those who read another language get these words, for there are no others
    assert seen.text.count("Добрый день!") == in_the_field + in_each_message
    assert own_words.written(world.org) == frozenset()


def test_words_without_end_are_refused(world: World, desk: Browser) -> None:
    page = desk.get(f"/{world.org}/desk/settings/messages/quote")

    answer = desk.submit(page, "quote", **typed({"above-fr": "a" * 1001}))

    assert answer.status == 400
    assert own_words.written(world.org) == frozenset()


@pytest.mark.parametrize(("name", "why"), [("code", "forged"), ("data_ready", "forged"), ("stranger", "own people")])
def test_messages_that_stay_as_they_are_are_looked_at(world: World, desk: Browser, name: str, why: str) -> None:
    """Families must be able to tell those about signing in from letters that only look like them."""
    page = desk.get(f"/{world.org}/desk/settings/messages/{name}")
    assert why in page.text
    assert "textarea" not in page.html

    answer = desk.post(
        f"/{world.org}/desk/settings/messages/{name}", {**typed({"above-fr": "Payez ici."}), "csrf": _csrf(desk, world)}
    )

    assert answer.status == 404
    assert own_words.get(world.org, name) == OwnWords()
    assert own_words.written(world.org) == frozenset()


def _csrf(desk: Browser, world: World) -> str:
    page = desk.get(f"/{world.org}/desk/settings/messages/invoice")
    return next(field.get("value") or "" for field in page.document.iter("input") if field.get("name") == "csrf")


def test_whatever_is_sent_can_be_looked_at(world: World, desk: Browser) -> None:
    """ADM-9: each folder of messages stands on the list, in one place, and its words in each language on its page."""
    folders = {path.parent.name for path in (ROOT / "templates" / "messages").glob("*/subject.txt")}
    assert set(samples("CAD", world.now)) == folders
    listed = desk.get(f"/{world.org}/desk/settings/messages")
    for name in folders:
        assert listed.html.count(f'/desk/settings/messages/{name}"') == 1
    page = desk.get(f"/{world.org}/desk/settings/messages/invoice")
    assert page.text.count("To a phone") == 3


def test_a_message_that_is_none_has_no_page(world: World, desk: Browser) -> None:
    assert desk.get(f"/{world.org}/desk/settings/messages/none").status == 404


@pytest.mark.parametrize("language", ["fr", "en", "ru"])
def test_every_example_is_a_whole_mail(world: World, language: str) -> None:
    """A fact that a message asks for and an example lacks would be an error here."""
    for name, sample in samples("CAD", world.now).items():
        words = OwnWords({language: "ABOVE"}, {language: "BELOW"})
        mail = message_routes.preview(world.organisation, language, name, sample, words)
        text = message_routes.preview_text(world.organisation, language, name, sample)
        assert mail.subject
        assert text
        assert "None" not in mail.text + text
        for text in (mail.text, mail.html):
            assert text.index("ABOVE") < text.index("BELOW"), name
