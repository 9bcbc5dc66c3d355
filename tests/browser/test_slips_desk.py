"""Tax slips in Chromium from what counts to the paper: the desk sets, looks through and releases; the family reads.

In a portal of its own whose clock shows a February, for slips are of a year that is over.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.looks import Inspector
from tests.browser.people import DIANE, NINA
from tests.browser.portal import Portal, running
from tests.browser.staff import come_to_the_desk
from tests.browser.visitor import Visitor

_FEBRUARY = "2027-02-16T15:00:00+00:00"
_YEAR = "2026"
_NUMBER = "130 692 544"
_TOLD = {
    "first_name": "Нина", "last_name": "Соколова", "street": "4483, rue Fleury", "city": "Montréal",
    "region": "QC", "postcode": "H7X 7K7",
}  # fmt: skip


@pytest.fixture(scope="module")
def february() -> Iterator[Portal]:
    with running(_FEBRUARY) as portal:
        yield portal


def test_slips_come_from_the_books_to_the_family(chromium: Browser, february: Portal) -> None:
    """NEW-9, X-12: what is missing and from whom, then the paper, for somebody whom no mail reaches as well."""
    inspector = Inspector()
    family, desk = Visitor(chromium, february, locale=NINA.locale), Visitor(chromium, february, locale=DIANE.locale)
    come_to_the_desk(desk, DIANE, {})
    _set_what_counts(desk, inspector)
    family.sign_in(NINA.mobile_typed, NINA.mobile)
    family.open("slips")
    inspector.inspect(family)
    assert "Мария" in family.text()
    _tell_who_claims(family, inspector)
    _release(desk, _household(family, desk), inspector)

    family.open("documents")
    family.follow(family.page.locator("main a[href$='/slips']"))
    family.follow(family.page.locator("main .rows a").first)
    inspector.inspect(family)
    href = family.page.locator("main .actions a").first.get_attribute("href")
    paper = family.context.request.get(f"{february.base_url}{href}")
    assert paper.body().startswith(b"%PDF-")
    for visitor in (family, desk):
        assert visitor.problems == []
        visitor.close()


def _set_what_counts(desk: Visitor, inspector: Inspector) -> None:
    page = desk.open("desk/slips/settings")
    for box in page.locator("main input[type=checkbox]").all():
        box.check()
    page.fill("#field-words", "Chœur des jeunes\nViolon 1")
    page.fill("#field-issuer", "1234567890")
    page.fill("#field-signatory", "Diane Marchand")
    desk.follow(desk.main_button())
    inspector.inspect(desk)
    page = desk.open(f"desk/slips?year={_YEAR}&state=missing")
    desk.follow(page.locator("form[action$='/look'] button"))
    desk.open(f"desk/slips?year={_YEAR}&state=missing")
    assert page.locator("main .rows a").count() > 0
    inspector.inspect(desk)


def _tell_who_claims(family: Visitor, inspector: Inspector) -> None:
    page = family.open("slips/parents/add")
    for name, value in _TOLD.items():
        page.fill(f"#field-{name}", value)
    family.follow(page.locator("main form button").first)
    page.fill("#field-number", _NUMBER)
    family.follow(page.locator("main form button").first)
    inspector.inspect(family)
    family.follow(page.locator("main a[href$='/edit']"))
    inspector.inspect(family)


def _household(family: Visitor, desk: Visitor) -> str:
    """As the desk's addresses name it."""
    href = family.open("members").locator("main .rows a").first.get_attribute("href") or ""
    page = desk.open(f"desk/members/{href.rpartition('/')[2]}")
    return (page.locator("main a[href*='/desk/documents/']").get_attribute("href") or "").rpartition("/")[2]


def _release(desk: Visitor, household: str, inspector: Inspector) -> None:
    page, base = desk.page, desk.portal.base_url
    desk.open(f"desk/slips/families/{household}?year={_YEAR}")
    inspector.inspect(desk)
    desk.follow(page.locator("form[action$='/release'] button").first)
    inspector.inspect(desk)
    href = page.locator("main .card a").first.get_attribute("href")
    assert desk.context.request.get(f"{base}{href}").body().startswith(b"%PDF-")
    desk.open(f"desk/slips?year={_YEAR}&state=released")
    inspector.inspect(desk)
    href = page.locator("main a[href*='/desk/slips/print']").get_attribute("href")
    assert desk.context.request.get(f"{base}{href}").body().startswith(b"%PDF-")
