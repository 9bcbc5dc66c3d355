"""Hands a file to the browser: in the answer while it fits through the gateway, by a short-lived link beyond."""

import re
import unicodedata
from collections.abc import Sequence
from urllib.parse import quote

from chalicelib import bootstrap
from chalicelib.organisations import store as organisations
from chalicelib.papers import composing, typesetting
from chalicelib.papers.paper import Paper
from chalicelib.ports import File
from chalicelib.web.http import Reply, Request, redirect

MAX_ANSWER_BYTES = 4_400_000
"""What fits into Lambda's 6 MB of answer in base64, with room for headers."""
LINK_SECONDS = 60
"""How long a link opens its file: the browser follows it at once."""
_MAX_NAME = 80


def pdf(request: Request, papers: Sequence[Paper], title: str = "") -> Reply:
    """One PDF of all `papers`, called `title` or, when there is one, by its own name."""
    organisation = request.organisation
    found = organisations.get_logo(organisation.slug) if organisation.brand.logo else None
    look = composing.look(organisation, found[1] if found else b"")
    bundle = typesetting.Bundle(title or papers[0].name, papers, look, request.now)
    return hand_over(File(typesetting.make(bundle), "application/pdf", disposition(f"{bundle.title}.pdf")))


def hand_over(file: File) -> Reply:
    """The file, or the way to it. Raises Unavailable."""
    if len(file.content) > MAX_ANSWER_BYTES:
        return redirect(bootstrap.files().lend(file, LINK_SECONDS))
    headers = {"Content-Disposition": file.disposition}
    return Reply(body=file.content, content_type=file.content_type, headers=headers)


def disposition(name: str) -> str:
    """Content-Disposition of a file to keep; `name` in full for today's browsers, in plain letters for others."""
    stem, _, ending = name.rpartition(".")
    tidy = re.sub(r"[^\w.-]+", "-", unicodedata.normalize("NFC", stem)).strip("-.")[:_MAX_NAME]
    plain = unicodedata.normalize("NFKD", tidy).encode("ascii", "ignore").decode().strip("-.") or "document"
    return f"attachment; filename=\"{plain}.{ending}\"; filename*=UTF-8''{quote(f'{tidy}.{ending}', safe='')}"
