"""What the services need from the world, as protocols. `bootstrap` picks who fulfils them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import Enum
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
    unsubscribe: str = ""
    """Address at which one post ends mails of this kind (RFC 8058); empty for what can not be switched off."""
    thread: str = ""
    """Stable name of what it is about: mail programs show mails of one thread together. Empty: of nothing else."""
    org: str = ""
    message: str = ""
    """Whose message it is and which, for what the provider tells of it later."""
    request: str = ""
    """Id of the request that caused it."""


class Trouble(Enum):
    """What kept a message from going out, as far as it matters to who has to mend it."""

    ADDRESS = "address"
    """The mail address does not exist, or takes nothing."""
    NUMBER = "number"
    """The number does not exist, takes no texts, or answered STOP."""
    CONTENT = "content"
    """The mail itself was refused."""
    SPENT = "spent"
    """As much was spent on texts as may be."""
    BUSY = "busy"
    """The provider takes no more of anybody for now."""
    SERVICE = "service"
    """The provider does not work, or not for us."""
    OURS = "ours"
    """Something is wrong with the message, or with the portal."""


class DeliveryFailed(Exception):
    """A provider did not take a message."""

    def __init__(
        self, reason: str, *, permanent: bool, busy: bool = False, elsewhere: bool = False,
        trouble: Trouble = Trouble.SERVICE,
    ) -> None:  # fmt: skip
        super().__init__(reason)
        self.trouble = Trouble.BUSY if busy else trouble
        self.permanent = permanent
        """Trying again can not help (M-04)."""
        self.busy = busy
        """Nothing is wrong with the message: the provider takes no more of any for now, and no try is counted."""
        self.elsewhere = elsewhere
        """This address can not be reached in this way; its reader's other one might be."""


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


class Vault(Protocol):
    """Keeps files of families and organisations for as long as they are wanted, each under a key of its own."""

    def put(self, key: str, content: bytes, content_type: str) -> None:
        """Keeps `content` under `key`. Raises Unavailable."""

    def get(self, key: str) -> bytes:
        """What is kept under `key`. Raises NotFound, Unavailable."""

    def lend(self, key: str, content_type: str, disposition: str, seconds: int) -> str:
        """An address that opens what is kept under `key` for so long, for whoever has it. Raises Unavailable."""

    def drop(self, key: str) -> None:
        """Forgets what is kept under `key`, if anything is. Raises Unavailable."""

    def drop_all(self, beginning: str) -> int:
        """Forgets some of what is kept under keys that begin so, and returns how much; 0: nothing is left.

        Raises Unavailable.
        """


class Archives(Protocol):
    """Keeps large files that are written piece by piece, and forgets them after a day."""

    def begin(self, name: str) -> str:
        """Begins a file and returns the id of the writing. Raises Unavailable."""

    def add(self, name: str, writing: str, number: int, piece: bytes) -> str:
        """Writes the piece of this number, from 1 on, and returns its receipt; again it replaces the piece.

        All but the last have at least 5 MB. Raises Unavailable.
        """

    def finish(self, name: str, writing: str, receipts: Sequence[str]) -> None:
        """Makes the pieces one file. Raises Unavailable, NotFound when the writing was given up."""

    def note(self, name: str, content: bytes) -> None:
        """Keeps a small file beside it. Raises Unavailable."""

    def noted(self, name: str) -> bytes:
        """That small file. Raises NotFound, Unavailable."""

    def open(self, name: str, content_type: str, disposition: str, seconds: int) -> str:
        """An address that opens a finished file for so long, for whoever has it. Raises Unavailable."""


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""


PASSKEY_ALGORITHMS = (-7, -8, -257)
"""ES256, EdDSA and RS256 by their numbers in COSE (RFC 9053, RFC 8812): what devices of today sign with."""


class PublicKey(NamedTuple):
    """The public half of a passkey."""

    id: bytes
    """As its device names it."""
    key: bytes
    """COSE."""
    uses: int
    """How often the device said that it was used; 0 where it does not count."""


class Passkeys(Protocol):
    """Checks what devices signed."""

    def made(self, answer: str, challenge: bytes) -> PublicKey:
        """The public half of a passkey that a device made when it was asked `challenge`. Raises ValueError."""

    def uses(self, answer: str, challenge: bytes, known: PublicKey) -> int:
        """How often a device says that a known passkey was used, with which it signed `challenge`. Raises ValueError
        where it did not, or counts no further than before.
        """


class Keys(Protocol):
    """Knows the keys of one purpose."""

    def keys(self) -> tuple[bytes, ...]:
        """Newest first; at least one, each at least 32 bytes. Raises Unavailable."""


class Sealed(NamedTuple):
    """A secret that only its key opens, and only where it belongs."""

    key: str
    """Name of the key."""
    content: bytes


class Sealer(Protocol):
    """Seals short secrets, such as numbers of people at tax offices."""

    def seal(self, text: str, belongs_to: str) -> Sealed:
        """The secret, sealed for one place. Raises Unavailable."""

    def open(self, sealed: Sealed, belongs_to: str) -> str:
        """The secret. Raises ValueError for what was not sealed for this place, Unavailable without its key."""

    def is_newest(self, sealed: Sealed) -> bool:
        """Whether it is sealed under the newest key; otherwise it should be sealed again. Raises Unavailable."""


class Secrets(Protocol):
    """Reads secrets by name."""

    def pepper(self) -> tuple[bytes, ...]:
        """Keys of one-time codes, newest first; at least one, each at least 32 bytes (A-04)."""


class Unreachable(Exception):
    """Something could not be posted; `reason` is a word for why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Poster(Protocol):
    """Posts to addresses of organisations' own programs."""

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        """Posts `body` and returns the status of the answer. Raises Unreachable, also for what is not public."""


class Queues(Protocol):
    """Queues of functions that are told of what was written."""

    def put(self, queue: str, texts: Sequence[str]) -> list[int]:
        """Puts texts of at most a few kilobytes into a queue; returns the positions of those that it did not take."""


class Signed(NamedTuple):
    """What a notification service says that it signed."""

    text: bytes
    signature: bytes
    version: str
    """How it was signed: `1` (SHA-1) or `2` (SHA-256)."""
    certificate: str
    """Address of the certificate to check it with; whoever asks has looked at it."""


class Forged(Exception):
    """Something was not signed by whom it says; `reason` is a word for why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Signatures(Protocol):
    """Checks what a notification service signed."""

    def check(self, signed: Signed, now: datetime) -> None:
        """Does nothing for what it signed. Raises Forged, or Unavailable when its certificate can not be had now."""
