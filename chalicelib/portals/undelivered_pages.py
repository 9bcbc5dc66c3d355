"""View models of the desk's page of messages that could not be delivered: what, to whom, since when, and why."""

from collections.abc import Mapping
from typing import NamedTuple

from chalicelib.clients.ways import path_of
from chalicelib.households.summary import Summary
from chalicelib.identity.domain import User
from chalicelib.notifications.undelivered import Undelivered
from chalicelib.portals.examples import Sample
from chalicelib.ports import Trouble
from chalicelib.shared.texts import Message, say
from chalicelib.web import urls
from chalicelib.web.http import Request
from chalicelib.web.language import dotted

_REASONS: Mapping[Trouble, Message] = {
    Trouble.ADDRESS: say("The address does not exist, or accepts nothing. Check that it is right."),
    Trouble.NUMBER: say("The number does not exist, accepts no texts, or answered STOP. Check that it is right."),
    Trouble.CONTENT: say("The mail service refused this mail. Ask whoever runs the portal to look at it."),
    Trouble.SERVICE: say("The mail or text service does not work for the portal. Ask whoever runs it; then try again."),
    Trouble.SPENT: say(
        "No more texts go out this month: the budget for them is spent. Enter an email address, then try again."
    ),
    Trouble.BUSY: say("The mail or text service accepted nothing for a whole day. Try again."),
    Trouble.OURS: say("Something is wrong with this message. Ask whoever runs the portal to look at it."),
}
_MENDED = frozenset({Trouble.ADDRESS, Trouble.NUMBER, Trouble.SPENT})
"""What another address mends."""


class Row(NamedTuple):
    """A message in the list."""

    id: str
    title: str
    whom: str
    href: str
    """Page of the family; empty where there is none."""
    meta: str
    reason: str
    addresses: str
    """Where staff see and mend the family's addresses; empty where that would not help."""


def row(
    each: Undelivered,
    homes: Mapping[str, Summary],
    users: Mapping[str, User],
    samples: Mapping[str, Sample],
    request: Request,
) -> Row:
    """A message as staff know it again: its name, whom it is for, since when and how often, and why in plain words."""
    local, home, user = request.local, homes.get(each.household), users.get(each.user)
    known = samples.get(each.template)
    tries = local.say(say("tried once", plural="tried %(n)s times", n=each.tries)) if each.tries else ""
    return Row(
        each.id,
        local.say(known.title) if known else each.template,
        dotted(user.name if user else "", home.name if home else "", each.address),
        urls.portal(request.org, f"desk/clients/{each.household}") if home else "",
        dotted(
            local.say(say("written %(at)s", at=each.written_at)),
            local.say(say("given up %(at)s", at=each.since)),
            tries,
        ),
        local.say(_REASONS[each.trouble]),
        urls.portal(request.org, path_of(home.household, "/addresses")) if home and each.trouble in _MENDED else "",
    )
