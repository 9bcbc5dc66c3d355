"""Text messages fit one segment, and end in a line that browsers bind to the portal (A-23)."""

import re

import pytest
import smsutil
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.notifications import compose, segments
from chalicelib.organisations.domain import Organisation
from chalicelib.shared.texts import LANGUAGES
from chalicelib.web import urls
from chalicelib.web.language import Local
from tests.support.world import ZONE, organisation

LONG_HOST = "portail.conservatoire-mtl.ca.x"
HOSTS = ["demo.foyer.example", LONG_HOST, "127.0.0.1"]
NAMES = [
    "Northside Music",
    "École de musique François-Bélanger de l’Île-Perrot",
    "Северная музыка",
    "Z",
    "💃 Danse",
    "{[~]}€^|" * 6,
]

_HOST_LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_BOUND_LINE = re.compile(rf"@(?P<host>{_HOST_LABEL}(?:\.{_HOST_LABEL})*) #(?P<code>[^\s#@%]+)")
"""The last line of an origin-bound one-time code message, as the WebOTP draft has it."""


def _segments(text: str) -> int:
    """By a library that owes nothing to ours."""
    return len(smsutil.split(text).parts)


def _named(name: str) -> Organisation:
    return organisation("demo", name=dict.fromkeys(LANGUAGES, name))


def _code_text(language: str, name: str, host: str) -> str:
    facts = {"code": "482915", "purpose": "sign_in", "host": host}
    return compose.text_message(_named(name), Local(language, "CA", ZONE), "code", facts)


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_code_takes_one_segment_in_every_language(language: str, name: str, host: str) -> None:
    assert len(LONG_HOST) == 30
    assert _segments(_code_text(language, name, host)) == 1


@pytest.mark.parametrize("hidden", ["\x07", "\x1b", "\x9f", "\u202e", "\u2066", "\u200f", "\u200b", "\ufeff"])
def test_no_hidden_character_reaches_a_text(hidden: str) -> None:
    """I-09: control characters, and those that turn the direction of what follows or take no room."""
    told = _code_text("en", f"Ar{hidden}ts", "a.example")

    assert "Arts" in told
    assert hidden not in told


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_code_ends_in_the_line_that_binds_it_to_the_portal(language: str, host: str) -> None:
    *words, last = _code_text(language, "Northside Music", host).split("\n")
    bound = _BOUND_LINE.fullmatch(last)

    assert bound
    assert (bound["host"], bound["code"]) == (host, "482915")
    assert "482915" in words[0]
    assert not any("@" in line or "#" in line or "http" in line for line in words)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "482915 is your code. Never share it.\nNorthside Music\n@demo.foyer.example #482915"),
        ("fr", "482915 est votre code. Ne le donnez à personne.\nNorthside Music\n@demo.foyer.example #482915"),
        ("ru", "Код 482915. Никому не говорите\nNorthside\n@demo.foyer.example #482915"),
    ],
)
def test_a_code_says_who_sends_it_and_not_to_share_it(language: str, expected: str) -> None:
    assert _code_text(language, "Northside Music", "demo.foyer.example") == expected


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", ["new_device", "login_changed", "authenticator", "staff_role"])
def test_warnings_take_one_segment_and_say_who_writes(template: str, language: str) -> None:
    facts = {"name": "Marie", "browser": "Firefox", "old": "a@example.com", "new": "b@example.com"}

    text = compose.text_message(_named("Northside Music"), Local(language, "CA", ZONE), template, facts)

    assert _segments(text) == 1
    assert text.split("\n")[-1].startswith("North")


@pytest.mark.parametrize(("language", "most"), [("fr", 1), ("en", 1), ("ru", 2)])
def test_an_activation_carries_its_link_whole(language: str, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    link = f"https://{LONG_HOST}/north-side/sign-in"
    monkeypatch.setattr(urls, "absolute", lambda *_: link)

    text = compose.text_message(_named("Северная музыка"), Local(language, "CA", ZONE), "activation", {"name": "Marie"})

    assert link in text
    assert _segments(text) <= most


def test_our_table_of_letters_is_the_standard_s() -> None:
    """Every letter of the basic plane counts as many places as the library says. Escape itself is no letter."""
    for point in (*range(0x1B), *range(0x1C, 0xD800), *range(0xE000, 0x10000)):
        room = 160 if smsutil.codecs.is_valid_gsm(chr(point)) else 70
        width = 2 if chr(point) in smsutil.GSM_EXT_CHARSET else 1
        assert segments.fits(chr(point) * (room // width)), hex(point)
        assert not segments.fits(chr(point) * (room // width + 1)), hex(point)


@given(name=st.text(max_size=60), sentence=st.text(min_size=1, max_size=30))
def test_a_name_never_makes_a_second_segment(name: str, sentence: str) -> None:
    alone = segments.signed(sentence, "", "@a.example #123456")

    if segments.fits(alone):
        assert segments.fits(segments.signed(sentence, name, "@a.example #123456"))


@pytest.mark.parametrize(
    ("sentence", "name", "expected"),
    [
        ("Ce n’est pas vous\u202f?", "Forêt «Ça»", 'Ce n\'est pas vous ?\nForet "Ça"'),
        ("œuvre…", "", "oeuvre..."),
        ("Не вы? – да", "Forêt", "Не вы? – да\nForêt"),
        ("Groupe\N{NO-BREAK SPACE}: «\N{NO-BREAK SPACE}Danse\u202f»", "", 'Groupe : "Danse"'),
        ("Группа: « Танцы »", "", "Группа: « Танцы »"),
        ("a" * 155, "Forest", "a" * 155),
        ("a" * 153, "Forest", "a" * 153 + "\nForest"),
        ("a" * 156, "Forest", "a" * 156),
        ("a" * 161, "Forest", "a" * 161 + "\nForest"),
        ("a" * 80, "Север", "a" * 80),
        ("a" * 145, "Le Grand Orchestre", "a" * 145 + "\nLe Grand"),
        ("a" * 151, "Le Grand Orchestre", "a" * 151 + "\nLe Grand"),
        ("a" * 152, "Le Grand Orchestre", "a" * 152),
        ("a" * 20, "b" * 50, "a" * 20 + "\n" + "b" * 40),
    ],
)
def test_letters_are_made_plain_and_names_cut_where_that_saves_a_segment(
    sentence: str, name: str, expected: str
) -> None:
    assert segments.signed(sentence, name) == expected
