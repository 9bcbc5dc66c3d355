"""Keeps a large file of a worker for the next one, in the bucket that forgets within a day; piece by piece."""

import json
import zlib
from pathlib import Path

from chalicelib.ports import Archives
from chalicelib.shared.errors import NotFound

_PIECE = 16 * 1024 * 1024


def spare(archives: Archives, name: str, path: Path) -> None:
    """Keeps a file under a name. Raises Unavailable."""
    count = 0
    with path.open("rb") as stream:
        while piece := stream.read(_PIECE):
            archives.note(f"{name}.{count}", zlib.compress(piece, 1))
            count += 1
    archives.note(name, json.dumps({"pieces": count}).encode())


def fetch(archives: Archives, name: str, path: Path) -> bool:
    """Brings a file back that was kept; whether there was one. Raises Unavailable."""
    try:
        told = json.loads(archives.noted(name))
    except NotFound:
        return False
    with path.open("wb") as stream:
        for number in range(told["pieces"]):
            stream.write(zlib.decompress(archives.noted(f"{name}.{number}")))
    return True
