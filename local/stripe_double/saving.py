"""Keeps the accounts in a folder, one file each, so that they survive a restart of the double."""

import json
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local.stripe_double.account import Account

_EVERY_SECONDS = 1.0


def dump(account: Account) -> dict[str, Any]:
    """All that is to survive of an account, as JSON has it."""
    books = account.books
    return {
        "secret_key": account.secret_key,
        "name": account.name,
        "webhook_url": account.webhook_url,
        "webhook_secret": account.webhook_secret,
        "currency": books.currency,
        "country": books.country,
        "livemode": books.livemode,
        "api_version": books.api_version,
        "kinds": books.kinds,
        "cards": books.cards,
        "next_expiry": books.next_expiry,
        "keys": account.keys.dump(),
        "lost": sorted(account.courier.lost),
    }


def restore(account: Account, saved: dict[str, Any]) -> None:
    """Gives a new account the objects that `dump` kept, and sends what had not arrived."""
    account.books.kinds, account.books.cards = saved["kinds"], saved["cards"]
    account.books.next_expiry = saved["next_expiry"]
    account.keys.load(saved["keys"])
    account.courier.lost = set(saved["lost"])


def read(folder: Path) -> list[dict[str, Any]]:
    """What was kept of every account in `folder`."""
    return [json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("acct_*.json"))]


@dataclass(slots=True)
class Saver:
    """Writes what changed, every second, in a thread of its own."""

    folder: Path
    accounts: Callable[[], Iterable[Account]]
    _written: dict[str, int] = field(default_factory=dict)
    _stopped: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Saves from now on."""
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def _work(self) -> None:
        while not self._stopped.wait(_EVERY_SECONDS):
            self.save()

    def save(self) -> None:
        """Writes every account that changed since it was written."""
        for account in self.accounts():
            if self._written.get(account.id) != account.version:
                self._write(account)

    def _write(self, account: Account) -> None:
        with account.books.lock:
            version, text = account.version, json.dumps(dump(account))
        self.folder.mkdir(parents=True, exist_ok=True)
        new = self.folder / f"{account.id}.new"
        new.write_text(text, "utf-8")
        new.replace(self.folder / f"{account.id}.json")
        self._written[account.id] = version

    def stop(self) -> None:
        """Saves a last time."""
        self._stopped.set()
        if self._thread:
            self._thread.join()
        self.save()
