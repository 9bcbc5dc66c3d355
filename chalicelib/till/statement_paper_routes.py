"""More papers for the desk: a household's quotes and statements as PDF, and a statement as a table (STM-2)."""

from chalicelib.billing import reading
from chalicelib.billing.period import Period
from chalicelib.billing.reading import Account
from chalicelib.billing.statements import Statement
from chalicelib.identity.staff import BOOKS
from chalicelib.organisations.domain import Module
from chalicelib.papers import handing
from chalicelib.papers.composing import Desk
from chalicelib.papers.documents import quote_paper
from chalicelib.papers.statement import statement_csv, statement_paper
from chalicelib.quotes import store as quotes
from chalicelib.shared.errors import NotFound
from chalicelib.shared.texts import say
from chalicelib.till.homes import PATH
from chalicelib.till.paper_routes import papers_of
from chalicelib.web.http import Reply, Request
from chalicelib.web.routes import Actor, Routes

routes = Routes(Module.INVOICES)


@routes.get(PATH + "/quotes/{quote}/pdf", Actor.STAFF, staff=BOOKS, owns="quote")
def fetch_quote(request: Request) -> Reply:
    """A quote that was sent, as PDF."""
    here = papers_of(request)
    quote = quotes.get_quote(request.org, here.household.id, request.params["quote"])
    if quote is None:
        raise NotFound
    return handing.pdf(request, [quote_paper(here, quote, request.today)])


@routes.get(PATH + "/statements/pdf", Actor.STAFF, staff=BOOKS, owns="household")
def fetch_statement(request: Request) -> Reply:
    """A statement of account as PDF, with the switches of X-4: `payments=no`, `credits=no`, `ageing=no`."""
    here = papers_of(request)
    account = Account.read(request, here.summary)
    made = _statement(request, here, account)
    return handing.pdf(request, [statement_paper(here, made, account.currency, account.payer)])


@routes.get(PATH + "/statements/csv", Actor.STAFF, staff=BOOKS, owns="household")
def fetch_ledger(request: Request) -> Reply:
    """The same figures as a table for spreadsheets."""
    here = papers_of(request)
    account = Account.read(request, here.summary)
    made = _statement(request, here, account)
    name = f"{request.local.say(say('Statement of account'))} {made.first_day} {made.last_day}"
    return handing.table(statement_csv(here, made, account.currency), name)


def _statement(request: Request, here: Desk, account: Account) -> Statement:
    return reading.statement(here.summary, account, Period.read(request), request.today, reading.switches(request))
