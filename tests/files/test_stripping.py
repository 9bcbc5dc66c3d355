"""Pictures are what they show, and nothing that a camera wrote beside it."""

import struct
from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageChops, PngImagePlugin

from chalicelib.files.domain import FileKind
from chalicelib.files.stripping import bare
from tests.files.samples import picture

SECRET = b"SECRET-45.5017N"
KINDS = [FileKind.JPEG, FileKind.PNG, FileKind.WEBP]


def _taken(kind: FileKind, **more: Any) -> bytes:
    """A picture as a phone makes it: with where it was taken, in every place that its kind has for it."""
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[2] = (45.0, 30.0, 6.0)
    info = PngImagePlugin.PngInfo()
    info.add_text("Location", SECRET.decode())
    info.add_itxt("XML:com.adobe.xmp", SECRET.decode())
    extra: dict[FileKind, dict[str, Any]] = {
        FileKind.JPEG: {"comment": SECRET, "xmp": SECRET, "icc_profile": b"colours"},
        FileKind.PNG: {"pnginfo": info},
        FileKind.WEBP: {"xmp": SECRET, "icc_profile": b"colours"},
    }
    made = BytesIO()
    image = Image.linear_gradient("L").convert("RGB")
    image.save(made, kind.name, exif=exif, **extra[kind], **more)
    return made.getvalue()


@pytest.mark.parametrize("kind", KINDS)
def test_where_a_picture_was_taken_does_not_stay_in_it(kind: FileKind) -> None:
    """NEW-2: the other home of a child reads no address from its photo."""
    taken = _taken(kind)
    assert SECRET in taken
    assert Image.open(BytesIO(taken)).getexif().get_ifd(0x8825)

    kept = bare(taken, kind)

    assert SECRET not in kept
    image = Image.open(BytesIO(kept))
    assert not image.getexif().get_ifd(0x8825)
    assert ImageChops.difference(image.convert("RGB"), Image.open(BytesIO(taken)).convert("RGB")).getbbox() is None
    assert bare(kept, kind) == kept


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("turn", range(1, 9))
def test_a_picture_of_a_phone_stays_turned(turn: int, order: str) -> None:
    told = {"<": b"II*\0", ">": b"MM\0*"}[order] + struct.pack(f"{order}IHHHIHHI", 8, 1, 0x0112, 3, 1, turn, 0, 0)
    made = BytesIO()
    Image.new("RGB", (8, 8)).save(made, "JPEG", exif=b"Exif\0\0" + told)
    kept = Image.open(BytesIO(bare(made.getvalue(), FileKind.JPEG)))
    assert kept.getexif().get(0x0112, 1) == turn


def test_a_progressive_picture_is_kept_whole_and_what_follows_its_end_is_not() -> None:
    """A second picture, or a whole archive, may hang behind the first."""
    taken = _taken(FileKind.JPEG, progressive=True)
    kept = bare(taken + SECRET + picture("JPEG"), FileKind.JPEG)
    assert kept == bare(taken, FileKind.JPEG)
    Image.open(BytesIO(kept)).load()
    png = picture("PNG")
    assert bare(png + SECRET, FileKind.PNG) == png
    webp = picture("WEBP")
    assert bare(webp + SECRET, FileKind.WEBP) == webp


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_that_is_cut_short_is_none(kind: FileKind) -> None:
    whole = _taken(kind)
    for end in (*range(200), len(whole) // 2, len(whole) - 9):
        with pytest.raises(ValueError, match=r"picture|part|beyond|found"):
            bare(whole[:end], kind)


def test_what_is_no_picture_is_refused() -> None:
    with pytest.raises(ValueError, match="whole"):
        bare(b"%PDF-1.7", FileKind.PDF)
    with pytest.raises(ValueError, match="beyond"):
        bare(b"\xff\xd8\xff\xe0\x00\x01" + bytes(40), FileKind.JPEG)
