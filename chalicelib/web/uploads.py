"""Reading forms that carry files (multipart/form-data). What a file is, and whether it is kept, features decide."""

from collections.abc import Mapping
from io import BytesIO
from typing import NamedTuple

from multipart import MultipartError, MultipartParser, MultipartPart, parse_options_header

MAX_UPLOAD_BYTES = 4 * 1024 * 1024
"""Of a whole form. Lambda takes 6 MB with the body in base64; the gateway turns larger ones away with the same page."""
_MAX_PARTS = 210


class Upload(NamedTuple):
    """A file as a browser sent it. Neither the name nor what the browser calls its type may be believed."""

    name: str
    content: bytes


class Unreadable(ValueError):
    """The body is not what its type says, or a field is there twice (W-09)."""


def read(body: bytes, content_type: str) -> tuple[dict[str, str], Mapping[str, Upload]]:
    """Fields and files of a form, by name. A file field that was left empty is not there. Raises Unreadable.

    Fields are UTF-8, as the pages of the forms are: what a field says of itself could have it read in another way.
    """
    try:
        parts = _parts(body, parse_options_header(content_type)[1].get("boundary", ""))
        fields = {part.name: part.raw.decode() for part in parts if part.filename is None}
        files = {part.name: Upload(part.filename, part.raw) for part in parts if part.filename}
    except (MultipartError, UnicodeDecodeError) as error:
        raise Unreadable from error
    if len({part.name for part in parts}) < len(parts):
        raise Unreadable
    return fields, files


def _parts(body: bytes, boundary: str) -> list[MultipartPart]:
    if not boundary:
        raise Unreadable
    limit = MAX_UPLOAD_BYTES + 1
    parser = MultipartParser(
        BytesIO(body), boundary, len(body), strict=True, part_limit=_MAX_PARTS, spool_limit=limit, memory_limit=limit
    )
    return list(parser)
