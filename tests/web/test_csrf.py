"""Forged requests: every act, with every wrong token, from every place a request may claim to stand (S-10)."""

import secrets
from collections.abc import Mapping
from urllib.parse import urlencode

import pytest

from chalicelib.web import csrf
from chalicelib.web.errors import STALE_FORM
from chalicelib.web.routes import Actor, Policy
from local.events import Answer, Call
from local.gateway import Gateway
from tests.support.browser import Browser
from tests.web.cast import BASE_URL, POLICIES, Cast, name_of

ACTS = [policy for policy in POLICIES if policy.method == "POST" and policy.csrf]
OURS = {"Origin": BASE_URL, "Sec-Fetch-Site": "same-origin"}
GOOD_PLACES = [OURS, {"Origin": BASE_URL}, {"Sec-Fetch-Site": "same-origin"}]
BAD_PLACES = [
    {},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": ""},
    {"Origin": "http://portal.test"},
    {"Origin": f"{BASE_URL}.evil.example"},
    {"Origin": f"{BASE_URL}:444"},
    {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
    {"Origin": BASE_URL, "Sec-Fetch-Site": "cross-site"},
    {"Origin": BASE_URL, "Sec-Fetch-Site": "same-site"},
    {"Origin": BASE_URL, "Sec-Fetch-Site": "none"},
    {"Referer": f"{BASE_URL}/x"},
]


def _cookies(cast: Cast, policy: Policy) -> dict[str, str]:
    """The cookies of somebody who may do this: a session, or a signed-out browser's secret."""
    if policy.actor is Actor.ANYONE:
        return {f"__Host-browser-{cast.org}": "b" * 43}
    return cast.actors["holder and owner" if policy.staff else "holder"]


def _key(cookies: Mapping[str, str]) -> str:
    return next(iter(cookies.values())).partition(".")[0]


def _post(doors: Gateway, path: str, cookies: Mapping[str, str], place: Mapping[str, str], body: str) -> Answer:
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded", **place}
    return doors.answer(Call("POST", path, tuple(headers.items()), body.encode()))


def _bodies(cast: Cast, cookies: Mapping[str, str]) -> dict[str, str]:
    """Bodies with every kind of wrong token."""
    right = csrf.token(_key(cookies), cast.org)
    another = csrf.token(_key(cast.actors["guardian"]), cast.org)
    tokens = {
        "empty": "",
        "another session's": another,
        "of before signing in": csrf.token("before", cast.org),
        "another organisation's": csrf.token(_key(cookies), cast.foreign_world.org),
        "cut short": right[:-1],
        "longer": right + "A",
        "another case": right.swapcase(),
        "random": secrets.token_urlsafe(32),
        "of no key": csrf.token("", cast.org),
        "not ASCII": right[:-1] + "é",
    }
    bodies = {kind: urlencode({csrf.FIELD: token}) for kind, token in tokens.items()}
    return {"missing": "", "under another name": urlencode({"token": right}), **bodies}


def test_an_act_is_done_with_the_right_token_from_our_own_pages_only(cast: Cast, doors: Gateway) -> None:
    """S-10: every act, 12 kinds of wrong tokens with the right place, and 12 wrong places with the right token."""
    accepted, refused, tried = [], [], 0
    for policy in ACTS:
        cookies, path = _cookies(cast, policy), cast.path(policy)
        right = urlencode({csrf.FIELD: csrf.token(_key(cookies), cast.org)})
        refused += [
            (name_of(policy), place)
            for place in GOOD_PLACES
            if _post(doors, path, cookies, place, right).body != b"reached"
        ]
        wrong = [(kind, OURS, body) for kind, body in _bodies(cast, cookies).items()]
        wrong += [(str(place), place, right) for place in BAD_PLACES]
        for kind, place, body in wrong:
            answer = _post(doors, path, cookies, place, body)
            tried += 1
            if answer.status != 403 or b"reached" in answer.body:
                accepted.append((name_of(policy), kind, answer.status))
    assert (accepted, refused) == ([], [])
    assert tried == len(ACTS) * 24
    assert len(ACTS) >= 16


def test_only_an_act_whose_address_is_signed_needs_no_token() -> None:
    """S-10: mail programs press it, and they have no page of ours (RFC 8058)."""
    without = [name_of(policy) for policy in POLICIES if policy.method == "POST" and not policy.csrf]
    assert without == ["POST /{org}/unsubscribe/{token}"]


def test_a_refused_act_is_explained_on_a_page(cast: Cast, browser: Browser) -> None:
    """The person learns what to do: reload and send again."""
    browser.cookies.update(cast.actors["holder"])

    page = browser.post(f"/{cast.org}/settings/language", {"language": "fr"})

    assert page.status == 403
    assert STALE_FORM.key in page.text


def test_a_token_of_before_signing_in_is_dead_afterwards(cast: Cast, browser: Browser) -> None:
    """S-10: against signing somebody in under a planted form."""
    before = browser.get(f"/{cast.org}/sign-in").form("sign-in").fields[csrf.FIELD]
    browser.cookies.update(cast.actors["holder"])

    page = browser.post(f"/{cast.org}/sign-out", {csrf.FIELD: before})

    assert page.status == 403


def test_a_signed_out_browser_gets_its_own_secret_once(cast: Cast, browser: Browser) -> None:
    """Two tabs of one browser share it; two browsers do not."""
    first = browser.get(f"/{cast.org}/sign-in").form("sign-in").fields[csrf.FIELD]
    second = browser.get(f"/{cast.org}/sign-in").form("sign-in").fields[csrf.FIELD]
    other = Browser(browser.portal).get(f"/{cast.org}/sign-in").form("sign-in").fields[csrf.FIELD]

    assert first == second != other


@pytest.mark.parametrize("key", ["", "k"])
def test_an_empty_key_fits_nothing(key: str) -> None:
    assert csrf.fits(csrf.token(key, "demo"), key, "demo") is bool(key)
    assert not csrf.fits("", key, "demo")
