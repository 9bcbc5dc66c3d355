"""The desk's inbox: threads of all households, whose turn it is, and who among the staff takes care of one."""

from chalicelib.data import keys, read
from chalicelib.files.domain import STAFF_KINDS
from chalicelib.households.service import require_summary
from chalicelib.households.summary import Summary
from chalicelib.identity import store as identity
from chalicelib.identity.domain import User, UserStatus
from chalicelib.identity.models import StaffItem, UserItem
from chalicelib.identity.staff import DESK
from chalicelib.messages import service, store
from chalicelib.messages.domain import MAX_SUBJECT, MAX_TEXT, Side, Thread, ThreadState
from chalicelib.messages.pages import FOR_DESK, desk_row, post_views, status
from chalicelib.organisations.domain import Module
from chalicelib.shared.errors import Forbidden, NotFound
from chalicelib.shared.texts import Message, say
from chalicelib.web import paging, render, urls
from chalicelib.web.forms import whole
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes
from chalicelib.web.tabs import tabs

routes = Routes(Module.MESSAGES)

_LIST = "desk/messages"
_STATES = {state.value: state for state in ThreadState}
_ACCEPT = ",".join(sorted(kind.value for kind in STAFF_KINDS))


@routes.get("/{org}/desk/messages", Actor.STAFF, staff=DESK)
def show_inbox(request: Request) -> Reply:
    """Threads in one state, 25 at a time: those that wait for us longest on top."""
    state = _STATES.get(request.query.get("show", ""), ThreadState.OPEN)
    found = store.list_for_desk(request.org, state, request.query.get("after", ""))
    return render.page(
        request,
        "messaging/desk.html",
        state=state.value,
        tabs=tabs(request, _LIST, [(FOR_DESK[each][0], {"show": each.value}, each is state) for each in ThreadState]),
        threads=[desk_row(item, request.local, request.org) for item in found.rows],
        **paging.links(request, _LIST, found.next, show=state.value),
    )


@routes.get("/{org}/desk/messages/{household}/new", Actor.STAFF, staff=DESK, owns="household")
def show_new(request: Request) -> Reply:
    """The form to write to a household."""
    return new_page(request, home_of(request))


@routes.get("/{org}/desk/messages/{household}/{thread}", Actor.STAFF, staff=DESK, owns="thread")
def show_thread(request: Request) -> Reply:
    """One thread of a household; that the desk saw its latest messages is noted."""
    thread = thread_of(request)
    reply = thread_page(request, thread)
    if not request.query.get("before"):
        service.opened(request.organisation, thread, Side.STAFF, request.now)
    return reply


@routes.post("/{org}/desk/messages/{household}/{thread}/state", Actor.STAFF, staff=DESK, owns="thread")
def set_state(request: Request) -> Reply:
    """Closes a thread, or opens it again."""
    thread = thread_of(request)
    state = _STATES.get(request.form.get("state", ""))
    if state is None:
        raise Forbidden
    service.set_state(request.organisation, thread.household, thread.id, state, request.now)
    return redirect(urls.portal(request.org, path_of(thread), saved="state"))


@routes.get("/{org}/desk/messages/{household}/{thread}/assign", Actor.STAFF, staff=DESK, owns="thread")
def show_assign(request: Request) -> Reply:
    """Who among the staff may take care of a thread."""
    thread = thread_of(request)
    return render.page(request, "messaging/assign.html", thread=thread, path=path_of(thread), staff=_staff(request.org))


@routes.post("/{org}/desk/messages/{household}/{thread}/assign", Actor.STAFF, staff=DESK, owns="thread")
def assign(request: Request) -> Reply:
    """Gives a thread to somebody of the desk, or to nobody."""
    thread, wanted = thread_of(request), request.form.get("user", "")
    staff = next((user for user in _staff(request.org) if user.id == wanted), None)
    if wanted and staff is None:
        raise Forbidden
    service.assign(request.organisation, thread.household, thread.id, staff, request.now)
    return redirect(urls.portal(request.org, path_of(thread), saved="assigned"))


def _staff(org: str) -> list[User]:
    """Those who may answer at the desk, by name. Two round trips."""
    start = keys.staff(org, "")
    found = read.each(StaffItem, start.pk, start.sk)
    wanted = [keys.user(org, item.user) for item in found if item.role in DESK]
    users = [identity.user_from(item) for item in read.many(UserItem, wanted).values()]
    return sorted((user for user in users if user.status is UserStatus.ACTIVE), key=lambda user: user.name.casefold())


def new_page(request: Request, home: Summary, errors: dict[str, Message] | None = None) -> Reply:
    """The form to write to a household, with the mistakes of one that was sent."""
    return render.page(
        request,
        "messaging/desk_new.html",
        status=400 if errors else 200,
        errors=errors,
        fields=request.form,
        household=home,
        limits=(MAX_SUBJECT, MAX_TEXT),
        accept=_ACCEPT,
    )


def thread_page(request: Request, thread: Thread, errors: dict[str, Message] | None = None) -> Reply:
    """A thread with its last messages, and what the desk may do with it."""
    path = path_of(thread)
    before = whole(request.query.get("before", ""), 6) or 0
    posts = store.list_posts(request.org, thread, before)
    first = posts[0].number if posts else 0
    return render.page(
        request,
        "messaging/desk_thread.html",
        status=400 if errors else 200,
        errors=errors,
        fields=request.form,
        thread=thread,
        path=path,
        state=status(thread, Side.STAFF, request.local),
        facts=_facts(request, thread),
        posts=post_views(posts, path, request),
        earlier=urls.portal(request.org, path, before=str(first)) if first > 1 else None,
        latest=urls.portal(request.org, path) if before else None,
        is_closed=thread.state is ThreadState.CLOSED,
        limit=MAX_TEXT,
        accept=_ACCEPT,
        saved=request.query.get("saved", ""),
    )


def _facts(request: Request, thread: Thread) -> list[tuple[str, ...]]:
    words, change = request.local.say, urls.portal(request.org, f"{path_of(thread)}/assign")
    facts: list[tuple[str, ...]] = [
        (words(say("Taken care of by")), thread.assigned_name or words(say("nobody yet")), change)
    ]
    return [(words(say("About")), thread.about.label), *facts] if thread.about else facts


def path_of(thread: Thread) -> str:
    """The desk's page of a thread, below the portal."""
    return f"{_LIST}/{thread.household}/{thread.id}"


def thread_of(request: Request) -> Thread:
    """The thread that the address names. Raises NotFound."""
    return service.require(request.org, request.params["household"], request.params["thread"])


def home_of(request: Request) -> Summary:
    """The household that the address names. Raises NotFound."""
    found = require_summary(request.org, request.params["household"])
    if found.archived:
        raise NotFound
    return found
