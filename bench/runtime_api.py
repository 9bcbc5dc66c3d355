"""Lambda on this machine: AWS's own runtime client, around an unzipped package and nothing else.

The client asks a Runtime API for events, as it does on AWS; here that API is a small server.
The function sees Python's library, its package, the client, and the variables that Lambda
sets: what the package lacks is missing here too, and a cold start costs what it costs there.
"""

import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import distribution
from pathlib import Path
from typing import IO, Any, Self

_CLIENT = ("awslambdaric", "simplejson", "snapshot-restore-py")
_HOST = "127.0.0.1"
_WAIT_SECONDS = 60.0
_POLL_SECONDS = 0.02
_MAX_LOG_BYTES = 10_000


class FunctionFailed(Exception):
    """The function did not start, or an invocation ended in an error; the message is what Lambda would report."""


@dataclass(frozen=True, slots=True)
class Cold:
    """What a start cost, from the new process to the first answer."""

    wall_seconds: float
    cpu_seconds: float


class Function:
    """A running execution environment of one function; it serves one event at a time, as on AWS."""

    def __init__(self, process: "subprocess.Popen[bytes]", server: "_Server", log: IO[bytes]) -> None:
        self._process = process
        self._server = server
        self._log = log
        self._started = time.perf_counter()

    def invoke(self, event: Mapping[str, Any]) -> Any:
        """The function's answer to `event`. Raises FunctionFailed."""
        self._server.events.put(json.dumps(event).encode())
        deadline = time.monotonic() + _WAIT_SECONDS
        while time.monotonic() < deadline:
            try:
                failed, answer = self._server.answers.get(timeout=_POLL_SECONDS)
            except queue.Empty:
                if self._process.poll() is None:
                    continue
                raise FunctionFailed(f"the function ended:\n{self.log()}") from None
            if failed:
                raise FunctionFailed(f"{answer}\n{self.log()}")
            return answer
        raise FunctionFailed(f"no answer within {_WAIT_SECONDS} s:\n{self.log()}")

    def cold(self, event: Mapping[str, Any]) -> Cold:
        """Invokes for the first time; returns what everything until the answer cost."""
        self.invoke(event)
        return Cold(time.perf_counter() - self._started, self.cpu_seconds())

    def cpu_seconds(self) -> float:
        """Processor time that the function has used, all its threads together."""
        tasks = Path(f"/proc/{self._process.pid}/task").iterdir()
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9

    def whole_cpu_seconds(self) -> float:
        """The same with threads that have ended, to a hundredth of a second."""
        told = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")

    def resident_bytes(self) -> int:
        """Memory that the function occupies."""
        pages = int(Path(f"/proc/{self._process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    def peak_bytes(self) -> int:
        """The most memory that it ever occupied."""
        told = Path(f"/proc/{self._process.pid}/status").read_text()
        return int(told.partition("VmHWM:")[2].split()[0]) * 1024

    def log(self) -> str:
        """The end of what the function wrote to its log."""
        self._log.flush()
        return Path(self._log.name).read_bytes()[-_MAX_LOG_BYTES:].decode(errors="replace")


@contextmanager
def running(package: Path, handler: str, variables: Mapping[str, str]) -> Iterator[Function]:
    """An environment of `handler` from the unzipped `package`, with these variables, for a `with` block."""
    with tempfile.TemporaryDirectory() as work, _Server() as server, (Path(work) / "log").open("wb") as log:
        client = Path(work) / "client"
        _link_client(client)
        process = subprocess.Popen(
            [sys.executable, "-s", "-S", "-m", "awslambdaric", handler],
            cwd=package,
            env={**_of_lambda(package, client, handler, server.server_address[1]), **variables},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        function = Function(process, server, log)
        try:
            yield function
        finally:
            process.kill()
            process.wait()


def _link_client(folder: Path) -> None:
    """Puts AWS's client, and only what it needs, into a folder of its own."""
    folder.mkdir()
    for name in _CLIENT:
        installed = distribution(name)
        for top in {file.parts[0] for file in installed.files or () if file.parts[0] not in ("..", "__pycache__")}:
            (folder / top).symlink_to(Path(str(installed.locate_file(top))))


def _of_lambda(package: Path, client: Path, handler: str, port: int) -> dict[str, str]:
    return {
        "PATH": os.defpath,
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        "PYTHONPATH": f"{package}:{client}",
        "PYTHONDONTWRITEBYTECODE": "1",
        "_HANDLER": handler,
        "LAMBDA_TASK_ROOT": str(package),
        "AWS_LAMBDA_RUNTIME_API": f"{_HOST}:{port}",
        "AWS_LAMBDA_FUNCTION_NAME": handler,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1024",
        "AWS_EXECUTION_ENV": f"AWS_Lambda_python{sys.version_info.major}.{sys.version_info.minor}",
    }


class _Server(ThreadingHTTPServer):
    """The Runtime API of one environment."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__((_HOST, 0), _Api)
        self.events: queue.Queue[bytes] = queue.Queue()
        self.answers: queue.Queue[tuple[bool, Any]] = queue.Queue()
        self.stopping = threading.Event()

    def __enter__(self) -> Self:
        """Starts to listen in the background."""
        threading.Thread(target=self.serve_forever, args=(_POLL_SECONDS,), daemon=True).start()
        return self

    def handle_error(self, *_: object) -> None:
        """Writes nothing: that a function is ended while it waits is how each one ends."""

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        self.shutdown()
        self.server_close()


class _Api(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        """`/invocation/next`: waits for an event and hands it over."""
        while not self.server.stopping.is_set():
            try:
                event = self.server.events.get(timeout=_POLL_SECONDS)
            except queue.Empty:
                continue
            self._send(200, event, self._facts())
            return
        self.close_connection = True

    def do_POST(self) -> None:
        """`/invocation/<id>/response`, and `/invocation/<id>/error` or `/init/error`."""
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"null")
        self.server.answers.put((self.path.endswith("/error"), body))
        self._send(202, b"{}", {})

    def _facts(self) -> dict[str, str]:
        return {
            "Lambda-Runtime-Aws-Request-Id": str(uuid.uuid4()),
            "Lambda-Runtime-Deadline-Ms": str(int((time.time() + _WAIT_SECONDS) * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:ca-central-1:000000000000:function:foyer",
        }

    def _send(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Writes nothing."""
