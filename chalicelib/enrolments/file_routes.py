"""The staff's page of what is on file of a member: certificates and skills (SCH-11, SKILL-1)."""

from collections.abc import Mapping

from chalicelib.enrolments import certificate_store, certifying
from chalicelib.enrolments.history_pages import CERTIFICATE_WORDS, certificate_views
from chalicelib.files.domain import FAMILY_KINDS
from chalicelib.files.showing import accepted, kind_names
from chalicelib.households.domain import Person
from chalicelib.households.store import get_person
from chalicelib.identity.staff import DESK, TEACHING
from chalicelib.organisations.domain import Module
from chalicelib.shared.errors import Invalid, NotFound
from chalicelib.shared.texts import Message, say
from chalicelib.skills import service
from chalicelib.skills import store as skill_store
from chalicelib.skills.domain import shown
from chalicelib.skills.pages import level_options, skill_views
from chalicelib.web import render, urls
from chalicelib.web.forms import Form, whole
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes

routes = Routes(Module.CLASSES)

FILE = "/{org}/desk/members/{member}"
"""Beginning of the addresses of what is on file of a member."""
_LEVEL = "="
"""Between a skill and the number of its level, in the value of an option."""

_LABELS: Mapping[str, Message] = {
    "kind": say("Kind of certificate"),
    "covers_from": say("First day"),
    "covers_to": say("Last day"),
    "received_on": say("Received on", context="certificate"),
    "note": say("Remark that the family sees"),
    "paper": say("The paper itself"),
    "level": say("Skill and level"),
    "on": say("Seen on", context="skill"),
    "remark": say("Remark that the family sees"),
}


@routes.get(FILE, Actor.STAFF, staff=TEACHING, owns="member")
def show_file(request: Request) -> Reply:
    """A member's certificates and skills, with the forms to add to them. Four round trips."""
    return file_page(request, member_of(request), {})


@routes.post(FILE + "/skills", Actor.STAFF, staff=TEACHING, owns="member")
def assign_skill(request: Request) -> Reply:
    """Says that the member has a skill, or reached another level of it."""
    member, form = member_of(request), Form(request.form)
    skill, _, level = form.text("level", required=True).partition(_LEVEL)
    on = form.day("on") or request.today
    note = form.text("remark", maximum=certifying.MAX_NOTE)
    try:
        form.done()
        number = whole(level, 2)
        service.assign(request.org, member.id, skill, -1 if number is None else number, on, note, request.me.user)
    except Invalid as wrong:
        return file_page(request, member, request.form, wrong.errors)
    return done(request, member)


@routes.post(FILE + "/skills/remove", Actor.STAFF, staff=TEACHING, owns="member")
def remove_skill(request: Request) -> Reply:
    """Takes a skill from the member."""
    member = member_of(request)
    service.remove(request.org, member.id, request.form.get("skill", ""))
    return done(request, member)


def member_of(request: Request) -> Person:
    """The member that the address names. Raises NotFound."""
    person = get_person(request.org, request.params["member"])
    if person is None:
        raise NotFound
    return person


def done(request: Request, member: Person) -> Reply:
    """Back to the page, which says that it is saved."""
    return redirect(urls.portal(request.org, f"desk/members/{member.id}", saved="1"))


def file_page(
    request: Request, member: Person, fields: Mapping[str, str], errors: Mapping[str, Message] | None = None
) -> Reply:
    """What is on file of a member, with the mistakes of a form that was sent."""
    local, uses = request.local, request.organisation.uses(Module.SKILLS)
    found = certificate_store.list_certificates(request.org, member.id, size=certificate_store.MOST).rows
    of_desk = request.me.works_as(DESK)
    papers = f"desk/members/{member.id}" if of_desk else ""
    known = skill_store.list_skills(request.org) if uses else {}
    reached = skill_store.list_reached(request.org, member.id) if uses else []
    return render.page(
        request,
        "desk/file.html",
        status=400 if errors else 200,
        errors=errors,
        fields=fields,
        labels={name: local.say(words) for name, words in _LABELS.items()},
        member=member,
        kinds=[(kind.value, local.say(words)) for kind, words in CERTIFICATE_WORDS.items()],
        certificates=list(zip(found, certificate_views(found, local, request.org, papers), strict=True)),
        accept=accepted(FAMILY_KINDS),
        accepted_kinds=kind_names(FAMILY_KINDS),
        levels=level_options(known.values(), local, _LEVEL),
        skills=skill_views(shown(reached, known), local),
        saved=request.query.get("saved", ""),
        may_change=of_desk,
        shows_documents=request.organisation.uses(Module.DOCUMENTS),
    )
