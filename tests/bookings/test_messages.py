"""What families are told about bookings: once for each change, in their language, with a way to look."""

import re
from dataclasses import replace
from datetime import date
from functools import partial
from zoneinfo import ZoneInfo

import pytest

from chalicelib.billing import store as billing
from chalicelib.bookings import service
from chalicelib.bookings.domain import Booking, Side
from chalicelib.data import keys
from chalicelib.data.write import Transaction
from chalicelib.households import store as households
from chalicelib.notifications import compose
from chalicelib.notifications.delivery import deliver
from tests.bookings.letting import Letting, letting
from tests.notifications.carriers import Van
from tests.support.world import World

_CODE = re.compile(r"\{\{|\{%|%\(|None")


def _speaks(place: Letting, language: str, phone: str = "") -> None:
    """The household is written to in a language, by mail or by text."""
    found = households.get_household(place.world.org, place.home.id)
    assert found
    told = replace(found, language=language, email="" if phone else "choir@example.com", phone=phone)
    transaction = Transaction()
    households.save_household(transaction, place.world.org, told)
    transaction.commit()


def _happen(place: Letting) -> list[tuple[str, Booking]]:
    """Everything that a family is told of, and the booking as it then stood."""
    act = (place.organisation, place.home.id)
    first = place.book(place.at(5))
    service.confirm(*act, first.id, "Kate", place.world.now)
    confirmed = place.find(first)
    moved = place.move(confirmed, place.at(8))
    gone = place.cancel(moved)
    second = place.book(place.at(6))
    service.decline(*act, second.id, "Kate", "Concert", place.world.now)
    third = place.book(place.at(1))
    service.expire(*act, third.id, third.starts)
    fourth = place.book(place.at(9))
    service.confirm(*act, fourth.id, "Kate", place.world.now)
    by_us = place.cancel(place.find(fourth), Side.ORGANISATION)
    return [
        ("booking_requested", first), ("booking_confirmed", confirmed), ("booking_moved", moved),
        ("booking_cancelled", gone), ("booking_declined", place.find(second)), ("booking_expired", place.find(third)),
        ("booking_cancelled", by_us),
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["fr", "en", "ru"])
@pytest.mark.parametrize("phone", ["", "+15145550123"])
def test_a_family_is_told_of_every_step(world: World, language: str, phone: str) -> None:
    """BOOK-2, M-01, NEW-19: with the place and the day; mails with the page to look at."""
    place = letting(world, needs_approval=True)
    _speaks(place, language, phone)
    van = Van()
    for template, booking in _happen(place):
        key = keys.outbox(world.org, f"{template}-{booking.tail}-{booking.sequence}")
        when = booking.starts if template == "booking_expired" else world.now
        assert deliver(van.carriers, key, when) == "sent", template

    assert len(van.mails) + len(van.texts) == 7
    for mail in van.mails:
        for part in (mail.text, mail.html):
            assert "Studio A" in part
            assert f"https://portal.test/{world.org}/bookings/" in part
            assert not _CODE.search(part)
        assert mail.subject
    for _, text in van.texts:
        assert "Studio A" in text
        assert not _CODE.search(text)


def _day(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"


def test_a_family_hears_until_when_and_what_was_before(world: World) -> None:
    """BOOK-4: of a booking that is moved, both times, by mail; the end, also by text."""
    place = letting(world)
    _speaks(place, "en")
    booking = place.book(place.at(5))
    moved = place.move(booking, place.at(8))
    van, zone = Van(), ZoneInfo(world.organisation.zone)

    assert deliver(van.carriers, keys.outbox(world.org, f"booking_moved-{moved.tail}-1"), world.now) == "sent"

    local = compose.local_for(world.organisation, "en")
    told, was = van.mails[0].text, booking.starts.astimezone(zone)
    assert f"{local.time(moved.starts)}–{local.time(moved.ends)}" in told
    assert f"Until now it was on {was:%A}, {_day(was.date())} at {local.time(booking.starts)}" in told


def test_amounts_and_reasons_are_told(world: World) -> None:
    """BOOK-3, BOOK-4: the invoice with what is to pay; what is taken off; why it was declined."""
    place = letting(world)
    _speaks(place, "en")
    van = Van()
    booking = place.book(place.at(5))
    ended = place.cancel(booking, Side.FAMILY)
    send = partial(deliver, van.carriers, now=world.now)
    send(key=keys.outbox(world.org, f"booking_confirmed-{booking.tail}-0"))
    send(key=keys.outbox(world.org, f"booking_cancelled-{ended.tail}-1"))
    invoice = billing.get_invoice(world.org, place.home.id, booking.invoice)
    assert invoice
    assert f"$40.00, to be paid by {_day(invoice.due_on)}" in van.mails[0].text
    assert "$40.00 is taken off your invoice" in van.mails[1].text
    assert "You cancelled Studio A" in van.mails[1].text
