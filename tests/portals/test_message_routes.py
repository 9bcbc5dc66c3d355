"""The organisation's own words in mails: written at the desk, seen there, and sent with what the portal writes."""

from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import html5lib
import pytest

from chalicelib.identity.domain import StaffRole
from chalicelib.notifications import own_words
from chalicelib.notifications.own_words import OwnWords
from chalicelib.organisations import audit
from chalicelib.portals import message_routes
from chalicelib.portals.samples import samples
from local.events import Answer, Call
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
    page = desk.get(f"/{world.org}/desk/settings/messages/refund")
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


def _look(desk: Browser, world: World, path: str) -> Answer:
    """A mail as a browser gets it. It carries its styles in itself, as no page may, so pages' checks are not for it."""
    target = f"/{world.org}/desk/settings/messages/{path}"
    return desk.portal.answer(
        Call("GET", target, (("Cookie", _cookies(desk)), ("Host", "portal.test")), b"", desk.source)
    )


def _cookies(desk: Browser) -> str:
    return "; ".join(f"{name}={value}" for name, value in desk.cookies.items())


@pytest.mark.parametrize("language", ["fr", "en", "ru"])
def test_a_mail_is_looked_at_just_as_it_is_sent(world: World, desk: Browser, language: str) -> None:
    """ADM-9: with own words, in light and in dark; nothing but its own styles is let in (W-02)."""
    page = desk.get(f"/{world.org}/desk/settings/messages/overdue")
    desk.submit(page, "overdue", **typed({f"above-{language}": "<b>Chers parents</b>"}))
    sample = samples("CAD", world.now)["overdue"]

    for number in range(len(sample.variants)):
        for look in ("light", "dark", "phone", "phone-dark"):
            answer = _look(desk, world, f"overdue/{language}?look={look}&n={number}")
            assert answer.status == 200
            html, policy = answer.body.decode(), dict(answer.headers)["Content-Security-Policy"]
            assert "&lt;b&gt;Chers parents" in html
            assert ("@media all" in html) is look.endswith("dark")
            assert ("max-width:375px" in html) is look.startswith("phone")
            assert "unsafe-inline" not in policy
            for part in ("default-src 'none'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"):
                assert part in policy
            assert "script-src" not in policy, "nothing runs: that is what is said by default"
            assert all(f"'sha256-{_hash(style)}'" in policy for style in _styles(html))
    words = OwnWords({language: "<b>Chers parents</b>"})
    mail = message_routes.preview(world.organisation, language, "overdue", sample, words)
    assert html.count("<p") >= mail.html.count("<p")


def _styles(html: str) -> list[str]:
    document = html5lib.parse(html, treebuilder="etree", namespaceHTMLElements=False)
    told = (element.get("style") for element in document.iter() if not callable(element.tag))
    return [*filter(None, told), *("".join(element.itertext()) for element in document.iter("style"))]


def _hash(style: str) -> str:
    return b64encode(sha256(style.encode()).digest()).decode()


@pytest.mark.parametrize(
    "path", ["none/fr", "invoice/de", "invoice/fr?look=blue", "invoice/fr?n=3", "invoice/fr?n=-1", "invoice/fr?n=x"]
)
def test_what_is_no_mail_is_not_looked_at(world: World, desk: Browser, path: str) -> None:
    assert _look(desk, world, path).status == 404


def test_what_a_message_says_at_other_times_is_a_link_away(world: World, desk: Browser) -> None:
    """ADM-9: each page shows one, in each language; words tried out are shown with the one that was looked at."""
    sample = samples("CAD", world.now)["overdue"]
    first = desk.get(f"/{world.org}/desk/settings/messages/overdue")
    links = [link for link in first.links.values() if "messages/overdue?n=" in link]
    assert len(links) == len(sample.variants) - 1, "all but the one that is shown"

    last = desk.get(links[-1])
    tried = desk.submit(last, "overdue", act="preview", **typed({"above-fr": "Chers parents"}))

    said = message_routes.preview(world.organisation, "fr", "overdue", sample, OwnWords(), len(links)).subject
    for page in (last, tried):
        assert said in page.text
        assert page.text.count("To a phone") == 3
    assert said not in first.text
    assert "Chers parents" in tried.text
    assert desk.get(f"/{world.org}/desk/settings/messages/overdue?n=8").status == 404


def test_a_preview_tells_what_a_text_costs(world: World, desk: Browser) -> None:
    """A-23: Russian has less room in a text message."""
    page = desk.get(f"/{world.org}/desk/settings/messages/overdue")

    assert "It costs 1 text message." in page.text
    assert "It costs 2 text messages." in desk.get(f"/{world.org}/desk/settings/messages/place_offered").text
