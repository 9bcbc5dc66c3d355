"""A browser without a screen: calls the app through API Gateway's own event shapes, keeps cookies, checks pages.

Every page that passes through it is checked (`markup.problems`, security headers), so any test
that opens a page also proves that the page is sound.
"""

import http.client
import re
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from http.cookies import Morsel, SimpleCookie
from typing import Any, Protocol
from urllib.parse import urlencode, urljoin, urlsplit
from uuid import uuid4
from xml.etree.ElementTree import Element

from chalicelib.data.write import Transaction
from chalicelib.identity import store, tokens
from chalicelib.identity.domain import Session, User
from chalicelib.identity.guard import SessionCookie
from chalicelib.web import cookies
from local.events import Answer, Call
from tests.support import markup

_FORM = "application/x-www-form-urlencoded"
_MULTIPART = "multipart/form-data"

File = tuple[str, bytes]
"""A chosen file: its name, and what is in it."""

_MAX_REDIRECTS = 5

_EXACT_HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
_LOGO_HEADERS = {"cross-origin-resource-policy": "cross-origin"}
"""Mails show it."""
_CSP_MUST = ("default-src 'none'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'")
_CSP_MUST_NOT = ("unsafe-inline", "unsafe-eval", "*", "http:", "data:")
_STAND_IN = re.compile(r" http://(127\.0\.0\.1|localhost):\d+")
"""Where Stripe is played on this machine: forms may lead there, and nowhere but there without TLS."""


@dataclass(frozen=True)
class Page:
    """A response, with what a person would see of it."""

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        """The first value of a header, or empty."""
        return next(iter(self.header_list(name)), "")

    def header_list(self, name: str) -> list[str]:
        """All values of a header."""
        return [value for key, value in self.headers if key.lower() == name.lower()]

    @property
    def location(self) -> str:
        """Where a redirect leads."""
        return self.header("location")

    @property
    def is_html(self) -> bool:
        """Whether the body is a page."""
        return self.header("content-type").startswith("text/html") and bool(self.body)

    @property
    def html(self) -> str:
        """The body as text."""
        return self.body.decode()

    @cached_property
    def document(self) -> Element:
        """The parsed page."""
        return markup.parse(self.html)

    @property
    def title(self) -> str:
        """The title."""
        return markup.text(self.document.findall("./head/title")[0])

    @property
    def text(self) -> str:
        """The words of the page."""
        return markup.text(self.document.findall("./body")[0])

    @property
    def links(self) -> dict[str, str]:
        """Address by words of each link; of several with the same words, the first."""
        found: dict[str, str] = {}
        for link in self.document.iter("a"):
            found.setdefault(markup.text(link), link.get("href") or "")
        return found

    def form(self, action: str = "") -> "Form":
        """The first POST form whose action ends with `action`. Fails when there is none."""
        forms = [Form.read(form) for form in self.document.iter("form") if form.get("method", "").lower() == "post"]
        fitting = [form for form in forms if form.action.partition("?")[0].endswith(action)]
        assert fitting, f"{self.url} has no form for {action!r}, only {[form.action for form in forms]}"
        return fitting[0]


@dataclass(frozen=True)
class Form:
    """A form as it stands in the page, with the values it would send."""

    action: str
    fields: Mapping[str, str]
    takes_files: bool = False

    @classmethod
    def read(cls, form: Element) -> "Form":
        """The form and its prefilled values. Buttons are not pressed, so their values are not sent."""
        fields: dict[str, str] = {}
        for control in form.iter():
            name = control.get("name")
            if name and (value := _value(control)) is not None:
                fields[name] = value
        return cls(form.get("action") or "", fields, form.get("enctype") == _MULTIPART)


def _value(control: Element) -> str | None:
    """What a control sends as it stands, or None when it sends nothing."""
    if control.get("disabled") is not None:
        return None
    kind = control.get("type", "text")
    if control.tag == "input" and kind in ("checkbox", "radio"):
        return control.get("value", "on") if control.get("checked") is not None else None
    if control.tag == "input" and kind not in ("submit", "button", "image", "file"):
        return control.get("value", "")
    if control.tag == "textarea":
        return "".join(control.itertext())
    if control.tag == "select":
        options = list(control.iter("option"))
        chosen = [option for option in options if option.get("selected") is not None] or options[:1]
        return next((option.get("value", markup.text(option)) for option in chosen), None)
    return None


class Portal(Protocol):
    """What a browser talks to: a `Gateway` in this process, or a portal somewhere else."""

    @property
    def base_url(self) -> str:
        """Where the portal is."""

    def answer(self, call: Call) -> Answer:
        """The response to `call`."""


@dataclass(frozen=True)
class Remote:
    """A portal that is reached over HTTP."""

    base_url: str

    def answer(self, call: Call) -> Answer:
        """The response to `call`, over a connection of its own."""
        connection = http.client.HTTPConnection(urlsplit(self.base_url).netloc, timeout=30)
        with closing(connection):
            connection.request(call.method, call.target, call.body or None, dict(call.headers))
            answer = connection.getresponse()
            return Answer(answer.status, answer.getheaders(), answer.read())


@dataclass
class Browser:
    """One browser of one person."""

    portal: Portal
    language: str = "en"
    source: str = "203.0.113.7"
    agent: str = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, *, follow: bool = False, headers: Mapping[str, str] | None = None, **query: str) -> Page:
        """Opens an address; `follow` goes on through redirects."""
        target = f"{path}?{urlencode(query)}" if query else path
        page = self._send("GET", target, {"Sec-Fetch-Site": "none", **(headers or {})})
        return self.follow(page) if follow else page

    def post(
        self, path: str, fields: Mapping[str, str], *, follow: bool = False, headers: Mapping[str, str] | None = None
    ) -> Page:
        """Posts a form of our own pages."""
        told = {"Content-Type": _FORM, "Origin": self._origin, "Sec-Fetch-Site": "same-origin", **(headers or {})}
        page = self._send("POST", path, told, urlencode(fields).encode())
        return self.follow(page) if follow else page

    def submit(self, page: Page, action: str = "", *, follow: bool = True, **fields: str) -> Page:
        """Fills in a form of `page` and sends it. Fails when it has no such field."""
        return self.fill(page, action, fields, follow=follow)

    def fill(self, page: Page, action: str, fields: Mapping[str, str], *, follow: bool = True) -> Page:
        """The same with fields that are no names in Python."""
        form = page.form(action)
        return self.post(urljoin(page.url, form.action), {**form.fields, **fields}, follow=follow)

    def upload(
        self, page: Page, action: str = "", files: Mapping[str, File] | None = None, *, follow: bool = True,
        **fields: str,
    ) -> Page:  # fmt: skip
        """Fills in a form that takes files, chooses `files` by field, and sends it."""
        form = page.form(action)
        assert form.takes_files, f"the form for {form.action!r} sends names of files only"
        return self.post_files(urljoin(page.url, form.action), {**form.fields, **fields}, files or {}, follow=follow)

    def post_files(
        self, path: str, fields: Mapping[str, str], files: Mapping[str, File], *, follow: bool = False
    ) -> Page:
        """Posts a form of our own pages with files in it, as browsers put it into one body."""
        boundary = f"----WebKitFormBoundary{uuid4().hex[:16]}"
        told = {
            "Content-Type": f"{_MULTIPART}; boundary={boundary}",
            "Origin": self._origin,
            "Sec-Fetch-Site": "same-origin",
        }
        page = self._send("POST", path, told, multipart(boundary, fields, files))
        return self.follow(page) if follow else page

    def sign_in_staff(self, org: str, user: User, now: datetime, *, second_factor: bool = True) -> "Browser":
        """Gives this browser a session that began now, as if both codes had been typed; returns the browser."""
        token = tokens.new_token()
        passed = now if second_factor else None
        session = Session(tokens.token_hash(token), user.id, now, now, now, "Firefox, Linux", passed)
        transaction = Transaction()
        store.create_session(transaction, org, session)
        transaction.commit()
        home = user.households[0].household if len(user.households) == 1 else ""
        self.cookies[cookies.name(cookies.SESSION, org)] = str(SessionCookie(token, user.id, home))
        return self

    def follow(self, page: Page) -> Page:
        """Goes where a redirect leads, as long as it stays on our own host."""
        for _ in range(_MAX_REDIRECTS):
            if not page.location:
                return page
            page = self.get(urljoin(page.url, page.location))
        raise AssertionError(f"too many redirects, at last to {page.location}")

    @property
    def _origin(self) -> str:
        parts = urlsplit(self.portal.base_url)
        return f"{parts.scheme}://{parts.netloc}"

    def _send(self, method: str, url: str, headers: Mapping[str, str], body: bytes = b"") -> Page:
        parts = urlsplit(urljoin(self._origin, url))
        assert f"{parts.scheme}://{parts.netloc}" == self._origin, f"{url} leads away from the portal"
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        call = Call(method, target, tuple(self._headers(headers).items()), body, self.source)
        answer = self.portal.answer(call)
        page = Page(urljoin(self._origin, target), answer.status, tuple(answer.headers), answer.body)
        self._keep_cookies(page)
        check(page, answer)
        return page

    def _headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        told = {
            "Host": urlsplit(self._origin).netloc,
            "User-Agent": self.agent,
            "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
            "Accept-Language": self.language,
        }
        if self.cookies:
            told["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return told | dict(headers)

    def _keep_cookies(self, page: Page) -> None:
        for line in page.header_list("set-cookie"):
            for name, morsel in SimpleCookie(line).items():
                check_cookie(name, morsel, secure=self._origin.startswith("https:"))
                if morsel["max-age"] == "0":
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = morsel.value


def multipart(boundary: str, fields: Mapping[str, str], files: Mapping[str, File]) -> bytes:
    """The body of a form with files. Browsers write a quotation mark or a line break in a name as %22, %0A, %0D."""
    escaped = {ord('"'): "%22", ord("\n"): "%0A", ord("\r"): "%0D"}
    parts = [
        (f'name="{name.translate(escaped)}"\r\n', value.encode()) for name, value in fields.items()
    ] + [
        (f'name="{name}"; filename="{told.translate(escaped)}"\r\nContent-Type: application/octet-stream\r\n', content)
        for name, (told, content) in files.items()
    ]  # fmt: skip
    written = (
        f"--{boundary}\r\nContent-Disposition: form-data; {head}\r\n".encode() + content + b"\r\n"
        for head, content in parts
    )
    return b"".join(written) + f"--{boundary}--\r\n".encode()


def check_cookie(name: str, morsel: "Morsel[Any]", *, secure: bool) -> None:
    """S-08: first-party, unreadable for scripts, and on TLS with the prefix that keeps other hosts out."""
    assert morsel["httponly"], f"{name} can be read by scripts"
    assert morsel["samesite"] in ("Lax", "Strict"), f"{name} is sent from other sites"
    assert morsel["path"] == "/", f"{name} has the path {morsel['path']!r}"
    assert not morsel["domain"], f"{name} is sent to other hosts"
    assert bool(morsel["secure"]) == secure, f"{name}: Secure does not fit the address"
    assert name.startswith("__Host-") == secure, f"{name}: the prefix does not fit the address"


def check(page: Page, answer: Answer) -> None:
    """Fails when a response misses a security header, or a page is not sound."""
    names = [name.lower() for name, _ in answer.headers if name.lower() != "set-cookie"]
    assert len(names) == len(set(names)), f"{page.url}: a header is there twice: {names}"
    is_logo = page.url.endswith("-logo") and page.status == 200
    for name, value in (_EXACT_HEADERS | (_LOGO_HEADERS if is_logo else {})).items():
        assert page.header(name) == value, f"{page.url}: {name} is {page.header(name)!r}"
    policy = _STAND_IN.sub("", page.header("content-security-policy"))
    assert all(part in policy for part in _CSP_MUST), f"{page.url}: the policy misses something: {policy}"
    assert not any(part in policy for part in _CSP_MUST_NOT), f"{page.url}: the policy lets too much in: {policy}"
    assert "max-age=" in page.header("strict-transport-security"), f"{page.url}: no Strict-Transport-Security"
    assert page.header("referrer-policy"), f"{page.url}: no Referrer-Policy"
    assert page.header("cache-control"), f"{page.url}: no Cache-Control"
    if page.is_html:
        found = markup.problems(page.document)
        assert not found, f"{page.url}: {found}"
