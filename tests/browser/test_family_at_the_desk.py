"""What passes between a family and the desk, in Chromium: files in messages, certificates, a request to delete."""

from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload

from tests.browser.conftest import SignedIn
from tests.browser.looks import Inspector
from tests.browser.people import CHANTAL, DIANE, JACQUES
from tests.browser.visitor import Visitor

_PAPER: FilePayload = {
    "name": "Reçu.pdf",
    "mimeType": "application/pdf",
    "buffer": b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF",
}


@pytest.fixture(scope="module")
def inspector() -> Inspector:
    return Inspector()


def _comes_whole(visitor: Visitor, file: str) -> None:
    """A link of the page leads to the paper, byte by byte."""
    href = visitor.page.locator(f"main a[href*='{file}']").first.get_attribute("href")
    assert visitor.context.request.get(f"{visitor.portal.base_url}{href}").body() == _PAPER["buffer"]


def _household(visitor: Visitor, desk: Visitor) -> str:
    """Opens the desk's page about the first member of a family; the path of that member."""
    href = visitor.open("members").locator("main .rows a").first.get_attribute("href") or ""
    desk.open(f"desk/members/{href.rpartition('/')[2]}")
    return href


def test_a_file_goes_with_a_message_and_an_answer_can_be_the_last_of_its_kind(
    signed_in: SignedIn, at_desk: SignedIn, visit: Callable[..., Visitor], inspector: Inspector
) -> None:
    """MSG-1, MSG-2: both sides open it; the mail about the answer has a way out that needs no signing in."""
    family = signed_in(JACQUES, locale=JACQUES.locale)
    page = family.open("messages/new")
    page.fill("#field-subject", "Chaussons de Jacques")
    page.fill("#field-text", "Voici le reçu.")
    page.set_input_files("#field-file1", _PAPER)
    family.follow(family.main_button())
    _comes_whole(family, "/files/")

    desk = at_desk(DIANE, locale=DIANE.locale)
    desk.open("desk/messages")
    desk.follow(desk.page.locator("main .rows a").filter(has_text="Chaussons de Jacques"))
    inspector.inspect(desk)
    _comes_whole(desk, "/files/")
    post = desk.portal.post_of(JACQUES.mail)
    desk.page.fill("#field-text", "Merci !")
    desk.follow(desk.main_button())
    link = next(word for word in str(post.wait()[0]["text"]).split() if "/unsubscribe/" in word)

    reader = visit(locale=JACQUES.locale)
    reader.page.goto(link)
    inspector.inspect(reader)
    reader.follow(reader.main_button())
    inspector.inspect(reader)
    page = family.open("settings/notifications")
    assert page.locator("input[name=conversation][value=none]").is_checked()


def test_a_certificate_is_recorded_with_its_paper(signed_in: SignedIn, at_desk: SignedIn, inspector: Inspector) -> None:
    """SCH-11: the family finds it in the member's history."""
    family, desk = signed_in(JACQUES, locale=JACQUES.locale), at_desk(DIANE, locale=DIANE.locale)
    member = _household(family, desk)
    page = desk.page
    page.select_option("#field-kind", index=1)
    page.fill("#field-covers_from", "2026-11-02")
    page.fill("#field-covers_to", "2026-11-09")
    page.set_input_files("#field-paper", _PAPER)
    desk.follow(page.locator("form[action$='/certificates'] button").last)
    inspector.inspect(desk)
    _comes_whole(desk, "/certificates/")

    family.page.goto(f"{family.portal.base_url}{member}/history")
    inspector.inspect(family)
    _comes_whole(family, "/certificates/")


def test_a_request_to_delete_is_asked_seen_and_refused(
    visit: Callable[..., Visitor], at_desk: SignedIn, inspector: Inspector
) -> None:
    """NEW-12: what stays and why is on both pages; a refusal has a reason that the family reads."""
    family = visit(locale=CHANTAL.locale)
    family.sign_in(CHANTAL.mail, CHANTAL.reached_at)
    page = family.open("data/deletion")
    page.fill("#field-login", CHANTAL.mail)
    family.follow(page.locator("main button.button--danger"))
    assert page.locator(".notice.tone-success").count() == 1
    inspector.inspect(family)

    desk = at_desk(DIANE, locale=DIANE.locale)
    desk.open("desk/privacy")
    inspector.inspect(desk)
    desk.follow(desk.page.locator("main .rows a").first)
    inspector.inspect(desk)
    desk.page.fill("#field-reason", "Encore une facture à régler")
    desk.follow(desk.page.locator("form[action$='/refuse'] button"))

    assert "Encore une facture à régler" in family.open("data/deletion").locator("main").inner_text()
    inspector.inspect(family)


def test_a_form_takes_a_paper(signed_in: SignedIn, at_desk: SignedIn, inspector: Inspector) -> None:
    """FORM-1: by its link; answered twice, so that the family sees the earlier answers, and taken out of use."""
    desk = at_desk(DIANE, locale=DIANE.locale)
    built = _write_form_with_a_file(desk)
    family = signed_in(JACQUES, locale=JACQUES.locale)
    page = family.page
    for _ in range(2):
        family.open(built.removeprefix("desk/"))
        page.set_input_files("main input[type=file]", _PAPER)
        inspector.inspect(family)
        family.follow(family.main_button())
    family.open("forms")
    family.follow(page.locator("main .rows a").filter(has_text="Attestation"))
    inspector.inspect(family)
    _comes_whole(family, "/files/")
    family.follow(page.locator("main .rows a").first)
    inspector.inspect(family)
    _comes_whole(family, "/files/")

    desk.open(f"{built}/answered")
    desk.follow(desk.page.locator("main .rows a").filter(has_text="Lemieux"))
    inspector.inspect(desk)
    _comes_whole(desk, "/files/")
    paper = desk.page.locator("main a[href$='/pdf']").get_attribute("href")
    assert desk.context.request.get(f"{desk.portal.base_url}{paper}").body().startswith(b"%PDF-")
    desk.open(built)
    desk.follow(desk.page.locator("form[action$='/retire'] button"))


def _write_form_with_a_file(desk: Visitor) -> str:
    """Publishes a form for households, which is asked of nobody by itself; its path at the desk."""
    page = desk.open("desk/forms/new")
    page.fill("#field-title-fr", "Attestation")
    desk.follow(desk.main_button())
    page.locator("input[name=whom][value=household]").check()
    desk.follow(desk.main_button())
    desk.follow(page.locator("main a[href*='/sections/']").last)
    page.fill("#field-title-fr", "Papiers")
    desk.follow(desk.main_button())
    desk.follow(page.locator("main a[href*='/questions/new']"))
    page.select_option("#field-kind", "file")
    page.fill("#field-label-fr", "Votre attestation")
    desk.follow(desk.main_button())
    desk.follow(page.locator("form[action$='/publish'] button"))
    return page.url.partition("?")[0].removeprefix(f"{desk.portal.home}/")
