"""The list of all that a household bought and gave back (PUR-1, SUB-4, BOOK-5, SCH-12)."""

from chalicelib.billing import bought
from chalicelib.memberships.sections import sections
from chalicelib.organisations.domain import Module
from chalicelib.purchases.pages import purchase_row
from chalicelib.shared.texts import say
from chalicelib.web import paging, render, urls
from chalicelib.web.http import Reply, Request
from chalicelib.web.routes import Actor, Routes
from chalicelib.web.tabs import Tab

routes = Routes(Module.INVOICES)


@routes.get("/{org}/purchases", Actor.MEMBER)
def show_purchases(request: Request) -> Reply:
    """All that the household or one of its members bought and gave back, newest first, 25 at a time."""
    home, member = request.me.home, request.query.get("member", "")
    member = member if home.member(member) else ""
    found = bought.list_page(request.org, home.household, member, paging.after(request, bought.is_bought_id))
    return render.page(
        request,
        "purchases/list.html",
        sections=sections(request, "purchases"),
        members=_members(request, member) if len(home.members) > 1 else [],
        purchases=[purchase_row(line, request.organisation, home, request.local) for line in found.rows],
        **paging.links(request, "purchases", found.next, member=member),
    )


def _members(request: Request, chosen: str) -> list[Tab]:
    """The list of the family and of each member, as tabs."""
    everybody = (request.local.say(say("The whole family")), "")
    return [
        Tab(name, urls.portal(request.org, "purchases", member=member), member == chosen)
        for name, member in (everybody, *((row.name, row.id) for row in request.me.home.members))
    ]
