"""Answers to mails and texts on one machine: what somebody types below one in the inbox comes in as his or her own.

A mail goes the way of any other: into the bucket, then to the function, in the event that the mail service makes. A
text comes as the notice that the text service has sent.
"""

import re
import uuid
from email.message import EmailMessage
from email.utils import make_msgid

from chalicelib import bootstrap, settings
from chalicelib.adapters import aws
from chalicelib.data import keys, read
from chalicelib.data.outbox import MessageItem
from chalicelib.entry import inbound_mail
from chalicelib.notifications.letters import REPLY
from local.events import LambdaContext
from local.inbox import Message

_THREAD = re.compile(r"/([a-z0-9-]+)/(?:messages|desk/messages/[a-z2-7]+)/(\d{8}-[a-z2-7]{32})")
_MOST = 100
"""Messages of a thread among which the one that was answered is looked for."""


def can_be_answered(message: Message) -> bool:
    """Whether it is a text, or a mail that tells of a message of a thread."""
    return message.kind == "text" or bool(_THREAD.search(message.text))


def answer(message: Message, text: str) -> None:
    """Has a mail or text come in that answers `message`. Raises LookupError when it can not be answered."""
    if message.kind == "text":
        _text_back(message.to, text)
        return
    made = EmailMessage()
    made["From"], made["To"] = message.to, _reply_address(message)
    made["Subject"], made["Message-ID"] = f"Re: {message.subject}", make_msgid(domain="inbox.example")
    made.set_content(text)
    name = uuid.uuid4().hex
    here = settings.current()
    key = f"{inbound_mail.FOLDER}{name}"
    aws.client("s3").put_object(Bucket=here.mail_bucket, Key=key, Body=made.as_bytes())
    inbound_mail.handler(_event(name, made), LambdaContext("inbound_mail"))


def _text_back(number: str, text: str) -> None:
    """Loads what it needs only now, as `local.returning` does."""
    from chalicelib.entry import feedback
    from local import notices

    told = {"originationNumber": number, "destinationNumber": "+15555550100", "messageBody": text}
    made = notices.notice(notices.TEXTS, told, bootstrap.clock().now())
    feedback.handler(notices.event(made), LambdaContext("feedback"))


def _reply_address(message: Message) -> str:
    """Where the mail asked to be answered: the outbox remembers which message went out under this id."""
    named = _THREAD.search(message.text)
    if named is None:
        raise LookupError(message.id)
    org, thread = named[1], named[2]
    wanted = [keys.outbox(org, f"thread-{thread}-{number}") for number in range(1, _MOST + 1)]
    found = read.many(MessageItem, wanted).values()
    sent = next((item for item in found if item.outcome == message.id), None)
    if sent is None:
        raise LookupError(message.id)
    return f"reply+{org}.{sent.facts[REPLY]}@{settings.current().inbound_domain}"


def _event(name: str, made: EmailMessage) -> dict[str, object]:
    """What Amazon SES tells a function of a mail that passed its checks."""
    passed = {"status": "PASS"}
    checks = ("spamVerdict", "virusVerdict", "spfVerdict", "dkimVerdict", "dmarcVerdict")
    receipt = {"recipients": [made["To"]], **dict.fromkeys(checks, passed)}
    return {"Records": [{"ses": {"mail": {"messageId": name, "source": made["From"]}, "receipt": receipt}}]}
