"""The real thing in a process of its own: `python -m tests.browser.serve`.

Embedded AWS in memory, the demonstration organisation through the real import, portal, workers, inbox
and Stripe, as `make run` starts them, on free ports of the loopback address. The first line on standard
output says where they are, as JSON. Each line of standard input then turns the portal's clock on by
so many seconds and is answered by the moment that it then shows; when the input closes, everything ends. Logs go to
standard error.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stdout
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TextIO
from unittest import mock

from chalicelib import bootstrap
from local import engine, setup
from local.engine import HOST

if TYPE_CHECKING:
    from local.gateway import Server

_STAGE = "browser"


class OffsetClock:
    """Runs as the machine's does, but shows another time."""

    def __init__(self, start: datetime) -> None:
        self._offset = start - datetime.now(UTC)

    def now(self) -> datetime:
        """The moment it shows."""
        return datetime.now(UTC) + self._offset

    def advance(self, seconds: float) -> None:
        """Turns it on."""
        self._offset += timedelta(seconds=seconds)


@contextmanager
def serving(clock: OffsetClock, host: str = HOST) -> Iterator[dict[str, str]]:
    """Everything together for the length of a `with` block; gives what the parent has to know."""
    with ExitStack() as stack:
        stack.enter_context(mock.patch.object(bootstrap, "clock", return_value=clock))
        embedded = stack.enter_context(engine.running())
        from local import acquiring

        front, base_url = _portal(host)
        double = acquiring.start_double(0)
        stack.callback(double.stop)
        setup.configure(embedded.endpoint, stage=_STAGE, base_url=base_url, stripe_url=double.url)
        setup.make_resources()

        from chalicelib.organisations import store
        from local import inbox, portal
        from local.demonstration import load_once

        organisation = load_once(portal.DEMONSTRATION).organisation
        found = store.get(organisation)
        assert found
        acquiring.open_account(double, found)
        stack.enter_context(portal.workers())
        post = inbox.serve(embedded.endpoint, 0)
        for server in (front, post):
            server.start()
            stack.callback(server.stop)
        inbox_url = f"http://{HOST}:{post.server_port}"
        yield {
            "base_url": base_url, "inbox_url": inbox_url, "stripe_url": double.url, "organisation": organisation,
            "files_url": f"{embedded.endpoint}/foyer-{_STAGE}-",
        }  # fmt: skip


def _portal(host: str) -> "tuple[Server, str]":
    """The portal's server on a port of its own, which its address has to name."""
    from app import app
    from local import gateway

    api = gateway.Gateway(app.routes, app, "", _STAGE)
    server = gateway.serve(api, 0)
    api.base_url = f"http://{host}:{server.server_port}"
    return server, api.base_url


def main(start: str = "", host: str = HOST) -> None:
    """Serves until the input closes. `start`: the moment the clock begins at, in ISO 8601; now if empty. `host`: what
    the portal's address calls this machine.
    """
    clock = OffsetClock(datetime.fromisoformat(start) if start else datetime.now(UTC))
    parent = sys.stdout
    with redirect_stdout(sys.stderr), serving(clock, host) as told:
        _say(parent, json.dumps(told))
        for line in sys.stdin:
            clock.advance(float(line))
            _say(parent, clock.now().isoformat())


def _say(parent: TextIO, line: str) -> None:
    parent.write(f"{line}\n")
    parent.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
