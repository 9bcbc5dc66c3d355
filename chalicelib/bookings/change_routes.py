"""Pages on which a family gives a booking up or moves it, having seen what that comes to (BOOK-4, NEW-1)."""

from collections.abc import Mapping

from chalicelib.bookings import resource_store, service, times_pages, wording
from chalicelib.bookings.domain import Booking, Side
from chalicelib.bookings.times_routes import free_times, read_slot, sentence
from chalicelib.bookings.wishes import Changed, Slot, Step, Taken
from chalicelib.organisations.domain import Module
from chalicelib.shared.errors import Conflict, Invalid, NotFound
from chalicelib.shared.texts import Message, say
from chalicelib.shared.times import to_iso
from chalicelib.web import render, urls
from chalicelib.web.forms import Form
from chalicelib.web.http import Reply, Request, redirect
from chalicelib.web.routes import Actor, Routes

routes = Routes(Module.BOOKINGS)


@routes.get("/{org}/bookings/{booking}/cancel", Actor.EDITOR, owns="booking")
def show_cancel(request: Request) -> Reply:
    """What giving a booking up comes to, to the cent."""
    return _cancel_page(request, _booking(request))


@routes.post("/{org}/bookings/{booking}/cancel", Actor.EDITOR, owns="booking")
def cancel(request: Request) -> Reply:
    """Gives it up, as was shown."""
    booking = _booking(request)
    form = Form(request.form)
    reason = form.lines("reason", maximum=500)
    if form.errors:
        return _cancel_page(request, booking, form.errors, 400)
    agreed = form.text("agreed")
    try:
        service.cancel(request.organisation, request.me.household, booking.id, Side.FAMILY, reason, agreed, request.now)
    except Changed as refused:
        return _cancel_page(request, booking, {"": sentence(refused)}, 409)
    return redirect(urls.portal(request.org, f"bookings/{booking.id}", saved="cancelled"))


@routes.get("/{org}/bookings/{booking}/move", Actor.EDITOR, owns="booking")
def show_move(request: Request) -> Reply:
    """Free times that a booking can be moved to, or what moving it to one of them comes to."""
    booking = _booking(request)
    if "starts" not in request.query:
        return _times(request, booking)
    try:
        slot = read_slot(request.query, request.now)
    except Invalid as wrong:
        return _times(request, booking, wrong.errors, 400)
    return _move_page(request, booking, slot)


@routes.post("/{org}/bookings/{booking}/move", Actor.EDITOR, owns="booking")
def move(request: Request) -> Reply:
    """Moves it, as was shown."""
    booking = _booking(request)
    agreed = request.form.get("agreed", "")
    try:
        slot = read_slot(request.form, request.now)
        after = service.move(
            request.organisation, request.me.household, booking.id, slot, agreed, request.local, request.now
        )
    except Taken as refused:
        return _times(request, booking, {"starts": sentence(refused)}, 409)
    except Changed as refused:
        return _move_page(request, booking, slot, {"": sentence(refused)}, 409)
    except Invalid as wrong:
        return _times(request, booking, wrong.errors, 400)
    return redirect(urls.portal(request.org, f"bookings/{after.id}", saved="moved"))


def _booking(request: Request) -> Booking:
    return service.require(request.org, request.me.household, request.params["booking"])


def _cancel_page(
    request: Request, booking: Booking, errors: Mapping[str, Message] | None = None, status: int = 200
) -> Reply:
    step = service.cancelling(request.organisation, request.me.household, booking.id, Side.FAMILY, request.now)
    charged = step.parting.charged_minor
    return render.page(
        request,
        "bookings/cancel.html",
        status=status,
        errors=errors,
        fields=request.form,
        booking=booking,
        when=wording.when(booking, request.local),
        facts=times_pages.parting_facts(step.parting, request.local) if charged else [],
        agreed=step.digest,
    )


def _times(request: Request, booking: Booking, errors: Mapping[str, Message] | None = None, status: int = 200) -> Reply:
    if not booking.may_move(request.now):
        raise Conflict(say("This booking can not be moved here. Please ask us."))
    resource = resource_store.get(request.org, booking.resource_id)
    if resource is None:
        raise NotFound
    here = urls.portal(request.org, f"bookings/{booking.id}/move")
    return render.page(
        request,
        "bookings/times.html",
        status=status,
        errors=errors,
        booking=booking,
        **free_times(request, resource, booking.minutes, here, here),
    )


def _move_page(
    request: Request,
    booking: Booking,
    slot: Slot,
    errors: Mapping[str, Message] | None = None,
    status: int = 200,
) -> Reply:
    """What moving comes to; the free times instead, where the wanted one is not offered."""
    organisation, home = request.organisation, request.me.household
    try:
        step: Step = service.moving(organisation, home, booking.id, slot, request.local, request.now)
    except Invalid as wrong:
        return _times(request, booking, wrong.errors, 400)
    return render.page(
        request,
        "bookings/move.html",
        status=status,
        errors=errors,
        booking=booking,
        facts=times_pages.step_facts(step, request.local),
        money=request.local.say(times_pages.step_words(step)),
        rules=wording.rules(step.to, request.local, request.now) if step.to else [],
        starts=to_iso(slot.starts),
        minutes=slot.minutes,
        agreed=step.digest,
    )
