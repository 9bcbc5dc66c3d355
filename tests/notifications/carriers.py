"""Carriers that remember what they were given, and fail when told to."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from chalicelib.notifications.delivery import Carriers
from chalicelib.ports import Mail


@dataclass
class Van:
    """Takes mails and texts alike; `trouble` may raise before anything is taken."""

    mails: list[Mail] = field(default_factory=list)
    texts: list[tuple[str, str]] = field(default_factory=list)
    trouble: Callable[[], None] = lambda: None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def carriers(self) -> Carriers:
        """Itself, as both carriers."""
        return Carriers(_MailVan(self), _TextVan(self))


@dataclass
class _MailVan:
    van: Van

    def send(self, mail: Mail) -> str:
        self.van.trouble()
        with self.van._lock:
            self.van.mails.append(mail)
        return "mail-id"


@dataclass
class _TextVan:
    van: Van

    def send(self, number: str, text: str) -> str:
        self.van.trouble()
        with self.van._lock:
            self.van.texts.append((number, text))
        return "text-id"
