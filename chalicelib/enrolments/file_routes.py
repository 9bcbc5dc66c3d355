"""The staff's page of what is on file of a member: certificates and skills (SCH-11, SKILL-1)."""

from collections.abc import Mapping
from datetime import date

from chalicelib.enrolments import certificate_store, certifying
from chalicelib.enrolments.certificates import CertificateKind
from chalicelib.enrolments.history_pages import CERTIFICATE_WORDS, certificate_views
from chalicelib.households.domain import Person
from chalicelib.households.store import get_person
from chalicelib.identity.staff import TEACHING
from chalicelib.organisations.domain import Module
from chalicelib.shared.errors import Invalid, NotFound
from chalicelib.shared.texts import Message, say
from chalicelib.skills import service
from chalicelib.skills import store as skill_store
from chalicelib.skills.domain import shown
from chalicelib.skills.pages import level_options, skill_views
from chalicelib.web import render, urls
from chalicelib.web.forms import Form
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes

routes = Routes(Module.CLASSES)

_FILE = "/{org}/desk/members/{member}"
_LEVEL = "="
"""Between a skill and the number of its level, in the value of an option."""

_LABELS: Mapping[str, Message] = {
    "kind": say("Kind of certificate"),
    "covers_from": say("First day"),
    "covers_to": say("Last day"),
    "received_on": say("Received on", context="certificate"),
    "note": say("Remark that the family sees"),
    "level": say("Skill and level"),
    "on": say("Seen on", context="skill"),
    "remark": say("Remark that the family sees"),
}


@routes.get(_FILE, Actor.STAFF, staff=TEACHING, owns="member")
def show_file(request: Request) -> Reply:
    """A member's certificates and skills, with the forms to add to them. Four round trips."""
    return _page(request, _member(request), {})


@routes.post(_FILE + "/certificates", Actor.STAFF, staff=TEACHING, owns="member")
def add_certificate(request: Request) -> Reply:
    """Records a certificate: absences on the days that it covers are excused."""
    member, form = _member(request), Form(request.form)
    kind = form.choice("kind", tuple(each.value for each in CertificateKind), required=True)
    first, last = form.day("covers_from", required=True), form.day("covers_to", required=True)
    received = form.day("received_on") or request.today
    note = form.text("note", maximum=certifying.MAX_NOTE)
    try:
        form.done()
        days = (first or date.min, last or date.min)
        by = request.me.user
        certifying.record(request.org, member.id, CertificateKind(kind), days, received, note, by)
    except Invalid as wrong:
        return _page(request, member, request.form, wrong.errors)
    return _done(request, member)


@routes.post(_FILE + "/certificates/remove", Actor.STAFF, staff=TEACHING, owns="member")
def remove_certificate(request: Request) -> Reply:
    """Takes a certificate back."""
    member = _member(request)
    certifying.remove(request.org, member.id, request.form.get("certificate", ""))
    return _done(request, member)


@routes.post(_FILE + "/skills", Actor.STAFF, staff=TEACHING, owns="member")
def assign_skill(request: Request) -> Reply:
    """Says that the member has a skill, or reached another level of it."""
    member, form = _member(request), Form(request.form)
    skill, _, level = form.text("level", required=True).partition(_LEVEL)
    on = form.day("on") or request.today
    note = form.text("remark", maximum=certifying.MAX_NOTE)
    try:
        form.done()
        number = int(level) if level.isascii() and level.isdigit() and len(level) < 3 else -1
        service.assign(request.org, member.id, skill, number, on, note, request.me.user)
    except Invalid as wrong:
        return _page(request, member, request.form, wrong.errors)
    return _done(request, member)


@routes.post(_FILE + "/skills/remove", Actor.STAFF, staff=TEACHING, owns="member")
def remove_skill(request: Request) -> Reply:
    """Takes a skill from the member."""
    member = _member(request)
    service.remove(request.org, member.id, request.form.get("skill", ""))
    return _done(request, member)


def _member(request: Request) -> Person:
    person = get_person(request.org, request.params["member"])
    if person is None:
        raise NotFound
    return person


def _done(request: Request, member: Person) -> Reply:
    return redirect(urls.portal(request.org, f"desk/members/{member.id}", saved="1"))


def _page(
    request: Request, member: Person, fields: Mapping[str, str], errors: Mapping[str, Message] | None = None
) -> Reply:
    local, uses = request.local, request.organisation.uses(Module.SKILLS)
    found = certificate_store.list_certificates(request.org, member.id, size=certificate_store.MOST).rows
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
        certificates=list(zip(found, certificate_views(found, local), strict=True)),
        levels=level_options(known.values(), local, _LEVEL),
        skills=skill_views(shown(reached, known), local),
        saved=request.query.get("saved", ""),
    )
