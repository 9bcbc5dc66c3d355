"""A family's pages about its slips: what is ready, what is missing and from whom, who claims, and each slip (DOC-2)."""

from collections.abc import Callable, Mapping

from chalicelib.data.write import ConditionFailed
from chalicelib.documents.sections import sections
from chalicelib.households.domain import Address
from chalicelib.households.service import require_household
from chalicelib.organisations.domain import Module
from chalicelib.shared.errors import Invalid, NotFound, Unavailable
from chalicelib.shared.texts import Message, say
from chalicelib.slips import gathering, releasing, store, telling
from chalicelib.slips.domain import Parent, Slip, is_full, is_too_old
from chalicelib.slips.pages import child_view, claim_views, parent_view, slip_row, slip_view
from chalicelib.slips.releasing import Desk
from chalicelib.slips.standing import Season
from chalicelib.slips.telling import Particulars, Teller
from chalicelib.slips.words import KIND_WORDS
from chalicelib.web import paging, render, urls
from chalicelib.web.forms import Form
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes
from chalicelib.web.tabs import tabs

routes = Routes(Module.SLIPS, own=True)

_PARENT = "/{org}/slips/parents/{parent}"
_CLAIM = "claim-"
_LABELS: Mapping[str, Message] = {
    "first_name": say("First name"),
    "last_name": say("Last name"),
    "street": say("Street and number"),
    "city": say("City"),
    "region": say("Province or region"),
    "postcode": say("Postal code"),
}


@routes.get("/{org}/slips", Actor.MEMBER)
def show_slips(request: Request) -> Reply:
    """Where each child stands in a tax year, and all slips; of a past year from January on (NEW-9)."""
    year = gathering.year_in(request.query.get("year", ""), request.today)
    season = gathering.season_of(request.organisation, year)
    file = store.get_file(request.org, request.me.household)
    found = gathering.look(request.org, season, request.me.home, file)
    listed = store.list_slips(request.org, request.me.household, paging.after(request))
    years = ((request.today.year - 1, say("Last year")), (request.today.year, say("This year so far")))
    return render.page(
        request,
        "slips/list.html",
        sections=sections(request, "slips"),
        title=request.local.say(KIND_WORDS[season.rules.kind]),
        year=year,
        years=tabs(request, "slips", [(label, {"year": str(each)}, each == year) for each, label in years]),
        children=[child_view(each, season, request.organisation, request.local, request.today) for each in found],
        slips=[slip_row(slip, request.org, request.local) for slip in listed.rows],
        may_edit=request.me.role.may_edit,
        **paging.links(request, "slips", listed.next, year=str(year)),
    )


@routes.get("/{org}/slips/{slip}", Actor.MEMBER, owns="slip")
def show_slip(request: Request) -> Reply:
    """One slip as it was released, and what became of it."""
    slip = _slip(request)
    if slip.viewed_at is None:
        _mark_viewed(request, slip)
    return render.page(request, "slips/show.html", slip=slip_view(slip, request.org, request.local))


def _slip(request: Request) -> Slip:
    slip = store.get_slip(request.org, request.me.household, request.params["slip"])
    if slip is None:
        raise NotFound
    return slip


def _mark_viewed(request: Request, slip: Slip) -> None:
    try:
        store.mark_viewed(request.org, slip, request.now)
    except (ConditionFailed, Unavailable):  # somebody of the family opened it at the same time, or only looks on
        return


@routes.get("/{org}/slips/parents", Actor.MEMBER)
def show_parents(request: Request) -> Reply:
    """Who claims, with which address, whether the number is there, and who claims for which child."""
    return _parents_page(request)


def _parents_page(request: Request, errors: Mapping[str, Message] | None = None) -> Reply:
    season = _season(request)
    file = store.get_file(request.org, request.me.household)
    children = {row.id for row in request.me.home.members if not _is_grown(request, season, row.id)}
    return render.page(
        request,
        "slips/parents.html",
        status=400 if errors else 200,
        errors=errors,
        parents=[parent_view(parent, season, request.local) for parent in file.parents],
        claims=claim_views(file, request.me.home, children, request.local) if len(file.parents) > 1 else [],
        needs_number=season.rules.needs_number,
        may_edit=request.me.role.may_edit,
        saved=request.query.get("saved", ""),
    )


def _is_grown(request: Request, season: Season, member: str) -> bool:
    row = request.me.home.member(member)
    return row is None or is_too_old(row.birth_date, season.year, season.rules, season.settings)


def _season(request: Request) -> Season:
    """The tax year that is over."""
    return gathering.season_of(request.organisation, request.today.year - 1)


@routes.get("/{org}/slips/parents/add", Actor.EDITOR)
def show_new_parent(request: Request) -> Reply:
    """The form for a parent who claims, with the household's address."""
    household = require_household(request.org, request.me.household)
    return _form(request, _fields(Parent("", "", "", household.address)), "slips/parents/add")


@routes.post("/{org}/slips/parents/add", Actor.EDITOR)
def add_parent(request: Request) -> Reply:
    """Adds a parent, and asks for the number next where there is one."""
    season = _season(request)
    try:
        parent = telling.add_parent(teller(request), _particulars(request, season))
    except Invalid as wrong:
        return _form(request, request.form, "slips/parents/add", wrong.errors)
    relist(request, season)
    following = f"slips/parents/{parent}/number" if season.rules.number else "slips/parents"
    return redirect(urls.portal(request.org, following))


@routes.get(_PARENT + "/edit", Actor.EDITOR, owns="parent")
def show_edit_parent(request: Request) -> Reply:
    """The form of a parent's name and address."""
    parent = _parent(request)
    return _form(request, _fields(parent), f"slips/parents/{parent.id}/edit")


@routes.post(_PARENT + "/edit", Actor.EDITOR, owns="parent")
def edit_parent(request: Request) -> Reply:
    """Stores a parent's name and address; slips that were released keep what they say."""
    parent, season = _parent(request), _season(request)
    try:
        telling.change_parent(teller(request), parent.id, _particulars(request, season))
    except Invalid as wrong:
        return _form(request, request.form, f"slips/parents/{parent.id}/edit", wrong.errors)
    return _saved(request, season)


@routes.post(_PARENT + "/remove", Actor.EDITOR, owns="parent")
def remove_parent(request: Request) -> Reply:
    """Forgets a parent, and the number with it."""
    return _act(request, telling.remove_parent)


@routes.post(_PARENT + "/refuse", Actor.EDITOR, owns="parent")
def refuse_number(request: Request) -> Reply:
    """Notes that the parent gives no number, and so gets no slip."""
    return _act(request, telling.refuse_number)


@routes.post(_PARENT + "/erase", Actor.EDITOR, owns="parent")
def erase_number(request: Request) -> Reply:
    """Forgets the number."""
    return _act(request, telling.erase_number)


def _act(request: Request, act: Callable[[Teller, str], None]) -> Reply:
    season = _season(request)
    act(teller(request), request.params["parent"])
    return _saved(request, season)


@routes.post("/{org}/slips/claims", Actor.EDITOR)
def claim(request: Request) -> Reply:
    """Stores who claims for which child."""
    season = _season(request)
    told = {
        name.removeprefix(_CLAIM): tuple(value.split("+"))
        for name, value in request.form.items()
        if name.startswith(_CLAIM) and value
    }
    telling.claim(teller(request), told)
    return _saved(request, season)


def teller(request: Request) -> Teller:
    """Who tells something, of which household."""
    return Teller(request.org, request.me.home, request.me.user, request.now)


def relist(request: Request, season: Season) -> None:
    """Brings the staff's list to what the family told."""
    me = request.me
    desk = Desk(request.organisation, season, me.household, me.user, me.user_name, request.now)
    releasing.relist_all(desk, store.get_file(request.org, me.household))


def _saved(request: Request, season: Season) -> Reply:
    relist(request, season)
    return redirect(urls.portal(request.org, "slips/parents", saved="1"))


def _parent(request: Request) -> Parent:
    return telling.require_parent(store.get_file(request.org, request.me.household), request.params["parent"])


def _particulars(request: Request, season: Season) -> Particulars:
    """What the form tells. Raises Invalid; the address is complete, or there could be no slip."""
    form = Form(request.form)
    told = Particulars(
        form.text("first_name", required=True),
        form.text("last_name", required=True),
        Address(
            street=form.text("street", required=True),
            city=form.text("city", required=True),
            region=form.text("region", required=bool(season.rules.region)),
            postcode=form.text("postcode", required=True, maximum=20),
            country=request.organisation.country,
        ),
    )
    if not form.errors and not is_full(told.address, season.rules):
        form.errors["postcode"] = say("Enter an address in Quebec, with its province (QC) and postal code")
    form.done()
    return told


def _fields(parent: Parent) -> dict[str, str]:
    address = parent.address
    return {
        "first_name": parent.first_name,
        "last_name": parent.last_name,
        "street": address.street,
        "city": address.city,
        "region": address.region,
        "postcode": address.postcode,
    }


def _form(
    request: Request, fields: Mapping[str, str], action: str, errors: Mapping[str, Message] | None = None
) -> Reply:
    return render.page(
        request,
        "slips/parent_form.html",
        status=400 if errors else 200,
        errors=errors,
        fields=fields,
        action=action,
        labels={name: request.local.say(label) for name, label in _LABELS.items()},
        needs_region=bool(_season(request).rules.region),
    )
