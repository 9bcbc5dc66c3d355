"""The family's pages of documents: what was shared, with versions, and what is asked for (DOC-1, DASH-2)."""

from collections.abc import Mapping

from chalicelib.documents import reading, store
from chalicelib.documents.domain import Document, Wanted
from chalicelib.documents.pages import Row, class_row, document_row, document_view, member_name, wanted_row, wanted_view
from chalicelib.documents.sections import sections
from chalicelib.files.domain import FAMILY_KINDS
from chalicelib.files.showing import accepted, kind_names
from chalicelib.organisations.domain import Module
from chalicelib.schedule.store import get_class_groups
from chalicelib.shared.errors import NotFound
from chalicelib.shared.texts import Message, say
from chalicelib.web import paging, render, urls
from chalicelib.web.http import Reply, Request
from chalicelib.web.paging import Links
from chalicelib.web.routes import Actor, Routes
from chalicelib.web.tabs import Tab

routes = Routes(Module.DOCUMENTS)

_PAGE = 25
_VIEWS = (
    ("documents", say("For your family")),
    ("documents/classes", say("For your classes")),
    ("documents/requests", say("To send")),
)


@routes.get("/{org}/documents", Actor.MEMBER)
def show_documents(request: Request) -> Reply:
    """What was shared with the household, latest first, 25 at a time. One round trip."""
    found = store.list_documents(request.org, request.me.household, paging.after(request))
    mine = (each for each in found.rows if reading.may_see(request.me, each.member))
    rows = [document_row(each, request.me.home, request.local, request.org) for each in mine]
    links = paging.links(request, "documents", found.next)
    return _list(request, "documents", rows, links, say("Nothing was shared with you yet."))


@routes.get("/{org}/documents/classes", Actor.MEMBER)
def show_class_documents(request: Request) -> Reply:
    """What was shared with the class groups that members go to, 25 at a time. Three round trips."""
    found = reading.class_documents(request.org, request.me.open_home, request.today)
    part, links = paging.part(request, "documents/classes", found.documents, _PAGE)
    groups = get_class_groups(request.org, {each.class_group for each in part})
    titles = {group.id: group.title for group in groups.values()}
    rows = [class_row(each, titles, each.id in found.unopened, request.local, request.org) for each in part]
    return _list(request, "documents/classes", rows, links, say("Nothing was shared with your classes yet."))


@routes.get("/{org}/documents/requests", Actor.MEMBER)
def show_requests(request: Request) -> Reply:
    """What is asked of the household, latest first, 25 at a time. One round trip."""
    found = store.list_wanted(request.org, request.me.household, paging.after(request))
    rows = [
        wanted_row(each, request.me.home, request.local, _request_url(request, each), request.today)
        for each in found.rows
        if reading.may_see(request.me, each.member)
    ]
    links = paging.links(request, "documents/requests", found.next)
    return _list(request, "documents/requests", rows, links, say("Nothing is asked for."))


def _request_url(request: Request, wanted: Wanted) -> str:
    return urls.portal(request.org, f"documents/requests/{wanted.id}")


def _list(request: Request, path: str, rows: list[Row], links: Links, nothing: Message) -> Reply:
    waiting = sum(reading.may_see(request.me, row.member) for row in request.me.home.wanted)
    views = [
        Tab(_labelled(request, label, waiting if each == "documents/requests" else 0),
            urls.portal(request.org, each), each == path)
        for each, label in _VIEWS
    ]  # fmt: skip
    return render.page(
        request,
        "documents/list.html",
        sections=sections(request, "documents"),
        views=views,
        rows_of=rows,
        nothing=request.local.say(nothing),
        waiting=waiting if path != "documents/requests" else 0,
        **links,
    )


def _labelled(request: Request, label: Message, count: int) -> str:
    words = request.local.say(label)
    return f"{words} ({count})" if count else words


@routes.get("/{org}/documents/{document}", Actor.MEMBER, owns="document")
def show_document(request: Request) -> Reply:
    """One document with its versions side by side."""
    document = document_of(request)
    whose = member_name(request.me.home, document.member)
    return _document_page(request, document, f"documents/{document.id}/open", whose, "documents")


@routes.get("/{org}/documents/classes/{class_document}", Actor.MEMBER, owns="class_document")
def show_class_document(request: Request) -> Reply:
    """One document of a class group."""
    document = class_document_of(request)
    found = get_class_groups(request.org, [document.class_group]).get(document.class_group)
    whose = request.local.text(found.title) if found else ""
    path = f"documents/classes/{reading.name_of(document)}/open"
    return _document_page(request, document, path, whose, "documents/classes")


def _document_page(request: Request, document: Document, path: str, whose: str, back: str) -> Reply:
    return render.page(
        request,
        "documents/show.html",
        document=document_view(document, path, whose, request.local, request.org),
        back_path=back,
    )


@routes.get("/{org}/documents/requests/{wanted}", Actor.MEMBER, owns="wanted")
def show_request(request: Request) -> Reply:
    """What is asked for, with the form to send it."""
    return request_page(request, wanted_of(request))


def request_page(request: Request, wanted: Wanted, errors: Mapping[str, Message] | None = None) -> Reply:
    """A request, with the mistakes of a file that was sent."""
    path = f"documents/requests/{wanted.id}"
    return render.page(
        request,
        "documents/request.html",
        status=400 if errors else 200,
        errors=errors,
        wanted=wanted_view(wanted, request.me.home, f"{path}/open", request.local, request.org),
        path=path,
        may_send=request.me.role.may_edit,
        kinds=kind_names(FAMILY_KINDS),
        accept=accepted(FAMILY_KINDS),
        saved=request.query.get("saved", ""),
    )


def document_of(request: Request) -> Document:
    """The household's document that the address names. Raises NotFound."""
    document = store.get_document(request.org, request.me.household, request.params["document"])
    if document is None or not reading.may_see(request.me, document.member):
        raise NotFound
    return document


def class_document_of(request: Request) -> Document:
    """The document that the address names, of a class group that a member goes to. Raises NotFound."""
    return reading.class_document(request.org, request.me.open_home, request.params["class_document"], request.today)


def wanted_of(request: Request) -> Wanted:
    """The household's request that the address names. Raises NotFound."""
    wanted = store.get_wanted(request.org, request.me.household, request.params["wanted"])
    if wanted is None or not reading.may_see(request.me, wanted.member):
        raise NotFound
    return wanted
