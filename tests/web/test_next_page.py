"""Where to go afterwards: nothing leaves the portal (W-05)."""

from urllib.parse import quote, urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.web import urls
from chalicelib.web.next_page import safe_next

_EVIL = "evil.example"
_SIMPLE = (
    "//{0}", "///{0}", "////{0}", "/\\{0}", "\\\\{0}", "\\/{0}", "/\\/{0}", "http://{0}", "https://{0}",
    "HTTP://{0}", "https:{0}", "https:/{0}", "https:///{0}", "http:\\\\{0}", "javascript:alert(1)//{0}",
    "JaVaScRiPt:alert(1)", "java\nscript:alert(1)", "data:text/html,{0}", "vbscript:x", "mailto:a@{0}",
    "file:///etc/passwd", "blob:x", "%2f%2f{0}", "%2F%2F{0}", "%5c%5c{0}", "/%2f{0}", "/%5c{0}", "%252f%252f{0}",
    "%09//{0}", "%0d%0aLocation:{0}", "\t//{0}", "\n//{0}", "\r\n//{0}", " //{0}", "//{0} ", "/\t/{0}", "/\n/{0}",
    "\x00//{0}", "\x0b//{0}", "\u2028//{0}", "@{0}", "user@{0}", "//user:pw@{0}", "portal.test@{0}",
    "//portal.test@{0}", "//portal.test.{0}", ":@{0}", "//{0}:443", "//{0}#", "//{0}?", "?//{0}", "#//{0}",
    "?next=//{0}", "//{0}/%2e%2e", "/../../{0}", "..//{0}", "../{0}", "./{0}", "invoices/../../{0}",
    "invoices//{0}", "invoices/..;/x", "invoices/%2e%2e/x", "invoices?x=1", "invoices#x", "//evil。example",
    "//evil．example", "//evil｡example", "／／{0}", "＼＼{0}", "⁄⁄{0}", "//ⓔvil.example", "//[::1]", "//127.1",
    "//0x7f000001", "//2130706433", ".", "..", "/", "//", "\\", "invoices/", "/invoices", "INVOICES", "инвойсы",
    "in voices", "invoices\n", "invoices\r\nSet-Cookie: a=b", "invoices\x00", "<script>", "'", '"', "{{7*7}}",
    "${{7*7}}", "a" * 161, "a/b/c/d/e/f/g", "a_b", "a.b", "a:b", "a;b", "a,b", "a=b", "a&b", "a%20b", "~", "*",
    "!",
)  # fmt: skip
CORPUS = [text.format(_EVIL) if "{0}" in text else text for text in _SIMPLE]


def test_the_corpus_is_large_enough() -> None:
    assert len(set(CORPUS)) >= 100


@pytest.mark.parametrize("path", CORPUS)
def test_a_bypass_leads_home(path: str) -> None:
    """W-05: raw and percent-encoded once more, it is dropped."""
    assert safe_next(path) == ""
    assert safe_next(quote(path)) in ("", path if quote(path) == path else "")


@pytest.mark.parametrize(
    "path", ["", "invoices", "invoices/20261122-abc234", "members/add", "settings/login/code", "a/b/c/d/e/f", "2-x"]
)
def test_pages_of_the_portal_are_kept(path: str) -> None:
    """AUTH-17."""
    assert safe_next(path) == path


@given(st.text(max_size=200))
def test_whatever_is_asked_the_redirect_stays_in_the_portal(aws: object, path: str) -> None:
    """W-05: read as a browser reads it, the address has our host and the organisation's prefix."""
    leads = urljoin("https://portal.test/demo/sign-in", urls.portal("demo", safe_next(path)))

    assert urlsplit(leads).netloc == "portal.test"
    assert urlsplit(leads).path == "/demo" or urlsplit(leads).path.startswith("/demo/")
    assert ".." not in urlsplit(leads).path
