"""What is agreed with one family alone: days to pay, no taxes, where papers about money go (STM-2)."""

from collections.abc import Mapping
from dataclasses import replace

from chalicelib.households.domain import Household
from chalicelib.households.service import change_household, require_household
from chalicelib.households.summary import Summary
from chalicelib.identity.staff import BOOKS, REFUNDING
from chalicelib.organisations.domain import Module
from chalicelib.shared.errors import Invalid
from chalicelib.shared.texts import Message
from chalicelib.till.billing_routes import frame
from chalicelib.till.homes import PATH, home_of, path_of, url_of
from chalicelib.web import render
from chalicelib.web.forms import Form, version_in
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes

routes = Routes(Module.INVOICES)

_TERMS = f"{PATH}/billing/terms"
_MOST_DAYS = 365


@routes.get(_TERMS, Actor.STAFF, staff=BOOKS, owns="household")
def show_terms(request: Request) -> Reply:
    """What is agreed with the family, and the form to change it. Two strong reads."""
    home = home_of(request)
    household = require_household(request.org, home.household)
    return _page(request, home, household, _fields(household))


@routes.post(_TERMS, Actor.STAFF, staff=REFUNDING, owns="household")
def agree(request: Request) -> Reply:
    """Stores it over the version that the form showed. It holds for what is billed from now on."""
    home = home_of(request)
    household = require_household(request.org, home.household)
    try:
        agreed = _read(request, household)
    except Invalid as wrong:
        return _page(request, home, household, request.form, wrong.errors)
    change_household(request.org, agreed, home, request.now, "terms_changed")
    return redirect(url_of(request, home, "billing/terms", saved="terms"))


def _read(request: Request, household: Household) -> Household:
    form = Form(request.form)
    agreed = replace(
        household,
        due_days=form.number("due_days", _MOST_DAYS),
        exempt_for=form.text("exempt_for"),
        bills_to=form.email("bills_to"),
        version=version_in(request.form),
    )
    form.done()
    return agreed


def _fields(household: Household) -> dict[str, str]:
    return {
        "due_days": "" if household.due_days is None else str(household.due_days),
        "exempt_for": household.exempt_for,
        "bills_to": household.bills_to,
        "version": str(household.version),
    }


def _page(
    request: Request,
    home: Summary,
    household: Household,
    fields: Mapping[str, str],
    errors: Mapping[str, Message] | None = None,
) -> Reply:
    return render.page(
        request,
        "till/terms.html",
        status=400 if errors else 200,
        errors=errors,
        **frame(request, home, "billing/terms"),
        action=path_of(home, "billing/terms"),
        household=household,
        fields=fields,
        usual_days=request.organisation.billing.due_days,
        may_change=request.me.works_as(REFUNDING),
        saved=request.query.get("saved", ""),
    )
