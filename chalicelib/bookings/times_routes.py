"""Pages of booking something: what there is, its free times, and the one that is wanted (BOOK-3)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from chalicelib.bookings import resource_store, service, times_pages, wording
from chalicelib.bookings.availability import find_free, monday_in
from chalicelib.bookings.resources import Resource
from chalicelib.bookings.slots import minute_of, moment_of
from chalicelib.bookings.wishes import Changed, Slot, Taken, Wish
from chalicelib.consents import gate
from chalicelib.forms.pages import AskedView, asked_views
from chalicelib.organisations.domain import Module
from chalicelib.shared.errors import Conflict, Fault, Forbidden, Invalid, NotFound
from chalicelib.shared.ids import new_id
from chalicelib.shared.texts import Message, say
from chalicelib.shared.times import from_iso, to_iso
from chalicelib.web import render, urls
from chalicelib.web.forms import Form, parse_day
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes
from chalicelib.web.tabs import tabs

routes = Routes(Module.BOOKINGS)

_REACH = timedelta(days=3660)
_DIGITS = 4


@routes.get("/{org}/bookings/new", Actor.EDITOR)
def show_resources(request: Request) -> Reply:
    """Everything that can be booked, with what is free of it in a week."""
    offered = [each for each in resource_store.list_all(request.org) if each.is_offered]
    kind = request.query.get("kind", "")
    choices = times_pages.kind_choices(offered)
    shown = [each for each in offered if not choices or kind in ("", each.kind.value)]
    horizon = max((each.horizon_days for each in offered), default=0)
    monday = monday_in(request.organisation, parse_day(request.query.get("week", "")), horizon, request.now)
    free = find_free(request.organisation, [(each, each.shortest) for each in shown], monday, request.now)
    here = urls.portal(request.org, "bookings/new", kind=kind)
    rows = [times_pages.resource_row(each, free[each.id], monday, request.organisation, request.local)
            for each in shown]  # fmt: skip
    return render.page(
        request,
        "bookings/resources.html",
        resources=rows,
        week=times_pages.week_view(request.local, monday, request.today, horizon, here),
        tabs=tabs(
            request,
            "bookings/new",
            [(words, {"kind": value, "week": monday.isoformat()}, value == kind) for value, words in choices],
        ),
    )


@routes.get("/{org}/bookings/times", Actor.EDITOR)
def show_times(request: Request) -> Reply:
    """Free times of one resource in a week."""
    return _times(request, require_resource(request, request.query))


@routes.get("/{org}/bookings/confirm", Actor.EDITOR)
def show_offer(request: Request) -> Reply:
    """What a time comes to, and the rules that hold for it, before it is booked (NEW-1)."""
    resource = require_resource(request, request.query)
    try:
        slot = read_slot(request.query, request.now)
    except Invalid as wrong:
        return _times(request, resource, wrong.errors, 400)
    return _offer(request, resource, slot)


@routes.post("/{org}/bookings/confirm", Actor.EDITOR)
def book(request: Request) -> Reply:
    """Books a time, or asks for it. Raises Forbidden for a minor (ACC-7)."""
    if request.me.is_adult(request.today) is False:
        raise Forbidden(say("Only adults buy here: people of 18 years or more."))
    resource = require_resource(request, request.form)
    try:
        slot = read_slot(request.form, request.now)
        wish = _wish(request, resource, slot)
        made = service.book(request.organisation, request.me.household, wish, request.local, request.now)
    except Taken as refused:
        return _times(request, resource, {"starts": sentence(refused)}, 409)
    except Changed as refused:
        return _offer(request, resource, slot, {"": sentence(refused)}, 409)
    except Conflict as refused:
        if refused.message is None:
            raise
        return _offer(request, resource, slot, {"": refused.message}, 409)
    except Invalid as wrong:
        if "starts" in wrong.errors:
            return _times(request, resource, wrong.errors, 400)
        return _offer(request, resource, slot, wrong.errors, 400)
    return redirect(urls.portal(request.org, f"bookings/{made.id}", saved="booked"))


def _wish(request: Request, resource: Resource, slot: Slot) -> Wish:
    form = Form(request.form)
    members = tuple(member.id for member in request.me.home.members)
    wish = Wish(
        resource=resource.id,
        slot=slot,
        once=form.text("once", required=True),
        agreed=form.text("agreed"),
        member=form.choice("member", members),
        participants=_participants(form, resource),
        note=form.lines("note", maximum=500),
    )
    if "once" in form.errors:
        raise Changed
    form.done()
    return wish


def _participants(form: Form, resource: Resource) -> int:
    """How many come, where somebody asks."""
    if not resource.people:
        return 0
    told = form.text("participants", required=True)
    is_number = told.isascii() and told.isdigit() and len(told) <= _DIGITS
    if told and not (is_number and 1 <= int(told) <= resource.people):
        form.errors["participants"] = say("Enter a number from 1 to %(n)s", n=resource.people)
    return int(told) if is_number else 0


def require_resource(request: Request, told: Mapping[str, str]) -> Resource:
    """The resource that is named, as long as it is offered. Raises NotFound."""
    resource = resource_store.get(request.org, told.get("resource", ""))
    if resource is None or not resource.is_offered:
        raise NotFound
    return resource


def read_slot(told: Mapping[str, str], now: datetime) -> Slot:
    """The time that is named. Raises Invalid for what is none."""
    wrong = Invalid({"starts": say("Choose one of the times")})
    try:
        starts = from_iso(told.get("starts", ""))
        is_near = abs(starts - now) < _REACH
    except (ValueError, OverflowError) as error:
        raise wrong from error
    minutes = told.get("minutes", "")
    if not (is_near and minutes.isascii() and minutes.isdigit() and len(minutes) <= _DIGITS):
        raise wrong
    return Slot(moment_of(minute_of(starts)), int(minutes))


def sentence(refused: Fault) -> Message:
    """What a refusal says."""
    return refused.message or say("Please try again.")


def free_times(request: Request, resource: Resource, minutes: int, here: str, there: str) -> dict[str, object]:
    """What the template of free times needs; times lead to `there`, other weeks and durations to `here`."""
    wanted = parse_day(request.query.get("week", request.form.get("week", "")))
    monday = monday_in(request.organisation, wanted, resource.horizon_days, request.now)
    told = request.query.get("minutes") or request.form.get("minutes") or str(minutes)
    chosen = next((each for each in resource.durations if str(each) == told), resource.shortest)
    free = find_free(request.organisation, [(resource, chosen)], monday, request.now)[resource.id]
    address = f"{here}{'&' if '?' in here else '?'}minutes={chosen}"
    return {
        "resource": resource,
        "title": request.local.text(resource.title),
        "description": request.local.text(resource.description),
        "price": wording.price_words(resource, request.organisation, request.local),
        "days": times_pages.day_views(free, request.local),
        "there": there,
        "week": times_pages.week_view(request.local, monday, request.today, resource.horizon_days, address),
        "durations": times_pages.durations(resource, request.local),
        "chosen": str(chosen),
    }


def _times(
    request: Request, resource: Resource, errors: Mapping[str, Message] | None = None, status: int = 200
) -> Reply:
    here = urls.portal(request.org, "bookings/times", resource=resource.id)
    there = urls.portal(request.org, "bookings/confirm")
    return render.page(
        request,
        "bookings/times.html",
        status=status,
        errors=errors,
        booking=None,
        **free_times(request, resource, resource.shortest, here, there),
    )


def _offer(
    request: Request,
    resource: Resource,
    slot: Slot,
    errors: Mapping[str, Message] | None = None,
    status: int = 200,
) -> Reply:
    """The time as it would be booked; the free ones instead, where it is not offered."""
    try:
        offer = service.offer(request.organisation, resource, slot, request.local, request.now)
    except Invalid as wrong:
        return _times(request, resource, wrong.errors, 400)
    return render.page(
        request,
        "bookings/confirm.html",
        status=status,
        errors=errors,
        fields=request.form,
        title=offer.booking.resource,
        resource=resource,
        starts=to_iso(slot.starts),
        minutes=slot.minutes,
        facts=times_pages.offer_facts(offer.booking, request.local),
        rules=wording.rules(offer.booking, request.local, request.now),
        cost=wording.cost(offer.booking, request.local) if offer.booking.total_minor else "",
        unsigned=_unsigned(request),
        members=_members(request),
        once=request.form.get("once") or new_id(),
        agreed=offer.digest,
    )


def _unsigned(request: Request) -> Sequence[AskedView]:
    """What has to be signed before anybody of the household, or the one who was chosen, may come (NEW-13)."""
    home, today = request.me.home, request.today
    member = request.form.get("member", "")
    asked = gate.missing(service.asked_before(request.organisation), home, member, "", "", today)
    return asked_views(asked, home, request.local, request.org, today)


def _members(request: Request) -> Sequence[tuple[str, str]]:
    """Whom it may be for: the household, or one of its members."""
    nobody = ("", request.local.say(say("The whole household")))
    return [nobody, *((member.id, member.name) for member in request.me.home.members)]
