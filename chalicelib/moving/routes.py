"""The desk's pages of moving in and out: batches, their columns, what would happen, and the export of everything."""

from collections.abc import Mapping

from chalicelib.identity.staff import MOVING
from chalicelib.moving import exporting, service, store
from chalicelib.moving.domain import Batch, BroughtFile, DayOrder, Duplicates, Source, Stage, Told, Wishes
from chalicelib.moving.pages import (
    STAGES,
    TABS,
    batch_view,
    column_views,
    counts,
    fields_meant,
    file_view,
    may_check,
    may_write,
    meanings,
    row_view,
    source_name,
)
from chalicelib.organisations.audit import Author
from chalicelib.shared.errors import Invalid, NotFound, TooMany
from chalicelib.shared.texts import Message, say
from chalicelib.shared.times import after
from chalicelib.web import paging, render, urls
from chalicelib.web.forms import Form
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes
from chalicelib.web.tabs import tabs

routes = Routes()

START = "desk/moving"
_BATCH = "/{org}/desk/moving/batches/{batch}"
_MEGABYTE = 1_000_000


@routes.get("/{org}/desk/moving", Actor.STAFF, staff=MOVING)
def show_batches(request: Request) -> Reply:
    """What was brought in so far, newest first, 25 at a time; a new file; and the way to the export."""
    return batches_page(request)


def batches_page(request: Request, errors: Mapping[str, Message] | None = None) -> Reply:
    """The list of batches, with the mistakes of a file that was sent."""
    found = store.list_batches(request.org, paging.after(request))
    return render.page(
        request,
        "moving/list.html",
        status=400 if errors else 200,
        errors=errors,
        fields=request.form,
        sources=[(each.value, source_name(each, request.local)) for each in Source],
        batches=[batch_view(each, request.local, request.org) for each in found.rows],
        **paging.links(request, START, found.next),
    )


@routes.get(_BATCH, Actor.STAFF, staff=MOVING, owns="batch")
def show_batch(request: Request) -> Reply:
    """A batch: its files, how far it is, and what it does or did, 25 lines at a time."""
    return batch_page(request, batch_of(request))


def batch_page(request: Request, batch: Batch, errors: Mapping[str, Message] | None = None, status: int = 0) -> Reply:
    """A batch, with the mistakes of what was sent."""
    told = [(kind, words) for kind, words in TABS if batch.told.get(kind.value)]
    named = request.query.get("show", "")
    shown = next((kind for kind, _ in told if kind.value == named), told[0][0] if told else None)
    found = store.list_rows(request.org, batch.id, shown, paging.after(request, str.isdigit)) if shown else None
    path = f"{START}/batches/{batch.id}"
    words, tone = STAGES[batch.stage]
    return render.page(
        request,
        "moving/batch.html",
        status=status or (400 if errors else 200),
        errors=errors,
        batch=batch,
        view=batch_view(batch, request.local, request.org),
        stage=(request.local.say(words), tone),
        path=path,
        files=[file_view(batch, file, request.local) for file in batch.files],
        counts=counts(batch, request.local),
        duplicates=_duplicate_options(request),
        may_write=may_write(batch),
        may_check=may_check(batch),
        may_undo=batch.stage in (Stage.DONE, Stage.UNDONE, Stage.FAILED) and _can_undo(batch, request),
        until=request.local.date(after(batch.written_at or batch.made_at, store.UNDO_SECONDS)),
        views=tabs(request, path, [(words, {"show": kind.value}, kind is shown) for kind, words in told]),
        shown=shown.value if shown else "",
        more=batch.told.get(f"{shown.value}+", 0) if shown else 0,
        rows_of=[row_view(shown, row, request.local, request.org) for row in found.rows] if found and shown else [],
        **paging.links(request, path, found.next if found else "", show=shown.value if shown else ""),
    )


def _can_undo(batch: Batch, request: Request) -> bool:
    """What was there before a batch is kept for a while; what was taken back whole is done with."""
    is_left = batch.stage in (Stage.DONE, Stage.FAILED) or batch.told.get(Told.KEPT.value, 0) > 0
    return is_left and request.now < after(batch.written_at or batch.made_at, store.UNDO_SECONDS)


def _duplicate_options(request: Request) -> list[tuple[str, str]]:
    say_it = request.local.say
    return [
        (Duplicates.LEAVE_OUT.value, say_it(say("Leave their rows out"))),
        (Duplicates.BRING_IN.value, say_it(say("Bring them in without the address, to merge them afterwards"))),
    ]


@routes.get(_BATCH + "/files/{file}", Actor.STAFF, staff=MOVING, owns="batch")
def show_columns(request: Request) -> Reply:
    """The columns of a file, with their first cells and what they mean."""
    batch = batch_of(request)
    return _columns_page(request, batch, _file_of(request, batch))


@routes.post(_BATCH + "/files/{file}", Actor.STAFF, staff=MOVING, owns="batch")
def match_columns(request: Request) -> Reply:
    """Says what the columns mean."""
    batch = batch_of(request)
    file = _file_of(request, batch)
    form = Form(fields_meant(file, request.form, request.local))
    allowed = ("", *service.fields_for(file.holds))
    columns = {name: form.choice(f"column_{number}", allowed) for number, name in enumerate(file.header)}
    days = form.choice("days", tuple(each.value for each in DayOrder), required=True)
    try:
        form.done()
        service.match(batch, file, columns, DayOrder(days), request.now)
    except Invalid as wrong:
        return _columns_page(request, batch, file, wrong.errors)
    return redirect(urls.portal(request.org, f"{START}/batches/{batch.id}"))


def _columns_page(
    request: Request, batch: Batch, file: BroughtFile, errors: Mapping[str, Message] | None = None
) -> Reply:
    say_it = request.local.say
    return render.page(
        request,
        "moving/columns.html",
        status=400 if errors else 200,
        errors=errors,
        batch=batch,
        file=file,
        path=f"{START}/batches/{batch.id}",
        columns=column_views(file, request.form, request.local),
        options=list(meanings(file.holds, request.local).values()),
        days=[
            (DayOrder.DAY_FIRST.value, say_it(say("Day first: 31/12/2026"))),
            (DayOrder.MONTH_FIRST.value, say_it(say("Month first: 12/31/2026"))),
        ],
        chosen_days=request.form.get("days", file.days.value),
    )


@routes.post(_BATCH + "/check", Actor.STAFF, staff=MOVING, owns="batch")
def check_batch(request: Request) -> Reply:
    """Has the batch looked through."""
    batch, form = batch_of(request), Form(request.form)
    choice = form.choice("duplicates", tuple(each.value for each in Duplicates), required=True)
    if form.errors:
        return batch_page(request, batch, form.errors)
    wishes = Wishes(Duplicates(choice), request.form.get("mends") == "yes", request.form.get("invites") == "yes")
    service.ask_to_check(batch, wishes, request.now)
    return _back(request, batch)


@routes.post(_BATCH + "/write", Actor.STAFF, staff=MOVING, owns="batch", step_up=True)
def write_batch(request: Request) -> Reply:
    """Has the batch brought in."""
    batch = batch_of(request)
    service.ask_to_write(batch, author_of(request), request.now)
    return _back(request, batch)


@routes.post(_BATCH + "/undo", Actor.STAFF, staff=MOVING, owns="batch", step_up=True)
def undo_batch(request: Request) -> Reply:
    """Has the batch taken back."""
    batch = batch_of(request)
    service.ask_to_undo(batch, author_of(request), request.now)
    return _back(request, batch)


def _back(request: Request, batch: Batch) -> Reply:
    return redirect(urls.portal(request.org, f"{START}/batches/{batch.id}"))


@routes.get("/{org}/desk/moving/export", Actor.STAFF, staff=MOVING)
def show_export(request: Request) -> Reply:
    """What an export holds, and where the last one stands."""
    return _export_page(request)


@routes.post("/{org}/desk/moving/export", Actor.STAFF, staff=MOVING, step_up=True)
def ask_for_export(request: Request) -> Reply:
    """Orders an export, for an owner who proved just now who they are."""
    try:
        exporting.ask(request.org, request.organisation.zone, author_of(request), request.now)
    except TooMany as refused:
        return _export_page(request, {"": refused.message} if refused.message else None, 429)
    return redirect(urls.portal(request.org, f"{START}/export"))


def _export_page(request: Request, errors: Mapping[str, Message] | None = None, status: int = 200) -> Reply:
    last = exporting.latest(request.org)
    is_open = last is not None and last.is_open(request.now)
    is_working = last is not None and last.is_under_way(request.now)
    until = after(last.ready_at, exporting.OPEN_SECONDS) if last and last.ready_at else None
    return render.page(
        request,
        "moving/export.html",
        status=status,
        errors=errors,
        standing="open" if is_open else "working" if is_working else "failed" if last and last.is_failed else "none",
        done=last.done if last else 0,
        size=max(1, round(last.size / _MEGABYTE)) if last else 0,
        until=request.local.datetime(until) if until else "",
    )


def author_of(request: Request) -> Author:
    """Who decides, as the organisation's log names them."""
    return Author(request.me.user, request.me.user_name)


def batch_of(request: Request) -> Batch:
    """The batch that the address names. Raises NotFound."""
    return store.get_batch(request.org, request.params["batch"])


def _file_of(request: Request, batch: Batch) -> BroughtFile:
    file = batch.file(request.params["file"])
    if file is None or not batch.stage.is_open:
        raise NotFound
    return file
