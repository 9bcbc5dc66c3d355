"""Addresses of certificates of consents as PDF, and of who has signed as a table (NEW-13)."""

from chalicelib.consents import store
from chalicelib.consents.desk_pages import table_rows
from chalicelib.consents.desk_routes import class_of
from chalicelib.consents.domain import Signature
from chalicelib.consents.routes import entry_of
from chalicelib.households.service import require_household, require_summary
from chalicelib.identity.staff import DESK, TEACHING
from chalicelib.organisations.domain import Module
from chalicelib.papers import handing
from chalicelib.papers.cells import sheet
from chalicelib.papers.composing import Desk
from chalicelib.papers.consent_paper import consent_paper
from chalicelib.shared.errors import NotFound
from chalicelib.shared.texts import say
from chalicelib.web.http import Reply, Request
from chalicelib.web.language import Local
from chalicelib.web.routes import Actor, Routes

routes = Routes(Module.FORMS)


@routes.get("/{org}/consents/signatures/{signature}/pdf", Actor.MEMBER, owns="signature")
def fetch_certificate(request: Request) -> Reply:
    """The certificate of an entry of the household's ledger."""
    return _pdf(request, entry_of(request))


@routes.get("/{org}/desk/households/{household}/signatures/{signature}/pdf", Actor.STAFF, staff=DESK, owns="signature")
def fetch_certificate_at_desk(request: Request) -> Reply:
    """The same for the staff."""
    entry = store.get_signature(request.org, request.params["household"], request.params["signature"])
    if entry is None:
        raise NotFound
    return _pdf(request, entry)


def _pdf(request: Request, entry: Signature) -> Reply:
    organisation, home = request.organisation, entry.signer.household
    household, summary = require_household(request.org, home), require_summary(request.org, home)
    local = Local(entry.language, organisation.country, organisation.zone)
    edition = store.get_edition(request.org, entry.consent, entry.version)
    made = consent_paper(Desk(organisation, household, summary, local), entry, edition)
    return handing.pdf(request, [made], f"{made.title} {entry.title} {entry.member_name}")


@routes.get("/{org}/desk/classes/{class_group}/consents/csv", Actor.STAFF, staff=TEACHING)
def fetch_class(request: Request) -> Reply:
    """Who of a class has signed what, for spreadsheets."""
    found, local = class_of(request), request.local
    name = f"{local.say(say('Consents'))} {local.text(found.group.title)} {request.today}"
    return handing.table(sheet(table_rows(found, local)), name)
