"""Addresses that take the files of a batch; they stand with the function that may reach the vault."""

from chalicelib.identity.staff import MOVING
from chalicelib.moving import routes as pages
from chalicelib.moving import service
from chalicelib.moving.domain import Source
from chalicelib.shared.errors import Invalid
from chalicelib.web import urls
from chalicelib.web.forms import Form
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes

routes = Routes()

_BATCH = "/{org}/desk/moving/batches/{batch}"


@routes.post("/{org}/desk/moving", Actor.STAFF, staff=MOVING, uploads=True)
def begin_batch(request: Request) -> Reply:
    """Begins a batch with a file."""
    form = Form(request.form)
    source = form.choice("source", tuple(each.value for each in Source), required=True)
    try:
        form.done()
        upload, by = request.files.get("file"), request.me.user_name
        batch = service.begin(request.organisation, Source(source), upload, by, request.now)
    except Invalid as wrong:
        return pages.batches_page(request, wrong.errors)
    return redirect(urls.portal(request.org, f"{pages.START}/batches/{batch}"))


@routes.post(_BATCH + "/files", Actor.STAFF, staff=MOVING, owns="batch", uploads=True)
def add_file(request: Request) -> Reply:
    """Adds a file to a batch."""
    batch = pages.batch_of(request)
    try:
        service.add(batch, request.files.get("file"), request.now)
    except Invalid as wrong:
        return pages.batch_page(request, batch, wrong.errors)
    return redirect(urls.portal(request.org, f"{pages.START}/batches/{batch.id}"))


@routes.post(_BATCH + "/discard", Actor.STAFF, staff=MOVING, owns="batch")
def discard_batch(request: Request) -> Reply:
    """Forgets a batch that was not brought in, and its files."""
    service.discard(pages.batch_of(request), request.now)
    return redirect(urls.portal(request.org, pages.START))
