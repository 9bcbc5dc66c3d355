"""The pages of settings at the desk, and the log of the organisation."""

from collections.abc import Mapping

from chalicelib.admin.organisation_document import document
from chalicelib.admin.organisation_file import is_colour
from chalicelib.identity.staff import GOVERNING
from chalicelib.organisations import audit
from chalicelib.organisations.audit import Author
from chalicelib.portals import changing
from chalicelib.portals.fields import name_of, value_at, with_value
from chalicelib.portals.pages import Drawing, Options, entry_view, section_cards
from chalicelib.portals.sections import Section, find
from chalicelib.portals.showing import COLOUR, Look, look, preview_sheet
from chalicelib.schedule.store import list_programmes
from chalicelib.shared.errors import Invalid, NotFound
from chalicelib.shared.texts import Message, in_language
from chalicelib.web import paging, render, urls
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes

routes = Routes()

_HOME = "desk/settings"
_SECTION = "/{org}/desk/settings/{section}"
_STRICT = "rules/"
_RULES = f"/{{org}}/desk/settings/{_STRICT}{{section}}"
_FEW = 3
"""Changes of an entry that the list of the log shows."""
_SAVED = "saved"
_PART = "look"
"""What the script asks for alone while a colour is chosen."""


@routes.get("/{org}/desk/settings", Actor.STAFF, staff=GOVERNING)
def show_settings(request: Request) -> Reply:
    """All that can be set, a page for each part. No round trip of its own."""
    return render.page(
        request,
        "portals/settings.html",
        sections=section_cards(request.local),
        saved=request.query.get("done") == _SAVED,
    )


@routes.get(_SECTION, Actor.STAFF, staff=GOVERNING)
@routes.get(_RULES, Actor.STAFF, staff=GOVERNING, step_up=True)
def show_section(request: Request) -> Reply:
    """One page of settings. No round trip of its own, but for the one that offers programmes."""
    section = _section(request)
    stored = document(request.organisation)
    if is_colour(tried := request.query.get("colour", "")):
        stored = with_value(stored, COLOUR, tried)
    return _section_page(request, section, stored, changing.seen(section, request.organisation), {})


@routes.post(_SECTION, Actor.STAFF, staff=GOVERNING)
@routes.post(_RULES, Actor.STAFF, staff=GOVERNING, step_up=True)
def change_section(request: Request) -> Reply:
    """Stores it, notes it in the log, and leads back to all settings."""
    section = _section(request)
    if request.form.get("act") == "preview":
        tried = request.form.get(name_of(COLOUR), "")
        return redirect(urls.portal(request.org, f"{_HOME}/{section.path}", colour=tried))
    try:
        changing.change(request.org, section, request.form, author(request), request.now)
    except Invalid as wrong:
        told = changing.posted_document(section, request.organisation, request.form)
        return _section_page(request, section, told, request.form.get("seen", ""), wrong.errors)
    return redirect(urls.portal(request.org, _HOME, done=_SAVED))


def author(request: Request) -> Author:
    """Who decides, as the log names it."""
    return Author(request.me.user, request.me.user_name)


def _section(request: Request) -> Section:
    """The page that the address names. However that is spelt, rules are found where a fresh sign-in is asked for."""
    section = find(request.portal_path.removeprefix(f"{_HOME}/"))
    if section is None or section.path.startswith(_STRICT) is not request.policy.step_up:
        raise NotFound
    return section


def _section_page(
    request: Request, section: Section, told: Mapping[str, object], seen: str, errors: Mapping[str, Message]
) -> Reply:
    drawing = Drawing(request.local, request.organisation.languages, errors, _offered(request, section))
    rows = drawing.rows(section.fields, changing.shown(section, told))
    shown = _look(section, told, request)
    return render.page(
        request,
        "portals/look.html" if shown and request.query.get("part") == _PART else "portals/section.html",
        status=400 if errors else 200,
        errors=errors,
        labels=drawing.labels,
        path=f"{_HOME}/{section.path}",
        title=request.local.say(section.title),
        lead=request.local.say(section.lead),
        rows=rows,
        seen=seen,
        look=shown,
    )


def _look(section: Section, told: Mapping[str, object], request: Request) -> Look | None:
    """What the colour looks like that the page shows, stored or not."""
    if not any(field.path == COLOUR for field in section.fields):
        return None
    colour = str(value_at(told, COLOUR) or "")
    return look(colour if is_colour(colour) else request.organisation.brand.colour, request)


@routes.get("/{org}/desk/settings/colours/{name}", Actor.STAFF, staff=GOVERNING)
def show_colours(request: Request) -> Reply:
    """The stylesheet that shows a colour, six digits, within the preview alone."""
    colour = f"#{request.params['name']}"
    if not is_colour(colour):
        raise NotFound
    return Reply(body=preview_sheet(colour), content_type="text/css; charset=utf-8")


def _offered(request: Request, section: Section) -> dict[str, Options]:
    """What a field offers that only this organisation has."""
    key = "enrolment.makeup_programmes"
    if not any(field.path == key for field in section.fields):
        return {}
    return {key: [(each.id, in_language(each.title, request.local.language)) for each in list_programmes(request.org)]}


@routes.get("/{org}/desk/settings/log", Actor.STAFF, staff=GOVERNING)
def show_log(request: Request) -> Reply:
    """What was decided about the organisation, the latest first, 25 at a time. One round trip."""
    after = request.query.get("after", "")
    found = audit.page(request.org, after=after)
    return render.page(
        request,
        "portals/log.html",
        entries=[(entry_view(each, request.local, _FEW), max(len(each.changes) - _FEW, 0)) for each in found.rows],
        **paging.links(request, f"{_HOME}/log", found.next),
    )


@routes.get("/{org}/desk/settings/log/{entry}", Actor.STAFF, staff=GOVERNING)
def show_entry(request: Request) -> Reply:
    """One act with all that it changed. One round trip."""
    entry = audit.get(request.org, request.params["entry"])
    if entry is None:
        raise NotFound
    return render.page(request, "portals/entry.html", entry=entry_view(entry, request.local))
