"""Bookings in words: what they cost, how long they take, and the rules that hold for them (NEW-1)."""

from datetime import datetime

from chalicelib.bookings.domain import Booking
from chalicelib.bookings.resources import PricePer, Resource, ResourceKind
from chalicelib.organisations.domain import Organisation
from chalicelib.shared.texts import Message, say
from chalicelib.web.language import Local

KIND_WORDS: dict[ResourceKind, Message] = {
    ResourceKind.ROOM: say("Rooms"),
    ResourceKind.COURT: say("Courts"),
    ResourceKind.RINK: say("Rinks"),
    ResourceKind.APPOINTMENT: say("Appointments"),
}


def length(local: Local, minutes: int) -> str:
    """How long: `1 h 30 min`."""
    hours, rest = divmod(minutes, 60)
    parts = [local.say(say("%(n)s h", n=hours))] if hours else []
    return " ".join([*parts, local.say(say("%(n)s min", n=rest))] if rest or not hours else parts)


def price_words(resource: Resource, organisation: Organisation, local: Local) -> str:
    """What a resource costs, taxes included: `45.99 an hour`."""
    hour = resource.price_per is PricePer.HOUR
    lines = resource.lines(60, "", "", organisation.billing)
    if not lines:
        return local.say(say("Free of charge"))
    amount = local.money(sum(line.total_minor for line in lines), organisation.currency)
    return local.say(say("%(amount)s an hour", amount=amount) if hour else say("%(amount)s a booking", amount=amount))


def cost(booking: Booking, local: Local) -> str:
    """What a booking costs, taxes included."""
    if not booking.total_minor:
        return local.say(say("Free of charge"))
    return local.money(booking.total_minor, booking.currency)


def when(booking: Booking, local: Local) -> str:
    """From when to when."""
    return f"{local.date(booking.starts, 'weekday')}, {times(booking, local)}"


def times(booking: Booking, local: Local) -> str:
    """The hours."""
    return f"{local.time(booking.starts)}\u2013{local.time(booking.ends)}"


def rules(booking: Booking, local: Local, now: datetime) -> list[str]:
    """What the family may do itself, and what it costs."""
    if not booking.terms.may_cancel:
        return [local.say(say("You can not cancel it here. Please ask us if you have to."))]
    told = [_giving_up(booking, local, now)]
    if not booking.terms.may_move:
        told.append(say("You can not move it to another time here."))
    elif booking.total_minor:
        told.append(say("Moving it to another time follows the same rules."))
    return [local.say(each) for each in told]


def _giving_up(booking: Booking, local: Local, now: datetime) -> Message:
    if not booking.total_minor or not booking.terms.kept_ppm or booking.free_until == booking.starts:
        return say("You can cancel it free of charge until it begins.")
    share = local.percent(booking.terms.kept_ppm)
    if now > booking.free_until:
        return say("You can cancel it until it begins; we then keep %(share)s of the price.", share=share)
    until = local.datetime(booking.free_until)
    return say(
        "You can cancel it free of charge until %(moment)s. After that we keep %(share)s of the price.",
        moment=until,
        share=share,
    )
