"""View models of rights to make up, of places that suit, and of the waiting list."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from chalicelib.enrolments.rights import Right, RightStatus
from chalicelib.enrolments.searching import Found
from chalicelib.households.summary import Summary
from chalicelib.schedule.domain import ClassGroup, Enrolment, EnrolmentStatus
from chalicelib.schedule.pages import EventView, occurrence_view
from chalicelib.shared.texts import Message, say
from chalicelib.web import urls
from chalicelib.web.language import Local, dotted

RIGHT_WORDS: dict[RightStatus, tuple[Message, str]] = {
    RightStatus.ISSUED: (say("Can be used"), "success"),
    RightStatus.RESERVED: (say("Make-up booked"), "info"),
    RightStatus.USED: (say("Used", context="right"), "neutral"),
    RightStatus.EXPIRED: (say("Expired", context="right"), "neutral"),
}


class RightView(NamedTuple):
    """A right as a row."""

    title: str
    meta: str
    status: str
    tone: str
    href: str


class PlaceView(NamedTuple):
    """A place that suits."""

    event: EventView
    place: str
    """Class and meeting, as the form sends them."""
    is_free: bool


class WishView(NamedTuple):
    """A wish on a waiting list."""

    title: str
    meta: str
    status: str
    tone: str
    href: str
    enrolment: str
    member: str
    is_offered: bool


def right_view(
    right: Right, home: Summary, groups: Mapping[str, ClassGroup], local: Local, org: str, now: datetime
) -> RightView:
    """Whose right it is, for what, and until when."""
    words, tone = RIGHT_WORDS[right.stands(now, local.zone)]
    member, group = home.member(right.person), groups.get(right.class_group)
    meeting = group.meeting(right.meeting) if group else None
    missed = say("for %(day)s", day=local.date(meeting.starts)) if meeting else None
    return RightView(
        dotted(member.first_name if member else "", local.text(group.title) if group else ""),
        dotted(
            local.say(missed) if missed else "",
            local.say(say("good until %(day)s", day=local.date(right.expires_on))),
        ),
        local.say(words),
        tone,
        urls.portal(org, f"makeups/{right.id}"),
    )


def place_view(found: Found, local: Local) -> PlaceView:
    """When it is, what, where, and whether there is a place."""
    event = occurrence_view(found.meeting, found.group, local)
    teacher = found.meeting.instructor or found.group.instructor
    return PlaceView(
        event._replace(meta=dotted(event.meta, teacher)), f"{found.group.id} {found.meeting.id}", found.is_free
    )


def wish_view(
    wish: Enrolment, home: Summary, group: ClassGroup, position: int, local: Local, org: str, now: datetime
) -> WishView:
    """What is waited for, and how many are in front; or until when the place is kept."""
    member = home.member(wish.person)
    meeting = group.meeting(wish.meeting) if wish.meeting else None
    until = wish.until if wish.status is EnrolmentStatus.OFFERED and wish.until and now < wish.until else None
    status = (
        say("Kept for you until %(moment)s", moment=local.datetime(until))
        if until
        else say("Number %(n)s on the list", n=position)
    )
    return WishView(
        dotted(member.first_name if member else "", local.text(group.title)),
        local.datetime(meeting.starts) if meeting else "",
        local.say(status),
        "warning" if until else "info",
        urls.portal(org, f"members/{wish.person}/enrolments/{wish.id}"),
        wish.id,
        wish.person,
        until is not None,
    )
