"""View models of classes that families may take places in: days, ages, prices and places left as words."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from chalicelib.enrolments.admission import seat_of_person, unfit, wish_of_person
from chalicelib.enrolments.reckoning import coming, price_of
from chalicelib.enrolments.rule_pages import rule_words
from chalicelib.households.summary import MemberRow, Summary
from chalicelib.organisations.domain import Organisation
from chalicelib.schedule.domain import Ages, ClassGroup, Occurrence, Programme
from chalicelib.schedule.roll import Roll
from chalicelib.shared.texts import Message, say
from chalicelib.shared.times import local as local_time
from chalicelib.shared.times import local_day
from chalicelib.web import urls
from chalicelib.web.language import Local, dotted

if TYPE_CHECKING:
    from chalicelib.enrolments.enrolling import Basket, HeldPlace

_MANY = 5
"""More places than these are not counted in words."""
_TIMES = 3
"""Days and times named one by one; a class with more is told by its dates."""

Shown = tuple[str, str]


class ClassView(NamedTuple):
    """A class in the list."""

    title: str
    href: str
    meta: str
    price: str
    places: str
    tone: str


class ProgrammeView(NamedTuple):
    """A programme with its classes."""

    title: str
    href: str
    classes: list[ClassView]


class MemberChoice(NamedTuple):
    """A member who may take a place, or the reason why not."""

    id: str
    name: str
    reason: str
    href: str
    """Where something can be done about the reason; empty where nothing can."""


class Offer(NamedTuple):
    """What pages need to know of the organisation and the reader."""

    organisation: Organisation
    local: Local
    now: datetime


def list_view(
    offer: Offer, groups: Sequence[ClassGroup], rolls: Mapping[str, Roll], programmes: Mapping[str, Programme]
) -> list[ProgrammeView]:
    """Classes that are not over, under their programmes, in the order they have."""
    open_groups = [group for group in groups if group.open and coming(group, offer.now)]
    found = []
    for programme_id, each in groupby(open_groups, key=lambda group: group.programme):
        programme = programmes.get(programme_id)
        title = offer.local.text(programme.title) if programme else offer.local.say(say("Other classes"))
        href = urls.portal(offer.organisation.slug, "classes", programme=programme_id)
        found.append(ProgrammeView(title, href, [class_view(offer, group, rolls[group.id]) for group in each]))
    return found


def class_view(offer: Offer, group: ClassGroup, roll: Roll) -> ClassView:
    """A class as a row."""
    local, meetings = offer.local, coming(group, offer.now)
    places, tone = places_words(left_in(offer, group, roll), local)
    return ClassView(
        title=local.text(group.title),
        href=urls.portal(offer.organisation.slug, f"classes/{group.id}"),
        meta=dotted(
            group.level, ages_words(group.ages, local), when_words(meetings, local),
            local.say(say("next on %(day)s", day=local.date(meetings[0].starts))),
        ),
        price=price_words(offer, group),
        places=places,
        tone=tone,
    )  # fmt: skip


def left_in(offer: Offer, group: ClassGroup, roll: Roll) -> int | None:
    """Places left for whom takes one now; None: no bound."""
    return roll.left(group, coming(group, offer.now), offer.organisation.zone, offer.now)


def places_words(left: int | None, local: Local) -> Shown:
    """How many places are left, and the tone of the badge."""
    if left is None or left > _MANY:
        return local.say(say("Places available")), "success"
    if left > 0:
        return local.say(say("%(n)s place left", plural="%(n)s places left", n=left)), "warning"
    return local.say(say("Full")), "neutral"


def ages_words(ages: Ages, local: Local) -> str:
    """For which ages a class is; empty: for all."""
    youngest, oldest = ages
    if youngest is not None and oldest is not None:
        return local.say(say("%(youngest)s to %(oldest)s years", youngest=youngest, oldest=oldest))
    if youngest is not None:
        return local.say(say("from %(n)s year", plural="from %(n)s years", n=youngest))
    return local.say(say("up to %(n)s year", plural="up to %(n)s years", n=oldest)) if oldest is not None else ""


def when_words(meetings: Sequence[Occurrence], local: Local) -> str:
    """Days of the week and times, such as `Mon 17:00–18:00`; how many dates, where they are of many kinds."""
    walls = [(local_time(meeting.starts, local.zone), meeting) for meeting in meetings]
    times = dict.fromkeys(
        (wall.weekday(), local.date(meeting.starts, "dayname"), hours_words(meeting, local)) for wall, meeting in walls
    )
    if len(times) > _TIMES:
        return local.say(say("%(n)s date", plural="%(n)s dates", n=len(meetings)))
    return ", ".join(f"{day} {hours}" for _, day, hours in sorted(times))


def hours_words(meeting: Occurrence, local: Local) -> str:
    """From when to when."""
    return f"{local.time(meeting.starts)}\u2013{local.time(meeting.ends)}"


def price_words(offer: Offer, group: ClassGroup) -> str:
    """What a place costs now."""
    minor = price_of(group, offer.now)
    if not minor:
        return offer.local.say(say("Free of charge"))
    return offer.local.money(minor, offer.organisation.currency)


def price_note(offer: Offer, group: ClassGroup) -> str:
    """What there is to say about a price: taxes that come to it, and lessons that are over already."""
    local = offer.local
    taxed = any(not tax.included and tax.rate_ppm for tax in offer.organisation.billing.charged)
    ahead = len(coming(group, offer.now))
    all_of_it = sum(meeting.takes_place for meeting in group.occurrences)
    part = say("for the %(n)s of %(all)s lessons to come", n=ahead, all=all_of_it)
    return dotted(
        local.say(part) if ahead < all_of_it and group.price_minor else "",
        local.say(say("taxes are added")) if taxed and group.price_minor else "",
    )


def class_facts(offer: Offer, group: ClassGroup, programme: Programme | None) -> list[Shown]:
    """What is to be known of a class before taking a place."""
    local, meetings = offer.local, coming(group, offer.now)
    price = dotted(price_words(offer, group), price_note(offer, group))
    rooms = ", ".join(dict.fromkeys(meeting.room for meeting in meetings if meeting.room))
    told: list[tuple[Message, str]] = [
        (say("Programme"), local.text(programme.title) if programme else ""),
        (say("Level"), group.level),
        (say("Ages"), ages_words(group.ages, local)),
        (say("Days and times"), when_words(meetings, local)),
        (say("Next lesson"), local.datetime(meetings[0].starts) if meetings else ""),
        (say("Last lesson"), local.date(meetings[-1].starts) if meetings else ""),
        (say("Lessons"), str(len(meetings))),
        (say("Teacher"), group.instructor),
        (say("Place"), rooms),
        (say("Price"), price),
    ]
    return [(local.say(label), value) for label, value in told if value]


def choices(offer: Offer, group: ClassGroup, roll: Roll, home: Summary) -> list[MemberChoice]:
    """The members of a household, and for each the reason why a place can not be taken, if there is one."""
    first = coming(group, offer.now)
    return [
        MemberChoice(member.id, member.name, *_reason(offer, group, roll, member, first[0].starts))
        for member in home.members
        if first
    ]


def _reason(offer: Offer, group: ClassGroup, roll: Roll, member: MemberRow, first: datetime) -> Shown:
    local, org = offer.local, offer.organisation.slug
    seat, wish = seat_of_person(roll, member.id), wish_of_person(roll, member.id)
    if seat and seat.until is None:
        return local.say(say("Already has a place in this class.")), urls.portal(
            org, f"members/{member.id}/enrolments/{seat.enrolment}"
        )
    if seat and seat.counts(offer.now):
        return local.say(say("A place is kept.")), urls.portal(org, "enrolling")
    if wish and not wish.is_offered(offer.now):
        return local.say(say("Already on the waiting list.")), urls.portal(
            org, f"members/{member.id}/enrolments/{wish.id}"
        )
    reason = unfit(group.ages, member.birth_date, first, offer.organisation.zone)
    href = urls.portal(org, f"members/{member.id}/edit") if reason and member.birth_date is None else ""
    return local.say(reason) if reason else "", href


class HeldView(NamedTuple):
    """A place that is kept."""

    id: str
    title: str
    meta: str
    price: str
    until: str
    rules: list[str]


def held_view(offer: Offer, place: "HeldPlace", home: Summary) -> HeldView:
    """A place that is kept, with its price and the rules it is bought under."""
    local, enrolment = offer.local, place.enrolment
    member = home.member(enrolment.person)
    return HeldView(
        id=enrolment.id,
        title=local.text(place.group.title),
        meta=dotted(
            member.name if member else "", when_words(coming(place.group, offer.now), local),
            local.say(say("from %(day)s", day=local.date(enrolment.starts_on))), price_note(offer, place.group),
        ),
        price=price_words(offer, place.group),
        until=_until(enrolment.until, offer) if enrolment.until else "",
        rules=rule_words(place.terms, local, offer.organisation.currency),
    )  # fmt: skip


def _until(moment: datetime, offer: Offer) -> str:
    zone = offer.organisation.zone
    is_today = local_day(moment, zone) == local_day(offer.now, zone)
    return offer.local.time(moment) if is_today else offer.local.datetime(moment)


def held_views(offer: Offer, wanted: "Basket", home: Summary) -> list[HeldView]:
    """Several of them."""
    return [held_view(offer, place, home) for place in wanted.places]
