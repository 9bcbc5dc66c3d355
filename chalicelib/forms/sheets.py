"""A form before whoever answers it, family or staff: the page, and what follows from what was posted."""

from collections.abc import Mapping
from typing import NamedTuple

from chalicelib.forms.answering import Author, Sheet, keep_draft, send_in
from chalicelib.forms.fields import file_names, with_files
from chalicelib.forms.pages import labels, section_views
from chalicelib.shared.errors import Invalid
from chalicelib.shared.ids import new_id
from chalicelib.shared.texts import Message
from chalicelib.web import render, urls
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.next_page import safe_next

_TAIL = 32
"""Characters of an id that a page makes up, so that a form sent twice is one."""


class Here(NamedTuple):
    """Where a form is answered."""

    about: str
    """Whom it is about, in words."""
    path: str
    """Of the page, within the portal; acts follow below it."""
    home: str
    """Where one goes afterwards, and back."""


def take(request: Request, sheet: Sheet, here: Here) -> Reply:
    """What follows from posted fields: a draft, a form sent in, or the page once more."""
    fields = with_files(sheet.content, request.form, sheet.files)
    if request.form.get("form_version") != str(sheet.form.version):
        return sheet_page(request, sheet, here, fields, status=409)
    if "keep" in request.form:
        keep_draft(request.organisation, sheet, fields, author(request))
        return redirect(urls.portal(request.org, here.path, kept="1", next=_next(request)))
    try:
        send_in(request.organisation, sheet, fields, author(request), tail=_tail(request))
    except Invalid as wrong:
        return sheet_page(request, sheet, here, fields, errors=wrong.errors, status=400)
    return redirect(urls.portal(request.org, _next(request)) if _next(request) else _sent(request, here))


def _sent(request: Request, here: Here) -> str:
    return urls.portal(request.org, here.home, sent="1")


def sheet_page(
    request: Request,
    sheet: Sheet,
    here: Here,
    fields: Mapping[str, str],
    *,
    errors: Mapping[str, Message] | None = None,
    status: int = 200,
) -> Reply:
    """The page to answer on."""
    local = request.local
    return render.page(
        request,
        "forms/fill.html",
        status=status,
        errors=errors,
        title=local.text(sheet.content.title),
        intro=local.text(sheet.content.intro),
        about=here.about,
        sections=section_views(sheet.content, sheet.files, local),
        labels=labels(sheet.content, local),
        fields=fields,
        action=here.path,
        home=here.home,
        takes_files=bool(file_names(sheet.content)),
        form_version=sheet.form.version,
        tail=_tail(request) or new_id(),
        next=_next(request),
        is_draft=sheet.draft is not None,
        kept=request.query.get("kept", ""),
        changed=status == 409,
        user_name=request.me.user_name,
    )


def author(request: Request) -> Author:
    """Who answers."""
    return Author(request.me.user, request.me.user_name, request.local.language, request.now)


def _tail(request: Request) -> str:
    told = request.form.get("tail", "")
    return told if len(told) == _TAIL and told.isascii() and told.isalnum() and told.islower() else ""


def _next(request: Request) -> str:
    """The page that the form was asked for on; it opens once the form is sent in."""
    return safe_next(request.form.get("next", "") or request.query.get("next", ""))
