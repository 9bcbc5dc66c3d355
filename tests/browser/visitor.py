"""Somebody at a browser: signs in as people do, and notes whatever a page does that it must not."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, sync_playwright

from tests.browser.portal import Portal

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
_VIOLATIONS = """
    addEventListener("securitypolicyviolation", (event) => {
        console.error(`policy broken: ${event.effectiveDirective} ${event.blockedURI}`);
    });
"""
BETWEEN_CODES_MINUTES = 20
"""So many that no limit on codes is reached: a source has ten an hour, and there are visits that ask for three."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """A Chromium: one of the machine's, else Playwright's own. Fails when there is none."""
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(_FLAGS))
        yield browser
        browser.close()


class Visitor:
    """One browser profile with one tab."""

    def __init__(self, browser: Browser, portal: Portal, **options: Any) -> None:
        """`options` are those of Playwright's `new_context`."""
        self.portal = portal
        self.problems: list[str] = []
        self.noting = True
        self.context = browser.new_context(**{"locale": "en-CA", "reduced_motion": "reduce", **options})
        self.context.set_default_timeout(30_000)
        self.context.add_init_script(_VIOLATIONS)
        self.context.on("request", self._note_request)
        self.context.on("console", self._note_console)
        self.context.on("weberror", lambda error: self.problems.append(str(error.error)))
        self.page: Page = self.context.new_page()

    def open(self, path: str = "") -> Page:
        """Goes to a page of the portal."""
        self.page.goto(self.portal.at(path))
        return self.page

    def ask_for_code(self, address: str) -> None:
        """Types an address into the sign-in page and goes on to the page for the code."""
        self.portal.ready_for_code(address, minutes=BETWEEN_CODES_MINUTES)
        self.open("sign-in")
        self.page.fill("#field-address", address)
        self.main_button().click()
        self.page.wait_for_url("**/sign-in/code")

    def enter_code(self, code: str) -> None:
        """Types a code and sends it."""
        self.page.fill("#field-code", code)
        self.follow(self.main_button())

    def sign_in(self, address: str, reached_at: str = "") -> None:
        """Signs in; the code comes to `reached_at` if that is another address of the same person."""
        post = self.portal.post_of(reached_at or address)
        self.ask_for_code(address)
        self.enter_code(post.code())
        self.page.locator(".nav, .rows").first.wait_for()

    def sign_out(self) -> None:
        """Opens the account's menu and presses "Sign out"."""
        self.page.locator(".menu").last.locator("summary").click()
        self.page.locator("form[action$='/sign-out'] button").click()
        self.page.wait_for_url("**/sign-in")

    def follow(self, control: Locator) -> None:
        """Clicks what leads to another page, and waits for that page."""
        with self.page.expect_navigation():
            control.click()

    def main_button(self) -> Locator:
        """The page's one primary button."""
        return self.page.locator("main button.button--primary")

    def heading(self) -> str:
        """The page's `<h1>`."""
        return self.page.locator("h1").inner_text()

    def text(self) -> str:
        """The words of the page's main part."""
        return self.page.locator("main").inner_text()

    def overflow(self) -> int:
        """CSS pixels by which the page is wider than the window; more than 0 makes it scroll sideways."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - innerWidth"))

    def close(self) -> None:
        """Ends the visit."""
        self.context.close()

    def _note_request(self, request: Request) -> None:
        stripe = f"{self.portal.stripe_url.replace('127.0.0.1', 'localhost')}/"
        known = (f"{self.portal.base_url}/", f"{self.portal.inbox_url}/", self.portal.files_url, stripe)
        if not request.url.startswith(known):
            self.problems.append(f"{self.page.url} asked for {request.url}")

    def _note_console(self, message: ConsoleMessage) -> None:
        """An error in the console is a problem, unless it says that the page itself is an error page."""
        of_the_page = message.page is not None and message.location["url"] == message.page.url
        if self.noting and message.type in ("error", "warning") and not of_the_page:
            self.problems.append(f"{self.page.url}: {message.text}")
