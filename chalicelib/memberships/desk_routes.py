"""The staff at the door: a card is looked up by its square or its number, and a visit counted or taken back (CARD-1).

A phone's own camera opens the address that the square holds; nothing of a third party reads it.
"""

from chalicelib.households.service import require_summary
from chalicelib.identity.staff import DESK, TEACHING
from chalicelib.memberships import cards, pass_service, service
from chalicelib.memberships.card_pages import card_view
from chalicelib.memberships.cards import Held
from chalicelib.memberships.domain import Subscription
from chalicelib.memberships.pass_pages import use_views
from chalicelib.memberships.passes import Pass, Use
from chalicelib.memberships.service import Who
from chalicelib.organisations.domain import Module
from chalicelib.shared.errors import NotFound
from chalicelib.shared.ids import new_id
from chalicelib.shared.texts import Message, say
from chalicelib.web import render, urls
from chalicelib.web.forms import Form
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes

routes = Routes(Module.INVOICES)

_CARD = "/{org}/desk/cards/{code}"
_SHOWN_USES = 10


@routes.get("/{org}/desk/cards", Actor.STAFF, staff=TEACHING)
def ask_for_card(request: Request) -> Reply:
    """How to scan a card, and a field for its number."""
    return _ask(request)


@routes.post("/{org}/desk/cards", Actor.STAFF, staff=TEACHING)
def find_card(request: Request) -> Reply:
    """Leads to the card with a number."""
    form = Form(request.form)
    number = cards.typed(form.text("number", required=True))
    if not form.errors and not cards.owner(request.org, number):
        form.errors["number"] = say("There is no card with this number")
    if form.errors:
        return _ask(request, form.errors)
    return redirect(urls.portal(request.org, f"desk/cards/{cards.code(request.organisation, number)}"))


@routes.get(_CARD, Actor.STAFF, staff=TEACHING, owns="code")
def show_card(request: Request) -> Reply:
    """Whose a card is, whether it is good today, and what is left of it. Three round trips."""
    return _page(request, _held(request))


@routes.post(_CARD + "/use", Actor.STAFF, staff=TEACHING, owns="code")
def use_pass(request: Request) -> Reply:
    """Counts a visit (X-11); the same form sent twice counts one."""
    held = _pass(request)
    form = Form(request.form)
    members = tuple(row.id for row in require_summary(request.org, held.household).members)
    member = held.member or form.choice("member", members)
    visit, about = form.text("visit", required=True), form.text("about")
    if form.errors:
        return _page(request, held, form.errors, 400)
    wanted = Use(visit, request.now, member=member, about=about)
    pass_service.use(request.organisation, held.household, held.id, wanted, _who(request), request.now)
    return _back(request, "used")


@routes.post(_CARD + "/take-back", Actor.STAFF, staff=TEACHING, owns="code")
def take_back(request: Request) -> Reply:
    """Takes a visit back that was counted in error."""
    held = _pass(request)
    visit = Form(request.form).text("visit")
    pass_service.take_back(request.organisation, held.household, held.id, visit, _who(request), request.now)
    return _back(request, "undone")


@routes.post(_CARD + "/licence", Actor.STAFF, staff=DESK, owns="code")
def note_licence(request: Request) -> Reply:
    """Writes down what a federation calls the member by."""
    held = _held(request)
    if not isinstance(held, Subscription):
        raise NotFound
    form = Form(request.form)
    licence = form.text("licence", maximum=40)
    if form.errors:
        return _page(request, held, form.errors, 400)
    service.note_licence(request.organisation, held.household, held.id, licence, request.now)
    return _back(request, "licence")


def _held(request: Request) -> Held:
    """What the card of the address is for. Raises NotFound, also for a code that the organisation did not sign."""
    owner = cards.owner(request.org, cards.number_of(request.organisation, request.params["code"]))
    held = cards.get_held(request.org, *owner) if owner else None
    if held is None:
        raise NotFound
    return held


def _pass(request: Request) -> Pass:
    held = _held(request)
    if not isinstance(held, Pass):
        raise NotFound
    return held


def _who(request: Request) -> Who:
    return Who(request.me.user, request.me.user_name)


def _back(request: Request, saved: str) -> Reply:
    return redirect(urls.portal(request.org, f"desk/cards/{request.params['code']}", saved=saved))


def _ask(request: Request, errors: dict[str, Message] | None = None) -> Reply:
    status = 400 if errors else 200
    return render.page(request, "memberships/desk_scan.html", status=status, errors=errors, fields=request.form)


def _page(request: Request, held: Held, errors: dict[str, Message] | None = None, status: int = 200) -> Reply:
    home = require_summary(request.org, held.household)
    is_pass = isinstance(held, Pass)
    view = card_view(held, request.organisation, home, request.local, request.today)
    code = request.params["code"]
    return render.page(
        request,
        "memberships/desk_card.html",
        status=status,
        errors=errors,
        fields=request.form,
        card=view,
        household=home.name,
        path=f"desk/cards/{code}",
        photo=urls.portal(request.org, f"desk/cards/{code}/photo") if view.photo else "",
        may_use=is_pass and view.is_good,
        takes_licence=not is_pass and request.me.works_as(DESK),
        members=[("", request.local.say(say("Nobody in particular")))] + [(row.id, row.name) for row in home.members]
        if is_pass and not held.member
        else [],
        visit=new_id(),
        uses=use_views(held, home, request.local)[:_SHOWN_USES] if isinstance(held, Pass) else [],
        saved=request.query.get("saved", ""),
    )
