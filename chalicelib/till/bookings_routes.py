"""Booking for a family at the desk: what there is, its free times, and the one that is wanted (PUR-2, BOOK-3).

Rules, prices and consents hold as they do for families; what is missing is named, and only the family signs it.
"""

from collections.abc import Mapping, Sequence

from chalicelib.bookings import resource_store, service, times_pages, wording
from chalicelib.bookings.availability import find_free, monday_in
from chalicelib.bookings.resources import Resource
from chalicelib.bookings.times_routes import free_times, read_slot, require_resource, sentence
from chalicelib.bookings.wishes import Changed, Slot, Taken, Wish
from chalicelib.consents import gate
from chalicelib.forms.pages import AskedView, asked_views
from chalicelib.households.service import require_household
from chalicelib.households.summary import Summary
from chalicelib.identity.staff import DESK
from chalicelib.organisations.domain import Module
from chalicelib.shared.errors import Conflict, Invalid
from chalicelib.shared.ids import new_id
from chalicelib.shared.texts import Message
from chalicelib.shared.times import to_iso
from chalicelib.till.homes import PATH, home_of, local_of, member_choices, path_of, url_of
from chalicelib.web import render
from chalicelib.web.forms import Form, parse_day
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.language import Local
from chalicelib.web.routes import Actor, Routes

routes = Routes(Module.BOOKINGS)

_BOOKINGS = f"{PATH}/purchases/bookings"
Errors = Mapping[str, Message]


@routes.get(_BOOKINGS, Actor.STAFF, staff=DESK, owns="household")
def show_resources(request: Request) -> Reply:
    """Everything that can be booked, with what is free of it in a week."""
    home, organisation = home_of(request), request.organisation
    offered = [each for each in resource_store.list_all(request.org) if each.is_offered]
    horizon = max((each.horizon_days for each in offered), default=0)
    monday = monday_in(organisation, parse_day(request.query.get("week", "")), horizon, request.now)
    free = find_free(organisation, [(each, each.shortest) for each in offered], monday, request.now)
    rows = [times_pages.resource_row(each, free[each.id], monday, organisation, request.local) for each in offered]
    shown = {"week": monday.isoformat()}
    times = [url_of(request, home, "purchases/bookings/times", resource=each.id, **shown) for each in offered]
    here = url_of(request, home, "purchases/bookings")
    return render.page(
        request,
        "till/resources.html",
        home=home,
        path=path_of(home, "purchases"),
        resources=[row._replace(href=href) for row, href in zip(rows, times, strict=True)],
        week=times_pages.week_view(request.local, monday, request.today, horizon, here),
    )


@routes.get(f"{_BOOKINGS}/times", Actor.STAFF, staff=DESK, owns="household")
def show_times(request: Request) -> Reply:
    """Free times of one resource in a week."""
    return _times(request, home_of(request), require_resource(request, request.query))


@routes.get(f"{_BOOKINGS}/confirm", Actor.STAFF, staff=DESK, owns="household")
def show_offer(request: Request) -> Reply:
    """What a time comes to, and the rules that hold for it, before it is booked (NEW-1)."""
    home, resource = home_of(request), require_resource(request, request.query)
    try:
        slot = read_slot(request.query, request.now)
    except Invalid as wrong:
        return _times(request, home, resource, wrong.errors, 400)
    return _offer(request, home, resource, slot)


@routes.post(f"{_BOOKINGS}/confirm", Actor.STAFF, staff=DESK, owns="household")
def book(request: Request) -> Reply:
    """Books a time for the family, or asks for it where somebody has to agree; the family is told."""
    home, resource = home_of(request), require_resource(request, request.form)
    try:
        slot = read_slot(request.form, request.now)
        wish = _wish(request, home, resource, slot)
        service.book(request.organisation, home.household, wish, _family_local(request, home), request.now)
    except Taken as refused:
        return _times(request, home, resource, {"starts": sentence(refused)}, 409)
    except Conflict as refused:
        if refused.message is None:
            raise
        return _offer(request, home, resource, slot, {"": refused.message}, 409)
    except Invalid as wrong:
        if "starts" in wrong.errors:
            return _times(request, home, resource, wrong.errors, 400)
        return _offer(request, home, resource, slot, wrong.errors, 400)
    return redirect(url_of(request, home, "purchases", done="booked"))


def _wish(request: Request, home: Summary, resource: Resource, slot: Slot) -> Wish:
    """What is to be booked. Raises Invalid, Changed for a form that is none of ours."""
    form = Form(request.form)
    wish = Wish(
        resource=resource.id,
        slot=slot,
        once=form.text("once", required=True),
        agreed=form.text("agreed"),
        member=form.choice("member", tuple(row.id for row in home.members)),
        participants=(form.number("participants", resource.people, least=1, required=True) or 0)
        if resource.people
        else 0,
        note=form.lines("note", maximum=500),
    )
    if "once" in form.errors:
        raise Changed
    form.done()
    return wish


def _family_local(request: Request, home: Summary) -> Local:
    """The language in which the family's papers name what is booked. One strong read."""
    return local_of(request.organisation, require_household(request.org, home.household))


def _times(
    request: Request, home: Summary, resource: Resource, errors: Errors | None = None, status: int = 200
) -> Reply:
    here = url_of(request, home, "purchases/bookings/times", resource=resource.id)
    there = url_of(request, home, "purchases/bookings/confirm")
    return render.page(
        request,
        "till/times.html",
        status=status,
        errors=errors,
        home=home,
        path=path_of(home, "purchases/bookings"),
        **free_times(request, resource, resource.shortest, here, there),
    )


def _offer(
    request: Request,
    home: Summary,
    resource: Resource,
    slot: Slot,
    errors: Errors | None = None,
    status: int = 200,
) -> Reply:
    """The time as it would be booked; the free ones instead, where it is not offered."""
    try:
        offer = service.offer(request.organisation, resource, slot, _family_local(request, home), request.now)
    except Invalid as wrong:
        return _times(request, home, resource, wrong.errors, 400)
    return render.page(
        request,
        "till/book.html",
        status=status,
        errors=errors,
        fields=request.form,
        home=home,
        path=path_of(home, "purchases/bookings"),
        title=request.local.text(resource.title),
        resource=resource,
        starts=to_iso(slot.starts),
        minutes=slot.minutes,
        facts=times_pages.offer_facts(offer.booking, request.local),
        rules=wording.rules(offer.booking, request.local, request.now),
        unsigned=_unsigned(request, home),
        members=member_choices(home, request.local),
        once=request.form.get("once") or new_id(),
        agreed=offer.digest,
    )


def _unsigned(request: Request, home: Summary) -> Sequence[AskedView]:
    """What the family has to sign before anybody of it, or the one who was chosen, may come (NEW-13)."""
    member = request.form.get("member", "")
    asked = gate.missing(service.asked_before(request.organisation), home, member, "", "", request.today)
    views = asked_views(asked, home, request.local, request.org, request.today)
    return [view._replace(href="") for view in views]
