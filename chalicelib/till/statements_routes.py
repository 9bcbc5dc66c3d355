"""The desk's page of a household's statements: any days of any of its accounts, shown, printed and sent (STM-2)."""

from chalicelib.billing import reading
from chalicelib.billing.account_pages import account_tabs, statement_view
from chalicelib.billing.period import Period
from chalicelib.billing.reading import Account
from chalicelib.households.summary import Summary
from chalicelib.identity.staff import BOOKS, TILL
from chalicelib.organisations.domain import Module
from chalicelib.shared.texts import Message, say
from chalicelib.till import telling
from chalicelib.till.homes import PATH, billing_base, home_of, path_of, sections, url_of
from chalicelib.web import render
from chalicelib.web.http import BadRequest, Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes

routes = Routes(Module.INVOICES)

_SWITCHES = ("from", "to", "payments", "credits", "ageing", "currency", "payer")
"""What an address may say of a statement."""

_USUAL_DAYS = 30
"""The statement begins so long ago unless somebody says otherwise."""


@routes.get(f"{PATH}/statements", Actor.STAFF, staff=BOOKS, owns="household")
def show_statement(request: Request) -> Reply:
    """A statement of one of the household's accounts; it is never shown unless it adds up. Five or six reads."""
    home = home_of(request)
    account = Account.read(request, home)
    try:
        period = Period.read(request, days=_USUAL_DAYS)
    except BadRequest:
        mistake = {"to": say("Enter a first day and, not before it, a last day")}
        return _page(request, home, account, errors=mistake)
    made = reading.statement(home, account, period, request.today, reading.switches(request))
    told = {"from": period.first_day.isoformat(), "to": period.last_day.isoformat()}
    view = statement_view(made, account, request.local, base=billing_base(home))
    return _page(request, home, account, told, statement=view)


@routes.post(f"{PATH}/statements", Actor.STAFF, staff=TILL, owns="household")
def send_statement(request: Request) -> Reply:
    """Tells the family of the statement in view: once a day for the same days."""
    home = home_of(request)
    account, period = Account.read(request, home), Period.read(request)
    telling.send_statement(request.organisation, account, period, request.now)
    told = {"from": period.first_day.isoformat(), "to": period.last_day.isoformat()}
    known = {"currency": account.currency, "payer": account.payer}
    return redirect(url_of(request, home, "statements", **told, **known, done="sent"))


def _page(
    request: Request,
    home: Summary,
    account: Account,
    told: dict[str, str] | None = None,
    errors: dict[str, Message] | None = None,
    statement: object = None,
) -> Reply:
    query = {name: request.query.get(name, "") for name in _SWITCHES} | (told or {})
    path = path_of(home, "statements")
    return render.page(
        request,
        "till/statements.html",
        status=400 if errors else 200,
        errors=errors,
        home=home,
        home_path=path_of(home),
        path=path,
        sections=sections(request, home, "statements"),
        accounts=account_tabs(account, home, path) if len(home.accounts) > 1 else [],
        query=query,
        statement=statement,
        may_send=request.me.works_as(TILL) and statement is not None,
        done=request.query.get("done", ""),
    )
