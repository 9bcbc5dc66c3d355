"""What the services need from the world, as protocols. `bootstrap` picks who fulfils them."""

from datetime import datetime
from typing import NamedTuple, Protocol


class Mail(NamedTuple):
    """One mail to one address (I-08): plain text and HTML of the same words."""

    to: str
    subject: str
    text: str
    html: str
    sender_name: str
    reference: str
    """Stable name of the message; a second copy after a crash carries the same one (M-02)."""
    reply_to: str = ""


class DeliveryFailed(Exception):
    """A provider did not take a message. `permanent`: trying again can not help (M-04)."""

    def __init__(self, reason: str, *, permanent: bool) -> None:
        super().__init__(reason)
        self.permanent = permanent


class Mailer(Protocol):
    """Sends mail."""

    def send(self, mail: Mail) -> str:
        """Hands the mail over and returns the provider's id. Raises DeliveryFailed."""


class Texter(Protocol):
    """Sends text messages."""

    def send(self, number: str, text: str) -> str:
        """Sends `text` to an E.164 number and returns the provider's id. Raises DeliveryFailed."""


class File(NamedTuple):
    """Something for a person to fetch."""

    content: bytes
    content_type: str
    disposition: str
    """Content-Disposition with its name, as browsers are to see it."""


class Files(Protocol):
    """Hands out files that are too large for an answer."""

    def lend(self, file: File, seconds: int) -> str:
        """Keeps the file and returns an address that opens it for so long, for whoever has it. Raises Unavailable."""


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""


class Secrets(Protocol):
    """Reads secrets by name."""

    def pepper(self) -> tuple[bytes, ...]:
        """Keys of one-time codes, newest first; at least one, each at least 32 bytes (A-04)."""
