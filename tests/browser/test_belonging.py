"""Belonging in Chromium: buy, show the card, also without a network, and have it scanned at the door."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from tests.browser.conftest import SignedIn
from tests.browser.looks import Inspector
from tests.browser.people import ANTON, ELENA, JENNIFER, MARIE, Person
from tests.browser.visitor import Visitor

_PHONE = {"width": 320, "height": 640}
_DESKTOP = {"width": 1280, "height": 900}
_NO_NETWORK = r"ERR_INTERNET_DISCONNECTED|ERR_FAILED"


@pytest.fixture(scope="module")
def inspector() -> Inspector:
    return Inspector()


def _look(visitor: Visitor, inspector: Inspector, javascript: bool) -> None:
    """Whatever the width, nothing scrolls sideways; axe needs JavaScript."""
    assert visitor.overflow() <= 0
    if javascript:
        inspector.inspect(visitor)


def _link(visitor: Visitor, words: str | re.Pattern[str]) -> None:
    """Follows a link of the page's main part."""
    visitor.follow(visitor.page.locator("main").get_by_role("link", name=words).first)


@pytest.mark.parametrize(
    ("person", "size", "javascript", "words"),
    [
        (JENNIFER, _PHONE, False, ("10 studio sessions", "10 of 10 left")),
        (ELENA, _DESKTOP, True, ("10 занятий в студии", "10")),
    ],
    ids=["phone, English", "desktop, Russian"],
)
def test_a_family_buys_a_punch_card_and_finds_it(
    signed_in: SignedIn,
    inspector: Inspector,
    person: Person,
    size: dict[str, int],
    javascript: bool,
    words: tuple[str, str],
) -> None:
    """PUR-1, SUB-4, CARD-1: without JavaScript at 320 px, and on a desktop."""
    visitor = signed_in(person, locale=person.locale, java_script_enabled=javascript, viewport=size)
    visitor.open("shop")
    _look(visitor, inspector, javascript)
    _link(visitor, words[0])
    _look(visitor, inspector, javascript)
    visitor.page.locator("#field-member").select_option(index=0)
    if visitor.page.locator("#field-adult").count():
        visitor.page.check("#field-adult")
    visitor.follow(visitor.main_button())
    visitor.page.wait_for_url(re.compile(r"/invoices/2\d{7}-"))

    visitor.open("purchases")
    _look(visitor, inspector, javascript)
    _link(visitor, words[0])
    assert words[1] in visitor.text()
    _look(visitor, inspector, javascript)
    visitor.follow(visitor.page.locator("main .actions a.button--primary"))
    assert visitor.page.locator(".member-card__square svg").count() == 1
    _look(visitor, inspector, javascript)
    visitor.page.emulate_media(media="print")
    printed = [part for part in (".header", ".member-card", ".footer", "main h1") if _is_seen(visitor, part)]
    assert printed == [".member-card"]


def _is_seen(visitor: Visitor, part: str) -> bool:
    return visitor.page.locator(part).first.is_visible()


def _kept(visitor: Visitor) -> list[str]:
    """Paths of all that the browser keeps for moments without a network."""
    urls = visitor.page.evaluate(
        "async () => (await Promise.all((await caches.keys()).map(async (name) =>"
        " (await (await caches.open(name)).keys()).map((request) => request.url)))).flat()"
    )
    return sorted(urlsplit(url).path for url in urls)


def test_a_card_is_shown_without_a_network_until_somebody_signs_out(visit: Callable[..., Visitor]) -> None:
    """NEW-18: the card and the schedule; nobody who comes after finds either."""
    visitor = visit(locale="fr-CA", viewport=_PHONE)
    visitor.sign_in(MARIE.mail, MARIE.reached_at)
    visitor.open("cards")
    visitor.follow(visitor.page.locator("main .rows a").first)
    card, number = visitor.page.url, visitor.page.locator(".member-card__number").inner_text()
    visitor.page.wait_for_selector("[data-kept=yes]", state="attached")
    visitor.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    home = urlsplit(visitor.portal.home).path
    files = ("/assets/", f"{home}/brand/", f"{home}/photos/")
    pages = [path for path in _kept(visitor) if not path.startswith(files)]
    assert pages == sorted([urlsplit(card).path, f"{home}/cards", f"{home}/schedule"])

    visitor.open("invoices")
    visitor.context.set_offline(True)
    visitor.noting = False  # what is not kept fails, and Chromium says so
    visitor.page.goto(card)
    assert visitor.page.locator(".member-card__number").inner_text() == number
    assert visitor.page.locator("[data-offline]").is_visible()
    assert visitor.page.locator(".member-card").evaluate("card => getComputedStyle(card).display") == "grid"
    visitor.open("schedule")
    assert visitor.page.locator("main .row").count() > 0
    with pytest.raises(Exception, match=_NO_NETWORK):
        visitor.open("invoices")
    visitor.context.set_offline(False)

    visitor.open()
    visitor.noting = True
    visitor.sign_out()
    assert _kept(visitor) == []
    assert visitor.page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0
    visitor.context.set_offline(True)
    visitor.noting = False
    with pytest.raises(Exception, match=_NO_NETWORK):
        visitor.page.goto(card)


def test_what_was_kept_goes_when_the_session_is_over(signed_in: SignedIn) -> None:
    """NEW-18: signed out elsewhere: the next page at this phone drops it."""
    visitor = signed_in(ELENA, locale=ELENA.locale, viewport=_PHONE)
    visitor.open("shop")
    visitor.follow(visitor.page.locator("main .rows a").filter(has_text=re.compile("famil|семей")).first)
    if visitor.page.locator("#field-adult").count():
        visitor.page.check("#field-adult")
    visitor.follow(visitor.main_button())
    visitor.open("cards")
    visitor.follow(visitor.page.locator("main .rows a").first)
    card = visitor.page.url
    visitor.page.wait_for_selector("[data-kept=yes]", state="attached")
    visitor.page.reload()
    assert urlsplit(card).path in _kept(visitor)

    visitor.context.clear_cookies()
    visitor.page.goto(card)

    assert "/sign-in" in visitor.page.url
    visitor.page.wait_for_function("caches.keys().then((names) => names.length === 0)")


def test_a_visit_is_counted_at_the_door(signed_in: SignedIn, at_desk: SignedIn, inspector: Inspector) -> None:
    """CARD-1, X-11: the number under the square is typed; a visit is counted and taken back; all pages are sound."""
    family = signed_in(MARIE, locale=MARIE.locale)
    family.open("cards")
    family.follow(family.page.locator("main .row").filter(has_text="Carnet").locator("a"))
    number = family.page.locator(".member-card__number bdi").inner_text()
    desk = at_desk(ANTON)
    desk.open("desk/cards")
    inspector.inspect(desk)
    desk.page.fill("#field-number", number)
    desk.follow(desk.main_button())
    inspector.inspect(desk)

    before = desk.page.locator(".figure__value").inner_text()
    desk.follow(desk.main_button())
    assert desk.page.locator(".figure__value").inner_text() != before
    inspector.inspect(desk)
    desk.follow(desk.page.locator("form[action$='/take-back'] button").first)
    assert desk.page.locator(".figure__value").inner_text() == before
