"""A mail as it came in, read with all distrust: what was said, by which address, whether a person said it.

Mails of the world are malformed in every way, and so may each part of one be: what can not be read counts as empty,
and no mail ends the reading. Of the text only what is new is kept: what programs quote below an answer is cut at the
first line that says so, unless nothing would be left.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import NamedTuple

from chalicelib.messages.domain import tidy
from chalicelib.web.uploads import Upload

_MAX_PARTS = 100
_LONGEST_TEXT = 200_000
"""Characters of a text that are looked at."""
_AUTOMATIC = ("x-autoreply", "x-autorespond", "x-foyer-reference", "list-id", "feedback-id")
_BULK = frozenset({"bulk", "junk", "list", "auto_reply"})
_SENDERS = ("mailer-daemon", "postmaster", "noreply", "no-reply")
_FROM = re.compile(rb"^from[ \t]*:", re.IGNORECASE | re.MULTILINE)
_WRITER = re.compile(
    r"""(?:"(?:[^"\\]|\\.)*"[ \t]*|[^"<>@,;:()\\]*)<(?P<named>[^\s"<>@,;:()\\\[\]]+@[a-z0-9.-]+)>"""
    r"""|(?P<bare>[^\s"<>@,;:()\\\[\]]+@[a-z0-9.-]+)""",
    re.IGNORECASE | re.ASCII,
)
"""A name and an address in pointed brackets, or an address alone: what every reader of mails reads alike."""
_LONGEST_WRITER = 1000
_SIGNATURE = re.compile(r"--\s?")
_SEPARATOR = re.compile(r"_{10,}|-{3,}[^-].*[^-]-{3,}")
"""What Outlook and others put between an answer and what it answers."""


class Incoming(NamedTuple):
    """A mail that came in."""

    name: str
    """Made of its Message-ID, or of all of it where it has none: a second copy has the same."""
    sender: str
    """The address that it says it is from, in small letters."""
    subject: str
    text: str
    """What is new in it."""
    files: tuple[Upload, ...]
    automatic: bool
    """Whether a program wrote it: an answering machine, a list, a bounce."""


def parse(raw: bytes) -> Incoming:
    """The mail behind these bytes, whatever they are."""
    mail = message_from_bytes(raw, policy=policy.default)
    message_id = _header(mail, "message-id").strip()
    digest = hashlib.sha256(message_id.encode() if message_id else raw).hexdigest()
    sender = _sender(raw, mail)
    parts = list(_parts(mail))
    return Incoming(
        name=digest,
        sender=sender,
        subject=" ".join(tidy(_header(mail, "subject")).split()),
        text=fresh(_text(parts)),
        files=tuple(_files(parts)),
        automatic=_is_automatic(mail, sender),
    )


def fresh(text: str) -> str:
    """What is new in an answer: all up to a signature, a separator, or what is quoted to the end of the mail."""
    lines = tidy(text).split("\n")
    kept = lines[: _end_of_new(lines)]
    return "\n".join(kept).strip() or "\n".join(lines).strip()


def _end_of_new(lines: Sequence[str]) -> int:
    """Number of lines before the first that begins what is not new."""
    for number, line in enumerate(lines):
        stripped = line.strip()
        if _SIGNATURE.fullmatch(line) or _SEPARATOR.fullmatch(stripped):
            return number
        if stripped.startswith(">") and all(
            not each.strip() or each.lstrip().startswith(">") for each in lines[number:]
        ):
            return _before_attribution(lines, number)
    return len(lines)


def _before_attribution(lines: Sequence[str], quoted: int) -> int:
    """Where the sentence begins that says who is quoted (`On Monday, Kate wrote:`), on up to three lines."""
    last = quoted
    while last and not lines[last - 1].strip():
        last -= 1
    if not last or not lines[last - 1].rstrip().endswith((":", "：")):
        return quoted
    first = last - 1
    while first and last - first < 3 and lines[first - 1].strip():
        first -= 1
    return first


def _sender(raw: bytes, mail: EmailMessage) -> str:
    """The one address that a mail is from; "" where it names several, or none that all readers read alike.

    Whether the sender is proven, the receiving service says of the address that it read itself. A header that can be
    read in two ways would be proven for the one and believed for the other.
    """
    head = re.split(rb"\r?\n\r?\n|\r\r", raw, maxsplit=1)[0].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    told = [str(value) for name, value in mail.raw_items() if name.lower() == "from"]
    if len(_FROM.findall(head)) != 1 or len(told) != 1 or len(told[0]) > _LONGEST_WRITER:
        return ""
    found = _WRITER.fullmatch(re.sub(r"\r?\n(?=[ \t])", "", told[0]).strip(" \t"))
    return (found["named"] or found["bare"]).lower() if found else ""


def _header(mail: EmailMessage, name: str) -> str:
    """A header's text; "" where there is none, or none that can be read."""
    try:
        return _whole(str(mail.get(name, "") or ""))
    except Exception:  # the library's readers of headers fail in many ways on what is malformed
        return ""


def _whole(text: str) -> str:
    """The text without halves of characters, which the library makes of bytes that mean nothing."""
    return text.encode("utf-8", "replace").decode()


def _is_automatic(mail: EmailMessage, sender: str) -> bool:
    told = _header(mail, "auto-submitted").strip().lower()
    answers_itself = bool(told) and told != "no"
    is_bulk = _header(mail, "precedence").strip().lower() in _BULK
    is_report = mail.get_content_type() in ("multipart/report", "message/delivery-status")
    nobody = _header(mail, "return-path").strip() == "<>" or sender.partition("@")[0] in _SENDERS
    return answers_itself or is_bulk or is_report or nobody or any(_header(mail, name) for name in _AUTOMATIC)


def _parts(mail: EmailMessage) -> Iterator[EmailMessage]:
    """The parts that hold something; not those of mails within the mail."""
    waiting: list[object] = [mail]
    seen = 0
    while waiting and seen < _MAX_PARTS:
        part = waiting.pop(0)
        seen += 1
        if not isinstance(part, EmailMessage):
            continue
        payload = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(payload, list):
            waiting[:0] = payload
        elif part.get_content_maintype() not in ("multipart", "message"):
            yield part


def _text(parts: Sequence[EmailMessage]) -> str:
    """The first plain text, else the words of the first HTML."""
    for kind in ("text/plain", "text/html"):
        for part in parts:
            if part.get_content_type() == kind and not _is_attached(part) and (found := _decoded(part).strip()):
                return _words(found) if kind == "text/html" else found
    return ""


def _decoded(part: EmailMessage) -> str:
    content = _content(part)
    for charset in (part.get_content_charset("utf-8"), "utf-8"):
        try:
            return content.decode(charset)[:_LONGEST_TEXT]
        except (LookupError, ValueError):
            continue
    return content.decode("latin-1")[:_LONGEST_TEXT]


def _content(part: EmailMessage) -> bytes:
    try:
        content = part.get_payload(decode=True)
    except Exception:  # as with headers
        return b""
    return content if isinstance(content, bytes) else b""


def _is_attached(part: EmailMessage) -> bool:
    return _disposition(part) == "attachment"


def _disposition(part: EmailMessage) -> str:
    return _header(part, "content-disposition").partition(";")[0].strip().lower()


def _files(parts: Sequence[EmailMessage]) -> Iterator[Upload]:
    """What was attached; pictures that stand within the text, such as a logo below it, are not."""
    for part in parts:
        name = _filename(part)
        within = _disposition(part) == "inline" and bool(_header(part, "content-id"))
        if _is_attached(part) or (name and not within):
            yield Upload(name or "file", _content(part))


def _filename(part: EmailMessage) -> str:
    try:
        return _whole(str(part.get_filename() or ""))
    except Exception:  # as with headers
        return ""


class _Words(HTMLParser):
    """The words of HTML, a line for each block; nothing of what is quoted, and nothing that is no text."""

    _HIDDEN = frozenset({"script", "style", "head", "title", "blockquote"})
    _BLOCKS = frozenset({"p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "table", "ul", "ol", "blockquote"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._hidden: list[str] = []

    def handle_starttag(self, tag: str, _attributes: list[tuple[str, str | None]]) -> None:
        if tag in self._HIDDEN:
            self._hidden.append(tag)
        if tag in self._BLOCKS:
            self.found.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._hidden:
            del self._hidden[self._hidden.index(tag) :]
        if tag in self._BLOCKS and tag != "br":
            self.found.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.found.append(" ".join(data.split()) if data.strip() else " ")


def _words(html: str) -> str:
    reader = _Words()
    reader.feed(html)
    reader.close()
    lines = (line.strip() for line in "".join(reader.found).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
