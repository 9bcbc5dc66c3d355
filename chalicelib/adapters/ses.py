"""Mail through Amazon SES (API v2, SendEmail). SES composes the MIME message and sets its Message-ID."""

import re
from email.headerregistry import Address

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.adapters import aws
from chalicelib.ports import DeliveryFailed, Mail, Trouble

PERMANENT = frozenset({"MessageRejected", "BadRequestException", "ValidationException", "AccountSuspendedException"})
"""What trying again can not help: SES refused the message itself, or the account for good."""
ELSEWHERE = frozenset({"BadRequestException", "ValidationException"})
"""Of these, what is about this address."""
BUSY = frozenset(
    {
        "TooManyRequestsException", "LimitExceededException", "ThrottlingException", "Throttling", "RequestThrottled",
        "RequestLimitExceeded",
    }
)  # fmt: skip
"""More than SES takes in a second or in a day."""
PASSING = frozenset({"SendingPausedException", "MailFromDomainNotVerifiedException", "NotFoundException"})
"""What somebody has to mend in the account, and mails can wait for: so does whatever is named nowhere."""
_TROUBLES = {**dict.fromkeys(ELSEWHERE, Trouble.ADDRESS), "MessageRejected": Trouble.CONTENT}
"""Everything else is about the account, or about SES."""
_UNFIT_FOR_TAGS = re.compile(r"[^A-Za-z0-9_.@-]")
_UNFIT_FOR_IDS = re.compile(r"[^A-Za-z0-9_.-]")
_LONGEST_TAG = 256


class SesMailer:
    """Sends as one verified address of the deployment; organisations appear in the display name."""

    def __init__(self, sender: str, events: str = "") -> None:
        self._sender = sender
        self._events = events

    def send(self, mail: Mail) -> str:
        """Hands the mail to SES and returns its message id. Raises DeliveryFailed."""
        try:
            answer = aws.client("sesv2").send_email(
                FromEmailAddress=self._from(mail.sender_name),
                Destination={"ToAddresses": [mail.to]},
                ReplyToAddresses=[mail.reply_to] if mail.reply_to else [],
                Content={"Simple": _content(mail, self._domain)},
                EmailTags=_tags(mail),
                **({"ConfigurationSetName": self._events} if self._events else {}),
            )
        except ClientError as error:
            raise failure(error.response["Error"]["Code"]) from error
        except BotoCoreError as error:
            raise DeliveryFailed(type(error).__name__, permanent=False) from error
        return str(answer["MessageId"])

    @property
    def _domain(self) -> str:
        return self._sender.rpartition("@")[2]

    def _from(self, name: str) -> str:
        """The sender with the organisation's name; `Address` refuses line breaks (I-08)."""
        user, _, domain = self._sender.partition("@")
        return str(Address(display_name=name, username=user, domain=domain))


def failure(code: str) -> DeliveryFailed:
    """What an answer of SES means for the message."""
    return DeliveryFailed(
        code, permanent=code in PERMANENT, busy=code in BUSY, elsewhere=code in ELSEWHERE,
        trouble=_TROUBLES.get(code, Trouble.SERVICE),
    )  # fmt: skip


def _content(mail: Mail, domain: str) -> dict[str, object]:
    def utf8(text: str) -> dict[str, str]:
        return {"Data": text, "Charset": "UTF-8"}

    headers = {
        "Auto-Submitted": "auto-generated",
        "X-Foyer-Reference": mail.reference,
        **({"X-Foyer-Request": mail.request} if mail.request else {}),
        **_thread(mail.thread, domain),
        **_way_out(mail.unsubscribe),
    }
    return {
        "Subject": utf8(" ".join(mail.subject.split())),
        "Body": {"Text": utf8(mail.text), "Html": utf8(mail.html)},
        "Headers": [{"Name": name, "Value": value} for name, value in headers.items()],
    }


def _tags(mail: Mail) -> list[dict[str, str]]:
    """By which what SES tells of a mail later finds its message (M-13)."""
    told = {"org": mail.org, "message": mail.message}
    fit = {name: value for name, value in told.items() if value and not _UNFIT_FOR_TAGS.search(value)}
    return [{"Name": name, "Value": value} for name, value in fit.items() if len(value) <= _LONGEST_TAG]


def _thread(thread: str, domain: str) -> dict[str, str]:
    """What makes mail programs show mails of a thread together: each answers one mail that there never was (0071)."""
    if not thread or not domain:
        return {}
    first = f"<{_UNFIT_FOR_IDS.sub('.', thread)}@{domain}>"
    return {"In-Reply-To": first, "References": first}


def _way_out(address: str) -> dict[str, str]:
    """What lets a mail program end such mails with one tap (RFC 8058)."""
    if not address:
        return {}
    return {"List-Unsubscribe": f"<{address}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
