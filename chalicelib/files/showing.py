"""Files in words: what kind, how large."""

from collections.abc import Collection
from decimal import Decimal

from chalicelib.files.domain import FileKind, StoredFile
from chalicelib.shared.texts import say
from chalicelib.web.language import Local

_KB = 1000
_MB = 1000 * _KB
_SAID = {
    FileKind.JPEG: "JPEG", FileKind.WEBP: "WebP", FileKind.DOCX: "Word", FileKind.XLSX: "Excel",
    FileKind.TXT: "TXT",
}  # fmt: skip


def kind_name(kind: FileKind) -> str:
    """What people call such files, in every language."""
    return _SAID.get(kind, kind.name)


def kind_names(kinds: Collection[FileKind]) -> str:
    """The same of several, in an order of their own."""
    return ", ".join(kind_name(kind) for kind in FileKind if kind in kinds)


def accepted(kinds: Collection[FileKind]) -> str:
    """What a browser is to offer for choosing, as its `accept` wants it. What counts is looked up in the content."""
    return ",".join(part for kind in FileKind if kind in kinds for part in (f".{kind.ending}", kind.value))


def about(file: StoredFile, local: Local) -> str:
    """Kind and size: `PDF, 1.2 MB`."""
    return f"{kind_name(file.kind)}, {size_words(file.size, local)}"


def size_words(size: int, local: Local) -> str:
    """Bytes in the unit that people read."""
    if size < _MB:
        return local.say(say("%(n)s KB", n=local.number(Decimal(max(1, round(size / _KB))))))
    return local.say(say("%(n)s MB", n=local.number(Decimal(size * 10 // _MB) / 10)))
