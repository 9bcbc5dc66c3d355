"""Pages of members and of the household's particulars. Profiles are written where forms are: `forms.profile_routes`."""

from collections.abc import Mapping
from dataclasses import replace

from chalicelib.households import service
from chalicelib.households.domain import ARCHIVED, Household, Private
from chalicelib.households.forms import household_fields, read_household
from chalicelib.households.pages import (
    age_words,
    household_facts,
    household_labels,
    member_view,
    person_facts,
)
from chalicelib.organisations.domain import Module
from chalicelib.shared.errors import Invalid
from chalicelib.shared.texts import Message, say
from chalicelib.web import render, urls
from chalicelib.web.forms import version_in
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.language import own_names
from chalicelib.web.routes import Actor, Routes

routes = Routes()


@routes.get("/{org}/members", Actor.MEMBER)
def show_members(request: Request) -> Reply:
    """The household and everybody in it (ACC-1)."""
    household = service.require_household(request.org, request.me.household)
    return render.page(
        request,
        "households/members.html",
        members=[member_view(row, request.local, request.org, request.today) for row in request.me.home.members],
        facts=household_facts(household, request.local),
        has_archived=ARCHIVED in request.me.home.holds,
        may_edit=request.me.role.may_edit,
        saved=request.query.get("saved", ""),
    )


@routes.get("/{org}/members/{member}", Actor.MEMBER, owns="member")
def show_member(request: Request) -> Reply:
    """A member's profile, classes and where to go from there."""
    person = service.require_member(request.org, request.me.home, request.params["member"])
    open_profile = request.me.may_see(person.id, Private.PROFILE)
    return render.page(
        request,
        "households/member.html",
        person=person,
        age=age_words(person.birth_date, request.local, request.today),
        facts=person_facts(person, request.organisation, request.local) if open_profile else [],
        shows_classes=request.organisation.uses(Module.CLASSES) and request.me.may_see(person.id, Private.SCHEDULE),
        shows_skills=request.organisation.uses(Module.SKILLS),
        shows_invoices=request.organisation.uses(Module.INVOICES),
        shows_purchases=request.organisation.uses(Module.INVOICES) and "purchase" in request.me.home.holds,
        shares_costs=len(person.households) == 2,
        may_edit=request.me.role.may_edit and open_profile,
        saved=request.query.get("saved", ""),
    )


@routes.get("/{org}/household/edit", Actor.EDITOR)
def show_edit_household(request: Request) -> Reply:
    """The form of the household's particulars, the address for messages among them."""
    household = service.require_household(request.org, request.me.household)
    return _household_form(request, {**household_fields(household, request.local), "version": str(household.version)})


def _kept(household: Household, changed: Household) -> dict[str, Message]:
    """What is refused to who acts for the family, by field."""
    wanted = {"phone": changed.phone != household.phone, "email": changed.email != household.email}
    return {field: say("Only the family itself changes this") for field, is_new in wanted.items() if is_new}


@routes.post("/{org}/household/edit", Actor.EDITOR)
def edit_household(request: Request) -> Reply:
    """Stores the household's particulars; login addresses are not among them (AUTH-13).

    What lets people in is changed by the family alone, freshly signed in (A-28, T-11).
    """
    household = service.require_household(request.org, request.me.household)
    try:
        changed = read_household(request.form, household, request.organisation)
    except Invalid as wrong:
        return _household_form(request, request.form, errors=wrong.errors)
    if changed.keys != household.keys:
        if request.me.viewing:
            return _household_form(request, request.form, errors=_kept(household, changed))
        if not request.me.is_fresh(request.now):
            return redirect(urls.portal(request.org, "confirm", next="household/edit"))
    told = replace(changed, version=version_in(request.form))
    service.change_household(request.org, told, request.me.home, request.now)
    return redirect(urls.portal(request.org, "members", saved="1"))


def _household_form(
    request: Request, fields: Mapping[str, str], *, errors: Mapping[str, Message] | None = None
) -> Reply:
    return render.page(
        request,
        "households/household_form.html",
        status=400 if errors else 200,
        errors=errors,
        fields=fields,
        labels=household_labels(request.local),
        tongues=own_names(request.organisation.languages),
    )
