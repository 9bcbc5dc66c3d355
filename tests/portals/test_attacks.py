"""What somebody who has an owner's browser, or writes to the pages by hand, can not do to families by the settings."""

import re
import struct
import zlib
from pathlib import Path
from urllib.parse import unquote

import pytest

import app
from chalicelib.admin.organisation_file import is_colour
from chalicelib.identity.domain import StaffRole
from chalicelib.notifications import compose
from chalicelib.notifications.own_words import OwnWords
from chalicelib.organisations import brand, store
from chalicelib.organisations.domain import Organisation
from chalicelib.portals import logos
from chalicelib.shared.errors import Invalid
from chalicelib.web import http
from tests.forms.asking import typed
from tests.support.browser import Browser, Page
from tests.support.clock import TurnedClock
from tests.support.world import World

ROOT = Path(__file__).parents[2]


@pytest.fixture
def desk(world: World, browser: Browser) -> Browser:
    return browser.sign_in_staff(world.org, world.staff(StaffRole.OWNER), world.now)


def _change(desk: Browser, world: World, path: str, **fields: str) -> Page:
    return desk.submit(desk.get(f"/{world.org}/desk/settings/{path}"), path, **typed(fields))


def _now(world: World) -> Organisation:
    found = store.get(world.org)
    assert found
    return found


@pytest.mark.parametrize(
    "target",
    [
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", "\tjavascript:alert(1)", "data:text/html,<script>",
        "//evil.example",        "/\\evil.example", "https:evil.example", "https://", "https:///evil.example", "https://a\nb.example",
        "https://a b.example", "vbscript:x", "file:///etc/passwd", "ftp://evil.example", "../../other",
        "mailto:", "tel:x",
    ],
)  # fmt: skip
def test_a_button_leads_to_no_code_and_to_no_half_an_address(world: World, desk: Browser, target: str) -> None:
    """I-02."""
    button = {"actions-1-label-fr": "X", "actions-1-target-page": "other", "actions-1-target": target}

    page = _change(desk, world, "parts", **button)

    assert page.status == 400
    assert "actions-1-target" in page.html
    assert _now(world).actions == world.organisation.actions


@pytest.mark.parametrize(
    "target", ["https://example.org/a?b=c#d", "mailto:a@example.org?subject=x", "tel:+1-514-555-0100"]
)
def test_a_button_leads_to_a_website_a_mailbox_or_a_telephone(world: World, desk: Browser, target: str) -> None:
    """DASH-5."""
    _change(
        desk, world, "parts",
        **{"actions-1-label-fr": "X", "actions-1-target-page": "other", "actions-1-target": target},
    )  # fmt: skip
    assert [each.target for each in _now(world).actions] == [target]


COLOURS = (
    "#1f4fa3;}body{display:none}", "#1f4fa", "#1f4fa3\n", "url(//evil.example)", "#１f4fa3", "#gggggg", "red",
    "#1f4fa3/*", "rgb(1,2,3)",
)  # fmt: skip


@pytest.mark.parametrize("colour", COLOURS)
def test_a_colour_is_six_digits_and_nothing_else(world: World, desk: Browser, colour: str) -> None:
    """I-01: what is written into a stylesheet is made of numbers, whatever was typed."""
    _change(desk, world, "look", **{"brand-colour": colour})
    assert re.fullmatch("#[0-9a-f]{6}", _now(world).brand.colour)
    assert not is_colour(colour)


def test_a_stylesheet_holds_no_letter_that_was_typed() -> None:
    """I-01: the colour is read and written anew."""
    assert "#abcdef" in brand.stylesheet("#ABCDEF")
    assert "ABCDEF" not in brand.stylesheet("#ABCDEF")


@pytest.mark.parametrize("name", ["School\r\nBcc: all@example.org", "School\nX", "School\u2028X"])
def test_a_name_that_would_break_a_line_of_a_mail_is_refused(world: World, desk: Browser, name: str) -> None:
    """I-08: the name stands in the sender of every mail."""
    page = _change(desk, world, "about", **{"name-fr": name})
    assert page.status == 400
    assert _now(world).name == world.organisation.name


def test_own_words_reach_no_header(world: World) -> None:
    """I-08."""
    words = OwnWords({"fr": "a\r\nBcc: all@example.org\r\n\r\n<b>x</b>"}, {"fr": "{{ 7*7 }} {% raw %} %(name)s"})
    local = compose.local_for(world.organisation, "fr")
    mail = compose.mail(world.organisation, local, "card_wanted", "a@example.org", "r", {"name": "Marie"}, words)
    for header in (mail.subject, mail.sender_name, mail.reply_to, mail.to, mail.reference):
        assert "Bcc" not in header
        assert "\n" not in header
    assert "{{ 7*7 }} {% raw %} %(name)s" in mail.text
    assert "<b>x</b>" not in mail.html


def _png(width: int, height: int, *parts: tuple[bytes, bytes]) -> bytes:
    """A PNG that says to be so large, of a few bytes."""
    head = (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0))
    chunks = (head, *parts, (b"IDAT", zlib.compress(b"\0" * 9)), (b"IEND", b""))
    written = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(written)


@pytest.mark.parametrize(
    "content",
    [
        _png(50_000, 50_000), _png(2**31 - 1, 1), _png(1, 2**32 - 1), _png(0, 1),
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<?xml version='1.0'?><svg onload='alert(1)'/>",
    ],
    ids=["50k x 50k", "wide", "high", "empty", "svg with a script", "svg that runs"],
)  # fmt: skip
def test_no_picture_that_bursts_or_runs_becomes_a_logo(content: bytes) -> None:
    """I-12: nothing is unpacked to find that out."""
    with pytest.raises(Invalid):
        logos.checked(content)


def test_what_hides_behind_or_within_a_picture_is_left_out() -> None:
    """I-12: a page, a script or an archive at its end."""
    hidden = b"<script>alert(1)</script>"
    content = _png(64, 32, (b"tEXt", b"Comment\0" + hidden), (b"iTXt", b"XML\0\0\0\0\0" + hidden)) + hidden
    assert hidden in content
    assert hidden not in logos.checked(content)


def test_no_spelling_of_an_address_opens_rules_without_a_fresh_sign_in(
    world: World, desk: Browser, clock: TurnedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A-28: nor does one at which a gateway decodes the stroke before it hands the address over."""
    told = http._path
    monkeypatch.setattr(http, "_path", lambda event: unquote(told(event)))
    clock.advance(minutes=11)

    assert desk.get(f"/{world.org}/desk/settings/rules/payment").status == 303
    assert desk.get(f"/{world.org}/desk/settings/rules%2Fpayment").status == 404
    assert desk.get(f"/{world.org}/desk/settings/about").status == 200


def test_nobody_writes_to_the_log_but_the_acts_themselves() -> None:
    """Notes are never changed: no page takes any, and only `audit.note` knows the way, which makes a new name each
    time.
    """
    routes = [route for table in app.tables for route in table if re.search("/settings/log(/|$)", route.policy.path)]
    assert {route.policy.method for route in routes} == {"GET"}
    knowing = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "chalicelib").rglob("*.py")
        if "keys.audit(" in path.read_text("utf-8") or "AuditItem(" in path.read_text("utf-8")
    }
    assert knowing == {"chalicelib/organisations/audit.py"}
    source = (ROOT / "chalicelib/organisations/audit.py").read_text("utf-8")
    assert source.count("transaction.") == 1
