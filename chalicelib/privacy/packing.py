"""A ZIP that is written piece by piece into a bucket, in memory that does not grow with it, and that can be gone on
with where it was left: by another process, an hour later.

The library's own writer makes the ZIP, onto a stream that only goes forwards. What it needs to go on is small: where
the stream stands, and what it has written, which becomes the directory at the end.
"""

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from chalicelib.ports import Archives

PIECE_BYTES = 8 * 1024 * 1024
"""A piece is written when so much has gathered; S3 wants at least 5 MB of each but the last."""
_FIELDS = ("filename", "date_time", "compress_type", "flag_bits", "CRC", "compress_size", "file_size", "header_offset")
"""What the directory at the end of a ZIP tells of each file."""


class _Stream:
    """A stream that only goes forwards, and knows how far it is."""

    def __init__(self, place: int, rest: bytes) -> None:
        self.place = place
        self.waiting = bytearray(rest)

    def write(self, content: bytes, /) -> int:
        """Takes what the writer has for it."""
        self.waiting += content
        self.place += len(content)
        return len(content)

    def tell(self) -> int:
        """Bytes so far, those of other processes among them."""
        return self.place

    def flush(self) -> None:
        """Nothing: pieces go out when they are large enough."""

    def close(self) -> None:
        """Nothing: the bag ends the file."""


class Mark(NamedTuple):
    """Where a writing was left."""

    writing: str
    receipts: Sequence[str]
    place: int
    entries: Sequence[Sequence[Any]]
    names: Sequence[str]


@dataclass
class Bag:
    """A ZIP on its way into the bucket."""

    archives: Archives
    name: str
    made_at: datetime
    _writing: str = ""
    _receipts: list[str] = field(default_factory=list)
    _stream: _Stream = field(default_factory=lambda: _Stream(0, b""))
    _names: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        if not self._writing:
            self._writing = self.archives.begin(self.name)
        self._zip = ZipFile(self._stream, "w", ZIP_DEFLATED)

    def add(self, path: str, content: bytes) -> None:
        """Puts a file into it. Of two with one name, the second gets another."""
        info = ZipInfo(self._free(path), self.made_at.timetuple()[:6])
        info.external_attr = 0o600 << 16
        self._zip.writestr(info, content, ZIP_DEFLATED)
        while len(self._stream.waiting) >= PIECE_BYTES:
            self._send(PIECE_BYTES)

    def _free(self, path: str) -> str:
        stem, dot, ending = path.rpartition(".")
        tries = (path if not number else f"{stem}-{number + 1}{dot}{ending}" for number in range(100_000))
        free = next(each for each in tries if each.casefold() not in self._names)
        self._names.add(free.casefold())
        return free

    def _send(self, size: int) -> None:
        piece = bytes(self._stream.waiting[:size])
        self._receipts.append(self.archives.add(self.name, self._writing, len(self._receipts) + 1, piece))
        del self._stream.waiting[:size]

    @property
    def pieces(self) -> int:
        """How many pieces are in the bucket by now."""
        return len(self._receipts)

    def leave(self) -> bytes:
        """All that is needed to go on with it later: what is in the bucket already, and what is not."""
        entries = [[getattr(info, name) for name in _FIELDS] for info in self._zip.infolist()]
        mark = Mark(self._writing, self._receipts, self._stream.place, entries, sorted(self._names))
        told = json.dumps(mark).encode()
        return struct.pack(">I", len(told)) + told + bytes(self._stream.waiting)

    @classmethod
    def go_on(cls, archives: Archives, name: str, made_at: datetime, left: bytes) -> "Bag":
        """The ZIP as it was left."""
        (size,) = struct.unpack(">I", left[:4])
        mark = Mark(*json.loads(left[4 : 4 + size]))
        stream = _Stream(mark.place, left[4 + size :])
        bag = cls(archives, name, made_at, mark.writing, list(mark.receipts), stream, set(mark.names))
        for entry in mark.entries:
            bag._remember(entry)
        return bag

    def _remember(self, entry: Sequence[Any]) -> None:
        info = ZipInfo(entry[0], tuple(entry[1]))
        for name, value in zip(_FIELDS[2:], entry[2:], strict=True):
            setattr(info, name, value)
        info.external_attr = 0o600 << 16
        self._zip.filelist.append(info)
        self._zip.NameToInfo[info.filename] = info

    def close(self) -> int:
        """Ends the ZIP; it can be fetched now. Returns its size in bytes."""
        self._zip.close()
        if self._stream.waiting or not self._receipts:
            self._send(len(self._stream.waiting))
        self.archives.finish(self.name, self._writing, self._receipts)
        return self._stream.place
