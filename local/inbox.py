"""The inbox: every mail and text that the portal sent on this machine, on a page of its own.

It stands outside the portal, on its own port, and reads what the embedded AWS took for
delivery. Mails are shown in a sandbox: nothing in them runs, loads or reaches this page.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qs, unquote
from urllib.request import ProxyHandler, build_opener

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup, escape

from local.events import Answer, Call
from local.gateway import Page, Server

_SHOWN = 200
_WAIT_SECONDS = 60
"""The embedded AWS does one thing at a time, and some take it long on a busy machine."""
_ASSETS = Path(__file__).parent / "assets"
_CODE = re.compile(r"(?<![\w#-])\d{6}(?![\w-])")
_LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)]")

_PAGE_CSP = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; frame-src 'self'; "
    "img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_MAIL_CSP = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox allow-popups allow-popups-to-escape-sandbox"
)


@dataclass(frozen=True, slots=True)
class Message:
    """A mail, or a text message (which has no subject and no HTML)."""

    id: str
    kind: str
    to: str
    subject: str
    text: str
    html: str
    at: float
    """Seconds since 1970."""

    @property
    def sent(self) -> datetime:
        """When it was sent."""
        return datetime.fromtimestamp(self.at, UTC)

    @property
    def codes(self) -> list[str]:
        """One-time codes in the text."""
        return list(dict.fromkeys(_CODE.findall(f"{self.subject}\n{self.text}")))

    @property
    def linked_text(self) -> Markup:
        """The text, escaped, with its addresses as links."""
        return Markup("").join(_linked(self.text))


def _linked(text: str) -> Iterator[Markup]:
    done = 0
    for link in _LINK.finditer(text):
        yield escape(text[done : link.start()])
        yield Markup('<a href="{0}" target="_blank" rel="noopener noreferrer">{0}</a>').format(link[0])
        done = link.end()
    yield escape(text[done:])


def read(endpoint: str, address: str = "") -> list[Message]:
    """Messages that the AWS at `endpoint` took, newest first; those to `address` only, if one is given."""
    mails = _fetch(f"{endpoint}/_ministack/ses/messages")["messages"].values()
    texts = _fetch(f"{endpoint}/_ministack/sns/sms-messages")["sms_messages"].values()
    found = [_mail(record) for records in mails for record in records]
    found += [_text(record) for records in texts for record in records]
    wanted = address.strip().casefold()
    return sorted((one for one in found if wanted in one.to.casefold()), key=lambda one: one.at, reverse=True)


def _fetch(url: str) -> Any:
    with build_opener(ProxyHandler({})).open(url, timeout=_WAIT_SECONDS) as answer:
        return json.load(answer)


def _mail(record: Mapping[str, Any]) -> Message:
    to = ", ".join([*record["To"], *record["CC"], *record["BCC"]])
    html, text = record["BodyHtml"] or "", record["BodyText"] or ""
    return Message(record["MessageId"], "mail", to, record["Subject"], text, html, record["Timestamp"])


def _text(record: Mapping[str, Any]) -> Message:
    return Message(record["MessageId"], "text", record["PhoneNumber"], "", record["Message"], "", record["Timestamp"])


class Answering(Protocol):
    """Has what somebody types below a mail come in as an answer to it."""

    def can_be_answered(self, message: Message) -> bool:
        """Whether a mail may be answered."""

    def answer(self, message: Message, text: str) -> None:
        """Answers it. Raises LookupError when it can not be."""


def answer(endpoint: str, call: Call, answering: Answering | None = None) -> Answer:
    """The inbox's response to `call`. Without somebody who is `answering`, mails are only read."""
    local = _header(call, "host").rpartition(":")[0] in ("127.0.0.1", "localhost")
    posts = call.method == "POST" and answering is not None and _header(call, "sec-fetch-site") == "same-origin"
    if not local or not (posts or call.method in ("GET", "HEAD")):
        return _plain(403, "The inbox is read on this machine only.\n")
    try:
        if posts and answering:
            return _take_answer(endpoint, answering, call)
        return _page(endpoint, answering, call.target)
    except OSError:
        return _plain(502, "The embedded AWS does not answer.\n")


def _header(call: Call, wanted: str) -> str:
    return next((value for name, value in call.headers if name.lower() == wanted), "")


def _take_answer(endpoint: str, answering: Answering, call: Call) -> Answer:
    """Answers the mail that the form names, and shows the list again."""
    told = parse_qs(call.body.decode(errors="replace"))
    mail, text = told.get("mail", [""])[0], told.get("text", [""])[0]
    message = next((one for one in read(endpoint) if one.id == mail), None)
    if call.target != "/answer" or message is None or not text.strip():
        return _plain(404, "There is no such mail, or the answer is empty.\n")
    try:
        answering.answer(message, text)
    except LookupError:
        return _plain(404, "This mail can not be answered.\n")
    return Answer(303, [*_headers("text/plain; charset=utf-8", _PAGE_CSP), ("Location", "/")], b"")


def _page(endpoint: str, answering: Answering | None, target: str) -> Answer:
    path, _, query = target.partition("?")
    address = parse_qs(query).get("to", [""])[0]
    if path.startswith("/mail/"):
        return _mail_page(endpoint, unquote(path.removeprefix("/mail/")))
    pages: dict[str, Callable[[], Answer]] = {
        "/": lambda: _listing(endpoint, answering, address),
        "/messages.json": lambda: _as_json(endpoint, address),
        "/inbox.css": lambda: _asset("inbox.css", "text/css"),
        "/inbox.js": lambda: _asset("inbox.js", "text/javascript"),
    }
    return pages.get(path, lambda: _plain(404, "There is no such page.\n"))()


def _listing(endpoint: str, answering: Answering | None, address: str) -> Answer:
    everything = read(endpoint, address)
    shown = everything[:_SHOWN]
    open_ones = {one.id for one in shown if answering and answering.can_be_answered(one)}
    page = _template().render(messages=shown, hidden=len(everything[_SHOWN:]), address=address, answerable=open_ones)
    return Answer(200, _headers("text/html; charset=utf-8", _PAGE_CSP), page.encode())


def _as_json(endpoint: str, address: str) -> Answer:
    messages = [{**asdict(one), "codes": one.codes} for one in read(endpoint, address)]
    return Answer(200, _headers("application/json", _PAGE_CSP), json.dumps({"messages": messages}).encode())


def _mail_page(endpoint: str, message_id: str) -> Answer:
    """The HTML of a mail as it was sent; its links open outside the sandbox."""
    html = next((one.html for one in read(endpoint) if one.id == message_id and one.html), "")
    if not html:
        return _plain(404, "There is no such mail.\n")
    return Answer(200, _headers("text/html; charset=utf-8", _MAIL_CSP), f'<base target="_blank">{html}'.encode())


def _asset(name: str, kind: str) -> Answer:
    return Answer(200, _headers(f"{kind}; charset=utf-8", _PAGE_CSP), (_ASSETS / name).read_bytes())


def _plain(status: int, words: str) -> Answer:
    return Answer(status, _headers("text/plain; charset=utf-8", _PAGE_CSP), words.encode())


def _headers(content_type: str, policy: str) -> list[tuple[str, str]]:
    return [
        ("Content-Type", content_type),
        ("Content-Security-Policy", policy),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "no-referrer"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Cache-Control", "no-store"),
    ]


@cache
def _template() -> Any:
    return Environment(loader=FileSystemLoader(_ASSETS), autoescape=True).get_template("inbox.html")


def serve(endpoint: str, port: int, answering: Answering | None = None) -> Server:
    """A server for the inbox of the AWS at `endpoint`, bound but not started. Raises OSError when the port is taken."""
    respond = partial(answer, endpoint, answering=answering)

    class Front(Page):
        def respond(self, call: Call) -> Answer:
            return respond(call)

    return Server(port, Front)
