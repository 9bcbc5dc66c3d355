"""Logos: an image file of any kind becomes one small PNG of our own making (I-12)."""

import io
import warnings
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from chalicelib.portals.logos import MAX_PNG_BYTES, MAX_SIZE, digest

MAX_FILE_BYTES = 2_000_000
MAX_PIXELS = 16_000_000
_KINDS = ("PNG", "JPEG", "WEBP")


class BadLogo(Exception):
    """A file that can not be a logo; the message says why."""


def read(path: Path) -> tuple[str, bytes]:
    """Content hash and bytes of the PNG that `path` becomes. Raises BadLogo, OSError."""
    if path.stat().st_size > MAX_FILE_BYTES:
        raise BadLogo("the file is larger than 2 MB")
    image = _open(path)
    image.thumbnail(MAX_SIZE)
    png = _encode(image)
    return digest(png), png


def _open(path: Path) -> Image.Image:
    """The decoded picture without anything else the file carries."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=_KINDS) as found:
                if found.width * found.height > MAX_PIXELS:
                    raise BadLogo("the picture has more than 16 million pixels")
                return found.convert("RGBA")
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning, SyntaxError) as error:
        raise BadLogo("the file is not a PNG, JPEG or WebP picture") from error
    except OSError as error:
        raise BadLogo("the picture is damaged") from error


def _encode(image: Image.Image) -> bytes:
    """A PNG of at most 8 KB: in full colour, else in 256 colours, else smaller."""
    for wanted in (image, image.quantize(256, method=Image.Quantize.FASTOCTREE)):
        png = _png(wanted)
        if len(png) <= MAX_PNG_BYTES:
            return png
    return _encode(image.resize((max(1, image.width * 3 // 4), max(1, image.height * 3 // 4))))


def _png(image: Image.Image) -> bytes:
    stream = io.BytesIO()
    image.save(stream, "PNG", optimize=True)
    return stream.getvalue()
