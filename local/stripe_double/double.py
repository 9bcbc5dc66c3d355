"""The double itself: its accounts, its clock, and the server that answers for them."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import stripe

from local.gateway import Server
from local.stripe_double import saving
from local.stripe_double.account import Account, account_id
from local.stripe_double.api import Api
from local.stripe_double.books import Books
from local.stripe_double.server import Front


def _now() -> datetime:
    return datetime.now(UTC)


class StripeDouble:
    """Plays https://api.stripe.com on loopback for any number of accounts.

    `clock` is the time of everything in it; `advance` adds to it. With a `folder`, accounts survive
    a restart. `page_host` may be `localhost`, so that the pay page is another site than a portal on 127.0.0.1.
    """

    def __init__(
        self,
        port: int = 0,
        clock: Callable[[], datetime] = _now,
        folder: Path | str | None = None,
        *,
        page_host: str = "127.0.0.1",
    ) -> None:
        """Binds `port` (0: any free one). Raises OSError when it is taken."""
        self._clock, self._ahead = clock, timedelta()
        self._accounts: dict[str, Account] = {}
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._server = Server(port, Front.serving(self, Api(self.of_key, self._stopped)))
        self._pages = f"http://{page_host}:{self._server.server_port}"
        self._saver = saving.Saver(Path(folder), self.accounts) if folder else None
        if folder:
            self._restore(Path(folder))

    @property
    def url(self) -> str:
        """The address to give to `stripe.StripeClient(…, base_addresses={"api": …})`."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def start(self) -> None:
        """Answers from now on, and delivers what an earlier run had not."""
        self._server.start()
        if self._saver:
            self._saver.start()
        for account in self.accounts():
            account.resume()

    def stop(self) -> None:
        """Stops answering and delivering, frees the port, and saves."""
        self._stopped.set()
        self._server.stop()
        for account in self.accounts():
            account.courier.stop()
        if self._saver:
            self._saver.stop()

    def now(self) -> datetime:
        """The double's time."""
        return self._clock() + self._ahead

    def advance(self, by: timedelta | float) -> None:
        """Puts the double's clock forward, by a timedelta or by seconds; what expires meanwhile does."""
        self._ahead += by if isinstance(by, timedelta) else timedelta(seconds=by)
        for account in self.accounts():
            with account.acting():
                pass

    def account(
        self,
        secret_key: str,
        *,
        webhook_url: str = "",
        webhook_secret: str = "",
        livemode: bool = False,
        currency: str = "cad",
        country: str = "CA",
        name: str = "",
        api_version: str = "",
    ) -> Account:
        """The account of a secret key, made if there is none. What is given about its webhooks replaces what was.

        `api_version` is what its events say; by default what the installed library speaks.
        """
        with self._lock:
            account = self._accounts.get(secret_key)
            if account is None:
                version = api_version or str(stripe.api_version)
                books = Books(self.now, account_id(secret_key), currency, country, livemode, version)
                books.pages = self._pages
                account = Account(secret_key, books, self._clock, name)
                self._accounts = self._accounts | {secret_key: account}
            account.webhook_url = webhook_url or account.webhook_url
            account.webhook_secret = webhook_secret or account.webhook_secret
            account.version += 1
            return account

    def of_key(self, secret_key: str) -> Account | None:
        """The account of a secret key, or None."""
        return self._accounts.get(secret_key)

    def accounts(self) -> list[Account]:
        """All accounts."""
        return list(self._accounts.values())

    def by_id(self, id_: str) -> Account | None:
        """The account with this id (`acct_…`)."""
        return next((one for one in self.accounts() if one.id == id_), None)

    def holding(self, kind: str, id_: str) -> Account | None:
        """The account that has an object, whose pages carry its id alone."""
        return next((one for one in self.accounts() if one.books.find(kind, id_)), None)

    def _restore(self, folder: Path) -> None:
        names = ("webhook_url", "webhook_secret", "livemode", "currency", "country", "name", "api_version")
        for saved in saving.read(folder):
            options: dict[str, Any] = {name: saved[name] for name in names}
            saving.restore(self.account(saved["secret_key"], **options), saved)
