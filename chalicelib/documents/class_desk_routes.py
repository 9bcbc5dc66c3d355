"""The desk's pages of what is shared with all families of a class group (DOC-1)."""

from collections.abc import Mapping

from chalicelib.documents import reading, service, store
from chalicelib.documents.desk_routes import about_files
from chalicelib.documents.domain import Document
from chalicelib.documents.pages import class_desk_row, document_view
from chalicelib.identity.staff import DESK
from chalicelib.organisations.domain import Module
from chalicelib.schedule.domain import ClassGroup
from chalicelib.schedule.store import get_class_groups
from chalicelib.shared.errors import NotFound
from chalicelib.shared.texts import Message, say
from chalicelib.web import render
from chalicelib.web.http import Reply, Request
from chalicelib.web.routes import Actor, Routes

routes = Routes(Module.DOCUMENTS)

_START = "desk/documents"
_CLASS = "/{org}/desk/documents/classes"


@routes.get(_CLASS + "/{class_group}", Actor.STAFF, staff=DESK)
def show_class(request: Request) -> Reply:
    """What is shared with a class group, and the form to share more."""
    return class_page(request, class_of(request, request.params["class_group"]))


def class_page(request: Request, group: ClassGroup, errors: Mapping[str, Message] | None = None) -> Reply:
    """A class group's documents, with the mistakes of a form that was sent."""
    documents = reading.in_order([service.shelf_of(request.org, group.id)])
    return render.page(
        request,
        "documents/desk_class.html",
        status=400 if errors else 200,
        errors=errors,
        fields=request.form,
        title=request.local.text(group.title),
        class_path=f"desk/classes/{group.id}",
        path=f"{_START}/classes/{group.id}",
        rows_of=[class_desk_row(each, request.local, request.org) for each in documents],
        saved=request.query.get("saved", ""),
        **about_files(),
    )


@routes.get(_CLASS + "/documents/{class_document}", Actor.STAFF, staff=DESK, owns="class_document")
def show_class_document(request: Request) -> Reply:
    """A class group's document with its versions, and how many families opened it."""
    return class_document_page(request, class_document_of(request))


def class_document_page(request: Request, document: Document, errors: Mapping[str, Message] | None = None) -> Reply:
    """A class group's document, with the mistakes of a version that was sent."""
    group = class_of(request, document.class_group)
    title = request.local.text(group.title)
    path = f"{_START}/classes/documents/{reading.name_of(document)}"
    seen = store.count_seen(request.org, document)
    return render.page(
        request,
        "documents/desk_document.html",
        status=400 if errors else 200,
        errors=errors,
        document=document_view(document, f"{path}/open", title, request.local, request.org),
        opened=request.local.say(say("Opened by %(n)s family", plural="Opened by %(n)s families", n=seen)),
        path=path,
        back_path=f"{_START}/classes/{group.id}",
        back_name=title,
        saved=request.query.get("saved", ""),
        **about_files(),
    )


def class_of(request: Request, class_group: str) -> ClassGroup:
    """A class group. Raises NotFound."""
    group = get_class_groups(request.org, [class_group]).get(class_group)
    if group is None:
        raise NotFound
    return group


def class_document_of(request: Request) -> Document:
    """The class group's document that the address names. Raises NotFound."""
    class_group, document_id = reading.named(request.params["class_document"])
    return service.on_shelf(service.shelf_of(request.org, class_group), document_id)
