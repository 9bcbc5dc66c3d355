"""Names of files: harmless wherever they are shown, and in the header that a browser saves a file by."""

import re
import unicodedata
from urllib.parse import quote

_MAX_NAME = 80
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,5}\Z")
_UNSAFE = re.compile(r'[<>:"|?*;%&$`\']+')
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
"""Names that are devices on some systems, whatever follows the dot."""


def neutral(name: str, ending: str) -> str:
    """The name a file is kept under: no folders, no invisible or reversing characters, and the ending of its kind.

    What browsers send may be anything: `../../x`, a name with a line break, one that hides `.exe` behind a character
    that turns the writing around.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    seen = "".join(char for char in last if unicodedata.category(char)[0] != "C")
    stem = _UNSAFE.sub("-", " ".join(_ENDING.sub("", seen).split()))
    stem = stem.removesuffix(f".{ending}")[:_MAX_NAME].strip(" .-")
    if not stem or _DEVICE.fullmatch(stem):
        stem = f"file-{stem}".strip("-")
    return f"{stem}.{ending}"


def disposition(name: str) -> str:
    """Content-Disposition of a file to keep; `name` in full for today's browsers, in plain letters for others."""
    stem, _, ending = name.rpartition(".")
    tidy = re.sub(r"[^\w.-]+", "-", unicodedata.normalize("NFC", stem)).strip("-.")[:_MAX_NAME]
    plain = unicodedata.normalize("NFKD", tidy).encode("ascii", "ignore").decode().strip("-.") or "document"
    return f"attachment; filename=\"{plain}.{ending}\"; filename*=UTF-8''{quote(f'{tidy}.{ending}', safe='')}"
