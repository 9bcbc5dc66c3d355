"""What an organisation writes above and below the portal's own words goes out with them, as words."""

import pytest

from chalicelib.data.write import Transaction
from chalicelib.notifications import own_words
from chalicelib.notifications.own_words import NONE, OwnWords
from chalicelib.notifications.purposes import Purpose, purpose_of
from tests.notifications.carriers import Van
from tests.notifications.test_preferences import tell
from tests.support.world import World

HOSTILE = "<b>{{ org }}</b> %(name)s"


def _write(world: World, template: str, words: OwnWords) -> None:
    transaction = Transaction()
    own_words.put(transaction, world.org, template, words)
    transaction.commit()


@pytest.fixture
def van() -> Van:
    return Van()


def test_words_stand_above_and_below_in_the_familys_language(world: World, van: Van) -> None:
    """ADM-9: escaped in HTML, as they are in plain text."""
    home = world.household("Tremblay")
    _write(world, "message", OwnWords({"fr": "Bonjour à tous\n\nUne ligne"}, {"en": HOSTILE}))

    tell(world, home, van)

    [mail] = van.mails
    assert mail.text.startswith("Bonjour à tous\n\nUne ligne\n")
    assert mail.text.index("Une ligne") < mail.text.index(HOSTILE)
    assert "<p>Bonjour à tous</p>\n<p>Une ligne</p>" in mail.html
    assert "<b>{{" not in mail.html
    assert "&lt;b&gt;{{ org }}&lt;/b&gt; %(name)s" in mail.html


def test_without_any_a_mail_is_as_it_was(world: World, van: Van) -> None:
    home = world.household("Tremblay")
    tell(world, home, van)
    _write(world, "message", OwnWords({"fr": "Bonjour"}))
    _write(world, "message", NONE)
    tell(world, home, van)

    first, second = van.mails
    assert first.text == second.text
    assert own_words.written(world.org) == frozenset()


def test_a_message_about_signing_in_has_none_whatever_is_stored(world: World) -> None:
    """But for the first one, by which a family is welcomed."""
    assert purpose_of("code") is Purpose.SECURITY
    for template in ("code", "new_device", "activation"):
        _write(world, template, OwnWords({"fr": "Envoyez-nous votre code"}))

    assert own_words.get(world.org, "code") == NONE
    assert own_words.get(world.org, "new_device") == NONE
    assert own_words.get(world.org, "activation") != NONE
