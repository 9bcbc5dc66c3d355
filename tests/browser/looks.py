"""What must hold of every page, in every look: nothing for axe to find, no scrolling sideways, a small weight."""

from collections.abc import Sequence

import lightningcss
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import ViewportSize

from tests.browser.visitor import Visitor

MAX_PAGE_BYTES = 50 * 1024
"""The whole page, uncompressed: HTML, stylesheets, script, icons and the organisation's own files."""
_MAX_STYLESHEETS = 3
"""Ours, that of papers on the few pages that have them, and the brand's."""
_WIDE: ViewportSize = {"width": 1200, "height": 800}
_PHONE: ViewportSize = {"width": 320, "height": 640}

_PARTS = """() => {
    const urls = new Set(performance.getEntriesByType("resource").map((entry) => entry.name));
    const named = (selector, name) => document.querySelectorAll(selector).forEach((one) => urls.add(one[name]));
    named("link[rel=stylesheet], link[rel=icon]", "href");
    named("script[src], img", "src");
    document.querySelectorAll("use").forEach((one) => urls.add(new URL(one.href.baseVal, document.baseURI).href));
    return [...new Set([...urls].map((url) => url.split("#")[0]))];
}"""
_CUT = "[...document.querySelectorAll('.nav, .tabs')].some((bar) => bar.scrollWidth > bar.clientWidth)"
_RUN = "(options) => axe.run({...options, resultTypes: ['violations']}).then((found) => found.violations)"
_OF_COLOURS = ("color-contrast", "link-in-text-block")
_OF_PLACES = (*_OF_COLOURS, "target-size", "scrollable-region-focusable")
_HTML_BYTES = "performance.getEntriesByType('navigation')[0].decodedBodySize"


class Inspector:
    """Looks at the page that a visitor is on. One for many pages, since it knows what files weigh."""

    def __init__(self) -> None:
        self._bytes: dict[str, int] = {}

    def inspect(self, visitor: Visitor) -> None:
        """Fails with everything that is wrong with the page, and leaves it as it was."""
        where = visitor.page.url
        visitor.page.set_viewport_size(_WIDE)
        wrong = [*visitor.problems, *self._heavy(visitor), *_unsightly(visitor)]
        visitor.problems.clear()
        assert wrong == [], f"{where}:\n" + "\n".join(wrong)

    def weigh(self, visitor: Visitor) -> dict[str, int]:
        """Bytes of each part of the page."""
        parts = {"(page)": int(visitor.page.evaluate(_HTML_BYTES))}
        for url in visitor.page.evaluate(_PARTS):
            if url not in self._bytes:
                self._bytes[url] = _packaged_bytes(visitor, url)
            parts[url.removeprefix(visitor.portal.base_url)] = self._bytes[url]
        return parts

    def _heavy(self, visitor: Visitor) -> list[str]:
        parts = self.weigh(visitor)
        found = []
        if sum(parts.values()) > MAX_PAGE_BYTES:
            table = "\n".join(f"{size:>8} {name}" for name, size in sorted(parts.items()))
            found.append(f"weighs {sum(parts.values())} bytes of at most {MAX_PAGE_BYTES}:\n{table}")
        if visitor.page.locator("link[rel=stylesheet]").count() > _MAX_STYLESHEETS:
            found.append("has more stylesheets than ours, that of papers and the brand's")
        return found


def _packaged_bytes(visitor: Visitor, url: str) -> int:
    """Size of a file as the package holds it: there, stylesheets are minified."""
    text = visitor.context.request.get(url).body()
    if url.endswith(".css"):
        text = lightningcss.process_stylesheet(text.decode(), filename=url, minify=True).encode()
    return len(text)


def _unsightly(visitor: Visitor) -> list[str]:
    """What axe objects to, and sideways scrolling: light, dark, 320 px wide, and from right to left."""
    page = visitor.page
    visitor.noting = False  # Axe breaks the page's policy as it comes in; that is not the page's doing.
    page.evaluate(AXE_SCRIPT)
    found = _objections(visitor, "light")
    page.emulate_media(color_scheme="dark")
    found += _objections(visitor, "dark", _OF_COLOURS)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(_PHONE)
    found += _objections(visitor, "320 px")
    page.evaluate("document.documentElement.dir = 'rtl'")
    found += _objections(visitor, "320 px from right to left", _OF_PLACES)
    page.evaluate("document.documentElement.dir = 'ltr'")
    page.set_viewport_size(_WIDE)
    visitor.noting = True
    return found


def _objections(visitor: Visitor, look: str, rules: Sequence[str] = ()) -> list[str]:
    """By all rules, or by `rules` where nothing else can have become otherwise since the look before."""
    options = {"rules": {"target-size": {"enabled": True}}} | ({"runOnly": list(rules)} if rules else {})
    violations = visitor.page.evaluate(_RUN, options)
    found = [f"{look}: {item['id']}: {[node['target'] for node in item['nodes']]}" for item in violations]
    if visitor.page.evaluate(_CUT) and look in ("light", "dark"):
        found.append(f"{look}: a bar is cut, and a mouse does not move it")
    if visitor.overflow() > 0:
        found.append(f"{look}: {visitor.overflow()} px wider than the window")
    return found
