"""The desk's page of one family's reminders: which step went when, and that they rest until a day (MSG-3)."""

from collections.abc import Mapping

from chalicelib.dunning import agreeing, store
from chalicelib.households.summary import Summary
from chalicelib.identity.staff import BOOKS, REFUNDING, TILL
from chalicelib.organisations.domain import Module
from chalicelib.shared.errors import Invalid
from chalicelib.shared.texts import Message, say
from chalicelib.till.billing_routes import frame
from chalicelib.till.homes import ID, PATH, home_of, path_of, url_of
from chalicelib.till.reminders_pages import unpaid_of
from chalicelib.web import render
from chalicelib.web.forms import Form
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes

routes = Routes(Module.INVOICES)

_REMINDERS = f"{PATH}/billing/reminders"


@routes.get(_REMINDERS, Actor.STAFF, staff=BOOKS, owns="household")
def show_reminders(request: Request) -> Reply:
    """What the family was reminded of, what comes next, and the forms to have it rest. Four reads and one for each
    of ten.
    """
    return _page(request, home_of(request))


@routes.post(_REMINDERS, Actor.STAFF, staff=TILL, owns="household")
def pause(request: Request) -> Reply:
    """Has reminders of one invoice, or of all of the family's, rest until the end of a day; without one they go on."""
    home = home_of(request)
    form = Form(request.form)
    invoice, goes_on = form.text("invoice", maximum=ID), form.text("end") == "yes"
    until = None if goes_on else form.day("until", required=True)
    try:
        form.done()
        agreeing.pause(request.organisation, home.household, invoice, until, request.now)
    except Invalid as wrong:
        return _page(request, home, wrong.errors)
    return redirect(url_of(request, home, "billing/reminders", saved="on" if goes_on else "paused"))


@routes.post(f"{_REMINDERS}/fees", Actor.STAFF, staff=REFUNDING, owns="household")
def agree_on_fees(request: Request) -> Reply:
    """Whether late fees are charged to the family."""
    home = home_of(request)
    form = Form(request.form)
    charged = form.choice("charged", ("yes", "no"), required=True)
    if form.errors:
        return _page(request, home, {"": form.errors["charged"]})
    agreeing.set_fees(request.organisation, home.household, request.now, charged=charged == "yes")
    return redirect(url_of(request, home, "billing/reminders", saved="fees"))


def _page(request: Request, home: Summary, errors: Mapping[str, Message] | None = None) -> Reply:
    rules = store.get_rules(request.org, home.household)
    terms = request.organisation.billing.dunning
    path = path_of(home, "billing/reminders")
    unpaid = unpaid_of(request, path, home.household, rules)
    resting = rules.paused_until is not None and rules.paused_until >= request.today
    return render.page(
        request,
        "till/reminders.html",
        status=400 if errors else 200,
        errors=errors,
        **frame(request, home, "billing/reminders"),
        action=path,
        unpaid=unpaid.shown,
        choices=[("", request.local.say(say("All invoices of this family"))), *unpaid.choices],
        **unpaid.links,
        fields=request.form,
        until=request.local.date(rules.paused_until, "long") if resting and rules.paused_until else "",
        has_steps=bool(terms.steps),
        late_fees=terms.late_fees,
        no_fees=rules.no_fees,
        may_pause=request.me.works_as(TILL),
        may_agree=request.me.works_as(REFUNDING),
        saved=request.query.get("saved", ""),
    )
