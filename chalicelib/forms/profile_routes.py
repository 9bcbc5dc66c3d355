"""Pages on which members' profiles are written, by families and by staff (ACC-8, ACC-10, ACC-13).

They stand here and not with households, for a profile is saved only with the answers that the organisation's forms
make mandatory: the same for whoever saves it.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from chalicelib.forms import gate, profiling
from chalicelib.forms.pages import QuestionView, labels, section_views
from chalicelib.forms.profiling import Profiled
from chalicelib.forms.sheets import author
from chalicelib.households import service, store
from chalicelib.households.domain import Person, Private
from chalicelib.households.forms import person_fields, read_person
from chalicelib.households.pages import member_labels, question_views
from chalicelib.households.summary import MemberRow, Summary
from chalicelib.identity.staff import DESK
from chalicelib.shared.errors import Invalid, NotFound
from chalicelib.shared.texts import Message, say
from chalicelib.web import render, urls
from chalicelib.web.forms import version_in
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes

routes = Routes()

_NEW = MemberRow("", "", "")
_BLANK = Person("", "", "")


class _Part(NamedTuple):
    """A section of a form, on the page of the profile."""

    title: str
    questions: tuple[QuestionView, ...]


class _Place(NamedTuple):
    """Whose profile is written where."""

    home: Summary
    person: Person
    path: str
    """Of the page itself."""
    back: str
    """Where one goes afterwards; empty: to the new member."""

    @property
    def row(self) -> MemberRow:
        """The member as the household lists him or her; somebody new is nobody yet."""
        return self.home.member(self.person.id) or _NEW


@routes.get("/{org}/members/add", Actor.EDITOR)
def show_new_member(request: Request) -> Reply:
    """The form for a further member (ACC-8)."""
    return _page(request, _new(request), {})


@routes.post("/{org}/members/add", Actor.EDITOR)
def add_member(request: Request) -> Reply:
    """Adds a member."""
    return _save(request, _new(request))


def _new(request: Request) -> _Place:
    return _Place(request.me.home, _BLANK, "members/add", "")


@routes.get("/{org}/members/{member}/edit", Actor.EDITOR, owns="member", private=Private.PROFILE)
def show_edit_member(request: Request) -> Reply:
    """The form of a member's profile (ACC-10)."""
    return _edit_page(request, _own(request))


@routes.post("/{org}/members/{member}/edit", Actor.EDITOR, owns="member", private=Private.PROFILE)
def edit_member(request: Request) -> Reply:
    """Stores a member's profile, unless somebody else stored one since the form was shown (D-04)."""
    return _save(request, _own(request))


def _own(request: Request) -> _Place:
    person = service.require_member(request.org, request.me.home, request.params["member"])
    return _Place(request.me.home, person, f"members/{person.id}/edit", f"members/{person.id}")


@routes.get("/{org}/desk/clients/{household}/members/add", Actor.STAFF, staff=DESK, owns="household")
def show_new_of_family(request: Request) -> Reply:
    """The form for a further member, for staff (ACC-8)."""
    return _page(request, _new_of_family(request), {})


@routes.post("/{org}/desk/clients/{household}/members/add", Actor.STAFF, staff=DESK, owns="household")
def add_to_family(request: Request) -> Reply:
    """Adds a member to a family."""
    return _save(request, _new_of_family(request))


def _new_of_family(request: Request) -> _Place:
    home = service.require_summary(request.org, request.params["household"])
    back = f"desk/clients/{home.household}"
    return _Place(home, _BLANK, f"{back}/members/add", back)


@routes.get("/{org}/desk/members/{member}/profile", Actor.STAFF, staff=DESK, owns="member")
def show_profile(request: Request) -> Reply:
    """The same form for staff."""
    return _edit_page(request, _of_family(request))


@routes.post("/{org}/desk/members/{member}/profile", Actor.STAFF, staff=DESK, owns="member")
def change_profile(request: Request) -> Reply:
    """Stores what staff changed: no sooner than the family could (ACC-13)."""
    return _save(request, _of_family(request))


def _of_family(request: Request) -> _Place:
    """A person, as a member of the first of his or her homes. Raises NotFound."""
    person = store.get_person(request.org, request.params["member"])
    homes = store.get_summaries(request.org, person.households[:1]) if person else {}
    if person is None or not homes:
        raise NotFound
    path = f"desk/members/{person.id}"
    return _Place(homes[person.households[0]], person, f"{path}/profile", path)


def _edit_page(request: Request, place: _Place) -> Reply:
    person = place.person
    return _page(request, place, {**person_fields(person, request.local), "version": str(person.version)})


def _save(request: Request, place: _Place) -> Reply:
    """Stores a profile with the answers that belong to it, or shows every mistake at once."""
    organisation, fields = request.organisation, request.form
    person, errors = place.person, dict[str, Message]()
    try:
        person = read_person(fields, place.person, organisation, request.today)
    except Invalid as wrong:
        errors = dict(wrong.errors)
    row = place.row._replace(birth_date=person.birth_date)
    wanted = profiling.missing(organisation, place.home, row, request.today, request.now)
    errors |= profiling.mistakes(wanted, fields, organisation.country)
    if wanted.elsewhere:
        errors[""] = say("First answer “%(title)s”.", title=wanted.elsewhere[0].title)
    if errors:
        return _page(request, place, fields, wanted, errors)
    try:
        member = _store(request, place, person)
    except Invalid as wrong:
        return _page(request, place, fields, wanted, wrong.errors)
    profiling.answer(organisation, wanted, member, fields, author(request))
    return redirect(urls.portal(request.org, place.back or f"members/{member}", saved="1"))


def _store(request: Request, place: _Place, person: Person) -> str:
    if not place.person.id:
        return service.add_member(request.org, place.home, person, request.now)
    service.change_member(request.org, replace(person, version=version_in(request.form)), request.now)
    return person.id


def _page(
    request: Request,
    place: _Place,
    fields: Mapping[str, str],
    wanted: Profiled | None = None,
    errors: Mapping[str, Message] | None = None,
) -> Reply:
    organisation, local = request.organisation, request.local
    if wanted is None:
        wanted = profiling.missing(organisation, place.home, place.row, request.today, request.now)
    named = member_labels(organisation, local)
    for sheet in wanted.sheets:
        named |= labels(sheet.content, local)
    return render.page(
        request,
        "households/member_form.html",
        status=400 if errors else 200,
        errors=errors,
        fields=fields,
        person=place.person if place.person.id else None,
        path=place.path,
        home=place.back or "members",
        labels=named,
        needed=organisation.required_fields,
        questions=question_views(organisation.questions, local),
        parts=_parts(request, wanted),
        asked=_elsewhere(request, place, wanted),
    )


def _parts(request: Request, wanted: Profiled) -> list[_Part]:
    """The sections of all forms that are answered here; the first of each has the form's title before its own."""
    local, found = request.local, list[_Part]()
    for sheet in wanted.sheets:
        title = local.text(sheet.content.title)
        for index, section in enumerate(section_views(sheet.content, {}, local)):
            heading = section.title if index or section.title == title else f"{title} – {section.title}"
            found.append(_Part(heading, section.questions))
    return found


def _elsewhere(request: Request, place: _Place, wanted: Profiled) -> list[tuple[str, str]]:
    """Titles and addresses of the forms to be answered before, on pages of their own."""
    is_staff = request.policy.actor is Actor.STAFF
    return [
        (
            request.local.text(form.title),
            urls.portal(request.org, f"desk/forms/{form.id}/fill/{place.home.household}/{place.person.id}")
            if is_staff
            else urls.portal(request.org, gate.path_of(form.id, place.person.id), next=place.path),
        )
        for form in wanted.elsewhere
    ]
