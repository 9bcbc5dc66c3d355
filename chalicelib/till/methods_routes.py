"""The desk's page of a household's payment methods: what is on file, and asking the family for one (PM-5).

Staff never see or type a number: the family adds its method on Stripe's own page, signed in with its own code, on its
own device. The message and the square on the page lead there.
"""

from chalicelib.identity.staff import BOOKS, TILL
from chalicelib.memberships.card_pages import drawn
from chalicelib.organisations.domain import Module
from chalicelib.payments import store
from chalicelib.payments.pages import method_view
from chalicelib.shared.errors import NotFound
from chalicelib.till import telling
from chalicelib.till.homes import PATH, home_of, path_of, sections, url_of
from chalicelib.web import render, urls
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes

routes = Routes(Module.INVOICES)

_METHODS = f"{PATH}/payment-methods"


@routes.get(_METHODS, Actor.STAFF, staff=BOOKS, owns="household")
def show_methods(request: Request) -> Reply:
    """Methods on file as far as Stripe tells them, and the ways to a further one. Two round trips."""
    home = home_of(request)
    online = request.organisation.billing.online
    address = urls.absolute(request.org, "payment-methods")
    found = store.list_methods(request.org, home.household)
    return render.page(
        request,
        "till/methods.html",
        home=home,
        path=path_of(home),
        sections=sections(request, home, "payment-methods"),
        methods=[method_view(each, request.local, request.org, request.today) for each in found],
        address=address,
        square=drawn(address) if online else "",
        may_ask=online and request.me.works_as(TILL),
        done=request.query.get("done", ""),
    )


@routes.post(_METHODS, Actor.STAFF, staff=TILL, owns="household")
def ask_for_method(request: Request) -> Reply:
    """Writes to the family where it adds a method; once a day."""
    if not request.organisation.billing.online:
        raise NotFound
    home = home_of(request)
    telling.ask_for_card(request.organisation, home.household, request.now)
    return redirect(url_of(request, home, "payment-methods", done="asked"))
