"""Pages that take a parent's number, and the file with which the organisation reports its slips to the tax office.

The function that serves them is the only one that can open a number. None of them ever shows one again.
"""

from collections.abc import Mapping

from chalicelib import bootstrap
from chalicelib.identity.staff import REPORTING
from chalicelib.organisations.domain import Module
from chalicelib.shared.errors import Invalid, NotFound
from chalicelib.shared.texts import Message
from chalicelib.slips import gathering, numbering, reporting, store, telling
from chalicelib.slips.domain import Parent
from chalicelib.slips.numbers import NumberKind, parse_number
from chalicelib.slips.routes import relist, teller
from chalicelib.slips.words import BAD_NUMBER, NUMBER_HINTS, NUMBER_WORDS
from chalicelib.web import render, urls
from chalicelib.web.forms import Form
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes

routes = Routes(Module.SLIPS, own=True)

_NUMBER = "/{org}/slips/parents/{parent}/number"


@routes.get(_NUMBER, Actor.EDITOR, owns="parent")
def show_number_form(request: Request) -> Reply:
    """The form for a parent's number; one that was given is not in it."""
    kind, parent = _asked(request)
    return _form(request, kind, parent)


@routes.post(_NUMBER, Actor.EDITOR, owns="parent")
def give_number(request: Request) -> Reply:
    """Seals a parent's number. A mistyped one is told, but not repeated."""
    kind, parent = _asked(request)
    form = Form(request.form)
    digits = form.parsed("number", lambda text: parse_number(text, kind), BAD_NUMBER[kind], required=True)
    try:
        form.done()
    except Invalid as wrong:
        return _form(request, kind, parent, wrong.errors)
    numbering.give_number(bootstrap.sealer(), teller(request), parent.id, digits)
    relist(request, gathering.season_of(request.organisation, request.today.year - 1))
    return redirect(urls.portal(request.org, "slips/parents", saved="number"))


def _asked(request: Request) -> tuple[NumberKind, Parent]:
    """Which number of whom. Raises NotFound, also where no number is asked for."""
    file = store.get_file(request.org, request.me.household)
    parent = telling.require_parent(file, request.params["parent"])
    kind = gathering.season_of(request.organisation, request.today.year - 1).rules.number
    if kind is None:
        raise NotFound
    return kind, parent


def _form(request: Request, kind: NumberKind, parent: Parent, errors: Mapping[str, Message] | None = None) -> Reply:
    return render.page(
        request,
        "slips/number.html",
        status=400 if errors else 200,
        errors=errors,
        parent=parent,
        label=request.local.say(NUMBER_WORDS[kind]),
        hint=request.local.say(NUMBER_HINTS[kind]),
    )


@routes.post("/{org}/desk/slips/report", Actor.STAFF, staff=REPORTING, step_up=True)
def report(request: Request) -> Reply:
    """A table of a year's slips with the parents' numbers, to report them; each number's use is in its family's log."""
    year = gathering.year_in(request.form.get("year", ""), request.today)
    season = gathering.season_of(request.organisation, year)
    made = reporting.table(bootstrap.sealer(), request.organisation, season, request.me.user, request.now)
    name = f'attachment; filename="slips-{year}.csv"'
    return Reply(body=made, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": name})
