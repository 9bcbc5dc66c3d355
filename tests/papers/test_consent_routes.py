"""Certificates of consents as PDF (NEW-13)."""

import io

import pypdf
import pytest

from chalicelib.consents.domain import Act, Capacity, Manner
from chalicelib.consents.models import SignatureItem
from chalicelib.data import keys, read, write
from chalicelib.identity.domain import StaffRole
from tests.consents.asking import PHOTOS, published, says
from tests.support.browser import Browser, Page
from tests.support.world import World

STROKES = "M10 10 L20 30 L40 60 L80 90 L120 40 L160 120"


def _text(page: Page) -> str:
    assert page.status == 200, page.html
    assert page.header("content-type") == "application/pdf"
    pages = pypdf.PdfReader(io.BytesIO(page.body)).pages
    return " ".join(" ".join(each.extract_text() for each in pages).replace("\u200b", "").split())


@pytest.mark.parametrize("language", ["en", "fr", "ru"])
def test_a_certificate_tells_all_that_is_sealed(world: World, browser: Browser, language: str) -> None:
    home = world.household("Tremblay")
    lea, user, listed = world.member(home, "Léa"), world.user(home), published(world)
    entry = says(
        world, user, home, listed, lea, language=language, manner=Manner("Marie", STROKES), capacity=Capacity.GUARDIAN
    )
    browser.sign_in_staff(world.org, user, world.now)

    page = browser.get(f"/{world.org}/consents/signatures/{entry.id}/pdf")

    text = _text(page)
    for words in ("Marie Tremblay", "Léa Tremblay", PHOTOS.title[language], PHOTOS.text[language], "America/Toronto"):
        assert words in text, words
    joined = text.replace(" ", "")
    assert entry.digest in joined
    assert entry.text_hash in joined
    assert b"/StructTreeRoot" in page.body


def test_a_certificate_of_what_was_changed_says_that_it_proves_nothing(world: World, browser: Browser) -> None:
    home = world.household("Tremblay")
    lea, user, listed = world.member(home, "Léa"), world.user(home), published(world)
    entry = says(world, user, home, listed, lea)
    item = read.one(SignatureItem, keys.signature(world.org, home.id, entry.id))
    assert item
    item.told = {**item.told, "name": "Somebody"}
    write.put(item)
    browser.sign_in_staff(world.org, user, world.now)

    assert "this is no proof" in _text(browser.get(f"/{world.org}/consents/signatures/{entry.id}/pdf"))


def test_hostile_words_are_words_on_paper(world: World, browser: Browser) -> None:
    """I-01: neither markup of ours nor of the page is read in them."""
    evil = '#import "x"; $x$ *bold* <script>alert(1)</script> \u202e\x00 =1+1'
    home = world.household("Tremblay")
    child, user = world.member(home, evil.replace("\x00", "")), world.user(home)
    wording = PHOTOS._replace(title={"en": evil}, text={"en": evil}, basis=evil)
    entry = says(world, user, home, published(world, wording=wording), child, manner=Manner(evil))
    browser.sign_in_staff(world.org, user, world.now)

    text = _text(browser.get(f"/{world.org}/consents/signatures/{entry.id}/pdf"))

    assert '#import "x"; $x$ *bold* <script>alert(1)</script>' in text


def test_staff_print_it_too_and_others_do_not(world: World, browser: Browser) -> None:
    home, other = world.household("Tremblay"), world.household("Other")
    lea, user, listed = world.member(home, "Léa"), world.user(home), published(world)
    entry = says(world, user, home, listed, lea, Act.DECLINED)
    path = f"/{world.org}/desk/households/{home.id}/signatures/{entry.id}"
    browser.sign_in_staff(world.org, world.staff(), world.now)
    assert "Declined" in _text(browser.get(f"{path}/pdf"))
    browser.sign_in_staff(world.org, world.staff(StaffRole.INSTRUCTOR), world.now)
    assert browser.get(f"{path}/pdf").status == 403
    browser.sign_in_staff(world.org, world.user(other, email="other@example.com"), world.now)
    assert browser.get(f"/{world.org}/consents/signatures/{entry.id}/pdf").status == 404
