"""`make run`, whole: a first start, a sign-in through the inbox, Ctrl-C, a kill, and what is left afterwards."""

import json
import os
import secrets
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from chalicelib.identity import tokens
from local import portal
from local.__main__ import check_free
from local.demonstration import rows
from tests.support.browser import Browser, Remote
from tests.support.processes import listening_addresses, wait_until_gone

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads the kernel's table of processes")

_ROOT = Path(__file__).parents[2]
_PATIENCE_SECONDS = 60.0
_RUN = """
import sys
from pathlib import Path
from local import portal
sys.exit(portal.run({port}, Path({folder!r})) or 0)
"""
_LOOPBACK = {"0100007F"}

Start = Callable[..., "Running"]


@dataclass
class Running:
    """A portal that was started as `make run` does."""

    process: subprocess.Popen[str]
    lines: list[str]
    seconds: float

    @property
    def url(self) -> str:
        """Address of the portal, without the organisation."""
        return self.lines[0].split()[1].rpartition("/")[0]

    @property
    def engine(self) -> int:
        """Process id of its embedded AWS."""
        (child,) = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return int(child)

    def end(self, how: signal.Signals) -> int:
        """Ends it and returns its exit code."""
        self.process.send_signal(how)
        self.process.communicate(timeout=_PATIENCE_SECONDS)
        return self.process.returncode


def _command(port: int, folder: Path) -> Any:
    return {
        "args": [sys.executable, "-c", _RUN.format(port=port, folder=str(folder))],
        "cwd": _ROOT,
        "env": {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "FOYER_"))},
        "text": True,
    }


def _free_port() -> int:
    while True:
        port = 20000 + secrets.randbelow(10000)
        if not check_free(port):
            return port


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the portal of these tests keeps its data; from the second start on, the organisation is there."""
    return tmp_path_factory.mktemp("local")


@pytest.fixture
def start(folder: Path) -> Iterator[Start]:
    """Starts portals, and ends those that a test leaves running."""
    started: list[Running] = []

    def begin(port: int = 0) -> Running:
        began = time.monotonic()
        process = subprocess.Popen(**_command(port or _free_port(), folder), stdout=subprocess.PIPE)
        started.append(Running(process, [], 0))
        assert process.stdout
        started[-1].lines = [process.stdout.readline().rstrip("\n") for _ in range(4)]
        assert all(started[-1].lines), "the portal did not start"
        started[-1].seconds = time.monotonic() - began
        return started[-1]

    yield begin
    for running in started:
        if running.process.poll() is None:
            running.end(signal.SIGKILL)


def _messages(running: Running) -> list[dict[str, Any]]:
    with urlopen(f"{running.lines[1].split()[1]}/messages.json") as answer:
        messages: list[dict[str, Any]] = json.load(answer)["messages"]
        return messages


def _clients() -> list[str]:
    """Addresses of the demonstration's clients. Each asks for one code in a run, since a second must wait."""
    return [row["email"] for row in rows(portal.DEMONSTRATION / "users.csv") if row["email"] and row["households"]]


def _code_for(running: Running, seen: set[str]) -> str:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        for message in _messages(running):
            if message["id"] not in seen and message["codes"]:
                return str(message["codes"][0])
        time.sleep(0.1)
    raise AssertionError("no code arrived in the inbox")


def _sign_in(running: Running, address: str) -> Browser:
    browser = Browser(Remote(running.url))
    seen = {message["id"] for message in _messages(running)}
    page = browser.get(f"{running.lines[0].split()[1].removeprefix(running.url)}", follow=True)
    asked = browser.submit(page, "sign-in", address=address)
    browser.submit(asked, "sign-in/code", code=_code_for(running, seen))
    return browser


def _await_save(folder: Path, browser: Browser) -> None:
    """Waits until the session that the browser holds is on disk."""
    cookie = next(value for name, value in browser.cookies.items() if "session-" in name)
    session, deadline = tokens.token_hash(cookie.partition(".")[0]), time.monotonic() + _PATIENCE_SECONDS
    while not any(session in path.read_text() for path in folder.rglob("dynamodb.json")):
        assert time.monotonic() < deadline, "the session was not saved"
        time.sleep(0.1)


def _home(running: Running, browser: Browser) -> int:
    """Status of the home page: 200 for somebody who is signed in, otherwise the way to the door."""
    return browser.get(running.lines[0].split()[1].removeprefix(running.url)).status


def test_it_prints_four_true_lines_and_ends_at_ctrl_c(start: Start) -> None:
    running = start()
    names = [line.split("  ")[0] for line in running.lines]
    assert names == ["Portal", "Inbox", "AWS", "Sign in as"]
    with urlopen(f"{running.lines[2].split()[1]}/_ministack/health") as answer:
        assert answer.status == 200
    assert running.process.stdout
    name, desk = running.process.stdout.readline().split()
    with urlopen(desk) as answer:
        assert (name, "drop" in answer.read().decode()) == ("Stripe", True)
    for address in running.lines[3].removeprefix("Sign in as  ").split(" or "):
        assert _home(running, _sign_in(running, address)) == 200
    assert listening_addresses(running.process.pid) | listening_addresses(running.engine) == _LOOPBACK
    child, port = running.engine, int(running.url.rpartition(":")[2])
    assert running.end(signal.SIGINT) == 0
    assert not Path(f"/proc/{child}").exists()
    assert check_free(port) == ""


def test_what_is_kept_is_the_owners_alone(start: Start, folder: Path) -> None:
    """L-01: the folder holds the pepper; it is closed again even if somebody opened it."""
    folder.chmod(0o755)
    start()

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_data_survive_ctrl_c_sigterm_and_a_kill_and_a_second_start_is_quick(start: Start, folder: Path) -> None:
    """The one budget that the machine's other work may spoil is the time, so the best of two starts counts."""
    port = _free_port()
    before = start(port)
    mails = len(_messages(before))
    *_, first, second = _clients()
    browser = _sign_in(before, first)
    assert before.end(signal.SIGTERM) == 0
    again = start(port)
    assert again.lines == before.lines
    assert _home(again, browser) == 200
    assert len(_messages(again)) > mails
    other = _sign_in(again, second)
    _await_save(folder, other)
    child = again.engine
    again.end(signal.SIGKILL)
    assert wait_until_gone(child, _PATIENCE_SECONDS)
    third = start(port)
    assert _home(third, other) == 200
    assert third.end(signal.SIGINT) == 0
    assert min(again.seconds, third.seconds) < 20


def test_a_second_portal_over_the_same_data_is_refused(start: Start, folder: Path) -> None:
    start()
    command = _command(_free_port(), folder)
    second = subprocess.run(**command, capture_output=True, timeout=_PATIENCE_SECONDS, check=False)
    assert second.returncode == 1
    assert "already runs with the data" in second.stderr
    assert second.stdout == ""
