"""Pictures without what cameras write beside them: where and when they were taken, by whom, a second picture within.

The other home of a child sees the child's photo, and must not read from it where a parent lives (NEW-2). Only how a
picture is to be turned stays, for a phone lying on its side would show it so. Nothing is decoded: parts are left out.
"""

import struct
from collections.abc import Iterator

from chalicelib.files.domain import FileKind

_JPEG_KEPT = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
"""Application parts of a JPEG that say how it looks, and how they begin."""
_JPEG_COMMENT = 0xFE
_JPEG_DATA, _JPEG_END = 0xDA, 0xD9
_PNG_HEAD = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset(
    b"IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP cICP sBIT bKGD pHYs acTL fcTL fdAT".split()
)  # fmt: skip
_WEBP_LEFT_OUT = frozenset({b"EXIF", b"XMP "})
_WEBP_FLAGS = 0b1100
"""Of the first part, that say there is one of those."""
_ORIENTATION = 0x0112


def bare(content: bytes, kind: FileKind) -> bytes:
    """The picture alone. Raises ValueError for what is none of its kind, or broken."""
    try:
        return b"".join({FileKind.JPEG: _jpeg, FileKind.PNG: _png, FileKind.WEBP: _webp}[kind](content))
    except (KeyError, IndexError, struct.error) as error:
        raise ValueError("not a whole picture") from error


def _jpeg(content: bytes) -> Iterator[bytes]:
    yield content[:2]
    place = 2
    while True:
        marker, size = _jpeg_part(content, place)
        if marker == _JPEG_END:
            yield content[place : place + 2]
            return
        part = content[place : place + 2 + size]
        place += 2 + size
        if marker == 0xE1 and part[4:10] == b"Exif\0\0":
            yield _turned(part[10:])
        elif _says_how_it_looks(marker, part[4:]):
            yield part
        if marker == _JPEG_DATA:
            end = _end_of_data(content, place)
            yield content[place:end]
            place = end


def _says_how_it_looks(marker: int, told: bytes) -> bool:
    if 0xE0 <= marker <= 0xEF:
        return marker in _JPEG_KEPT and told.startswith(_JPEG_KEPT[marker])
    return marker != _JPEG_COMMENT


def _jpeg_part(content: bytes, place: int) -> tuple[int, int]:
    """Marker of the part at `place`, and its size but for the marker."""
    if content[place] != 0xFF:
        raise ValueError("no part of a picture")
    if content[place + 1] == _JPEG_END:
        return _JPEG_END, 0
    (size,) = struct.unpack_from(">H", content, place + 2)
    if size < 2 or place + 2 + size > len(content):
        raise ValueError("a part that goes on beyond the end")
    return content[place + 1], size


def _end_of_data(content: bytes, place: int) -> int:
    """Where the next part begins: a mark that is none of those within the data."""
    while True:
        place = content.index(b"\xff", place)
        if content[place + 1] not in (0x00, 0xFF, *range(0xD0, 0xD8)):
            return place
        place += 1 if content[place + 1] == 0xFF else 2


def _turned(exif: bytes) -> bytes:
    """What is kept of Exif: how the picture is to be turned, if it is."""
    turn = _turn(exif)
    if not 2 <= turn <= 8:
        return b""
    told = b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, _ORIENTATION, 3, 1, turn, 0, 0)
    return b"\xff\xe1" + struct.pack(">H", 8 + len(told)) + b"Exif\0\0" + told


def _turn(exif: bytes) -> int:
    order = {b"II": "<", b"MM": ">"}.get(exif[:2], "")
    try:
        (place,) = struct.unpack_from(f"{order}I", exif, 4)
        (count,) = struct.unpack_from(f"{order}H", exif, place)
        rows = (struct.unpack_from(f"{order}HHIH", exif, place + 2 + 12 * row) for row in range(count))
        return next((value for tag, _, _, value in rows if tag == _ORIENTATION), 1)
    except struct.error:
        return 1


def _png(content: bytes) -> Iterator[bytes]:
    if not content.startswith(_PNG_HEAD):
        raise ValueError("no such picture")
    yield _PNG_HEAD
    place, name = len(_PNG_HEAD), b""
    while name != b"IEND":
        size, name = struct.unpack_from(">I4s", content, place)
        end = place + 12 + size
        if end > len(content):
            raise ValueError("a part that goes on beyond the end")
        if name in _PNG_KEPT:
            yield content[place:end]
        place = end


def _webp(content: bytes) -> Iterator[bytes]:
    (size,) = struct.unpack_from("<I", content, 4)
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP" or size + 8 > len(content):
        raise ValueError("no such picture")
    parts = b"".join(_webp_parts(content, size + 8))
    yield b"RIFF" + struct.pack("<I", 4 + len(parts)) + b"WEBP" + parts


def _webp_parts(content: bytes, end: int) -> Iterator[bytes]:
    place = 12
    while place < end:
        name, size = struct.unpack_from("<4sI", content, place)
        following = place + 8 + size + size % 2
        if following > end:
            raise ValueError("a part that goes on beyond the end")
        part = content[place:following]
        if name == b"VP8X":
            part = part[:8] + bytes([part[8] & ~_WEBP_FLAGS]) + part[9:]
        if name not in _WEBP_LEFT_OUT:
            yield part
        place = following
