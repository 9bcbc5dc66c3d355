"""Pages of what the staff note about a household for themselves."""

from collections.abc import Mapping

from chalicelib.clients import notes
from chalicelib.clients.pages import note_view
from chalicelib.clients.routes import frame
from chalicelib.clients.ways import HOME, path_of
from chalicelib.households.service import require_summary
from chalicelib.identity.staff import CLIENTS, OFFICE
from chalicelib.shared.errors import Invalid
from chalicelib.shared.texts import Message
from chalicelib.web import render, urls
from chalicelib.web.forms import Form
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes

routes = Routes()

_LIST = HOME + "/notes"
_ONE = _LIST + "/{note}"


@routes.get(_LIST, Actor.STAFF, staff=CLIENTS, owns="household")
def show_notes(request: Request) -> Reply:
    """All notes, the latest first, with a form for another. Two round trips."""
    return _list_page(request)


@routes.post(_LIST, Actor.STAFF, staff=OFFICE, owns="household")
def add_note(request: Request) -> Reply:
    """Adds a note."""
    household = require_summary(request.org, request.params["household"]).household
    try:
        notes.add(request.org, household, _text(request), request.me.user_name, request.now)
    except Invalid as wrong:
        return _list_page(request, wrong.errors)
    return _to_list(request)


@routes.get(_ONE, Actor.STAFF, staff=OFFICE, owns="household")
def show_note(request: Request) -> Reply:
    """A note, to change or to delete it."""
    note = notes.find(*_named(request))
    return _note_page(request, {"text": note.text})


@routes.post(_ONE, Actor.STAFF, staff=OFFICE, owns="household")
def change_note(request: Request) -> Reply:
    """Stores what was written."""
    household, note = request.params["household"], notes.find(*_named(request)).id
    try:
        notes.change(request.org, household, note, _text(request), request.me.user_name, request.now)
    except Invalid as wrong:
        return _note_page(request, request.form, wrong.errors)
    return _to_list(request)


@routes.post(_ONE + "/delete", Actor.STAFF, staff=OFFICE, owns="household")
def delete_note(request: Request) -> Reply:
    """Deletes a note for good."""
    notes.delete(*_named(request))
    return _to_list(request)


def _named(request: Request) -> tuple[str, str, str]:
    """Organisation, household and note that the address names."""
    return request.org, request.params["household"], request.params["note"]


def _text(request: Request) -> str:
    form = Form(request.form)
    text = form.lines("text", required=True, maximum=notes.LONGEST)
    form.done()
    return text


def _to_list(request: Request) -> Reply:
    return redirect(urls.portal(request.org, path_of(request.params["household"], "/notes"), saved="1"))


def _list_page(request: Request, errors: Mapping[str, Message] | None = None) -> Reply:
    home = require_summary(request.org, request.params["household"])
    found = notes.get(request.org, home.household)
    return render.page(
        request,
        "clients/notes.html",
        status=400 if errors else 200,
        errors=errors,
        fields=request.form,
        **frame(request, "/notes"),
        home=home,
        notes=[note_view(note, home.household, request.local, request.org) for note in found],
        longest=notes.LONGEST,
        saved=request.query.get("saved", ""),
    )


def _note_page(request: Request, fields: Mapping[str, str], errors: Mapping[str, Message] | None = None) -> Reply:
    return render.page(
        request,
        "clients/note.html",
        status=400 if errors else 200,
        errors=errors,
        fields=fields,
        **frame(request, "/notes"),
        here=path_of(request.params["household"], f"/notes/{request.params['note']}"),
        longest=notes.LONGEST,
    )
