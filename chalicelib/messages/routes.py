"""The family's inbox with the organisation: its threads, one thread, and the form of a new one (MSG-1).

What is posted may carry files, so those routes are in `file_routes`.
"""

from chalicelib.files.domain import FAMILY_KINDS
from chalicelib.messages import abouts, service, store
from chalicelib.messages.abouts import Wanted
from chalicelib.messages.domain import MAX_SUBJECT, MAX_TEXT, About, Side, Thread
from chalicelib.messages.pages import about_link, post_views, status, thread_row
from chalicelib.organisations.domain import Module
from chalicelib.shared.errors import NotFound
from chalicelib.shared.texts import Message
from chalicelib.web import paging, render, urls
from chalicelib.web.forms import whole
from chalicelib.web.http import Reply, Request
from chalicelib.web.routes import Actor, Routes

routes = Routes(Module.MESSAGES)

ACCEPT = ",".join(sorted(kind.value for kind in FAMILY_KINDS))
"""Types of files that a browser offers to choose from; what a file is, its content says."""


@routes.get("/{org}/messages", Actor.MEMBER)
def show_threads(request: Request) -> Reply:
    """Conversations with the organisation, 25 at a time, with what is new."""
    found = store.list_threads(request.org, request.me.household, paging.after(request))
    latest = sorted(found.rows, key=lambda thread: thread.updated_at, reverse=True)
    return render.page(
        request,
        "messaging/list.html",
        threads=[thread_row(thread, request.local, request.org) for thread in latest],
        may_write=request.me.role.may_edit,
        **paging.links(request, "messages", found.next),
    )


@routes.get("/{org}/messages/new", Actor.EDITOR)
def show_new(request: Request) -> Reply:
    """The form of a new thread, by subject or about a thing that the address names (NEW-16)."""
    return new_page(request, abouts.find(request, Wanted.of(request.query)))


@routes.get("/{org}/messages/{thread}", Actor.MEMBER, owns="thread")
def show_thread(request: Request) -> Reply:
    """One thread; opening its latest messages is noted once. Two round trips."""
    thread = thread_of(request)
    reply = thread_page(request, thread)
    if not request.query.get("before"):
        service.opened(request.organisation, thread, Side.FAMILY, request.now)
    return reply


def new_page(request: Request, about: About | None, errors: dict[str, Message] | None = None) -> Reply:
    """The form of a new thread, with the mistakes of one that was sent."""
    return render.page(
        request,
        "messaging/new.html",
        status=400 if errors else 200,
        errors=errors,
        fields=request.form,
        about=about,
        named=abouts.query_of(about),
        leads_back=abouts.path_of(about) if about else "messages",
        lines=abouts.lines_of(request, about),
        limits=(MAX_SUBJECT, MAX_TEXT),
        accept=ACCEPT,
    )


def thread_page(request: Request, thread: Thread, errors: dict[str, Message] | None = None) -> Reply:
    """A thread with its last messages, or those before the one that the address names."""
    path = f"messages/{thread.id}"
    before = whole(request.query.get("before", ""), 6) or 0
    posts = store.list_posts(request.org, thread, before)
    first = posts[0].number if posts else 0
    return render.page(
        request,
        "messaging/thread.html",
        status=400 if errors else 200,
        errors=errors,
        fields=request.form,
        thread=thread,
        path=path,
        state=status(thread, Side.FAMILY, request.local),
        posts=post_views(posts, path, request),
        about=about_link(thread, request),
        earlier=urls.portal(request.org, path, before=str(first)) if first > 1 else None,
        latest=urls.portal(request.org, path) if before else None,
        may_write=request.me.role.may_edit,
        limit=MAX_TEXT,
        accept=ACCEPT,
    )


def thread_of(request: Request) -> Thread:
    """The household's thread that the address names. Raises NotFound."""
    thread = store.get_thread(request.org, request.me.household, request.params["thread"])
    if thread is None:
        raise NotFound
    return thread
