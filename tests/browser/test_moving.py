"""Moving in and out in Chromium: a file as old systems write them, from choosing it to taking it back, and the export
of everything (NEW-20)."""

import csv
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, ViewportSize
from pyotp import TOTP

from chalicelib.moving.domain import Holds
from chalicelib.moving.sources import FIELDS
from tests.browser.looks import Inspector
from tests.browser.people import DIANE
from tests.browser.portal import Portal
from tests.browser.staff import come_to_the_desk
from tests.browser.visitor import Visitor

HEADER = "Famille;Prénom;Nom;Né le;Courriel du parent;Prénom du parent;Nom du parent;Adresse;Remarques\r\n"
ROWS = (
    'Éthier-Noël;Zoé;Éthier;31/12/2014;noemie.ethier@example.org;Noémie;Éthier;1, rue d’Été;\'=HYPERLINK("x")\r\n'
    'Éthier-Noël;Chloé;Noël;bientôt;noemie.ethier@example.org;Noémie;Éthier;1, rue d’Été;"deux\nlignes"\r\n'
    "=2+5;Loïc;=cmd|' /C calc'!A0;01/02/2016;loic@example.org;Loïc;Côté;2, rue d’Août;\r\n"
)
"""With a mistake, a neutralised formula, formulas as names, and a line within a cell."""
_DAY_OF_BIRTH = 1 + [field.name for field in FIELDS[Holds.PEOPLE]].index("birth_date")
"""Where it stands in the list of what a column may mean, after what leaves it out."""
_PHONE: ViewportSize = {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def inspector() -> Inspector:
    return Inspector()


@pytest.fixture(scope="module")
def desk(chromium: Browser, portal: Portal, apps: dict[str, TOTP]) -> Iterator[Visitor]:
    """The owner, in French."""
    visitor = Visitor(chromium, portal, locale=DIANE.locale)
    come_to_the_desk(visitor, DIANE, apps)
    yield visitor
    assert visitor.problems == []
    visitor.close()


def _bring(desk: Visitor, text: str) -> None:
    desk.open("desk/moving")
    file: FilePayload = {"name": "élèves.csv", "mimeType": "text/csv", "buffer": text.encode("cp1252")}
    desk.page.set_input_files("#field-file", file)
    desk.follow(desk.main_button())


def _press(desk: Visitor, action: str) -> None:
    desk.follow(desk.page.locator(f"main form[action$='/{action}'] button"))


def _until(desk: Visitor, selector: str) -> None:
    """Looks again until the workers beside the portal are done: what moves, and then what makes it findable."""
    for _ in range(90):
        if desk.page.locator(selector).count():
            return
        desk.page.wait_for_timeout(1000)
        desk.page.reload()
    raise AssertionError(f"no {selector} in {desk.text()}")


def test_a_file_that_can_not_be_read_is_refused_beside_the_field(desk: Visitor, inspector: Inspector) -> None:
    """NEW-20: the quotes of the second line never end."""
    _bring(desk, HEADER + '"Éthier;Zoé\r\n')
    assert desk.page.locator("#error-file").count() == 1
    inspector.inspect(desk)


def test_a_file_is_matched_checked_brought_in_and_taken_back(desk: Visitor, inspector: Inspector) -> None:
    """NEW-20: its mistakes, its differences and its progress are shown; everything is in the organisation's log."""
    page = desk.page
    _bring(desk, HEADER + ROWS)
    batch = page.url
    inspector.inspect(desk)
    desk.follow(page.get_by_role("link", name="élèves.csv"))
    inspector.inspect(desk)
    day = page.locator("datalist option").all()[_DAY_OF_BIRTH].get_attribute("value")
    page.get_by_label("Né le", exact=True).fill(day or "")
    desk.follow(desk.main_button())

    _press(desk, "check")
    inspector.inspect(desk)
    _until(desk, "main .tabs")
    assert "bientôt" in desk.text()
    assert page.locator("main form[action$='/write']").count() == 0
    inspector.inspect(desk)
    page.check("input[name=mends]")
    _press(desk, "check")
    _until(desk, "main form[action$='/write']")
    inspector.inspect(desk)

    page.set_viewport_size(_PHONE)
    _press(desk, "write")
    inspector.inspect(desk)
    page.set_viewport_size(_PHONE)
    _until(desk, "main form[action$='/undo']")
    assert desk.overflow() <= 0
    inspector.inspect(desk)
    desk.open("desk/clients?q=Zo%C3%A9")
    _until(desk, "main:has-text('Éthier-Noël')")

    _differs(desk, inspector)
    page.goto(batch)
    _press(desk, "undo")
    _until(desk, "main:not(:has(.actions a))")
    inspector.inspect(desk)
    desk.open("desk/clients?q=Zo%C3%A9")
    _until(desk, "main:not(:has-text('Éthier-Noël'))")
    desk.open("desk/settings/log")
    assert desk.text().count("CSV, ") == 2
    inspector.inspect(desk)


def _differs(desk: Visitor, inspector: Inspector) -> None:
    """The same file with another street: what would change stands side by side; then it is discarded."""
    _bring(desk, HEADER + ROWS.replace("1, rue d’Été", "9, rue d’Hiver"))
    desk.page.check("input[name=mends]")
    _press(desk, "check")
    _until(desk, "main form[action$='/write']")
    tabs = desk.page.locator("main .tabs a")
    desk.follow(tabs.last)
    assert "rue d’Hiver" in desk.text()
    inspector.inspect(desk)
    desk.page.locator("main summary").last.click()
    _press(desk, "discard")
    inspector.inspect(desk)


def test_everything_is_taken_along(desk: Visitor, inspector: Inspector, tmp_path: Path) -> None:
    """NEW-20: made by the worker beside the portal, downloaded, and no cell of it is a formula."""
    desk.open("desk/moving/export")
    inspector.inspect(desk)
    _press(desk, "export")
    inspector.inspect(desk)
    link = "main a[href$='/export/file']"
    _until(desk, link)
    inspector.inspect(desk)
    with desk.page.expect_download() as download:
        desk.page.locator(link).click()
    path = tmp_path / "export.zip"
    download.value.save_as(path)
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        tables = [name for name in archive.namelist() if name.startswith("tables/")]
        texts = [archive.read(name).decode("utf-8-sig") for name in tables]
    cells = [cell for text in texts for row in csv.reader(io.StringIO(text)) for cell in row]
    assert any("Tremblay" in cell for cell in cells)
    assert not [cell for cell in cells if cell.startswith(("=", "@"))]
