"""View models: where addresses stand, and what to do about it, in words."""

from typing import NamedTuple

from chalicelib.feedback.domain import Refusal, Standing
from chalicelib.feedback.lifting import Place
from chalicelib.feedback.store import Refused
from chalicelib.shared.texts import Message, say
from chalicelib.web import urls
from chalicelib.web.language import Local, dotted

_STATES: dict[Refusal, tuple[Message, str]] = {
    Refusal.NONE: (say("Works", context="address"), "success"),
    Refusal.BOUNCED: (say("Mails come back"), "warning"),
    Refusal.COMPLAINED: (say("Marked as unwanted"), "warning"),
    Refusal.STOPPED: (say("Texts stopped"), "neutral"),
}
_TO_STAFF: dict[Refusal, Message] = {
    Refusal.BOUNCED: say("Nothing goes there any more. Ask the family for the right address, or let us try again."),
    Refusal.COMPLAINED: say(
        "Nothing goes there but codes and what protects the account, until whoever signs in with it wants more."
    ),
    Refusal.STOPPED: say("No texts go there until START is sent from this number."),
}
_TO_FAMILY: dict[Refusal, Message] = {
    Refusal.BOUNCED: say("Our mails come back, so we send no more. Correct the address, or make room in the mailbox."),
    Refusal.COMPLAINED: say(
        "One of our mails was marked as unwanted there. Only codes and what protects the account still go, until"
        " whoever signs in with this address wants more."
    ),
    Refusal.STOPPED: say("STOP was answered to one of our texts. Answer START to the same number to get texts again."),
}


class PlaceView(NamedTuple):
    """An address, ready to read."""

    title: str
    whose: str
    state: str
    tone: str
    advice: str
    digest: str
    may_lift: bool


class RefusedView(NamedTuple):
    """An address in the desk's list."""

    title: str
    meta: str
    href: str | None
    state: str
    tone: str


_UNPROVED: tuple[Message, str] = (say("Not proved", context="address"), "neutral")
_PROVE = say(
    "Sign in with this address to see whether our messages arrive. Of your own that come back we tell you in any case."
)


def place_view(place: Place, local: Local, *, allowed: frozenset[Refusal], staff: bool) -> PlaceView:
    """An address with what to do about it. A family learns only of its own messages, and of what it has proved."""
    is_told = staff or place.is_told
    words, tone = _STATES[place.standing.refusal] if is_told else _UNPROVED
    whose = place.whose if isinstance(place.whose, str) else local.say(place.whose)
    title = local.phone(place.address) if place.address.startswith("+") else place.address
    return PlaceView(
        title, whose, local.say(words), tone,
        _advice(place.standing, local, staff=staff) if is_told else local.say(_PROVE), place.digest,
        is_told and place.standing.refusal in allowed,
    )  # fmt: skip


def _advice(standing: Standing, local: Local, *, staff: bool) -> str:
    if standing.refusal is Refusal.NONE:
        return ""
    if standing.until:
        day = local.date(standing.until)
        return local.say(say("Mails could not be delivered lately. We try again on %(day)s.", day=day))
    return local.say((_TO_STAFF if staff else _TO_FAMILY)[standing.refusal])


def refused_view(refused: Refused, local: Local, org: str) -> RefusedView:
    """An address in the list; it leads to the page of the household that it belongs to."""
    words, tone = _STATES[refused.standing.refusal]
    since = local.say(say("since %(day)s", day=local.date(refused.standing.since))) if refused.standing.since else ""
    href = urls.portal(org, f"desk/clients/{refused.household}/addresses") if refused.household else None
    why = local.say(_WHY[refused.why]) if refused.why in _WHY else ""
    return RefusedView(refused.masked, dotted(since, why), href, local.say(words), tone)


_WHY: dict[str, Message] = {
    "no_mailbox": say("there is no such mailbox"),
    "suppressed": say("the mail service knows it as one that does not work"),
}
