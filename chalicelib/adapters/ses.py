"""Mail through Amazon SES (API v2, SendEmail). SES composes the MIME message and sets its Message-ID."""

from email.headerregistry import Address

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.adapters import aws
from chalicelib.ports import DeliveryFailed, Mail

_PERMANENT = frozenset({"MessageRejected", "BadRequestException", "AccountSuspendedException"})


class SesMailer:
    """Sends as one verified address of the deployment; organisations appear in the display name."""

    def __init__(self, sender: str) -> None:
        self._sender = sender

    def send(self, mail: Mail) -> str:
        """Hands the mail to SES and returns its message id. Raises DeliveryFailed."""
        try:
            answer = aws.client("sesv2").send_email(
                FromEmailAddress=self._from(mail.sender_name),
                Destination={"ToAddresses": [mail.to]},
                ReplyToAddresses=[mail.reply_to] if mail.reply_to else [],
                Content={"Simple": _content(mail)},
            )
        except ClientError as error:
            code = error.response["Error"]["Code"]
            raise DeliveryFailed(code, permanent=code in _PERMANENT) from error
        except BotoCoreError as error:
            raise DeliveryFailed(type(error).__name__, permanent=False) from error
        return str(answer["MessageId"])

    def _from(self, name: str) -> str:
        """The sender with the organisation's name; `Address` refuses line breaks (I-08)."""
        user, _, domain = self._sender.partition("@")
        return str(Address(display_name=name, username=user, domain=domain))


def _content(mail: Mail) -> dict[str, object]:
    def utf8(text: str) -> dict[str, str]:
        return {"Data": text, "Charset": "UTF-8"}

    return {
        "Subject": utf8(" ".join(mail.subject.split())),
        "Body": {"Text": utf8(mail.text), "Html": utf8(mail.html)},
        "Headers": [
            {"Name": "Auto-Submitted", "Value": "auto-generated"},
            {"Name": "X-Foyer-Reference", "Value": mail.reference},
            *_way_out(mail.unsubscribe),
        ],
    }


def _way_out(address: str) -> list[dict[str, str]]:
    """What lets a mail program end such mails with one tap (RFC 8058)."""
    if not address:
        return []
    return [
        {"Name": "List-Unsubscribe", "Value": f"<{address}>"},
        {"Name": "List-Unsubscribe-Post", "Value": "List-Unsubscribe=One-Click"},
    ]
