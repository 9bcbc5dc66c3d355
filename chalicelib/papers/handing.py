"""Hands a file to the browser: in the answer while it fits through the gateway, by a short-lived link beyond."""

from collections.abc import Sequence

from chalicelib import bootstrap
from chalicelib.files.naming import disposition
from chalicelib.households.activity import Deed, note_look
from chalicelib.organisations import store as organisations
from chalicelib.papers import composing, typesetting
from chalicelib.papers.paper import Paper
from chalicelib.ports import File
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor

MAX_ANSWER_BYTES = 4_400_000
"""What fits into Lambda's 6 MB of answer in base64, with room for headers."""
LINK_SECONDS = 60
"""How long a link opens its file: the browser follows it at once."""


def pdf(request: Request, papers: Sequence[Paper], title: str = "") -> Reply:
    """One PDF of all `papers`, called `title` or, when there is one, by its own name."""
    organisation = request.organisation
    found = organisations.get_logo(organisation.slug) if organisation.brand.logo else None
    look = composing.look(organisation, found[1] if found else b"")
    bundle = typesetting.Bundle(title or papers[0].name, papers, look, request.now)
    if request.policy.actor is not Actor.STAFF:  # whose look the guard has noted
        told = Deed("paper_opened", request.now, about={"label": bundle.title})
        note_look(organisation.slug, request.me.household, told)
    return hand_over(File(typesetting.make(bundle), "application/pdf", disposition(f"{bundle.title}.pdf")))


def table(content: bytes, name: str) -> Reply:
    """A table (`cells.sheet`) under a name."""
    return hand_over(File(content, "text/csv; charset=utf-8", disposition(f"{name}.csv")))


def hand_over(file: File) -> Reply:
    """The file, or the way to it. Raises Unavailable."""
    if len(file.content) > MAX_ANSWER_BYTES:
        return redirect(bootstrap.files().lend(file, LINK_SECONDS))
    headers = {"Content-Disposition": file.disposition}
    return Reply(body=file.content, content_type=file.content_type, headers=headers)
