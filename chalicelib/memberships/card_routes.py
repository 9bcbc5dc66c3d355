"""Pages of membership cards (CARD-1, NEW-18): all of a household's, and one to show at the door.

One card is one round trip beside the guard's, and stays readable without a network: `static/keep.js` puts the page,
and the schedule with it, into the browser's own cache for this session alone.
"""

from chalicelib.memberships import cards, pass_store, store
from chalicelib.memberships.card_pages import card_view, square
from chalicelib.memberships.cards import Held
from chalicelib.memberships.passes import Pass
from chalicelib.memberships.sections import sections
from chalicelib.organisations.domain import Module
from chalicelib.organisations.routes import manifest_url
from chalicelib.shared.errors import NotFound
from chalicelib.shared.ids import named_id
from chalicelib.web import render, urls
from chalicelib.web.http import Reply, Request
from chalicelib.web.routes import Actor, Routes

routes = Routes(Module.INVOICES)


@routes.get("/{org}/cards", Actor.MEMBER)
def show_cards(request: Request) -> Reply:
    """The household's newest cards that let somebody in, or will. Two round trips."""
    held: list[Held] = [*store.list_page(request.org, request.me.household).rows]
    held += pass_store.list_page(request.org, request.me.household).rows
    shown = sorted((each for each in held if each.card), key=lambda each: each.id, reverse=True)
    views = [card_view(each, request.organisation, request.me.home, request.local, request.today) for each in shown]
    return render.page(
        request,
        "memberships/cards.html",
        sections=sections(request, "cards"),
        cards=sorted(views, key=lambda each: not each.is_good),
        manifest=manifest_url(request.organisation),
    )


@routes.get("/{org}/cards/{card}", Actor.MEMBER, owns="card")
def show_card(request: Request) -> Reply:
    """One card, for the door: whose, what for, until when, and its square."""
    held = cards.get_held(request.org, request.me.household, request.params["card"])
    if held is None or not held.card:
        raise NotFound
    has_classes = request.organisation.uses(Module.CLASSES)
    pages = (f"cards/{held.id}", "cards", *(("schedule",) if has_classes else ()))
    return render.page(
        request,
        "memberships/card.html",
        card=card_view(held, request.organisation, request.me.home, request.local, request.today),
        square=square(request.organisation, held.card),
        back=f"passes/{held.id}" if isinstance(held, Pass) else f"subscriptions/{held.id}",
        member=held.member,
        has_classes=has_classes,
        may_edit=request.me.role.may_edit,
        now=request.now,
        keep=" ".join(urls.portal(request.org, path) for path in pages),
        owner=named_id(f"{request.me.session} {request.me.household}")[:16],
        manifest=manifest_url(request.organisation),
    )
