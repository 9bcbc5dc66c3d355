"""Addresses come from the settings, nothing in them can end their part, and nothing secret is in them (W-04, W-06)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib import settings
from chalicelib.settings import Settings
from chalicelib.web import urls
from local.events import Answer, Call
from tests.support.browser import Browser, Portal
from tests.support.door import Door
from tests.support.sent import Sent
from tests.support.world import World

_SECRET = re.compile(rb'name="csrf" value="([^"]+)"')
_ADDRESS = re.compile(rb'(?:href|src|action|formaction|content)="([^"]*)"')


@pytest.fixture
def staged(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A deployment on an address of API Gateway, with the stage in front of every path."""
    here = Settings("prod", "foyer", "https://abc.execute-api.ca-central-1.amazonaws.com/api", "ca-central-1")
    monkeypatch.setattr(settings, "current", lambda: here)
    urls._path.cache_clear()
    yield
    urls._path.cache_clear()


def test_a_stage_in_front_of_the_path_is_kept(staged: None) -> None:
    assert urls.portal("demo") == "/api/demo"
    assert urls.portal("demo", "invoices", show="due", after="") == "/api/demo/invoices?show=due"
    assert urls.absolute("demo", "invoices") == "https://abc.execute-api.ca-central-1.amazonaws.com/api/demo/invoices"
    assert urls.asset("portal.css", "v1") == "/api/assets/v1/portal.css"


@given(st.text(max_size=40), st.text(min_size=1, max_size=40))
def test_no_part_of_an_address_breaks_out(aws: object, part: str, value: str) -> None:
    """Slashes divide, everything else is quoted; a query's value comes back as it was."""
    address = urls.portal("demo", f"invoices/{part}", q=value)
    told = urlsplit(f"https://portal.test{address}")

    assert unquote(told.path, errors="surrogatepass") == "/demo/invoices" + "".join(
        f"/{piece}" for piece in part.split("/") if piece
    )
    assert parse_qs(told.query, keep_blank_values=True) == {"q": [value]}
    assert "\n" not in address
    assert " " not in address


@dataclass
class _Recorder:
    """Passes everything on to a portal, and keeps every address and every secret that came by."""

    portal: Portal
    urls: set[str] = field(default_factory=set)
    secrets: set[str] = field(default_factory=set)

    @property
    def base_url(self) -> str:
        """The portal's own."""
        return self.portal.base_url

    def answer(self, call: Call) -> Answer:
        """The portal's answer."""
        answer = self.portal.answer(call)
        self.urls |= {call.target, *(found.decode() for found in _ADDRESS.findall(answer.body))}
        self.secrets |= {found.decode() for found in _SECRET.findall(answer.body)}
        for name, value in answer.headers:
            if name.lower() == "location":
                self.urls.add(value)
            if name.lower() == "set-cookie":
                cookie = value.partition(";")[0].partition("=")[2]
                self.secrets |= {part for part in cookie.split(".") if len(part) > 40}
        return answer


def test_no_url_holds_an_address_a_code_or_a_token(world: World, browser: Browser, sent: Sent) -> None:
    """W-06: signing in, changing an address, reading on; links, forms, redirects and what messages link to."""
    recorder = _Recorder(browser.portal)
    door = Door(Browser(recorder), sent, world.org)
    world.user(world.household("Tremblay", "Léa"))
    home = door.enter("marie@example.com")
    typed = {"marie", "canarynew", "%40example", "@example.com", sent.code("marie@example.com")}
    form = door.browser.get(f"/{world.org}/settings/login")
    page = door.browser.submit(form, "settings/login", address="canarynew@example.com")
    door.dispatch()
    typed.add(sent.code("canarynew@example.com"))
    door.browser.submit(page, "settings/login/code", code=sent.code("canarynew@example.com"))
    profile: dict[str, Any] = {"first_name": "Max", "last_name": "Tremblay", "birth_date": "2015-05-31"}
    door.browser.submit(door.browser.get(f"/{world.org}/members/add"), "members/add", **profile)
    for path in home.links.values():
        if path.startswith("/"):
            door.browser.get(path, follow=True)
    told = "\n".join(message.text + message.html for message in sent())
    recorder.urls |= set(re.findall(r"https?://[^\s\"<]+", told))

    assert len(recorder.urls) > 30
    assert len(recorder.secrets) >= 6
    assert [url for url in recorder.urls if any(secret in url for secret in typed | recorder.secrets)] == []
