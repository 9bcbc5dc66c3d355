"""What a request is: where it came from as the gateway saw it, and nothing a client may claim (A-16, S-08)."""

import pytest

from chalicelib import settings
from chalicelib.settings import Settings
from chalicelib.web import cookies
from tests.support.browser import Browser
from tests.support.door import Door
from tests.support.world import World

_CLAIMS = ("X-Forwarded-For", "X-Real-IP", "Forwarded", "True-Client-IP", "CF-Connecting-IP", "X-Client-IP")


@pytest.mark.parametrize("claim", _CLAIMS)
def test_a_claimed_address_brings_no_fresh_budget(world: World, browser: Browser, claim: str) -> None:
    """A-16: ten codes an hour for one network, whatever it says it is."""
    statuses = []
    for number in range(11):
        page = browser.get(f"/{world.org}/sign-in")
        fields = {**page.form("sign-in").fields, "address": f"p{number}@example.com"}
        claimed = {claim: f"for=203.0.113.{number}" if claim == "Forwarded" else f"203.0.113.{number}"}
        statuses.append(browser.post(f"/{world.org}/sign-in", fields, headers=claimed).status)

    assert statuses == [303] * 10 + [429]


def test_a_refused_request_says_when_to_come_back(world: World, browser: Browser) -> None:
    """A-12: 429 with Retry-After, on the same page with what was typed."""
    first = Browser(browser.portal)
    first.submit(first.get(f"/{world.org}/sign-in"), "sign-in", address="marie@example.com")

    page = browser.get(f"/{world.org}/sign-in")
    refused = browser.submit(page, "sign-in", address="marie@example.com", follow=False)

    assert refused.status == 429
    assert refused.header("retry-after").isdigit()
    assert 'value="marie@example.com"' in refused.html


@pytest.mark.parametrize(("query", "found"), [("show=&show=due", True), ("show=due&show=", False)])
def test_of_a_query_parameter_told_twice_the_last_counts(world: World, door: Door, query: str, found: bool) -> None:
    """W-09: one meaning, whoever reads it."""
    world.user(world.household())
    door.enter("marie@example.com")

    page = door.browser.get(f"/{world.org}/invoices?{query}")

    assert ("Everything is paid" in page.text) is found


@pytest.mark.parametrize(
    ("base_url", "line"),
    [
        ("https://portal.test", "__Host-session-demo=v; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=9"),
        ("http://127.0.0.1:8000", "session-demo=v; Path=/; HttpOnly; SameSite=Lax; Max-Age=9"),
    ],
)
def test_cookies_have_the_prefix_wherever_there_is_tls(
    monkeypatch: pytest.MonkeyPatch, base_url: str, line: str
) -> None:
    """S-08."""
    monkeypatch.setattr(settings, "current", lambda: Settings("x", "t", base_url, "r"))

    assert cookies.make(cookies.SESSION, "demo", "v", seconds=9) == line
    assert cookies.clear(cookies.SESSION, "demo").endswith("Max-Age=0")


def test_a_cookie_longer_than_any_of_ours_is_none(aws: object) -> None:
    """W-07: it ends up in keys of the table."""
    name = cookies.name(cookies.SESSION, "demo")

    assert cookies.get({name: "x" * 200}, cookies.SESSION, "demo")
    assert cookies.get({name: "x" * 201}, cookies.SESSION, "demo") == ""


@pytest.mark.parametrize(
    "base_url", ["http://portal.example", "ftp://x", "portal.example", "http://127.0.0.1.evil.example"]
)
def test_a_portal_without_tls_is_refused_but_on_loopback(base_url: str) -> None:
    """S-08: the cookie's safety hangs on it."""
    with pytest.raises(settings.SettingsError, match="https"):
        settings.read({
            "FOYER_STAGE": "x", "FOYER_TABLE": "t", "FOYER_BASE_URL": base_url, "AWS_DEFAULT_REGION": "r",
        })  # fmt: skip


def test_everything_that_is_missing_is_named_at_once() -> None:
    with pytest.raises(settings.SettingsError) as wrong:
        settings.read({})
    for name in ("FOYER_STAGE", "FOYER_TABLE", "FOYER_BASE_URL", "AWS_DEFAULT_REGION"):
        assert name in str(wrong.value)
