"""What a logo has to be: a small PNG, for every page shows it, and nothing but the picture (ADM-9, I-12)."""

import hashlib
import struct

from chalicelib.files.domain import FileKind
from chalicelib.files.stripping import bare
from chalicelib.shared.errors import Invalid
from chalicelib.shared.texts import say

MAX_PNG_BYTES = 8_000
"""Every page shows the logo, and a whole page is to stay under 50 KB."""
MAX_SIZE = (512, 160)
FIELD = "logo"
TOO_LARGE = say(
    "Choose a picture of at most %(width)s × %(height)s points and %(size)s KB",
    width=MAX_SIZE[0], height=MAX_SIZE[1], size=MAX_PNG_BYTES // 1000,
)  # fmt: skip
_HEAD = ">II"
_AT = 16
"""Where a PNG tells its width and height."""


def digest(png: bytes) -> str:
    """The hash by which a logo is named."""
    return hashlib.sha256(png).hexdigest()[:32]


def checked(content: bytes) -> bytes:
    """The picture alone of a file that somebody sent. Raises Invalid for what is no small PNG; nothing is decoded."""
    try:
        png = bare(content, FileKind.PNG)
        width, height = struct.unpack_from(_HEAD, png, _AT)
    except (ValueError, struct.error) as error:
        raise Invalid({FIELD: say("Choose a PNG picture")}) from error
    if not (0 < width <= MAX_SIZE[0] and 0 < height <= MAX_SIZE[1] and len(png) <= MAX_PNG_BYTES):
        raise Invalid({FIELD: TOO_LARGE})
    return png
