"""View models of the desk's page of messages that could not be delivered: what, to whom, since when, and why."""

from collections.abc import Mapping
from typing import NamedTuple

from chalicelib.households.summary import Summary
from chalicelib.identity.domain import User
from chalicelib.notifications.undelivered import Undelivered
from chalicelib.portals.samples import Sample
from chalicelib.shared.texts import Message, say
from chalicelib.web import urls
from chalicelib.web.http import Request
from chalicelib.web.language import dotted

_ADDRESS = say("The address does not exist, or takes nothing. Look whether it is right.")
_NUMBER = say("The number does not exist, takes no texts, or answered STOP. Look whether it is right.")
_CONTENT = say("The mail service refused this mail. Ask whoever runs the portal to look at it.")
_ACCOUNT = say("The mail or text service does not work for the portal. Ask whoever runs it; then try again.")
_SPENT = say("No more texts go out this month: as much was spent as may be. Enter an email address, then try again.")
_BUSY = say("The mail or text service took nothing for a whole day. Try again.")
_OURS = say("Something is wrong with this message. Ask whoever runs the portal to look at it.")
_REASONS: Mapping[str, Message] = {
    **dict.fromkeys(("BadRequestException", "ValidationException"), _ADDRESS),
    **dict.fromkeys(
        ("InvalidParameter", "InvalidParameterValue", "ParameterValueInvalid", "OptedOut", "OptedOutException",
         "EndpointDisabled"), _NUMBER,
    ),
    "MessageRejected": _CONTENT,
    **dict.fromkeys(
        ("AccountSuspendedException", "SendingPausedException", "MailFromDomainNotVerifiedException",
         "NotFoundException", "AuthorizationError", "AccessDeniedException", "EndpointConnectionError",
         "ConnectTimeoutError", "ReadTimeoutError", "InternalError"), _ACCOUNT,
    ),
    "SpendLimitReached": _SPENT,
    **dict.fromkeys(
        ("TooManyRequestsException", "LimitExceededException", "Throttling", "ThrottlingException", "Throttled",
         "ThrottledException"), _BUSY,
    ),
}  # fmt: skip


class Row(NamedTuple):
    """A message in the list."""

    id: str
    title: str
    whom: str
    href: str
    """Page of the family; empty where there is none."""
    meta: str
    reason: str


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
        local.say(_REASONS.get(each.reason, _OURS)),
    )
