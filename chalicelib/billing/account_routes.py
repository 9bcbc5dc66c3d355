"""Pages of the account: payments, credits, the balance with its story, statements (PAY-1, CRED-2, NEW-4, STM-1)."""

import re

from chalicelib.billing import reading, store
from chalicelib.billing.account_pages import balance_view, statement_view
from chalicelib.billing.glance import balance_cards
from chalicelib.billing.pages import payment_row
from chalicelib.billing.payment_pages import credit_note_row, credit_note_view, credit_row, payment_view
from chalicelib.billing.period import Period
from chalicelib.billing.reading import Account
from chalicelib.billing.sections import sections
from chalicelib.organisations.domain import Module
from chalicelib.shared.errors import NotFound
from chalicelib.shared.texts import say
from chalicelib.web import paging, render, urls
from chalicelib.web.http import BadRequest, Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes

routes = Routes(Module.INVOICES)

_BOOKED = re.compile(r"\d{4}-\d\d-\d\d#\d{8}", re.ASCII)
"""Where a page of a ledger goes on: day of booking and number of the entry."""
_SWITCHES = ("from", "to", "payments", "credits", "ageing", "currency", "payer")
"""What an address may say of a statement."""


@routes.get("/{org}/payments", Actor.MEMBER)
def show_payments(request: Request) -> Reply:
    """All payments with the invoices each covered, those on their way too, newest first, 25 at a time.

    Or those that covered one member's invoices (INV-6).
    """
    home, member = request.me.home, request.query.get("member", "")
    if member and not home.member(member):
        raise NotFound
    after, told = paging.after(request), {"member": member} if member else {}
    if member:
        found = store.list_member_payments(request.org, home.household, member, after)
    else:
        found = store.list_payments(request.org, home.household, after)
    return render.page(
        request,
        "billing/payments.html",
        sections=sections(request, "payments"),
        payments=[payment_row(payment, request.local, request.org) for payment in found.rows],
        members=[(row.id, row.name) for row in home.members],
        member=member,
        **paging.links(request, "payments", found.next, **told),
    )


@routes.get("/{org}/payments/{payment}", Actor.MEMBER, owns="payment")
def show_payment(request: Request) -> Reply:
    """One payment: what it covered, what went back of it, and its receipt.

    The ledger also books refunds under the credit note that was paid out; that is where such an address leads.
    """
    org, home, payment_id = request.org, request.me.household, request.params["payment"]
    payment = store.get_payment(org, home, payment_id)
    if payment is None and store.get_credit_note(org, home, payment_id):
        return redirect(urls.portal(org, f"credits/{payment_id}"))
    if payment is None:
        raise NotFound
    return render.page(request, "billing/payment.html", payment=payment_view(payment, request.local, request.org))


@routes.get("/{org}/credits", Actor.MEMBER)
def show_credits(request: Request) -> Reply:
    """What is left in the family's favour, and all credit notes with what they were applied to, 25 at a time."""
    org, home, after = request.org, request.me.household, paging.after(request)
    left = [] if after else store.list_credits(org, home).rows
    notes = store.list_credit_notes(org, home, after)
    return render.page(
        request,
        "billing/credits.html",
        sections=sections(request, "credits"),
        balances=[card for card in balance_cards(request.me.home, request.local, org, request.today) if card.credit],
        credits=[credit_row(credit, request.local, org) for credit in left],
        notes=[credit_note_row(note, request.local, org) for note in notes.rows],
        **paging.links(request, "credits", notes.next),
    )


@routes.get("/{org}/credits/{credit_note}", Actor.MEMBER, owns="credit_note")
def show_credit_note(request: Request) -> Reply:
    """One credit note: what it takes back, why, and what it was applied to.

    The ledger books an imported invoice that was taken back under the invoice itself; such an address leads there.
    """
    org, home, note_id = request.org, request.me.household, request.params["credit_note"]
    note = store.get_credit_note(org, home, note_id)
    if note is None and store.get_invoice(org, home, note_id):
        return redirect(urls.portal(org, f"invoices/{note_id}"))
    if note is None:
        raise NotFound
    return render.page(
        request,
        "billing/credit_note.html",
        note=credit_note_view(note, request.me.home, request.local, request.org),
    )


@routes.get("/{org}/balance", Actor.MEMBER)
def show_balance(request: Request) -> Reply:
    """The account's balance as of today and the story of it, newest first, 25 entries at a time (NEW-4).

    Raises Unavailable rather than show a story that does not add up to its number.
    """
    account, home = Account.read(request), request.me.home
    after = paging.after(request, lambda told: bool(_BOOKED.fullmatch(told)))
    story = reading.timeline(home, account, after)
    which = {"currency": account.currency, "payer": account.payer}
    return render.page(
        request,
        "billing/balance.html",
        sections=sections(request, "balance"),
        balance=balance_view(story, account, home, request.local, request.today),
        which=which,
        **paging.links(request, "balance", story.next, **which),
    )


@routes.get("/{org}/statement", Actor.MEMBER)
def show_statement(request: Request) -> Reply:
    """A statement of account for any days, in as much detail as is asked for (STM-1, X-4); five reads."""
    account = Account.read(request)
    query = {name: request.query.get(name, "") for name in _SWITCHES}
    try:
        period = Period.read(request)
    except BadRequest:
        mistake = {"to": say("Enter a first day and, not before it, a last day")}
        return render.page(request, "billing/statement.html", status=400, errors=mistake, query=query, statement=None)
    made = reading.statement(request.me.home, account, period, request.today, reading.switches(request))
    told = {**query, "from": period.first_day.isoformat(), "to": period.last_day.isoformat()}
    return render.page(
        request, "billing/statement.html", query=told, statement=statement_view(made, account, request.local)
    )
