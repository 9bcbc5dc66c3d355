"""Papers for the desk: a family's invoices, receipts and credit notes as PDF, and the journal as a table.

A part of the papers function, which changes nothing. Papers are in the family's language, as the family has them.
"""

from itertools import islice

from chalicelib.billing import store
from chalicelib.billing.period import Period
from chalicelib.households.service import require_household
from chalicelib.identity.staff import BOOKS, REFUNDING
from chalicelib.organisations.domain import Module
from chalicelib.papers import cells, handing
from chalicelib.papers.composing import Desk
from chalicelib.papers.documents import credit_note_paper, has_receipt, invoice_paper, receipt_paper
from chalicelib.shared.errors import NotFound
from chalicelib.shared.texts import say
from chalicelib.till import export
from chalicelib.till.homes import PATH, home_of, local_of
from chalicelib.web import errors
from chalicelib.web.http import Reply, Request
from chalicelib.web.routes import Actor, Routes

routes = Routes(Module.INVOICES)

MOST_ENTRIES = 20_000
"""In one table: what is made within the time that a page has."""
_MOST_DAYS = 366


def papers_of(request: Request) -> Desk:
    """Where papers of the family in the address are written. Two strong reads. Raises NotFound."""
    home, organisation = home_of(request), request.organisation
    household = require_household(request.org, home.household)
    return Desk(organisation, household, home, local_of(organisation, household))


@routes.get(PATH + "/billing/invoices/{invoice}/pdf", Actor.STAFF, staff=BOOKS, owns="invoice")
def fetch_invoice(request: Request) -> Reply:
    """An issued invoice as PDF; of a draft there is none (INV-2)."""
    here = papers_of(request)
    invoice = store.get_invoice(request.org, here.household.id, request.params["invoice"])
    if invoice is None:
        raise NotFound
    return handing.pdf(request, [invoice_paper(here, invoice)])


@routes.get(PATH + "/billing/payments/{payment}/receipt", Actor.STAFF, staff=BOOKS, owns="payment")
def fetch_receipt(request: Request) -> Reply:
    """The receipt of a payment as PDF."""
    here = papers_of(request)
    payment = store.get_payment(request.org, here.household.id, request.params["payment"])
    if payment is None or not has_receipt(payment):
        raise NotFound
    return handing.pdf(request, [receipt_paper(here, payment)])


@routes.get(PATH + "/billing/credits/{credit_note}/pdf", Actor.STAFF, staff=BOOKS, owns="credit_note")
def fetch_credit_note(request: Request) -> Reply:
    """A credit note as PDF."""
    here = papers_of(request)
    note = store.get_credit_note(request.org, here.household.id, request.params["credit_note"])
    if note is None:
        raise NotFound
    return handing.pdf(request, [credit_note_paper(here, note)])


@routes.get("/{org}/desk/money/export/csv", Actor.STAFF, staff=REFUNDING)
def fetch_journal(request: Request) -> Reply:
    """Every entry that was booked between two days as a table, read and written a hundred at a time."""
    period = Period.read(request)
    if (period.last_day - period.first_day).days >= _MOST_DAYS:
        return errors.show(request, 400, message=say("Choose at most a year."))
    found = export.rows(request.org, period.first_day, min(period.last_day, request.today), request.local)
    begun = list(islice(found, MOST_ENTRIES + 2))
    if len(begun) > MOST_ENTRIES + 1:
        message = say("These are more than %(n)s entries. Choose a shorter period.", n=MOST_ENTRIES)
        return errors.show(request, 400, message=message)
    name = f"{request.local.say(say('Journal'))} {period.first_day} {period.last_day}"
    return handing.table(cells.sheet(begun), name)
