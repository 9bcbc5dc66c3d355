"""Pages on which staff change a household's particulars by section, put it or its members away, and bring them back."""

from collections.abc import Mapping
from dataclasses import replace

from chalicelib.clients.forms import SECTIONS, read_section
from chalicelib.clients.routes import frame
from chalicelib.clients.ways import HOME, path_of
from chalicelib.growing import archiving
from chalicelib.households import service
from chalicelib.households.forms import household_fields
from chalicelib.households.pages import household_labels
from chalicelib.households.store import list_archived
from chalicelib.identity.staff import DESK
from chalicelib.shared.errors import Conflict, Invalid, NotFound
from chalicelib.shared.texts import Message, say
from chalicelib.web import render, urls
from chalicelib.web.forms import version_in
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.language import own_names
from chalicelib.web.routes import Actor, Routes

routes = Routes()

_EDIT = HOME + "/edit/{section}"
_ARCHIVE = HOME + "/archive"


@routes.get(_EDIT, Actor.STAFF, staff=DESK, owns="household")
def show_edit(request: Request) -> Reply:
    """The form of one section of the particulars."""
    household = service.require_household(request.org, request.params["household"])
    told = {**household_fields(household, request.local), "number": household.number}
    return _form(request, {**told, "version": str(household.version)})


@routes.post(_EDIT, Actor.STAFF, staff=DESK, owns="household")
def edit(request: Request) -> Reply:
    """Stores a section over the version that the form showed (D-04)."""
    household = service.require_household(request.org, request.params["household"])
    try:
        changed = read_section(_section(request), request.form, household, request.organisation)
    except Invalid as wrong:
        return _form(request, request.form, wrong.errors)
    summary = service.require_summary(request.org, household.id)
    service.change_household(request.org, replace(changed, version=version_in(request.form)), summary, request.now)
    return redirect(urls.portal(request.org, path_of(household.id), saved="1"))


def _section(request: Request) -> str:
    """The section that the address names. Raises NotFound."""
    if request.params["section"] not in SECTIONS:
        raise NotFound
    return request.params["section"]


def _form(request: Request, fields: Mapping[str, str], errors: Mapping[str, Message] | None = None) -> Reply:
    section = _section(request)
    labels = {**household_labels(request.local), "number": request.local.say(say("Account number"))}
    return render.page(
        request,
        f"clients/edit_{section}.html",
        status=400 if errors else 200,
        errors=errors,
        fields=fields,
        labels=labels,
        tongues=own_names(request.organisation.languages),
        **frame(request, ""),
        here=path_of(request.params["household"], f"/edit/{section}"),
    )


@routes.get(_ARCHIVE, Actor.STAFF, staff=DESK, owns="household")
def show_archive(request: Request) -> Reply:
    """Who can be put away with the history, who is, and what that means (X-6). Three round trips."""
    return _archive_page(request)


@routes.post(_ARCHIVE, Actor.STAFF, staff=DESK, owns="household")
def archive(request: Request) -> Reply:
    """Puts the household or a member away, or brings one back; nothing is deleted."""
    household, member = request.params["household"], request.form.get("member", "")[:64]
    acts = {
        "close": lambda: archiving.archive_household(request.organisation, household, request.now),
        "open": lambda: archiving.bring_household_back(request.organisation, household, request.now),
        "away": lambda: archiving.archive_member(request.organisation, household, member or "none", request.now),
        "back": lambda: archiving.bring_member_back(request.organisation, household, member or "none", request.now),
    }
    act = acts.get(request.form.get("act", ""))
    if act is None:
        return _archive_page(request, say("Choose one of the answers offered"))
    try:
        act()
    except Conflict as refused:
        return _archive_page(
            request, refused.message or say("This has changed in the meantime. Look at it again, please.")
        )
    return redirect(urls.portal(request.org, path_of(household), saved="1"))


def _archive_page(request: Request, problem: Message | None = None) -> Reply:
    home = service.require_summary(request.org, request.params["household"])
    return render.page(
        request,
        "clients/archive.html",
        status=409 if problem else 200,
        errors={"": problem} if problem else None,
        **frame(request, ""),
        home=home,
        members=[(row.id, row.name) for row in home.members],
        archived=[(person.id, person.name) for person in list_archived(request.org, home.household)],
    )
