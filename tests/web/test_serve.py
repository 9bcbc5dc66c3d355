"""Every answer has its headers and its page, whatever went wrong; pages change nothing (W-01, W-07, A-25, L-03)."""

import re
from collections import defaultdict
from typing import Any

import pytest

from chalicelib.identity import store
from chalicelib.shared.errors import Conflict, Forbidden, NotFound, TooMany, Unavailable
from chalicelib.web import csrf
from chalicelib.web.http import MAX_FORM_BYTES
from chalicelib.web.routes import Actor
from local import events
from local.events import Answer, Call, Resource
from tests.support.browser import Page, check
from tests.support.wire import Fault, tapped
from tests.web import cast as casts
from tests.web.cast import BASE_URL, POLICIES, Cast, name_of

FORM = "application/x-www-form-urlencoded"


def _sound(answer: Answer, url: str) -> Page:
    """The answer as a page, checked like every other (headers, markup)."""
    page = Page(url, answer.status, tuple(answer.headers), answer.body)
    check(page, answer)
    return page


def _past_the_gateway(path: str, pattern: str, method: str, headers: dict[str, str], body: bytes = b"") -> Answer:
    """What the function itself answers to a method or type that the gateway would have stopped."""
    from app import app

    org = path.strip("/").split("/")[0]
    call = Call(method, path, tuple({"Host": "portal.test", **headers}.items()), body, "203.0.113.7")
    resource = Resource(pattern, frozenset({method}), {"org": org} if "{org}" in pattern else {})
    return events.invoke(app, events.build(call, resource, base_url=BASE_URL, stage="test"), events.LambdaContext())


@pytest.mark.parametrize("method", ["HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "X", "get"])
def test_methods_that_no_route_has_are_refused_with_a_page(cast: Cast, method: str) -> None:
    """W-07: 405 with every header."""
    page = _sound(_past_the_gateway(f"/{cast.org}/invoices", "/{org}/invoices", method, {}), "invoices")

    assert page.status == 405
    assert page.title


@pytest.mark.parametrize(
    "kind", ["application/json", "text/plain", "multipart/form-data; boundary=x", "application/xml", "x"]
)
def test_bodies_that_are_no_form_are_refused_with_a_page(cast: Cast, kind: str) -> None:
    """W-07: 415; 0 acts take anything but a form, those with files one in parts; what has no parts is refused too."""
    acts = [policy for policy in POLICIES if policy.method == "POST"]
    for policy in acts:
        headers = {"Content-Type": kind, "Origin": BASE_URL}
        answer = casts.portal().answer(Call("POST", cast.path(policy), tuple(headers.items()), b"{}"))
        page = _sound(answer, name_of(policy))
        assert page.status == (400 if policy.uploads and kind.startswith("multipart") else 415)
    assert len(acts) >= 16


def test_overriding_the_method_has_no_effect(cast: Cast) -> None:
    """W-07."""
    browser = cast.browser("holder", casts.portal())
    for header in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
        page = browser.get(f"/{cast.org}/settings", headers={header: "POST"}, _method="POST")
        assert page.status == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"a=1&a=2", 400),
        (b"a", 400),
        (b"\xff\xfe=1", 400),
        (b"csrf=%ff", 403),
        (b"&".join(b"a%d=1" % number for number in range(201)), 400),
        (b"a=" + b"x" * (MAX_FORM_BYTES - 2), 403),
        (b"a=" + b"x" * (MAX_FORM_BYTES - 1), 413),
        (b"", 403),
    ],
    ids=["twice", "no value", "not UTF-8", "bad escape", "201 fields", "largest", "too large", "empty"],
)
def test_a_body_that_can_not_be_read_gets_a_page(cast: Cast, body: bytes, status: int) -> None:
    """W-07, W-09: a repeated field is refused, and 256 KB are enough for a form."""
    headers = {"Content-Type": FORM, "Origin": BASE_URL}
    answer = casts.portal().answer(Call("POST", f"/{cast.org}/sign-in", tuple(headers.items()), body))

    assert _sound(answer, "sign-in").status == status


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nobody-here", 404),
        ("/nobody-here/sign-in", 404),
        ("/" + "a" * 3000 + "/sign-in", 404),
        ("/%00/sign-in", 404),
        ("/a%23b/sign-in", 404),
        ("/%F0%9F%98%80/sign-in", 404),
        ("/%ff/sign-in", 404),
        ("/..%2f/sign-in", 404),
        ("/assets/v/none.css", 404),
        ("/assets/v/..%2f..%2fapp.py", 404),
        ("/", 404),
    ],
)
def test_an_address_of_nothing_gets_a_page(aws: object, path: str, status: int) -> None:
    """W-01: and never a fault of ours, however odd the address."""
    answer = casts.portal().answer(Call("GET", path))

    assert _sound(answer, path).status == status


@pytest.mark.parametrize(
    ("fault", "status", "retry_after"),
    [
        (NotFound(), 404, ""),
        (Forbidden(), 403, ""),
        (Conflict(), 409, ""),
        (TooMany(retry_after=77), 429, "77"),
        (Unavailable(), 503, "5"),
        (RuntimeError("secret of Marie at /var/task/app.py"), 500, ""),
        (ZeroDivisionError("arn:aws:dynamodb"), 500, ""),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_a_fault_becomes_its_page(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, fault: Exception, status: int, retry_after: str
) -> None:
    """W-01, L-03: status, headers, a reference, and nothing about our insides."""

    def fail(*_arguments: Any) -> None:
        raise fault

    monkeypatch.setattr(store, "require_user", fail)
    page = cast.browser("holder", casts.portal()).get(f"/{cast.org}/settings")

    assert page.status == status
    assert page.header("retry-after") == retry_after
    assert page.header("cache-control") == "no-store"
    assert re.search(r"reference: [A-Za-z0-9_=-]{12,}", page.text) or status != 500
    for secret in ("Traceback", "secret of Marie", "/var/task", "arn:aws", "RuntimeError", "chalice", "dynamodb"):
        assert secret not in page.html


def test_a_page_that_can_not_even_be_drawn_still_has_its_headers(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """W-01: the error page's own failure is caught by the frame around the app."""
    from chalicelib.home import frame

    def fail(*_arguments: Any) -> None:
        raise ValueError

    monkeypatch.setattr(frame, "stylesheet_url", fail)
    page = cast.browser("holder", casts.portal()).get(f"/{cast.org}")

    assert page.status == 500


PAGES = [policy for policy in POLICIES if policy.method == "GET"]


_LOOKED_AT = {"/{org}/quotes/{quote}", "/{org}/slips/{slip}", "/{org}/documents/{document}/open"}
"""The family's own first look is noted once: it is what staff wait for, and what is new to it (X-3, DASH-2)."""
_OPENED = {
    policy.path
    for policy in PAGES
    if policy.actor in (Actor.MEMBER, Actor.USER) and policy.path.rpartition("/")[2] in ("pdf", "receipt", "open")
} | {"/{org}/papers/invoices"}
"""Papers: the family's log tells who opened them (NEW-11), and is no reason to withhold one (L-04)."""
_GUESSED = {"/{org}/shared/{token}"}
"""Addresses that open nothing are counted by network (NEW-7)."""


@pytest.mark.parametrize(
    ("actor", "writing"),
    [("holder", _LOOKED_AT | _OPENED | _GUESSED), ("anonymous", _GUESSED)],
    ids=["holder", "anonymous"],
)
def test_opening_pages_writes_nothing(cast: Cast, actor: str, writing: set[str]) -> None:
    """A-25: every page, three times; scanners may fetch what they like. 0 writes, but for what is noted of looking."""
    browser, writes = cast.browser(actor, casts.portal()), defaultdict[str, list[str]](list)
    with tapped() as wire:
        for policy in PAGES * 3:
            before = len(wire.writes)
            browser.get(cast.path(policy))
            writes[policy.path] += wire.writes[before:]

    assert {path for path, made in writes.items() if made} <= writing
    assert {path for path, made in writes.items() if "UpdateItem" in made} == _LOOKED_AT & writing
    assert all(made.count("UpdateItem") <= 1 for made in writes.values())
    assert len(wire.calls) > 50


@pytest.mark.parametrize("fault", [Fault.DOWN, Fault.FAILING], ids=lambda fault: fault.name.lower())
def test_a_page_without_its_table_is_an_honest_503(cast: Cast, fault: Fault) -> None:
    """I7, F1: every signed-in page, broken at each of its calls: 503 with Retry-After, the session's cookie kept."""
    browser = cast.browser("holder", casts.portal())
    broken = 0
    for policy in PAGES:
        for number in range(1, 8):
            with tapped(fault, number) as wire:
                page = browser.get(cast.path(policy))
            if not wire.met:
                break
            if policy.path in _OPENED and wire.calls[number - 1] == "PutItem":
                assert page.status in (200, 303), "a log that fails withholds a paper"
                continue
            broken += 1
            assert page.status == 503, (name_of(policy), number)
            assert page.header("retry-after") == "5"
            assert page.header_list("set-cookie") == []
    assert broken >= len(PAGES)


def test_signed_in_pages_are_kept_nowhere(cast: Cast) -> None:
    """W-01, S-11: no-store on all but files that change their name with their content."""
    browser = cast.browser("holder", casts.portal())
    for policy in PAGES:
        page = browser.get(cast.path(policy))
        kept = page.header("cache-control") != "no-store"
        assert not kept or policy.path in ("/assets/{version}/{name}", "/{org}/brand/{file}"), name_of(policy)
        assert not kept or page.header_list("set-cookie") == []


def test_no_answer_opens_itself_to_other_sites(cast: Cast) -> None:
    """W-08: no CORS header for any Origin."""
    browser = cast.browser("holder", casts.portal())
    origins = ("https://evil.example", "null", BASE_URL, "https://portal.test.evil.example", "http://localhost", "*")
    for origin in origins:
        for policy in PAGES[::3]:
            page = browser.get(cast.path(policy), headers={"Origin": origin})
            assert not [name for name, _ in page.headers if name.lower().startswith("access-control")]


def test_two_people_in_one_warm_process_never_meet(cast: Cast) -> None:
    """T-08: 200 requests by turns; no page holds a word of the other."""
    gateway = casts.portal()
    one, other = cast.browser("holder", gateway), cast.browser("holder of another household", gateway)
    pages = [policy for policy in PAGES if policy.actor in (Actor.MEMBER, Actor.USER)]
    marks = {"Own": cast.own.own, "Other": cast.other.own}
    for number in range(200):
        browser, name, theirs = (one, "Own", "Other") if number % 2 else (other, "Other", "Own")
        policy = pages[number // 2 % len(pages)]
        page = browser.get(cast.path(policy, home=cast.own if name == "Own" else cast.other))
        text = page.body.decode(errors="replace") + str(page.headers)
        found = [mark for mark in (f"of {theirs}", f"INV-{theirs}", *marks[theirs]) if mark in text]
        assert found == [], name_of(policy)


def test_hostile_headers_and_queries_never_break_a_page(cast: Cast) -> None:
    """I-15: odd values in every place a request has; 0 answers of 5xx."""
    gateway = casts.portal()
    odd = ["", "\x00", "'", '"><script>', "%", "%ff", "é", "٣", "a" * 5000, "-1", "1e9", "null", "{{7*7}}", "../", "#"]
    for value in odd:
        for policy in PAGES[::2]:
            browser = cast.browser("holder", gateway)
            page = browser.get(
                cast.path(policy),
                headers={"Accept-Language": value, "User-Agent": value, "X-Forwarded-For": value},
                after=value, show=value, member=value, when=value, next=value, saved=value, again=value, left=value,
            )  # fmt: skip
            assert page.status < 500, (name_of(policy), value)
            assert "<script>" not in page.body.decode(errors="replace").replace('<script src="', "")


@pytest.mark.usefixtures("stripe")
def test_every_form_bears_every_odd_value(cast: Cast) -> None:
    """I-15, T-07: each act with odd values in all fields it knows, and with none: 0 answers of 5xx."""
    fields = [
        "address", "code", "next", "channel", "language", "device", "household", "version", "first_name", "last_name",
        "birth_date", "email", "phone", "emergency_name", "emergency_phone", "health_notes", "name", "street", "city",
        "region", "postcode", "is_admin", "org", "id", "price", "amount", "choice", "until", "link", "payer",
        "successor",
    ]  # fmt: skip
    odd = [None, "", "\x00", "\x1b[31m", "a" * 3000, "٣", "2026-02-30", "\ud7ff", "'; --", "<b>", "-1", "\r\nX: y"]
    for value in odd:
        for policy in POLICIES:
            if policy.method == "GET" or policy.path.endswith(("sign-out", "end-all")):
                continue
            browser = cast.browser("holder", casts.portal())
            session = next(iter(browser.cookies.values())).partition(".")[0]
            browser.cookies[f"__Host-browser-{cast.org}"] = "b"
            token = csrf.token("b" if policy.actor is Actor.ANYONE else session, cast.org)
            posted = {csrf.FIELD: token, **({} if value is None else dict.fromkeys(fields, value))}
            page = browser.post(cast.path(policy), posted)
            assert page.status < 500, (name_of(policy), value)
