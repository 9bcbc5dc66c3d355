"""The portal's settings in Chromium: every page is sound, a colour is seen at once, a logo is made small, and the
button works on another website under a strict policy (ADM-7 to ADM-9).
"""

import io
import random
import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, FilePayload, Route, expect
from pyotp import TOTP

from chalicelib.portals.sections import SECTIONS
from tests.browser.looks import Inspector
from tests.browser.people import DIANE
from tests.browser.portal import Portal
from tests.browser.staff import come_to_the_desk
from tests.browser.visitor import Visitor

WEBSITE = "http://localhost:9/"
"""Another site than the portal; its page never leaves this test."""
PATHS = (
    *(section.path for section in SECTIONS),
    "logo",
    "address",
    "messages",
    "messages/class_moved",
    "messages/code",
    "log",
)


@pytest.fixture(scope="module")
def owner(chromium: Browser, portal: Portal, apps: dict[str, TOTP]) -> Iterator[Visitor]:
    """The owner, who came to the desk for all of these tests."""
    visitor = Visitor(chromium, portal, locale=DIANE.locale)
    come_to_the_desk(visitor, DIANE, apps)
    yield visitor
    visitor.close()


@pytest.fixture
def desk(owner: Visitor) -> Iterator[Visitor]:
    """Her browser; what its pages do wrong fails the test."""
    yield owner
    problems = list(owner.problems)
    owner.problems.clear()
    assert problems == []


def test_every_page_of_settings_is_sound(desk: Visitor) -> None:
    inspector = Inspector()
    for path in ("", *PATHS):
        desk.open(f"desk/settings/{path}".rstrip("/"))
        inspector.inspect(desk)


def test_a_change_is_saved_with_the_keyboard_and_stands_in_the_log(desk: Visitor) -> None:
    page = desk.open("desk/settings/about")
    page.fill("#field-contact-email", "x")
    page.keyboard.press("Enter")
    page.locator(".error-summary").wait_for()
    Inspector().inspect(desk)
    page.locator(".error-summary a").first.click()
    assert page.evaluate("document.activeElement.id") == "field-contact-email"
    page.fill("#field-contact-email", "bonjour@arabesque.example.com")
    page.fill("#field-contact-address", "4200, rue Saint-Denis, Montréal (Québec)  H2J 2K8")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/settings?done=saved")
    desk.open("desk/settings/log")
    desk.follow(page.locator("main .rows a").first)
    assert "H2J 2K8" in desk.text()
    assert "Diane" in desk.text()
    Inspector().inspect(desk)


def test_a_colour_is_seen_while_it_is_chosen(desk: Visitor) -> None:
    """ADM-9: the figures follow, and nothing is stored."""
    page = desk.open("desk/settings/look")
    filled = page.locator(".preview .button--primary")

    page.locator("#field-brand-colour").fill("#ffe066")
    page.locator("[data-preview] .badge.tone-warning").first.wait_for()
    expect(filled).to_have_css("background-color", "rgb(255, 224, 102)")
    band = "getComputedStyle(document.documentElement).getPropertyValue('--brand').trim()"
    assert page.evaluate(band) != "#ffe066"
    Inspector().inspect(desk)


_MAILS = ("invoice", "overdue", "class_reminder")
_LOOKS = {"phone": "rgb(255, 255, 255)", "phone-dark": "rgb(22, 24, 28)"}
_MAIL_RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


@pytest.mark.parametrize("name", _MAILS)
@pytest.mark.parametrize("language", ["fr", "en", "ru"])
def test_a_mail_is_looked_at_as_it_is_sent(desk: Visitor, name: str, language: str) -> None:
    """ADM-9, MSG-3: as wide as a telephone, in light and in dark; every style of it is let in, and nothing else is."""
    for look, ground in _LOOKS.items():
        page = desk.open(f"desk/settings/messages/{name}/{language}?look={look}&n=0")
        page.set_viewport_size({"width": 375, "height": 700})
        expect(page.locator("body")).to_have_css("background-color", ground)
        button = page.locator("a.f-button")
        expect(button).to_have_css("display", "inline-block")
        assert button.evaluate("one => getComputedStyle(one).backgroundColor") != "rgba(0, 0, 0, 0)"
        assert desk.overflow() <= 0
        assert page.locator("h1").count() == 1
        desk.noting = False  # axe breaks the page's policy as it comes in
        assert [item["id"] for item in Axe().run(page, options=_MAIL_RULES).response["violations"]] == []
        desk.noting = True
    page.set_viewport_size({"width": 1280, "height": 900})


def test_words_of_a_mail_are_seen_before_they_are_stored(desk: Visitor) -> None:
    """ADM-9: as each family will read them, in the mail and not in the text to a phone."""
    page = desk.open("desk/settings/messages/invoice")
    page.fill("#field-above-fr", "Chers parents,\n\nvoici la facture.")
    page.locator("button[value=preview]").press("Enter")
    shown = page.locator("main .card[lang=fr]")
    expect(shown.first).to_contain_text("voici la facture.")
    expect(shown.last).not_to_contain_text("voici la facture.")
    Inspector().inspect(desk)
    assert desk.open("desk/settings/messages").locator("main .badge").count() == 0

    page = desk.open("desk/settings/messages/invoice")
    page.fill("#field-above-fr", "Chers parents,")
    desk.follow(desk.main_button())
    assert page.locator("main .badge").count() == 1
    desk.open("desk/settings/messages/invoice")
    page.fill("#field-above-fr", "")
    desk.follow(desk.main_button())
    assert page.locator("main .badge").count() == 0


def test_a_large_logo_is_made_small_in_the_browser(desk: Visitor) -> None:
    """ADM-9: whatever picture somebody has."""
    stream = io.BytesIO()
    noise = random.Random(7).randbytes(1600 * 700 * 3)
    Image.frombytes("RGB", (1600, 700), noise).save(stream, "PNG")
    page = desk.open("desk/settings/logo")
    shown = page.locator("main img").get_attribute("src") or ""
    former = desk.context.request.get(f"{desk.portal.base_url}{shown}").body()
    large: FilePayload = {"name": "Logo.png", "mimeType": "image/png", "buffer": stream.getvalue()}

    page.locator("#field-logo").set_input_files(large)
    expect(page.locator("#field-logo")).to_have_js_property("value", "C:\\fakepath\\logo.png")
    desk.follow(desk.main_button())

    desk.open("desk/settings/logo")
    assert page.locator("main img").get_attribute("src") != shown
    assert page.locator("main img").evaluate("image => image.naturalHeight") <= 160
    as_before: FilePayload = {"name": "Logo.png", "mimeType": "image/png", "buffer": former}
    page.locator("#field-logo").set_input_files(as_before)
    desk.follow(desk.main_button())
    assert desk.open("desk/settings/logo").locator("main img").get_attribute("src") == shown


def test_the_button_works_on_a_website_with_a_strict_policy(chromium: Browser, portal: Portal, desk: Visitor) -> None:
    """ADM-8: the script is the one that its checksum names; the website's policy needs no more than its origin."""
    told = desk.open("desk/settings/address").locator(".said").first.inner_text()
    found = re.search(r'<script src="([^"]+)"', told)
    assert found
    wrong: list[str] = []
    policy = f"default-src 'none'; script-src {portal.base_url}"
    context = chromium.new_context(permissions=["local-network-access"])  # both are on this machine, and asked for it
    page = context.new_page()
    page.on("console", lambda message: wrong.append(message.text))

    def website(route: Route) -> None:
        body = f"<!doctype html><html lang='fr'><title>École</title><main><h1>École</h1>{told}</main>"
        route.fulfill(body=body, content_type="text/html; charset=utf-8", headers={"Content-Security-Policy": policy})

    page.route(f"{WEBSITE}**", website)
    page.goto(WEBSITE)

    button = page.locator("account-button a")
    expect(button).to_have_css("background-color", "rgb(122, 46, 93)")
    assert button.get_attribute("href") == portal.home
    assert [each for each in wrong if "favicon" not in each] == []
    assert Axe().run(page).response["violations"] == []
    button.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url == f"{portal.home}/sign-in"
    context.close()
