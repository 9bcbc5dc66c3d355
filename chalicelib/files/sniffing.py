"""What a file is, by its bytes: neither its name nor what the browser calls it counts."""

import csv
import re
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from chalicelib.files.domain import FileKind

_SIGNED = {kind.value: kind for kind in (*FileKind,) if kind not in (FileKind.CSV, FileKind.TXT)}
_ZIPPED = frozenset({"application/zip", *(kind.value for kind in (FileKind.DOCX, FileKind.XLSX))}) | {
    FileKind.ODT.value, FileKind.ODS.value,
}  # fmt: skip
_OFFICE_PARTS = {"word/document.xml": FileKind.DOCX, "xl/workbook.xml": FileKind.XLSX}
_OPEN_DOCUMENTS = {kind.value.encode(): kind for kind in (FileKind.ODT, FileKind.ODS)}
_MACROS = re.compile(r"(?:.*/)?vbaProject\.bin|Basic/.*|Scripts/.*", re.IGNORECASE)
"""Where programs lie in such a document; one with programs is not taken."""
_MAX_PARTS = 5000
_MARKUP = re.compile(r"\s*<(?:!doctype|html|head|body|script|svg|\?xml|\?php|iframe)", re.IGNORECASE)


def kind_of(content: bytes, name: str = "") -> FileKind | None:
    """What a file is; None for whatever is not taken of anybody.

    Text has no mark of its own, so there, and only there, the name says whether it is a table.
    """
    import filetype  # a hundred small modules, which only whoever takes a file waits for

    guessed = filetype.guess_mime(content)
    if guessed in _ZIPPED:
        return _zipped(content)
    if guessed is not None:
        return _SIGNED.get(guessed)
    return _text(content, name)


def _zipped(content: bytes) -> FileKind | None:
    """A document of an office programme, by the list of its parts; nothing is unpacked but the short name of its type.

    What is named in the archive's list is what every programme reads, wherever else in the bytes something may stand.
    """
    try:
        with ZipFile(BytesIO(content)) as archive:
            names = archive.namelist()
            if len(names) > _MAX_PARTS or any(_MACROS.fullmatch(name) for name in names):
                return None
            if "mimetype" in names:
                with archive.open("mimetype") as part:
                    return _OPEN_DOCUMENTS.get(part.read(100))
            if "[Content_Types].xml" not in names:
                return None
            return next((kind for part, kind in _OFFICE_PARTS.items() if part in names), None)
    except (BadZipFile, NotImplementedError, RuntimeError, ValueError, OSError, EOFError):
        return None


def _text(content: bytes, name: str) -> FileKind | None:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    if not text or any(ord(char) < 32 and char not in "\t\r\n\f" for char in text) or _MARKUP.match(text):
        return None
    return FileKind.CSV if name.lower().endswith(".csv") and _is_table(text) else FileKind.TXT


def _is_table(text: str) -> bool:
    try:
        return any(csv.reader(text.splitlines()))
    except csv.Error:
        return False
