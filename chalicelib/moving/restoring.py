"""Makes an organisation anew from an export: every record as it was, and every file (NEW-20).

It may get another slug. What is made of other records anew, such as the words that search goes by, comes by itself
through the table's stream.
"""

import io
import json
import re
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import BadZipFile, ZipFile

from chalicelib.admin.imports.staging import batches
from chalicelib.data import keys, read, write
from chalicelib.files import keeping
from chalicelib.moving.exporting import FORMAT
from chalicelib.moving.plainly import is_carried, item_of
from chalicelib.organisations.domain import is_slug
from chalicelib.ports import Vault

_AT_ONCE = 25
_LONGEST_LINE = 4_000_000
_LARGEST_FILE = 64 * 1024 * 1024
"""Bytes of a kept file, and of the manifest: no export has larger ones, whatever they come to when unpacked."""
_FILE = re.compile(r"files/([\w-]{1,64})/([\w-]{1,64})", re.ASCII)
_TYPE = "application/octet-stream"
_OWN_SLUGS = frozenset({"org", "slug"})
"""Attributes that name the organisation."""


class NotAnExport(Exception):
    """The file can not be restored; the text says why, in plain words."""


class Restored(NamedTuple):
    """What was restored."""

    org: str
    records: int
    files: int


def restore(path: Path, vault: Vault, slug: str = "", step: Callable[[], None] = lambda: None) -> Restored:
    """Restores an export under its own slug, or another; nothing may be there yet. `step` is called for each record.

    The organisation's own record comes last: until then nobody finds a portal, and a restoring that broke off may be
    repeated. Raises NotAnExport, Unavailable.
    """
    try:
        with ZipFile(path) as archive:
            told = _manifest(archive)
            org = slug or str(told["organisation"])
            if not (is_slug(org) and is_slug(str(told["organisation"]))):
                raise NotAnExport(f"“{org[:60]}” can not be an organisation's name in addresses")
            if read.raw([keys.organisation(org)]):
                raise NotAnExport(f"there is an organisation {org} already")
            names = _file_names(archive)
            records = _restore_records(_checked_items(archive, told, org), step)
            files = _restore_files(archive, vault, org, names)
            _restore_last(archive, str(told["organisation"]), org)
            return Restored(org, records, files)
    except (BadZipFile, KeyError, EOFError, NotImplementedError, RuntimeError, ValueError, zlib.error) as error:
        raise NotAnExport(f"the file is broken: {error}") from error


def _manifest(archive: ZipFile) -> dict[str, Any]:
    told = json.loads(_read(archive, "manifest.json"))
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise NotAnExport(f"it is of another format; this portal reads {FORMAT}")
    return dict(told)


def _items(archive: ZipFile, former: str, org: str) -> Iterator[dict[str, Any]]:
    """Records of an export, as they are to be stored."""
    for name in archive.namelist():
        if name.startswith("records/"):
            with archive.open(name) as stream:
                lines = io.TextIOWrapper(stream, encoding="utf-8")
                while line := lines.readline(_LONGEST_LINE):
                    yield renamed(item_of(line), former, org)


def renamed(item: dict[str, Any], former: str, org: str) -> dict[str, Any]:
    """A record of one organisation as a record of another. Raises NotAnExport for one that is not its own."""
    pk = str(item["pk"]["S"])
    if not is_carried(item) or not keys.is_of(former, pk):
        raise NotAnExport("it holds a record that no export of this organisation can hold")
    own = {name: {"S": org} for name in _OWN_SLUGS if item.get(name) == {"S": former}}
    queue = str(item.get("queue", {}).get("S", ""))
    if queue.endswith(f"#{former}"):
        own["queue"] = {"S": queue.removesuffix(former) + org}
    return {**item, **own, "pk": {"S": keys.partition(org) + pk.removeprefix(keys.partition(former))}}


def _checked_items(archive: ZipFile, told: dict[str, Any], org: str) -> Iterator[dict[str, Any]]:
    """Records of an export. Raises NotAnExport when they are not as many as its manifest tells."""
    count = 0
    for count, item in enumerate(_items(archive, str(told["organisation"]), org), 1):
        if count > told["records"]:
            break
        yield item
    if count != told["records"]:
        raise NotAnExport(f"it should have {told['records']} records, and has {count} or more")


def _restore_records(found: Iterator[dict[str, Any]], step: Callable[[], None]) -> int:
    count = 0
    for items in batches(found, _AT_ONCE):
        write.restore([item for item in items if not _is_last(item)])
        for _ in items:
            step()
        count += len(items)
    return count


def _restore_last(archive: ZipFile, former: str, org: str) -> None:
    write.restore([item for item in _items(archive, former, org) if _is_last(item)])


def _is_last(item: dict[str, Any]) -> bool:
    return bool(item["kind"]["S"] == "organisation")


def _file_names(archive: ZipFile) -> list[tuple[str, str, str]]:
    """Names of the kept files, each with its owner and id. Raises NotAnExport for one that leads elsewhere."""
    found = [(name, _FILE.fullmatch(name)) for name in archive.namelist() if name.startswith("files/")]
    if any(match is None for _, match in found):
        raise NotAnExport("it holds a file under a name that no export gives")
    return [(name, match[1], match[2]) for name, match in found if match]


def _restore_files(archive: ZipFile, vault: Vault, org: str, names: list[tuple[str, str, str]]) -> int:
    for name, owner, file in names:
        vault.put(keeping.key(org, owner, file), _read(archive, name), _TYPE)
    return len(names)


def _read(archive: ZipFile, name: str) -> bytes:
    """A file of the archive, unpacked as far as any may be large. Raises NotAnExport."""
    with archive.open(name) as stream:
        content = stream.read(_LARGEST_FILE + 1)
    if len(content) > _LARGEST_FILE:
        raise NotAnExport(f"{name} is larger than anything that an export holds")
    return content
