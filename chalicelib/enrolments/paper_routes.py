"""Certificates with the papers behind them: recording one, taking it back, and opening its file (SCH-11)."""

from datetime import date

from chalicelib.enrolments import certificate_store, certifying
from chalicelib.enrolments.certificates import Certificate, CertificateKind
from chalicelib.enrolments.file_routes import FILE, done, file_page, member_of
from chalicelib.files import keeping, lending
from chalicelib.files.domain import StoredFile
from chalicelib.households.activity import Deed, note_look
from chalicelib.households.domain import Private
from chalicelib.identity.staff import DESK, TEACHING
from chalicelib.organisations.domain import Module
from chalicelib.shared.errors import Invalid, NotFound
from chalicelib.shared.texts import say
from chalicelib.web.forms import Form
from chalicelib.web.http import Reply, Request
from chalicelib.web.routes import Actor, Routes

routes = Routes(Module.CLASSES)

_OPEN = "/certificates/{certificate}/open"


@routes.post(FILE + "/certificates", Actor.STAFF, staff=TEACHING, owns="member", uploads=True)
def add_certificate(request: Request) -> Reply:
    """Records a certificate, with its paper if there is one: absences on the days that it covers are excused."""
    member, form = member_of(request), Form(request.form)
    kind = form.choice("kind", tuple(each.value for each in CertificateKind), required=True)
    first, last = form.day("covers_from", required=True), form.day("covers_to", required=True)
    received = form.day("received_on") or request.today
    note = form.text("note", maximum=certifying.MAX_NOTE)
    try:
        _check(request, form)
        form.done()
        days = (first or date.min, last or date.min)
        certifying.check(days, received, note)
        paper, by = _kept(request, member.id), request.me.user
        certifying.record(request.org, member.id, CertificateKind(kind), days, received, note, by, paper)
    except Invalid as wrong:
        return file_page(request, member, request.form, wrong.errors)
    return done(request, member)


def _check(request: Request, form: Form) -> None:
    try:
        if "paper" in request.files:
            keeping.check(request.files["paper"], field="paper")
    except Invalid as wrong:
        form.errors |= wrong.errors


def _kept(request: Request, member: str) -> StoredFile | None:
    """The paper that was chosen; it is the member's own, for all homes see it."""
    upload = request.files.get("paper")
    return keeping.keep(request.org, member, upload, field="paper") if upload else None


@routes.post(FILE + "/certificates/remove", Actor.STAFF, staff=TEACHING, owns="member")
def remove_certificate(request: Request) -> Reply:
    """Takes a certificate back, with its paper."""
    member = member_of(request)
    gone = certifying.remove(request.org, member.id, request.form.get("certificate", ""))
    if gone.paper:
        keeping.drop(request.org, member.id, gone.paper)
    return done(request, member)


@routes.get("/{org}/members/{member}" + _OPEN, Actor.MEMBER, owns="certificate", private=Private.PROFILE)
def open_paper(request: Request) -> Reply:
    """The paper of a certificate, for the family."""
    member = request.me.home.member(request.params["member"])
    if member is None:
        raise NotFound
    label = request.local.say(say("Certificate of %(name)s", name=member.name))
    reply = _lend(request, member.id)
    note_look(request.org, request.me.household, Deed("document_opened", request.now, about={"label": label}))
    return reply


@routes.get(FILE + _OPEN, Actor.STAFF, staff=DESK, owns="certificate")
def open_paper_at_desk(request: Request) -> Reply:
    """The same for the desk: instructors know that there is a certificate, what a doctor wrote is not for them."""
    return _lend(request, member_of(request).id)


def _lend(request: Request, member: str) -> Reply:
    return lending.lend(request.org, member, _paper(_certificate(request, member)))


def _certificate(request: Request, member: str) -> Certificate:
    found = certificate_store.get_certificate(request.org, member, request.params["certificate"])
    if found is None:
        raise NotFound
    return found


def _paper(certificate: Certificate) -> StoredFile:
    if certificate.paper is None:
        raise NotFound
    return certificate.paper
