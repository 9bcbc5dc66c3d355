"""The inbox page: everything that was sent, newest first, and nothing in a mail that could run."""

import json
from typing import Any

import pytest

from chalicelib import bootstrap
from chalicelib.ports import Mail
from local import inbox
from local.engine import Engine
from local.events import Answer, Call
from tests.support import markup
from tests.support.sent import Sent

_HOST = (("Host", "127.0.0.1:8001"),)
_EVIL = "<script>alert(1)</script>"


def _open(aws: Engine, target: str = "/", headers: Any = _HOST, method: str = "GET") -> Answer:
    return inbox.answer(aws.endpoint, Call(method, target, headers))


def _send(to: str, subject: str = "Your code", text: str = "Your code is 123456.", html: str = "<p>Hello") -> None:
    bootstrap.mailer().send(Mail(to, subject, text, html, "École", "ref"))


def _words(answer: Answer) -> str:
    return markup.text(markup.parse(answer.body.decode()))


def test_mails_and_texts_are_listed_newest_first(aws: Engine, sent: Sent, org: str) -> None:
    _send(f"{org}@example.com", subject="Bonjour à tous")
    bootstrap.texter().send("+15145550188", "Your code is 654321\n@127.0.0.1 #654321")
    newest, older = sent()[:2]
    assert (newest.kind, newest.to, newest.codes) == ("text", "+15145550188", ["654321"])
    assert (older.kind, older.to, older.subject) == ("mail", f"{org}@example.com", "Bonjour à tous")
    assert older.html == "<p>Hello"
    words = _words(_open(aws))
    assert words.index("654321") < words.index("Bonjour à tous")


def test_the_page_is_sound(aws: Engine, org: str) -> None:
    _send(f"{org}@example.com")
    assert markup.problems(markup.parse(_open(aws).body.decode())) == []


def test_messages_are_filtered_by_address(aws: Engine, org: str) -> None:
    _send(f"Ana.{org}@example.com")
    _send(f"ben.{org}@example.com")
    listed = json.loads(_open(aws, f"/messages.json?to=ana.{org}%40example.com").body)["messages"]
    assert [message["to"] for message in listed] == [f"Ana.{org}@example.com"]
    assert f"ben.{org}" not in _words(_open(aws, f"/?to=ana.{org}"))


def test_nothing_of_a_message_becomes_markup_of_the_page(aws: Engine, org: str) -> None:
    _send(f"{org}@example.com", subject=_EVIL, text=f"{_EVIL} https://portal.test/demo?a=1&b=2.", html=_EVIL)
    page = _open(aws, f"/?to={org}").body.decode()
    assert _EVIL not in page
    (link,) = [a for a in markup.parse(page).iter("a") if a.get("target") == "_blank"]
    assert link.get("href") == "https://portal.test/demo?a=1&b=2"
    assert "script-src 'self'" in dict(_open(aws).headers)["Content-Security-Policy"]


def test_a_mail_s_html_is_served_into_a_sandbox(aws: Engine, org: str) -> None:
    _send(f"{org}@example.com", html=f"<p>Hello {_EVIL}")
    (frame,) = markup.parse(_open(aws, f"/?to={org}").body.decode()).iter("iframe")
    assert "allow-scripts" not in (frame.get("sandbox") or "allow-scripts")
    answer = _open(aws, frame.get("src") or "")
    policy = dict(answer.headers)["Content-Security-Policy"]
    assert answer.body.decode().endswith(_EVIL)
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert "script-src" not in policy


@pytest.mark.parametrize("target", ["/nothing", "/mail/unknown", "/../inbox.py", "/inbox.html"])
def test_other_addresses_are_not_found(aws: Engine, target: str) -> None:
    assert _open(aws, target).status == 404


def test_its_own_assets_are_served(aws: Engine) -> None:
    for name, kind in (("inbox.css", "text/css"), ("inbox.js", "text/javascript")):
        answer = _open(aws, f"/{name}")
        assert answer.status == 200
        assert dict(answer.headers)["Content-Type"].startswith(kind)


@pytest.mark.parametrize(("host", "method"), [("evil.example:8001", "GET"), ("", "GET"), ("127.0.0.1:8001", "POST")])
def test_a_foreign_name_for_this_machine_is_refused(aws: Engine, host: str, method: str) -> None:
    """A web page could point a name of its own at 127.0.0.1 and read the codes through the visitor's browser."""
    assert _open(aws, headers=(("Host", host),), method=method).status == 403


def test_a_stopped_aws_is_said_so() -> None:
    answer = inbox.answer("http://127.0.0.1:9", Call("GET", "/", _HOST))
    assert answer.status == 502
    assert b"does not answer" in answer.body


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Your code is 123456.", ["123456"]),
        ("123456 is your code\n@portal.test #123456", ["123456"]),
        ("Invoice 2026-000123, call +15145550123", []),
        ("Order 1234567", []),
    ],
)
def test_codes_are_found_in_the_text(text: str, codes: list[str]) -> None:
    assert inbox.Message("1", "text", "+1", "", text, "", 0).codes == codes
