"""Hands a kept file to whoever may have it: the caller has made sure of that before."""

from chalicelib import bootstrap
from chalicelib.files import keeping, naming
from chalicelib.files.domain import PICTURES, StoredFile
from chalicelib.shared.errors import NotFound
from chalicelib.web.http import Reply, redirect

SECONDS = 60
"""How long an address opens a file: the browser follows it at once."""


def lend(org: str, owner: str, file: StoredFile) -> Reply:
    """The way to a file, to be saved under its name. It is never shown in a page of ours. Raises Unavailable."""
    place = keeping.key(org, owner, file.id)
    return redirect(bootstrap.vault().lend(place, file.content_type, naming.disposition(file.name), SECONDS))


def show(org: str, owner: str, file: StoredFile) -> Reply:
    """A picture for an `<img>` of our own pages. Opened by itself it can do nothing. Raises NotFound, Unavailable."""
    if file.kind not in PICTURES:
        raise NotFound
    content = bootstrap.vault().get(keeping.key(org, owner, file.id))
    return Reply(body=content, content_type=file.content_type)
