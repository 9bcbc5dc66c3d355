"""Going through a page with the Tab key, the focus always in sight (WCAG 2.2: 2.1.1, 2.4.3, 2.4.7)."""

from playwright.sync_api import Page

_MANY_TABS = 60
_FOCUS_IS_SEEN = """element => {
    const styles = [getComputedStyle(element), getComputedStyle(element, "::after")];
    return styles.some((style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2);
}"""


def tab_to(page: Page, selector: str) -> None:
    """Presses Tab until something that fits `selector` has the focus, which must be seen at every step."""
    for _ in range(_MANY_TABS):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        assert focused.count() == 1, "the focus was lost"
        assert focused.evaluate(_FOCUS_IS_SEEN), f"no focus to be seen on {focused.evaluate('e => e.outerHTML')}"
        if focused.evaluate("(element, selector) => element.matches(selector)", selector):
            return
    raise AssertionError(f"Tab does not lead to {selector}")
