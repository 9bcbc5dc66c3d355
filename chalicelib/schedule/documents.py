"""Enrolments and rolls as JSON: what is as usual takes no room, for a family's calendar reads many of them."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from chalicelib.schedule.domain import Attendance, Enrolment, EnrolmentKind, Mark, Part, Price
from chalicelib.schedule.roll import Roll, Seat, Wish
from chalicelib.schedule.terms import terms_document, terms_from
from chalicelib.shared.times import from_iso, moment_or_none, to_iso

_TEXTS = ("meeting", "right", "ended_by", "reason", "successor", "wanted")
_TIMES = ("until", "ended_at", "wanted_at")


def enrolment_document(enrolment: Enrolment) -> dict[str, Any]:
    """What an enrolment has beyond its class, days and status."""
    told: dict[str, Any] = {name: getattr(enrolment, name) for name in _TEXTS}
    told |= {name: _moment(getattr(enrolment, name)) for name in _TIMES}
    told["wanted_minor"] = enrolment.wanted_minor
    told["kind"] = enrolment.kind.value if enrolment.kind is not EnrolmentKind.COURSE else ""
    told["price"] = _price(enrolment.price) if enrolment.price else None
    told["returned"] = _price(enrolment.returned) if enrolment.returned else None
    told["marks"] = {meeting: _mark(mark) for meeting, mark in enrolment.marks.items()}
    document = {name: value for name, value in told.items() if value}
    if enrolment.terms is not None:
        document["terms"] = terms_document(enrolment.terms)
    return document


def enrolment_parts(document: Mapping[str, Any]) -> dict[str, Any]:
    """The parts of an enrolment that a document of `enrolment_document` tells."""
    parts: dict[str, Any] = {name: document[name] for name in _TEXTS if name in document}
    parts |= {name: from_iso(document[name]) for name in _TIMES if name in document}
    if "wanted_minor" in document:
        parts["wanted_minor"] = document["wanted_minor"]
    if "kind" in document:
        parts["kind"] = EnrolmentKind(document["kind"])
    parts |= {name: _price_from(*document[name]) for name in ("price", "returned") if name in document}
    if "marks" in document:
        parts["marks"] = {meeting: _mark_from(*told) for meeting, told in document["marks"].items()}
    if "terms" in document:
        parts["terms"] = terms_from(document["terms"])
    return parts


def _price(price: Price) -> list[Any]:
    """Most places are paid by one home."""
    parts = [[list(part) for part in price.parts]] if price.parts else []
    return [*price[:-1], *parts]


def _price_from(
    minor: int, currency: str, invoice: str = "", line: int = 0, lessons: int = 0, parts: Iterable[Any] = ()
) -> Price:
    return Price(minor, currency, invoice, line, lessons, tuple(Part(*part) for part in parts))


def _mark(mark: Mark) -> list[str]:
    home = [mark.home] if mark.home else []
    return [mark.attendance.value, to_iso(mark.at), mark.reason, mark.right, mark.by, *home]


def _mark_from(attendance: str, at: str, reason: str, right: str, by: str, home: str = "") -> Mark:
    return Mark(Attendance(attendance), from_iso(at), reason, right, by, home)


def roll_document(roll: Roll) -> dict[str, Any]:
    """A roll as JSON: rows are lists."""
    return {
        "seats": [
            [s.enrolment, s.person, s.household, s.starts_on.isoformat(), s.ends_on.isoformat(), s.meeting,
             _moment(s.until)]
            for s in roll.seats
        ],
        "waiting": [
            [w.id, w.person, w.household, to_iso(w.since), w.meeting, w.right, _moment(w.offered_until), w.patience,
             _moment(w.lapses)]
            for w in roll.waiting
        ],
        "away": {meeting: sorted(enrolments) for meeting, enrolments in roll.away.items()},
        "look": _moment(roll.look),
    }  # fmt: skip


def roll_parts(document: Mapping[str, Any]) -> dict[str, Any]:
    """The parts of a roll that a document of `roll_document` tells."""
    return {
        "seats": tuple(
            Seat(i, person, home, date.fromisoformat(first), date.fromisoformat(last), meeting, moment_or_none(until))
            for i, person, home, first, last, meeting, until in document["seats"]
        ),
        "waiting": tuple(
            Wish(i, person, home, from_iso(since), meeting, right, moment_or_none(until), days, moment_or_none(lapses))
            for i, person, home, since, meeting, right, until, days, lapses in document["waiting"]
        ),
        "away": {meeting: frozenset(enrolments) for meeting, enrolments in document["away"].items()},
        "look": moment_or_none(document["look"]),
    }


def _moment(moment: datetime | None) -> str:
    return to_iso(moment) if moment else ""
