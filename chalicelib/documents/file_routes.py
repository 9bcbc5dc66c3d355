"""Addresses that take or hand out the files of documents: opening one, sending what was asked for, sharing (DOC-1)."""

from chalicelib.documents import asking, class_desk_routes, desk_routes, reading, service
from chalicelib.documents import routes as pages
from chalicelib.documents.domain import Document, Wanted
from chalicelib.documents.service import Words
from chalicelib.files import keeping, lending
from chalicelib.files.domain import STAFF_KINDS, StoredFile
from chalicelib.identity.staff import DESK
from chalicelib.organisations.domain import Module
from chalicelib.shared.errors import Invalid, NotFound
from chalicelib.web import urls
from chalicelib.web.forms import Form
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes
from chalicelib.web.uploads import Upload

routes = Routes(Module.DOCUMENTS)

_HOME = "/{org}/desk/documents/{household}"
_CLASS = "/{org}/desk/documents/classes"


@routes.get("/{org}/documents/{document}/open", Actor.MEMBER, owns="document")
def open_document(request: Request) -> Reply:
    """A household's document, or an earlier version of it; opening the newest is noted."""
    document = pages.document_of(request)
    file = _chosen(request, document)
    service.opened(request.org, request.me.household, document, file, request.me.user, request.now)
    return lending.lend(request.org, document.household, file)


@routes.get("/{org}/documents/classes/{class_document}/open", Actor.MEMBER, owns="class_document")
def open_class_document(request: Request) -> Reply:
    """A class group's document."""
    document = pages.class_document_of(request)
    file = _chosen(request, document)
    service.opened_of_class(request.org, request.me.household, document, file, request.me.user, request.now)
    return lending.lend(request.org, keeping.ORGANISATION, file)


@routes.get("/{org}/documents/requests/{wanted}/open", Actor.MEMBER, owns="wanted")
def open_sent(request: Request) -> Reply:
    """What the household sent itself."""
    return _lend_sent(request, pages.wanted_of(request))


@routes.post("/{org}/documents/requests/{wanted}", Actor.EDITOR, owns="wanted", uploads=True)
def send_paper(request: Request) -> Reply:
    """Sends what was asked for."""
    wanted, upload = pages.wanted_of(request), request.files.get("file")
    try:
        asking.answer(request.organisation, wanted.household, wanted.id, upload, request.me.user, request.now)
    except Invalid as wrong:
        return pages.request_page(request, wanted, wrong.errors)
    return redirect(urls.portal(request.org, f"documents/requests/{wanted.id}", saved="1"))


@routes.post(_HOME + "/share", Actor.STAFF, staff=DESK, owns="household", uploads=True)
def share(request: Request) -> Reply:
    """Shares a file with a household, or with all homes of one of its members."""
    home, form = desk_routes.home_of(request), Form(request.form)
    member = form.choice("member", tuple(each.id for each in home.members))
    try:
        words, upload = _words(request, form)
        homes = desk_routes.homes_of(request.org, home, member)
        service.share(request.organisation, homes, member, words, upload, request.me.user, request.now)
    except Invalid as wrong:
        return desk_routes.share_page(request, home, wrong.errors)
    return redirect(urls.portal(request.org, f"desk/documents/{home.household}", saved="shared"))


@routes.post(_HOME + "/{document}/replace", Actor.STAFF, staff=DESK, owns="document", uploads=True)
def replace(request: Request) -> Reply:
    """Brings a newer version of a household's document."""
    document, household = desk_routes.document_of(request), request.params["household"]
    try:
        upload, _ = keeping.check(request.files.get("file"), kinds=STAFF_KINDS)
        service.replace_file(request.organisation, household, document.id, upload, request.me.user, request.now)
    except Invalid as wrong:
        return desk_routes.document_page(request, document, wrong.errors)
    return redirect(urls.portal(request.org, f"desk/documents/{household}/{document.id}", saved="replaced"))


@routes.post(_HOME + "/{document}/withdraw", Actor.STAFF, staff=DESK, owns="document")
def withdraw(request: Request) -> Reply:
    """Takes a household's document back, with its files."""
    document = desk_routes.document_of(request)
    service.withdraw(request.organisation, document.household, document.id, request.now)
    return redirect(urls.portal(request.org, f"desk/documents/{document.household}", saved="withdrawn"))


@routes.get(_HOME + "/{document}/open", Actor.STAFF, staff=DESK, owns="document")
def open_at_desk(request: Request) -> Reply:
    """A household's document, for the desk."""
    document = desk_routes.document_of(request)
    return lending.lend(request.org, document.household, _chosen(request, document))


@routes.get(_HOME + "/requests/{wanted}/open", Actor.STAFF, staff=DESK, owns="wanted")
def open_sent_at_desk(request: Request) -> Reply:
    """What a household sent, for the desk."""
    return _lend_sent(request, desk_routes.wanted_of(request))


@routes.post(_CLASS + "/{class_group}/share", Actor.STAFF, staff=DESK, uploads=True)
def share_with_class(request: Request) -> Reply:
    """Shares a file with all families of a class group."""
    group, form = class_desk_routes.class_of(request, request.params["class_group"]), Form(request.form)
    try:
        words, upload = _words(request, form)
        service.share_with_class(request.organisation, group.id, words, upload, request.me.user, request.now)
    except Invalid as wrong:
        return class_desk_routes.class_page(request, group, wrong.errors)
    return redirect(urls.portal(request.org, f"desk/documents/classes/{group.id}", saved="shared"))


@routes.post(
    _CLASS + "/documents/{class_document}/replace", Actor.STAFF, staff=DESK, owns="class_document", uploads=True
)
def replace_for_class(request: Request) -> Reply:
    """Brings a newer version of a class group's document."""
    document = class_desk_routes.class_document_of(request)
    try:
        upload, _ = keeping.check(request.files.get("file"), kinds=STAFF_KINDS)
        service.replace_for_class(
            request.organisation, document.class_group, document.id, upload, request.me.user, request.now
        )
    except Invalid as wrong:
        return class_desk_routes.class_document_page(request, document, wrong.errors)
    name = reading.name_of(document)
    return redirect(urls.portal(request.org, f"desk/documents/classes/documents/{name}", saved="replaced"))


@routes.post(_CLASS + "/documents/{class_document}/withdraw", Actor.STAFF, staff=DESK, owns="class_document")
def withdraw_from_class(request: Request) -> Reply:
    """Takes a class group's document back, with its files."""
    document = class_desk_routes.class_document_of(request)
    service.withdraw_from_class(request.org, document.class_group, document.id)
    return redirect(urls.portal(request.org, f"desk/documents/classes/{document.class_group}", saved="withdrawn"))


@routes.get(_CLASS + "/documents/{class_document}/open", Actor.STAFF, staff=DESK, owns="class_document")
def open_class_document_at_desk(request: Request) -> Reply:
    """A class group's document, for the desk."""
    document = class_desk_routes.class_document_of(request)
    return lending.lend(request.org, keeping.ORGANISATION, _chosen(request, document))


def _words(request: Request, form: Form) -> tuple[Words, Upload]:
    """What is to be shared. Raises Invalid for all mistakes at once."""
    words = desk_routes.words_in(form)
    try:
        upload, _ = keeping.check(request.files.get("file"), kinds=STAFF_KINDS)
    except Invalid as wrong:
        form.errors |= wrong.errors
    form.done()
    return words, upload


def _chosen(request: Request, document: Document) -> StoredFile:
    """The version that the address names, or else the newest. Raises NotFound."""
    named = request.query.get("file", "")
    return _there(document.file(named) if named else document.current.file)


def _lend_sent(request: Request, wanted: Wanted) -> Reply:
    """The file that the address names, or else the one that was sent last. Raises NotFound."""
    named = request.query.get("file", "")
    newest = wanted.sent[0].file if wanted.sent else None
    return lending.lend(request.org, wanted.household, _there(wanted.file(named) if named else newest))


def _there(file: StoredFile | None) -> StoredFile:
    if file is None:
        raise NotFound
    return file
