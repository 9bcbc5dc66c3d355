"""Pages of all mails and texts that went out to the household, and to whoever looks (MSG-2)."""

from typing import NamedTuple

from chalicelib.data.outbox import MessageState
from chalicelib.notifications import archive
from chalicelib.notifications.archive import Sent, Shelf
from chalicelib.notifications.sections import sections
from chalicelib.shared.errors import NotFound
from chalicelib.shared.texts import Message, say
from chalicelib.web import paging, render, urls
from chalicelib.web.http import Reply, Request
from chalicelib.web.language import dotted
from chalicelib.web.routes import Actor, Routes

routes = Routes()

_PATH = "notifications/sent"
_STATES: dict[MessageState, tuple[Message, str]] = {
    MessageState.SENT: (say("Sent", context="mail"), "success"),
    MessageState.SKIPPED: (say("Not sent", context="mail"), "neutral"),
    MessageState.PARKED: (say("Could not be sent", context="mail"), "warning"),
    MessageState.WAITING: (say("On its way", context="mail"), "info"),
}

_RETURNED = say("Came back", context="mail")


class SentRow(NamedTuple):
    """A mail or text in the list."""

    title: str
    href: str
    meta: str
    state: str
    tone: str


@routes.get("/{org}/notifications/sent", Actor.MEMBER)
def show_sent(request: Request) -> Reply:
    """What went out, the latest first, 25 at a time; with `?to=me` what concerns only whoever looks."""
    to = request.query.get("to", "")
    household, user = _shelves(request)
    found = archive.page(user if to == "me" else household, paging.after(request, archive.is_id))
    return render.page(
        request,
        "notifications/sent.html",
        sections=sections(request, _PATH, "me" if to == "me" else ""),
        sent=[_row(each, request) for each in found.rows],
        **paging.links(request, _PATH, found.next, to=to),
    )


@routes.get("/{org}/notifications/sent/{mail}", Actor.MEMBER, owns="mail")
def show_one(request: Request) -> Reply:
    """A mail or text as it was written."""
    found = archive.find(_shelves(request), request.params["mail"])
    if found is None:
        raise NotFound
    row = _row(found, request)
    return render.page(
        request,
        "notifications/mail.html",
        row=row,
        returned=found.returned,
        facts=[
            (request.local.say(say("When")), request.local.datetime(found.at)),
            (request.local.say(say("To")), found.address),
        ],
        text=found.text,
    )


def _shelves(request: Request) -> tuple[Shelf, Shelf]:
    """Where what was sent to the household lies, and what was sent to the user."""
    me = request.me
    return archive.household_shelf(request.org, me.household), archive.user_shelf(request.org, me.user)


def _row(sent: Sent, request: Request) -> SentRow:
    local = request.local
    words, tone = (_RETURNED, "warning") if sent.returned else _STATES[sent.state]
    return SentRow(
        title=sent.subject or local.say(say("Text message")),
        href=urls.portal(request.org, f"{_PATH}/{sent.id}"),
        meta=dotted(local.datetime(sent.at), sent.address),
        state=local.say(words),
        tone=tone,
    )
