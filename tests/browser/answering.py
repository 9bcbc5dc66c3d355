"""What a family answers: forms and consents that a place waits for, one after the other, and papers asked for."""

from playwright.sync_api import Page

from tests.browser.visitor import Visitor

_TOLD = {"phone": "514 555-0177", "doctor": "Dr Roy", "signed": "Test"}
_PAPER = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
_ASKED = "main .notice.tone-warning li a"


def answer_what_is_asked(visitor: Visitor) -> int:
    """From the page that asks, and back to it each time. How many forms and consents it were."""
    page, answered = visitor.page, 0
    while page.locator(_ASKED).count():
        asking = page.url
        visitor.follow(page.locator(_ASKED).first)
        if "/forms/" in page.url:
            _fill_in(page)
        else:
            page.fill("#field-typed", "Test")
        visitor.follow(visitor.main_button())
        assert page.url == asking
        answered += 1
    return answered


def send_what_is_asked_for(visitor: Visitor) -> None:
    """Sends the paper that the desk asked for, so that there is one of the family's own to open."""
    page = visitor.open("documents/requests")
    visitor.follow(page.locator("main .rows a").first)
    page.set_input_files("#field-file", {"name": "A.pdf", "mimeType": "application/pdf", "buffer": _PAPER})
    visitor.follow(visitor.main_button())


def _fill_in(page: Page) -> None:
    page.locator("input[name=q-allergies][value=no]").check()
    for name, value in _TOLD.items():
        page.fill(f"#field-q-{name}", value)
