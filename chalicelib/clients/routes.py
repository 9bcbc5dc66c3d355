"""Pages on which staff look for clients, and on which they see one."""

from typing import Any

from chalicelib.billing.glance import balance_cards, unpaid_row
from chalicelib.clients import pages, reading, ways
from chalicelib.clients.searching import search
from chalicelib.clients.ways import HOME, path_of
from chalicelib.feedback import lifting
from chalicelib.households.domain import ARCHIVED
from chalicelib.identity.staff import CLIENTS, DESK, OFFICE, TILL
from chalicelib.organisations.domain import Module
from chalicelib.shared.folding import typed_words
from chalicelib.web import render
from chalicelib.web.http import Reply, Request
from chalicelib.web.routes import Actor, Routes

routes = Routes()

_LONGEST = 100
"""Characters that somebody looks for."""
_UNPAID = 3
_NOTES = 3
"""Invoices and notes on the first page of a client."""


@routes.get("/{org}/desk/clients", Actor.STAFF, staff=CLIENTS)
def show_search(request: Request) -> Reply:
    """Looks for clients by whatever somebody knows of them (ADM-2): a form, and with a script as one types.

    The script asks for what was found alone (`part`), and puts it in the place of what is there.
    """
    typed = _shown(request.query.get("q", ""))
    found = search(request.org, typed)
    return render.page(
        request,
        "clients/hits.html" if request.query.get("part") == "hits" else "clients/search.html",
        typed=typed,
        is_asked=bool(typed_words(typed)),
        hits=[pages.hit_view(hit, request.local, request.org) for hit in found.hits],
        has_more=found.has_more,
        may_open=request.me.works_as(DESK),
    )


def _shown(typed: str) -> str:
    """What was typed without signs that no page may show; none of them is part of a word."""
    return "".join(each if each.isprintable() else " " for each in typed[:_LONGEST]).strip()


@routes.get(HOME, Actor.STAFF, staff=CLIENTS, owns="household")
def show_client(request: Request) -> Reply:
    """All of a client at a glance, and the ways to the rest. Three round trips."""
    known = reading.known(request.org, request.params["household"])
    home, organisation, local = known.home, request.organisation, request.local
    shows_money = organisation.uses(Module.INVOICES)
    return render.page(
        request,
        "clients/show.html",
        **frame(request, ""),
        home=home,
        refused=lifting.refused(lifting.of_household(request.org, known.household, (), request.now)),
        facts=pages.particulars(known.household, request, may_edit=request.me.works_as(DESK)),
        members=pages.member_views(home, request),
        users=known.users,
        balances=balance_cards(home, local, request.org, request.today) if shows_money else [],
        unpaid=[
            unpaid_row(row, local, request.org, request.today, base=f"{path_of(home.household)}/billing/")
            for row in home.unpaid[:_UNPAID]
        ]
        if shows_money
        else [],
        entries=pages.next_entries(request, known),
        waits=pages.waits_for(home, local),
        notes=[pages.note_view(note, home.household, local, request.org) for note in known.notes[:_NOTES]],
        has_archived=ARCHIVED in home.holds,
        links=ways.elsewhere(request, request.me),
        may_take=request.me.works_as(TILL),
        saved=request.query.get("saved", ""),
    )


def frame(request: Request, current: str) -> dict[str, Any]:
    """What every page of a client has: the ways between them, and what whoever looks may do."""
    return {
        "parts": ways.parts(request, current),
        "path": path_of(request.params["household"]),
        "may_edit": request.me.works_as(DESK),
        "may_note": request.me.works_as(OFFICE),
    }
