"""Takes the pictures of `docs/pictures` from the running portal: `make pictures`.

They show the demonstration organisation on one fixed evening, so that they change only when the
portal does.
"""

import sys
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from tests.browser.people import JENNIFER, MARIE, Person
from tests.browser.portal import running
from tests.browser.visitor import Visitor, chromium

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
EVENING = "2026-10-06T17:30:00-04:00"
MAX_BYTES = 150_000
_PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2}
_DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 860}, "color_scheme": "dark"}


@dataclass(frozen=True)
class Album:
    """The pictures of one language: its name and who is shown."""

    language: str
    person: Person


ALBUMS = (Album("fr", MARIE), Album("en", JENNIFER))


def main() -> None:
    """Replaces every picture."""
    FOLDER.mkdir(exist_ok=True)
    with chromium() as browser, running(EVENING) as portal:
        for album in ALBUMS:
            phone = Visitor(browser, portal, locale=album.person.locale, **_PHONE)
            _take_phone(phone, album)
            desk = Visitor(browser, portal, storage_state=phone.context.storage_state(), **_DESK)
            desk.open()
            _keep(desk, f"{album.language}-home-wide-dark")
            phone.close()
            desk.close()


def _take_phone(visitor: Visitor, album: Album) -> None:
    """Pictures of the way in, and of the pages that a parent opens most."""
    page, person, language = visitor.page, album.person, album.language
    post = visitor.portal.post_of(person.reached_at)
    visitor.open("sign-in")
    page.fill("#field-address", person.mail)
    _keep(visitor, f"{language}-sign-in")
    visitor.ask_for_code(person.mail)
    page.fill("#field-code", "123 456")
    _keep(visitor, f"{language}-code")
    visitor.enter_code(post.code())
    page.locator(".nav").wait_for()
    _keep(visitor, f"{language}-home")
    visitor.open("schedule")
    _keep(visitor, f"{language}-schedule")
    visitor.open("invoices")
    page.locator("main .row a").first.click()
    page.wait_for_url("**/invoices/*")
    _keep(visitor, f"{language}-invoice")


def _keep(visitor: Visitor, name: str) -> None:
    """Stores what the window shows, in as many colours as a small file allows."""
    page = visitor.page
    page.evaluate("document.activeElement.blur()")
    picture = Image.open(BytesIO(page.screenshot())).convert("RGB")
    path = FOLDER / f"{name}.png"
    picture.quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)
    size = path.stat().st_size
    if size > MAX_BYTES:
        sys.exit(f"{path.name} has {size} bytes; at most {MAX_BYTES} are wanted")
    sys.stdout.write(f"{path.name} {size}\n")


if __name__ == "__main__":
    main()
