"""Files that are kept: what is known of one, and which kinds are taken of whom."""

from enum import Enum
from typing import Any, NamedTuple


class FileKind(Enum):
    """What a file is, by its content. The value is the type under which it is handed out again."""

    PDF = "application/pdf"
    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"
    HEIC = "image/heic"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    ODT = "application/vnd.oasis.opendocument.text"
    ODS = "application/vnd.oasis.opendocument.spreadsheet"
    CSV = "text/csv"
    TXT = "text/plain"

    @property
    def ending(self) -> str:
        """How names of such files end, without the dot."""
        return "jpg" if self is FileKind.JPEG else self.name.lower()


PICTURES = frozenset({FileKind.JPEG, FileKind.PNG, FileKind.WEBP})
"""What every browser shows in a page."""
FAMILY_KINDS = PICTURES | {FileKind.PDF, FileKind.HEIC}
"""What families send: papers, and photos of papers."""
STAFF_KINDS = frozenset(FileKind)


class StoredFile(NamedTuple):
    """What the owning record remembers of a file in the vault."""

    id: str
    name: str
    """Neutral (`naming.neutral`), with the ending of its kind."""
    kind: FileKind
    size: int
    """Bytes."""
    sha256: str
    """Hex digest of the content."""

    @property
    def content_type(self) -> str:
        """The type under which it is handed out."""
        return self.kind.value

    def to_json(self) -> dict[str, Any]:
        """As a record keeps it."""
        return {**self._asdict(), "kind": self.kind.value}

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> "StoredFile":
        """The file that a record keeps."""
        return cls(told["id"], told["name"], FileKind(told["kind"]), int(told["size"]), told["sha256"])
