"""Starts and stops the embedded AWS, and describes it to the AWS clients of this process.

It runs as a child process (`local.embedded`) that listens on 127.0.0.1 only and never
outlives this one, even when this one is killed: it ends when the pipe between them closes.
"""

import fcntl
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from local import StartError

HOST = "127.0.0.1"
REGION = "ca-central-1"
ACCOUNT = "000000000000"

SIGNING_KEY = "NOTICES_SIGNING_KEY"
"""The variable that tells the embedded AWS by which key its topics sign."""
_ROOT = Path(__file__).resolve().parent.parent
_START_SECONDS = 30
_STOP_SECONDS = 60
"""Longer than it waits for a save that hangs, and than it takes to remove what functions were unpacked into."""
_LOCK_SECONDS = 5
_FOREIGN = (
    "AWS_",
    "FOYER_",
    "MINISTACK_",
    "GATEWAY_PORT",
    "EDGE_PORT",
    "SERVICES",
    "LOCALSTACK_",
    "USE_SSL",
    SIGNING_KEY,
)
"""Start of the names that would point this process, or the engine, at something else."""


@dataclass(frozen=True, slots=True)
class Engine:
    """A running embedded AWS."""

    endpoint: str
    process: subprocess.Popen[bytes]

    def stop(self) -> None:
        """Ends it; with a state folder, everything is saved when this returns."""
        if self.process.stdin:
            self.process.stdin.close()
        try:
            self.process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start(port: int = 0, state: Path | None = None, key: Path | None = None) -> Engine:
    """Starts an embedded AWS on `port` (0: any free one), kept in `state` or else only in memory.

    With the `key` of a `local.signer`, topics sign what they tell functions; without, nobody believes them.

    Raises StartError when it does not come up, when another one keeps its state there or when what is kept can
    not be read, OSError when the port is taken.
    """
    with ExitStack() as ours:
        listening = ours.enter_context(_listening(port))
        held = [listening.fileno()]
        if state:
            held.append(ours.enter_context(_locked(state)).fileno())
            _check_readable(state)
        port = listening.getsockname()[1]
        process = subprocess.Popen(
            [sys.executable, "-m", "local.embedded", str(listening.fileno())],
            cwd=_ROOT,
            env=_child_environment(port, state) | ({SIGNING_KEY: str(key)} if key else {}),
            stdin=subprocess.PIPE,
            pass_fds=held,
        )
    engine = Engine(f"http://{HOST}:{port}", process)
    _wait(engine)
    return engine


def _listening(port: int) -> socket.socket:
    listening = socket.socket()
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((HOST, port))
        listening.listen(128)
    except OSError:
        listening.close()
        raise
    return listening


def _locked(state: Path) -> IO[bytes]:
    """The lock of a state folder. The child keeps it until its last save is written.

    After a kill, the child that was left alone needs a moment for that, so this waits a little.
    """
    state.mkdir(parents=True, exist_ok=True)
    lock = (state / "lock").open("wb")
    deadline = time.monotonic() + _LOCK_SECONDS
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                lock.close()
                raise StartError(f"Foyer already runs with the data in {state}: stop it first") from None
            time.sleep(0.05)
        else:
            return lock


def _check_readable(state: Path) -> None:
    """ministack would begin anew without the data of such a file, and soon write that over it."""
    for path in sorted(state.glob("*.json")):
        try:
            json.loads(path.read_bytes())
        except ValueError as error:
            raise StartError(
                f"{path} is damaged ({error}): put a copy of its folder back, or move the folder away to begin anew"
            ) from error


@contextmanager
def running(port: int = 0, state: Path | None = None, key: Path | None = None) -> Iterator[Engine]:
    """An embedded AWS for the length of a `with` block."""
    engine = start(port, state, key)
    try:
        yield engine
    finally:
        engine.stop()


def point_here(endpoint: str) -> None:
    """Makes every AWS client of this process, whatever the machine is set up for, speak to `endpoint`."""
    for name in list(os.environ):
        if name.startswith("AWS_"):
            del os.environ[name]
    os.environ.update(
        AWS_ENDPOINT_URL=endpoint,
        AWS_DEFAULT_REGION=REGION,
        AWS_ACCESS_KEY_ID="test",
        AWS_SECRET_ACCESS_KEY="test",
        AWS_CONFIG_FILE=os.devnull,
        AWS_SHARED_CREDENTIALS_FILE=os.devnull,
        AWS_EC2_METADATA_DISABLED="true",
        NO_PROXY=HOST,
    )


def _child_environment(port: int, state: Path | None) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN)}
    inherited |= {
        "BIND_HOST": HOST,
        "GATEWAY_PORT": str(port),
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "LOG_LEVEL": "ERROR",
        "MINISTACK_REGION": REGION,
        "DOCKER_HOST": "unix:///nonexistent",
        "PERSIST_STATE": "0",
    }
    if state:
        inherited |= {"PERSIST_STATE": "1", "STATE_DIR": str(state.resolve())}
    return inherited


def _wait(engine: Engine) -> None:
    """Returns at the first answer. The socket already listens, so one request simply waits for it."""
    try:
        build_opener(ProxyHandler({})).open(f"{engine.endpoint}/_ministack/health", timeout=_START_SECONDS).close()
    except (URLError, OSError) as error:
        engine.process.kill()
        engine.stop()
        raise StartError(f"the embedded AWS did not start ({error})") from error
