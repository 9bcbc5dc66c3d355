"""Slips as PDF files, for families and for staff; a part of the papers function, which changes nothing."""

from collections.abc import Sequence
from itertools import islice

from chalicelib.households.domain import Household
from chalicelib.households.service import require_household
from chalicelib.households.summary import Summary
from chalicelib.identity.staff import OFFICE
from chalicelib.organisations.domain import Module
from chalicelib.papers import handing
from chalicelib.papers.composing import Desk
from chalicelib.papers.paper import Paper
from chalicelib.shared.errors import NotFound
from chalicelib.shared.texts import say
from chalicelib.slips import gathering, listing, store
from chalicelib.slips.domain import Slip, State
from chalicelib.slips.paper import slip_paper
from chalicelib.web.http import Reply, Request
from chalicelib.web.language import Local, choose
from chalicelib.web.routes import Actor, Routes

routes = Routes(Module.SLIPS)

MOST_PRINTED = 100
"""Slips in one file to print; after these are handed over, the next ones."""


@routes.get("/{org}/slips/{slip}/pdf", Actor.MEMBER, owns="slip")
def fetch_slip(request: Request) -> Reply:
    """One slip of the household."""
    household = require_household(request.org, request.me.household)
    slip = _slip(request, household.id)
    return handing.pdf(
        request, [slip_paper(Desk(request.organisation, household, request.me.home, request.local), slip)]
    )


@routes.get("/{org}/desk/slips/families/{household}/{slip}/pdf", Actor.STAFF, staff=OFFICE, owns="slip")
def fetch_family_slip(request: Request) -> Reply:
    """One slip of a family, in the family's language, for staff to print."""
    household = require_household(request.org, request.params["household"])
    return handing.pdf(request, [_paper(request, household, _slip(request, household.id))])


@routes.get("/{org}/desk/slips/print", Actor.STAFF, staff=OFFICE)
def fetch_unsent(request: Request) -> Reply:
    """The slips of a year whose families could not be written to, each in its family's language."""
    year = gathering.year_in(request.query.get("year", ""), request.today)
    rows = (row for row in listing.each_row(request.org, year, State.RELEASED) if row.to_print)
    wanted = [(row.household, slip) for row in rows for slip, _ in row.slips]
    slips = store.get_slips(request.org, islice(wanted, MOST_PRINTED)).values()
    papers = _papers(request, [slip for slip in slips if slip.to_print])
    if not papers:
        raise NotFound
    return handing.pdf(request, papers, f"{request.local.say(say('Slips'))} {year}")


def _papers(request: Request, slips: Sequence[Slip]) -> list[Paper]:
    homes = {each: require_household(request.org, each) for each in {slip.household for slip in slips}}
    ordered = sorted(slips, key=lambda slip: slip.number)
    return [_paper(request, homes[slip.household], slip) for slip in ordered]


def _paper(request: Request, household: Household, slip: Slip) -> Paper:
    organisation = request.organisation
    language = choose(household.language, "", organisation.languages)
    local = Local(language, organisation.country, organisation.zone)
    return slip_paper(Desk(organisation, household, Summary(household.id, household.name), local), slip)


def _slip(request: Request, household: str) -> Slip:
    slip = store.get_slip(request.org, household, request.params["slip"])
    if slip is None:
        raise NotFound
    return slip
