"""The logo, sent from the desk: a small PNG and nothing but the picture."""

import io

import pytest
from PIL import Image, PngImagePlugin

from chalicelib.identity.domain import StaffRole
from chalicelib.organisations import audit, store
from chalicelib.portals import logos
from chalicelib.shared.errors import Invalid
from tests.support.browser import Browser, Page
from tests.support.world import World


def _png(width: int = 64, height: int = 32, words: str = "") -> bytes:
    stream, told = io.BytesIO(), PngImagePlugin.PngInfo()
    told.add_text("Comment", words)
    Image.new("RGBA", (width, height), "#7a2e5d").save(stream, "PNG", pnginfo=told)
    return stream.getvalue()


@pytest.fixture
def desk(world: World, browser: Browser) -> Browser:
    return browser.sign_in_staff(world.org, world.staff(StaffRole.OWNER), world.now)


def _send(desk: Browser, world: World, content: bytes) -> Page:
    page = desk.get(f"/{world.org}/desk/settings/logo")
    return desk.upload(page, "logo", {"logo": ("Logo.png", content)})


def test_a_logo_is_sent_shown_noted_and_taken_away(world: World, desk: Browser) -> None:
    """ADM-9."""
    _send(desk, world, _png())
    stored = store.get_logo(world.org)
    assert stored

    page = desk.get(f"/{world.org}/desk/settings/logo")
    [image] = [each for each in page.document.iter("img") if each.get("class") == "picture"]
    assert desk.get(image.get("src") or "").body == stored[1]
    desk.upload(page, "logo", {}, act="remove")

    found = store.get(world.org)
    assert found
    assert found.brand.logo == ""
    assert [[each.path for each in entry.changes] for entry in audit.page(world.org).rows] == [["brand.logo"]] * 2


def test_what_a_picture_says_beside_itself_is_left_out() -> None:
    """I-12: where and by whom it was made is nobody's business."""
    assert b"secret" in _png(words="secret place")

    assert b"secret" not in logos.checked(_png(words="secret place"))


@pytest.mark.parametrize(
    "content",
    [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n", b"<svg onload='x'/>", _png()[:60], b"\x89PNG\r\n\x1a\n" + b"\0" * 40],
)
def test_what_is_no_png_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid):
        logos.checked(content)


@pytest.mark.parametrize("size", [(513, 10), (10, 161)])
def test_a_large_picture_is_refused_with_what_it_may_be(size: tuple[int, int]) -> None:
    with pytest.raises(Invalid) as refused:
        logos.checked(_png(*size))

    assert refused.value.errors[logos.FIELD].values == {"width": 512, "height": 160, "size": 8}


def test_a_mistake_is_told_on_the_page(world: World, desk: Browser) -> None:
    page = _send(desk, world, b"GIF89a")

    assert page.status == 400
    assert "Choose a PNG picture" in page.text
    assert desk.upload(page, "logo", {}).status == 400
    assert store.get_logo(world.org) is None
