"""Every page of the desk in Chromium, as the owner's links lead to it: axe, 320 px, dark, right to left, weight."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from pyotp import TOTP

from tests.browser.answering import send_what_is_asked_for
from tests.browser.looks import Inspector
from tests.browser.people import DIANE, MARIE
from tests.browser.portal import Portal
from tests.browser.staff import come_to_the_desk
from tests.browser.visitor import Visitor
from tests.browser.walking import explore

DESK = (
    "desk", "desk/bookings", "desk/bookings/{}/{}", "desk/cards",
    "desk/classes", "desk/classes/all", "desk/classes/new", "desk/classes/requests", "desk/classes?day={}",
    "desk/classes?day={}&who={}", "desk/classes/{}", "desk/classes/{}?when={}", "desk/classes/{}/add",
    "desk/classes/{}/edit", "desk/classes/{}/end", "desk/classes/{}/change/{}", "desk/classes/{}/consents",
    "desk/classes/{}/meetings/{}", "desk/classes/{}/meetings/{}/move",
    "desk/consents", "desk/consents/new", "desk/consents/{}", "desk/consents/{}/edit",
    "desk/documents", "desk/documents/classes/{}", "desk/documents/classes/documents/{}",
    "desk/documents/{}", "desk/documents/{}?show={}",
    "desk/documents/{}/ask", "desk/documents/{}/share", "desk/documents/{}/{}", "desk/documents/{}/requests/{}",
    "desk/forms", "desk/forms/new", "desk/forms/{}", "desk/forms/{}/rules", "desk/forms/{}/preview",
    "desk/forms/{}/sections/{}", "desk/forms/{}/questions/{}", "desk/forms/{}/questions/{}?section={}",
    "desk/forms/{}/answered", "desk/forms/{}/answers/{}/{}", "desk/forms/{}/fill/{}/{}", "forms/{}",
    "desk/households/{}/signatures/{}",
    "desk/members/{}", "desk/members/{}/consents", "desk/members/{}/profile",
    "desk/messages", "desk/messages?show={}", "desk/messages/{}/{}", "desk/messages/{}/{}/assign",
    "desk/messages/{}/new",
    "desk/orders", "desk/orders/{}", "desk/plans", "desk/plans/{}", "desk/products", "desk/products/{}",
    "desk/purchases/{}", "desk/privacy", "desk/slips", "desk/slips?year={}&state={}",
    "desk/slips/classes", "desk/slips/settings",
    "", "settings", "settings/login", "settings/login/mobile", "settings/authenticator", "accessibility", "privacy",
)  # fmt: skip
"""Pages of an organisation in which everything occurs, as links lead to them."""

DESK_FILES = (
    "desk/forms/{}/csv", "desk/forms/{}/answers/{}/{}/pdf", "desk/classes/{}/consents/csv",
    "desk/documents/classes/documents/{}/open?file={}",
    "desk/documents/{}/{}/open?file={}", "desk/documents/{}/requests/{}/open?file={}",
    "desk/households/{}/signatures/{}/pdf",
)  # fmt: skip
"""What its links lead to that a browser saves."""

_AFTER_OTHERS = (
    "desk/messages/{}/{}/files/{}", "desk/privacy/{}",
    "desk/slips/families/{}?year={}", "desk/slips/families/{}/{}/pdf", "desk/slips/print?year={}",
)  # fmt: skip
"""What is there once other tests or the clocks have run; the tests that are about it look at it."""

_HOUSEHOLD = "desk/households/{household}"
"""Begins paths in which the desk names Marie's household as her own pages do not."""


@pytest.fixture(scope="module")
def inspector() -> Inspector:
    return Inspector()


@pytest.fixture(scope="module")
def starts(chromium: Browser, portal: Portal) -> list[str]:
    """Paths of the desk's pages about Marie's household, which has something of everything; then the desk."""
    marie = Visitor(chromium, portal, locale=MARIE.locale)
    marie.sign_in(MARIE.mail, MARIE.reached_at)
    send_what_is_asked_for(marie)
    child = _first_link(marie, "members", "main .rows a")
    form = _first_link(marie, "forms", "main a[href$='/answers']").removesuffix("/answers")
    shared = _first_link(marie, "documents/classes", "main .rows a")
    signed = _first_link(marie, "consents/signatures", "main .rows a")
    marie.close()
    return [
        f"desk/members/{child.rpartition('/')[2]}",
        f"desk/forms/{form.split('/')[-3]}/answered",
        f"desk/documents/classes/documents/{shared.rpartition('/')[2]}",
        f"{_HOUSEHOLD}/signatures/{signed.rpartition('/')[2]}",
        "desk/messages?show=waiting",
        "desk",
    ]


def _first_link(visitor: Visitor, path: str, selector: str) -> str:
    """Where the first link of a page leads."""
    return visitor.open(path).locator(selector).first.get_attribute("href") or ""


@pytest.fixture(scope="module")
def desk(chromium: Browser, portal: Portal, apps: dict[str, TOTP], starts: list[str]) -> Iterator[Visitor]:
    """The owner, who may do everything."""
    visitor = Visitor(chromium, portal, locale=DIANE.locale)
    come_to_the_desk(visitor, DIANE, apps)
    yield visitor
    visitor.close()


@pytest.fixture(scope="module")
def pages(desk: Visitor, starts: list[str]) -> dict[str, str]:
    """Addresses by kind."""
    household = _first_link(desk, starts[0], "main a[href*='/desk/documents/']").rpartition("/")[2]
    named = [path.replace(_HOUSEHOLD, f"desk/households/{household}") for path in starts]
    return explore(desk, DESK_FILES + _AFTER_OTHERS, *named)


def test_links_lead_to_every_kind_of_page(pages: dict[str, str]) -> None:
    assert pages.keys() - set(_AFTER_OTHERS) == set(DESK + DESK_FILES)


@pytest.mark.parametrize("kind", DESK, ids=lambda kind: kind or "home")
def test_a_page_of_the_desk_is_sound(desk: Visitor, pages: dict[str, str], inspector: Inspector, kind: str) -> None:
    response = desk.page.goto(pages[kind])
    assert response
    assert response.status == 200
    inspector.inspect(desk)


@pytest.mark.parametrize("kind", DESK_FILES)
def test_a_file_of_the_desk_comes_whole(desk: Visitor, pages: dict[str, str], kind: str) -> None:
    answer = desk.context.request.get(pages[kind])
    assert answer.status == 200
    assert answer.body()
    assert answer.headers["content-disposition"].startswith("attachment")
