"""View models of threads, for families and for the desk."""

from collections.abc import Sequence
from typing import NamedTuple

from chalicelib.messages import abouts
from chalicelib.messages.domain import Post, Side, Thread, ThreadState
from chalicelib.messages.models import DeskThreadItem
from chalicelib.shared.texts import Message, say
from chalicelib.shared.times import from_iso
from chalicelib.web import urls
from chalicelib.web.http import Request
from chalicelib.web.language import Local, dotted

_FOR_FAMILY: dict[ThreadState, tuple[Message, str]] = {
    ThreadState.OPEN: (say("We owe you an answer"), "info"),
    ThreadState.WAITING: (say("Answered", context="thread"), "success"),
    ThreadState.CLOSED: (say("Closed", context="thread"), "neutral"),
}
FOR_DESK: dict[ThreadState, tuple[Message, str]] = {
    ThreadState.OPEN: (say("Waits for us"), "warning"),
    ThreadState.WAITING: (say("Waits for the family"), "info"),
    ThreadState.CLOSED: (say("Closed", context="thread"), "neutral"),
}


class ThreadRow(NamedTuple):
    """A thread in a list."""

    title: str
    href: str
    meta: str
    badge: str
    tone: str


class FileView(NamedTuple):
    """A file that came with a message."""

    name: str
    href: str


class PostView(NamedTuple):
    """A message as it stands in its thread."""

    name: str
    when: str
    tone: str
    text: str
    files: tuple[FileView, ...]
    note: str


def thread_row(thread: Thread, local: Local, org: str) -> ThreadRow:
    """A thread in the family's list."""
    words, tone = (say("New"), "danger") if thread.unread_family else _FOR_FAMILY[thread.state]
    meta = dotted(local.date(thread.updated_at), thread.excerpt)
    return ThreadRow(thread.subject, urls.portal(org, f"messages/{thread.id}"), meta, local.say(words), tone)


def desk_row(item: DeskThreadItem, local: Local, org: str) -> ThreadRow:
    """A thread in the desk's inbox."""
    when = local.datetime(from_iso(item.updated_at))
    return ThreadRow(
        title=f"{item.household_name} – {item.subject}",
        href=urls.portal(org, f"desk/messages/{item.household}/{item.thread}"),
        meta=dotted(when, item.assigned_name or "", item.excerpt or ""),
        badge=local.say(say("New")) if item.unread else "",
        tone="danger",
    )


def status(thread: Thread, side: Side, local: Local) -> tuple[str, str]:
    """Whose turn it is, as that side reads it, and the tone of it."""
    words, tone = (_FOR_FAMILY if side is Side.FAMILY else FOR_DESK)[thread.state]
    return local.say(words), tone


def post_views(posts: Sequence[Post], path: str, request: Request) -> list[PostView]:
    """Messages of the thread whose page is at `path` of the portal."""
    return [_post_view(post, path, request) for post in posts]


def _post_view(post: Post, path: str, request: Request) -> PostView:
    local = request.local
    by_mail = local.say(say("by email")) if post.words.by_mail else ""
    return PostView(
        name=post.author.name,
        when=dotted(local.datetime(post.at), by_mail),
        tone="info" if post.author.side is Side.STAFF else "neutral",
        text=post.words.text,
        files=tuple(
            FileView(file.name, urls.portal(request.org, f"{path}/files/{post.number}-{file.id}"))
            for file in post.words.files
        ),
        note=local.say(say("This email was longer, or had files we do not keep.")) if post.words.shortened else "",
    )


def about_link(thread: Thread, request: Request) -> tuple[str, str] | None:
    """What the thread is about, in words, and its page for the family; None where it is about nothing."""
    if thread.about is None:
        return None
    return thread.about.label, abouts.href(request.org, thread.about)
