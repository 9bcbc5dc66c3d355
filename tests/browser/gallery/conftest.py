"""Renders the gallery with the portal's own templates and shows it to Chromium without a server or network."""

import mimetypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest
from jinja2 import ChoiceLoader, Environment, FileSystemLoader
from playwright.sync_api import Browser, Route

from chalicelib.home.frame import AccountView, Inbox, NavItem
from chalicelib.organisations.domain import Contact, Organisation
from chalicelib.web import assets, headers, render
from chalicelib.web.language import Local, own_names
from local.engine import Engine

_PAGES = Path(__file__).parent / "pages"
ORIGIN = "https://portal.test"

ORGANISATION = Organisation(
    slug="northside",
    name={"en": "Northside Music School", "ru": "Северная музыкально-хореографическая школа"},
    country="CA",
    zone="America/Toronto",
    currency="CAD",
    languages=("en", "fr", "ru"),
    contact=Contact(email="office@northside.example", phone="+15145550123", website="https://northside.example"),
)

_NAV = {
    "en": ("Home", "Schedule", "Invoices", "Bookings", "Family"),
    "ru": ("Главная", "Расписание", "Счета", "Бронирования", "Участники"),
}
_ICONS = ("home", "calendar", "invoice", "booking", "members")


class _Directed(Local):
    """A reader's language that can be forced to run from right to left."""

    forced = "ltr"

    @property
    def direction(self) -> str:
        return self.forced


@dataclass(frozen=True)
class Look:
    """How a page is rendered and shown."""

    language: str = "en"
    direction: str = "ltr"
    scheme: Literal["light", "dark"] = "light"
    width: int = 1200
    forced_colours: Literal["active", "none"] = "none"
    contrast: Literal["more", "no-preference"] = "no-preference"
    javascript: bool = True
    signed_in: bool = True
    organisation: bool = True


def _environment() -> Environment:
    own = render.html()
    assert own.loader is not None
    return own.overlay(loader=ChoiceLoader([FileSystemLoader(_PAGES), own.loader]))


def _badge(icon: str) -> str:
    return "2" if icon == "invoice" else ""


def _account(look: Look) -> AccountView:
    names = _NAV.get(look.language, _NAV["en"])
    nav = tuple(
        NavItem(label=label, href=f"/{icon}", icon=icon, current=icon == "home", badge=_badge(icon))
        for label, icon in zip(names, _ICONS, strict=True)
    )
    return AccountView(
        "Priya Raman", "Raman family", several=True, nav=nav, home="/home",
        inbox=Inbox("/messages", "Messages, 3 unread", 3), shows_news=True,
    )  # fmt: skip


def render_page(template: str, look: Look, **values: Any) -> str:
    """A page of the gallery, or of the portal's templates, in a look."""
    local = _Directed(look.language, "CA", "America/Toronto")
    local.forced = look.direction
    org = ORGANISATION if look.organisation else None
    context = {
        "org": org,
        "local": local,
        "url": lambda path="", **_query: f"/northside/{path}",
        "csrf": "token-of-the-form",
        "languages": own_names(org.languages) if org else [],
        "path": "",
        "account": _account(look) if look.signed_in else None,
        "demo_bar": None,
        "logo": "",
        "brand_stylesheet": "",
        "language_url": "/northside/language",
        "errors": {},
        **values,
    }
    return render.fill(_environment(), template, context)


def _answer(page: str) -> Callable[[Route], None]:
    """Serves one page and the static files under the policy that real responses carry."""
    security = {"Content-Security-Policy": headers.CSP}

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(ORIGIN)
        if not path.startswith("/assets/"):
            route.fulfill(body=page, content_type="text/html; charset=utf-8", headers=security)
            return
        name = path.removeprefix(f"/assets/{assets.version()}/")
        route.fulfill(body=assets.read(name), content_type=mimetypes.guess_type(name)[0], headers=security)

    return answer


@pytest.fixture(autouse=True)
def deployed(aws: Engine) -> None:
    """Addresses of static files come from the settings of a deployment."""


@pytest.fixture
def show(chromium: Browser) -> Iterator[Callable[..., Any]]:
    """Opens a template in a look; each policy violation or script error of the page fails the test."""
    contexts = []
    problems: list[str] = []

    def note(message: Any) -> None:
        if message.type == "error":
            problems.append(message.text)

    def opened(template: str, look: Look, *, before: str = "", **values: Any) -> Any:
        context = chromium.new_context(
            viewport={"width": look.width, "height": 760},
            color_scheme=look.scheme,
            forced_colors=look.forced_colours,
            contrast=look.contrast,
            reduced_motion="reduce",
            java_script_enabled=look.javascript,
            permissions=["clipboard-read", "clipboard-write"],
        )
        contexts.append(context)
        page = context.new_page()
        page.add_init_script(before)
        page.on("console", note)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.route("**/*", _answer(render_page(template, look, **values)))
        page.goto(f"{ORIGIN}/northside/")
        page.remove_listener("console", note)  # What axe injects later breaks the policy, and is not the page's.
        return page

    yield opened
    for context in contexts:
        context.close()
    assert problems == []
