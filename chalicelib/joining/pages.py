"""View models of the desk's registrations."""

from typing import NamedTuple

from chalicelib.joining.domain import Likeness, Request, RequestState, Wish
from chalicelib.shared.texts import Message, say
from chalicelib.web import urls
from chalicelib.web.language import Local, dotted

STATES: dict[RequestState, tuple[Message, str]] = {
    RequestState.OPEN: (say("To decide", context="registration"), "warning"),
    RequestState.OPENED: (say("New family"), "info"),
    RequestState.APPROVED: (say("Approved", context="registration"), "success"),
    RequestState.PROVED: (say("Proved by a code"), "success"),
    RequestState.SEEN: (say("New family"), "success"),
    RequestState.DECLINED: (say("Declined", context="registration"), "neutral"),
}
"""What each state is called, and its tone."""

FACTS: dict[str, Message] = {
    "phone": say("Telephone number"),
    "born": say("Date of birth"),
    "last_name": say("Last name"),
    "email": say("Email address"),
}
"""What may speak for a household."""


class RequestView(NamedTuple):
    """A request, in a list or as the head of its page."""

    href: str
    title: str
    meta: str
    status: str
    tone: str


class LikenessView(NamedTuple):
    """A household that may be meant."""

    household: str
    title: str
    meta: str
    fits: bool
    """Whether telephone, day of birth and last name are all as on file."""


def request_view(local: Local, org: str, request: Request) -> RequestView:
    """A request for a list."""
    words, tone = STATES[request.state]
    return RequestView(
        urls.portal(org, f"desk/joining/{request.id}"),
        request.asked.name,
        dotted(local.datetime(request.made_at), request.asked.email),
        local.say(words),
        tone,
    )


def told(local: Local, request: Request) -> list[tuple[str, str]]:
    """What was told, for the staff to compare."""
    asked = request.asked
    rows = [
        (local.say(say("Name")), asked.name),
        (local.say(FACTS["email"]), asked.email),
        (local.say(FACTS["phone"]), local.phone(asked.phone)),
    ]
    if asked.wish is Wish.MATCH:
        rows.append((local.say(say("Last name of the person who takes part")), asked.member_last_name))
    if asked.born:
        rows.append((local.say(FACTS["born"]), local.date(asked.born)))
    return rows


def likeness_view(local: Local, alike: Likeness) -> LikenessView:
    """A household that may be meant, with what is the same."""
    same = ", ".join(local.say(FACTS[fact]) for fact in FACTS if fact in alike.by)
    meta = dotted(alike.number, local.say(say("The same: %(facts)s", facts=same)))
    return LikenessView(alike.household, alike.name, meta, alike.fits)
