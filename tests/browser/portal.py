"""The portal that the browser tests visit, and the post that it sends."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import ProxyHandler, build_opener
from zoneinfo import ZoneInfo

_ROOT = Path(__file__).parents[2]
_PATIENCE_SECONDS = 30.0
_DAY = timedelta(days=1)
_MOST_A_DAY = 7
_ZONE = ZoneInfo("America/Toronto")
_MORNING, _EVENING = 10, 18
"""Hours in the demonstration's zone, well within its day."""


@dataclass(frozen=True)
class Portal:
    """A running portal (`tests.browser.serve`) with the demonstration organisation."""

    base_url: str
    inbox_url: str
    stripe_url: str
    organisation: str
    files_url: str
    """How addresses of kept files begin, which short-lived links lead to."""
    process: "subprocess.Popen[str]"
    asked: dict[str, list[datetime]] = field(default_factory=dict)
    """When codes were asked for, by the address that was typed, as the portal's clock showed it."""

    @property
    def home(self) -> str:
        """Address of the organisation's first page."""
        return f"{self.base_url}/{self.organisation}"

    def at(self, path: str) -> str:
        """Address of a page of the organisation's portal."""
        return f"{self.home}/{path}" if path else self.home

    def pass_time(self, *, minutes: float) -> datetime:
        """Turns the portal's clock on, and returns what it then shows."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{minutes * 60}\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, f"the portal ended with {self.process.poll()}"
        return datetime.fromisoformat(line.strip())

    def until_day(self) -> None:
        """Turns the clock on to the morning, unless it is day: what can wait goes out in no quiet hours."""
        now = self.pass_time(minutes=0).astimezone(_ZONE)
        if not _MORNING <= now.hour < _EVENING:
            morning = now.replace(hour=_MORNING, minute=0) + (_DAY if now.hour >= _EVENING else timedelta())
            self.pass_time(minutes=(morning - now).total_seconds() / 60)

    def ready_for_code(self, address: str, *, minutes: float) -> None:
        """Turns the clock on by so many minutes; and to the next day, once an address had as many codes as it gets in
        one day, less those that pages ask for besides.
        """
        now = self.pass_time(minutes=minutes)
        lately = [moment for moment in self.asked.get(address, []) if now - moment < _DAY]
        if len(lately) >= _MOST_A_DAY:
            now = self.pass_time(minutes=(lately[0] + _DAY - now).total_seconds() / 60 + 1)
        self.asked[address] = [*lately, now]

    def post_of(self, address: str) -> "Post":
        """What comes to an address from now on."""
        return Post(self.inbox_url, address)


class Post:
    """Mails and texts to one address since this was made, as the inbox shows them."""

    def __init__(self, inbox_url: str, address: str) -> None:
        self._url = f"{inbox_url}/messages.json?{urlencode({'to': address})}"
        self.address = address
        self._known = {message["id"] for message in self._all()}

    def messages(self) -> list[dict[str, Any]]:
        """What came, newest first."""
        return [message for message in self._all() if message["id"] not in self._known]

    def with_codes(self) -> list[dict[str, Any]]:
        """Messages with a code in them, newest first."""
        return [message for message in self.messages() if message["codes"]]

    def code(self, count: int = 1) -> str:
        """The code in the newest message, as soon as `count` messages with codes have come."""
        return str(_eventually(self.with_codes, count)[0]["codes"][0])

    def wait(self, count: int = 1) -> list[dict[str, Any]]:
        """What came, as soon as it is at least `count` messages. Fails when they do not come."""
        return _eventually(self.messages, count)

    def _all(self) -> list[dict[str, Any]]:
        with build_opener(ProxyHandler({})).open(self._url, timeout=_PATIENCE_SECONDS) as answer:
            return list(json.load(answer)["messages"])


def _eventually(look: Callable[[], list[dict[str, Any]]], count: int) -> list[dict[str, Any]]:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while len(found := look()) < count:
        assert time.monotonic() < deadline, f"only {len(found)} of {count} messages came"
        time.sleep(0.05)
    return found


@contextmanager
def running(start: str = "", host: str = "127.0.0.1") -> Iterator[Portal]:
    """A portal for the length of a `with` block; `start` is the moment its clock begins at (ISO 8601), and `host` what
    its address calls this machine.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.browser.serve", start, host],
        cwd=_ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin
    assert process.stdout
    try:
        line = process.stdout.readline()
        assert line, "the portal did not start"
        yield Portal(**json.loads(line), process=process)
    finally:
        process.stdin.close()
        process.wait(_PATIENCE_SECONDS)
        process.stdout.close()
