import io
import random
import zlib
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from chalicelib.portals.logos import MAX_PNG_BYTES
from cli import logo
from cli.logo import BadLogo


def write(folder: Path, image: Image.Image, kind: str = "PNG", **options: object) -> Path:
    path = folder / "logo.bin"
    image.save(path, kind, **options)
    return path


def noise(width: int, height: int) -> Image.Image:
    return Image.frombytes("RGB", (width, height), random.Random(1).randbytes(width * height * 3))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_each_kind_of_picture_becomes_a_png_that_fits(tmp_path: Path, kind: str) -> None:
    """I-12."""
    digest, png = logo.read(write(tmp_path, Image.new("RGB", (2000, 500), "plum"), kind))
    made = Image.open(io.BytesIO(png))
    assert (made.format, made.size, len(digest)) == ("PNG", (512, 128), 32)


def test_even_noise_is_brought_under_the_limit(tmp_path: Path) -> None:
    _, png = logo.read(write(tmp_path, noise(700, 219)))
    assert len(png) <= MAX_PNG_BYTES


def test_nothing_but_the_picture_is_kept(tmp_path: Path) -> None:
    told = PngInfo()
    told.add_text("Comment", "<script>secret</script>")
    path = write(tmp_path, Image.new("RGBA", (50, 50)), pnginfo=told)
    path.write_bytes(path.read_bytes() + b"<?php polyglot ?>")
    _, png = logo.read(path)
    assert b"secret" not in png
    assert b"polyglot" not in png


@pytest.mark.parametrize(
    "raw",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>",
        b"",
        b"GIF89a" + b"\0" * 40,
        b"\x89PNG\r\n\x1a\n" + b"\0" * 64,
        b"x" * (logo.MAX_FILE_BYTES + 1),
    ],
)
def test_what_is_no_picture_is_refused(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "logo.png"
    path.write_bytes(raw)
    with pytest.raises(BadLogo):
        logo.read(path)


def test_a_small_file_with_a_huge_picture_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, Image.new("1", (5000, 4000)))
    assert path.stat().st_size < 10_000
    with pytest.raises(BadLogo):
        logo.read(path)


def test_a_picture_that_breaks_off_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, noise(300, 300))
    path.write_bytes(path.read_bytes()[: len(zlib.compress(b"x")) + 5000])
    with pytest.raises(BadLogo):
        logo.read(path)
