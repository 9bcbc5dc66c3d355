"""The design system in a real browser: every component in every look, no axe violation, no overflow."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import lightningcss
import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.gallery.conftest import Look, render_page
from tests.support import markup

_ROOT = Path(__file__).parents[3]
_STATIC = _ROOT / "static"
Show = Callable[..., Any]

LOOKS = {
    "light": Look(),
    "dark": Look(scheme="dark"),
    "phone": Look(width=320),
    "phone in the dark": Look(width=320, scheme="dark"),
    "tablet": Look(width=768),
    "right to left": Look(direction="rtl"),
    "phone right to left": Look(direction="rtl", width=320),
    "phone in Russian": Look(language="ru", width=320),
    "signed out phone in Russian": Look(language="ru", width=320, signed_in=False),
    "more contrast": Look(contrast="more"),
    "forced colours": Look(forced_colours="active"),
}
PAGES: dict[str, dict[str, Any]] = {
    "components.html": {},
    "home.html": {},
    "code.html": {"errors": {"code": "That code has expired. Ask for a new one."}},
}
ERROR = {
    "heading": "Please wait a little",
    "message": "There were too many tries.",
    "reference": "8f3a1c",
    "retry_after": 90,
}


def _objections(page: Any) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{item['id']}: {[node['target'] for node in item['nodes']]}" for item in found]


def _overflow(page: Any) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


@pytest.mark.parametrize("template", PAGES)
def test_the_pages_are_sound_html(template: str) -> None:
    assert markup.problems(markup.parse(render_page(template, Look(), **PAGES[template]))) == []


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS.keys())
@pytest.mark.parametrize("template", PAGES)
def test_axe_finds_nothing_and_nothing_overflows(show: Show, template: str, look: Look) -> None:
    page = show(template, look, **PAGES[template])
    assert _overflow(page) <= 0
    assert _objections(page) == []


@pytest.mark.parametrize("menu", [0, 1], ids=["languages", "account"])
@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_an_open_menu_stays_on_a_phone_s_screen(show: Show, direction: str, menu: int) -> None:
    page = show("home.html", Look(width=320, direction=direction, language="ru"))
    page.locator("summary").nth(menu).click()
    box = page.locator(".menu[open] .menu__panel").bounding_box()
    assert 0 <= box["x"] <= 320 - box["width"]
    assert _objections(page) == []
    page.keyboard.press("Escape")
    assert page.locator(".menu[open]").count() == 0


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 413, 415, 429, 500, 503])
def test_an_error_page_needs_neither_an_organisation_nor_an_account(show: Show, status: int) -> None:
    page = show("errors/error.html", Look(organisation=False, signed_in=False), status=status, **ERROR)
    assert page.locator("h1").inner_text() == ERROR["heading"]
    assert "8f3a1c" in page.locator("main").inner_text()
    assert "2 minutes" in page.locator("main").inner_text()
    assert _objections(page) == []


def test_the_page_title_says_that_there_is_an_error(show: Show) -> None:
    assert show("code.html", Look(), **PAGES["code.html"]).title() == "Error: Check your email · Northside Music School"
    assert show("home.html", Look()).title() == "Home · Northside Music School"


def test_each_error_names_its_field_and_each_described_field_is_described(show: Show) -> None:
    page = show("components.html", Look(javascript=False))
    hrefs = [link.get_attribute("href") for link in page.locator(".error-summary a").all()]
    assert [page.locator(href).count() for href in hrefs] == [1, 1]
    described = page.locator("[aria-describedby]").all()
    ids = " ".join(str(field.get_attribute("aria-describedby")) for field in described).split()
    assert len(ids) >= len(described) > 8
    assert {name for name in ids if page.locator(f"#{name}").count() != 1} == set()


def test_the_error_summary_takes_the_focus(show: Show) -> None:
    page = show("code.html", Look(), **PAGES["code.html"])
    assert page.evaluate("document.activeElement.className") == "error-summary"


def test_a_second_press_is_refused_and_the_button_stays_enabled(show: Show) -> None:
    page = show("code.html", Look(), errors={"code": ""})
    refused = page.evaluate("""() => {
        const refused = [];
        const button = document.querySelector('[name=act]');
        document.addEventListener('submit', (event) => {
            refused.push(event.defaultPrevented);
            event.preventDefault();
        });
        button.click();
        button.click();
        return refused;
    }""")
    assert refused == [False, True]
    assert page.locator("[name=act]").is_enabled()


def test_a_code_from_a_text_message_is_filled_in_but_not_sent(show: Show) -> None:
    phone = """
        window.OTPCredential = class {};
        navigator.credentials.get = async ({ otp }) => ({ code: otp.transport[0] === 'sms' ? '481516' : '' });
    """
    page = show("code.html", Look(width=320), before=phone, errors={"code": ""})
    page.wait_for_function("document.querySelector('#field-code').value === '481516'")
    assert page.url.endswith("/northside/")


def test_a_link_is_copied_and_said_to_be(show: Show) -> None:
    page = show("components.html", Look())
    page.get_by_role("button", name="Copy the link").click()
    page.get_by_role("status").filter(has_text="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == "https://portal.test/northside"


def test_without_javascript_nothing_offers_what_can_not_work(show: Show) -> None:
    page = show("components.html", Look(javascript=False))
    assert page.get_by_role("button", name="Copy the link").count() == 0
    page.locator("summary").last.click()
    assert page.get_by_text("Then ask for a new code.").is_visible()


def test_every_target_is_large_enough_for_a_thumb(show: Show) -> None:
    page = show("home.html", Look(width=320))
    targets = page.locator(".button, .nav__link, summary, .footer a, .section a:not(.reach)").all()
    assert len(targets) > 10
    assert [target.inner_text() for target in targets if target.bounding_box()["height"] < 44] == []


def test_the_keyboard_reaches_the_page_by_the_skip_link(show: Show) -> None:
    page = show("home.html", Look())
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Skip to main content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_the_stylesheet_and_the_script_stay_within_their_budgets() -> None:
    assert len(lightningcss.bundle_css(str(_STATIC / "portal.css")).encode()) <= 21 * 1024
    assert len((_STATIC / "portal.js").read_bytes()) <= 3 * 1024


@pytest.mark.parametrize("sheet", sorted(path.name for path in (_STATIC / "css").iterdir()))
def test_stylesheets_name_no_left_or_right(sheet: str) -> None:
    rules = re.sub(r"/\*.*?\*/", "", (_STATIC / "css" / sheet).read_text(), flags=re.DOTALL)
    physical = (
        r"(?:(?:margin|padding|border)-(?:left|right|top|bottom)|[\s;{](?:left|right|top|bottom|width|height))\s*:"
    )
    assert re.findall(physical, re.sub(r"@media[^{]*", "", rules)) == []


def test_every_icon_that_a_template_names_is_drawn() -> None:
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (_STATIC / "icons.svg").read_text()))
    sources = "\n".join(path.read_text() for path in (_ROOT / "templates").rglob("*.html"))
    named = set(re.findall(r'\b(?:icon=|symbol\()"([^"]+)"', sources))
    assert len(named) > 10
    assert named <= drawn
