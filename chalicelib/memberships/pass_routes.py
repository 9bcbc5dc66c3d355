"""Pages of passes: the list, and one of them with its visits (SUB-4)."""

from dataclasses import replace

from chalicelib.households.domain import Private
from chalicelib.memberships import pass_store
from chalicelib.memberships.pass_pages import pass_row, pass_view
from chalicelib.memberships.passes import Pass
from chalicelib.memberships.sections import sections, sells
from chalicelib.organisations.domain import Module
from chalicelib.shared.errors import NotFound
from chalicelib.web import paging, render
from chalicelib.web.http import Reply, Request
from chalicelib.web.routes import Actor, Routes

routes = Routes(Module.INVOICES)


@routes.get("/{org}/passes", Actor.MEMBER)
def show_passes(request: Request) -> Reply:
    """All passes of the household and its members, newest first, 25 at a time."""
    found = pass_store.list_page(request.org, request.me.household, paging.after(request))
    home, local, today = request.me.home, request.local, request.today
    return render.page(
        request,
        "memberships/passes.html",
        sections=sections(request, "passes"),
        passes=[pass_row(each, request.org, home, local, today) for each in found.rows],
        **paging.links(request, "passes", found.next),
    )


@routes.get("/{org}/passes/{pass_id}", Actor.MEMBER, owns="pass_id")
def show_pass(request: Request) -> Reply:
    """One pass with its days, what is left of it, and its visits."""
    found = pass_store.get(request.org, request.me.household, request.params["pass_id"])
    if found is None:
        raise NotFound
    view = pass_view(_open(request, found), request.org, request.me.home, request.local, request.today)
    again = f"shop/{found.product}" if sells(request.organisation) and request.me.role.may_edit else ""
    return render.page(request, "memberships/pass.html", each=view, again=again)


def _open(request: Request, found: Pass) -> Pass:
    """The pass with those visits that are the reader's to see: who grew up may keep his or hers (NEW-14)."""
    may_see = (use for use in found.taken if request.me.may_see(use.member or found.member, Private.SCHEDULE))
    return replace(found, taken=tuple(may_see))
