"""Messages on their way in, with the files they carry, and those files on their way out again (MSG-1).

The function `files` alone may reach the vault, so whatever may carry a file is posted here, by family and desk alike.
"""

from chalicelib.files import keeping, lending
from chalicelib.files.domain import FAMILY_KINDS, STAFF_KINDS, StoredFile
from chalicelib.identity.staff import DESK
from chalicelib.messages import abouts, desk_routes, service, store
from chalicelib.messages import routes as pages
from chalicelib.messages.abouts import Wanted
from chalicelib.messages.domain import MAX_FILES, MAX_SUBJECT, MAX_TEXT, Author, Side, Thread, Words, tidy
from chalicelib.messages.service import Beginning
from chalicelib.organisations.domain import Module
from chalicelib.shared.errors import Invalid, NotFound
from chalicelib.web import urls
from chalicelib.web.forms import Form, whole
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes

routes = Routes(Module.MESSAGES, own=True)

_FIELDS = tuple(f"file{number}" for number in range(1, MAX_FILES + 1))


@routes.post("/{org}/messages/new", Actor.EDITOR, uploads=True)
def begin(request: Request) -> Reply:
    """Begins a thread."""
    about = abouts.find(request, Wanted.of(request.form))
    try:
        beginning = _beginning(request, request.me.household)._replace(about=about)
    except Invalid as wrong:
        return pages.new_page(request, about, wrong.errors)
    thread = service.begin(request.organisation, request.me.household, beginning, _author(request), request.now)
    return redirect(urls.portal(request.org, f"messages/{thread.id}"))


@routes.post("/{org}/messages/{thread}/answer", Actor.EDITOR, owns="thread", uploads=True)
def answer(request: Request) -> Reply:
    """Says something further."""
    thread = pages.thread_of(request)
    try:
        words = _words(request, thread.household)
    except Invalid as wrong:
        return pages.thread_page(request, thread, wrong.errors)
    service.answer(request.organisation, thread.household, thread.id, words, _author(request), request.now)
    return redirect(urls.portal(request.org, f"messages/{thread.id}"))


@routes.get("/{org}/messages/{thread}/files/{attachment}", Actor.MEMBER, owns="thread")
def fetch_file(request: Request) -> Reply:
    """A file that came with a message."""
    return _lend(request, pages.thread_of(request))


@routes.post("/{org}/desk/messages/{household}/new", Actor.STAFF, staff=DESK, owns="household", uploads=True)
def begin_at_desk(request: Request) -> Reply:
    """Writes to a household."""
    home = desk_routes.home_of(request)
    try:
        beginning = _beginning(request, home.household)
    except Invalid as wrong:
        return desk_routes.new_page(request, home, wrong.errors)
    thread = service.begin(request.organisation, home.household, beginning, _author(request), request.now)
    return redirect(urls.portal(request.org, desk_routes.path_of(thread)))


@routes.post("/{org}/desk/messages/{household}/{thread}/answer", Actor.STAFF, staff=DESK, owns="thread", uploads=True)
def answer_at_desk(request: Request) -> Reply:
    """Answers a household."""
    thread = desk_routes.thread_of(request)
    try:
        words = _words(request, thread.household)
    except Invalid as wrong:
        return desk_routes.thread_page(request, thread, wrong.errors)
    service.answer(request.organisation, thread.household, thread.id, words, _author(request), request.now)
    return redirect(urls.portal(request.org, desk_routes.path_of(thread), saved="sent"))


@routes.get("/{org}/desk/messages/{household}/{thread}/files/{attachment}", Actor.STAFF, staff=DESK, owns="thread")
def fetch_file_at_desk(request: Request) -> Reply:
    """A file that came with a message, for the desk."""
    return _lend(request, desk_routes.thread_of(request))


def _author(request: Request) -> Author:
    side = Side.STAFF if request.policy.actor is Actor.STAFF else Side.FAMILY
    return Author(side, request.me.user, request.me.user_name)


def _beginning(request: Request, household: str) -> Beginning:
    """What a new thread begins with. Raises Invalid for all mistakes at once; no file is kept before all is right."""
    form = Form(request.form)
    subject = form.text("subject", required=True, maximum=MAX_SUBJECT)
    return Beginning(tidy(subject), _read(request, form, household))


def _words(request: Request, household: str) -> Words:
    return _read(request, Form(request.form), household)


def _read(request: Request, form: Form, household: str) -> Words:
    text = form.lines("text", required=not request.files, maximum=MAX_TEXT)
    kinds = STAFF_KINDS if request.policy.actor is Actor.STAFF else FAMILY_KINDS
    sent = [field for field in _FIELDS if field in request.files]
    for field in sent:
        try:
            keeping.check(request.files[field], kinds=kinds, field=field)
        except Invalid as wrong:
            form.errors |= wrong.errors
    form.done()
    files = (keeping.keep(request.org, household, request.files[field], kinds=kinds, field=field) for field in sent)
    return Words(tidy(text), tuple(files))


def _lend(request: Request, thread: Thread) -> Reply:
    """The way to a file of a thread, named by the number of its message and its id. Raises NotFound."""
    number, _, file_id = request.params["attachment"].partition("-")
    place = whole(number, 6)
    post = store.get_post(request.org, thread, place) if place else None
    return lending.lend(request.org, thread.household, _file(post.words if post else Words(""), file_id))


def _file(words: Words, file_id: str) -> StoredFile:
    found = next((file for file in words.files if file.id == file_id), None)
    if found is None:
        raise NotFound
    return found
