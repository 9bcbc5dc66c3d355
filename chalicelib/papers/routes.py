"""Addresses of papers: PDF of one document or of many invoices, statements, and the ledger as CSV (INV-4, STM-1)."""

from collections.abc import Iterator
from itertools import islice

from chalicelib.billing import reading, store
from chalicelib.billing.domain import Invoice
from chalicelib.billing.period import Period
from chalicelib.billing.reading import Account
from chalicelib.billing.statements import Statement
from chalicelib.households.service import require_household
from chalicelib.organisations.domain import Module
from chalicelib.papers import handing
from chalicelib.papers.composing import Desk
from chalicelib.papers.documents import credit_note_paper, has_receipt, invoice_paper, quote_paper, receipt_paper
from chalicelib.papers.statement import statement_csv, statement_paper
from chalicelib.quotes import store as quotes
from chalicelib.shared.errors import NotFound
from chalicelib.shared.ids import is_dated_id
from chalicelib.shared.texts import say
from chalicelib.web import errors
from chalicelib.web.http import Reply, Request
from chalicelib.web.routes import Actor, Routes

routes = Routes(Module.INVOICES)

MAX_INVOICES = 200
"""In one file; making them takes about two seconds, and nobody reads more."""


def desk(request: Request) -> Desk:
    """Where the papers of the household in view are written. One strong read. Raises NotFound."""
    household = require_household(request.org, request.me.household)
    return Desk(request.organisation, household, request.me.home, request.local)


@routes.get("/{org}/invoices/{invoice}/pdf", Actor.MEMBER, owns="invoice")
def fetch_invoice(request: Request) -> Reply:
    """One invoice as PDF."""
    here = desk(request)
    invoice = store.get_invoice(request.org, request.me.household, request.params["invoice"])
    if invoice is None:
        raise NotFound
    return handing.pdf(request, [invoice_paper(here, invoice)])


@routes.get("/{org}/payments/{payment}/receipt", Actor.MEMBER, owns="payment")
def fetch_receipt(request: Request) -> Reply:
    """The receipt of a payment as PDF; of money that did not come in there is none."""
    here = desk(request)
    payment = store.get_payment(request.org, request.me.household, request.params["payment"])
    if payment is None or not has_receipt(payment):
        raise NotFound
    return handing.pdf(request, [receipt_paper(here, payment)])


@routes.get("/{org}/credits/{credit_note}/pdf", Actor.MEMBER, owns="credit_note")
def fetch_credit_note(request: Request) -> Reply:
    """A credit note as PDF."""
    here = desk(request)
    note = store.get_credit_note(request.org, request.me.household, request.params["credit_note"])
    if note is None:
        raise NotFound
    return handing.pdf(request, [credit_note_paper(here, note)])


@routes.get("/{org}/quotes/{quote}/pdf", Actor.MEMBER, owns="quote")
def fetch_quote(request: Request) -> Reply:
    """A quote as PDF."""
    here = desk(request)
    quote = quotes.get_quote(request.org, request.me.household, request.params["quote"])
    if quote is None:
        raise NotFound
    return handing.pdf(request, [quote_paper(here, quote, request.today)])


@routes.get("/{org}/papers/invoices", Actor.MEMBER)
def fetch_invoices(request: Request) -> Reply:
    """Many invoices in one PDF: those chosen by id, or those issued in a period, of one member or of all."""
    here = desk(request)
    found = _wanted(request)
    if len(found) > MAX_INVOICES:
        message = say("These are more than %(n)s invoices. Choose a shorter period.", n=MAX_INVOICES)
        return errors.show(request, 400, message=message)
    if not found:
        raise NotFound
    return handing.pdf(request, [invoice_paper(here, one) for one in found], request.local.say(say("Invoices")))


def _wanted(request: Request) -> list[Invoice]:
    """The invoices that were asked for, oldest first, and one more than may be."""
    org, household = request.org, request.me.household
    member = request.query.get("member", "")
    if member and not request.me.home.member(member):
        raise NotFound
    if chosen := request.query.get("ids", ""):
        return _chosen(org, household, list(dict.fromkeys(chosen.split(","))))
    issued = _issued_in(org, household, Period.read(request))
    newest_first = islice((one for one in issued if not member or member in one.members), MAX_INVOICES + 1)
    return list(newest_first)[::-1]


def _chosen(org: str, household: str, wanted: list[str]) -> list[Invoice]:
    """The invoices of these ids. Raises NotFound unless all are the household's."""
    if not all(is_dated_id(one) for one in wanted):
        raise NotFound
    found = store.get_invoices(org, household, wanted[: MAX_INVOICES + 1])
    if len(found) < min(len(wanted), MAX_INVOICES + 1):
        raise NotFound
    return found


def _issued_in(org: str, household: str, period: Period) -> Iterator[Invoice]:
    """The household's invoices of a period, newest first: ids begin with the day of issue."""
    after = f"{period.last_day:%Y%m%d}~"
    while True:
        page = store.list_invoices(org, household, after)
        for invoice in page.rows:
            if invoice.issued_on < period.first_day:
                return
            yield invoice
        if not page.next:
            return
        after = page.next


@routes.get("/{org}/statement/pdf", Actor.MEMBER)
def fetch_statement(request: Request) -> Reply:
    """A statement of account as PDF, with the switches of X-4: `payments=no`, `credits=no`, `ageing=no`."""
    here, account = desk(request), Account.read(request)
    made = _statement(request, account)
    return handing.pdf(request, [statement_paper(here, made, account.currency, account.payer)])


@routes.get("/{org}/statement/csv", Actor.MEMBER)
def fetch_ledger(request: Request) -> Reply:
    """The same figures as a table for spreadsheets."""
    here, account = desk(request), Account.read(request)
    made = _statement(request, account)
    name = f"{request.local.say(say('Statement of account'))} {made.first_day} {made.last_day}"
    return handing.table(statement_csv(here, made, account.currency), name)


def _statement(request: Request, account: Account) -> Statement:
    return reading.statement(request.me.home, account, Period.read(request), request.today, reading.switches(request))
