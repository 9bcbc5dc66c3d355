"""Finding the sentences that need a translation, and keeping catalogues up to date."""

from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from chalicelib.web import language
from infra import messages


def test_calls_of_say_are_found_with_both_forms_of_a_plural() -> None:
    source = b"""
A = say("Sign in")
B = say("Due %(day)s", day=x)
C = local.say(say("%(n)s year", n=years, plural="%(n)s years"))
D = local.say(message)
"""
    found = [(name, sentence) for _, name, sentence, _ in messages.in_python(BytesIO(source), (), ())]

    assert sorted(found, key=str) == [
        ("gettext", "Due %(day)s"),
        ("gettext", "Sign in"),
        ("ngettext", ("%(n)s year", "%(n)s years")),
    ]


@pytest.mark.parametrize("call", ["say(words)", 'say("a" + b)', 'say(f"{a} b")', 'say("a", plural=b, n=2)'])
def test_a_sentence_that_is_not_written_in_the_call_is_refused(call: str) -> None:
    """It would be shown in English to everybody, and nobody would notice."""
    with pytest.raises(ValueError, match="line 1"):
        list(messages.in_python(BytesIO(call.encode()), (), ()))


def _found(*keys: str) -> Catalog:
    catalogue = Catalog(charset="utf-8")
    for key in keys:
        catalogue.add(key)
    return catalogue


@pytest.fixture
def locale_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of catalogues."""
    monkeypatch.setattr(language, "LOCALE_FOLDER", tmp_path)
    return tmp_path


def test_an_update_adds_new_sentences_drops_unsaid_ones_and_keeps_translations(locale_folder: Path) -> None:
    first = messages.update("fr", _found("Sign in", "Back"))
    path = language.written("fr")
    path.write_text(path.read_text().replace('msgid "Sign in"\nmsgstr ""', 'msgid "Sign in"\nmsgstr "Se connecter"'))

    second = messages.update("fr", _found("Sign in", "Settings"))

    assert {entry.id for entry in first} == {"Back", "Sign in"}
    assert [entry.id for entry in second] == ["Settings"]
    assert "Se connecter" in path.read_text()
    assert "Back" not in path.read_text()


def test_an_update_without_news_changes_no_byte(locale_folder: Path) -> None:
    messages.update("ru", _found("Sign in"))
    before = language.written("ru").read_bytes()

    messages.update("ru", _found("Sign in"))

    assert language.written("ru").read_bytes() == before


def test_a_changed_sentence_is_only_guessed_until_a_person_looked(locale_folder: Path) -> None:
    messages.update("fr", _found("Wait a minute, then ask again."))
    path = language.written("fr")
    path.write_text(path.read_text().replace('again."\nmsgstr ""', 'again."\nmsgstr "Attendez une minute."'))

    left = messages.update("fr", _found("Wait one minute, then ask again."))

    assert [entry.fuzzy for entry in left] == [True]
