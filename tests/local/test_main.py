"""What `python -m local` says, in one line, when it can not start."""

import os
import random
import socket
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from local import __main__ as command

_ROOT = Path(__file__).parents[2]


def _start(port: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "local"],
        cwd=_ROOT,
        env={**os.environ, "PORT": port},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def _quiet_port() -> int:
    """A port with nothing on it or beside it, below those that systems hand out of themselves."""
    while True:
        port = random.randrange(20_000, 30_000)
        try:
            with ExitStack() as held:
                for beside in range(port - 3, port + 4):
                    held.enter_context(socket.create_server(("127.0.0.1", beside)))
        except OSError:
            continue
        return port


@pytest.mark.parametrize("offset", [0, 1, 2, 3])
def test_a_taken_port_is_named_in_one_line(offset: int) -> None:
    port = _quiet_port()
    with socket.create_server(("127.0.0.1", port)):
        done = _start(str(port - offset))
    assert done.returncode == 1
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"Port {port} is taken")
    assert "make run PORT=" in line


@pytest.mark.parametrize("port", ["abc", "0", "65533", "-1", "²", "80.5"])
def test_a_port_that_is_none_is_refused_in_one_line(port: str) -> None:
    done = _start(port)
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert line == f"PORT must be a number from 1 to 65532, not {port!r}."


@pytest.mark.parametrize(
    ("version", "problem"),
    [
        ((3, 10, 14), "Foyer needs Python 3.11 or newer; this is 3.10."),
        ((3, 9, 0), "Foyer needs Python 3.11 or newer; this is 3.9."),
        ((3, 11, 0), ""),
        ((3, 14, 1), ""),
    ],
)
def test_an_old_python_is_refused(version: tuple[int, ...], problem: str) -> None:
    assert command.check_python(version) == problem
