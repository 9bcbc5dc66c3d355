"""Pages of members and of the household's particulars."""

from collections.abc import Mapping
from dataclasses import replace

from chalicelib.households import service
from chalicelib.households.domain import Person
from chalicelib.households.forms import household_fields, person_fields, read_household, read_person
from chalicelib.households.pages import (
    age_words,
    household_facts,
    household_labels,
    member_labels,
    member_view,
    person_facts,
    question_views,
)
from chalicelib.organisations.domain import Module
from chalicelib.shared.errors import Invalid
from chalicelib.shared.texts import Message
from chalicelib.web import render, urls
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
        may_edit=request.me.role.may_edit,
        saved=request.query.get("saved", ""),
    )


@routes.get("/{org}/members/{member}", Actor.MEMBER, owns="member")
def show_member(request: Request) -> Reply:
    """A member's profile, classes and where to go from there."""
    person = service.require_member(request.org, request.me.home, request.params["member"])
    return render.page(
        request,
        "households/member.html",
        person=person,
        age=age_words(person.birth_date, request.local, request.today),
        facts=person_facts(person, request.organisation, request.local),
        shows_classes=request.organisation.uses(Module.CLASSES),
        shows_skills=request.organisation.uses(Module.SKILLS),
        shows_invoices=request.organisation.uses(Module.INVOICES),
        may_edit=request.me.role.may_edit,
        saved=request.query.get("saved", ""),
    )


@routes.get("/{org}/members/add", Actor.EDITOR)
def show_new_member(request: Request) -> Reply:
    """The form for a further member (ACC-8)."""
    return _member_form(request, {}, None)


@routes.post("/{org}/members/add", Actor.EDITOR)
def add_member(request: Request) -> Reply:
    """Adds a member."""
    blank = Person("", "", "")
    try:
        person = read_person(request.form, blank, request.organisation, request.today)
        person_id = service.add_member(request.org, request.me.home, person)
    except Invalid as wrong:
        return _member_form(request, request.form, None, errors=wrong.errors)
    return redirect(urls.portal(request.org, f"members/{person_id}", saved="1"))


@routes.get("/{org}/members/{member}/edit", Actor.EDITOR, owns="member")
def show_edit_member(request: Request) -> Reply:
    """The form of a member's profile (ACC-10)."""
    person = service.require_member(request.org, request.me.home, request.params["member"])
    return _member_form(request, {**person_fields(person, request.local), "version": str(person.version)}, person)


@routes.post("/{org}/members/{member}/edit", Actor.EDITOR, owns="member")
def edit_member(request: Request) -> Reply:
    """Stores a member's profile, unless somebody else stored one since the form was shown (D-04)."""
    person = service.require_member(request.org, request.me.home, request.params["member"])
    try:
        changed = read_person(request.form, person, request.organisation, request.today)
    except Invalid as wrong:
        return _member_form(request, request.form, person, errors=wrong.errors)
    service.change_member(request.org, replace(changed, version=_version(request)))
    return redirect(urls.portal(request.org, f"members/{person.id}", saved="1"))


def _member_form(
    request: Request, fields: Mapping[str, str], person: Person | None, *, errors: Mapping[str, Message] | None = None
) -> Reply:
    organisation = request.organisation
    return render.page(
        request,
        "households/member_form.html",
        status=400 if errors else 200,
        errors=errors,
        fields=fields,
        person=person,
        labels=member_labels(organisation, request.local),
        needed=organisation.required_fields,
        questions=question_views(organisation.questions, request.local),
    )


@routes.get("/{org}/household/edit", Actor.EDITOR)
def show_edit_household(request: Request) -> Reply:
    """The form of the household's particulars, the address for messages among them."""
    household = service.require_household(request.org, request.me.household)
    return _household_form(request, {**household_fields(household, request.local), "version": str(household.version)})


@routes.post("/{org}/household/edit", Actor.EDITOR)
def edit_household(request: Request) -> Reply:
    """Stores the household's particulars; login addresses are not among them (AUTH-13)."""
    household = service.require_household(request.org, request.me.household)
    try:
        changed = read_household(request.form, household, request.organisation)
    except Invalid as wrong:
        return _household_form(request, request.form, errors=wrong.errors)
    service.change_household(request.org, replace(changed, version=_version(request)), request.me.home)
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


def _version(request: Request) -> int:
    """The version a form was made from; anything else is no version that is stored, and so a conflict."""
    told = request.form.get("version", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 10 else -1
