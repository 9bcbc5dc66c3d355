"""Takes a file into the vault: looks at its content, gives it a harmless name, and says what it may not be."""

import hashlib
from collections.abc import Collection

from chalicelib import bootstrap
from chalicelib.files import naming, sniffing, stripping
from chalicelib.files.domain import FAMILY_KINDS, PICTURES, FileKind, StoredFile
from chalicelib.files.showing import kind_names
from chalicelib.shared.errors import Invalid
from chalicelib.shared.ids import new_id
from chalicelib.shared.texts import Message, say
from chalicelib.web.uploads import Upload

ORGANISATION = "-"
"""Owner of what belongs to the organisation and to no household."""


def keep(
    org: str,
    owner: str,
    upload: Upload | None,
    *,
    kinds: Collection[FileKind] = FAMILY_KINDS,
    field: str = "file",
) -> StoredFile:
    """Keeps a file of a household's, or of the organisation's own, and says what to remember of it.

    It is to be called last, once all else of the form is right: what no record names is never handed out, but lies
    there until the owner goes. Raises Invalid with a mistake at `field` for what is missing, empty or of another kind
    than `kinds`, and Unavailable.
    """
    upload, kind = check(upload, kinds=kinds, field=field)
    digest = hashlib.sha256(upload.content).hexdigest()
    file = StoredFile(new_id(), naming.neutral(upload.name, kind.ending), kind, len(upload.content), digest)
    bootstrap.vault().put(key(org, owner, file.id), upload.content, kind.value)
    return file


def keep_picture(org: str, owner: str, upload: Upload | None, *, field: str) -> StoredFile:
    """Keeps a picture that other homes see as well: what it shows, and nothing that a camera wrote beside it (NEW-2).

    Raises Invalid as `keep` does, also for a picture that is broken, and Unavailable.
    """
    upload, kind = check(upload, kinds=PICTURES, field=field)
    try:
        shown = upload._replace(content=stripping.bare(upload.content, kind))
    except ValueError as broken:
        raise Invalid({field: refusal(PICTURES)}) from broken
    return keep(org, owner, shown, kinds=PICTURES, field=field)


def check(
    upload: Upload | None, *, kinds: Collection[FileKind] = FAMILY_KINDS, field: str = "file"
) -> tuple[Upload, FileKind]:
    """The file that was sent, and what it is, before anything is kept. Raises Invalid as `keep` does."""
    if upload is None:
        raise Invalid({field: say("Choose a file")})
    if not upload.content:
        raise Invalid({field: say("This file is empty")})
    kind = sniffing.kind_of(upload.content, upload.name)
    if kind is None or kind not in kinds:
        raise Invalid({field: refusal(kinds)})
    return upload, kind


def refusal(kinds: Collection[FileKind]) -> Message:
    """What is said to somebody whose file is of another kind."""
    return say("We could not recognise this file. Send one of these kinds: %(kinds)s", kinds=kind_names(kinds))


def key(org: str, owner: str, file: str) -> str:
    """Where a file lies in the vault. All of an organisation's begin alike, and all of one owner's."""
    return f"{folder(org, owner)}{file}"


def folder(org: str, owner: str) -> str:
    """How the keys of all files of one owner begin."""
    return f"{all_of(org)}{owner}/"


def all_of(org: str) -> str:
    """How the keys of all files of an organisation begin."""
    return f"kept/{org}/"


def drop(org: str, owner: str, file: StoredFile) -> None:
    """Forgets a file, once no record names it. Raises Unavailable."""
    bootstrap.vault().drop(key(org, owner, file.id))
