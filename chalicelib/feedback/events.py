"""What a notice tells: what became of a mail, or a text that somebody sent us. Unknown shapes tell nothing."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any, NamedTuple

from chalicelib.feedback.domain import Told
from chalicelib.shared.times import from_iso

_LONGEST_ADDRESS = 320
_NUMBER = re.compile(r"\+[1-9]\d{4,14}", re.ASCII)
_AROUND = ".,;:!?«»“”\"'()"
_WHY = {
    "NoEmail": "no_mailbox",
    "Suppressed": "suppressed",
    "OnAccountSuppressionList": "suppressed",
    "UnsubscribedRecipient": "suppressed",
}
"""Our words for how SES divides mails that came back for good; all others came back without more being known."""
_OF_THE_MAIL = frozenset({"MessageTooLarge", "ContentRejected", "AttachmentRejected", "CustomTimeoutExceeded"})
"""How SES divides what came back for the time being: these say something about the mail, or about our haste."""


class MailTold(NamedTuple):
    """What became of a mail."""

    org: str
    message: str
    address: str
    told: Told | None
    """What it says of the address; None: nothing."""
    returned: str
    """What it says of the mail, for the archive: `bounced`, `rejected`; "" for nothing."""
    at: datetime
    why: str = ""


class Wish(Enum):
    """What the first word of a text to us asks for."""

    STOP = "stop"
    START = "start"
    HELP = "help"


class TextCame(NamedTuple):
    """A text that somebody sent us."""

    number: str
    wish: Wish | None
    """None: something else, which nobody reads."""
    language: str
    """Of the word; "" where it is one of many languages."""


_WORDS: Mapping[str, tuple[Wish, str]] = {
    **dict.fromkeys(("unsubscribe", "stopall", "cancel", "end", "quit", "optout", "opt-out"), (Wish.STOP, "en")),
    **dict.fromkeys(("arret", "arrêt", "arreter", "arrêter", "desabonner", "désabonner"), (Wish.STOP, "fr")),
    **dict.fromkeys(("стоп", "отписаться", "отписка"), (Wish.STOP, "ru")),
    **dict.fromkeys(("unstop", "subscribe"), (Wish.START, "en")),
    **dict.fromkeys(("debut", "début", "reprendre"), (Wish.START, "fr")),
    **dict.fromkeys(("старт", "начать"), (Wish.START, "ru")),
    "stop": (Wish.STOP, ""),
    "start": (Wish.START, ""),
    "help": (Wish.HELP, "en"),
    "aide": (Wish.HELP, "fr"),
    **dict.fromkeys(("помощь", "справка"), (Wish.HELP, "ru")),
}
"""By the first word of a text, in small letters; the language where no other has the word."""
_EVEN_WITH_MORE = frozenset({"stop", "arret", "arrêt", "стоп", "unsubscribe"})
"""Words that count even when others follow: whoever writes “STOP writing to me” means it."""


def read(message: str) -> MailTold | TextCame | None:
    """What the message of a notice tells; None for what concerns nobody."""
    try:
        told = json.loads(message)
    except ValueError:
        return None
    if not isinstance(told, dict):
        return None
    if "originationNumber" in told:
        return _text(told)
    try:
        return _mail(told)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError):
        return None


def _mail(told: Mapping[str, Any]) -> MailTold | None:
    """What SES tells of a mail to one address: the one that we wrote to, which need not be the one it ended at."""
    mail, kind = told["mail"], told.get("eventType")
    if len(mail["destination"]) != 1 or len(mail["tags"]["org"]) != 1:
        return None
    org, address = str(mail["tags"]["org"][0]), str(mail["destination"][0])
    message = str(mail["tags"].get("message", [""])[0])
    if not org or not 0 < len(address) <= _LONGEST_ADDRESS:
        return None
    plain = MailTold(org, message, address, None, "", from_iso(str(mail["timestamp"])))
    if kind == "Bounce":
        return _bounced(plain, told["bounce"])
    if kind == "Complaint":
        complaint = told["complaint"]
        if complaint.get("complaintFeedbackType") == "not-spam":
            return None
        return plain._replace(told=Told.COMPLAINT, at=from_iso(str(complaint["timestamp"])))
    return plain._replace(returned="rejected") if kind == "Reject" else None


def _bounced(plain: MailTold, bounce: Mapping[str, Any]) -> MailTold | None:
    """A mail that came back: for good, or for the time being and then given up.

    An answer of somebody who is away is told as such, too: it brings no report of the mail's server along.
    """
    at, kind, sort = from_iso(str(bounce["timestamp"])), bounce["bounceType"], str(bounce.get("bounceSubType", ""))
    if kind == "Permanent":
        return plain._replace(told=Told.HARD, returned="bounced", at=at, why=_WHY.get(sort, "returned"))
    if not any(each.get("action") == "failed" for each in bounce["bouncedRecipients"]):
        return None
    told = None if sort in _OF_THE_MAIL else Told.SOFT
    return plain._replace(told=told, returned="bounced", at=at)


def _text(told: Mapping[str, Any]) -> TextCame | None:
    number, body = told["originationNumber"], told.get("messageBody")
    if not (isinstance(number, str) and isinstance(body, str) and _NUMBER.fullmatch(number)):
        return None
    words = [word.strip(_AROUND) for word in body.casefold().split()]
    first = words[0] if words else ""
    wish, language = _WORDS.get(first, (None, ""))
    if len(words) > 1 and first not in _EVEN_WITH_MORE:
        wish = None
    return TextCame(number, wish, language)
