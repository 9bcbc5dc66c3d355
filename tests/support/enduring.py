"""`python -m tests.support.enduring ENDPOINT TURNS ROUNDS`: a process that serves pages and works off queues on and on.

After each round it writes what it occupies as a line of JSON. It is a process of its own, so that what is measured is
the portal's and not a test runner's.
"""

import gc
import json
import logging
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from chalicelib.data import read
from chalicelib.identity.models import CodeDispatchItem
from local import setup
from local.events import LambdaContext
from local.gateway import ALL, Gateway
from tests.support.browser import Browser
from tests.support.stream import handed, image_of, record
from tests.support.world import World, build

_PAGES = ("", "schedule", "invoices", "members", "settings", "notifications", "none-such", "invoices/none-such")
_FLOWING = ("outbox", "finder", "webhooks")


def occupied() -> dict[str, int]:
    """What this process holds: kilobytes, objects, open files and threads."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return {
        "kilobytes": pages * 4,
        "objects": len(gc.get_objects()),
        "files": len(list(Path("/proc/self/fd").iterdir())),
        "threads": threading.active_count(),
    }


class Worked:
    """An organisation with a family at its browser, and every function that somebody or something starts."""

    def __init__(self) -> None:
        from app import app
        from chalicelib.entry import (
            code_sender,
            dispatcher,
            finder,
            money_clock,
            moving_clock,
            outbox,
            privacy_clock,
            settling,
            time_clock,
            webhooks,
        )

        self._world: World = build("enduring")
        home = self._world.household("Tremblay", "Ann", "Ben")
        user = self._world.user(home)
        self._world.invoice(home)
        self._inside = Browser(Gateway(ALL, app, "https://portal.test", "test"))
        self._inside.sign_in_staff(self._world.org, user, self._world.now)
        self._outside = Gateway(ALL, app, "https://portal.test", "test")
        self._send, self._dispatch = code_sender.handler, dispatcher.handler
        self._queues = dict(zip(_FLOWING, (outbox.handler, finder.handler, webhooks.handler), strict=True))
        self._ticks: list[Callable[[Any, Any], Any]] = [
            outbox.sweep, settling.sweep, webhooks.sweep, time_clock.tick, money_clock.tick, privacy_clock.tick,
            moving_clock.tick,
        ]  # fmt: skip
        self._user, self._home = user, home

    def turn(self, number: int) -> None:
        """A page, somebody new at the door, a code, a message through its queue, and a tick."""
        org = self._world.org
        path = _PAGES[number % len(_PAGES)]
        page = self._inside.get(f"/{org}/{path}".rstrip("/"))
        assert page.status == (404 if "none-such" in path else 200), page.url
        stranger = Browser(self._outside, source=f"203.0.{number // 250 % 250}.{number % 250}")
        door = stranger.get(f"/{org}/sign-in")
        stranger.submit(door, "sign-in", address=f"someone-{number}@example.com", follow=False)
        ticket = next((value for name, value in stranger.cookies.items() if "code-" in name), "")
        for order in read.each(CodeDispatchItem, f"ORG#{org}#CHALLENGE#{ticket.partition('.')[0]}", "DISPATCH#"):
            self._send({"Records": [record(image_of(order))]}, LambdaContext())
        self._tell(number)
        self._ticks[number % len(self._ticks)]({}, LambdaContext())

    def _tell(self, number: int) -> None:
        from chalicelib.data import keys
        from chalicelib.data.outbox import MessageItem, Notice, enqueue
        from chalicelib.data.write import Transaction

        transaction, message = Transaction(), f"enduring-{number}"
        facts = {"browser": "Firefox", "at": "2026-11-22T18:30:00Z"}
        enqueue(transaction, self._world.org, Notice("new_device", self._user.id, facts), self._world.now,
                message=message)  # fmt: skip
        transaction.commit()
        item = read.one(MessageItem, keys.outbox(self._world.org, message))
        assert item
        records = [record(image_of(item))]
        self._dispatch({"Records": records}, LambdaContext())
        for name, handler in self._queues.items():
            handler(handed(name, records), LambdaContext())


def _write() -> None:
    sys.stdout.write(json.dumps(occupied()) + "\n")
    sys.stdout.flush()


def main(endpoint: str, turns: int, rounds: int) -> None:
    """Writes what is occupied at the beginning and after each round of so many turns."""
    setup.configure(endpoint, stage="test", base_url="https://portal.test")
    logging.getLogger("foyer").addHandler(logging.NullHandler())
    worked = Worked()
    for number in range(turns):
        worked.turn(number)
    _write()
    for turned in range(1, rounds + 1):
        for number in range(turns):
            worked.turn(turned * turns + number)
        _write()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
