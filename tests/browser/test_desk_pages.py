"""Every page of the desk in Chromium, as the owner's links lead to it: axe, 320 px, dark, right to left, weight."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect
from pyotp import TOTP

from tests.browser.answering import send_what_is_asked_for
from tests.browser.looks import Inspector
from tests.browser.people import DIANE, MARIE
from tests.browser.portal import Portal
from tests.browser.staff import come_to_the_desk
from tests.browser.visitor import BETWEEN_CODES_MINUTES, Visitor
from tests.browser.walking import explore

_CLIENT = (
    "", "archive", "timeline", "timeline?show={}", "notes", "access", "access/{}", "addresses", "edit/{}",
    "members/add", "view",
    "billing", "billing?show={}", "billing/new", "billing/reminders", "billing/terms", "billing/invoices/{}",
    "billing/invoices/{}/credit",
    "billing/payments", "billing/payments/new", "billing/payments/new?invoice={}", "billing/payments/{}",
    "billing/credits", "billing/credits/new", "billing/credits/{}",
    "quotes", "quotes/new", "quotes/{}", "recurring", "recurring/new", "recurring/{}", "recurring/{}/edit",
    "subscriptions", "subscriptions/new", "subscriptions/{}", "statements", "payment-methods",
    "purchases", "purchases/products", "purchases/products/{}", "purchases/classes", "purchases/classes/{}",
    "purchases/bookings", "purchases/bookings?week={}", "purchases/bookings/times?resource={}&week={}",
    "purchases/bookings/times?resource={}&minutes={}&week={}",
)  # fmt: skip
"""Pages about a client, as they follow its own."""

DESK = (
    "desk", "desk/api", "desk/webhooks", "desk/bookings", "desk/bookings/{}/{}", "desk/cards",
    "desk/clients", "desk/clients/new", *(f"desk/clients/{{}}/{page}".rstrip("/") for page in _CLIENT),
    "desk/classes", "desk/classes/all", "desk/classes/new", "desk/classes/requests", "desk/classes?day={}",
    "desk/classes?day={}&who={}", "desk/classes/{}", "desk/classes/{}?when={}", "desk/classes/{}/add",
    "desk/classes/{}/edit", "desk/classes/{}/end", "desk/classes/{}/change/{}", "desk/classes/{}/consents",
    "desk/classes/{}/meetings/{}", "desk/classes/{}/meetings/{}/move",
    "desk/consents", "desk/consents/new", "desk/consents/{}", "desk/consents/{}/edit", "desk/demo",
    "desk/documents", "desk/documents/classes/{}", "desk/documents/classes/documents/{}",
    "desk/documents/{}", "desk/documents/{}?show={}",
    "desk/documents/{}/ask", "desk/documents/{}/share", "desk/documents/{}/{}", "desk/documents/{}/requests/{}",
    "desk/duplicates", "desk/duplicates/{}",
    "desk/forms", "desk/forms/new", "desk/forms/{}", "desk/forms/{}/rules", "desk/forms/{}/preview",
    "desk/forms/{}/sections/{}", "desk/forms/{}/questions/{}", "desk/forms/{}/questions/{}?section={}",
    "desk/forms/{}/answered", "desk/forms/{}/answers/{}/{}", "desk/forms/{}/fill/{}/{}", "forms/{}",
    "desk/households/{}/signatures", "desk/households/{}/signatures/{}", "desk/joining", "desk/joining?show={}",
    "desk/members/{}", "desk/members/{}/consents", "desk/members/{}/profile", "desk/merges",
    "desk/messages", "desk/messages?show={}", "desk/messages/{}/{}", "desk/messages/{}/{}/assign",
    "desk/messages/{}/new",
    "desk/money", "desk/money/takings", "desk/money/parked", "desk/money/statements", "desk/money/statements?class={}",
    "desk/money/export", "desk/moving", "desk/moving/export",
    "desk/orders", "desk/orders/{}", "desk/plans", "desk/plans/{}", "desk/products", "desk/products/{}",
    "desk/privacy", "desk/refused", "desk/slips", "desk/slips?year={}", "desk/slips?year={}&state={}",
    "desk/slips/classes", "desk/slips/families/{}", "desk/slips/settings",
    "desk/settings", "desk/settings/{}", "desk/settings/rules/{}", "desk/settings/messages",
    "desk/settings/messages/{}", "desk/settings/messages/{}?n={}", "desk/settings/address", "desk/settings/log",
    "desk/staff", "desk/staff/invite", "desk/staff/{}", "desk/undelivered",
    "", "settings", "settings/login", "settings/login/mobile", "settings/authenticator", "accessibility", "privacy",
)  # fmt: skip
"""Pages of an organisation in which everything occurs, as links lead to them."""

DESK_FILES = (
    "desk/forms/{}/csv", "desk/forms/{}/answers/{}/{}/pdf", "desk/classes/{}/consents/csv",
    "desk/documents/classes/documents/{}/open?file={}",
    "desk/documents/{}/{}/open?file={}", "desk/documents/{}/requests/{}/open?file={}",
    "desk/households/{}/signatures/{}/pdf", "desk/slips/families/{}/{}/pdf",
    "desk/clients/{}/billing/invoices/{}/pdf", "desk/clients/{}/billing/payments/{}/receipt",
    "desk/clients/{}/billing/credits/{}/pdf", "desk/clients/{}/quotes/{}/pdf",
    "desk/clients/{}/statements/pdf?from={}&to={}", "desk/clients/{}/statements/csv?from={}&to={}",
)  # fmt: skip
"""What its links lead to that a browser saves."""

DESK_MAILS = ("desk/settings/messages/{}/{}?look={}&n={}",)
"""Mails as they are sent, which are no pages (`test_settings`)."""

_AFTER_OTHERS = (
    "desk/messages/{}/{}/files/{}", "desk/privacy/{}", "desk/settings/log/{}", "desk/webhooks/{}",
    "desk/slips/families/{}?year={}", "desk/slips/print?year={}",
    "desk/joining/{}", "desk/merge/{}/{}", "desk/merges/{}",
    "desk/moving/batches/{}", "desk/moving/batches/{}/files/{}", "desk/moving/export/file",
    "desk/clients/{}/notes/{}", "desk/clients/{}/quotes/{}/edit",
    "desk/clients/{}/quotes/new?like={}", "desk/clients/{}/billing/invoices/{}/edit",
    "desk/clients/{}/billing/payments/{}/refund", "desk/clients/{}/billing/payments/{}/returned",
    "desk/clients/{}/purchases/places", "desk/money?after={}", "desk/clients/{}/billing?after={}",
    "desk/clients/{}/billing?show={}&after={}", "desk/clients/{}/billing/payments?after={}",
    "desk/clients/{}/timeline?show={}&deeds={}", "desk/clients/{}/timeline?deeds={}&mails={}&invoices={}&payments={}",
    "desk/clients/{}/timeline?deeds={}&invoices={}&payments={}",
    "desk/clients/{}/timeline?deeds={}&mails={}", "desk/clients/{}/billing/reminders?from={}",
)  # fmt: skip
"""What comes and goes with what other tests and the clocks have done; the tests that are about it look at it."""

_HOUSEHOLD = "{household}"
"""Where paths name Marie's household, whose id her own pages do not tell."""


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
        f"desk/households/{_HOUSEHOLD}/signatures/{signed.rpartition('/')[2]}",
        f"desk/clients/{_HOUSEHOLD}",
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
    known = DESK_FILES + DESK_MAILS + _AFTER_OTHERS
    return explore(desk, known, *(path.replace(_HOUSEHOLD, household) for path in starts))


def test_links_lead_to_every_kind_of_page(pages: dict[str, str]) -> None:
    assert pages.keys() - set(_AFTER_OTHERS) == set(DESK + DESK_FILES + DESK_MAILS)


@pytest.mark.parametrize("kind", DESK, ids=lambda kind: kind or "home")
def test_a_page_of_the_desk_is_sound(desk: Visitor, pages: dict[str, str], inspector: Inspector, kind: str) -> None:
    _arrive(desk, pages[kind])
    inspector.inspect(desk)


def _arrive(desk: Visitor, url: str) -> None:
    """Opens a page, with another code where the one of the beginning was too long ago."""
    response = desk.page.goto(url)
    if desk.page.url.startswith(desk.portal.at("confirm?")):
        desk.portal.pass_time(minutes=BETWEEN_CODES_MINUTES)
        post = desk.portal.post_of(DIANE.mail)
        desk.follow(desk.main_button())
        desk.enter_code(post.code())
        response = desk.page.goto(url)
    assert response
    assert response.status == 200
    assert "/confirm" not in desk.page.url


@pytest.mark.parametrize("kind", DESK_FILES)
def test_a_file_of_the_desk_comes_whole(desk: Visitor, pages: dict[str, str], kind: str) -> None:
    answer = desk.context.request.get(pages[kind])
    assert answer.status == 200
    assert answer.body()
    assert answer.headers["content-disposition"].startswith("attachment")


def test_the_bars_of_a_phone_show_where_one_is(desk: Visitor) -> None:
    """The last of several pages, which is out of view to begin with."""
    phone = desk.context.new_page()
    phone.set_viewport_size({"width": 320, "height": 640})
    phone.goto(desk.portal.at("desk/money/export"))
    bar = phone.locator("main .tabs")
    assert bar.evaluate("bar => bar.scrollWidth > bar.clientWidth")
    for here in (bar.locator("[aria-current]"), phone.locator(".nav [aria-current]")):
        expect(here).to_be_in_viewport(ratio=0.9)
    phone.close()
